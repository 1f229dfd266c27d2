import Bytecode
import EngineTesting
import Execution
import Integers

/// Vectors for the instructions on integers: every rounding and sign, and the limits from both sides.
enum IntegerVectors {
  private static func power(_ bits: Int, _ offset: Int = 0) -> Integer {
    let power = bits == 16_384 ? Integer.power(of: bits, minus: 1) : .power(of: bits, minus: 0)
    return (try? power.adding(Integer(offset))) ?? power
  }

  private static func minus(_ value: Integer) -> Integer { value.negated() }

  /// Integers around every place where a representation or a price may change.
  static let edges: [Integer] = [
    0, 1, -1, 2, 3, -7, 10, power(63, -1), minus(power(63)), power(64, -1), power(64),
    power(126, -1), minus(power(126)), power(126), minus(power(126, 1)), power(127),
    minus(power(192)), power(256, -1),
  ]

  /// The largest magnitude, and what lies beside it.
  static let limits: [Integer] = [
    power(16_384), minus(power(16_384)), power(16_383), power(8_192), power(8_191, -1),
    minus(power(8_192)),
  ]

  private static let pairs: [[Integer]] =
    edges.flatMap { a in edges.map { [a, $0] } }
    + limits.flatMap { a in [1, -1, 3, power(64), power(126)].flatMap { [[a, $0], [$0, a]] } }
    + [
      [power(8_192), power(8_191)], [power(8_192), power(8_192)], [power(16_384), power(16_384)],
      [minus(power(16_384)), power(16_384)], [power(16_383), power(16_383)],
    ]

  private static let triples: [[Integer]] = {
    let small: [Integer] = [0, 1, -1, 3, -7, power(63), minus(power(126)), power(126, -1)]
    return small.flatMap { a in small.flatMap { b in small.map { [a, b, $0] } } } + [
      [power(128), power(127, 3), power(126)], [power(200, 7), minus(power(200)), power(199, 1)],
      [power(64), power(64), power(65)], [power(63), power(63), 3],
      [power(120), power(120), power(115)],
      [power(16_384), power(16_384), power(16_384)], [power(16_384), 2, 1], [power(16_384), 2, 2],
      [minus(power(16_384)), 3, 3],
    ]
  }()

  private static func powers() -> [[Integer]] {
    var rows: [[Integer]] = []
    for base in [0, 1, -1, 2, -2, 3, 10, power(63), minus(power(64)), power(126)] as [Integer] {
      for exponent in [0, 1, 2, 3, 17, 127, 128, -1] as [Integer] { rows.append([base, exponent]) }
    }
    return rows + [
      [2, 16_383], [2, 16_384], [-2, 16_383], [-2, 16_384], [3, 10_000], [3, 10_337], [3, 10_338],
      [1, power(16_384)], [-1, power(16_384)], [0, power(200)], [2, power(64)], [power(8_192), 2],
      [power(8_192, -1), 2], [7, 5_836], [7, 5_837],
    ]
  }

  private static func shifts() -> [[Integer]] {
    var rows: [[Integer]] = []
    for value in [0, 1, -1, 5, -5, power(126, -1), minus(power(126)), power(200)] as [Integer] {
      for distance in [0, 1, 2, 63, 64, 65, 125, 126, 127, 300, -1, power(64), power(200)]
        as [Integer]
      {
        rows.append([value, distance])
      }
    }
    return rows + [
      [1, 16_383], [1, 16_384], [-1, 16_383], [3, 16_382], [3, 16_383], [power(16_384), 1],
      [power(16_384), 16_383], [power(16_384), 16_384], [minus(power(16_384)), 16_384],
      [power(16_384), power(70)],
    ]
  }

  private static func roots() -> [[Integer]] {
    var rows: [[Integer]] = []
    for value in [0, 1, 2, 3, 4, 8, 9, 26, 27, 28, power(63), power(126, -1), power(128), -1, -8]
      as [Integer]
    {
      for degree in [1, 2, 3, 5, 64, 0, -2] as [Integer] { rows.append([value, degree]) }
    }
    return rows + [
      [power(16_384), 2], [power(16_384), 16_384], [power(16_384), power(64)], [0, power(80)],
      [power(8_192), 2], [power(8_192, -1), 2],
    ]
  }

