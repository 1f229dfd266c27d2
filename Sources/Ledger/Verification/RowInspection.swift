import Bytecode
import Chain
import Commitment
import GRDB

/// Looks at the rows of a state that could not be computed: by their checksums, and the present ones also by
/// the commitment of the last block.
struct RowInspection {
  let db: Database
  let findings: FindingList

  /// Looks at `value`, `past` and `page`; gives how many rows the first two have.
  func run(_ head: BlockHeader?) throws -> (values: Int, pastValues: Int) {
    var trie = try Trie(source: CommitmentPages { _ in nil })
    var changes: [(key: [UInt8], value: [UInt8]?)] = []
    let values = try inspect("value") { changes.append(($0, $1.bytes)) }
    let pastValues = try inspect("past") { _, _ in }
    guard let head else { return (values, pastValues) }
    if try trie.update(changes) != head.stateRoot {
      findings.add(
        .init(table: "value", height: head.height),
        "the values are not the state that the last block commits to")
    }
    let commitment = CommitmentComparison()
    commitment.take(trie.takeChangedPages())
    try commitment.finish(db, findings)
    return (values, pastValues)
  }

  private func inspect(
    _ table: String, _ body: ([UInt8], StoredValue) -> Void
  ) throws -> Int {
    var count = 0
    try findings.attempt(.init(table: table)) {
      let rows = try Row.fetchCursor(db, sql: "SELECT * FROM \(table)")
      while let row = try rows.next() {
        count += 1
        try findings.attempt(.init(table: table)) {
          let key = try row.bytes("key")
          let value = try StoredValue(row)
          body(key, value)
          let checksum = RowChecksum.value(
            key: key, height: value.height, bytes: value.bytes)
          guard value.checksum != checksum else { return }
          findings.add(
            .init(table: table, height: value.height, key: key),
            "the checksum is not that of the row")
        }
      }
    }
    return count
  }
}
