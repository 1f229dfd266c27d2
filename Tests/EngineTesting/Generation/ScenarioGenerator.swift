import Bytecode
import Hosting
import Integers
import Verification

/// Makes random scenarios: the same for the same seed on every machine.
public enum ScenarioGenerator {
  /// The scenario of a seed.
  public static func make(seed: UInt64, _ options: ScenarioOptions = ScenarioOptions()) -> Scenario
  {
    var random = SplitMix64(seed: seed)
    var world = WorldPlan(options, &random)
    for index in world.modules.indices {
      let module = write(index, in: world, &random)
      do {
        world.verified.append(try Verifier.verify(module))
      } catch {
        fatalError("seed \(seed) gives a module that is refused: \(error)")
      }
    }
    var scenario = Scenario(
      seed: seed, block: Scenario.genesis, modules: world.verified, money: world.money,
      operations: [], names: world.names)
    switch options.size {
    case .normal: scenario.size = .specified(&random)
    case .tiny: scenario.size = .tiny(&random)
    }
    var story = StoryWriter(world: world, random: random)
    scenario.operations = story.write()
    return scenario
  }

  /// The code of a module.
  private static func write(
    _ index: Int, in world: WorldPlan, _ random: inout SplitMix64
  ) -> Module {
    let plan = world.modules[index]
    var builder = ModuleBuilder(plan.module.name)
    builder.module = plan.module
    // The first export comes last: it calls the helpers that nothing else calls.
    let order = builder.module.functions.indices.dropFirst() + [0]
    for function in order {
      let seed = random.next()
      var writer = CodeWriter(
        function: function, of: plan, in: world, builder, SplitMix64(seed: seed))
      let required = function == 0 ? uncalled(builder.module, plan) : []
      let code = writer.write(required: required)
      builder = writer.builder
      builder.module.functions[function].code = code
    }
    return builder.finished()
  }

  /// The helpers that no function calls, the ones that they call left out.
  private static func uncalled(_ module: Module, _ plan: ModulePlan) -> [Int] {
    var reached = Set<Int>()
    var pending = module.functions.indices.filter { plan.roles[$0] != .helper }
    func spread() {
      while let index = pending.popLast() {
        guard reached.insert(index).inserted else { continue }
        for instruction in module.functions[index].code where instruction.opcode == .call {
          pending.append(Int(instruction.operands[0]))
        }
      }
    }
    spread()
    var required: [Int] = []
    for index in module.functions.indices where !reached.contains(index) {
      required.append(index)
      pending.append(index)
      spread()
    }
    return required
  }
}

/// Writes the operations of a scenario.
private struct StoryWriter {
  let world: WorldPlan
  var random: SplitMix64

  private mutating func gas() -> UInt64 {
    let gas = world.magnitude.gas
    switch random.below(20) {
    case 0: return UInt64(random.below(random.chance(30) ? 500 : 9_000))
    case 1: return .max
    default: return UInt64(gas / 2 + random.below(gas))
    }
  }

  /// As `gas`, but never without end: a loop without end takes all.
  private mutating func limit() -> UInt64 { min(gas(), UInt64(world.magnitude.gas * 2)) }

  mutating func write() -> [Operation] {
    // Both callers have something of both.
    let (usd, big) = (world.money[0], world.money[1])
    var operations: [Operation] = [
      .send(100_000, asset: usd.asset, from: usd.holder, to: big.holder, gas: 5_000),
      .send(100_000, asset: big.asset, from: big.holder, to: usd.holder, gas: 5_000),
    ]
    for contract in world.contracts {
      operations.append(create(contract))
      let acceptance = world.modules[contract.module].module.acceptance
      for item in world.money where world.options.interacts && random.chance(35) {
        if acceptance == .none, random.chance(90) { continue }
        operations.append(
          .send(
            Integer(1 + random.below(5_000)), asset: item.asset, from: item.holder,
            to: contract.address, gas: 20_000))
      }
    }
    for _ in 0..<3 + random.below(5) {
      switch random.below(20) {
      case 0...14: operations.append(call())
      case 15, 16: operations.append(view())
      case 17: operations.append(send())
      case 18: if let check = check() { operations.append(check) }
      default:
        operations.append(
          .warp(height: 300 + random.below(110), time: 1_700_000_000 + random.below(1_000_000)))
      }
    }
    return operations
  }

  private mutating func value(_ kind: Kind) -> Value {
    if random.below(150) < 1 + world.mischief {
      switch random.below(4) {
      case 0: return .int(Integer(random.below(5) - 2))
      case 1: return .bytes(random.bytes(random.below(40)))
      case 2: return .bytes([0xFF, 0xFE])
      default: return .int(Interesting.integer(bits: 200, &random))
      }
    }
    return Interesting.value(of: kind, in: world, &random)
  }

  private mutating func payments(_ count: Int) -> [AttachedPayment] {
    var count = random.chance(50) ? min(2, count) : random.below(count + 1)
    if random.below(100) < 2 { count += 1 }
    var assets = world.assets
    return (0..<count).map { _ in
      let index = random.below(random.chance(90) ? 2 : assets.count)
      let asset = assets[min(index, assets.count - 1)]
      if assets.count > 1, random.chance(95) { assets.removeAll { $0 == asset } }
      let amount = random.chance(95) ? random.below(30) : -1
      return AttachedPayment(asset: asset, amount: Integer(amount))
    }
  }

  private mutating func create(_ contract: WorldPlan.Contract) -> Operation {
    let export = world.modules[contract.module].module.export(named: "init")
    var arguments: [Value] = []
    for parameter in export?.parameters ?? [] {
      arguments.append(Interesting.value(of: parameter.kind, in: world, &random))
    }
    return .create(
      module: contract.module, arguments: arguments, payments: [], creator: contract.creator,
      gas: random.chance(98) ? 400_000 : UInt64(random.below(9_000)))
  }

  private mutating func call(of export: Export, _ contract: WorldPlan.Contract) -> ContractCall {
    var arguments: [Value] = []
    for parameter in export.parameters { arguments.append(value(parameter.kind)) }
    if random.below(200) == 0 { arguments.append(.int(0)) }
    return ContractCall(
      target: contract.address, export: export, in: world.modules[contract.module].module,
      arguments: arguments, payments: payments(export.payments.count))
  }

  private mutating func call() -> Operation {
    let contract = random.pick(world.contracts)
    let exports = world.modules[contract.module].module.exports
    let main = exports.filter { !$0.isView && $0.name != "init" }
    let export = random.chance(90) ? random.pick(main) : random.pick(exports)
    return .call(
      call(of: export, contract), caller: random.pick(Array(WorldPlan.accounts.prefix(2))),
      gas: limit())
  }

  private mutating func view() -> Operation {
    let contract = random.pick(world.contracts)
    let exports = world.modules[contract.module].module.exports
    let views = exports.filter(\.isView)
    if views.isEmpty, random.chance(90) { return call() }
    let export = views.isEmpty || random.chance(5) ? random.pick(exports) : random.pick(views)
    return .view(call(of: export, contract), caller: WorldPlan.accounts[0], gas: limit())
  }

  private mutating func send() -> Operation {
    .send(
      Integer(random.below(60) - 2), asset: Interesting.asset(in: world, &random),
      from: random.pick(WorldPlan.accounts),
      to: Interesting.address(in: world, zeroPercent: 6, &random), gas: limit())
  }

  private mutating func check() -> Operation? {
    let contract = random.pick(world.contracts)
    if world.modules[contract.module].module.invariants.isEmpty { return nil }
    return .check(
      module: contract.module, invariant: 0, contract: contract.address, gas: limit())
  }
}
