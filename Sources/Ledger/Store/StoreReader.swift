public import Bytecode
import Chain
import Commitment
import Foundation
import GRDB

/// What a database holds of a ledger, read in one transaction of the database.
struct StoreReader {
  let db: Database

  // MARK: - Blocks

  /// The encoded genesis.
  func genesis() throws -> [UInt8]? {
    try Row.fetchOne(db, sql: "SELECT bytes FROM meta WHERE name = 'genesis'")?.bytes("bytes")
  }

  /// The last header.
  func head() throws -> BlockHeader {
    guard
      let row = try Row.fetchOne(
        try db.cachedStatement(
          sql: "SELECT height, header FROM block ORDER BY height DESC LIMIT 1"))
    else { throw LedgerError.damaged("it holds no block") }
    return try header(row)
  }

  /// The last header at or below a height.
  func header(atOrBelow height: Int) throws -> BlockHeader? {
    try Row.fetchOne(
      try db.cachedStatement(
        sql: "SELECT height, header FROM block WHERE height <= ? ORDER BY height DESC LIMIT 1"),
      arguments: [height]
    ).map(header)
  }

  /// The last header at or below a height that is not above the last block's.
  func standingHeader(atOrBelow height: Int) throws -> BlockHeader {
    let head = try head()
    guard height <= head.height, let header = try header(atOrBelow: height) else {
      throw LedgerError.noSuchHeight(height, head: head.height)
    }
    return header
  }

  /// Throws unless a block is still part of the chain: going back may have taken it away.
  func require(_ header: BlockHeader) throws {
    let row = try Row.fetchOne(
      try db.cachedStatement(sql: "SELECT hash FROM block WHERE height = ?"),
      arguments: [header.height])
    guard try row?.bytes("hash") == header.hash.bytes else {
      throw LedgerError.noSuchBlock(header.hash)
    }
  }

  /// Headers from a height down, at most so many.
  func headers(atOrBelow height: Int, limit: Int) throws -> [BlockHeader] {
    try Row.fetchAll(
      db,
      sql: "SELECT height, header FROM block WHERE height <= ? ORDER BY height DESC LIMIT ?",
      arguments: [height, limit]
    ).map(header)
  }

  private func header(_ row: Row) throws -> BlockHeader {
    let height = try row.integer("height")
    let header = try decode("the header of block \(height)") {
      try BlockHeader(decoding: try row.bytes("header"))
    }
    guard header.height == height else {
      throw LedgerError.damaged("block \(height) holds the header of \(header.height)")
    }
    return header
  }

  /// How many blocks there are, the first included.
  func blockCount() throws -> Int {
    try Row.fetchOne(db, sql: "SELECT count(*) AS count FROM block")?.integer("count") ?? 0
  }

  /// The block at a height, or nil if none has exactly this height.
  func block(at height: Int) throws -> SealedBlock? {
    let row = try Row.fetchOne(
      try db.cachedStatement(
        sql: "SELECT height, header, transactions, receipts FROM block WHERE height = ?"),
      arguments: [height])
    guard let row else { return nil }
    let block = SealedBlock(
      header: try header(row),
      transactions: try decode("the transactions of block \(height)") {
        try SealedBlock.decodeTransactions(try row.bytes("transactions"))
      },
      receipts: try decode("the receipts of block \(height)") {
        try SealedBlock.decodeReceipts(try row.bytes("receipts"))
      })
    let count = block.header.transactionCount
    guard block.transactions.count == count, block.receipts.count == count else {
      throw LedgerError.damaged(
        "block \(height) of \(count) transactions holds \(block.transactions.count), and "
          + "\(block.receipts.count) receipts")
    }
    return block
  }

