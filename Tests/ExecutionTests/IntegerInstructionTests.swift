import Bytecode
import EngineTesting
import Execution
import Integers
import Testing

/// Every instruction on integers, against the integers of the tools, with its gas.
@Suite struct IntegerInstructionTests {
  /// An instruction on registers 0, 1 and 2 that leaves its results from register 3 on.
  struct Case: Sendable, CustomStringConvertible {
    let name: String
    let operands: Int
    let results: Int
    let code: [Instruction]
    let reference: @Sendable ([Integer]) throws(ArithmeticFailure) -> [Integer]
    /// What is added to the base price, or nil if the test does not know.
    let surplus: (@Sendable ([Integer], [Integer]) -> Int)?

    var description: String { name }

    init(
      _ opcode: Opcode, _ operands: Int, results: Int = 1, extra: [UInt16] = [], name: String = "",
      surplus: (@Sendable ([Integer], [Integer]) -> Int)? = nil,
      _ reference: @escaping @Sendable ([Integer]) throws(ArithmeticFailure) -> [Integer]
    ) {
      self.name = opcode.row.mnemonic + name
      self.operands = operands
      self.results = results
      self.reference = reference
      self.surplus = surplus
      var vector = SIMD8<UInt16>()
      for index in 0..<results { vector[index] = UInt16(3 + index) }
      for index in 0..<operands { vector[results + index] = UInt16(index) }
      for (index, value) in extra.enumerated() { vector[results + operands + index] = value }
      code = [Instruction(opcode, vector: vector)]
    }

    /// A branch, which leaves 1 if it is taken.
    init(
      branch opcode: Opcode, immediate: Int? = nil,
      surplus: (@Sendable ([Integer], [Integer]) -> Int)? = nil,
      _ taken: @escaping @Sendable (Integer, Integer) -> Bool
    ) {
      name = opcode.row.mnemonic + (immediate.map { " \($0)" } ?? "")
      operands = immediate == nil ? 2 : 1
      results = 1
      let second = immediate.map(Instruction.immediate) ?? 1
      code = [
        Instruction(.intSmall, 3, 1), Instruction(opcode, 0, second, 3),
        Instruction(.intSmall, 3, 0),
      ]
      reference = { operands throws(ArithmeticFailure) in
        [taken(operands[0], immediate.map { Integer($0) } ?? operands[1]) ? 1 : 0]
      }
      self.surplus = surplus
    }

    /// Gas of the instructions before what is added for wide operands; an untaken branch runs on.
    func gas(_ results: [Integer]) -> Int {
      if code.count == 1 { return code[0].row.gas }
      return 1 + code[1].row.gas + (results == [1] ? 0 : 1)
    }
  }

  static func isNarrow(_ value: Integer) -> Bool {
    value >= Integer.power(of: 126, minus: 0).negated() && value < Integer.power(of: 126, minus: 0)
  }

  static func words(_ value: Integer) -> Int { max(1, (value.bitLength + 63) / 64) }

  /// A price in words of the first two operands, unless everything is narrow.
  private static func wide(
    _ price: @escaping @Sendable (Int, Int) -> Int
  ) -> @Sendable ([Integer], [Integer]) -> Int {
    { operands, results in
      if (operands + results).allSatisfy(isNarrow) { return 0 }
      return price(words(operands[0]), operands.count > 1 ? words(operands[1]) : 1)
    }
  }

  /// The same for instructions whose results are small whatever the operands are.
  private static func compared(_ operands: [Integer], _: [Integer]) -> Int {
    if operands.allSatisfy(isNarrow) { return 0 }
    return GasSchedule.comparison(words(operands[0]), words(operands[1]))
  }

