import BigInt
import Integers
import Testing

/// Compares random operations to another implementation.
@Suite struct DifferentialTests {
  private static let limit = Integer.maximumBitCount

  /// Writes an expected value, which may be beyond the limit.
  private func text(_ value: BigInt) -> String {
    value.magnitude.bitWidth > DifferentialTests.limit
      ? "!tooLarge" : String(value, radix: 16)
  }

  /// Writes the result of an operation, or its failure.
  private func outcome(_ operation: () throws(ArithmeticFailure) -> Integer) -> String {
    do throws(ArithmeticFailure) {
      return try operation().description(radix: 16)
    } catch {
      return "!\(error)"
    }
  }

  /// Divides and rounds in the other implementation.
  private func divide(_ a: BigInt, by b: BigInt, rounding: Rounding) -> String {
    if b == 0 { return "!divisionByZero" }
    let (quotient, remainder) = floor(a, b)
    if remainder == 0 { return text(quotient) }
    switch rounding {
    case .floor: return text(quotient)
    case .ceil: return text(quotient + 1)
    case .trunc: return text(quotient < 0 ? quotient + 1 : quotient)
    case .exact: return "!inexact"
    case .even:
      let twice = 2 * remainder.magnitude
      if twice == b.magnitude { return text(quotient % 2 == 0 ? quotient : quotient + 1) }
      return text(twice > b.magnitude ? quotient + 1 : quotient)
    }
  }

