import Bytecode
import Chain
import GRDB

/// Looks at what is no part of the chain: snapshots by name, and notes.
struct MarkInspection {
  let db: Database
  let findings: FindingList

  func run() throws {
    try findings.attempt(.init(table: "snapshot")) { try checkSnapshots() }
    try findings.attempt(.init(table: "note")) { try checkNotes() }
  }

  private func checkSnapshots() throws {
    let rows = try Row.fetchCursor(db, sql: "SELECT name, height, hash, checksum FROM snapshot")
    while let row = try rows.next() {
      let name = Array(try row.text("name").utf8)
      try findings.attempt(.init(table: "snapshot", key: name)) {
        let mark = try StoreReader.snapshot(row)
        let header = try StoreReader(db: db).header(atOrBelow: mark.height)
        if header?.height != mark.height || header?.hash != mark.hash {
          findings.add(
            .init(table: "snapshot", height: mark.height, key: name),
            "the block of the snapshot is not in the chain")
        }
      }
    }
  }

  private func checkNotes() throws {
    let rows = try Row.fetchCursor(db, sql: "SELECT kind, name, bytes, checksum FROM note")
    while let row = try rows.next() {
      let name = try row.bytes("name")
      try findings.attempt(.init(table: "note", key: name)) { _ = try StoreReader.note(row) }
    }
  }
}
