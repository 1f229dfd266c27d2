import BigInt
import Bytecode
import Integers

/// What the gas schedule and the memory meter ask of an integer.
extension BigInt {
  /// Bits of the magnitude; 0 has none.
  var bits: Int { magnitude.bitWidth }

  /// 64-bit words of the magnitude, at least one.
  var wordCount: Int { Swift.max(1, (bits + 63) / 64) }

  /// Bytes of the magnitude; 0 has none.
  var byteCount: Int { (bits + 7) / 8 }

  var isNegative: Bool { sign == .minus }

  /// Whether the integer lies from -2^126 up to 2^126.
  var isNarrow: Bool { isBelow(power: 126) }

  /// Whether the integer lies from -2^62 up to 2^62.
  var isSmall: Bool { isBelow(power: 62) }

  /// The integer as an `Int`, if it fits.
  var asInt: Int? {
    guard bits <= 64, let word = magnitude.words.first else { return isZero ? 0 : nil }
    return isNegative ? Int(exactly: -Int128(word)) : Int(exactly: word)
  }

  private func isBelow(power: Int) -> Bool {
    if bits <= power { return true }
    return isNegative && bits == power + 1 && magnitude.trailingZeroBitCount == power
  }
}

/// The operations on integers: what they mean, and the traps of those that have no result.
enum Arithmetic {
  /// The integer itself, if a register can hold it.
  static func limited(_ x: BigInt) throws(Halt) -> BigInt {
    if x.bits > Limits.integerBits { throw .trap(.integerTooLarge) }
    return x
  }

  // MARK: - Quotients

  /// a / b, rounded.
  static func quotient(_ a: BigInt, _ b: BigInt, _ rounding: Rounding) throws(Halt) -> BigInt {
    if b.isZero { throw .trap(.divisionByZero) }
    let (q, r) = a.magnitude.quotientAndRemainder(dividingBy: b.magnitude)
    let isNegative = a.isNegative != b.isNegative
    let isAwayFromZero: Bool
    switch rounding {
    case _ where r.isZero: isAwayFromZero = false
    case .floor: isAwayFromZero = isNegative
    case .ceil: isAwayFromZero = !isNegative
    case .trunc: isAwayFromZero = false
    case .even:
      let twice = r + r
      isAwayFromZero = twice > b.magnitude || (twice == b.magnitude && q % 2 == 1)
    case .exact: throw .trap(.inexact)
    }
    return BigInt(sign: isNegative ? .minus : .plus, magnitude: isAwayFromZero ? q + 1 : q)
  }

  /// The floored quotient, and what remains, which has the sign of b.
  static func floored(
    _ a: BigInt, _ b: BigInt
  ) throws(Halt) -> (quotient: BigInt, remainder: BigInt) {
    let q = try quotient(a, b, .floor)
    return (q, a - q * b)
  }

  // MARK: - Powers and roots

  /// a to the power n, which is not negative.
  static func power(_ a: BigInt, _ n: BigInt) throws(Halt) -> BigInt {
    if n.isZero { return 1 }
    // The powers of 0, 1 and -1 have no limit on the exponent.
    if a.bits <= 1 { return a.isNegative && n.magnitude % 2 == 0 ? 1 : a }
    return try limited(a.power(Int(n)))
  }

  /// The largest integer whose n-th power is at most a, for a from 0 and n from 1 on: Newton's method from
  /// above.
  static func root(_ a: BigInt, _ n: BigInt) -> BigInt {
    if a.isZero || n == 1 { return a }
    if n >= BigInt(a.bits) { return 1 }
    let degree = Int(n)
    var x = BigInt(1) << (a.bits / degree + 1)
    while true {
      let next = (x * (n - 1) + a / x.power(degree - 1)) / n
      if next >= x { return x }
      x = next
    }
  }

  /// s * (a / s)^n from the lowest bit of n on; every product is paid before it is made.
  static func fixedPower(
    _ a: BigInt, _ n: BigInt, scale s: BigInt, _ rounding: Rounding,
    pay: (_ x: BigInt, _ y: BigInt) throws(Halt) -> Void
  ) throws(Halt) -> BigInt {
    func step(_ x: BigInt, _ y: BigInt) throws(Halt) -> BigInt {
      try pay(x, y)
      return try limited(try quotient(x * y, s, rounding))
    }
    var total = s
    var square = a
    var rest = n.magnitude
    while !rest.isZero {
      if rest % 2 == 1 { total = try step(total, square) }
      rest /= 2
      if !rest.isZero { square = try step(square, square) }
    }
    return total
  }

