public import Bytecode

/// What a block gives its transactions: inputs, never a clock.
public struct Block: Sendable {
  /// The chain.
  public var chain: Identifier
  /// The height.
  public var height: Int
  /// Seconds since 1970.
  public var time: Int
  /// The beacons of earlier blocks by height.
  public var beacons: [Int: Identifier]

  /// Makes a block.
  public init(
    chain: Identifier = .zero, height: Int = 1, time: Int = 0, beacons: [Int: Identifier] = [:]
  ) {
    self.chain = chain
    self.height = height
    self.time = time
    self.beacons = beacons
  }

  /// The beacon of one of the last 256 blocks before this.
  public func beacon(at height: Int) -> Identifier? {
    let (age, overflow) = self.height.subtractingReportingOverflow(height)
    guard !overflow, age > 0, age <= Limits.beaconWindow else { return nil }
    return beacons[height]
  }
}
