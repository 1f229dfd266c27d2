public import Bytecode
public import Hosting
public import Integers

/// What an observed execution shows before each instruction.
///
/// It is valid only during the call that it is given to.
public struct MomentOfExecution {
  /// The contract that runs.
  public let contract: Identifier
  /// The hash of its code.
  public let codeHash: Identifier
  /// The index of the function.
  public let function: Int
  /// The index of the instruction in it.
  public let instruction: Int
  /// How many contracts are on the call stack.
  public let depth: Int
  /// The gas that is left.
  public let gasLeft: UInt64
  let context: ContextPointer

  /// The value of an int register of the current frame.
  public func int(_ register: Int) -> Integer {
    Integer(context.view(context.int(UInt16(register)), 0))
  }

  /// The value of a bytes register of the current frame.
  public func bytes(_ register: Int) -> [UInt8] {
    Array(Cell.bytes(context.string(UInt16(register))))
  }

  /// The number of elements of a list register of the current frame.
  public func listCount(_ register: Int) -> Int {
    context.listCount(context.list(UInt16(register)))
  }

  /// The elements of a list register of the current frame, no more than the first so many.
  public func elements(_ register: Int, atMost count: Int) -> [Integer] {
    let elements = ListElements(context.list(UInt16(register)))
    return (0..<min(count, elements.count)).map { Integer(context.view(elements[$0], 0)) }
  }
}

/// Watches an execution.
///
/// It is chosen before the execution starts; without one nothing is paid for it.
public protocol ExecutionObserver: AnyObject {
  /// An instruction is about to run.
  func willExecute(_ moment: MomentOfExecution)
  /// A contract's function, a hook or an initialiser is about to run.
  func willEnter(
    _ contract: Identifier, codeHash: Identifier, function: Int, caller: Identifier,
    arguments: [Value])
  /// It returned, with its results, or failed.
  func didLeave(_ contract: Identifier, results: [Value], failure: Failure?)
  /// A stored value was read.
  func didRead(key: UnsafeRawBufferPointer)
  /// A stored value is about to change.
  func willWrite(
    key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer?, new: UnsafeRawBufferPointer?)
  /// An event was emitted.
  func didEmit(_ event: Event)
  /// An asset is about to move; zero addresses stand for minting and burning.
  func willMove(_ asset: Identifier, amount: Integer, from: Identifier, to: Identifier)
  /// The next instruction is about to run under a savepoint: its gas is set apart.
  func willTry()
  /// The instruction under the innermost savepoint succeeded: what it did stays.
  func didTry()
  /// The instruction under the innermost savepoint failed: what it did was undone.
  func didUndo(_ failure: Failure)
}

/// An observer that ignores everything, to build others on.
extension ExecutionObserver {
  /// Ignores it.
  public func willExecute(_ moment: MomentOfExecution) {}
  /// Ignores it.
  public func willEnter(
    _ contract: Identifier, codeHash: Identifier, function: Int, caller: Identifier,
    arguments: [Value]
  ) {}
  /// Ignores it.
  public func didLeave(_ contract: Identifier, results: [Value], failure: Failure?) {}
  /// Ignores it.
  public func didRead(key: UnsafeRawBufferPointer) {}
  /// Ignores it.
  public func willWrite(
    key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer?, new: UnsafeRawBufferPointer?
  ) {}
  /// Ignores it.
  public func didEmit(_ event: Event) {}
  /// Ignores it.
  public func willMove(_ asset: Identifier, amount: Integer, from: Identifier, to: Identifier) {}
  /// Ignores it.
  public func willTry() {}
  /// Ignores it.
  public func didTry() {}
  /// Ignores it.
  public func didUndo(_ failure: Failure) {}
}
