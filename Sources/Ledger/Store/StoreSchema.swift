import GRDB

/// The tables of a ledger.
///
/// A value carries the height that wrote it. When it is replaced or removed, it moves to `past` with the
/// height that did it, so that the value under a key at any height is one row: that of `value` if it is
/// not younger, or else the one of `past` whose time contains the height. Absence needs no row.
enum StoreSchema {
  /// The names of the tables.
  static let tableNames = [
    "meta", "block", "value", "past", "page", "sent", "emitted", "snapshot", "note",
  ]

  private static let statements = [
    """
    CREATE TABLE meta (
      name TEXT PRIMARY KEY NOT NULL,
      bytes BLOB NOT NULL
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE block (
      height INTEGER PRIMARY KEY NOT NULL,
      hash BLOB NOT NULL UNIQUE,
      header BLOB NOT NULL,
      transactions BLOB NOT NULL,
      receipts BLOB NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE value (
      key BLOB PRIMARY KEY NOT NULL,
      height INTEGER NOT NULL,
      bytes BLOB NOT NULL,
      checksum INTEGER NOT NULL
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE past (
      key BLOB NOT NULL,
      until INTEGER NOT NULL,
      height INTEGER NOT NULL,
      bytes BLOB NOT NULL,
      checksum INTEGER NOT NULL,
      PRIMARY KEY (key, until)
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE page (
      path BLOB PRIMARY KEY NOT NULL,
      bytes BLOB NOT NULL
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE sent (
      id BLOB PRIMARY KEY NOT NULL,
      height INTEGER NOT NULL,
      position INTEGER NOT NULL
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE emitted (
      contract BLOB NOT NULL,
      name TEXT NOT NULL,
      height INTEGER NOT NULL,
      position INTEGER NOT NULL,
      ordinal INTEGER NOT NULL,
      PRIMARY KEY (contract, name, height, position, ordinal)
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE snapshot (
      name TEXT PRIMARY KEY NOT NULL,
      height INTEGER NOT NULL,
      hash BLOB NOT NULL,
      checksum INTEGER NOT NULL
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE note (
      kind TEXT NOT NULL,
      name BLOB NOT NULL,
      bytes BLOB NOT NULL,
      checksum INTEGER NOT NULL,
      PRIMARY KEY (kind, name)
    ) WITHOUT ROWID, STRICT
    """,
  ]

  /// Makes the tables in an empty database.
  static func create(in db: Database) throws {
    for statement in statements { try db.execute(sql: statement) }
    try db.execute(sql: "PRAGMA application_id = \(StoreFile.applicationID)")
    try db.execute(sql: "PRAGMA user_version = \(StoreFile.format)")
  }
}
