import Bytecode
import Chain
import Crypto

/// The parts of an export that stand one behind the other, each with a byte in front that tells which.
enum ArchivePart: UInt8 {
  case end, block, snapshot, note
}

/// What every export has in common.
enum ArchiveFormat {
  /// What every export begins with.
  static let magic = Array("aliquot.archive\n".utf8)
  /// The version of the format.
  static let version: UInt8 = 1
  /// Bytes of the hash at the end.
  static let hashLength = 32
  /// Bytes of a genesis, a name or a note: what a row of the database can hold.
  static let lengthLimit = 1_000_000_000
}

/// Writes an export: collects what is small, hashes what goes out.
struct ArchiveWriter {
  private static let chunk = 1 << 16

  private let write: ([UInt8]) throws -> Void
  private var pending = ByteWriter()
  private var hash = SHA256()

  /// Begins an export.
  init(_ genesis: [UInt8], to write: @escaping ([UInt8]) throws -> Void) throws {
    self.write = write
    pending.write(ArchiveFormat.magic)
    pending.write(ArchiveFormat.version)
    pending.writeBytes(genesis)
    try passOn()
  }

  private mutating func passOn() throws {
    hash.update(data: pending.bytes)
    try write(pending.bytes)
    pending = ByteWriter()
  }

  private mutating func add(_ part: ArchivePart, _ body: (inout ByteWriter) -> Void) throws {
    pending.write(part.rawValue)
    body(&pending)
    if pending.bytes.count >= Self.chunk { try passOn() }
  }

  /// Adds a block.
  mutating func add(_ block: RawBlock) throws {
    try add(.block) {
      $0.writeBytes(block.header)
      $0.writeBytes(block.transactions)
    }
  }

  /// Adds the name of a block.
  mutating func add(_ mark: SnapshotMark) throws {
    try add(.snapshot) {
      $0.writeText(mark.name)
      $0.writeCount(mark.height)
    }
  }

  /// Adds a note.
  mutating func add(_ note: Note) throws {
    try add(.note) {
      $0.writeText(note.kind)
      $0.writeBytes(note.name)
      $0.writeBytes(note.bytes)
    }
  }

  /// Ends the export with the hash of all that went before.
  mutating func finish() throws {
    try add(.end) { _ in }
    try passOn()
    try write(Array(hash.finalize()))
  }
}
