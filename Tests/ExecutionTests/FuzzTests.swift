import Bytecode
import EngineTesting
import Execution
import Integers
import Testing
import Verification

/// Random code that the verifier accepts, run with random inputs.
@Suite struct FuzzTests {
  /// A trap is one that the instruction's row names, and what failed leaves nothing.
  @Test(arguments: 0..<12) func runsWhateverIsAccepted(seed: Int) {
    for round in 0..<Effort.rounds(8) {
      run(ScenarioGenerator.make(seed: UInt64(31_000_000 + seed * 1_000 + round)))
    }
  }

  /// Modules with random instructions and operands in place of sound ones: most are refused, and what is
  /// not refused runs.
  @Test(arguments: 0..<8) func runsWhatDamageLeavesSound(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed + 12_345))
    var accepted = 0
    for round in 0..<Effort.rounds(4) {
      var options = ScenarioOptions()
      options.largePercent = 0
      let scenario = ScenarioGenerator.make(
        seed: UInt64(32_000_000 + seed * 1_000 + round), options)
      for _ in 0..<12 {
        let index = random.below(scenario.modules.count)
        let bytes = damaged(scenario.modules[index].module, &random).encoded()
        guard let verified = try? Verifier.verify(bytes) else { continue }
        #expect(verified.encoded == verified.module.encoded())
        accepted += 1
        var other = scenario
        other.modules[index] = verified
        for position in other.operations.indices {
          if let gas = other.operations[position].gas {
            other.operations[position].gas = min(gas, 60_000)
          }
        }
        run(other)
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
      case 1:
        instruction = random.pick(
          module.functions[random.below(module.functions.count)].code)
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

  private func run(_ scenario: Scenario) {
    let world = World(block: scenario.block, size: scenario.size)
    world.begin(scenario)
    for operation in scenario.operations {
      let before = world.entries
      guard let receipt = world.run(operation, of: scenario), let failure = receipt.failure
      else { continue }
      #expect(world.entries == before, "seed \(scenario.seed)")
      check(failure, world, scenario)
    }
  }

  private func check(_ failure: Failure, _ world: World, _ scenario: Scenario) {
    guard case .trap(let trap) = failure.reason, let site = failure.site,
      let module = world.verifiedModule(site.codeHash)?.module
    else { return }
    let instruction = module.functions[site.function].code[site.instruction]
    let common: [Trap] = [.outOfGas, .memoryExceeded, .stackOverflow]
    var named = common + instruction.row.traps
    if instruction.opcode == .tryNext {
      named += module.functions[site.function].code[site.instruction + 1].row.traps
    }
    #expect(
      named.contains(trap),
      "seed \(scenario.seed): \(instruction.row.mnemonic) trapped with \(trap.name)")
  }
}
