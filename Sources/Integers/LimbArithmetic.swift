import CGMP

/// Exact integer arithmetic on limbs in memory that the caller provides.
///
/// Every operation writes the limbs of the magnitude to `result` and returns the signed size, as in
/// `LimbView`. What the limbs of `result` hold after a failure is unspecified.
///
/// Operands are canonical and have at most `limbCountMax` limbs. Neither `result` nor `scratch` may
/// overlap an operand or each other; operands may overlap one another. Each operation documents the
/// limbs it needs, written with |a| for the number of limbs of `a`; `resultCapacity` and
/// `scratchCapacity` are enough for all of them.
///
/// A result beyond `limbCountMax` limbs is the failure `tooLarge`. It is decided by the exact result
/// and not by an estimate, while the work before the decision is bounded, since GMP ends the process
/// when it runs out of memory.
///
/// Addition, subtraction, multiplication, division, comparison and the operations on bits do not
/// allocate. Roots, greatest common divisors, powers modulo and inverses may, in GMP.
public enum LimbArithmetic {
  /// The number of bits in the largest magnitude.
  @inlinable
  public static var bitCountMax: Int { 16_384 }

  /// The number of limbs in the largest magnitude.
  @inlinable
  public static var limbCountMax: Int { 256 }

  /// The number of limbs that are enough for the result of any operation.
  @inlinable
  public static var resultCapacity: Int { 258 }

  /// The number of limbs that are enough as scratch memory of any operation.
  @inlinable
  public static var scratchCapacity: Int { 2_048 }

  // MARK: - Comparison

  /// Compares two integers: negative when `a` is below `b`, zero when they are equal.
  @inlinable
  public static func compare(_ a: LimbView, _ b: LimbView) -> Int {
    if a.size != b.size { return a.size < b.size ? -1 : 1 }
    var index = a.limbCount
    while index > 0 {
      index &-= 1
      let left = a.limbs[index]
      let right = b.limbs[index]
      if left != right { return (left < right) == (a.size > 0) ? -1 : 1 }
    }
    return 0
  }

  /// Returns the number of bits in the magnitude, and 0 for zero.
  @inlinable
  public static func bitLength(_ a: LimbView) -> Int {
    let count = a.limbCount
    guard count > 0 else { return 0 }
    return count &* 64 &- a.limbs[count &- 1].leadingZeroBitCount
  }

  // MARK: - Sums and products

  /// Adds two integers.
  ///
  /// The result needs max(|a|, |b|) + 1 limbs.
  public static func add(
    _ a: LimbView, _ b: LimbView, into result: UnsafeMutablePointer<UInt>
  ) throws(ArithmeticFailure) -> Int {
    if (a.size ^ b.size) < 0 {
      return difference(of: a, and: b, into: result)
    }
    let (long, short) = a.limbCount >= b.limbCount ? (a, b) : (b, a)
    let count = long.limbCount
    if count == 0 { return 0 }
    if count == 1 {
      let left = long.limbs[0]
      let right = short.size == 0 ? 0 : short.limbs[0]
      let (sum, overflow) = left.addingReportingOverflow(right)
      result[0] = sum
      result[1] = 1
      return signed(overflow ? 2 : 1, negative: long.size < 0)
    }
    if short.size == 0 {
      result.update(from: long.limbs, count: count)
      return long.size
    }
    let carry = __gmpn_add(result, long.limbs, count, short.limbs, short.limbCount)
    guard carry != 0 else { return long.size }
    guard count < limbCountMax else { throw .tooLarge }
    result[count] = carry
    return signed(count &+ 1, negative: long.size < 0)
  }

  /// Subtracts `b` from `a`.
  ///
  /// The result needs max(|a|, |b|) + 1 limbs.
  public static func subtract(
    _ a: LimbView, _ b: LimbView, into result: UnsafeMutablePointer<UInt>
  ) throws(ArithmeticFailure) -> Int {
    try add(a, b.negated, into: result)
  }

  /// Multiplies two integers.
  ///
  /// The result needs |a| + |b| limbs, or `resultCapacity` if that is less.
  public static func multiply(
    _ a: LimbView, _ b: LimbView, into result: UnsafeMutablePointer<UInt>
  ) throws(ArithmeticFailure) -> Int {
    let aCount = a.limbCount
    let bCount = b.limbCount
    let isNegative = (a.size ^ b.size) < 0
    if aCount == 1 && bCount == 1 {
      let (high, low) = a.limbs[0].multipliedFullWidth(by: b.limbs[0])
      result[0] = low
      result[1] = high
      return signed(high == 0 ? 1 : 2, negative: isNegative)
    }
    guard aCount > 0 && bCount > 0 else { return 0 }
    if aCount &+ bCount > limbCountMax {
      // The product has this many bits or one less, so that it never has more than 258 limbs below.
      guard bitLength(a) &+ bitLength(b) &- 1 <= bitCountMax else { throw .tooLarge }
    }
    let count = multiplyMagnitudes(a, b, into: result)
    guard count <= limbCountMax else { throw .tooLarge }
    return signed(count, negative: isNegative)
  }

