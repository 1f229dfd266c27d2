import GRDB

/// What SQLite itself can say of a file, and whether the tables are those of a ledger.
struct FileInspection {
  let db: Database
  let findings: FindingList

  func run() throws {
    try findings.attempt(.init()) { try checkStructure() }
    try findings.attempt(.init(table: "sqlite_schema")) { try checkSchema() }
    try findings.attempt(.init()) { try checkHeader() }
    try findings.attempt(.init(table: "meta")) { try checkMeta() }
  }

  // MARK: - Structure

  /// Runs the integrity check; only where it finds something also table by table, to tell which.
  private func checkStructure() throws {
    let messages = try integrityMessages(of: nil)
    guard !messages.isEmpty else { return }
    var known: Set<String> = []
    for table in StoreSchema.tableNames {
      let place = VerificationFinding.Place(table: table)
      try findings.attempt(place) {
        for message in try integrityMessages(of: table) where known.insert(message).inserted {
          findings.add(place, message)
        }
      }
    }
    for message in messages where !known.contains(message) { findings.add(.init(), message) }
  }

  private func integrityMessages(of table: String?) throws -> [String] {
    let argument = table.map { "('\($0)')" } ?? ""
    let rows = try Row.fetchAll(db, sql: "PRAGMA integrity_check\(argument)")
    let lines = rows.flatMap { row -> [String] in
      guard let text = String.fromDatabaseValue(row[0]) else { return [] }
      return text.split(separator: "\n").map(String.init)
    }
    return lines.filter { $0 != "ok" && !$0.hasPrefix("*** in database") }
  }

  // MARK: - Schema

  /// Compares the definitions of all tables with those that a new ledger gets.
  private func checkSchema() throws {
    let expected = try DatabaseQueue().write { db in
      try StoreSchema.create(in: db)
      return try definitions(db)
    }
    let found = try definitions(db)
    for name in Set(expected.keys).union(found.keys).sorted() where found[name] != expected[name] {
      let reason =
        found[name] == nil
        ? "is missing"
        : expected[name] == nil ? "is no part of a ledger" : "is not defined as it was made"
      findings.add(.init(table: "sqlite_schema"), "the \(name) \(reason)")
    }
  }

  private func definitions(_ db: Database) throws -> [String: [DatabaseValue]] {
    let rows = try Row.fetchAll(
      db, sql: "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name")
    return Dictionary(
      rows.map { row in
        let values = Array(row.databaseValues)
        let name = values.prefix(2).map { String.fromDatabaseValue($0) ?? "?" }
        return (name.joined(separator: " "), values)
      }, uniquingKeysWith: { first, second in first + second })
  }

  /// The numbers at the beginning of the file that say what it is and how it is read.
  private func checkHeader() throws {
    let expected: [(String, DatabaseValue)] = [
      ("application_id", StoreFile.applicationID.databaseValue),
      ("user_version", StoreFile.format.databaseValue),
      ("encoding", "UTF-8".databaseValue),
      ("auto_vacuum", 0.databaseValue),
    ]
    for (name, value) in expected {
      let found = try Row.fetchOne(db, sql: "PRAGMA \(name)").map { $0[0] as DatabaseValue }
      if found != value {
        findings.add(.init(), "the setting \(name) is \(found ?? .null) and not \(value)")
      }
    }
  }

  /// The one row of `meta` is the genesis.
  private func checkMeta() throws {
    for row in try Row.fetchAll(db, sql: "SELECT name FROM meta") {
      let name = try row.text("name")
      if name != "genesis" {
        findings.add(.init(table: "meta"), "a row \"\(name)\" is no part of a ledger")
      }
    }
  }
}
