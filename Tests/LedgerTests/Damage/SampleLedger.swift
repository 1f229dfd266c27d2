import Bytecode
import Chain
import Foundation
import GRDB
import Hosting
import Integers
import Ledger
import LedgerTesting
import Transactions

/// A small ledger with something in every table, as the bytes of its file.
enum SampleLedger {
  /// Three contracts, fees, transactions that fail, blocks that were skipped, snapshots, notes, and blocks
  /// that were taken back.
  static let full = Result { try make(blocks: 6, size: 6) }

  static func make(blocks: Int, size: Int) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    let path = folder.file("sample.ledger")
    let ledger = try Ledger.create(MarketLoad.genesis(), at: .file(path))
    let load = try MarketLoad(ledger)
    try note(ledger)
    for block in 0..<blocks {
      try load.appendBlock(size)
      if block == blocks / 3 { try ledger.markSnapshot("early") }
      if block == blocks / 2 { try load.warp(300) }
    }
    let kept = try ledger.head().height
    try load.appendBlock(size)
    try ledger.goBack(toHeight: kept)
    try load.resume()
    try load.appendBlock(size)
    try ledger.markSnapshot("late")
    try ledger.close()
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  static func note(_ ledger: Ledger) throws {
    for index in 0..<3 {
      try ledger.setNote(
        Note(kind: "name", name: Array("contract \(index)".utf8), bytes: [UInt8(index), 0, 255]))
    }
    try ledger.setNote(Note(kind: "source", name: [], bytes: [UInt8](repeating: 7, count: 300)))
  }
}

/// Everything that the tables of a file hold, and the numbers that say how it is read.
struct LogicalContents: Equatable {
  private(set) var lines: [String] = []

  init(_ path: String) throws {
    var configuration = Configuration()
    configuration.readonly = true
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    defer { try? queue.close() }
    lines = try queue.read { db in
      var lines: [String] = []
      for pragma in ["application_id", "user_version", "encoding", "auto_vacuum"] {
        lines.append("\(pragma) \(try Row.fetchOne(db, sql: "PRAGMA \(pragma)") ?? Row())")
      }
      let schema = try Row.fetchAll(
        db, sql: "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name")
      lines += schema.map { "\($0)" }
      for row in schema where row["type"] == "table" {
        let name: String = row["name"]
        for row in try Row.fetchAll(db, sql: "SELECT * FROM \"\(name)\"") {
          lines.append("\(name) \(row.databaseValues.map { Self.text($0) })")
        }
      }
      return lines
    }
  }

  private static func text(_ value: DatabaseValue) -> String {
    switch value.storage {
    case .null: "null"
    case .int64(let number): "\(number)"
    case .double(let number): "double \(number)"
    case .string(let text): "text \(Array(text.utf8))"
    case .blob(let data): "blob \(Hexadecimal.encode(data))"
    }
  }
}
