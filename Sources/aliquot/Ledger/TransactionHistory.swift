import Bytecode
import Chain
import Ledger
import Transactions

/// The transactions of a ledger, the newest first, read block by block.
struct TransactionHistory {
  /// A transaction, what it did, and where it stands.
  struct Entry {
    let block: SealedBlock
    let position: Int

    /// The transaction.
    var transaction: Transaction { block.transactions[position].transaction }
    /// What it did.
    var receipt: TransactionReceipt { block.receipts[position] }
    /// The header of its block.
    var header: BlockHeader { block.header }

    /// Names a transaction of a block.
    init(_ block: SealedBlock, _ position: Int) {
      self.block = block
      self.position = position
    }
  }

  /// Headers that are read at once.
  private static let pageSize = 256

  private let ledger: Ledger
  private var headers: ArraySlice<BlockHeader> = []
  private var below: Int
  private var block: SealedBlock?
  /// Transactions of the block that are still to come.
  private var left = 0

  /// Begins at the last block, or at one.
  init(_ ledger: Ledger, atOrBelow height: Int = .max) {
    self.ledger = ledger
    below = height
  }

  /// The next older transaction; nil behind the first.
  mutating func next() throws -> Entry? {
    while left == 0 {
      guard let header = try nextHeader() else { return nil }
      guard header.transactionCount > 0 else { continue }
      block = try ledger.block(at: header.height)
      left = min(block?.transactions.count ?? 0, block?.receipts.count ?? 0)
    }
    left -= 1
    return block.map { Entry($0, left) }
  }

  private mutating func nextHeader() throws -> BlockHeader? {
    if headers.isEmpty, below >= 0 {
      headers = try ledger.headers(atOrBelow: below, limit: Self.pageSize)[...]
      below = (headers.last?.height ?? 0) - 1
    }
    return headers.popFirst()
  }
}
