import Bytecode
import Integers
import Testing

@testable import Assembly

@Suite struct ConstantsTests {
  /// The integer that an expression folds to, or the codes of what is wrong.
  private func fold(_ expression: String, _ more: String = "") -> String {
    let text = """
      contract Demo

      enum Status (open, closed)
      error Late (days int)

      const X = \(expression)
      \(more)
      view x () -> (x int)
          return X
      end

      """
    let result = Sources.assemble(text)
    guard let module = result.artifact?.module else {
      return result.diagnostics.map(\.code).joined(separator: " ")
    }
    let instruction = module.functions[0].code[0]
    return instruction.opcode == .intConst
      ? module.integers[0].description
      : "\(Int16(bitPattern: instruction.operands[1]))"
  }

  @Test(arguments: [
    ("1 + 2 * 3", "7"), ("2.5 * 10^6", "2500000"), ("25.50 * 10^6", "25500000"),
    ("0.1 + 0.2 + 0.7", "1"), ("10^24", "1000000000000000000000000"), ("-2^2", "-4"),
    ("2^3^2", "512"), ("7 days", "604800"), ("1.5 hours", "5400"),
    ("2 weeks - 1 second", "1209599"),
    ("50 bps", "50"), ("BPS", "10000"), ("floor(7 / 2)", "3"), ("ceil(7 / 2)", "4"),
    ("floor(-7 / 2)", "-4"), ("trunc(-7 / 2)", "-3"), ("even(5 / 2)", "2"), ("exact(6 / 2)", "3"),
    ("floor(2.5 / 0.2)", "12"), ("7 mod 3", "1"), ("-7 mod 3", "2"), ("0xff", "255"),
    ("int(Status.closed)", "1"), ("32_767", "32767"), ("-32_768", "-32768"), ("32_768", "32768"),
  ])
  func constantsAreExact(_ expression: String, _ value: String) {
    #expect(fold(expression) == value)
  }

  @Test(arguments: [
    ("2.5", "E0408"), ("exact(7 / 2)", "E0410"), ("floor(1 / 0)", "E0410"), ("2^-1", "E0410"),
    ("2^20_000", "E0605"), ("10^9_999_999", "E0410"), ("10 / 2", "E0403"), ("height", "E0409"),
    ("X", "E0502"), ("1 mod 0", "E0410"), ("2^16_383 * 2", "E0605"), ("Status.ajar", "E0309"),
  ])
  func impossibleConstantsAreRefused(_ expression: String, _ code: String) {
    #expect(fold(expression) == code)
  }

  @Test func theLargestIntegerFits() {
    #expect(!fold("2^16_383 + (2^16_383 - 1)").hasPrefix("E"))
  }

  @Test func constantsReferToLaterOnes() {
    #expect(fold("Y * 2", "const Y = Z + 1\nconst Z = 20") == "42")
  }

  @Test func errorNumbersAreThoseOfTheMachine() {
    let number = ErrorNumber.of("Late(int)")
    #expect(fold("error(Late)") == "\(number)")
    #expect(fold("trap(InsufficientBalance)") == "\(Trap.insufficientBalance.rawValue)")
    #expect(fold("trap(NoSuchTrap)") == "E0309")
  }

  @Test func poolsHoldEntriesOnceInOrderOfUse() throws {
    let text = """
      contract Demo

      fn unused () -> (x int)
          return 111_111
      end

      view x () -> (x int, y bytes, z int)
          return 10^10 + 10^11, concat(x"0102", bytes("b"), x"0102"), 10^11 - 10^10 * height
      end

      """
    let module = try #require(Sources.assemble(text).artifact?.module)
    #expect(module.integers.map(\.description) == ["110000000000", "100000000000", "10000000000"])
    #expect(module.strings == [[1, 2], [0x62]])
  }
}
