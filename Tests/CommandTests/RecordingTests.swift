import Bytecode
import EngineTesting
import Execution
import Integers
import Testing
import Verification

@testable import aliquot

/// Passes everything on to several observers.
final class Observers: ExecutionObserver {
  private let all: [any ExecutionObserver]

  init(_ all: any ExecutionObserver...) { self.all = all }

  func willExecute(_ moment: MomentOfExecution) {
    for observer in all { observer.willExecute(moment) }
  }

  func willEnter(
    _ contract: Identifier, codeHash: Identifier, function: Int, caller: Identifier,
    arguments: [Value]
  ) {
    for observer in all {
      observer.willEnter(
        contract, codeHash: codeHash, function: function, caller: caller, arguments: arguments)
    }
  }

  func didLeave(_ contract: Identifier, results: [Value], failure: Failure?) {
    for observer in all { observer.didLeave(contract, results: results, failure: failure) }
  }

  func willWrite(
    key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer?, new: UnsafeRawBufferPointer?
  ) {
    for observer in all { observer.willWrite(key: key, old: old, new: new) }
  }

  func didEmit(_ event: Event) { for observer in all { observer.didEmit(event) } }

  func willMove(_ asset: Identifier, amount: Integer, from: Identifier, to: Identifier) {
    for observer in all { observer.willMove(asset, amount: amount, from: from, to: to) }
  }

  func willTry() { for observer in all { observer.willTry() } }
  func didTry() { for observer in all { observer.didTry() } }
  func didUndo(_ failure: Failure) { for observer in all { observer.didUndo(failure) } }
}

/// What an observer sees of an execution while it runs.
final class LiveView: ExecutionObserver {
  /// An instruction that is about to run, and all registers of its frame.
  struct Moment: Equatable {
    let contract: Identifier
    let function: Int
    let instruction: Int
    let gasLeft: UInt64
    var registers: [[DebugCursor.Held]]
  }

  private(set) var moments: [Moment] = []
  private let world: World

  init(_ world: World) { self.world = world }

  func willExecute(_ moment: MomentOfExecution) {
    let size =
      world.verifiedModule(moment.codeHash)?.module.functions[moment.function].registers
      ?? BankCounts()
    moments.append(
      Moment(
        contract: moment.contract, function: moment.function, instruction: moment.instruction,
        gasLeft: moment.gasLeft,
        registers: [
          (0..<size.int).map { .value(.int(moment.int($0))) },
          (0..<size.bytes).map { .value(.bytes(moment.bytes($0))) },
          (0..<size.list).map {
            .list(
              count: moment.listCount($0),
              elements: moment.elements($0, atMost: RegisterFile.elementsMax))
          },
        ]))
  }
}

/// Recordings say what happened, at every step and in both directions.
@Suite struct RecordingTests {
  /// What a cursor shows at its position, in the form of the live view.
  private func moment(_ cursor: DebugCursor) -> LiveView.Moment? {
    let recording = cursor.recording
    guard let frame = recording.frame(at: cursor.position) else { return nil }
    let call = recording.frames[frame]
    let size = recording.codes[Int(call.code)].module.functions[Int(call.function)].registers
    let step = recording.steps[cursor.position]
    return LiveView.Moment(
      contract: recording.addresses[Int(call.contract)], function: Int(call.function),
      instruction: Int(step.instruction), gasLeft: UInt64(step.gasLeft),
      registers: zip(Bank.allCases, [size.int, size.bytes, size.list]).map { bank, count in
        (0..<count).map { cursor.held(bank, $0, in: frame) }
      })
  }

  /// Runs the transactions of a random scenario, each recorded and seen live.
  private func run(
    _ seed: UInt64, _ body: (ExecutionRecording, [LiveView.Moment], Receipt) -> Void
  ) {
    let scenario = ScenarioGenerator.make(seed: seed)
    let world = World(block: scenario.block, size: scenario.size)
    world.begin(scenario)
    for operation in scenario.operations {
      let recorder = ExecutionRecorder(world: world)
      let live = LiveView(world)
      world.observer = Observers(recorder, live)
      guard let receipt = world.run(operation, of: scenario) else { continue }
      body(recorder.finish(receipt), live.moments, receipt)
    }
  }

  @Test(arguments: 0..<UInt64(Effort.rounds(60)))
  func registersAreThoseThatAnObserverSaw(seed: UInt64) {
    run(seed) { recording, live, _ in
      var cursor = DebugCursor(recording)
      #expect(recording.end == live.count)
      for position in live.indices {
        cursor.move(to: position)
        let shown = moment(cursor)
        #expect(shown == live[position], "seed \(seed), step \(position)")
        if shown != live[position] { return }
      }
      // Back again, and then to and fro at random.
      for position in live.indices.reversed() {
        cursor.move(to: position)
        if moment(cursor) != live[position] {
          Issue.record("seed \(seed), back at step \(position)")
          return
        }
      }
      var random = SplitMix64(seed: seed)
      for _ in 0..<min(20, live.count) {
        let position = Int(random.next() % UInt64(live.count))
        cursor.move(to: position)
        #expect(moment(cursor) == live[position])
      }
    }
  }
}
