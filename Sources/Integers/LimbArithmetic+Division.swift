import CGMP

extension LimbArithmetic {
  /// The size of a quotient and of the remainder that goes with it.
  @frozen
  public struct DivisionSizes {
    /// The signed size of the quotient.
    public var quotient: Int
    /// The signed size of the remainder.
    public var remainder: Int

    /// Pairs the two sizes.
    @inlinable
    public init(quotient: Int, remainder: Int) {
      self.quotient = quotient
      self.remainder = remainder
    }
  }

  /// Divides `a` by `b` and rounds the quotient.
  ///
  /// The result needs max(|a| - |b|, 0) + 2 limbs, the scratch |b|.
  public static func divide(
    _ a: LimbView, by b: LimbView, rounding: Rounding,
    into result: UnsafeMutablePointer<UInt>, scratch: UnsafeMutablePointer<UInt>
  ) throws(ArithmeticFailure) -> Int {
    guard b.size != 0 else { throw .divisionByZero }
    let isNegative = (a.size ^ b.size) < 0
    let sizes = divideMagnitudes(a, by: b, quotient: result, remainder: scratch)
    let count = try round(
      result, count: sizes.quotient, remainder: scratch, remainderCount: sizes.remainder,
      divisor: b, negative: isNegative, rounding: rounding)
    return signed(count, negative: isNegative)
  }

  /// Divides `a` by `b`, rounding down, with the remainder, which has the sign of `b`.
  ///
  /// The quotient needs max(|a| - |b|, 0) + 2 limbs, the remainder |b|.
  public static func divideFloor(
    _ a: LimbView, by b: LimbView,
    quotient: UnsafeMutablePointer<UInt>, remainder: UnsafeMutablePointer<UInt>
  ) throws(ArithmeticFailure) -> DivisionSizes {
    guard b.size != 0 else { throw .divisionByZero }
    let isNegative = (a.size ^ b.size) < 0
    var sizes = divideMagnitudes(a, by: b, quotient: quotient, remainder: remainder)
    if isNegative && sizes.remainder != 0 {
      sizes.quotient = increment(quotient, count: sizes.quotient)
      sizes.remainder = complement(remainder, count: sizes.remainder, in: b)
    }
    sizes.quotient = signed(sizes.quotient, negative: isNegative)
    sizes.remainder = signed(sizes.remainder, negative: b.size < 0)
    return sizes
  }

  /// Returns what remains of `a` after division by `b`, rounding down; it has the sign of `b`.
  ///
  /// The result needs |b| limbs, the scratch max(|a| - |b|, 0) + 1.
  public static func modulo(
    _ a: LimbView, _ b: LimbView,
    into result: UnsafeMutablePointer<UInt>, scratch: UnsafeMutablePointer<UInt>
  ) throws(ArithmeticFailure) -> Int {
    guard b.size != 0 else { throw .divisionByZero }
    var count = divideMagnitudes(a, by: b, quotient: scratch, remainder: result).remainder
    if count != 0 && (a.size ^ b.size) < 0 { count = complement(result, count: count, in: b) }
    return signed(count, negative: b.size < 0)
  }

  /// Multiplies `a` by `b`, divides the exact product by `c` and rounds the quotient.
  ///
  /// Only the quotient is limited; the product may have twice the bits. With the rounding `exact`, a
  /// remainder is `inexact` even when the quotient would be too large.
  ///
  /// The result needs max(|a| + |b| - |c|, 0) + 2 limbs, or `resultCapacity` if that is less; the
  /// scratch 2(|a| + |b|) + 2.
  public static func multiplyDivide(
    _ a: LimbView, by b: LimbView, dividedBy c: LimbView, rounding: Rounding,
    into result: UnsafeMutablePointer<UInt>, scratch: UnsafeMutablePointer<UInt>
  ) throws(ArithmeticFailure) -> Int {
    guard c.size != 0 else { throw .divisionByZero }
    guard a.size != 0 && b.size != 0 else { return 0 }
    let isNegative = (a.size ^ b.size ^ c.size) < 0
    if a.limbCount <= 2 && b.limbCount <= 2 && c.limbCount <= 2,
      let quotient = try multiplyDivide(
        a.short, by: b.short, dividedBy: ShortDivisor(c.short), negative: isNegative,
        rounding: rounding)
    {
      return signed(store(quotient, into: result), negative: isNegative)
    }
    let productCount = multiplyMagnitudes(a, b, into: scratch)
    // A quotient that may be too long for the result is found in the scratch memory first.
    let fits = productCount &- c.limbCount < resultCapacity &- 1
    let quotient = fits ? result : scratch + (a.limbCount &+ b.limbCount)
    let sizes = divideMagnitudes(
      LimbView(limbs: scratch, size: productCount), by: c, quotient: quotient, remainder: scratch)
    let count = try round(
      quotient, count: sizes.quotient, remainder: scratch, remainderCount: sizes.remainder,
      divisor: c, negative: isNegative, rounding: rounding)
    guard count <= limbCountMax else { throw .tooLarge }
    if !fits { result.update(from: quotient, count: count) }
    return signed(count, negative: isNegative)
  }

