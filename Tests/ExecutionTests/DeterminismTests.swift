import Bytecode
import EngineTesting
import Execution
import Integers
import State
import Testing
import Verification

/// What may not be seen is not seen: collections, observers, and the order of charging.
@Suite struct DeterminismTests {
  private func expectSame(_ comparison: Comparison, _ scenario: Scenario) {
    let difference = comparison.difference(in: scenario)
    #expect(difference == nil, "seed \(scenario.seed): \(difference?.text ?? "")")
  }

  /// An arena as specified and one so small that it is collected all the time, with much memory and
  /// with little.
  @Test(arguments: 0..<20) func collectionsAreInvisible(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    for round in 0..<Effort.rounds(8) {
      let words = random.pick([1, 16, 100, 700])
      let comparison = Comparison(
        EngineMaker("large arena") { block, size in
          var size = size
          size.arenaWords = 32_768
          return World(block: block, size: size)
        },
        EngineMaker("small arena") { block, size in
          var size = size
          size.arenaWords = words
          return World(block: block, size: size)
        })
      var scenario = ScenarioGenerator.make(
        seed: UInt64(41_000_000 + seed * 1_000 + round))
      if round % 2 == 1 {
        scenario.size.liveMemory = 60_000
        scenario.size.memoryBetweenCounts = 20_000
      }
      expectSame(comparison, scenario)
    }
  }

  @Test(arguments: 0..<20) func observersAreInvisible(seed: Int) {
    var comparison = Comparison(
      .fast,
      EngineMaker("observed") { block, size in
        let world = World(block: block, size: size)
        world.observer = GasRecorder()
        return world
      })
    comparison.gasLimits = 40
    for round in 0..<Effort.rounds(5) {
      expectSame(
        comparison,
        ScenarioGenerator.make(seed: UInt64(42_000_000 + seed * 1_000 + round)))
    }
  }

  /// With every limit below what a run takes, it ends at the instruction that the limit does not pay,
  /// and nothing is left of it.
  @Test(arguments: 0..<20) func endsWhereTheGasEnds(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed + 900))
    for round in 0..<Effort.rounds(4) {
      var options = ScenarioOptions()
      options.tries = false
      options.interacts = false
      options.largePercent = 0
      options.bits = random.pick([130, 600, 16_384])
      let scenario = ScenarioGenerator.make(
        seed: UInt64(43_000_000 + seed * 1_000 + round), options)
      let world = World(block: scenario.block, size: scenario.size)
      world.begin(scenario)
      for operation in scenario.operations {
        if case .call = operation { check(operation, scenario, world, &random) }
        _ = world.run(operation, of: scenario)
      }
    }
  }

  private func check(
    _ operation: EngineTesting.Operation, _ scenario: Scenario, _ world: World,
    _ random: inout SplitMix64
  ) {
    let limit: UInt64 = 6_000
    var whole = operation
    whole.gas = limit
    let before = world.entries
    let start = world.state.checkpoint()
    let recorder = GasRecorder()
    world.observer = recorder
    let full = world.run(whole, of: scenario).map(Outcome.init)
    world.state.revert(to: start)
    world.observer = nil
    guard let full, !recorder.moments.isEmpty else { return }
    // What was used when each instruction was done.
    var used = recorder.moments.dropFirst().map { limit - $0.gasLeft }
    used.append(full.gasUsed)
    #expect(used == used.sorted())
    let base = recorder.moments.first.map { limit - $0.gasLeft } ?? 0
    var tested = Set<UInt64>([0, full.gasUsed, limit])
    for _ in 0..<30 {
      let edge = random.pick(used)
      for gas in [edge, edge &- 1, edge &+ 1] where gas <= limit { tested.insert(gas) }
    }
    for gas in tested.sorted() {
      let checkpoint = world.state.checkpoint()
      var limited = operation
      limited.gas = gas
      guard let outcome = world.run(limited, of: scenario).map(Outcome.init) else { continue }
      if gas >= full.gasUsed, full.gasUsed < limit {
        #expect(outcome == full, "seed \(scenario.seed) with \(gas)")
      } else if gas < full.gasUsed {
        #expect(outcome.gasUsed == gas)
        #expect(world.entries == before)
        let exhausted = used.firstIndex { $0 > gas }.map { recorder.moments[$0] }
        expectExhausted(outcome, at: gas >= base ? exhausted : nil, world, scenario)
      }
      world.state.revert(to: checkpoint)
    }
  }

  /// Expects that a run ended for want of gas, at an instruction if one is named.
  private func expectExhausted(
    _ outcome: Outcome, at moment: GasRecorder.Moment?, _ world: World, _ scenario: Scenario
  ) {
    guard case .failed(let failure) = outcome.status else {
      Issue.record("seed \(scenario.seed): less gas than was used was enough")
      return
    }
    #expect(failure.reason == .trap(.outOfGas))
    guard let moment else { return }
    if let site = failure.site {
      #expect(site.function == moment.function, "seed \(scenario.seed)")
      #expect(site.instruction == moment.instruction, "seed \(scenario.seed)")
    } else {
      // The results are paid behind the last instruction.
      let code = world.verifiedModule(moment.codeHash)?.module.functions[moment.function].code
      #expect(code?[moment.instruction].opcode == .ret)
    }
  }
}
