import Chain
import Commitment
import GRDB

/// Keeps the pages of the commitment in memory, and compares the table `page` with them.
final class CommitmentComparison {
  private var pages: [TriePath: [UInt8]] = [:]

  /// The pages, for a trie.
  var source: CommitmentPages { CommitmentPages { [unowned self] in pages[$0] } }

  /// Takes the pages that a block changed.
  func take(_ changes: [(path: TriePath, bytes: [UInt8]?)]) {
    for change in changes { pages[change.path] = change.bytes }
  }

  /// Compares the table with the pages after the last block.
  func finish(_ db: Database, _ findings: FindingList) throws {
    var missing = Dictionary(uniqueKeysWithValues: pages.map { ($0.key.key, $0.value) })
    try findings.attempt(.init(table: "page")) {
      let rows = try Row.fetchCursor(db, sql: "SELECT path, bytes FROM page")
      while let row = try rows.next() {
        let path = try row.bytes("path")
        let place = VerificationFinding.Place(table: "page", key: path)
        try findings.attempt(place) {
          guard let expected = missing.removeValue(forKey: path) else {
            return findings.add(place, "the commitment has no page here")
          }
          if try row.bytes("bytes") != expected {
            findings.add(place, "the page is not what the state leads to")
          }
        }
      }
    }
    for path in missing.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      findings.add(.init(table: "page", key: path), "the page is missing")
    }
  }
}