  // MARK: - Number theory

  /// The greatest common divisor, by Euclid.
  static func gcd(_ a: BigInt, _ b: BigInt) -> BigInt {
    var (x, y) = (a.magnitude, b.magnitude)
    while !y.isZero { (x, y) = (y, x % y) }
    return BigInt(x)
  }

  /// a to the power n modulo m, for n from 0 and m from 1 on.
  static func power(_ a: BigInt, _ n: BigInt, modulo m: BigInt) throws(Halt) -> BigInt {
    var result = try floored(1, m).remainder
    var square = try floored(a, m).remainder
    var rest = n.magnitude
    while !rest.isZero {
      if rest % 2 == 1 { result = result * square % m }
      square = square * square % m
      rest >>= 1
    }
    return result
  }

  /// The inverse of a modulo m, for m from 1 on: Euclid, with the coefficient of a.
  static func inverse(_ a: BigInt, modulo m: BigInt) throws(Halt) -> BigInt {
    if m == 1 { return 0 }
    var (r, next) = (m, try floored(a, m).remainder)
    var (s, nextS) = (BigInt(0), BigInt(1))
    while !next.isZero {
      let q = r / next
      (r, next) = (next, r - q * next)
      (s, nextS) = (nextS, s - q * nextS)
    }
    guard r == 1 else { throw .trap(.notInvertible) }
    return try floored(s, m).remainder
  }

  // MARK: - Bits

  // In two's complement without end, the complement of x is -x - 1. So a negative x is the complement of
  // an x' from 0 on, and every operation becomes one on two integers from 0 on.

  private static func complement(_ x: BigInt) -> BigInt { -x - 1 }

  /// x, or its complement if it is negative.
  private static func bits(_ x: BigInt) -> BigUInt {
    (x.isNegative ? complement(x) : x).magnitude
  }

  /// The bits of both.
  static func and(_ a: BigInt, _ b: BigInt) -> BigInt {
    let (x, y) = (bits(a), bits(b))
    switch (a.isNegative, b.isNegative) {
    case (false, false): return BigInt(x & y)
    case (false, true): return BigInt(x - (x & y))
    case (true, false): return BigInt(y - (x & y))
    case (true, true): return complement(BigInt(x | y))
    }
  }

  /// The bits of either.
  static func or(_ a: BigInt, _ b: BigInt) -> BigInt {
    complement(and(complement(a), complement(b)))
  }

  /// The bits of one.
  static func xor(_ a: BigInt, _ b: BigInt) -> BigInt {
    let result = BigInt(bits(a) ^ bits(b))
    return a.isNegative == b.isNegative ? result : complement(result)
  }

  /// a * 2^n.
  static func shiftLeft(_ a: BigInt, _ n: Int) -> BigInt {
    BigInt(sign: a.sign, magnitude: a.magnitude << n)
  }

  /// floor(a / 2^n).
  static func shiftRight(_ a: BigInt, _ n: BigInt) -> BigInt {
    guard n < BigInt(a.bits) else { return a.isNegative ? -1 : 0 }
    let shifted = BigInt(bits(a) >> Int(n))
    return a.isNegative ? complement(shifted) : shifted
  }

  // MARK: - Splitting

  /// Parts of a total in proportion to weights, which add up to it: each part is rounded down, and what is
  /// left goes in units to the largest remainders, of equal ones to the first.
  static func split(_ total: BigInt, _ weights: [BigInt]) throws(Halt) -> [BigInt] {
    if total.isNegative || weights.contains(where: \.isNegative) { throw .trap(.invalidWeights) }
    let sum = try limited(weights.reduce(0, +))
    if sum.isZero { throw .trap(.invalidWeights) }
    var parts: [BigInt] = []
    var remainders: [BigInt] = []
    for weight in weights {
      let (part, remainder) = try floored(total * weight, sum)
      parts.append(part)
      remainders.append(remainder)
    }
    let left = total - parts.reduce(0, +)
    let order = parts.indices.sorted { (-remainders[$0], $0) < (-remainders[$1], $1) }
    for index in order.prefix(Int(left)) { parts[index] += 1 }
    return parts
  }
}
