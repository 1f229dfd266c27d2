import BigInt
import Bytecode
import Integers

/// The bodies of the integer instructions.
///
/// Most add nothing to their base price while operands and result are narrow. Otherwise they pay before
/// they look at the operands' values: a wide division by zero is paid, a narrow one is not.
extension Interpreter {
  private func paySum(_ a: BigInt, _ b: BigInt, for result: BigInt) throws(Halt) {
    if a.isNarrow, b.isNarrow, result.isNarrow { return }
    try charge(Gas.sum(a.wordCount, b.wordCount))
  }

  func add(_ a: BigInt, _ b: BigInt, to target: UInt16) throws(Halt) {
    try paySum(a, b, for: a + b)
    try set(target, try Arithmetic.limited(a + b))
  }

  func subtract(_ a: BigInt, _ b: BigInt, to target: UInt16) throws(Halt) {
    try paySum(a, b, for: a - b)
    try set(target, try Arithmetic.limited(a - b))
  }

  func multiply(_ a: BigInt, _ b: BigInt, to target: UInt16) throws(Halt) {
    // The price does not wait for a wide product.
    if !a.isNarrow || !b.isNarrow || !(a * b).isNarrow {
      try charge(Gas.product(a.wordCount, b.wordCount))
    }
    try set(target, try Arithmetic.limited(a * b))
  }

  func negate(_ a: BigInt, to target: UInt16) throws(Halt) {
    try paySum(a, 0, for: -a)
    try set(target, -a)
  }

  func absolute(_ a: BigInt, to target: UInt16) throws(Halt) {
    if a.isNegative { return try negate(a, to: target) }
    try paySum(a, 0, for: a)
    move(a, to: target)
  }

  // MARK: - Quotients

  /// Pays for a quotient.
  ///
  /// A division of narrow integers by zero, or exact with a remainder, traps first.
  private func payQuotient(
    _ a: BigInt, _ b: BigInt, _ rounding: Rounding
  ) throws(Halt) {
    if a.isNarrow, b.isNarrow, try Arithmetic.quotient(a, b, rounding).isNarrow { return }
    try charge(Gas.quotient(a.wordCount, b.wordCount))
  }

  func divide(
    _ a: BigInt, _ b: BigInt, _ rounding: Rounding, to target: UInt16
  ) throws(Halt) {
    try payQuotient(a, b, rounding)
    try set(target, try Arithmetic.quotient(a, b, rounding))
  }

  func modulo(_ a: BigInt, _ b: BigInt, to target: UInt16) throws(Halt) {
    // What remains of narrow integers is narrow, even where the quotient is not.
    if !a.isNarrow || !b.isNarrow { try charge(Gas.quotient(a.wordCount, b.wordCount)) }
    try set(target, try Arithmetic.floored(a, b).remainder)
  }

  func divideWithRemainder(
    _ a: BigInt, _ b: BigInt, to quotient: UInt16, _ remainder: UInt16
  ) throws(Halt) {
    try payQuotient(a, b, .floor)
    let (q, r) = try Arithmetic.floored(a, b)
    try set(quotient, q)
    try set(remainder, r)
  }

  func multiplyDivide(
    _ a: BigInt, _ b: BigInt, _ c: BigInt, _ rounding: Rounding, to target: UInt16
  ) throws(Halt) {
    if !a.isNarrow || !b.isNarrow || !c.isNarrow {
      try charge(Gas.productQuotient(a.wordCount, b.wordCount, c.wordCount))
      let quotient = try Arithmetic.quotient(a * b, c, rounding)
      return try set(target, try Arithmetic.limited(quotient))
    }
    let quotient = try Arithmetic.quotient(a * b, c, rounding)
    if !quotient.isNarrow {
      try charge(Gas.productQuotient(a.wordCount, b.wordCount, c.wordCount))
    }
    try set(target, quotient)
  }

  // MARK: - Powers, roots and number theory

