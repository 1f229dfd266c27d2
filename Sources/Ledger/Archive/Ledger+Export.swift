import Bytecode
import Chain
import GRDB
import Transactions

extension Ledger {
  /// Writes the chain with its snapshots and notes as a stream of bytes, from which `importing` makes the
  /// same ledger: to pass it on, or to keep it in a form that no version of SQLite has a part in.
  ///
  /// The same chain with the same names and notes gives the same bytes. Blocks that are written meanwhile
  /// are not in it. No more than a block is held in memory.
  ///
  /// - Parameters:
  ///   - write: Takes the bytes, piece by piece.
  ///   - progress: Is told of every block.
  /// - Throws: A `LedgerError`, or what `write` or `progress` throws.
  public func export(
    to write: ([UInt8]) throws -> Void, progress: (LedgerProgress) throws -> Void = { _ in }
  ) throws {
    try withoutActuallyEscaping(write) { write in
      try read { reader in
        var archive = try ArchiveWriter(genesis.encoded(), to: write)
        try Self.export(reader, to: &archive, progress)
        for mark in try reader.snapshots() { try archive.add(mark) }
        for note in try reader.notes(kind: nil) { try archive.add(note) }
        try archive.finish()
      }
    }
  }

  private static func export(
    _ reader: StoreReader, to archive: inout ArchiveWriter,
    _ progress: (LedgerProgress) throws -> Void
  ) throws {
    let count = try reader.blockCount()
    var done = (blocks: 0, transactions: 0)
    let rows = try Row.fetchCursor(reader.db, sql: BlockRow.sql)
    while let row = try rows.next() {
      let row = try BlockRow(row)
      let header = try row.checkedHeader()
      if header.height > 0 { try archive.add(row.raw) }
      done = (done.blocks + 1, done.transactions + header.transactionCount)
      try progress(
        LedgerProgress(blocks: done.blocks, blockCount: count, transactions: done.transactions))
    }
  }
}

extension BlockRow {
  /// The header, if it is that of the row's hash and of its transactions.
  fileprivate func checkedHeader() throws -> BlockHeader {
    do {
      let header = try BlockHeader(decoding: raw.header)
      let transactions = try SealedBlock.decodeTransactions(raw.transactions)
      let root = MerkleList.root(of: transactions.lazy.map { $0.encoded() })
      if header.hash.bytes == hash, header.height == height, header.transactionRoot == root {
        return header
      }
    } catch let refusal {
      throw LedgerError.damaged("block \(height), at \(refusal)")
    }
    throw LedgerError.damaged("block \(height) is not what was written")
  }
}