  /// The next height above one that has a block.
  func height(above height: Int) throws -> Int? {
    try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT height FROM block WHERE height > ? ORDER BY height LIMIT 1"),
      arguments: [height]
    )?.integer("height")
  }

  /// The height of the block with a hash.
  func height(of hash: Identifier) throws -> Int? {
    try Row.fetchOne(
      db, sql: "SELECT height FROM block WHERE hash = ?", arguments: [Data(hash.bytes)]
    )?.integer("height")
  }

  /// Where a transaction stands.
  func place(of transaction: Identifier) throws -> TransactionPlace? {
    try Row.fetchOne(
      db, sql: "SELECT height, position FROM sent WHERE id = ?",
      arguments: [Data(transaction.bytes)]
    ).map {
      TransactionPlace(height: try $0.integer("height"), position: try $0.integer("position"))
    }
  }

  /// Heights of the blocks whose hashes are in a range, at most so many.
  func heights(ofBlocksIn range: ClosedRange<Identifier>, limit: Int) throws -> [Int] {
    try Row.fetchAll(
      db, sql: "SELECT height FROM block WHERE hash BETWEEN ? AND ? ORDER BY hash LIMIT ?",
      arguments: [Data(range.lowerBound.bytes), Data(range.upperBound.bytes), limit]
    ).map { try $0.integer("height") }
  }

  /// Ids of transactions in a range, at most so many.
  func transactions(in range: ClosedRange<Identifier>, limit: Int) throws -> [Identifier] {
    try Row.fetchAll(
      db, sql: "SELECT id FROM sent WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?",
      arguments: [Data(range.lowerBound.bytes), Data(range.upperBound.bytes), limit]
    ).compactMap { Identifier(try $0.bytes("id")) }
  }

  // MARK: - State

  /// The value under a key after the last block.
  func value(for key: Data) throws -> [UInt8]? {
    let row = try Row.fetchOne(
      try db.cachedStatement(sql: "SELECT key, height, bytes, checksum FROM value WHERE key = ?"),
      arguments: [key])
    return try row.map { try entry($0).value }
  }

  /// The value under a key after a block, with the height that wrote it.
  func value(for key: Data, at height: Int) throws -> (bytes: [UInt8], height: Int)? {
    let row =
      try Row.fetchOne(
        try db.cachedStatement(
          sql: "SELECT key, height, bytes, checksum FROM value WHERE key = ? AND height <= ?"),
        arguments: [key, height])
      ?? Row.fetchOne(
        try db.cachedStatement(
          sql: """
            SELECT key, height, bytes, checksum FROM past
            WHERE key = ? AND until > ? ORDER BY until LIMIT 1
            """),
        arguments: [key, height])
    guard let row else { return nil }
    let written = try row.integer("height")
    return written <= height ? (try entry(row).value, written) : nil
  }

  /// Entries after the last block, from a key up or below a key down.
  func entries(from key: Data, upward: Bool, limit: Int) throws -> [StoredEntry] {
    let sql =
      upward
      ? """
      SELECT key, height, bytes, checksum FROM value WHERE key >= ? ORDER BY key LIMIT ?
      """
      : """
      SELECT key, height, bytes, checksum FROM value WHERE key < ? ORDER BY key DESC LIMIT ?
      """
    return try Row.fetchAll(
      db.cachedStatement(sql: sql), arguments: [key, limit]
    ).map(entry)
  }

  /// Entries after a block, from a key up or below a key down.
  func entries(
    from key: Data, upward: Bool, limit: Int, at height: Int
  ) throws -> [StoredEntry] {
    let sql = """
      SELECT key, height, bytes, checksum FROM value
        WHERE key \(upward ? ">=" : "<") ? AND height <= ?
      UNION ALL
      SELECT key, height, bytes, checksum FROM past
        WHERE key \(upward ? ">=" : "<") ? AND height <= ? AND until > ?
      ORDER BY key \(upward ? "" : "DESC") LIMIT ?
      """
    let entries = try Row.fetchAll(
      db.cachedStatement(sql: sql), arguments: [key, height, key, height, height, limit]
    ).map(entry)
    for (one, other) in zip(entries, entries.dropFirst()) where one.key == other.key {
      throw LedgerError.damaged(
        "two values stand under the key \(Hexadecimal.encode(one.key)) at height \(height)")
    }
    return entries
  }

  private func entry(_ row: Row) throws -> StoredEntry {
    let entry = StoredEntry(
      key: try row.bytes("key"), height: try row.integer("height"),
      value: try row.bytes("bytes"))
    let checksum = try row.integer("checksum")
    guard
      checksum
        == RowChecksum.value(key: entry.key, height: entry.height, bytes: entry.value)
    else {
      throw LedgerError.damaged(
        "the value under the key \(Hexadecimal.encode(entry.key)) that height \(entry.height) "
          + "wrote is not what was written")
    }
    return entry
  }

  /// What stood under a key at a height and before, the newest first, at most so many; `until` is nil for
  /// what stands there still.
  func history(
    of key: Data, atOrBelow height: Int, limit: Int
  ) throws -> [(entry: StoredEntry, until: Int?)] {
    let current = try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT key, height, bytes, checksum FROM value WHERE key = ? AND height <= ?"),
      arguments: [key, height])
    var history: [(entry: StoredEntry, until: Int?)] = []
    if let current {
      history.append((try entry(current), nil))
    } else if let standing = try past(
      "until > ? ORDER BY until", key, height, limit: 1
    ).first, standing.entry.height <= height {
      history.append(standing)
    }
    guard history.count < limit else { return history }
    return try history
      + past("until <= ? ORDER BY until DESC", key, height, limit: limit - history.count)
  }

  private func past(
    _ condition: String, _ key: Data, _ height: Int, limit: Int
  ) throws -> [(entry: StoredEntry, until: Int?)] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT key, height, bytes, checksum, until FROM past
          WHERE key = ? AND \(condition) LIMIT ?
          """),
      arguments: [key, height, limit]
    ).map { (try entry($0), try $0.integer("until")) }
  }

  /// What the keys that later blocks wrote held after a block; nil for those that held nothing.
  func overwritten(since height: Int) throws -> [(key: [UInt8], value: [UInt8]?)] {
    let keys = try Row.fetchAll(
      db,
      sql: """
        SELECT key FROM value WHERE height > :height
        UNION SELECT key FROM past WHERE until > :height ORDER BY key
        """, arguments: ["height": height])
    return try keys.map { row in
      let key = try row.bytes("key")
      return (key, try value(for: Data(key), at: height)?.bytes)
    }
  }

  /// Keys from one up to another, that not included, that blocks above `first` up to `last` wrote; at most
  /// so many.
  func writtenKeys(
    from low: Data, upTo high: Data?, after first: Int, upTo last: Int, limit: Int
  ) throws -> [[UInt8]] {
    let bound = high == nil ? "" : "AND key < :high"
    let sql = """
      SELECT key FROM value WHERE key >= :low \(bound) AND height > :first AND height <= :last
      UNION
      SELECT key FROM past WHERE key >= :low \(bound)
        AND (height > :first AND height <= :last OR until > :first AND until <= :last)
      ORDER BY key LIMIT :limit
      """
    var arguments: StatementArguments = [
      "low": low, "first": first, "last": last, "limit": limit,
    ]
    if let high { arguments = arguments &+ ["high": high] }
    return try Row.fetchAll(db, sql: sql, arguments: arguments).map { try $0.bytes("key") }
  }

  // MARK: - Commitment

  /// The page of the commitment at a path.
  func page(at path: TriePath) throws -> [UInt8]? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT bytes FROM page WHERE path = ?"),
      arguments: [Data(path.key)]
    )?.bytes("bytes")
  }

  // MARK: - Events, snapshots, notes

  /// Where events of a contract, or of a name, or of both stand, from a height to another, the first or
  /// the last in front; at most so many, all before a place if one is given.
  func emissions(
    contract: Identifier?, name: String?, from first: Int, to last: Int, lastFirst: Bool = false,
    before: EmissionPlace? = nil, limit: Int = .max
  ) throws -> [EmissionPlace] {
    let order = lastFirst ? "DESC" : "ASC"
    var conditions = ["height >= :first", "height <= :last"]
    var arguments: StatementArguments = ["first": first, "last": last, "limit": limit]
    if let before {
      conditions.append("(height, position, ordinal) < (:height, :position, :ordinal)")
      arguments =
        arguments &+ [
          "height": before.height, "position": before.position, "ordinal": before.ordinal,
        ]
    }
    if let contract {
      conditions.append("contract = :contract")
      arguments = arguments &+ ["contract": Data(contract.bytes)]
    }
    if let name {
      conditions.append("name = :name")
      arguments = arguments &+ ["name": name]
    }
    return try Row.fetchAll(
      db,
      sql: """
        SELECT height, position, ordinal FROM emitted WHERE \(conditions.joined(separator: " AND "))
        ORDER BY height \(order), position \(order), ordinal \(order) LIMIT :limit
        """,
      arguments: arguments
    ).map {
      EmissionPlace(
        height: try $0.integer("height"), position: try $0.integer("position"),
        ordinal: try $0.integer("ordinal"))
    }
  }

  /// All snapshots, by height.
  func snapshots() throws -> [SnapshotMark] {
    try Row.fetchAll(
      db, sql: "SELECT name, height, hash, checksum FROM snapshot ORDER BY height, name"
    ).map(Self.snapshot)
  }

  static func snapshot(_ row: Row) throws -> SnapshotMark {
    let mark = SnapshotMark(
      name: try row.text("name"), height: try row.integer("height"),
      hash: Identifier(try row.bytes("hash")) ?? .zero)
    let checksum = try row.integer("checksum")
    guard
      checksum == RowChecksum.snapshot(name: mark.name, height: mark.height, hash: mark.hash)
    else { throw LedgerError.damaged("the snapshot \"\(mark.name)\" is not what was written") }
    return mark
  }

  /// The note of a kind and a name.
  func note(kind: String, name: [UInt8]) throws -> Note? {
    try Row.fetchOne(
      db, sql: "SELECT kind, name, bytes, checksum FROM note WHERE kind = ? AND name = ?",
      arguments: [kind, Data(name)]
    ).map(Self.note)
  }

  /// All notes of a kind, by name; of every kind without one.
  func notes(kind: String?) throws -> [Note] {
    let condition = kind == nil ? "" : "WHERE kind = ?"
    return try Row.fetchAll(
      db,
      sql: "SELECT kind, name, bytes, checksum FROM note \(condition) ORDER BY kind, name",
      arguments: kind.map { [$0] } ?? []
    ).map(Self.note)
  }

  static func note(_ row: Row) throws -> Note {
    let note = Note(
      kind: try row.text("kind"), name: try row.bytes("name"), bytes: try row.bytes("bytes"))
    guard try row.integer("checksum") == RowChecksum.note(note) else {
      let name = String(decoding: note.name, as: UTF8.self)
      throw LedgerError.damaged("the \(note.kind) \"\(name)\" is not what was written")
    }
    return note
  }

  private func decode<Item>(_ what: String, _ body: () throws -> Item) throws -> Item {
    do { return try body() } catch let refusal as Refusal {
      throw LedgerError.damaged("\(what), at \(refusal)")
    }
  }
}

/// An entry of the state with the height that wrote it.
public struct StoredEntry: Hashable, Sendable {
  /// The key.
  public let key: [UInt8]
  /// The height of the block that wrote it.
  public let height: Int
  /// The value.
  public let value: [UInt8]
}

/// Where a transaction stands.
public struct TransactionPlace: Hashable, Sendable {
  /// The height of its block.
  public let height: Int
  /// Its index in the block.
  public let position: Int
}

/// Where an event stands.
public struct EmissionPlace: Hashable, Sendable {
  /// The height of its block.
  public let height: Int
  /// The index of its transaction in the block.
  public let position: Int
  /// Its index among the events of the transaction.
  public let ordinal: Int
}

/// A name for a block to which a ledger can go back.
public struct SnapshotMark: Hashable, Sendable {
  /// The name.
  public let name: String
  /// The height.
  public let height: Int
  /// The hash of the block.
  public let hash: Identifier
}
