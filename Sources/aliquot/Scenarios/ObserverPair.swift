import Bytecode
import Execution
import Hosting
import Integers

/// Lets two observers watch the same execution.
final class ObserverPair: ExecutionObserver {
  private let first: any ExecutionObserver
  private let second: any ExecutionObserver

  private init(_ first: any ExecutionObserver, _ second: any ExecutionObserver) {
    self.first = first
    self.second = second
  }

  /// What stands for both; nil if there is neither.
  static func of(
    _ first: (any ExecutionObserver)?, _ second: (any ExecutionObserver)?
  ) -> (any ExecutionObserver)? {
    guard let first, let second else { return first ?? second }
    return ObserverPair(first, second)
  }

  func willExecute(_ moment: MomentOfExecution) {
    first.willExecute(moment)
    second.willExecute(moment)
  }

  func willEnter(
    _ contract: Identifier, codeHash: Identifier, function: Int, caller: Identifier,
    arguments: [Value]
  ) {
    first.willEnter(
      contract, codeHash: codeHash, function: function, caller: caller, arguments: arguments)
    second.willEnter(
      contract, codeHash: codeHash, function: function, caller: caller, arguments: arguments)
  }

  func didLeave(_ contract: Identifier, results: [Value], failure: Failure?) {
    first.didLeave(contract, results: results, failure: failure)
    second.didLeave(contract, results: results, failure: failure)
  }

  func didRead(key: UnsafeRawBufferPointer) {
    first.didRead(key: key)
    second.didRead(key: key)
  }

  func willWrite(
    key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer?, new: UnsafeRawBufferPointer?
  ) {
    first.willWrite(key: key, old: old, new: new)
    second.willWrite(key: key, old: old, new: new)
  }

  func didEmit(_ event: Event) {
    first.didEmit(event)
    second.didEmit(event)
  }

  func willMove(_ asset: Identifier, amount: Integer, from: Identifier, to: Identifier) {
    first.willMove(asset, amount: amount, from: from, to: to)
    second.willMove(asset, amount: amount, from: from, to: to)
  }

  func willTry() {
    first.willTry()
    second.willTry()
  }

  func didTry() {
    first.didTry()
    second.didTry()
  }

  func didUndo(_ failure: Failure) {
    first.didUndo(failure)
    second.didUndo(failure)
  }
}
