import Bytecode
import Crypto
import EngineTesting
import Execution
import Integers

/// Vectors for the instructions on strings of bytes: lengths from both sides, hashes, signatures, paths.
enum BytesVectors {
  /// A function of a module and the rows to look at it with.
  struct Table {
    let name: String
    let parameters: [Kind]
    let results: [Kind]
    let code: [Instruction]
    let rows: [[Value]]
  }

  private static let strings: [[UInt8]] = [
    [], [0], [0xFF], [1, 2, 3], Array("Aliquot".utf8), [UInt8](repeating: 0, count: 32),
    [UInt8](0...31), [UInt8](0...63), [UInt8](0...70),
  ]

  private static func hex(_ text: String) -> Value { .bytes(Hexadecimal.decode(text) ?? []) }

  private static var positions: [Integer] {
    [0, 1, 2, 3, 31, 32, 33, 64, -1, .power(of: 64, minus: 0), .power(of: 200, minus: 0)]
  }

  static var tables: [Table] {
    let pairs = strings.flatMap { a in strings.map { [Value.bytes(a), .bytes($0)] } }
    let single = strings.map { [Value.bytes($0)] }
    let indexed = strings.flatMap { a in positions.map { [Value.bytes(a), .int($0)] } }
    let ranged = [[UInt8](), [7], [UInt8](0...63)].flatMap { a in
      positions.flatMap { b in positions.map { [Value.bytes(a), .int(b), .int($0)] } }
    }
    let lengths = [0, 1, 55, 56, 63, 64, 65, 119, 128, 135, 136, 137, 271, 272, 273, 1_000].map {
      [Value.bytes((0..<$0).map { UInt8(truncatingIfNeeded: $0 &* 7) })]
    }
    let widths = [0, 1, 255, 256, 65_535, 65_536, -1].flatMap { value in
      [0, 1, 2, 3, 32, -1, 65_537].map { [Value.int(Integer(value)), .int(Integer($0))] }
    }
    return [
      Table(
        name: "concat", parameters: [.bytes, .bytes], results: [.bytes],
        code: [Instruction(.concat, 0, 0, 1)], rows: pairs),
      // Up to 65,536 bytes, and one more.
      Table(
        name: "concat_limit", parameters: [.int, .int], results: [.int],
        code: [
          Instruction(.intSmall, 2, 0), Instruction(.intToBytes, 0, 2, 0),
          Instruction(.intToBytes, 1, 2, 1), Instruction(.concat, 0, 0, 1),
          Instruction(.length, 0, 0),
        ],
        rows: [[65_535, 1], [65_536, 0], [0, 65_536], [65_536, 1], [32_768, 32_769]].map {
          $0.map { .int(Integer($0)) }
        }),
      Table(
        name: "slice", parameters: [.bytes, .int, .int], results: [.bytes],
        code: [Instruction(.slice, 0, 0, 0, 1)], rows: ranged),
      Table(
        name: "length", parameters: [.bytes], results: [.int],
        code: [Instruction(.length, 0, 0)], rows: single),
      Table(
        name: "byte_at", parameters: [.bytes, .int], results: [.int],
        code: [Instruction(.byteAt, 0, 0, 0)], rows: indexed),
      Table(
        name: "element", parameters: [.bytes, .int], results: [.bytes],
        code: [Instruction(.element, 0, 0, 0)], rows: indexed),
      Table(
        name: "same", parameters: [.bytes, .bytes], results: [.int],
        code: [Instruction(.same, 0, 0, 1)], rows: pairs),
      Table(
        name: "bytes_to_int", parameters: [.bytes], results: [.int],
        code: [Instruction(.bytesToInt, 0, 0)], rows: single + lengths),
      // As wide as an integer may be, and one byte wider.
      Table(
        name: "bytes_to_int_limit", parameters: [.int, .int], results: [.int],
        code: [
          Instruction(.intToBytes, 0, 0, 1), Instruction(.bytesToInt, 0, 0),
          Instruction(.bitLength, 0, 0),
        ],
        rows: [[1, 2_048], [1, 2_049], [255, 65_536]].map { $0.map { .int(Integer($0)) } }),
      Table(
        name: "int_to_bytes", parameters: [.int, .int], results: [.bytes],
        code: [Instruction(.intToBytes, 0, 0, 1)], rows: widths),
      Table(
        name: "sha256", parameters: [.bytes], results: [.bytes],
        code: [Instruction(.sha256, 0, 0)], rows: lengths),
      Table(
        name: "keccak256", parameters: [.bytes], results: [.bytes],
        code: [Instruction(.keccak256, 0, 0)], rows: lengths),
      Table(
        name: "check_text", parameters: [.bytes], results: [],
        code: [Instruction(.checkBytes, 0, 1)], rows: texts),
      Table(
        name: "check_address", parameters: [.bytes], results: [],
        code: [Instruction(.checkBytes, 0, 2)], rows: single),
      Table(
        name: "check_asset", parameters: [.bytes], results: [],
        code: [Instruction(.checkBytes, 0, 3)], rows: single),
      Table(
        name: "check_call", parameters: [.bytes], results: [],
        code: [Instruction(.checkBytes, 0, 4)], rows: calls),
      Table(
        name: "check_addresses", parameters: [.bytes], results: [],
        code: [Instruction(.checkBytes, 0, 5)], rows: single),
      Table(
        name: "check_assets", parameters: [.bytes], results: [],
        code: [Instruction(.checkBytes, 0, 6)], rows: single),
      Table(
        name: "check_bool", parameters: [.int], results: [],
        code: [Instruction(.checkInt, 0, 0)], rows: (-1...3).map { [.int(Integer($0))] }),
      Table(
        name: "check_enum_3", parameters: [.int], results: [],
        code: [Instruction(.checkEnum, 0, 3)],
        rows: (-1...4).map { [.int(Integer($0))] } + [[.int(.power(of: 130, minus: 0))]]),
      Table(
        name: "verify_ed25519", parameters: [.bytes, .bytes, .bytes], results: [.int],
        code: [Instruction(.verifySignature, 0, 0, 0, 1, 2)], rows: ed25519),
      Table(
        name: "verify_p256", parameters: [.bytes, .bytes, .bytes], results: [.int],
        code: [Instruction(.verifySignature, 0, 1, 0, 1, 2)], rows: p256),
      Table(
        name: "verify_p384", parameters: [.bytes, .bytes, .bytes], results: [.int],
        code: [Instruction(.verifySignature, 0, 2, 0, 1, 2)], rows: p384),
      Table(
        name: "verify_merkle", parameters: [.bytes, .bytes, .bytes, .int], results: [.int],
        code: [Instruction(.verifyMerkle, 0, 0, 1, 2, 0)], rows: merkle),
    ]
  }

