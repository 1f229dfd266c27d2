import GRDB

@testable import Ledger

extension Ledger {
  /// All rows of all tables, by table, in the order of their columns: what the file means, whatever its
  /// pages look like.
  func tables(without left: Set<String> = []) throws -> [String: [Row]] {
    try database.read { db in
      var tables: [String: [Row]] = [:]
      for name in try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
      where !left.contains(name) {
        let columns = try db.columns(in: name).indices.map { "\($0 + 1)" }
        tables[name] = try Row.fetchAll(
          db, sql: "SELECT * FROM \(name) ORDER BY \(columns.joined(separator: ", "))")
      }
      return tables
    }
  }
}