  /// Multiplies magnitudes, divides the exact product and rounds the quotient, which is the magnitude of
  /// a negative number or not; nil if it may have more than 128 bits.
  @inlinable
  @inline(__always)
  public static func multiplyDivide(
    _ a: UInt128, by b: UInt128, dividedBy divisor: ShortDivisor, negative isNegative: Bool,
    rounding: Rounding
  ) throws(ArithmeticFailure) -> UInt128? {
    let product = a.multipliedFullWidth(by: b)
    guard let (quotient, remainder) = divisor.divide(product.high, product.low) else { return nil }
    let isAway = try rounding.isAway(
      quotient, remainder: remainder, divisor: divisor.value, negative: isNegative)
    guard isAway else { return quotient }
    return quotient == .max ? nil : quotient &+ 1
  }

  /// Multiplies `a` by `b` and divides the exact product by `c`, rounding down, with the remainder.
  ///
  /// The remainder has the sign of `c`. The quotient needs max(|a| + |b| - |c|, 0) + 2 limbs, or
  /// `resultCapacity` if that is less; the remainder |c|; the scratch 2(|a| + |b|) + 2.
  public static func multiplyDivideFloor(
    _ a: LimbView, by b: LimbView, dividedBy c: LimbView,
    quotient: UnsafeMutablePointer<UInt>, remainder: UnsafeMutablePointer<UInt>,
    scratch: UnsafeMutablePointer<UInt>
  ) throws(ArithmeticFailure) -> DivisionSizes {
    guard c.size != 0 else { throw .divisionByZero }
    guard a.size != 0 && b.size != 0 else { return DivisionSizes(quotient: 0, remainder: 0) }
    let isNegative = (a.size ^ b.size ^ c.size) < 0
    let productCount = multiplyMagnitudes(a, b, into: scratch)
    let spare = scratch + (a.limbCount &+ b.limbCount)
    var sizes = divideMagnitudes(
      LimbView(limbs: scratch, size: productCount), by: c, quotient: spare, remainder: remainder)
    if isNegative && sizes.remainder != 0 {
      sizes.quotient = increment(spare, count: sizes.quotient)
      sizes.remainder = complement(remainder, count: sizes.remainder, in: c)
    }
    guard sizes.quotient <= limbCountMax else { throw .tooLarge }
    quotient.update(from: spare, count: sizes.quotient)
    sizes.quotient = signed(sizes.quotient, negative: isNegative)
    sizes.remainder = signed(sizes.remainder, negative: c.size < 0)
    return sizes
  }

  // MARK: - Helpers

  /// Divides the magnitudes of `a` and `b`, rounding down, and returns two unsigned sizes.
  ///
  /// The quotient needs max(|a| - |b|, 0) + 1 limbs, the remainder |b|. The remainder may be where
  /// the limbs of `a` are.
  @inline(__always)
  private static func divideMagnitudes(
    _ a: LimbView, by b: LimbView,
    quotient: UnsafeMutablePointer<UInt>, remainder: UnsafeMutablePointer<UInt>
  ) -> DivisionSizes {
    let aCount = a.limbCount
    let bCount = b.limbCount
    if aCount < bCount {
      remainder.update(from: a.limbs, count: aCount)
      return DivisionSizes(quotient: 0, remainder: aCount)
    }
    if aCount == 1 {
      let (low, rest) = a.limbs[0].quotientAndRemainder(dividingBy: b.limbs[0])
      quotient[0] = low
      remainder[0] = rest
      return DivisionSizes(quotient: low == 0 ? 0 : 1, remainder: rest == 0 ? 0 : 1)
    }
    if aCount <= 4 && bCount <= 2,
      let short = divideShort(a, by: b, quotient: quotient, remainder: remainder)
    {
      return short
    }
    __gmpn_tdiv_qr(quotient, remainder, 0, a.limbs, aCount, b.limbs, bCount)
    return DivisionSizes(
      quotient: trimmed(quotient, count: aCount &- bCount &+ 1),
      remainder: trimmed(remainder, count: bCount))
  }

