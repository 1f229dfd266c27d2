import Bytecode
import Execution

/// Notes every write of one key in an execution, with the functions that ran.
final class WriteObserver: ExecutionObserver {
  /// A write that was seen.
  struct Seen {
    let before: [UInt8]?
    let after: [UInt8]?
    let path: [TraceRecorder.Place]
  }

  private let key: [UInt8]
  private var tracker: CallTracker
  /// How many writes there were when each open `try` began.
  private var attempts: [Int] = []
  /// The writes that have not been undone by a `try`, in order.
  private(set) var writes: [Seen] = []

  /// Makes an observer of one transaction.
  init(key: [UInt8], module: @escaping (Identifier) -> Module?) {
    self.key = key
    tracker = CallTracker(module: module)
  }

  func willExecute(_ moment: MomentOfExecution) { _ = tracker.willExecute(moment) }

  func willEnter(
    _ contract: Identifier, codeHash: Identifier, function: Int, caller: Identifier,
    arguments: [Value]
  ) { tracker.willEnter(contract, codeHash, function) }

  func didLeave(_ contract: Identifier, results: [Value], failure: Failure?) {
    tracker.didLeave()
  }

  func willWrite(
    key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer?, new: UnsafeRawBufferPointer?
  ) {
    guard key.elementsEqual(self.key) else { return }
    let path = tracker.frames.map { frame in
      TraceRecorder.Place(
        contract: frame.contract, codeHash: frame.code.hash, function: frame.function,
        instruction: frame.instruction ?? 0)
    }
    writes.append(
      Seen(before: old.map { Array($0) }, after: new.map { Array($0) }, path: path))
  }

  func willTry() {
    attempts.append(writes.count)
    tracker.willTry()
  }

  func didTry() {
    attempts.removeLast(min(1, attempts.count))
    _ = tracker.didTry()
  }

  func didUndo(_ failure: Failure) {
    if let count = attempts.popLast() { writes.removeLast(writes.count - count) }
    tracker.didUndo()
  }
}
