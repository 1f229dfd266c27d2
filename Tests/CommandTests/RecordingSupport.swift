import Bytecode
import EngineTesting
import Execution
import Integers
import State
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
  /// An instruction that is about to run, and all that there is then.
  struct Moment: Equatable {
    let contract: Identifier
    let function: Int
    let instruction: Int
    /// How many contracts are on the call stack.
    let depth: Int
    let gasLeft: UInt64
    let gasUsed: UInt64
    let registers: [[DebugCursor.Held]]
    /// What the keys hold that have been written so far.
    let stored: [[UInt8]: [UInt8]?]
  }

  private(set) var moments: [Moment] = []
  private let world: World
  private var keys: [[UInt8]] = []

  init(_ world: World) { self.world = world }

  func willWrite(
    key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer?, new: UnsafeRawBufferPointer?
  ) {
    let key = Array(key)
    if !keys.contains(key) { keys.append(key) }
  }

  func willExecute(_ moment: MomentOfExecution) {
    let size =
      world.verifiedModule(moment.codeHash)?.module.functions[moment.function].registers
      ?? BankCounts()
    moments.append(
      Moment(
        contract: moment.contract, function: moment.function, instruction: moment.instruction,
        depth: moment.depth, gasLeft: moment.gasLeft, gasUsed: world.gasUsed,
        registers: [
          (0..<size.int).map { .value(.int(moment.int($0))) },
          (0..<size.bytes).map { .value(.bytes(moment.bytes($0))) },
          (0..<size.list).map {
            .list(
              count: moment.listCount($0),
              elements: moment.elements($0, atMost: RegisterFile.elementsMax))
          },
        ],
        stored: Dictionary(
          uniqueKeysWithValues: keys.map { ($0, world.state.value(for: $0)) })))
  }
}

extension DebugCursor {
  /// What the cursor shows at its position, in the form of the live view; `keys` are those to look up.
  func moment(keys: some Collection<[UInt8]>) -> LiveView.Moment? {
    guard let frame = recording.frame(at: position) else { return nil }
    let call = recording.frames[frame]
    let size = recording.codes[Int(call.code)].module.functions[Int(call.function)].registers
    let step = recording.steps[position]
    var depth = 0
    var open: Int? = frame
    while let frame = open {
      if recording.frames[frame].isEntry { depth += 1 }
      open = recording.frames[frame].parent.map { Int($0) }
    }
    return LiveView.Moment(
      contract: recording.addresses[Int(call.contract)], function: Int(call.function),
      instruction: Int(step.instruction), depth: depth, gasLeft: UInt64(step.gasLeft),
      gasUsed: UInt64(step.gasUsed),
      registers: zip(Bank.allCases, [size.int, size.bytes, size.list]).map { bank, count in
        (0..<count).map { held(bank, $0, in: frame) }
      },
      stored: Dictionary(
        uniqueKeysWithValues: keys.map { ($0, recording.value($0, at: position) ?? nil) }))
  }
}

/// A transaction of a random scenario, recorded and profiled and seen live.
struct ObservedTransaction {
  let recording: ExecutionRecording
  let profile: Profile
  let live: [LiveView.Moment]
  let receipt: Receipt

  /// Runs the transactions of a random scenario.
  static func all(seed: UInt64) -> [ObservedTransaction] {
    let scenario = ScenarioGenerator.make(seed: seed)
    let world = World(block: scenario.block, size: scenario.size)
    world.begin(scenario)
    return scenario.operations.compactMap { operation in
      let recorder = ExecutionRecorder(world: world)
      let profiler = GasProfiler(world: world)
      let live = LiveView(world)
      world.observer = Observers(recorder, profiler, live)
      return world.run(operation, of: scenario).map { receipt in
        ObservedTransaction(
          recording: recorder.finish(receipt), profile: profiler.finish(receipt),
          live: live.moments, receipt: receipt)
      }
    }
  }
}
