import Bytecode
import Crypto
import EngineTesting
import GRDB
import Testing

@testable import Ledger

/// Rows that are bound through SQLite's own interface, and their checksums.
@Suite struct RowStatementTests {
  private static func write(
    _ statement: RowStatement, _ bytes: [UInt8], _ number: Int, _ text: String
  ) throws {
    var text = text
    try bytes.withUnsafeBytes { bytes in
      try text.withUTF8 { text in
        statement.bind(1, bytes)
        statement.bind(2, number)
        statement.bind(3, text)
        try statement.run()
      }
    }
  }

  @Test func writesWhatIsBound() throws {
    let rows: [(bytes: [UInt8], number: Int, text: String)] = [
      ([], 0, ""), ([0], -1, "a"), ([UInt8](repeating: 7, count: 70_000), .max, "Zählung"),
      ([255, 0, 255], .min, String(repeating: "x", count: 300)),
    ]
    let queue = try DatabaseQueue()
    try queue.write { db in
      try db.execute(
        sql: """
          CREATE TABLE t (bytes BLOB NOT NULL UNIQUE, number INTEGER NOT NULL, text TEXT NOT NULL)
          STRICT
          """)
      let statement = try RowStatement(db, sql: "INSERT INTO t VALUES (?, ?, ?)")
      for row in rows { try Self.write(statement, row.bytes, row.number, row.text) }
      // A row that cannot be written says why, and leaves the statement as it was.
      let refusal = #expect(throws: DatabaseError.self) {
        try Self.write(statement, [0], 1, "again")
      }
      #expect(refusal?.resultCode == .SQLITE_CONSTRAINT)
      try Self.write(statement, [9], 9, "nine")
      let found = try Row.fetchAll(db, sql: "SELECT * FROM t ORDER BY rowid")
      for (row, expected) in zip(found, rows + [([9], 9, "nine")]) {
        #expect(try row.bytes("bytes") == expected.bytes)
        #expect(try row.integer("number") == expected.number)
        #expect(try row.text("text") == expected.text)
      }
      #expect(found.count == rows.count + 1)
    }
  }

  /// The definition: SHA-256 of the key with its length, the height and the value.
  @Test func checksumsAreThoseOfTheDefinition() {
    var random = SplitMix64(seed: 6)
    for _ in 0..<Effort.rounds(300) {
      let key = random.bytes(random.pick([0, 1, 33, 65, 127, 128, 200]))
      let value = random.bytes(random.pick([0, 1, 9, 700, 20_000]))
      let height = random.pick([0, 1, 127, 128, 1 << 40, -1])
      var writer = ByteWriter()
      writer.writeBytes(key)
      writer.writeUnsigned(UInt64(bitPattern: Int64(height)))
      writer.write(value)
      let sum = SHA256.hash(data: writer.bytes).prefix(8).reduce(0) { $0 << 8 | Int($1) }
      #expect(RowChecksum.value(key: key, height: height, bytes: value) == sum)
    }
  }
}
