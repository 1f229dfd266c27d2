import Bytecode
import Chain
import GRDB

/// A row of the table `block`.
struct BlockRow {
  /// All rows, the lowest height first.
  static let sql =
    "SELECT height, hash, header, transactions, receipts FROM block ORDER BY height"

  let height: Int
  let hash: [UInt8]
  let raw: RawBlock
  let receipts: [UInt8]

  init(_ row: Row) throws {
    height = try row.integer("height")
    hash = try row.bytes("hash")
    raw = RawBlock(
      header: try row.bytes("header"), transactions: try row.bytes("transactions"))
    receipts = try row.bytes("receipts")
  }

  /// Bytes of all columns.
  var byteCount: Int {
    hash.count + raw.header.count + raw.transactions.count + receipts.count
  }

  /// The blocks of a ledger, the lowest first, prepared ahead.
  static func pipeline(_ db: Database) throws -> BlockPipeline<BlockRow> {
    let rows = try Row.fetchCursor(db, sql: sql)
    return BlockPipeline {
      try rows.next().map { row in
        let row = try BlockRow(row)
        return .init(item: row, block: row.raw, byteCount: row.byteCount)
      }
    }
  }
}
