/// A divisor of one or two limbs, prepared so that dividing by it takes products only.
///
/// It pays from a dividend of three limbs on; with less, the division of the processor is quick enough.
/// Formulas: N. Möller and T. Granlund, "Improved division by invariant integers", IEEE Transactions on
/// Computers 60 (2011): algorithm 5 divides, 3 and 6 find the reciprocal.
@frozen
public struct ShortDivisor {
  /// The divisor.
  public let value: UInt128
  /// The divisor shifted to the left until its top bit is set.
  @usableFromInline let shifted: UInt128
  /// How far it is shifted, besides a limb if it is one limb long.
  @usableFromInline let places: UInt128
  /// (2^192 - 1) / shifted, rounded down, less 2^64.
  @usableFromInline let reciprocal: UInt

  /// Prepares a divisor that is not zero.
  @inlinable
  public init(_ divisor: UInt128) {
    let zeros = UInt128(truncatingIfNeeded: divisor.leadingZeroBitCount)
    value = divisor
    shifted = divisor &<< zeros
    places = zeros & 63
    reciprocal = ShortDivisor.reciprocal(of: shifted)
  }

  /// Divides `high` times 2^128 plus `low`, rounding down, unless the quotient has more than 128 bits.
  @inlinable
  @inline(__always)
  public func divide(
    _ high: UInt128, _ low: UInt128
  ) -> (quotient: UInt128, remainder: UInt128)? {
    guard high < value else { return nil }
    let isLimb = value &>> 64 == 0
    let upper = isLimb ? high &<< 64 | low &>> 64 : high
    let lower = isLimb ? low &<< 64 : low
    // The compiler sees that these shifts are by less than a limb, or by one and more. A shift by 128
    // places would be one by none, hence in two parts.
    let places = places & 63
    let top = upper &<< places | (lower &>> 1) &>> (127 &- places)
    let rest = lower &<< places
    let first = divide(top, UInt(truncatingIfNeeded: rest &>> 64))
    let second = divide(first.remainder, UInt(truncatingIfNeeded: rest))
    let remainder = second.remainder &>> places
    return (
      UInt128(first.quotient) &<< 64 | UInt128(second.quotient),
      isLimb ? remainder &>> 64 : remainder
    )
  }

  /// Divides `top` times 2^64 plus `next` by the shifted divisor, which is above `top`.
  @inlinable
  @inline(__always)
  func divide(_ top: UInt128, _ next: UInt) -> (quotient: UInt, remainder: UInt128) {
    let estimate = UInt128(reciprocal) &* (top &>> 64) &+ top
    var quotient = UInt(truncatingIfNeeded: estimate &>> 64)
    let high = UInt(truncatingIfNeeded: top) &- quotient &* UInt(truncatingIfNeeded: shifted &>> 64)
    let low = UInt128(UInt(truncatingIfNeeded: shifted)) &* UInt128(quotient)
    var remainder = (UInt128(high) &<< 64 | UInt128(next)) &- low &- shifted
    quotient &+= 1
    if UInt(truncatingIfNeeded: remainder &>> 64) >= UInt(truncatingIfNeeded: estimate) {
      quotient &-= 1
      remainder &+= shifted
    }
    if _slowPath(remainder >= shifted) {
      quotient &+= 1
      remainder &-= shifted
    }
    return (quotient, remainder)
  }

  /// (2^192 - 1) / divisor, rounded down, less 2^64; the top bit of the divisor is set.
  @inlinable
  static func reciprocal(of divisor: UInt128) -> UInt {
    let high = UInt(truncatingIfNeeded: divisor &>> 64)
    let low = UInt(truncatingIfNeeded: divisor)
    var reciprocal = reciprocal(of: high)
    if low == 0 { return reciprocal }
    var rest = high &* reciprocal &+ low
    if rest < low {
      reciprocal &-= 1
      if rest >= high {
        reciprocal &-= 1
        rest &-= high
      }
      rest &-= high
    }
    let product = reciprocal.multipliedFullWidth(by: low)
    rest &+= product.high
    if rest < product.high {
      reciprocal &-= 1
      if UInt128(rest) &<< 64 | UInt128(product.low) >= divisor { reciprocal &-= 1 }
    }
    return reciprocal
  }

  /// (2^128 - 1) / limb, rounded down, less 2^64; the top bit of the limb is set.
  @inlinable
  static func reciprocal(of limb: UInt) -> UInt {
    // Approximations of 11, 21, 34 and 65 bits, each from the one before.
    let first = UInt(0x7_FD00 / UInt32(truncatingIfNeeded: limb &>> 55))
    let limb40 = limb &>> 24 &+ 1
    let second = first &<< 11 &- (first &* first &* limb40) &>> 40 &- 1
    let third = second &<< 13 &+ (second &* (1 &<< 60 &- second &* limb40)) &>> 47
    let isOdd = limb & 1
    let error = (third &>> 1) & (0 &- isOdd) &- third &* (limb &>> 1 &+ isOdd)
    let fourth = third &<< 31 &+ third.multipliedFullWidth(by: error).high &>> 1
    let product = fourth.multipliedFullWidth(by: limb)
    let carry: UInt = product.low.addingReportingOverflow(limb).overflow ? 1 : 0
    return fourth &- product.high &- limb &- carry
  }
}
