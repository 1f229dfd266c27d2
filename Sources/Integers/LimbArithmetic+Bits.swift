import CGMP

extension LimbArithmetic {
  /// Combines the bits of two integers by "and", in two's complement with endless sign bits.
  ///
  /// The result needs max(|a|, |b|) + 1 limbs.
  public static func and(
    _ a: LimbView, _ b: LimbView, into result: UnsafeMutablePointer<UInt>
  ) throws(ArithmeticFailure) -> Int {
    try combine(a, b, by: .and, into: result)
  }

  /// Combines the bits of two integers by "or", in two's complement with endless sign bits.
  ///
  /// The result needs max(|a|, |b|) + 1 limbs.
  public static func or(
    _ a: LimbView, _ b: LimbView, into result: UnsafeMutablePointer<UInt>
  ) throws(ArithmeticFailure) -> Int {
    try combine(a, b, by: .or, into: result)
  }

  /// Combines the bits of two integers by "exclusive or", in two's complement with endless sign bits.
  ///
  /// The result needs max(|a|, |b|) + 1 limbs.
  public static func xor(
    _ a: LimbView, _ b: LimbView, into result: UnsafeMutablePointer<UInt>
  ) throws(ArithmeticFailure) -> Int {
    try combine(a, b, by: .xor, into: result)
  }

  /// Multiplies `a` by two to the power of `distance`.
  ///
  /// The result needs |a| + `distance` / 64 + 1 limbs, or `resultCapacity` if that is less.
  public static func shiftLeft(
    _ a: LimbView, by distance: LimbView, into result: UnsafeMutablePointer<UInt>
  ) throws(ArithmeticFailure) -> Int {
    guard distance.size >= 0 else { throw .negativeShift }
    guard a.size != 0 else { return 0 }
    let bitCount = bitCountMax &- bitLength(a)
    guard distance.size <= 1 else { throw .tooLarge }
    let places = distance.size == 0 ? 0 : distance.limbs[0]
    guard places <= UInt(bitCount) else { throw .tooLarge }

    let zeros = Int(places / 64)
    let count = a.limbCount
    result.update(repeating: 0, count: zeros)
    var total = zeros &+ count
    if places % 64 == 0 {
      (result + zeros).update(from: a.limbs, count: count)
    } else {
      let carry = __gmpn_lshift(result + zeros, a.limbs, count, UInt32(places % 64))
      if carry != 0 {
        result[total] = carry
        total &+= 1
      }
    }
    return signed(total, negative: a.size < 0)
  }

  /// Divides `a` by two to the power of `distance`, rounding down.
  ///
  /// The result needs max(|a| - `distance` / 64, 0) + 1 limbs.
  public static func shiftRight(
    _ a: LimbView, by distance: LimbView, into result: UnsafeMutablePointer<UInt>
  ) throws(ArithmeticFailure) -> Int {
    guard distance.size >= 0 else { throw .negativeShift }
    guard a.size != 0 else { return 0 }
    let places = distance.size == 0 ? 0 : distance.limbs[0]
    guard distance.size <= 1 && places < UInt(bitLength(a)) else {
      guard a.size < 0 else { return 0 }
      result[0] = 1
      return -1
    }

    let dropped = Int(places / 64)
    let count = a.limbCount &- dropped
    var lost: UInt = 0
    if places % 64 == 0 {
      result.update(from: a.limbs + dropped, count: count)
    } else {
      lost = __gmpn_rshift(result, a.limbs + dropped, count, UInt32(places % 64))
    }
    var total = trimmed(result, count: count)
    if a.size < 0 {
      if lost != 0 || trimmed(a.limbs, count: dropped) > 0 {
        total = increment(result, count: total)
      }
      return 0 &- total
    }
    return total
  }

  // MARK: - Helpers

  /// A bitwise operation on two integers.
  private enum BitOperation {
    case and, or, xor
  }

  /// Applies a bitwise operation to two limbs.
  @inline(__always)
  private static func apply(_ operation: BitOperation, _ a: UInt, _ b: UInt) -> UInt {
    switch operation {
    case .and: a & b
    case .or: a | b
    case .xor: a ^ b
    }
  }

  /// Applies a bitwise operation to two integers, limb by limb in two's complement.
  @inline(__always)
  private static func combine(
    _ a: LimbView, _ b: LimbView, by operation: BitOperation,
    into result: UnsafeMutablePointer<UInt>
  ) throws(ArithmeticFailure) -> Int {
    if a.size >= 0 && b.size >= 0 { return combineLimbs(a, b, by: operation, into: result) }
    let aCount = a.limbCount
    let bCount = b.limbCount
    let count = max(aCount, bCount)
    let aSign: UInt = a.size < 0 ? .max : 0
    let bSign: UInt = b.size < 0 ? .max : 0
    let sign = apply(operation, aSign, bSign)
    // A negative number is the complement of its magnitude plus one; the carry goes up with it.
    var aCarry = aSign & 1
    var bCarry = bSign & 1
    var carry = sign & 1
    var index = 0
    while index < count {
      var left = (index < aCount ? a.limbs[index] : 0) ^ aSign
      left &+= aCarry
      if left != 0 { aCarry = 0 }
      var right = (index < bCount ? b.limbs[index] : 0) ^ bSign
      right &+= bCarry
      if right != 0 { bCarry = 0 }
      var limb = apply(operation, left, right) ^ sign
      limb &+= carry
      if limb != 0 { carry = 0 }
      result[index] = limb
      index &+= 1
    }
    guard carry == 0 else {
      // All limbs are zero: the result is the negative power of two just above them.
      guard count < limbCountMax else { throw .tooLarge }
      result[count] = 1
      return -1 &- count
    }
    return signed(trimmed(result, count: count), negative: sign != 0)
  }

  /// Applies a bitwise operation to two integers that are not negative.
  @inline(__always)
  private static func combineLimbs(
    _ a: LimbView, _ b: LimbView, by operation: BitOperation,
    into result: UnsafeMutablePointer<UInt>
  ) -> Int {
    let (long, short) = a.size >= b.size ? (a, b) : (b, a)
    var count = short.size
    var index = 0
    while index < count {
      result[index] = apply(operation, long.limbs[index], short.limbs[index])
      index &+= 1
    }
    if operation != .and {
      (result + count).update(from: long.limbs + count, count: long.size &- count)
      count = long.size
    }
    return trimmed(result, count: count)
  }
}