  private static let moduli: [[Integer]] = {
    var rows: [[Integer]] = []
    for base in [0, 1, -1, 3, -4, power(64, 13), minus(power(130))] as [Integer] {
      for exponent in [0, 1, 2, 65_537, -1, power(70)] as [Integer] {
        for modulus in [1, 2, 7, 0, -5, power(127, -1), power(255, -19)] as [Integer] {
          rows.append([base, exponent, modulus])
        }
      }
    }
    return rows
  }()

  private static let ladders: [[Integer]] = {
    let scale = Integer(decimal: "1000000000000000000000000000") ?? 1
    let rate = (try? scale.adding(Integer(decimal: "1585489599188229325") ?? 0)) ?? 1
    return [
      [rate, 8_760, scale], [rate, 0, scale], [rate, 1, scale], [rate, 2, scale], [rate, 3, scale],
      [rate, -1, scale], [rate, 2, 0], [rate, 2, -3], [7, 5, 2], [-7, 5, 2], [-7, 4, 3], [0, 9, 5],
      [0, 0, 5], [4, 3, 2], [3, 2, 2], [power(100), 40, 1], [power(100), 200, 1],
      [1, power(64), 1],
      [1, power(64, -1), 1], [2, power(64, -1), 1], [power(126), 3, power(126)],
    ]
  }()

  private static func rows(_ integers: [[Integer]]) -> [[Value]] {
    integers.map { $0.map { Value.int($0) } }
  }

  /// The file.
  static func file(engine: any ContractEngine) throws -> VectorFile {
    let recorder = VectorRecorder(
      "Instructions on integers, one function each: operands in, results or a trap out.",
      engine: engine)
    var builder = ModuleBuilder("Integers")
    var tables: [(function: String, rows: [[Value]])] = []
    func add(
      _ name: String, _ opcode: Opcode, _ operands: Int, results: Int = 1, extra: UInt16? = nil,
      _ inputs: [[Integer]]
    ) {
      var vector = SIMD8<UInt16>()
      for index in 0..<results { vector[index] = UInt16(3 + index) }
      for index in 0..<operands { vector[results + index] = UInt16(index) }
      if let extra { vector[results + operands] = extra }
      let taken = [Kind](repeating: .int, count: operands)
      let given = [Kind](repeating: .int, count: results)
      builder.export(
        name,
        builder.function(
          taken, given, [Instruction(opcode, vector: vector), Instruction(.ret, 3, 0, 0)]),
        isView: true)
      tables.append(
        (builder.module.signature(name: name, parameters: taken, results: given), rows(inputs)))
    }
    let single = edges.map { [$0] } + limits.map { [$0] }
    let immediates = [-32_768, -3, 0, 1, 32_767]
    for opcode: Opcode in [.add, .sub, .mul, .min, .max, .mod, .gcd] {
      add(opcode.row.mnemonic, opcode, 2, pairs)
    }
    for opcode: Opcode in [.bitAnd, .bitOr, .bitXor, .equal, .notEqual, .less, .lessEqual] {
      add(opcode.row.mnemonic, opcode, 2, pairs)
    }
    for opcode: Opcode in [.neg, .abs, .bitLength, .not] {
      add(opcode.row.mnemonic, opcode, 1, single)
    }
    for immediate in immediates {
      let suffix = immediate < 0 ? "_minus_\(-immediate)" : "_\(immediate)"
      let operand = Instruction.immediate(immediate)
      add("add_small\(suffix)", .addSmall, 1, extra: operand, single)
      add("mul_small\(suffix)", .mulSmall, 1, extra: operand, single)
    }
    for rounding in Rounding.allCases {
      let operand = UInt16(rounding.rawValue)
      add("div_\(rounding)", .div, 2, extra: operand, pairs)
      add("muldiv_\(rounding)", .muldiv, 3, extra: operand, triples)
      add("fixed_pow_\(rounding)", .fixedPow, 3, extra: operand, ladders)
    }
    add("divmod", .divmod, 2, results: 2, pairs)
    add("pow", .pow, 2, powers())
    add("root", .root, 2, roots())
    add("shift_left", .shiftLeft, 2, shifts())
    add("shift_right", .shiftRight, 2, shifts())
    add("pow_mod", .powMod, 3, moduli)
    add("inv_mod", .invMod, 2, moduli.map { [$0[0], $0[2]] })
    let contract = try recorder.contract(builder.finished())
    for table in tables { try recorder.table(contract, table.function, table.rows) }
    return recorder.finished()
  }
}
