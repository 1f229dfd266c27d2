import Bytecode
import Chain
import EngineTesting
import Foundation
import GRDB
import LedgerTesting
import Testing

@testable import Ledger

/// `verify` is silent about a sound ledger, and tells of whatever is changed behind its back.
@Suite struct VerificationTests {
  @Test func findsNothingInASoundLedger() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(SampleLedger.file.get(), to: "a.ledger")
    var progress: [LedgerProgress] = []
    let report = try Ledger.verify(fileAt: path) { progress.append($0) }
    #expect(report.findings == [])
    #expect(report.isIntact)
    #expect(report.height == report.executedHeight)
    let ledger = try Ledger.open(.file(path))
    #expect(report.height == (try ledger.head().height))
    #expect(try ledger.verify() == report)
    #expect(progress.map(\.blocks) == Array(1...report.blocks))
    #expect(progress.last?.blockCount == report.blocks)
    #expect(progress.last?.transactions == report.transactions)
  }

  @Test func endsWhenProgressThrows() throws {
    struct Stop: Error {}
    let ledger = try Ledger.create(MarketLoad.genesis(), at: .memory)
    _ = try MarketLoad(ledger)
    #expect(throws: Stop.self) { try ledger.verify { _ in throw Stop() } }
    #expect(try ledger.verify().isIntact)
  }

  /// A broken invariant is told, and is no damage.
  @Test func tellsOfABrokenInvariant() throws {
    let ledger = try Ledger.create(MarketLoad.genesis(), at: .memory)
    let load = try MarketLoad(ledger)
    try load.appendBlock(5)
    try load.breakInvariant()
    try load.appendBlock(5)
    let report = try ledger.verify()
    #expect(report.isIntact)
    #expect(report.findings.map(\.kind) == [.invariant])
    #expect(report.findings.first?.place.height == 5)
    #expect(report.findings.first?.reason.contains("counts up") == true)
  }

  // MARK: - Tampering

  /// A change of a ledger's file, and the table that a finding must name.
  struct Tampering: CustomTestStringConvertible {
    let sql: String
    let table: String?

    init(_ table: String?, _ sql: String) {
      self.table = table
      self.sql = sql
    }

    var testDescription: String { sql }
  }

  static let tamperings: [Tampering] = {
    let tables: [(table: String, key: String, changes: [String])] = [
      ("value", "key", ["height = height + 1", "bytes = x'07'", "checksum = checksum + 1"]),
      (
        "past", "key, until",
        ["height = height - 1", "bytes = x'07'", "checksum = checksum + 1", "until = until + 1000"]
      ),
      (
        "page", "path",
        ["bytes = x'00000000'", "bytes = CAST(bytes || x'00' AS BLOB)", "path = x'3f'"]
      ),
      ("sent", "id", ["height = height + 1", "position = position + 7", "id = x'07'"]),
      (
        "emitted", "contract, name, height, position, ordinal",
        ["height = height + 1", "name = 'Other'", "ordinal = 9", "contract = x'07'"]
      ),
      ("snapshot", "name", ["height = height + 1", "hash = x'07'", "checksum = 0", "name = 'x'"]),
      ("note", "kind, name", ["bytes = x'07'", "checksum = 0", "name = x'07'", "kind = 'x'"]),
      (
        "block", "height",
        [
          "header = x'07'", "hash = x'07'", "transactions = x'07'", "receipts = x'07'",
          "receipts = (SELECT receipts FROM block WHERE height = 4)", "height = 100000",
          "transactions = (SELECT transactions FROM block WHERE height = 4)",
          "header = (SELECT header FROM block WHERE height = 4)",
        ]
      ),
    ]
    var tamperings: [Tampering] = []
    for (table, key, changes) in tables {
      let place =
        "(\(key)) IN (SELECT \(key) FROM \(table) ORDER BY \(key) LIMIT 1 OFFSET 1)"
      tamperings += changes.map { Tampering(table, "UPDATE \(table) SET \($0) WHERE \(place)") }
      if table != "snapshot", table != "note" {
        tamperings.append(Tampering(table, "DELETE FROM \(table) WHERE \(place)"))
        tamperings.append(Tampering(table, "DELETE FROM \(table)"))
      }
    }
    tamperings += [
      Tampering("block", "DELETE FROM block WHERE height = 0"),
      Tampering("block", "DELETE FROM block WHERE height = (SELECT max(height) FROM block)"),
      Tampering("value", "INSERT INTO value VALUES (x'ff', 1, x'00', 0)"),
      Tampering("past", "INSERT INTO past VALUES (x'ff', 2, 1, x'00', 0)"),
      Tampering(
        "past", "INSERT INTO past SELECT key, 999, height, bytes, checksum FROM past LIMIT 1"),
      Tampering("page", "INSERT INTO page VALUES (x'05ffffff', x'00000000')"),
      Tampering("sent", "INSERT INTO sent VALUES (x'ff', 3, 0)"),
      Tampering("emitted", "INSERT INTO emitted VALUES (x'ff', 'Sent', 3, 0, 0)"),
      Tampering("snapshot", "INSERT INTO snapshot VALUES ('x', 1, x'00', 0)"),
      Tampering("note", "INSERT INTO note VALUES ('x', x'00', x'00', 0)"),
      Tampering("meta", "INSERT INTO meta VALUES ('more', x'00')"),
      Tampering("meta", "DELETE FROM meta"),
      Tampering("meta", "UPDATE meta SET bytes = x'07'"),
      Tampering("meta", "UPDATE meta SET bytes = CAST(bytes || x'07' AS BLOB)"),
      Tampering("sqlite_schema", "CREATE TABLE more (x)"),
      Tampering("sqlite_schema", "CREATE INDEX more ON sent (height)"),
      Tampering("sqlite_schema", "CREATE VIEW more AS SELECT 1"),
      Tampering(
        "sqlite_schema", "CREATE TRIGGER more AFTER INSERT ON sent BEGIN DELETE FROM sent; END"),
      Tampering("sqlite_schema", "ALTER TABLE sent ADD COLUMN more INTEGER"),
      Tampering("sqlite_schema", "DROP TABLE note"),
    ]
    return tamperings
  }()

  @Test(arguments: tamperings) func findsTampering(_ tampering: Tampering) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(SampleLedger.file.get(), to: "a.ledger")
    do {
      // By the ledger's own way of writing, so that the pages are right.
      let queue = try StoreFile.openForWriting(path, patience: .zero)
      try queue.write { try $0.execute(sql: tampering.sql) }
      try queue.close()
    }
    let report = try Ledger.verify(fileAt: path)
    #expect(!report.isIntact)
    #expect(
      report.findings.contains { $0.place.table == tampering.table },
      "\(report.findings.map(\.description))")
  }

  // MARK: - Flipped bits

  /// No bit of what is stored can be wrong without a finding.
  @Test(arguments: 0..<4) func findsFlippedBits(part: Int) throws {
    var random = SplitMix64(seed: UInt64(100 + part))
    var campaign = try FlipCampaign(SampleLedger.file.get())
    for _ in 0..<Effort.rounds(15) {
      let bit = random.below(campaign.bitCount)
      #expect(try campaign.flip(bit) != .silent, "bit \(bit)")
    }
  }

  /// The same for the first page, which says how the file is read.
  @Test func findsFlippedBitsOfTheHeader() throws {
    var random = SplitMix64(seed: 9)
    var campaign = try FlipCampaign(SampleLedger.file.get())
    for byte in 0..<(112 / 4) {
      let bit = byte * 32 + random.below(32)
      #expect(try campaign.flip(bit) != .silent, "bit \(bit)")
    }
  }
}
