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
    try db.cachedStatement(
      sql: """
        INSERT INTO block (height, hash, header, transactions, receipts) VALUES (?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      block.height, Data(block.hash.bytes), Data(block.header.encoded()),
      Data(SealedBlock.encode(block.transactions)), Data(SealedBlock.encode(block.receipts)),
    ])
    for change in sealed.changes { try write(change, height: block.height) }
    try write(sealed.pages)
    try index(block, name: name)
  }

  private func write(_ change: StateChange, height: Int) throws {
    let key = Data(change.key)
    if change.before != nil {
      try db.cachedStatement(
        sql: """
          INSERT INTO past (key, until, height, bytes, checksum)
          SELECT key, ?, height, bytes, checksum FROM value WHERE key = ?
          """
      ).execute(arguments: [height, key])
    }
    if let after = change.after {
      try db.cachedStatement(
        sql: "INSERT OR REPLACE INTO value (key, height, bytes, checksum) VALUES (?, ?, ?, ?)"
      ).execute(arguments: [
        key, height, Data(after),
        RowChecksum.value(key: change.key, height: height, bytes: after),
      ])
    } else {
      try db.cachedStatement(sql: "DELETE FROM value WHERE key = ?").execute(arguments: [key])
    }
  }

  private func write(_ pages: [(path: TriePath, bytes: [UInt8]?)]) throws {
    for page in pages {
      let path = Data(page.path.key)
      if let bytes = page.bytes {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO page (path, bytes) VALUES (?, ?)")
          .execute(arguments: [path, Data(bytes)])
      } else {
        try db.cachedStatement(sql: "DELETE FROM page WHERE path = ?").execute(arguments: [path])
      }
    }
  }

  private func index(_ block: SealedBlock, name: (Event) -> String) throws {
    for (position, receipt) in block.receipts.enumerated() {
      try db.cachedStatement(sql: "INSERT INTO sent (id, height, position) VALUES (?, ?, ?)")
        .execute(arguments: [Data(receipt.transaction.bytes), block.height, position])
      for (ordinal, event) in receipt.outcome.events.enumerated() {
        try db.cachedStatement(
          sql: """
            INSERT INTO emitted (contract, name, height, position, ordinal)
            VALUES (?, ?, ?, ?, ?)
            """
        ).execute(arguments: [
          Data(event.contract.bytes), name(event), block.height, position, ordinal,
        ])
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