  static let cases: [Case] = {
    var cases: [Case] = [
      Case(.add, 2, surplus: wide(GasSchedule.sum)) { o throws(ArithmeticFailure) in
        [try o[0].adding(o[1])]
      },
      Case(.sub, 2, surplus: wide(GasSchedule.sum)) { o throws(ArithmeticFailure) in
        [try o[0].subtracting(o[1])]
      },
      Case(.mul, 2, surplus: wide(GasSchedule.product)) { o throws(ArithmeticFailure) in
        [try o[0].multiplied(by: o[1])]
      },
      Case(.neg, 1, surplus: wide(GasSchedule.sum)) { o throws(ArithmeticFailure) in
        [o[0].negated()]
      },
      Case(.abs, 1, surplus: wide(GasSchedule.sum)) { o throws(ArithmeticFailure) in
        [o[0].magnitude]
      },
      Case(.min, 2, surplus: compared) { o throws(ArithmeticFailure) in [min(o[0], o[1])] },
      Case(.max, 2, surplus: compared) { o throws(ArithmeticFailure) in [max(o[0], o[1])] },
      Case(.mod, 2, surplus: wide(GasSchedule.quotient)) { o throws(ArithmeticFailure) in
        [try o[0].modulo(o[1])]
      },
      Case(.divmod, 2, results: 2, surplus: wide(GasSchedule.quotient)) {
        o throws(ArithmeticFailure) in
        let (quotient, remainder) = try o[0].dividedFloor(by: o[1])
        return [quotient, remainder]
      },
      Case(.pow, 2) { o throws(ArithmeticFailure) in [try o[0].power(o[1])] },
      Case(.root, 2) { o throws(ArithmeticFailure) in [try o[0].root(o[1])] },
      Case(.bitLength, 1) { o throws(ArithmeticFailure) in [Integer(o[0].bitLength)] },
      Case(.gcd, 2, surplus: { o, _ in GasSchedule.gcd(words(o[0]), words(o[1])) }) {
        o throws(ArithmeticFailure) in [o[0].gcd(o[1])]
      },
      Case(.powMod, 3) { o throws(ArithmeticFailure) in
        [try o[0].powerModulo(exponent: o[1], modulus: o[2])]
      },
      Case(.invMod, 2) { o throws(ArithmeticFailure) in [try o[0].inverseModulo(o[1])] },
      Case(.bitAnd, 2, surplus: wide(GasSchedule.bitwise)) { o throws(ArithmeticFailure) in
        [try o[0].bitAnd(o[1])]
      },
      Case(.bitOr, 2, surplus: wide(GasSchedule.bitwise)) { o throws(ArithmeticFailure) in
        [try o[0].bitOr(o[1])]
      },
      Case(.bitXor, 2, surplus: wide(GasSchedule.bitwise)) { o throws(ArithmeticFailure) in
        [try o[0].bitXor(o[1])]
      },
      Case(.shiftLeft, 2) { o throws(ArithmeticFailure) in [try o[0].shiftedLeft(by: o[1])] },
      Case(.shiftRight, 2) { o throws(ArithmeticFailure) in [try o[0].shiftedRight(by: o[1])] },
      Case(.equal, 2, surplus: compared) { o throws(ArithmeticFailure) in [o[0] == o[1] ? 1 : 0] },
      Case(.notEqual, 2, surplus: compared) { o throws(ArithmeticFailure) in
        [o[0] != o[1] ? 1 : 0]
      },
      Case(.less, 2, surplus: compared) { o throws(ArithmeticFailure) in [o[0] < o[1] ? 1 : 0] },
      Case(.lessEqual, 2, surplus: compared) { o throws(ArithmeticFailure) in
        [o[0] <= o[1] ? 1 : 0]
      },
      Case(.not, 1, surplus: { _, _ in 0 }) { o throws(ArithmeticFailure) in
        [o[0].isZero ? 1 : 0]
      },
      Case(branch: .jumpEqual, surplus: compared) { $0 == $1 },
      Case(branch: .jumpNotEqual, surplus: compared) { $0 != $1 },
      Case(branch: .jumpLess, surplus: compared) { $0 < $1 },
      Case(branch: .jumpLessEqual, surplus: compared) { $0 <= $1 },
    ]
    for rounding in Rounding.allCases {
      let raw = UInt16(rounding.rawValue)
      cases.append(
        Case(
          .div, 2, extra: [raw], name: " \(rounding)", surplus: wide(GasSchedule.quotient)
        ) { o throws(ArithmeticFailure) in [try o[0].divided(by: o[1], rounding: rounding)] })
      cases.append(
        Case(
          .muldiv, 3, extra: [raw], name: " \(rounding)",
          surplus: { o, r in
            (o + r).allSatisfy(isNarrow)
              ? 0 : GasSchedule.productQuotient(words(o[0]), words(o[1]), words(o[2]))
          }
        ) { o throws(ArithmeticFailure) in
          [try o[0].multiplied(by: o[1], thenDividedBy: o[2], rounding: rounding)]
        })
      cases.append(
        Case(.fixedPow, 3, extra: [raw], name: " \(rounding)") { o throws(ArithmeticFailure) in
          [try o[0].fixedPower(o[1], scale: o[2], rounding: rounding)]
        })
    }
    for immediate in [0, 1, -1, 100, 32_767, -32_768] {
      let value = Integer(immediate)
      let raw = Instruction.immediate(immediate)
      cases.append(
        Case(.addSmall, 1, extra: [raw], name: " \(immediate)") { o throws(ArithmeticFailure) in
          [try o[0].adding(value)]
        })
      cases.append(
        Case(.mulSmall, 1, extra: [raw], name: " \(immediate)") { o throws(ArithmeticFailure) in
          [try o[0].multiplied(by: value)]
        })
      let none: @Sendable ([Integer], [Integer]) -> Int = { _, _ in 0 }
      let ordered: @Sendable ([Integer], [Integer]) -> Int = { operands, _ in
        isNarrow(operands[0]) ? 0 : GasSchedule.comparison(words(operands[0]), 1)
      }
      cases += [
        Case(branch: .jumpEqualSmall, immediate: immediate, surplus: none) { $0 == $1 },
        Case(branch: .jumpNotEqualSmall, immediate: immediate, surplus: none) { $0 != $1 },
        Case(branch: .jumpLessSmall, immediate: immediate, surplus: ordered) { $0 < $1 },
        Case(branch: .jumpLessEqualSmall, immediate: immediate, surplus: ordered) { $0 <= $1 },
        Case(branch: .jumpGreaterSmall, immediate: immediate, surplus: ordered) { $0 > $1 },
        Case(branch: .jumpGreaterEqualSmall, immediate: immediate, surplus: ordered) { $0 >= $1 },
      ]
    }
    return cases
  }()

