import Bytecode
import Chain
import Transactions

/// One piece of an archive: a byte that says what it is, a count of bytes, and the bytes.
enum ArchiveRecord {
  case genesis(Genesis)
  case block(BlockHeader, [SignedTransaction])
  case snapshot(SnapshotMark)
  case note(Note)
  /// SHA-256 of everything before it.
  case end(Identifier)

  private enum Tag: UInt8 {
    case end, genesis, block, snapshot, note
  }

  /// Bytes that a piece may have: the transactions of the largest block, and what goes around them.
  static let lengthLimit = 2 * Genesis.blockSizeMaximum

  /// The tag and the bytes.
  private var parts: (Tag, [UInt8]) {
    var writer = ByteWriter()
    switch self {
    case .genesis(let genesis): return (.genesis, genesis.encoded())
    case .block(let header, let transactions):
      writer.writeBytes(header.encoded())
      writer.write(SealedBlock.encode(transactions))
      return (.block, writer.bytes)
    case .snapshot(let mark):
      writer.writeText(mark.name)
      writer.writeCount(mark.height)
      writer.write(mark.hash)
      return (.snapshot, writer.bytes)
    case .note(let note):
      writer.writeText(note.kind)
      writer.writeBytes(note.name)
      writer.write(note.bytes)
      return (.note, writer.bytes)
    case .end(let hash): return (.end, hash.bytes)
    }
  }

  /// The piece as it stands in the archive.
  func encoded() -> [UInt8] {
    let (tag, bytes) = parts
    var writer = ByteWriter()
    writer.write(tag.rawValue)
    writer.writeBytes(bytes)
    return writer.bytes
  }

  /// Reads a piece from its tag and its bytes.
  init(tag: UInt8, _ bytes: [UInt8]) throws(Refusal) {
    guard let known = Tag(rawValue: tag) else {
      throw Refusal(offset: 0, reason: "a piece of the sort \(tag) is unknown")
    }
    var reader = ByteReader(bytes)
    switch known {
    case .genesis: self = .genesis(try Genesis(decoding: bytes))
    case .block:
      let header = try BlockHeader(
        decoding: reader.readBytes("the header of a block", atMost: bytes.count))
      let rest = try reader.read(count: reader.remaining, "the transactions of a block")
      self = .block(header, try SealedBlock.decodeTransactions(rest))
    case .snapshot:
      let name = try reader.readText("the name of a snapshot", atMost: bytes.count)
      let height = try reader.readCount("the height", atMost: Genesis.timeMaximum)
      self = .snapshot(
        SnapshotMark(name: name, height: height, hash: try reader.readIdentifier("the block")))
      try reader.finish("the snapshot")
    case .note:
      let kind = try reader.readText("the kind of a note", atMost: bytes.count)
      let name = try reader.readBytes("the name of a note", atMost: bytes.count)
      self = .note(
        Note(
          kind: kind, name: name, bytes: try reader.read(count: reader.remaining, "the note")))
    case .end:
      self = .end(try reader.readIdentifier("the checksum"))
      try reader.finish("the checksum")
    }
  }
}
