import Bytecode
import GRDB

/// Everything that the tables of a file hold, and the numbers that say how it is read.
public struct LogicalContents: Hashable {
  private var lines: [String] = []

  /// Reads a file.
  public init(_ path: String) throws {
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
