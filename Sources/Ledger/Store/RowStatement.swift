import GRDB
import GRDBSQLite

/// A statement that writes many rows of a block: columns are bound through SQLite's own interface, so that
/// nothing is made in memory for a row.
///
/// Bytes are not copied: they must stay where they are until `run` returns.
struct RowStatement {
  private let db: Database
  private let statement: Statement
  private var handle: SQLiteStatement { statement.sqliteStatement }

  /// Prepares a statement, or takes the one that was prepared before.
  init(_ db: Database, sql: String) throws {
    self.db = db
    statement = try db.cachedStatement(sql: sql)
  }

  /// Binds bytes to a column, the first of which is 1.
  func bind(_ column: CInt, _ bytes: UnsafeRawBufferPointer) {
    // No bytes are not nothing, which is what a missing address stands for.
    let code =
      if let base = bytes.baseAddress, !bytes.isEmpty {
        sqlite3_bind_blob64(handle, column, base, UInt64(bytes.count), nil)
      } else {
        sqlite3_bind_zeroblob(handle, column, 0)
      }
    assert(code == SQLITE_OK)
  }

  /// Binds an integer.
  func bind(_ column: CInt, _ number: Int) {
    let code = sqlite3_bind_int64(handle, column, Int64(number))
    assert(code == SQLITE_OK)
  }

  /// Binds a text.
  func bind(_ column: CInt, _ text: UnsafeBufferPointer<UInt8>) {
    // As with bytes, the address of no text must not be missing.
    let start = text.baseAddress ?? StaticString("").utf8Start
    let code = start.withMemoryRebound(to: CChar.self, capacity: max(text.count, 1)) {
      sqlite3_bind_text64(handle, column, $0, UInt64(text.count), nil, UInt8(SQLITE_UTF8))
    }
    assert(code == SQLITE_OK)
  }

  /// Runs the statement, which gives no rows, with what is bound, and lets go of it.
  func run() throws {
    let code = sqlite3_step(handle)
    defer {
      sqlite3_reset(handle)
      sqlite3_clear_bindings(handle)
    }
    guard code == SQLITE_DONE else {
      throw DatabaseError(resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage)
    }
  }
}
