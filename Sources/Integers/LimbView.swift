/// A signed integer as sign and magnitude limbs somewhere in memory.
///
/// The limbs are in order from least to most significant, and the top limb is not zero. The view
/// does not own the memory; it is valid as long as the memory is.
@frozen
public struct LimbView {
  /// The least significant limb of the magnitude; not read when `size` is 0.
  public var limbs: UnsafePointer<UInt>
  /// The number of limbs, negative for a negative integer, and 0 for zero.
  public var size: Int

  /// Views the integer whose `abs(size)` limbs start at `limbs`.
  @inlinable
  public init(limbs: UnsafePointer<UInt>, size: Int) {
    self.limbs = limbs
    self.size = size
  }

  /// The number of limbs of the magnitude.
  @inlinable
  public var limbCount: Int { size < 0 ? 0 &- size : size }

  /// Whether the integer is zero.
  @inlinable
  public var isZero: Bool { size == 0 }

  /// Whether the integer is below zero.
  @inlinable
  public var isNegative: Bool { size < 0 }

  /// The same integer without its sign.
  @inlinable
  public var magnitude: LimbView { LimbView(limbs: limbs, size: limbCount) }

  /// The same integer with the opposite sign.
  @inlinable
  public var negated: LimbView { LimbView(limbs: limbs, size: 0 &- size) }

  /// The magnitude of an integer of at most two limbs.
  @inlinable
  @inline(__always)
  public var short: UInt128 {
    let count = limbCount
    if count == 0 { return 0 }
    return count == 1 ? UInt128(limbs[0]) : UInt128(limbs[1]) &<< 64 | UInt128(limbs[0])
  }

  /// Whether the magnitude is one.
  var isUnit: Bool { limbCount == 1 && limbs[0] == 1 }
}