  func power(_ a: BigInt, _ n: BigInt, to target: UInt16) throws(Halt) {
    if n.isNegative { throw .trap(.negativeExponent) }
    if a.bits > 1 {
      // The power has more than (bits - 1) n bits.
      if BigInt(a.bits - 1) * n >= BigInt(Limits.integerBits) { throw .trap(.integerTooLarge) }
      try charge(Gas.power(bits: a.bits, exponent: Int(n)))
    }
    try set(target, try Arithmetic.power(a, n))
  }

  func root(_ a: BigInt, _ n: BigInt, to target: UInt16) throws(Halt) {
    if a.isNegative || n < 1 { throw .trap(.negativeRoot) }
    try charge(Gas.root(a.wordCount))
    try set(target, Arithmetic.root(a, n))
  }

  func greatestCommonDivisor(_ a: BigInt, _ b: BigInt, to target: UInt16) throws(Halt) {
    try charge(Gas.gcd(a.wordCount, b.wordCount))
    try set(target, Arithmetic.gcd(a, b))
  }

  func modularPower(_ a: BigInt, _ n: BigInt, _ m: BigInt, to target: UInt16) throws(Halt) {
    if m < 1 { throw .trap(.invalidModulus) }
    if n.isNegative { throw .trap(.negativeExponent) }
    try charge(Gas.modularPower(bits: n.bits, base: a.wordCount, modulus: m.wordCount))
    try set(target, try Arithmetic.power(a, n, modulo: m))
  }

  func modularInverse(_ a: BigInt, _ m: BigInt, to target: UInt16) throws(Halt) {
    if m < 1 { throw .trap(.invalidModulus) }
    try charge(Gas.gcd(a.wordCount, m.wordCount))
    try set(target, try Arithmetic.inverse(a, modulo: m))
  }

  func fixedPower(
    _ a: BigInt, _ n: BigInt, _ s: BigInt, _ rounding: Rounding, to target: UInt16
  ) throws(Halt) {
    if s < 1 { throw .trap(.divisionByZero) }
    if n.isNegative { throw .trap(.negativeExponent) }
    if n.bits > 64 { throw .trap(.integerTooLarge) }
    let power = try Arithmetic.fixedPower(a, n, scale: s, rounding) { (x, y) throws(Halt) in
      try charge(Gas.productQuotient(x.wordCount, y.wordCount, s.wordCount))
    }
    try set(target, power)
  }

  // MARK: - Bits

  func bitwise(
    _ a: BigInt, _ b: BigInt, _ operation: (BigInt, BigInt) -> BigInt, to target: UInt16
  ) throws(Halt) {
    if !a.isNarrow || !b.isNarrow { try charge(Gas.bitwise(a.wordCount, b.wordCount)) }
    try set(target, try Arithmetic.limited(operation(a, b)))
  }

  func shiftLeft(_ a: BigInt, _ n: BigInt, to target: UInt16) throws(Halt) {
    if n.isNegative { throw .trap(.invalidShift) }
    if a.isZero { return move(a, to: target) }
    guard BigInt(a.bits) + n <= BigInt(Limits.integerBits) else { throw .trap(.integerTooLarge) }
    let result = Arithmetic.shiftLeft(a, Int(n))
    if !a.isNarrow || !result.isNarrow { try charge(Gas.shift(result.wordCount)) }
    try set(target, result)
  }

  func shiftRight(_ a: BigInt, _ n: BigInt, to target: UInt16) throws(Halt) {
    if n.isNegative { throw .trap(.invalidShift) }
    if !a.isNarrow { try charge(Gas.sum(a.wordCount, 1)) }
    try set(target, Arithmetic.shiftRight(a, n))
  }

  // MARK: - Comparisons

  /// Orders two integers: negative, zero or positive.
  func compare(_ a: BigInt, _ b: BigInt) throws(Halt) -> Int {
    if !a.isNarrow || !b.isNarrow { try charge(Gas.comparison(a.wordCount, b.wordCount)) }
    return a < b ? -1 : a == b ? 0 : 1
  }
}
