public import Integers

/// A value outside the machine: an argument, a result, what an event carries.
public enum Value: Hashable, Sendable {
  /// A value of a kind in the integer bank.
  case int(Integer)
  /// A value of a kind in the bytes bank.
  case bytes([UInt8])

  /// The integer, if it is one.
  public var integer: Integer? {
    if case .int(let integer) = self { integer } else { nil }
  }

  /// The bytes, if it is a string of bytes.
  public var string: [UInt8]? {
    if case .bytes(let bytes) = self { bytes } else { nil }
  }

  /// The address or asset that the bytes are, if they are 32.
  public var identifier: Identifier? { string.flatMap { Identifier($0) } }

  /// A value of an identifier.
  public init(_ identifier: Identifier) { self = .bytes(identifier.bytes) }

  /// The zero of a kind.
  public static func zero(of kind: Kind) -> Value {
    switch kind.bank {
    case .int: .int(0)
    case .bytes, .list: .bytes(kind.isIdentifier ? [UInt8](repeating: 0, count: 32) : [])
    }
  }
}

/// A kind as an encoded call writes it: enums count only by their number of cases.
public struct WireKind: Hashable, Sendable {
  /// The kind; the index of an enum is its number of cases less one.
  public let kind: Kind

  /// Makes the wire form of a module's kind.
  public init(_ kind: Kind, in module: Module) {
    if case .enumeration(let index) = kind {
      let cases = module.enums[Int(index)].cases.count
      self.kind = .enumeration(UInt8(truncatingIfNeeded: cases - 1))
    } else {
      self.kind = kind
    }
  }

  /// Makes the wire form of a kind in which the index of an enum is its number of cases less one.
  public init(kind: Kind) { self.kind = kind }

  /// Whether a value is of this kind.
  public func admits(_ value: Value) -> Bool {
    switch (kind, value) {
    case (.int, .int): true
    case (.bool, .int(let integer)): integer == 0 || integer == 1
    case (.enumeration(let last), .int(let integer)):
      integer.asInt.map { (0...Int(last)).contains($0) } ?? false
    case (.bytes, .bytes(let bytes)): bytes.count <= Limits.bytesLength
    case (.text, .bytes(let bytes)):
      bytes.count <= Limits.bytesLength && String(validating: bytes, as: UTF8.self) != nil
    case (.address, .bytes(let bytes)), (.asset, .bytes(let bytes)): bytes.count == 32
    case (.addresses, .bytes(let bytes)), (.assets, .bytes(let bytes)):
      bytes.count <= Limits.bytesLength && bytes.count % 32 == 0
    case (.call, .bytes(let bytes)):
      bytes.isEmpty
        || bytes.count <= Limits.bytesLength && (try? ContractCall(decoding: bytes)) != nil
    default: false
    }
  }
}

extension Value: CustomStringConvertible {
  /// The integer in decimal, or the bytes in hexadecimal.
  public var description: String {
    switch self {
    case .int(let integer): integer.description
    case .bytes(let bytes): "0x\(Hexadecimal.encode(bytes))"
    }
  }
}

extension ByteWriter {
  /// Writes a value of a kind so that the bytes say where it ends.
  public mutating func write(_ value: Value, of kind: Kind) {
    switch value {
    case .int(let integer): write(integer.encoded())
    case .bytes(let bytes):
      if kind.isIdentifier { write(bytes) } else { writeBytes(bytes) }
    }
  }
}

extension ByteReader {
  /// Reads a value of a kind.
  public mutating func readValue(of kind: Kind) throws(Refusal) -> Value {
    switch kind.bank {
    case .int:
      return .int(try readInteger())
    case .bytes, .list:
      if kind.isIdentifier { return .bytes(try read(count: 32, "an identifier")) }
      return .bytes(try readBytes("a string of bytes", atMost: Limits.bytesLength))
    }
  }
}