  /// Divides, rounding down, in the other implementation.
  private func floor(_ a: BigInt, _ b: BigInt) -> (BigInt, BigInt) {
    var (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
    if remainder != 0 && (remainder < 0) != (b < 0) {
      quotient -= 1
      remainder += b
    }
    return (quotient, remainder)
  }

  /// Combines bits in the other implementation.
  ///
  /// It is not asked to combine negative integers, since it loses -2^64 as the result of an "and".
  private func combine(
    _ a: BigInt, _ b: BigInt, by operation: (BigUInt, BigUInt) -> BigUInt
  ) -> BigInt {
    let width = max(a.magnitude.bitWidth, b.magnitude.bitWidth) + 2
    let whole = BigInt(1) << width
    let bits = BigInt(operation(floor(a, whole).1.magnitude, floor(b, whole).1.magnitude))
    return bits >> (width - 1) == 0 ? bits : bits - whole
  }

  @Test(arguments: [200, 1_100, 16_384])
  func sumsProductsAndBits(bits: Int) {
    var random = SplitMix64(seed: UInt64(bits))
    for _ in 0..<(bits > 2_000 ? 150 : 1_500) {
      let a = random.integer(bitsBelow: bits)
      let b = random.integer(bitsBelow: bits)
      let (x, y) = (Integer(a), Integer(b))
      #expect(x.asBigInt == a)
      #expect(outcome { () throws(ArithmeticFailure) in try x.adding(y) } == text(a + b))
      #expect(outcome { () throws(ArithmeticFailure) in try x.subtracting(y) } == text(a - b))
      #expect(outcome { () throws(ArithmeticFailure) in try x.multiplied(by: y) } == text(a * b))
      #expect(
        outcome { () throws(ArithmeticFailure) in try x.bitAnd(y) }
          == text(combine(a, b, by: &)))
      #expect(
        outcome { () throws(ArithmeticFailure) in try x.bitOr(y) }
          == text(combine(a, b, by: |)))
      #expect(
        outcome { () throws(ArithmeticFailure) in try x.bitXor(y) }
          == text(combine(a, b, by: ^)))
      #expect((x < y) == (a < b))
      #expect((x == y) == (a == b))
      #expect(x.negated().asBigInt == -a)
      #expect(x.magnitude.asBigInt == BigInt(a.magnitude))
      #expect(x.bitLength == a.magnitude.bitWidth)
      #expect(x.signum == (a == 0 ? 0 : a < 0 ? -1 : 1))
    }
  }

  @Test(arguments: [200, 1_100, 16_384])
  func divisions(bits: Int) throws {
    var random = SplitMix64(seed: UInt64(bits) + 1)
    for _ in 0..<(bits > 2_000 ? 40 : 500) {
      let a = random.integer(bitsBelow: bits)
      let b = random.integer(bitsBelow: bits)
      let c = random.integer(bitsBelow: bits)
      let (x, y, z) = (Integer(a), Integer(b), Integer(c))
      for rounding in Rounding.allCases {
        #expect(
          outcome { () throws(ArithmeticFailure) in try x.divided(by: z, rounding: rounding) }
            == divide(a, by: c, rounding: rounding))
        #expect(
          outcome { () throws(ArithmeticFailure) in
            try x.multiplied(by: y, thenDividedBy: z, rounding: rounding)
          } == divide(a * b, by: c, rounding: rounding))
        #expect(
          outcome { () throws(ArithmeticFailure) in
            try x.multiplied(by: y, thenDividedBy: x, rounding: rounding)
          } == (a == 0 ? "!divisionByZero" : text(b)))
      }
      guard c != 0 else {
        #expect(throws: ArithmeticFailure.divisionByZero) { try x.dividedFloor(by: z) }
        #expect(throws: ArithmeticFailure.divisionByZero) { try x.modulo(z) }
        continue
      }
      let (quotient, remainder) = floor(a, c)
      let found = try x.dividedFloor(by: z)
      #expect(found.quotient.asBigInt == quotient)
      #expect(found.remainder.asBigInt == remainder)
      #expect(try x.modulo(z).asBigInt == remainder)
      let (product, rest) = floor(a * b, c)
      if product.magnitude.bitWidth <= DifferentialTests.limit {
        let found = try x.multipliedFloor(by: y, thenDividedBy: z)
        #expect(found.quotient.asBigInt == product)
        #expect(found.remainder.asBigInt == rest)
      } else {
        #expect(throws: ArithmeticFailure.tooLarge) {
          try x.multipliedFloor(by: y, thenDividedBy: z)
        }
      }
    }
  }

  @Test func shifts() {
    var random = SplitMix64(seed: 3)
    for _ in 0..<600 {
      let a = random.integer(bitsBelow: DifferentialTests.limit)
      let places = random.bitCount(below: DifferentialTests.limit + 70)
      let (x, distance) = (Integer(a), Integer(places))
      #expect(
        outcome { () throws(ArithmeticFailure) in try x.shiftedLeft(by: distance) }
          == text(a << places))
      #expect(
        outcome { () throws(ArithmeticFailure) in try x.shiftedRight(by: distance) }
          == text(floor(a, BigInt(1) << places).0))
    }
  }

  @Test func powersAndRoots() throws {
    var random = SplitMix64(seed: 4)
    for _ in 0..<200 {
      let a = random.integer(bitsBelow: 300)
      let exponent = Int(random.next() % 80)
      let power = a.power(exponent)
      #expect(
        outcome { () throws(ArithmeticFailure) in try Integer(a).power(Integer(exponent)) }
          == text(power))
    }
    for _ in 0..<150 {
      let a = BigInt(random.integer(bitsBelow: 3_000).magnitude)
      let degree = 1 + Int(random.next() % 12)
      let root = try Integer(a).root(Integer(degree)).asBigInt
      #expect(root.power(degree) <= a)
      #expect((root + 1).power(degree) > a)
    }
    for _ in 0..<10 {
      let a = BigInt(random.integer(bitsBelow: DifferentialTests.limit).magnitude)
      #expect(try Integer(a).root(2).asBigInt == a.squareRoot())
    }
  }

  @Test func numberTheory() throws {
    var random = SplitMix64(seed: 5)
    for _ in 0..<150 {
      let a = random.integer(bitsBelow: 400)
      let b = random.integer(bitsBelow: 400)
      let factor = random.integer(bitsBelow: 100)
      let (c, d) = (a * factor, b * factor)
      #expect(Integer(c).gcd(Integer(d)).asBigInt == c.greatestCommonDivisor(with: d))
      #expect(Integer(d).gcd(Integer(c)).asBigInt == c.greatestCommonDivisor(with: d))

      let modulus = BigInt(random.integer(bitsBelow: 300).magnitude) + 1
      let exponent = BigInt(random.integer(bitsBelow: 90).magnitude)
      let power = try Integer(a).powerModulo(
        exponent: Integer(exponent), modulus: Integer(modulus))
      #expect(power.asBigInt == floor(a, modulus).1.power(exponent, modulus: modulus))

      let isInvertible = a.greatestCommonDivisor(with: modulus) == 1
      let inverse = outcome { () throws(ArithmeticFailure) in
        try Integer(a).inverseModulo(Integer(modulus))
      }
      if modulus == 1 {
        #expect(inverse == "0")
      } else if !isInvertible {
        #expect(inverse == "!notInvertible")
      } else {
        let inverse = Integer(hex: inverse).asBigInt
        #expect(inverse > 0 && inverse < modulus)
        #expect(floor(a * inverse, modulus).1 == 1)
      }
    }
    for _ in 0..<5 {
      let a = random.integer(bitsBelow: DifferentialTests.limit)
      let b = random.integer(bitsBelow: DifferentialTests.limit)
      #expect(Integer(a).gcd(Integer(b)).asBigInt == a.greatestCommonDivisor(with: b))
    }
  }

  @Test(arguments: Rounding.allCases)
  func fixedPowers(rounding: Rounding) {
    var random = SplitMix64(seed: 6)
    for _ in 0..<100 {
      let scale = BigInt(random.integer(bitsBelow: 200).magnitude) + 1
      let base = random.integer(bitsBelow: scale.magnitude.bitWidth + 3)
      let exponent = Int(random.next() % 200)
      var expected = String(scale, radix: 16)
      var square = base
      var remaining = exponent
      while remaining > 0 && !expected.hasPrefix("!") {
        if remaining & 1 == 1 {
          let total = Integer(hex: expected).asBigInt
          expected = divide(total * square, by: scale, rounding: rounding)
        }
        remaining >>= 1
        if remaining > 0 && !expected.hasPrefix("!") {
          let next = divide(square * square, by: scale, rounding: rounding)
          if next.hasPrefix("!") { expected = next } else { square = Integer(hex: next).asBigInt }
        }
      }
      #expect(
        outcome { () throws(ArithmeticFailure) in
          try Integer(base).fixedPower(
            Integer(exponent), scale: Integer(scale), rounding: rounding)
        } == expected)
    }
  }

  @Test func text() {
    var random = SplitMix64(seed: 7)
    for _ in 0..<120 {
      let a = random.integer(bitsBelow: DifferentialTests.limit)
      let x = Integer(a)
      #expect(x.description == String(a))
      #expect(x.description(radix: 16) == String(a, radix: 16))
      #expect(x.description(radix: 36) == String(a, radix: 36))
      #expect(Integer(decimal: x.description) == x)
      #expect(Integer(hexadecimal: x.description(radix: 16)) == x)
    }
  }

  @Test func splits() throws {
    var random = SplitMix64(seed: 8)
    for _ in 0..<300 {
      let total = Integer(random.integer(bitsBelow: 300)).magnitude
      let bits = 1 + Int(random.next() % 300)
      let weights = (0..<(1 + random.next() % 12)).map { _ in
        Integer(random.integer(bitsBelow: bits)).magnitude
      }
      guard weights.contains(where: { !$0.isZero }) else { continue }
      let parts = try Integer.split(total, weights: weights)
      let whole = weights.reduce(0) { $0 + $1.asBigInt }
      #expect(parts.count == weights.count)
      #expect(parts.reduce(0) { $0 + $1.asBigInt } == total.asBigInt)
      for (part, weight) in zip(parts, weights) {
        // No part is a whole unit away from its exact share.
        let error = part.asBigInt * whole - total.asBigInt * weight.asBigInt
        #expect(error > -whole && error < whole)
      }
    }
  }
}
