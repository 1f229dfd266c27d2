public import Bytecode
public import Transactions

/// A block: its header, its transactions and what they did.
public struct SealedBlock: Hashable, Sendable {
  /// What the block commits to.
  public let header: BlockHeader
  /// Its transactions, in order.
  public let transactions: [SignedTransaction]
  /// A receipt for each.
  public let receipts: [TransactionReceipt]

  /// The height.
  public var height: Int { header.height }
  /// The hash of the header.
  public var hash: Identifier { header.hash }

  /// Makes a block of its parts.
  public init(
    header: BlockHeader, transactions: [SignedTransaction], receipts: [TransactionReceipt]
  ) {
    self.header = header
    self.transactions = transactions
    self.receipts = receipts
  }
}

extension SealedBlock {
  /// Transactions as one string of bytes: their number, and each with its length.
  public static func encode(_ transactions: [SignedTransaction]) -> [UInt8] {
    var writer = ByteWriter()
    writer.writeCount(transactions.count)
    for transaction in transactions { writer.writeBytes(transaction.encoded()) }
    return writer.bytes
  }

  /// Reads what `encode` wrote.
  public static func decodeTransactions(
    _ bytes: [UInt8]
  ) throws(Refusal) -> [SignedTransaction] {
    try decodeList(bytes, "transaction", limit: SignedTransaction.lengthLimit) {
      bytes throws(Refusal) in
      do throws(TransactionError) { return try SignedTransaction(decoding: bytes) } catch {
        throw Refusal(offset: 0, reason: error.description)
      }
    }
  }

  /// Receipts as one string of bytes: their number, and each with its length.
  public static func encode(_ receipts: [TransactionReceipt]) -> [UInt8] {
    var writer = ByteWriter()
    writer.writeCount(receipts.count)
    for receipt in receipts { writer.writeBytes(receipt.encoded()) }
    return writer.bytes
  }

  /// Reads what `encode` wrote.
  public static func decodeReceipts(_ bytes: [UInt8]) throws(Refusal) -> [TransactionReceipt] {
    try decodeList(bytes, "receipt", limit: bytes.count) {
      bytes throws(Refusal) in try TransactionReceipt(decoding: bytes)
    }
  }

  private static func decodeList<Item>(
    _ bytes: [UInt8], _ what: String, limit: Int,
    _ decode: ([UInt8]) throws(Refusal) -> Item
  ) throws(Refusal) -> [Item] {
    var reader = ByteReader(bytes)
    var items: [Item] = []
    let count = try reader.readCount(
      "the number of \(what)s", atMost: BlockHeader.transactionLimit)
    for index in 0..<count {
      let start = reader.offset
      let encoded = try reader.readBytes("\(what) \(index)", atMost: limit)
      do { items.append(try decode(encoded)) } catch {
        throw Refusal(offset: start, reason: "\(what) \(index): \(error.reason)")
      }
    }
    try reader.finish("the \(what)s")
    return items
  }
}
