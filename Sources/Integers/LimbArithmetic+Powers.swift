import CGMP

extension LimbArithmetic {
  /// Raises `base` to a power, where zero to the power of zero is one.
  ///
  /// The result and the scratch need `resultCapacity` and `scratchCapacity` limbs.
  public static func power(
    _ base: LimbView, exponent: LimbView,
    into result: UnsafeMutablePointer<UInt>, scratch: UnsafeMutablePointer<UInt>
  ) throws(ArithmeticFailure) -> Int {
    guard exponent.size >= 0 else { throw .negativeExponent }
    guard exponent.size > 0 else {
      result[0] = 1
      return 1
    }
    let isNegative = base.size < 0 && exponent.limbs[0] & 1 == 1
    guard base.size != 0 else { return 0 }
    if base.isUnit {
      result[0] = 1
      return signed(1, negative: isNegative)
    }
    // The magnitude is at least two, so that the power has more bits than the exponent says.
    guard exponent.size == 1 && exponent.limbs[0] < UInt(bitCountMax) else { throw .tooLarge }
    let times = Int(exponent.limbs[0])
    guard (bitLength(base) &- 1) &* times < bitCountMax else { throw .tooLarge }

    // Squaring from the top bit of the exponent: no intermediate is larger than the power itself.
    var current = base.magnitude
    var target = scratch
    var spare = scratch + 2 * limbCountMax
    var bit = (Int.bitWidth &- 1) &- times.leadingZeroBitCount
    while bit > 0 {
      bit &-= 1
      __gmpn_sqr(target, current.limbs, current.size)
      current = LimbView(limbs: target, size: trimmed(target, count: 2 &* current.size))
      guard current.size <= limbCountMax else { throw .tooLarge }
      swap(&target, &spare)
      if (times >> bit) & 1 == 1 {
        current = LimbView(limbs: target, size: multiplyMagnitudes(current, base, into: target))
        guard current.size <= limbCountMax else { throw .tooLarge }
        swap(&target, &spare)
      }
    }
    result.update(from: current.limbs, count: current.size)
    return signed(current.size, negative: isNegative)
  }

  /// Takes the root of `a` of the given degree and rounds it down.
  ///
  /// A degree below one is the failure `zerothRoot`, also when `a` is negative. The result needs |a|
  /// limbs, and at least one.
  public static func root(
    _ a: LimbView, degree: LimbView, into result: UnsafeMutablePointer<UInt>
  ) throws(ArithmeticFailure) -> Int {
    guard degree.size > 0 else { throw .zerothRoot }
    guard a.size >= 0 else { throw .negativeRoot }
    guard a.size > 0 else { return 0 }
    let count = a.size
    guard degree.size == 1 && degree.limbs[0] < UInt(bitLength(a)) else {
      result[0] = 1  // Two to this degree is already above `a`.
      return 1
    }
    switch degree.limbs[0] {
    case 1:
      result.update(from: a.limbs, count: count)
      return count
    case 2:
      _ = __gmpn_sqrtrem(result, nil, a.limbs, count)
      return (count &+ 1) / 2
    case let degree:
      var operand = readOnly(a)
      var value = __mpz_struct()
      __gmpz_init(&value)
      defer { __gmpz_clear(&value) }
      _ = __gmpz_root(&value, &operand, degree)
      return store(value, into: result)
    }
  }

  /// Raises a fixed-point number to a power by squaring, rounding at each step.
  ///
  /// The numbers are in units of 1 / `scale`. The order of the steps is pinned, so that the rounding
  /// is too, and a step that fails is the failure of the whole:
  ///
  ///     result = scale
  ///     while exponent > 0 {
  ///       if exponent is odd { result = round(result * base / scale) }
  ///       exponent = exponent / 2
  ///       if exponent > 0 { base = round(base * base / scale) }
  ///     }
  ///
  /// An exponent of 64 bits or less is in range; beyond, the failure is `tooLarge`. The result and
  /// the scratch need `resultCapacity` and `scratchCapacity` limbs.
  public static func fixedPower(
    _ base: LimbView, exponent: LimbView, scale: LimbView, rounding: Rounding,
    into result: UnsafeMutablePointer<UInt>, scratch: UnsafeMutablePointer<UInt>
  ) throws(ArithmeticFailure) -> Int {
    guard scale.size > 0 else { throw .invalidScale }
    guard exponent.size >= 0 else { throw .negativeExponent }
    guard exponent.size <= 1 else { throw .tooLarge }
    var remaining = exponent.size == 0 ? 0 : exponent.limbs[0]

    // Each of the two running numbers alternates between two places.
    var total = scale
    var totalTarget = result
    var totalSpare = scratch
    var square = base
    var squareTarget = scratch + resultCapacity
    var squareSpare = scratch + 2 * resultCapacity
    let working = scratch + 3 * resultCapacity
    while remaining > 0 {
      if remaining & 1 == 1 {
        let size = try multiplyDivide(
          total, by: square, dividedBy: scale, rounding: rounding,
          into: totalTarget, scratch: working)
        total = LimbView(limbs: totalTarget, size: size)
        swap(&totalTarget, &totalSpare)
      }
      remaining >>= 1
      if remaining > 0 {
        let size = try multiplyDivide(
          square, by: square, dividedBy: scale, rounding: rounding,
          into: squareTarget, scratch: working)
        square = LimbView(limbs: squareTarget, size: size)
        swap(&squareTarget, &squareSpare)
      }
    }
    if total.limbs != UnsafePointer(result) {
      result.update(from: total.limbs, count: total.limbCount)
    }
    return total.size
  }
}
