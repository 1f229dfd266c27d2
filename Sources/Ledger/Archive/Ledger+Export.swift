import Bytecode
public import Chain
import Crypto
import Foundation
import GRDB

/// Archives: a ledger as a stream of bytes, the same for the same ledger.
extension Ledger {
  /// What an archive begins with, its version last.
  static let archiveHeading = Array("aliquot.archive\n".utf8) + [1]

  /// Writes the whole ledger as an archive, piece by piece: the genesis, the blocks, the snapshots and the
  /// notes, and SHA-256 of all of it.
  ///
  /// Two exports of a ledger to which nothing was added are the same to the last byte, and so is that of a
  /// ledger that was imported from one.
  ///
  /// - Parameters:
  ///   - write: Takes the bytes in order; what it throws ends the export.
  ///   - progress: Is told of every block.
  /// - Throws: A `LedgerError`, or what `write` or `progress` throws.
  public func export(
    to write: ([UInt8]) throws -> Void, progress: (LedgerProgress) throws -> Void = { _ in }
  ) throws {
    var hash = SHA256()
    func put(_ bytes: [UInt8]) throws {
      hash.update(data: bytes)
      try write(bytes)
    }
    do {
      try read { reader in
        try put(Self.archiveHeading)
        try put(ArchiveRecord.genesis(genesis).encoded())
        let count = try reader.blockCount()
        var done = 0
        var transactions = 0
        var next = try reader.height(above: 0)
        while let height = next {
          guard let block = try reader.block(at: height) else { break }
          try put(ArchiveRecord.block(block.header, block.transactions).encoded())
          done += 1
          transactions += block.transactions.count
          try progress(
            LedgerProgress(blocks: done, blockCount: count - 1, transactions: transactions))
          next = try reader.height(above: height)
        }
        for mark in try reader.snapshots() { try put(ArchiveRecord.snapshot(mark).encoded()) }
        for note in try reader.notes(kind: nil) { try put(ArchiveRecord.note(note).encoded()) }
      }
    }
    let digest = Identifier(Array(hash.finalize())) ?? .zero
    try write(ArchiveRecord.end(digest).encoded())
  }

  /// Makes a ledger of an archive: every block is executed, and must be what its header says.
  ///
  /// Nothing is left of an import that fails.
  ///
  /// - Parameters:
  ///   - read: Gives the next bytes, at most so many; none at the end.
  ///   - location: Where the ledger is made; nothing may be there yet.
  ///   - progress: Is told of every block; what it throws ends the import.
  /// - Returns: The ledger.
  /// - Throws: A `LedgerError`, or what `read` or `progress` throws.
  public static func importing(
    from read: @escaping (Int) throws -> [UInt8], to location: Location,
    progress: (LedgerProgress) throws -> Void = { _ in }
  ) throws -> Ledger {
    guard case .file(let given) = location else {
      let reader = try ArchiveReader(read)
      let ledger = try create(reader.genesis(), at: .memory)
      try ledger.fill(from: reader, progress)
      return ledger
    }
    let path = try StoreFile.plain(given)
    guard !FileManager.default.fileExists(atPath: path) else {
      throw LedgerError.exists(path: path)
    }
    // Under another name until the last byte has been read.
    let draft = "\(path).\(UUID().uuidString).new"
    defer { StoreFile.remove(draft) }
    do {
      let reader = try ArchiveReader(read)
      let ledger = try create(reader.genesis(), at: .file(draft))
      do { try ledger.fill(from: reader, progress) } catch {
        try? ledger.close()
        throw error
      }
      try ledger.close()
      try StoreFile.moveIntoPlace(draft, path)
    } catch { throw StoreFile.translate(error) }
    return try open(location)
  }

  /// Takes everything behind the genesis in.
  private func fill(
    from reader: ArchiveReader, _ progress: (LedgerProgress) throws -> Void
  ) throws {
    var blocks = 0
    var transactions = 0
    while true {
      switch try reader.next() {
      case .genesis: throw reader.malformed("a second genesis")
      case .block(let header, let signed):
        try apply(header, signed)
        blocks += 1
        transactions += signed.count
        try progress(
          LedgerProgress(blocks: blocks, blockCount: nil, transactions: transactions))
      case .snapshot(let mark):
        guard try header(atOrBelow: mark.height).hash == mark.hash else {
          throw reader.malformed("the snapshot \"\(mark.name)\" names a block that is not there")
        }
        try keep(mark)
      case .note(let note): try setNote(note)
      case .end: return
      }
    }
  }
}

/// Reads an archive piece by piece.
final class ArchiveReader {
  private let read: (Int) throws -> [UInt8]
  private var hash = SHA256()
  private var offset = 0

  init(_ read: @escaping (Int) throws -> [UInt8]) throws {
    self.read = read
    let heading = try bytes(Ledger.archiveHeading.count, "the heading")
    guard heading.dropLast() == Ledger.archiveHeading.dropLast() else {
      throw LedgerError.malformedArchive(
        Refusal(offset: 0, reason: "it does not begin like an export of a ledger"))
    }
    guard heading == Ledger.archiveHeading else {
      throw LedgerError.malformedArchive(
        Refusal(offset: heading.count - 1, reason: "the version of the export is unknown"))
    }
  }

  /// The first piece, which is the genesis.
  func genesis() throws -> Genesis {
    guard case .genesis(let genesis) = try next() else { throw malformed("no genesis") }
    return genesis
  }

  /// The next piece; the end is checked against everything before it.
  func next() throws -> ArchiveRecord {
    let start = offset
    let before = hash
    let tag = try bytes(1, "a piece")[0]
    let payload = try bytes(length(), "a piece")
    let record: ArchiveRecord
    do throws(Refusal) { record = try ArchiveRecord(tag: tag, payload) } catch {
      throw LedgerError.malformedArchive(
        Refusal(offset: start + error.offset, reason: error.reason))
    }
    guard case .end(let expected) = record else { return record }
    guard Identifier(Array(before.finalize())) == expected else {
      throw LedgerError.malformedArchive(
        Refusal(offset: start, reason: "the checksum is not that of what stands before it"))
    }
    guard try read(1).isEmpty else {
      throw LedgerError.malformedArchive(
        Refusal(offset: offset, reason: "something follows the end"))
    }
    return record
  }

  /// What is wrong at the present place.
  func malformed(_ reason: String) -> LedgerError {
    .malformedArchive(Refusal(offset: offset, reason: reason))
  }

  private func length() throws -> Int {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = try bytes(1, "a length")[0]
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 {
        guard byte != 0 || shift == 0 else {
          throw malformed("a length is not in its shortest form")
        }
        break
      }
      shift += 7
      guard shift < 42 else { throw malformed("a length is too large") }
    }
    guard value <= UInt64(ArchiveRecord.lengthLimit) else {
      throw malformed("a piece has \(value) bytes, above the limit")
    }
    return Int(value)
  }

  private func bytes(_ count: Int, _ what: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      let more = try read(min(count - bytes.count, 1 << 20))
      guard !more.isEmpty else { throw malformed("the bytes end inside of \(what)") }
      bytes += more
    }
    hash.update(data: bytes)
    offset += count
    return bytes
  }
}
