import Bytecode
import Chain
import Ledger
import Transactions

/// The transactions of a ledger, the newest first, read block by block.
struct TransactionHistory {
  /// A transaction, what it did, and where it stands.
  struct Entry {
    let header: BlockHeader
    let position: Int
    let transaction: Transaction
    let receipt: TransactionReceipt
  }

  /// Headers that are read at once.
  private static let pageSize = 256

  private let ledger: Ledger
  private var headers: ArraySlice<BlockHeader> = []
  private var below: Int
  private var entries: [Entry] = []

  /// Begins at the last block, or at one.
  init(_ ledger: Ledger, atOrBelow height: Int = .max) {
    self.ledger = ledger
    below = height
  }

  /// The next older transaction; nil behind the first.
  mutating func next() throws -> Entry? {
    while entries.isEmpty {
      guard let header = try nextHeader() else { return nil }
      guard header.transactionCount > 0, let block = try ledger.block(at: header.height) else {
        continue
      }
      entries = zip(block.transactions, block.receipts).enumerated().map { position, sent in
        Entry(
          header: block.header, position: position, transaction: sent.0.transaction,
          receipt: sent.1)
      }
    }
    return entries.removeLast()
  }

  private mutating func nextHeader() throws -> BlockHeader? {
    if headers.isEmpty, below >= 0 {
      headers = try ledger.headers(atOrBelow: below, limit: Self.pageSize)[...]
      below = (headers.last?.height ?? 0) - 1
    }
    return headers.popFirst()
  }
}
