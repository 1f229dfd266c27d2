import Bytecode
import Crypto

/// Reads an export piece by piece; every read is checked, and nothing is held that did not arrive.
struct ArchiveReader {
  private static let chunk = 1 << 16

  private let read: (Int) throws -> [UInt8]
  private var buffer: [UInt8] = []
  private var position = 0
  private var hash = SHA256()
  /// Bytes before those in the buffer.
  private var passed = 0

  /// Begins to read.
  init(_ read: @escaping (Int) throws -> [UInt8]) { self.read = read }

  /// Bytes that have been read.
  var offset: Int { passed + position }

  /// Why the bytes are no export, at an offset or at the next byte.
  func failure(_ reason: String, at offset: Int? = nil) -> LedgerError {
    .malformedArchive(Refusal(offset: offset ?? self.offset, reason: reason))
  }

  // MARK: - Bytes

  /// Sees to it that there is a byte in the buffer; gives whether there is.
  private mutating func fill() throws -> Bool {
    if position < buffer.count { return true }
    hash.update(data: buffer)
    passed += buffer.count
    position = 0
    buffer = try read(Self.chunk)
    return !buffer.isEmpty
  }

  mutating func readByte(_ what: String) throws -> UInt8 {
    guard try fill() else { throw failure("the bytes end where \(what) was expected") }
    position += 1
    return buffer[position - 1]
  }

  mutating func read(count: Int, _ what: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      guard try fill() else {
        throw failure("\(what) needs \(count) bytes, but \(bytes.count) are left")
      }
      let part = min(count - bytes.count, buffer.count - position)
      bytes += buffer[position..<position + part]
      position += part
    }
    return bytes
  }

  // MARK: - Values

  mutating func readCount(_ what: String, atMost limit: Int) throws -> Int {
    let start = offset
    var bytes = [try readByte(what)]
    while let last = bytes.last, last & 0x80 != 0, bytes.count < 10 {
      bytes.append(try readByte(what))
    }
    var reader = ByteReader(bytes)
    do { return try reader.readCount(what, atMost: limit) } catch {
      throw failure(error.reason, at: start)
    }
  }

  mutating func readBytes(_ what: String, atMost limit: Int) throws -> [UInt8] {
    try read(count: readCount("the length of \(what)", atMost: limit), what)
  }

  mutating func readText(_ what: String, atMost limit: Int) throws -> String {
    let start = offset
    guard let text = String(validating: try readBytes(what, atMost: limit), as: UTF8.self) else {
      throw failure("\(what) is not well-formed UTF-8", at: start)
    }
    return text
  }

  /// Reads the hash of all that was read so far, behind which nothing may follow.
  mutating func readHash() throws {
    hash.update(data: buffer[..<position])
    let expected = Array(hash.finalize())
    // What remains is no part of what was hashed.
    hash = SHA256()
    let start = offset
    guard try read(count: ArchiveFormat.hashLength, "the hash at the end") == expected else {
      throw failure("the hash of the export is not that of its bytes", at: start)
    }
    guard try !fill() else { throw failure("bytes follow the end of the export") }
  }
}
