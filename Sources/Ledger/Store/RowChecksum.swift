import Bytecode
import Crypto

/// What tells that a row is as it was written: the first eight bytes of SHA-256 of its columns.
///
/// It finds accidents, not forgeries: those the commitment finds. A row that is read may hold any number.
enum RowChecksum {
  /// The checksum of a value of the state.
  static func value(key: some Sequence<UInt8>, height: Int, bytes: some Sequence<UInt8>) -> Int {
    var writer = ByteWriter()
    writer.writeBytes(Array(key))
    writer.writeUnsigned(UInt64(bitPattern: Int64(height)))
    writer.write(Array(bytes))
    return of(writer.bytes)
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

  private static func of(_ bytes: [UInt8]) -> Int {
    SHA256.hash(data: bytes).prefix(8).reduce(0) { $0 << 8 | Int($1) }
  }
}
