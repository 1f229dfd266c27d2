import Bytecode
import Chain
import Foundation
import GRDB
import Transactions

extension Ledger {
  /// Makes a ledger of an export, by executing every block of it.
  ///
  /// Whatever is wrong with the export or differs from what its blocks lead to, nothing is left of the
  /// attempt. No more than two batches of blocks are held in memory, beside what the state needs.
  ///
  /// - Parameters:
  ///   - read: Gives the next bytes, at most so many; none at the end.
  ///   - location: Where the ledger is made; nothing may be there yet.
  ///   - progress: Is told of blocks that are done.
  /// - Returns: The ledger, open for reading and writing.
  /// - Throws: A `LedgerError`, or what `read` or `progress` throws.
  public static func importing(
    from read: (Int) throws -> [UInt8], to location: Location,
    progress: (LedgerProgress) throws -> Void = { _ in }
  ) throws -> Ledger {
    try withoutActuallyEscaping(read) { read in
      var archive = ArchiveReader(read)
      let genesis = try archive.readGenesis()
      return try make(genesis, at: location, patience: .seconds(10)) { database, writer in
        try LedgerImport(archive, genesis, database, writer).run(progress)
      }
    }
  }
}

extension ArchiveReader {
  /// Reads what stands in front of the blocks.
  fileprivate mutating func readGenesis() throws -> Genesis {
    guard try read(count: ArchiveFormat.magic.count, "an export") == ArchiveFormat.magic else {
      throw failure("this is no export of a ledger", at: 0)
    }
    let version = try readByte("the version")
    guard version == ArchiveFormat.version else {
      throw failure("version \(version) of exports is unknown", at: offset - 1)
    }
    let bytes = try readBytes("the genesis", atMost: ArchiveFormat.lengthLimit)
    let genesis: Genesis
    do throws(Refusal) { genesis = try Genesis(decoding: bytes) } catch {
      throw failure(error.reason, at: offset - bytes.count + error.offset)
    }
    guard genesis.schedule == MachineRules.identifier else {
      throw LedgerError.otherRules(path: "export")
    }
    return genesis
  }
}

/// Reads the parts of an export behind the genesis, and writes what they lead to.
private final class LedgerImport {
  /// Transactions that are written together, at most, unless a single block has more.
  private static let batch = 2_000
  /// Bytes of a header, which has fewer.
  private static let headerLimit = 1_024
  /// Bytes of the transactions of a block, their lengths included.
  private static let blockLimit = Genesis.blockSizeMaximum + 8 * BlockHeader.transactionLimit

  private var archive: ArchiveReader
  private let chain: Identifier
  private let database: any DatabaseWriter
  private let writer: LedgerWriter
  private var part = ArchivePart.block

  init(
    _ archive: ArchiveReader, _ genesis: Genesis, _ database: any DatabaseWriter,
    _ writer: LedgerWriter
  ) {
    self.archive = archive
    chain = genesis.chain
    self.database = database
    self.writer = writer
  }

  func run(_ progress: (LedgerProgress) throws -> Void) throws {
    try readPart()
    try importBlocks(progress)
    try writer.note(database) { store in
      try importSnapshots(StoreReader(db: store.db), store)
      try importNotes(store)
    }
    try archive.readHash()
  }

  /// Reads which part comes next; they stand in the order of their numbers, the end after all others.
  private func readPart() throws {
    let byte = try archive.readByte("the next part")
    guard let next = ArchivePart(rawValue: byte), next == .end || next.rawValue >= part.rawValue
    else { throw archive.failure("no part \(byte) can stand here", at: archive.offset - 1) }
    part = next
  }

  // MARK: - Blocks

  private func importBlocks(_ progress: (LedgerProgress) throws -> Void) throws {
    var blocks = BlockPipeline { [self] in try readBlock() }
    var batch: [LedgerWriter.VerifiedBlock] = []
    var size = 0
    var done = (blocks: 1, transactions: 0)
    while let (start, block) = try blocks.nextBlock() {
      let header: BlockHeader
      switch (block.header, block.transactions) {
      case (.failure(let refusal), _), (_, .failure(let refusal)):
        throw archive.failure("the block is malformed at \(refusal)", at: start)
      case (.success(let decoded), _): header = decoded
      }
      do throws(BlockRefusal) {
        batch.append((header, try block.verifiedTransactions()))
      } catch { throw LedgerError.refusedBlock(height: header.height, error) }
      size += header.transactionCount
      done = (done.blocks + 1, done.transactions + header.transactionCount)
      guard size >= Self.batch || batch.count >= Self.batch else { continue }
      try writer.apply(batch, to: database)
      (batch, size) = ([], 0)
      try progress(
        LedgerProgress(blocks: done.blocks, blockCount: nil, transactions: done.transactions))
    }
    if !batch.isEmpty { try writer.apply(batch, to: database) }
    try progress(
      LedgerProgress(blocks: done.blocks, blockCount: nil, transactions: done.transactions))
  }

  /// The next block, and the offset where it begins.
  private func readBlock() throws -> BlockPipeline<Int>.Entry? {
    guard part == .block else { return nil }
    let start = archive.offset
    let block = RawBlock(
      header: try archive.readBytes("the header of a block", atMost: Self.headerLimit),
      transactions: try archive.readBytes(
        "the transactions of a block", atMost: Self.blockLimit))
    let end = archive.offset
    try readPart()
    return .init(item: start, block: block, byteCount: end - start)
  }

  // MARK: - Snapshots and notes

  private func importSnapshots(_ reader: StoreReader, _ store: StoreWriter) throws {
    var last: (height: Int, name: [UInt8])?
    var names: Set<String> = []
    while part == .snapshot {
      let start = archive.offset
      let name = try archive.readText("the name of a snapshot", atMost: ArchiveFormat.lengthLimit)
      let height = try archive.readCount("its height", atMost: Genesis.timeMaximum)
      guard let header = try reader.header(atOrBelow: height), header.height == height else {
        throw archive.failure("there is no block of the height \(height)", at: start)
      }
      let place = (height, Array(name.utf8))
      if let last, !precedes(last, place) || names.contains(name) {
        throw archive.failure("the snapshots are not in their order", at: start)
      }
      last = place
      names.insert(name)
      try store.write(SnapshotMark(name: name, height: height, hash: header.hash))
      try readPart()
    }
  }

  private func importNotes(_ store: StoreWriter) throws {
    var last: (kind: [UInt8], name: [UInt8])?
    while part == .note {
      let start = archive.offset
      let note = Note(
        kind: try archive.readText("the kind of a note", atMost: ArchiveFormat.lengthLimit),
        name: try archive.readBytes("its name", atMost: ArchiveFormat.lengthLimit),
        bytes: try archive.readBytes("a note", atMost: ArchiveFormat.lengthLimit))
      let place = (Array(note.kind.utf8), note.name)
      if let last, !precedes(last, place) {
        throw archive.failure("the notes are not in their order", at: start)
      }
      last = place
      try store.write(note)
      try readPart()
    }
  }

  private func precedes(_ left: (Int, [UInt8]), _ right: (Int, [UInt8])) -> Bool {
    left.0 == right.0 ? left.1.lexicographicallyPrecedes(right.1) : left.0 < right.0
  }

  private func precedes(_ left: ([UInt8], [UInt8]), _ right: ([UInt8], [UInt8])) -> Bool {
    left.0 == right.0
      ? left.1.lexicographicallyPrecedes(right.1) : left.0.lexicographicallyPrecedes(right.0)
  }
}
