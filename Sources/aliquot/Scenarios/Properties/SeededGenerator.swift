import Integers

/// Random numbers that depend on nothing but a seed: SplitMix64.
///
/// Its own arithmetic, and none of the standard library's, turns words into choices, so that a seed means
/// the same with every version of everything.
struct SeededGenerator: Sendable {
  private var state: UInt64

  /// Begins with a seed.
  init(seed: UInt64) { state = seed }

  /// Begins with a seed that is made of texts and numbers.
  init(_ texts: [String], _ numbers: [UInt64]) {
    // FNV-1a; every part ends with a byte that UTF-8 does not have.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    for text in texts {
      for byte in text.utf8 { add(byte) }
      add(0xFF)
    }
    for number in numbers {
      for shift in 0..<8 { add(UInt8(truncatingIfNeeded: number >> UInt64(8 * shift))) }
      add(0xFF)
    }
    state = hash
  }

  /// A word.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  /// A number from 0 to one below a bound, which is above zero.
  mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0, "there is no number below \(bound)")
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A number of a range.
  mutating func number(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.count)
  }

  /// Whether one in so many happens.
  mutating func happens(oneIn count: Int) -> Bool { below(count) == 0 }

  /// One of several, or nil of none.
  mutating func element<Element>(of elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[below(elements.count)]
  }

  /// An integer from zero to a bound, which is not below zero: each as likely as any other.
  mutating func integer(upTo bound: Integer) -> Integer {
    // 64 bits more than needed make the remainder even enough.
    bits(bound.bitLength + 64).remainder(bound.plus(1))
  }

  /// An integer of so many random bits.
  mutating func bits(_ count: Int) -> Integer {
    var integer: Integer = 0
    for _ in 0..<count / 64 { integer = integer.times(Self.wordCount).plus(Integer(next())) }
    let rest = count % 64
    guard rest > 0 else { return integer }
    return integer.times(Integer(UInt64(1) << UInt64(rest)))
      .plus(Integer(next() >> UInt64(64 - rest)))
  }

  private static let wordCount = Integer(UInt64.max).plus(1)
}

/// Arithmetic on drawn integers, where the largest integer stands for all that are larger.
extension Integer {
  func plus(_ other: Integer) -> Integer { (try? adding(other)) ?? self }
  func minus(_ other: Integer) -> Integer { (try? subtracting(other)) ?? self }
  func times(_ other: Integer) -> Integer { (try? multiplied(by: other)) ?? self }
  func half() -> Integer { (try? divided(by: 2, rounding: .floor)) ?? self }
  func remainder(_ divisor: Integer) -> Integer { (try? modulo(divisor)) ?? 0 }
  static func power(_ base: Integer, _ exponent: Int) -> Integer {
    (try? base.power(Integer(exponent))) ?? 0
  }
}