  private static var texts: [[Value]] {
    let good = ["", "A", "ä", "€", "😀", "\u{10FFFF}", "\u{0}"].map { Array($0.utf8) }
    let bad: [[UInt8]] = [
      [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80],
      [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x41, 0xFF],
    ]
    return (good + bad).map { [.bytes($0)] }
  }

  private static var calls: [[Value]] {
    let module = Module(name: "")
    let call = ContractCall(
      target: Fixture.bob, name: "pay",
      parameters: [WireKind(.int, in: module), WireKind(.text, in: module)],
      results: [WireKind(.bool, in: module)], arguments: [.int(-300), .bytes(Array("GPU".utf8))],
      payments: [AttachedPayment(asset: Fixture.alice, amount: 25)]
    ).encoded()
    var rows: [[UInt8]] = [[], call, call + [0], Array(call.dropLast()), [0]]
    for index in call.indices where index % 5 == 2 {
      var other = call
      other[index] ^= 0x41
      rows.append(other)
    }
    return rows.map { [.bytes($0)] }
  }

  /// RFC 8032, section 7.1, and signatures spoiled.
  private static var ed25519: [[Value]] {
    let key = hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    let signature = Hexadecimal.decode(
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
    let valid = signature ?? []
    var rows: [[Value]] = [
      [key, .bytes([0x72]), .bytes(valid)], [key, .bytes([0x73]), .bytes(valid)],
      [key, .bytes([]), .bytes(valid)], [key, .bytes([0x72]), .bytes([])],
      [.bytes([]), .bytes([0x72]), .bytes(valid)], [key, .bytes([0x72]), .bytes(valid + [0])],
      [.bytes([UInt8](repeating: 0xFF, count: 32)), .bytes([0x72]), .bytes(valid)],
    ]
    // The same signature with the group's order added to s.
    let order = Hexadecimal.decode(
      "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
    var carry = 0
    var shifted = valid
    for (index, byte) in (order ?? []).enumerated() {
      let sum = Int(shifted[32 + index]) + Int(byte) + carry
      shifted[32 + index] = UInt8(sum & 0xFF)
      carry = sum >> 8
    }
    rows.append([key, .bytes([0x72]), .bytes(shifted)])
    return rows
  }

  /// RFC 6979, A.2.5: the message "sample" with SHA-256.
  private static var p256: [[Value]] {
    let x = "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
    let y = "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"
    let r = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
    let s = "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
    // The order of the group less s: the other signature that the same equation admits.
    let low = "0834e36ad29a83bf2bc9385e491d6099c8fdf9d1ed67aa7ea5f51f93782857a9"
    let message = Value.bytes(Array("sample".utf8))
    return [
      [hex("04" + x + y), message, hex(r + s)], [hex("03" + x), message, hex(r + s)],
      [hex("02" + x), message, hex(r + s)], [hex("04" + x + y), .bytes([]), hex(r + s)],
      [hex("04" + x + y), message, hex(s + r)], [hex("04" + x + y), message, hex(r)],
      [hex("07" + x + y), message, hex(r + s)], [hex(x + y), message, hex(r + s)],
      [hex("04" + x + y), message, hex(r + low)],
    ]
  }

  /// RFC 6979, A.2.6: the message "sample" with SHA-384.
  private static var p384: [[Value]] {
    let x =
      "ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64"
      + "def8f0ea9055866064a254515480bc13"
    let y =
      "8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1"
      + "288b231c3ae0d4fe7344fd2533264720"
    let r =
      "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c"
      + "81a648152e44acf96e36dd1e80fabe46"
    let s =
      "99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94f"
      + "a329c145786e679e7b82c71a38628ac8"
    let message = Value.bytes(Array("sample".utf8))
    return [
      [hex("04" + x + y), message, hex(r + s)], [hex("02" + x), message, hex(r + s)],
      [hex("03" + x), message, hex(r + s)], [hex("04" + x + y), .bytes([1]), hex(r + s)],
      [hex("04" + x + y), message, hex(s + r)],
    ]
  }

  private static func hash(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

  private static var merkle: [[Value]] {
    let leaves: [[UInt8]] = [[], [1], [2, 2], [3, 3, 3]]
    let bottom = leaves.map { hash([0] + $0) }
    let left = hash([1] + bottom[0] + bottom[1])
    let right = hash([1] + bottom[2] + bottom[3])
    let root = hash([1] + left + right)
    var rows: [[Value]] = []
    for index in 0..<4 {
      let path = bottom[index ^ 1] + (index < 2 ? right : left)
      for claimed in [-1, 0, 1, 2, 3, 4] as [Integer] {
        rows.append([.bytes(root), .bytes(leaves[index]), .bytes(path), .int(claimed)])
      }
    }
    let path = bottom[0] + right
    return rows + [
      [.bytes(bottom[1]), .bytes([1]), .bytes([]), .int(0)],
      [.bytes(root), .bytes([1]), .bytes(path + [0]), .int(1)],
      [.bytes([1]), .bytes([1]), .bytes(path), .int(1)],
      [.bytes(root), .bytes([1]), .bytes([UInt8](repeating: 0, count: 64 * 32)), .int(1)],
      [.bytes(root), .bytes([1]), .bytes([UInt8](repeating: 0, count: 65 * 32)), .int(1)],
      [.bytes(root), .bytes([1]), .bytes(path), .int(.power(of: 200, minus: 0))],
    ]
  }

  /// Adds a contract with one function for each table, and looks at all of them.
  static func record(_ tables: [Table], named name: String, _ recorder: VectorRecorder) throws {
    var builder = ModuleBuilder(name)
    for table in tables {
      builder.export(
        table.name,
        builder.function(
          table.parameters, table.results, table.code + [Instruction(.ret, 0, 0, 0)]),
        isView: true)
    }
    let contract = try recorder.contract(builder.finished())
    for table in tables {
      let function = builder.module.signature(
        name: table.name, parameters: table.parameters, results: table.results)
      try recorder.table(contract, function, table.rows)
    }
  }

  /// The file.
  static func file(engine: any ContractEngine) throws -> VectorFile {
    let recorder = VectorRecorder(
      "Instructions on strings of bytes, one function each.", engine: engine)
    try record(tables, named: "Bytes", recorder)
    return recorder.finished()
  }
}
