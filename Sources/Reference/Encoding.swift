import BigInt
import Bytecode
import Integers

/// A value on its way from one place of the machine to another: a register, an argument, what is stored.
enum Datum: Equatable {
  case int(BigInt)
  case bytes([UInt8])

  init(_ identifier: Identifier) { self = .bytes(identifier.bytes) }

  /// A value of the host.
  init(_ value: Value) {
    switch value {
    case .int(let integer): self = .int(BigInt(integer))
    case .bytes(let bytes): self = .bytes(bytes)
    }
  }

  /// The value as the host sees it.
  var value: Value {
    switch self {
    case .int(let integer): .int(Integer(integer))
    case .bytes(let bytes): .bytes(bytes)
    }
  }

  /// Bytes that the value counts for in gas.
  var byteCount: Int {
    switch self {
    case .int(let integer): integer.byteCount
    case .bytes(let bytes): bytes.count
    }
  }

  /// Whether the value is the zero of a kind, and so not stored.
  func isZero(of kind: Kind) -> Bool {
    switch self {
    case .int(let integer): integer.isZero
    case .bytes(let bytes): bytes == (kind.isIdentifier ? Identifier.zero.bytes : [])
    }
  }

  /// The zero of a kind.
  static func zero(of kind: Kind) -> Datum {
    switch kind.bank {
    case .int: .int(0)
    case .bytes, .list: .bytes(kind.isIdentifier ? Identifier.zero.bytes : [])
    }
  }

  /// Whether the value is of a kind of a module.
  func isOf(_ kind: Kind, in module: Module) -> Bool {
    switch (self, kind) {
    case (.int, .int): true
    case (.int(let integer), .bool): integer >= 0 && integer < 2
    case (.int(let integer), .enumeration(let index)):
      integer >= 0 && integer < BigInt(module.enums[Int(index)].cases.count)
    case (.bytes(let bytes), _) where bytes.count > Limits.bytesLength: false
    case (.bytes, .bytes): true
    case (.bytes(let bytes), .text): String(validating: bytes, as: UTF8.self) != nil
    case (.bytes(let bytes), .address), (.bytes(let bytes), .asset): bytes.count == 32
    case (.bytes(let bytes), .addresses), (.bytes(let bytes), .assets): bytes.count % 32 == 0
    case (.bytes(let bytes), .call):
      bytes.isEmpty || (try? ContractCall(decoding: bytes)) != nil
    default: false
    }
  }
}

extension BigInt {
  /// The integer of the host, by its canonical encoding.
  init(_ integer: Integer) {
    var offset = 0
    self = Encoding.readInteger(integer.encoded(), at: &offset)
  }

  /// The integer whose magnitude has these bytes, most significant first.
  init(bytes: some Sequence<UInt8>, isNegative: Bool = false) {
    var words: [UInt] = []
    for (index, byte) in bytes.reversed().enumerated() {
      if index % 8 == 0 { words.append(0) }
      words[index / 8] |= UInt(byte) << (index % 8 * 8)
    }
    self.init(sign: isNegative ? .minus : .plus, magnitude: BigUInt(words: words))
  }

  /// The bytes of the magnitude, most significant first, without zeros in front.
  var bytes: [UInt8] {
    let words = Array(magnitude.words)
    return (0..<byteCount).reversed().map { index in
      UInt8(truncatingIfNeeded: words[index / 8] >> (index % 8 * 8))
    }
  }
}

extension Integer {
  /// The integer as the host sees it, by its canonical encoding.
  init(_ integer: BigInt) {
    var offset = 0
    guard let value = try? Integer(decoding: Encoding.integer(integer), at: &offset) else {
      preconditionFailure("a value has more bits than an integer may have")
    }
    self = value
  }
}

/// How values are written into state, hashes and results.
enum Encoding {
  /// A count in groups of seven bits, lowest first; all but the last have the top bit set.
  static func count(_ count: UInt64) -> [UInt8] {
    if count < 0x80 { return [UInt8(count)] }
    return [UInt8(count % 0x80) | 0x80] + self.count(count / 0x80)
  }

  /// The count that starts at an offset.
  static func readCount(_ bytes: [UInt8], at offset: inout Int) -> UInt64 {
    let byte = UInt64(bytes[offset])
    offset += 1
    return byte < 0x80 ? byte : byte % 0x80 + 0x80 * readCount(bytes, at: &offset)
  }

  /// An integer: twice the number of bytes, plus one if it is negative, as a count; then the magnitude.
  static func integer(_ integer: BigInt) -> [UInt8] {
    let bytes = integer.bytes
    return count(UInt64(2 * bytes.count + (integer.isNegative ? 1 : 0))) + bytes
  }

  /// The integer that starts at an offset.
  static func readInteger(_ bytes: [UInt8], at offset: inout Int) -> BigInt {
    let header = Int(readCount(bytes, at: &offset))
    defer { offset += header / 2 }
    return BigInt(bytes: bytes[offset..<offset + header / 2], isNegative: header % 2 == 1)
  }

  /// The integer that a stored value is; nothing stored is zero.
  static func integer(stored bytes: [UInt8]?) -> BigInt {
    var offset = 0
    return bytes.map { readInteger($0, at: &offset) } ?? 0
  }

  /// A string with its length in front.
  static func string(_ bytes: [UInt8]) -> [UInt8] { count(UInt64(bytes.count)) + bytes }

  /// A name with its length in front.
  static func text(_ text: String) -> [UInt8] { string(Array(text.utf8)) }

  /// A value of a kind, so that the bytes say where it ends: identifiers need no length.
  static func value(_ datum: Datum, of kind: Kind) -> [UInt8] {
    switch datum {
    case .int(let value): integer(value)
    case .bytes(let bytes): kind.isIdentifier ? bytes : string(bytes)
    }
  }

  /// Values of kinds, one behind the other.
  static func values(_ data: [Datum], of kinds: [Kind]) -> [UInt8] {
    zip(data, kinds).flatMap { value($0, of: $1) }
  }

  /// The values of kinds in bytes that the machine has written.
  static func readValues(_ bytes: [UInt8], of kinds: [Kind]) -> [Datum] {
    var offset = 0
    return kinds.map { kind in
      if kind.bank == .int { return .int(readInteger(bytes, at: &offset)) }
      let length = kind.isIdentifier ? 32 : Int(readCount(bytes, at: &offset))
      defer { offset += length }
      return .bytes(Array(bytes[offset..<offset + length]))
    }
  }
}
