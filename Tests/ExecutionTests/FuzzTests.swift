import Bytecode
import EngineTesting
import Execution
import Integers
import Testing
import Verification

/// Random code that the verifier accepts, run with random inputs.
@Suite struct FuzzTests {
  @Test(arguments: 0..<12) func runsWhateverIsAccepted(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    for round in 0..<Effort.rounds(4) {
      let modules = RandomModule.pair(seed: UInt64(seed * 1000 + round))
      let fixture = Fixture()
      for module in modules {
        _ = try? fixture.add(module, arguments: [.int(1)])
      }
      guard fixture.contracts.count == 2 else { continue }
      for _ in 0..<3 {
        let before = fixture.contents
        let call = fixture.randomCall(&random)
        let receipt = fixture.world.call(
          call, by: Fixture.alice, gas: UInt64(random.pick([100, 2_000, 20_000, 20_000, 100_000])))
        check(receipt, fixture)
        if receipt.failure != nil { #expect(fixture.contents == before) }
      }
    }
  }

  /// Modules with random instructions and operands in place of sound ones: most are refused, and what is
  /// not refused runs.
  @Test(arguments: 0..<8) func runsWhatDamageLeavesSound(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed + 12_345))
    var accepted = 0
    for round in 0..<Effort.rounds(4) {
      let pair = RandomModule.pair(seed: UInt64(700_000 + seed * 100 + round))
      for _ in 0..<12 {
        let module = damaged(pair[0], &random)
        let bytes = module.encoded()
        guard let verified = try? Verifier.verify(bytes) else { continue }
        #expect(verified.encoded == verified.module.encoded())
        accepted += 1
        var size = MachineSize()
        size.arenaWords = random.pick([1, 100, 32_768])
        let fixture = Fixture(size: size)
        guard (try? fixture.add(verified.module, arguments: [.int(1)])) != nil,
          (try? fixture.add(pair[1], arguments: [.int(1)])) != nil
        else { continue }
        for _ in 0..<2 {
          let call = fixture.randomCall(&random)
          let receipt = fixture.world.call(
            call, by: Fixture.alice, gas: UInt64(random.pick([1_000, 8_000])))
          check(receipt, fixture)
        }
      }
    }
    #expect(accepted > 10)
  }

  /// A module with a few changes to its code.
  private func damaged(_ module: Module, _ random: inout SplitMix64) -> Module {
    var module = module
    for _ in 0...random.below(3) {
      let function = random.below(module.functions.count)
      let position = random.below(module.functions[function].code.count)
      var instruction = module.functions[function].code[position]
      switch random.below(4) {
      case 0:
        var operands = SIMD8<UInt16>()
        let opcode = random.pick(Opcode.allCases)
        for index in opcode.row.operands.indices { operands[index] = UInt16(random.below(6)) }
        instruction = Instruction(opcode, vector: operands)
      case 1: instruction = random.pick(module.functions[random.below(8)].code)
      default:
        let count = instruction.row.operands.count
        if count > 0 {
          instruction.operands[random.below(count)] = UInt16(
            random.below(random.chance(80) ? 8 : 256))
        }
      }
      module.functions[function].code[position] = instruction
    }
    if random.chance(90) {
      for index in module.functions.indices {
        module.functions[index].registers = ModuleBuilder.registers(
          module.functions[index], in: module)
      }
    }
    return module
  }

  /// Every instruction has a body: each runs, to its end or into a trap that its row names.
  @Test(arguments: Opcode.allCases) func runsEveryInstruction(opcode: Opcode) throws {
    var succeeded = 0
    for seed in 0..<8 {
      let module = RandomModule.single(opcode, seed: UInt64(seed))
      let fixture = Fixture()
      let contract = try fixture.add(module, arguments: [.int(1)])
      try fixture.add(RandomModule.make(seed: UInt64(seed)), arguments: [.int(1)])
      let recorder = GasRecorder()
      fixture.world.observer = recorder
      let receipt = fixture.run(
        contract, "main",
        [.int(3), Value(fixture.contracts[1]), Value(fixture.money), .bytes([1, 2, 3])],
        gas: 20_000)
      check(receipt, fixture)
      let code = try #require(fixture.world.module(of: contract)).functions[0].code
      let isReached = recorder.moments.contains {
        $0.depth == 1 && $0.function == 0 && code[$0.instruction].opcode == opcode
      }
      if isReached { succeeded += 1 }
    }
    #expect(succeeded > 0)
  }

  /// A trap is one that the instruction's row names.
  private func check(_ receipt: Receipt, _ fixture: Fixture) {
    guard let failure = receipt.failure, case .trap(let trap) = failure.reason,
      let site = failure.site, let module = fixture.world.verifiedModule(site.codeHash)?.module
    else { return }
    let instruction = module.functions[site.function].code[site.instruction]
    let common: [Trap] = [.outOfGas, .memoryExceeded, .stackOverflow]
    var named = common + instruction.row.traps
    if instruction.opcode == .tryNext {
      named += module.functions[site.function].code[site.instruction + 1].row.traps
    }
    #expect(
      named.contains(trap), "\(instruction.row.mnemonic) trapped with \(trap.name)")
  }
}

extension RandomModule {
  /// Two different modules.
  static func pair(seed: UInt64, options: Options = Options()) -> [Module] {
    [make(seed: seed &* 2, options: options), make(seed: seed &* 2 + 1, options: options)]
  }
}

extension Fixture {
  /// A call of `main`, `look` or `pay` of the first contract.
  func randomCall(_ random: inout SplitMix64) -> ContractCall {
    let first = contracts[0]
    let second = contracts[1]
    switch random.below(10) {
    case 0: return call(first, "look", [.int(random.integer())])
    case 1:
      return call(
        first, "pay", [.int(random.integer(bits: 70))],
        paying: [AttachedPayment(asset: money, amount: Integer(random.below(50)))])
    default:
      let asset = random.pick([
        money, World.asset(issuer: first, className: "Coin"),
        World.asset(issuer: first, className: "Hooked"),
      ])
      return call(
        first, "main",
        [
          .int(random.integer()), Value(random.pick([first, second, Fixture.bob])),
          Value(asset), .bytes(random.bytes(random.below(100))),
        ])
    }
  }
}
