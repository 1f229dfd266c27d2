import Bytecode
import Chain
import Foundation
import GRDB
import State

/// Compares the tables `value` and `past` with the state that executing the chain leads to.
///
/// A row of `past` is looked up at the moment when its value is replaced, so that no more than the present
/// state has to be in memory; at the end the rows are counted.
final class HistoryComparison {
  private let db: Database
  private let findings: FindingList
  private let state: StateTable
  /// For each slot of the state, the height that wrote it.
  private var heights: [Int] = []
  private var pastRows = RowTally()

  private struct PastKey: Hashable {
    let key: [UInt8]
    let until: Int
  }

  init(_ db: Database, _ findings: FindingList, _ state: StateTable) {
    self.db = db
    self.findings = findings
    self.state = state
  }

  /// How many values were replaced or removed.
  var pastCount: Int { pastRows.count }

  // MARK: - Past values

  /// Takes the changes of a block, and compares the values that they replace.
  func take(_ changes: [StateChange], height: Int) throws {
    for change in changes {
      let slot = Int(change.key.withUnsafeBytes { state.slot(for: $0) })
      if slot >= heights.count {
        heights += [Int](repeating: -1, count: max(slot + 1, state.knownCount) - heights.count)
      }
      if let before = change.before {
        try compare(change.key, before, from: heights[slot], until: height)
      }
      heights[slot] = change.after == nil ? -1 : height
    }
  }

  /// Keeps memory in proportion to what is there; the block must have been committed.
  func compact() {
    guard state.knownCount > 2 * state.count + 10_000 else { return }
    heights += [Int](repeating: -1, count: max(0, state.knownCount - heights.count))
    heights = state.compact().map { heights[Int($0)] }
  }

  private func compare(
    _ key: [UInt8], _ bytes: [UInt8], from height: Int, until: Int
  ) throws {
    let place = VerificationFinding.Place(table: "past", height: until, key: key)
    try findings.attempt(place) {
      let row = try Row.fetchOne(
        db.cachedStatement(
          sql: "SELECT height, bytes, checksum FROM past WHERE key = ? AND until = ?"),
        arguments: [Data(key), until])
      guard let row else {
        return findings.add(place, "the value that this block replaced is missing")
      }
      pastRows.add(PastKey(key: key, until: until))
      compare(try StoredValue(row), with: bytes, key: key, from: height, at: place)
    }
  }

  // MARK: - Present values

  /// Compares `value` with the state after the last block, and counts `past`; gives how many rows of
  /// `value` there are.
  func finish() throws -> Int {
    let count = try compareValues()
    try comparePastCount()
    return count
  }

  private func compareValues() throws -> Int {
    var seen = [Bool](repeating: false, count: state.knownCount)
    var count = 0
    try findings.attempt(.init(table: "value")) {
      let rows = try Row.fetchCursor(db, sql: "SELECT height, bytes, checksum, key FROM value")
      while let row = try rows.next() {
        count += 1
        let key = try row.bytes("key")
        let place = VerificationFinding.Place(table: "value", key: key)
        try findings.attempt(place) {
          let slot = key.withUnsafeBytes { state.slot(for: $0) }
          guard Int(slot) < seen.count, let bytes = state.value(in: slot), !seen[Int(slot)] else {
            return findings.add(place, "the chain leads to no value here")
          }
          seen[Int(slot)] = true
          compare(
            try StoredValue(row), with: Array(bytes), key: key, from: heights[Int(slot)], at: place)
        }
      }
    }
    for slot in 0..<seen.count where !seen[slot] && state.value(in: StateTable.Slot(slot)) != nil {
      let key = Array(state.key(of: StateTable.Slot(slot)))
      findings.add(
        .init(table: "value", height: heights[slot], key: key), "the value is missing")
    }
    return count
  }

  private func compare(
    _ stored: StoredValue, with bytes: [UInt8], key: [UInt8], from height: Int,
    at place: VerificationFinding.Place
  ) {
    if stored.bytes != bytes {
      findings.add(place, "the value is not the one that the chain leads to")
    } else if stored.height != height {
      findings.add(
        place, "the value was written at the height \(height), and the row says \(stored.height)")
    } else if stored.checksum != RowChecksum.value(key: key, height: height, bytes: bytes) {
      findings.add(place, "the checksum is not that of the row")
    }
  }

  private func comparePastCount() throws {
    try findings.attempt(.init(table: "past")) {
      let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM past") ?? 0
      guard count > pastRows.count else { return }
      findings.add(
        .init(table: "past"),
        "there are \(count) rows, and \(pastRows.count) that the chain leads to")
      var present = RowTally()
      try forEachPastKey { present.add($0) }
      try forEachPastKey { row in
        if pastRows.lacks(row, of: present) {
          findings.add(
            .init(table: "past", height: row.until, key: row.key),
            "the chain leads to no value here")
        }
      }
    }
  }

  private func forEachPastKey(_ body: (PastKey) -> Void) throws {
    let rows = try Row.fetchCursor(db, sql: "SELECT key, until FROM past")
    while let row = try rows.next() {
      body(PastKey(key: try row.bytes("key"), until: try row.integer("until")))
    }
  }
}

/// What a row of `value` or `past` says besides its key.
struct StoredValue {
  let height: Int
  let bytes: [UInt8]
  let checksum: Int

  init(_ row: Row) throws {
    height = try row.integer("height")
    bytes = try row.bytes("bytes")
    checksum = try row.integer("checksum")
  }
}
