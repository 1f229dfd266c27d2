public import Bytecode
public import Execution

/// Records every instruction with the gas that is left in front of it.
public final class GasRecorder: ExecutionObserver {
  /// An instruction about to run.
  public struct Moment: Equatable {
    /// The hash of the code.
    public let codeHash: Identifier
    /// The index of the function.
    public let function: Int
    /// The index of the instruction in it.
    public let instruction: Int
    /// How many contracts are on the call stack.
    public let depth: Int
    /// The gas that is left.
    public let gasLeft: UInt64
  }

  /// What was recorded.
  public var moments: [Moment] = []

  /// Makes a recorder that has recorded nothing.
  public init() {}

  /// Records an instruction.
  public func willExecute(_ moment: MomentOfExecution) {
    moments.append(
      Moment(
        codeHash: moment.codeHash, function: moment.function, instruction: moment.instruction,
        depth: moment.depth, gasLeft: moment.gasLeft))
  }

  /// A fast engine for a scenario with a recorder that watches it.
  static func world(of scenario: Scenario) -> (world: World, recorder: GasRecorder) {
    let world = World(block: scenario.block, size: scenario.size)
    let recorder = GasRecorder()
    world.observer = recorder
    return (world, recorder)
  }
}
