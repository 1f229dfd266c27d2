import Bytecode
import EngineTesting
import Execution
import Integers
import State
import Testing
import Verification

/// Everything about a receipt that two engines must agree on.
struct Outcome: Hashable {
  let status: Receipt.Status
  let gasUsed: UInt64
  let events: [Event]
  let balanceChanges: [BalanceChange]

  init(_ receipt: Receipt) {
    status = receipt.status
    gasUsed = receipt.gasUsed
    events = receipt.events
    balanceChanges = receipt.balanceChanges
  }
}

/// Records every instruction with the gas that is left in front of it.
final class GasRecorder: ExecutionObserver {
  struct Moment: Equatable {
    let codeHash: Identifier
    let function: Int
    let instruction: Int
    let depth: Int
    let gasLeft: UInt64
  }

  var moments: [Moment] = []

  func willExecute(_ moment: MomentOfExecution) {
    moments.append(
      Moment(
        codeHash: moment.codeHash, function: moment.function, instruction: moment.instruction,
        depth: moment.depth, gasLeft: moment.gasLeft))
  }
}

/// What may not be seen is not seen: collections, observers, and the order of charging.
@Suite struct DeterminismTests {
  private func fixture(
    _ modules: [Module], size: MachineSize = MachineSize()
  ) -> Fixture? {
    let fixture = Fixture(size: size)
    for module in modules { _ = try? fixture.add(module, arguments: [.int(1)]) }
    return fixture.contracts.count == 2 ? fixture : nil
  }

  @Test(arguments: 0..<20) func collectionsAreInvisible(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    for round in 0..<Effort.rounds(4) {
      var options = RandomModule.Options()
      options.length = 60
      options.bits = random.pick([200, 1_000, 16_384])
      let modules = RandomModule.pair(
        seed: UInt64(5_000 + seed * 100 + round), options: options)
      var tiny = MachineSize()
      tiny.arenaWords = random.pick([1, 16, 100, 700])
      var tight = MachineSize()
      tight.liveMemory = 60_000
      tight.memoryBetweenCounts = 20_000
      var both = tight
      both.arenaWords = tiny.arenaWords
      for (left, right) in [(MachineSize(), tiny), (tight, both)] {
        guard let large = fixture(modules, size: left), let small = fixture(modules, size: right)
        else { continue }
        for _ in 0..<3 {
          let call = large.randomCall(&random)
          let gas = UInt64(random.pick([3_000, 60_000]))
          let expected = Outcome(large.world.call(call, by: Fixture.alice, gas: gas))
          let actual = Outcome(small.world.call(call, by: Fixture.alice, gas: gas))
          #expect(expected == actual)
        }
        #expect(large.contents == small.contents)
      }
    }
  }

  @Test(arguments: 0..<20) func observersAreInvisible(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed + 700))
    for round in 0..<Effort.rounds(5) {
      let modules = RandomModule.pair(seed: UInt64(20_000 + seed * 100 + round))
      guard let plain = fixture(modules), let observed = fixture(modules) else { continue }
      observed.world.observer = GasRecorder()
      for _ in 0..<4 {
        let call = plain.randomCall(&random)
        let gas = UInt64(random.pick([10, 500, 3_000, 10_000, 60_000]) + random.below(50))
        let expected = Outcome(plain.world.call(call, by: Fixture.alice, gas: gas))
        let actual = Outcome(observed.world.call(call, by: Fixture.alice, gas: gas))
        #expect(expected == actual)
      }
      #expect(plain.contents == observed.contents)
    }
  }

  /// With every limit below what a run takes, it ends at the instruction that the limit does not pay,
  /// and nothing is left of it.
  @Test(arguments: 0..<20) func endsWhereTheGasEnds(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed + 900))
    for round in 0..<Effort.rounds(4) {
      var options = RandomModule.Options()
      options.tries = false
      options.interacts = round % 2 == 1
      options.bits = random.pick([130, 600, 16_384])
      let modules = RandomModule.pair(
        seed: UInt64(90_000 + seed * 100 + round), options: options)
      guard let fixture = fixture(modules) else { continue }
      let call = fixture.randomCall(&random)
      let before = fixture.contents
      let start = fixture.world.state.checkpoint()
      let recorder = GasRecorder()
      fixture.world.observer = recorder
      let limit: UInt64 = 6_000
      let full = Outcome(fixture.world.call(call, by: Fixture.alice, gas: limit))
      fixture.world.state.revert(to: start)
      fixture.world.observer = nil
      // What was used when each instruction was done.
      var used = recorder.moments.dropFirst().map { limit - $0.gasLeft }
      used.append(full.gasUsed)
      if options.interacts {
        // A hook counts from the gas that its class declared.
        if used != used.sorted() { continue }
      } else {
        #expect(used == used.sorted())
      }
      let base = recorder.moments.first.map { limit - $0.gasLeft } ?? 0
      var tested = Set<UInt64>([0, full.gasUsed, limit])
      for _ in 0..<60 {
        let edge = used.isEmpty ? 0 : random.pick(used)
        for gas in [edge, edge &- 1, edge &+ 1] where gas <= limit { tested.insert(gas) }
      }
      for gas in tested.sorted() {
        let checkpoint = fixture.world.state.checkpoint()
        let outcome = Outcome(fixture.world.call(call, by: Fixture.alice, gas: gas))
        if gas >= full.gasUsed, full.gasUsed < limit {
          #expect(outcome == full, "\(gas)")
        } else if gas < full.gasUsed {
          #expect(outcome.gasUsed == gas)
          guard case .failed(let failure) = outcome.status else {
            Issue.record("\(gas) of \(full.gasUsed) gas was enough")
            continue
          }
          #expect(failure.reason == .trap(.outOfGas))
          let exhausted = used.firstIndex { $0 > gas }
          if gas >= base, let exhausted {
            let moment = recorder.moments[exhausted]
            if let site = failure.site {
              #expect(site.function == moment.function, "at \(gas)")
              #expect(site.instruction == moment.instruction, "at \(gas)")
            } else {
              // The results are paid behind the last instruction.
              let code = fixture.world.verifiedModule(moment.codeHash)?.module
                .functions[moment.function].code
              #expect(code?[moment.instruction].opcode == .ret)
            }
          }
          #expect(fixture.contents == before)
        }
        fixture.world.state.revert(to: checkpoint)
      }
    }
  }
}