  /// Multiplies an integer by a limb that is not zero.
  ///
  /// The result needs |a| + 1 limbs.
  public static func multiply(
    _ a: LimbView, by limb: UInt, into result: UnsafeMutablePointer<UInt>
  ) throws(ArithmeticFailure) -> Int {
    let count = a.limbCount
    guard count > 0 else { return 0 }
    let high = __gmpn_mul_1(result, a.limbs, count, limb)
    if high == 0 { return a.size }
    guard count < limbCountMax else { throw .tooLarge }
    result[count] = high
    return a.size < 0 ? a.size &- 1 : a.size &+ 1
  }

  /// Writes a magnitude of at most 128 bits as two limbs and returns how many of them it has.
  @inlinable
  @inline(__always)
  public static func store(_ value: UInt128, into result: UnsafeMutablePointer<UInt>) -> Int {
    result[0] = UInt(truncatingIfNeeded: value)
    result[1] = UInt(truncatingIfNeeded: value &>> 64)
    return result[1] != 0 ? 2 : result[0] != 0 ? 1 : 0
  }

  /// Writes the limbs of a magnitude of 256 bits and returns how many of them it has.
  ///
  /// The result needs four limbs.
  @inlinable
  @inline(__always)
  public static func store(
    _ magnitude: (high: UInt128, low: UInt128), into result: UnsafeMutablePointer<UInt>
  ) -> Int {
    let lower = store(magnitude.low, into: result)
    let upper = store(magnitude.high, into: result + 2)
    return upper == 0 ? lower : upper &+ 2
  }

  // MARK: - Helpers

  /// Returns a signed size.
  @inline(__always)
  static func signed(_ count: Int, negative isNegative: Bool) -> Int {
    isNegative ? 0 &- count : count
  }

  /// Returns the number of limbs without the zero limbs at the top.
  @inline(__always)
  static func trimmed(_ limbs: UnsafePointer<UInt>, count: Int) -> Int {
    var count = count
    while count > 0 && limbs[count &- 1] == 0 { count &-= 1 }
    return count
  }

  /// Compares two magnitudes of trimmed limbs.
  @inline(__always)
  static func compareMagnitudes(
    _ a: UnsafePointer<UInt>, count aCount: Int, _ b: UnsafePointer<UInt>, count bCount: Int
  ) -> Int {
    compare(LimbView(limbs: a, size: aCount), LimbView(limbs: b, size: bCount))
  }

  /// Multiplies the magnitudes of two integers that are not zero, writing |a| + |b| limbs.
  @inline(__always)
  static func multiplyMagnitudes(
    _ a: LimbView, _ b: LimbView, into result: UnsafeMutablePointer<UInt>
  ) -> Int {
    let (long, short) = a.limbCount >= b.limbCount ? (a, b) : (b, a)
    let longCount = long.limbCount
    let shortCount = short.limbCount
    let high: UInt
    if shortCount == 1 {
      high = __gmpn_mul_1(result, long.limbs, longCount, short.limbs[0])
      result[longCount] = high
    } else {
      high = __gmpn_mul(result, long.limbs, longCount, short.limbs, shortCount)
    }
    return high == 0 ? longCount &+ shortCount &- 1 : longCount &+ shortCount
  }

  /// Adds one to a magnitude of trimmed limbs, writing up to `count` + 1 limbs.
  @inline(__always)
  static func increment(_ limbs: UnsafeMutablePointer<UInt>, count: Int) -> Int {
    var index = 0
    while index < count {
      limbs[index] &+= 1
      if limbs[index] != 0 { return count }
      index &+= 1
    }
    limbs[count] = 1
    return count &+ 1
  }

  /// Adds two integers of opposite sign, so that the magnitudes are subtracted.
  private static func difference(
    of a: LimbView, and b: LimbView, into result: UnsafeMutablePointer<UInt>
  ) -> Int {
    let order = compare(a.magnitude, b.magnitude)
    if order == 0 { return 0 }
    let (long, short) = order > 0 ? (a, b) : (b, a)
    let count = long.limbCount
    if short.size == 0 {
      result.update(from: long.limbs, count: count)
      return long.size
    }
    if count == 1 {
      result[0] = long.limbs[0] &- short.limbs[0]
      return long.size
    }
    _ = __gmpn_sub(result, long.limbs, count, short.limbs, short.limbCount)
    return signed(trimmed(result, count: count), negative: long.size < 0)
  }
}
