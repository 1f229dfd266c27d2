import Dispatch
import Synchronization
import Transactions

/// Verifies signatures on all cores.
///
/// It depends on nothing but the bytes, and is most of the work of a block of plain transfers; executing has
/// to go one by one.
struct SignatureVerification: Sendable {
  /// A transaction with its signature verified, or why it is not its sender's.
  typealias Verified = Result<VerifiedTransaction, TransactionError>

  /// Signatures that are verified in one go.
  private static let chunk = 16

  /// The transactions in their order.
  let results: [Verified]
  /// How long it took.
  let elapsed: Duration

  /// Verifies the signatures of transactions.
  init(_ transactions: [SignedTransaction]) {
    let clock = ContinuousClock()
    let start = clock.now
    results = Self.verify(transactions)
    elapsed = clock.now - start
  }

  /// Takes signatures that have been verified one by one.
  init(results: [Verified]) {
    self.results = results
    elapsed = .zero
  }

  private static func verify(_ transactions: [SignedTransaction]) -> [Verified] {
    let chunks = (transactions.count + chunk - 1) / chunk
    guard chunks > 1 else { return transactions.map(verify) }
    let verified = Mutex([[Verified]](repeating: [], count: chunks))
    DispatchQueue.concurrentPerform(iterations: chunks) { number in
      let start = number * chunk
      let results = transactions[start..<min(start + chunk, transactions.count)].map(verify)
      verified.withLock { $0[number] = results }
    }
    return verified.withLock { Array($0.joined()) }
  }

  /// The transactions, if all signatures are right.
  var transactions: [VerifiedTransaction]? { try? results.map { try $0.get() } }

  /// Verifies one signature.
  static func verify(_ signed: SignedTransaction) -> Verified {
    do throws(TransactionError) {
      return .success(try VerifiedTransaction(verifying: signed))
    } catch {
      return .failure(error)
    }
  }
}
