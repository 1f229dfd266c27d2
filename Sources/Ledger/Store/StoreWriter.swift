import Bytecode
import Chain
import Commitment
import Foundation
import GRDB
import Hosting
import State

/// Writes blocks into a database, and takes them back, in one transaction of the database.
struct StoreWriter {
  let db: Database

  /// Writes what the ledger begins with.
  func writeGenesis(_ genesis: Genesis) throws {
    try db.execute(
      sql: "INSERT INTO meta (name, bytes) VALUES ('genesis', ?)",
      arguments: [Data(genesis.encoded())])
  }

  // MARK: - Blocks

  /// Writes a block and all that it changed; `name` gives events their names.
  func write(_ sealed: ChainExecutor.Sealed, name: (Event) -> String) throws {
    let block = sealed.block
    try write(
      block.header, transactions: sealed.encodedTransactions, receipts: sealed.encodedReceipts)
    try write(sealed.changes, height: block.height)
    try write(sealed.pages)
    try index(block, name: name)
  }

  private func write(
    _ header: BlockHeader, transactions: [UInt8], receipts: [UInt8]
  ) throws {
    let statement = try RowStatement(
      db,
      sql: """
        INSERT INTO block (height, hash, header, transactions, receipts) VALUES (?, ?, ?, ?, ?)
        """)
    statement.bind(1, header.height)
    try header.hash.bytes.withUnsafeBytes { hash in
      statement.bind(2, hash)
      try header.encoded().withUnsafeBytes { header in
        statement.bind(3, header)
        try transactions.withUnsafeBytes { transactions in
          statement.bind(4, transactions)
          try receipts.withUnsafeBytes { receipts in
            statement.bind(5, receipts)
            try statement.run()
          }
        }
      }
    }
  }

  private func write(_ changes: [StateChange], height: Int) throws {
    let keep = try RowStatement(
      db,
      sql: """
        INSERT INTO past (key, until, height, bytes, checksum)
        SELECT key, ?, height, bytes, checksum FROM value WHERE key = ?
        """)
    let replace = try RowStatement(
      db, sql: "INSERT OR REPLACE INTO value (key, height, bytes, checksum) VALUES (?, ?, ?, ?)")
    let delete = try RowStatement(db, sql: "DELETE FROM value WHERE key = ?")
    for change in changes {
      try change.key.withUnsafeBytes { key in
        if change.before != nil {
          keep.bind(1, height)
          keep.bind(2, key)
          try keep.run()
        }
        guard let after = change.after else {
          delete.bind(1, key)
          return try delete.run()
        }
        try after.withUnsafeBytes { after in
          replace.bind(1, key)
          replace.bind(2, height)
          replace.bind(3, after)
          replace.bind(4, RowChecksum.value(key: key, height: height, bytes: after))
          try replace.run()
        }
      }
    }
  }

  private func write(_ pages: [(path: TriePath, bytes: [UInt8]?)]) throws {
    let replace = try RowStatement(
      db, sql: "INSERT OR REPLACE INTO page (path, bytes) VALUES (?, ?)")
    let delete = try RowStatement(db, sql: "DELETE FROM page WHERE path = ?")
    for page in pages {
      try page.path.key.withUnsafeBytes { path in
        guard let bytes = page.bytes else {
          delete.bind(1, path)
          return try delete.run()
        }
        try bytes.withUnsafeBytes { bytes in
          replace.bind(1, path)
          replace.bind(2, bytes)
          try replace.run()
        }
      }
    }
  }

  private func index(_ block: SealedBlock, name: (Event) -> String) throws {
    try indexTransactions(of: block)
    let statement = try RowStatement(
      db,
      sql: """
        INSERT INTO emitted (contract, name, height, position, ordinal) VALUES (?, ?, ?, ?, ?)
        """)
    for position in block.receipts.indices {
      for (ordinal, event) in block.receipts[position].outcome.events.enumerated() {
        var name = name(event)
        try event.contract.bytes.withUnsafeBytes { contract in
          try name.withUTF8 { name in
            statement.bind(1, contract)
            statement.bind(2, name)
            statement.bind(3, block.height)
            statement.bind(4, position)
            statement.bind(5, ordinal)
            try statement.run()
          }
        }
      }
    }
  }

  /// Writes where the transactions of a block stand, in the order of their ids, in which the rows lie: then
  /// neighbours find the same page of the file in memory.
  private func indexTransactions(of block: SealedBlock) throws {
    let statement = try RowStatement(
      db, sql: "INSERT INTO sent (id, height, position) VALUES (?, ?, ?)")
    let ids = block.receipts.indices.map { (id: block.receipts[$0].transaction, position: $0) }
      .sorted { $0.id < $1.id }
    try withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { bytes in
      guard let base = bytes.baseAddress else { return }
      for (id, position) in ids {
        id.store(to: base)
        statement.bind(1, UnsafeRawBufferPointer(bytes))
        statement.bind(2, block.height)
        statement.bind(3, position)
        try statement.run()
      }
    }
  }

  // MARK: - Going back

  /// Takes back all blocks above a height, and brings the commitment to where it was.
  func goBack(to header: BlockHeader) throws {
    let height = header.height
    let reader = StoreReader(db: db)
    let restored = try reader.overwritten(since: height)
    try db.execute(sql: "DELETE FROM value WHERE height > ?", arguments: [height])
    try db.execute(
      sql: """
        INSERT INTO value (key, height, bytes, checksum)
        SELECT key, height, bytes, checksum FROM past WHERE height <= :height AND until > :height
        """, arguments: ["height": height])
    try db.execute(sql: "DELETE FROM past WHERE until > ?", arguments: [height])
    for table in ["block", "sent", "emitted", "snapshot"] {
      try db.execute(sql: "DELETE FROM \(table) WHERE height > ?", arguments: [height])
    }
    var trie = try Trie(source: CommitmentPages { try reader.page(at: $0) })
    guard try trie.update(restored) == header.stateRoot else {
      throw LedgerError.damaged("the state at height \(height) is not what its block commits to")
    }
    try write(trie.takeChangedPages())
  }

  // MARK: - Snapshots and notes

  /// A text of SQLite ends at its first zero byte.
  private func check(_ name: String) throws {
    guard !name.utf8.contains(0) else { throw LedgerError.unusableName(name) }
  }

  /// Gives a block a name.
  func write(_ mark: SnapshotMark) throws {
    try check(mark.name)
    try db.execute(
      sql: "INSERT INTO snapshot (name, height, hash, checksum) VALUES (?, ?, ?, ?)",
      arguments: [
        mark.name, mark.height, Data(mark.hash.bytes),
        RowChecksum.snapshot(name: mark.name, height: mark.height, hash: mark.hash),
      ])
  }

  /// Writes a note, in the place of one of the same kind and name.
  func write(_ note: Note) throws {
    try check(note.kind)
    try db.execute(
      sql: "INSERT OR REPLACE INTO note (kind, name, bytes, checksum) VALUES (?, ?, ?, ?)",
      arguments: [note.kind, Data(note.name), Data(note.bytes), RowChecksum.note(note)])
  }

  /// Removes a note.
  func removeNote(kind: String, name: [UInt8]) throws {
    try db.execute(
      sql: "DELETE FROM note WHERE kind = ? AND name = ?", arguments: [kind, Data(name)])
  }
}
