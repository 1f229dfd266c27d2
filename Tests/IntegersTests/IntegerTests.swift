import Integers
import Testing

/// The value type: creation, representation, text.
@Suite struct IntegerTests {
  @Test func convertsFromStandardTypes() {
    #expect(Integer().isZero)
    #expect(Integer(Int8.min).asInt == -128)
    #expect(Integer(UInt64.max).asInt == nil)
    #expect(Integer(UInt64.max).asUInt64 == .max)
    #expect(Integer(UInt64.max).description == "18446744073709551615")
    #expect(Integer(Int.min).asInt == .min)
    #expect(Integer(-1).asUInt64 == nil)
    #expect(Integer(UInt64(1) << 63).asUInt64 == 1 << 63)
    #expect(Integer(Int128.min).description == "-170141183460469231731687303715884105728")
    #expect(Integer(UInt128.max).description == "340282366920938463463374607431768211455")
    #expect(Integer(UInt128.max).asUInt64 == nil)
    #expect(Integer(Int128(Int.min) - 1).description == "-9223372036854775809")
    #expect(Integer(Int128(-7)).asInt == -7)
    let literal: Integer = -12
    #expect(literal.asInt == -12)
  }

  @Test func hasOneRepresentation() throws {
    let word = Integer(Int.max)
    let beyond = try word.adding(1)
    #expect(beyond.asInt == nil)
    #expect(try beyond.subtracting(1) == word)
    #expect(try beyond.subtracting(1).hashValue == word.hashValue)
    #expect(try beyond.subtracting(1).asInt == .max)
    #expect(beyond.negated().asInt == .min)
    #expect(Integer(Int.min).negated() == beyond)
    #expect(Integer(Int.min).magnitude == beyond)
    #expect(try Integer(Int.min).subtracting(1).asInt == nil)
    #expect(try Integer(Int.min).subtracting(1).adding(1).asInt == .min)
    let large = try beyond.power(3)
    #expect(try large.divided(by: beyond, rounding: .exact).root(2) == beyond)
    #expect(try large.subtracting(large).asInt == 0)
    #expect(Set([beyond, try word.adding(1), word, Integer(Int.max)]).count == 2)
    #expect(Integer(Int.min).withLimbs { $0.size } == -1)
    #expect(Integer(0).withLimbs { $0.size } == 0)
  }

  @Test func comparesByValue() throws {
    let top = Integer.largest
    let values = [
      top.negated(), Integer(Int128.min), Integer(Int.min), -1, 0, 1, Integer(Int.max),
      Integer(UInt64.max), Integer(UInt128.max), top,
    ]
    for (i, a) in values.enumerated() {
      for (j, b) in values.enumerated() {
        #expect((a < b) == (i < j))
        #expect((a == b) == (i == j))
      }
    }
    #expect(values.shuffled().sorted() == values)
    #expect(values.max() == top && values.min() == top.negated())
    #expect(top.bitLength == Integer.maximumBitCount)
    #expect(throws: ArithmeticFailure.tooLarge) { try top.adding(1) }
    #expect(throws: ArithmeticFailure.tooLarge) { try top.negated().subtracting(1) }
  }

  @Test(arguments: [
    ("0", "0"), ("-0", "0"), ("+5", "5"), ("-5", "-5"), ("007", "7"), ("1_000", "1000"),
    ("1_0_0", "100"), ("-1_2", "-12"), ("9223372036854775807", "9223372036854775807"),
    ("9223372036854775808", "9223372036854775808"),
    ("-9223372036854775808", "-9223372036854775808"),
    ("340282366920938463463374607431768211456", "340282366920938463463374607431768211456"),
  ])
  func readsDecimal(text: String, expected: String) {
    #expect(Integer(decimal: text)?.description == expected)
    #expect(Integer(decimal: Substring(text))?.description == expected)
  }

  @Test(arguments: [
    "", "-", "+", "_", "_1", "1_", "1__0", "-_1", "+-1", "--1", " 1", "1 ", "1a", "0x10", "1.0",
    "１",
    "1e3", "-1_",
  ])
  func refusesOtherDecimal(text: String) {
    #expect(Integer(decimal: text) == nil)
  }

  @Test(arguments: [
    ("0", "0"), ("ff", "ff"), ("-FF", "-ff"), ("0xfF", "ff"), ("0XA", "a"), ("-0x1_0", "-10"),
    ("+0x00", "0"), ("dead_beef_dead_beef_00", "deadbeefdeadbeef00"), ("00x", nil), ("0x", nil),
    ("x1", nil), ("0x0x1", nil), ("0x_1", nil), ("0_x1", nil), ("g", nil), ("", nil), ("-", nil),
    ("0x-1", nil), ("1x0", nil),
  ])
  func readsHexadecimal(text: String, expected: String?) {
    #expect(Integer(hexadecimal: text)?.description(radix: 16) == expected)
  }

  @Test func boundsText() {
    let top = Integer.largest
    #expect(Integer(decimal: top.description) == top)
    #expect(top.description.count == Integer.maximumDecimalDigitCount)
    var beyond = top.description
    #expect(beyond.removeLast() == "5")
    #expect(Integer(decimal: beyond + "6") == nil)
    #expect(Integer(decimal: "-" + beyond + "6") == nil)
    #expect(Integer(decimal: String(repeating: "9", count: 4_933)) == nil)
    #expect(Integer(decimal: String(repeating: "9", count: 4_932)) != nil)
    #expect(Integer(decimal: String(repeating: "0", count: 4_933)) == 0)
    #expect(Integer(decimal: String(repeating: "0", count: 4_934)) == nil)
    #expect(Integer(hexadecimal: "1" + String(repeating: "0", count: 4_095)) != nil)
    #expect(Integer(hexadecimal: "1" + String(repeating: "0", count: 4_096)) == nil)
    #expect(Integer(hexadecimal: String(repeating: "0", count: 4_097)) == nil)
    #expect(Integer(hexadecimal: "0x" + String(repeating: "f", count: 4_096)) == top)
  }

  @Test func keepsTheRawValuesOfFailures() {
    #expect(ArithmeticFailure.allCases.map(\.rawValue) == Array(1...11))
    #expect(Rounding.allCases.map(\.rawValue) == Array(0...4))
  }
}
