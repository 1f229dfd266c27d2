public import Integers

/// Why bytes are not what they claim to be, and where.
public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// Offset of the first byte that is wrong.
  public let offset: Int
  /// What is wrong with it, and what was expected.
  public let reason: String

  /// Makes a failure.
  public init(offset: Int, reason: String) {
    self.offset = offset
    self.reason = reason
  }

  /// The offset and the reason on one line.
  public var description: String { "offset \(offset): \(reason)" }
}

/// Writes the canonical encoding of structured values.
public struct ByteWriter: Sendable {
  /// What has been written.
  public private(set) var bytes: [UInt8] = []

  /// Makes an empty writer.
  public init() {}

  /// Makes room for so many bytes, what has been written included.
  public mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

  /// Forgets what has been written, but keeps the room for it.
  public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// Writes one byte.
  public mutating func write(_ byte: UInt8) { bytes.append(byte) }

  /// Writes bytes as they are.
  public mutating func write(_ string: [UInt8]) { bytes.append(contentsOf: string) }

  /// Writes an identifier's 32 bytes.
  public mutating func write(_ identifier: Identifier) {
    withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { buffer in
      guard let base = buffer.baseAddress else { return }
      identifier.store(to: base)
      bytes.append(contentsOf: buffer)
    }
  }

  /// Writes the canonical encoding of an integer.
  public mutating func writeInteger(_ integer: Integer) { integer.encode(to: &bytes) }

  /// Writes two bytes, the higher first.
  public mutating func write16(_ value: UInt16) {
    bytes.append(UInt8(truncatingIfNeeded: value >> 8))
    bytes.append(UInt8(truncatingIfNeeded: value))
  }

  /// Writes an unsigned integer in groups of seven bits, lowest first, as few as it needs.
  public mutating func writeCount(_ count: Int) { writeUnsigned(UInt64(count)) }

  /// Writes an unsigned integer in groups of seven bits, lowest first, as few as it needs.
  public mutating func writeUnsigned(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// Writes a length and the bytes.
  public mutating func writeBytes(_ string: [UInt8]) {
    writeCount(string.count)
    bytes.append(contentsOf: string)
  }

  /// Writes the length of a text in UTF-8 and its bytes.
  public mutating func writeText(_ text: String) { writeBytes(Array(text.utf8)) }
}

/// Reads the canonical encoding of structured values; every read is checked.
public struct ByteReader: Sendable {
  private let bytes: [UInt8]
  /// Offset of the next byte.
  public private(set) var offset = 0

  /// Reads `bytes` from the start.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// How many bytes are left.
  public var remaining: Int { bytes.count - offset }

  /// A failure at the given offset, or at the next byte.
  public func failure(_ reason: String, at offset: Int? = nil) -> Refusal {
    Refusal(offset: offset ?? self.offset, reason: reason)
  }

  /// Reads one byte.
  public mutating func readByte(_ what: String) throws(Refusal) -> UInt8 {
    guard offset < bytes.count else { throw failure("the bytes end where \(what) was expected") }
    offset += 1
    return bytes[offset - 1]
  }

  /// Reads two bytes, the higher first.
  public mutating func read16(_ what: String) throws(Refusal) -> UInt16 {
    let high = try readByte(what)
    return UInt16(high) << 8 | UInt16(try readByte(what))
  }

  /// Reads an unsigned integer in its shortest form.
  public mutating func readUnsigned(_ what: String) throws(Refusal) -> UInt64 {
    let start = offset
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = try readByte(what)
      guard shift < 63 || byte <= 1 else { throw failure("\(what) is too large", at: start) }
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 {
        guard byte != 0 || shift == 0 else {
          throw failure("\(what) is not in its shortest form", at: start)
        }
        return value
      }
      shift += 7
    }
  }

  /// Reads a count that may not exceed a limit.
  public mutating func readCount(_ what: String, atMost limit: Int) throws(Refusal) -> Int {
    let start = offset
    let value = try readUnsigned(what)
    guard value <= UInt64(limit) else {
      throw failure("\(what) is \(value), above the limit of \(limit)", at: start)
    }
    return Int(value)
  }

  /// Reads the given number of bytes.
  public mutating func read(count: Int, _ what: String) throws(Refusal) -> [UInt8] {
    guard count <= remaining else {
      throw failure("\(what) needs \(count) bytes, but \(remaining) are left")
    }
    defer { offset += count }
    return Array(bytes[offset..<offset + count])
  }

  /// Reads 32 bytes.
  public mutating func readIdentifier(_ what: String) throws(Refusal) -> Identifier {
    guard remaining >= 32 else {
      throw failure("\(what) needs 32 bytes, but \(remaining) are left")
    }
    defer { offset += 32 }
    return Identifier(bytes[offset..<offset + 32]) ?? .zero
  }

  /// Reads a length and as many bytes.
  public mutating func readBytes(
    _ what: String, atMost limit: Int
  ) throws(Refusal) -> [UInt8] {
    try read(count: readCount("the length of \(what)", atMost: limit), what)
  }

  /// Reads a length and as many bytes of well-formed UTF-8.
  public mutating func readText(_ what: String, atMost limit: Int) throws(Refusal) -> String {
    let start = offset
    let bytes = try readBytes(what, atMost: limit)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw failure("\(what) is not well-formed UTF-8", at: start)
    }
    return text
  }

  /// Reads an integer in its canonical encoding.
  public mutating func readInteger() throws(Refusal) -> Integer {
    do { return try Integer(decoding: bytes, at: &offset) } catch {
      throw failure("an integer is not in its shortest form, or cut off", at: error.offset)
    }
  }

  /// Reads a byte that is 0 or 1.
  public mutating func readFlag(_ what: String) throws(Refusal) -> Bool {
    let start = offset
    let byte = try readByte(what)
    guard byte <= 1 else { throw failure("\(what) must be 0 or 1, not \(byte)", at: start) }
    return byte == 1
  }

  /// Requires that nothing is left.
  public func finish(_ what: String) throws(Refusal) {
    guard remaining == 0 else { throw failure("\(remaining) bytes follow the end of \(what)") }
  }
}
