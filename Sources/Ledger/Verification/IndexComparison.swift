import Bytecode
import Chain
import Foundation
import GRDB
import Hosting

/// Compares the tables `sent` and `emitted`, by which transactions and events are found, with the blocks.
final class IndexComparison {
  private let db: Database
  private let findings: FindingList
  private var sentRows = RowTally()
  private var emittedRows = RowTally()

  private struct EmittedKey: Hashable {
    let contract: [UInt8]
    let name: String
    let height: Int
    let position: Int
    let ordinal: Int
  }

  init(_ db: Database, _ findings: FindingList) {
    self.db = db
    self.findings = findings
  }

  /// Compares the row of a transaction.
  func take(_ transaction: Identifier, height: Int, position: Int) throws {
    let place = VerificationFinding.Place(
      table: "sent", height: height, transaction: transaction)
    try findings.attempt(place) {
      let row = try Row.fetchOne(
        db.cachedStatement(sql: "SELECT height, position FROM sent WHERE id = ?"),
        arguments: [Data(transaction.bytes)])
      guard let row else { return findings.add(place, "the transaction is not listed") }
      sentRows.add(transaction.bytes)
      if try row.integer("height") != height || row.integer("position") != position {
        findings.add(place, "the transaction is listed at another place")
      }
    }
  }

  /// Compares the rows of a transaction's events.
  func take(
    _ events: [Event], of transaction: Identifier, height: Int, position: Int,
    name: (Event) -> String
  ) throws {
    for (ordinal, event) in events.enumerated() {
      let key = EmittedKey(
        contract: event.contract.bytes, name: name(event), height: height, position: position,
        ordinal: ordinal)
      let place = VerificationFinding.Place(
        table: "emitted", height: height, transaction: transaction)
      try findings.attempt(place) {
        let row = try Row.fetchOne(
          db.cachedStatement(
            sql: """
              SELECT 1 FROM emitted
              WHERE contract = ? AND name = ? AND height = ? AND position = ? AND ordinal = ?
              """),
          arguments: [Data(key.contract), key.name, height, position, ordinal])
        guard row != nil else {
          return findings.add(place, "the event \(ordinal), \(key.name), is not listed")
        }
        emittedRows.add(key)
      }
    }
  }

  // MARK: - Counts

  /// Counts the rows of both tables; those of events only if the whole chain was executed.
  func finish(withEvents: Bool) throws {
    try compareCount("sent", sentRows, ["id", "height"]) { row in
      (try row.bytes("id"), try row.integer("height"))
    }
    guard withEvents else { return }
    try compareCount(
      "emitted", emittedRows, ["contract", "name", "height", "position", "ordinal"]
    ) { row in
      let height = try row.integer("height")
      return (
        EmittedKey(
          contract: try row.bytes("contract"), name: try row.text("name"), height: height,
          position: try row.integer("position"), ordinal: try row.integer("ordinal")), height
      )
    }
  }

  private func compareCount<Key: Hashable>(
    _ table: String, _ expected: RowTally, _ columns: [String],
    _ decode: (Row) throws -> (key: Key, height: Int)
  ) throws {
    try findings.attempt(.init(table: table)) {
      let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0
      guard count > expected.count else { return }
      findings.add(
        .init(table: table),
        "there are \(count) rows, and \(expected.count) that the chain leads to")
      let sql = "SELECT \(columns.joined(separator: ", ")) FROM \(table)"
      var present = RowTally()
      let rows = try Row.fetchCursor(db, sql: sql)
      while let row = try rows.next() { present.add(try decode(row).key) }
      let again = try Row.fetchCursor(db, sql: sql)
      while let row = try again.next() {
        let (key, height) = try decode(row)
        guard expected.lacks(key, of: present) else { continue }
        let id = (key as? [UInt8]).flatMap { Identifier($0) }
        findings.add(
          .init(table: table, height: height, transaction: id),
          "the chain leads to no such row")
      }
    }
  }
}