  /// Divides the magnitudes of `a`, of two to four limbs, and `b`, of at most two, unless the quotient
  /// has more than two limbs.
  @inline(__always)
  private static func divideShort(
    _ a: LimbView, by b: LimbView,
    quotient: UnsafeMutablePointer<UInt>, remainder: UnsafeMutablePointer<UInt>
  ) -> DivisionSizes? {
    let count = a.limbCount
    let divisor = b.short
    let low = LimbView(limbs: a.limbs, size: 2).short
    let result: (quotient: UInt128, remainder: UInt128)
    if count == 2 {
      result = low.quotientAndRemainder(dividingBy: divisor)
    } else {
      let high = LimbView(limbs: a.limbs + 2, size: count &- 2).short
      guard high < divisor, let divided = ShortDivisor(divisor).divide(high, low) else {
        return nil
      }
      result = divided
    }
    var sizes = DivisionSizes(quotient: 0, remainder: 0)
    // A quotient of one limb may have room for no more.
    if result.quotient &>> 64 == 0 {
      quotient[0] = UInt(truncatingIfNeeded: result.quotient)
      sizes.quotient = quotient[0] == 0 ? 0 : 1
    } else {
      sizes.quotient = store(result.quotient, into: quotient)
    }
    if b.limbCount == 1 {
      remainder[0] = UInt(truncatingIfNeeded: result.remainder)
      sizes.remainder = remainder[0] == 0 ? 0 : 1
    } else {
      sizes.remainder = store(result.remainder, into: remainder)
    }
    return sizes
  }

  /// Rounds the magnitude of a quotient by its remainder, which it destroys.
  ///
  /// The quotient has room for one more limb, the remainder for as many limbs as the divisor has.
  @inline(__always)
  private static func round(
    _ quotient: UnsafeMutablePointer<UInt>, count: Int,
    remainder: UnsafeMutablePointer<UInt>, remainderCount: Int,
    divisor: LimbView, negative isNegative: Bool, rounding: Rounding
  ) throws(ArithmeticFailure) -> Int {
    guard remainderCount != 0 else { return count }
    let roundsAway: Bool
    switch rounding {
    case .floor: roundsAway = isNegative
    case .ceil: roundsAway = !isNegative
    case .trunc: roundsAway = false
    case .exact: throw .inexact
    case .even:
      let order = compareTwice(remainder, count: remainderCount, to: divisor)
      roundsAway = order > 0 || (order == 0 && count > 0 && quotient[0] & 1 == 1)
    }
    return roundsAway ? increment(quotient, count: count) : count
  }

  /// Compares twice a remainder, which it destroys, to the magnitude of the divisor.
  private static func compareTwice(
    _ remainder: UnsafeMutablePointer<UInt>, count: Int, to divisor: LimbView
  ) -> Int {
    let divisorCount = divisor.limbCount
    var count = count
    let carry = __gmpn_lshift(remainder, remainder, count, 1)
    if carry != 0 {
      guard count < divisorCount else { return 1 }
      remainder[count] = carry
      count &+= 1
    }
    return compareMagnitudes(remainder, count: count, divisor.limbs, count: divisorCount)
  }

  /// Replaces a remainder by the magnitude of the divisor less the remainder.
  private static func complement(
    _ remainder: UnsafeMutablePointer<UInt>, count: Int, in divisor: LimbView
  ) -> Int {
    let divisorCount = divisor.limbCount
    _ = __gmpn_sub(remainder, divisor.limbs, divisorCount, remainder, count)
    return trimmed(remainder, count: divisorCount)
  }
}

extension Rounding {
  /// Whether the magnitude of a quotient goes up by one, of a number that is negative or not.
  @inlinable
  @inline(__always)
  public func isAway(
    _ quotient: UInt128, remainder: UInt128, divisor: UInt128, negative isNegative: Bool
  ) throws(ArithmeticFailure) -> Bool {
    if remainder == 0 { return false }
    switch self {
    case .floor: return isNegative
    case .ceil: return !isNegative
    case .trunc: return false
    case .exact: throw .inexact
    case .even:
      let half = divisor &- remainder
      return remainder > half || (remainder == half && quotient & 1 == 1)
    }
  }
}
