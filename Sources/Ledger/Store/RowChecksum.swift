import Bytecode
import Crypto

/// What tells that a row is as it was written: the first eight bytes of SHA-256 of its columns.
///
/// It finds accidents, not forgeries: those the commitment finds. A row that is read may hold any number.
enum RowChecksum {
  /// The checksum of a value of the state.
  static func value(key: some Sequence<UInt8>, height: Int, bytes: some Sequence<UInt8>) -> Int {
    Array(key).withUnsafeBytes { key in
      Array(bytes).withUnsafeBytes { value(key: key, height: height, bytes: $0) }
    }
  }

  /// The checksum of a value of the state: of the key with its length, the height and the value.
  static func value(
    key: UnsafeRawBufferPointer, height: Int, bytes: UnsafeRawBufferPointer
  ) -> Int {
    // A number takes ten bytes at most.
    let capacity = 10 + key.count + 10 + bytes.count
    return withUnsafeTemporaryAllocation(byteCount: capacity, alignment: 8) { row in
      var count = 0
      func write(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
          row[count] = UInt8(truncatingIfNeeded: rest) | 0x80
          rest >>= 7
          count += 1
        }
        row[count] = UInt8(rest)
        count += 1
      }
      func write(_ bytes: UnsafeRawBufferPointer) {
        UnsafeMutableRawBufferPointer(rebasing: row[count...]).copyMemory(from: bytes)
        count += bytes.count
      }
      write(UInt64(key.count))
      write(key)
      write(UInt64(bitPattern: Int64(height)))
      write(bytes)
      return of(UnsafeRawBufferPointer(rebasing: row[..<count]))
    }
  }

  /// The checksum of a snapshot's name and place.
  static func snapshot(name: String, height: Int, hash: Identifier) -> Int {
    var writer = ByteWriter()
    writer.writeText(name)
    writer.writeUnsigned(UInt64(bitPattern: Int64(height)))
    writer.write(hash)
    return of(writer.bytes)
  }

  /// The checksum of a note.
  static func note(_ note: Note) -> Int {
    var writer = ByteWriter()
    writer.writeText(note.kind)
    writer.writeBytes(note.name)
    writer.write(note.bytes)
    return of(writer.bytes)
  }

  private static func of(_ bytes: [UInt8]) -> Int { bytes.withUnsafeBytes { of($0) } }

  private static func of(_ bytes: UnsafeRawBufferPointer) -> Int {
    var hash = SHA256()
    hash.update(bufferPointer: bytes)
    return hash.finalize().withUnsafeBytes {
      Int(truncatingIfNeeded: UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)))
    }
  }
}