  static func trap(_ failure: ArithmeticFailure) -> Trap {
    switch failure {
    case .tooLarge: .integerTooLarge
    case .divisionByZero, .invalidScale: .divisionByZero
    case .inexact: .inexact
    case .negativeRoot, .zerothRoot: .negativeRoot
    case .negativeExponent: .negativeExponent
    case .notInvertible: .notInvertible
    case .invalidModulus: .invalidModulus
    case .negativeShift: .invalidShift
    case .invalidWeights: .invalidWeights
    }
  }

  @Test(arguments: cases) func agrees(test: Case) throws {
    var random = SplitMix64(seed: 77)
    var builder = ModuleBuilder()
    builder.function(
      [Kind](repeating: .int, count: test.operands), [Kind](repeating: .int, count: test.results),
      test.code + [Instruction(.ret, 3, 0, 0)])
    builder.export("f", 0)
    let fixture = Fixture()
    let contract = try fixture.add(builder.finished())
    for round in 0..<Effort.rounds(250) {
      var operands = (0..<test.operands).map { _ in random.integer() }
      if test.operands > 1 {
        switch test.name.prefix(3) {
        case "shi", "pow", "roo": operands[1] = smallExponent(&random)
        case "fix":
          operands = (0..<3).map { _ in random.integer(bits: random.pick([10, 128, 2_000])) }
          operands[1] = smallExponent(&random)
        default: break
        }
        if round % 7 == 0 { operands[0] = operands[1] }
        if round % 11 == 0, let product = try? operands[0].multiplied(by: operands[1]) {
          operands[0] = product
        }
      }
      if test.name == "pow_mod" { operands[1] = random.integer(bits: random.pick([8, 64, 300])) }
      let receipt = fixture.run(contract, "f", operands.map { .int($0) }, gas: Limits.gas)
      let expected: [Integer]
      do {
        expected = try test.reference(operands)
      } catch {
        #expect(receipt.failure?.reason == .trap(Self.trap(error)), "\(operands)")
        continue
      }
      #expect(receipt.results == expected.map { .int($0) }, "\(operands)")
      guard let surplus = test.surplus else { continue }
      func bytes(_ integers: [Integer]) -> Int {
        integers.reduce(0) { $0 + ($1.bitLength + 7) / 8 }
      }
      let (taken, given) = (bytes(operands), bytes(expected))
      let around =
        GasSchedule.coldContract + GasSchedule.transaction(taken) + Opcode.ret.row.gas
        + test.results + GasSchedule.values(expected.count, given)
      #expect(
        Int(receipt.gasUsed) == around + test.gas(expected) + surplus(operands, expected),
        "\(operands)")
    }
  }

  private func smallExponent(_ random: inout SplitMix64) -> Integer {
    random.pick([
      Integer(random.below(8)), Integer(random.below(300)), Integer(random.below(17_000)), -1,
      random.integer(bits: 70),
    ])
  }

  /// An integer costs the same however it came about: narrow ones are never left in limbs.
  @Test func hasOneForm() throws {
    var builder = ModuleBuilder()
    // From wide to narrow and back, around the edge.
    let edge = builder.integer(.power(of: 126, minus: 0))
    builder.function(
      [.int], [.int, .int, .int],
      [
        Instruction(.intConst, 1, edge), Instruction(.add, 2, 0, 1), Instruction(.sub, 2, 2, 1),
        Instruction(.equal, 3, 2, 0), Instruction(.sub, 4, 0, 2), Instruction(.not, 5, 4),
        Instruction(.mulSmall, 2, 2, 1), Instruction(.intMove, 1, 2), Instruction(.intMove, 2, 3),
        Instruction(.intMove, 3, 5), Instruction(.ret, 1, 0, 0),
      ])
    builder.export("f", 0)
    let fixture = Fixture()
    let contract = try fixture.add(builder.finished())
    for bits in [0, 1, 62, 63, 64, 125, 126] {
      for offset in -2...2 {
        for isNegative in [false, true] {
          let value = try Integer.power(of: bits, minus: 0).adding(Integer(offset))
          let signed = isNegative ? value.negated() : value
          let receipt = fixture.run(contract, "f", [.int(signed)])
          #expect(receipt.results == [.int(signed), .int(1), .int(1)])
        }
      }
    }
  }

  /// `loop_less` counts; a loop over itself ends.
  @Test func loops() throws {
    var builder = ModuleBuilder()
    builder.function(
      [.int, .int], [.int, .int],
      [
        Instruction(.addSmall, 2, 2, 1), Instruction(.loopLess, 0, 1, 0),
        Instruction(.intMove, 1, 2), Instruction(.ret, 0, 0, 0),
      ])
    builder.function(
      [.int], [.int], [Instruction(.loopLess, 0, 0, 0), Instruction(.ret, 0, 0, 0)])
    builder.export("f", 0)
    builder.export("g", 1)
    let fixture = Fixture()
    let contract = try fixture.add(builder.finished())
    let starts: [Integer] =
      [0, -5, .power(of: 62, minus: 0), .power(of: 126, minus: 1)]
      + [try Integer.power(of: 126, minus: 0).subtracting(4), .power(of: 200, minus: 0)]
    for start in starts {
      for count in [-3, 0, 1, 2, 9] {
        let end = try start.adding(Integer(count))
        let receipt = fixture.run(contract, "f", [.int(start), .int(end)])
        let rounds = max(count, 1)
        #expect(
          receipt.results == [.int(try start.adding(Integer(rounds))), .int(Integer(rounds))])
      }
      #expect(fixture.run(contract, "g", [.int(start)]).results == [.int(try start.adding(1))])
    }
    let largest = Integer.power(of: 16_384, minus: 1)
    #expect(
      fixture.run(contract, "g", [.int(largest)]).failure?.reason == .trap(.integerTooLarge))
  }
}
