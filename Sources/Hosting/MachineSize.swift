import Bytecode

/// How large a machine is.
///
/// The defaults are the specification's; tests also run tiny ones.
public struct MachineSize: Sendable {
  /// Registers of each bank over all live frames.
  public var integerStack = Limits.integerStack
  /// Registers of the bytes bank over all live frames.
  public var bytesStack = Limits.bytesStack
  /// Registers of the list bank over all live frames.
  public var listStack = Limits.listStack
  /// Live frames.
  public var frames = Limits.frames
  /// Nested calls between contracts, hooks and `try`.
  public var callDepth = Limits.callDepth
  /// Words of the arena at the start; it grows as needed and cannot be observed.
  public var arenaWords = 32_768
  /// Bytes of live memory.
  public var liveMemory = Limits.liveMemory
  /// Bytes allocated between two counts of live memory.
  public var memoryBetweenCounts = Limits.memoryBetweenCounts

  /// The size of the specification.
  public init() {}
}
