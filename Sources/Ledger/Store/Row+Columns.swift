import Foundation
import GRDB

/// Columns as they were written: another type means that the file is damaged, and must not end the process.
extension Row {
  /// A string of bytes.
  func bytes(_ column: String) throws -> [UInt8] {
    let value: DatabaseValue = self[column]
    guard case .blob(let data) = value.storage else { throw wrongType(column, "bytes") }
    return Array(data)
  }

  /// An integer.
  func integer(_ column: String) throws -> Int {
    let value: DatabaseValue = self[column]
    guard case .int64(let number) = value.storage else { throw wrongType(column, "an integer") }
    return Int(number)
  }

  /// A text.
  func text(_ column: String) throws -> String {
    let value: DatabaseValue = self[column]
    guard case .string(let text) = value.storage else { throw wrongType(column, "text") }
    return text
  }

  private func wrongType(_ column: String, _ expected: String) -> LedgerError {
    .damaged("a column \"\(column)\" does not hold \(expected)")
  }
}
