import Bytecode
import Integers

/// A JSON document to be written.
///
/// Members keep the order in which they were given.
/// Integers of the machine are written as strings, because readers lose digits beyond 2^53; bytes are
/// written as `0x` and hexadecimal digits. Numbers are for counts, lines and columns only.
indirect enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  case number(Int)
  case string(String)
  case array([JSON])
  case object([Member])

  /// A name and its value.
  struct Member: Hashable, Sendable {
    var name: String
    var value: JSON
  }

  /// An integer of the machine.
  static func integer(_ value: Integer) -> JSON { .string(value.description) }

  /// An amount of gas.
  static func gas(_ value: UInt64) -> JSON { .string(String(value)) }

  /// A string of bytes.
  static func bytes(_ value: some Sequence<UInt8>) -> JSON {
    .string("0x" + Hexadecimal.encode(value))
  }

  /// An address, an asset or a hash.
  static func identifier(_ value: Identifier) -> JSON { .bytes(value.bytes) }

  /// The document on one line.
  var text: String {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The document with a line for every member, for files that people read.
  var prettyText: String {
    var bytes: [UInt8] = []
    write(to: &bytes, indentation: 0)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func write(to bytes: inout [UInt8], indentation: Int? = nil) {
    switch self {
    case .null: bytes += "null".utf8
    case .bool(let value): bytes += (value ? "true" : "false").utf8
    case .number(let value): bytes += String(value).utf8
    case .string(let value): Self.write(value, to: &bytes)
    case .array(let values):
      Self.write(values, "[", "]", to: &bytes, indentation) { value, bytes, inner in
        value.write(to: &bytes, indentation: inner)
      }
    case .object(let members):
      Self.write(members, "{", "}", to: &bytes, indentation) { member, bytes, inner in
        Self.write(member.name, to: &bytes)
        bytes += (inner == nil ? ":" : ": ").utf8
        member.value.write(to: &bytes, indentation: inner)
      }
    }
  }

  private static func write<Element>(
    _ elements: [Element], _ open: String, _ close: String, to bytes: inout [UInt8],
    _ indentation: Int?, each: (Element, inout [UInt8], Int?) -> Void
  ) {
    bytes += open.utf8
    let inner = indentation.map { $0 + 2 }
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes += ",".utf8 }
      if let inner { bytes += "\n\(String(repeating: " ", count: inner))".utf8 }
      each(element, &bytes, inner)
    }
    if let indentation, !elements.isEmpty {
      bytes += "\n\(String(repeating: " ", count: indentation))".utf8
    }
    bytes += close.utf8
  }

  private static func write(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case UInt8(ascii: "\n"): bytes += "\\n".utf8
      case UInt8(ascii: "\t"): bytes += "\\t".utf8
      case 0..<0x20, 0x7F: bytes += "\\u00\(Hexadecimal.encode([byte]))".utf8
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral,
  ExpressibleByArrayLiteral, ExpressibleByBooleanLiteral
{
  init(stringLiteral value: String) { self = .string(value) }
  init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(elements.map { Member(name: $0.0, value: $0.1) })
  }
  init(arrayLiteral elements: JSON...) { self = .array(elements) }
  init(booleanLiteral value: Bool) { self = .bool(value) }
}
