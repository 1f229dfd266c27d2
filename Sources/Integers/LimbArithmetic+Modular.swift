import CGMP

extension LimbArithmetic {
  /// Finds the greatest common divisor, which is not negative, and zero only for two zeros.
  ///
  /// The result needs max(|a|, |b|) limbs.
  public static func gcd(
    _ a: LimbView, _ b: LimbView, into result: UnsafeMutablePointer<UInt>
  ) -> Int {
    let (long, short) = a.limbCount >= b.limbCount ? (a, b) : (b, a)
    if short.size == 0 {
      result.update(from: long.limbs, count: long.limbCount)
      return long.limbCount
    }
    if short.limbCount == 1 {
      result[0] = __gmpn_gcd_1(long.limbs, long.limbCount, short.limbs[0])
      return 1
    }
    var left = readOnly(long)
    var right = readOnly(short)
    var value = __mpz_struct()
    __gmpz_init(&value)
    defer { __gmpz_clear(&value) }
    __gmpz_gcd(&value, &left, &right)
    return store(value, into: result)
  }

  /// Raises `base` to a power modulo `modulus`; the result is in 0..<modulus.
  ///
  /// A modulus below one is the failure `invalidModulus`, also when the exponent is negative. The
  /// result needs |modulus| limbs.
  public static func powerModulo(
    _ base: LimbView, exponent: LimbView, modulus: LimbView,
    into result: UnsafeMutablePointer<UInt>
  ) throws(ArithmeticFailure) -> Int {
    guard modulus.size > 0 else { throw .invalidModulus }
    guard exponent.size >= 0 else { throw .negativeExponent }
    if modulus.isUnit { return 0 }
    if exponent.size == 0 {
      result[0] = 1
      return 1
    }
    var base = readOnly(base)
    var exponent = readOnly(exponent)
    var divisor = readOnly(modulus)
    var value = __mpz_struct()
    __gmpz_init(&value)
    defer { __gmpz_clear(&value) }
    __gmpz_powm(&value, &base, &exponent, &divisor)
    return storeResidue(value, modulus: modulus, into: result)
  }

  /// Finds the number in 0..<modulus whose product with `a` is one modulo `modulus`.
  ///
  /// Modulo one it is zero. A modulus below one is the failure `invalidModulus`. The result needs
  /// |modulus| limbs.
  public static func inverseModulo(
    _ a: LimbView, modulus: LimbView, into result: UnsafeMutablePointer<UInt>
  ) throws(ArithmeticFailure) -> Int {
    guard modulus.size > 0 else { throw .invalidModulus }
    if modulus.isUnit { return 0 }
    guard a.size != 0 else { throw .notInvertible }
    var operand = readOnly(a)
    var divisor = readOnly(modulus)
    var value = __mpz_struct()
    __gmpz_init(&value)
    defer { __gmpz_clear(&value) }
    guard __gmpz_invert(&value, &operand, &divisor) != 0 else { throw .notInvertible }
    return storeResidue(value, modulus: modulus, into: result)
  }

  // MARK: - Helpers

  /// Wraps a view for the functions of GMP that read an `mpz_t`.
  @inline(__always)
  static func readOnly(_ view: LimbView) -> __mpz_struct {
    // GMP does not write to its source operands, and never frees one without an allocation.
    __mpz_struct(
      _mp_alloc: 0, _mp_size: Int32(truncatingIfNeeded: view.size),
      _mp_d: UnsafeMutablePointer(mutating: view.limbs))
  }

  /// Copies the limbs of a value of GMP and returns its size.
  @inline(__always)
  static func store(_ value: __mpz_struct, into result: UnsafeMutablePointer<UInt>) -> Int {
    let size = Int(value._mp_size)
    if size != 0, let limbs = value._mp_d {
      result.update(from: limbs, count: abs(size))
    }
    return size
  }

  /// Copies a residue of GMP, which may be below zero, as the one in 0..<modulus.
  private static func storeResidue(
    _ value: __mpz_struct, modulus: LimbView, into result: UnsafeMutablePointer<UInt>
  ) -> Int {
    let size = store(value, into: result)
    guard size < 0 else { return size }
    _ = __gmpn_sub(result, modulus.limbs, modulus.size, result, 0 &- size)
    return trimmed(result, count: modulus.size)
  }
}
