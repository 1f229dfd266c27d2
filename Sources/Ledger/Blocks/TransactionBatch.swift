import Dispatch
import Synchronization
public import Transactions

/// Transactions in their order, whose signatures are verified on all cores while their owner does something
/// else: whoever has the transactions of the next block before the last one is written gives them here, and
/// then to `Ledger.append`.
public final class TransactionBatch: Sendable {
  /// The transactions.
  public let transactions: [SignedTransaction]
  private let group = DispatchGroup()
  private let verification = Mutex<SignatureVerification?>(nil)

  /// Begins to verify the signatures of transactions.
  public init(_ transactions: [SignedTransaction]) {
    self.transactions = transactions
    DispatchQueue.global(qos: .userInitiated).async(group: group) { [self] in
      let finished = SignatureVerification(transactions)
      verification.withLock { $0 = finished }
    }
  }

  /// Waits for the signatures.
  func finish() -> SignatureVerification {
    group.wait()
    return verification.withLock { $0 } ?? SignatureVerification(transactions)
  }
}
