public import Chain
import Dispatch
import Synchronization
public import Transactions

/// Orders transactions as they come, and makes blocks of them: what comes while one block is written goes
/// together into the next, so that many senders share one wait for the disk.
///
/// A signature is verified on the thread of whoever sends it, so that the cores share that work while a
/// block is written; the order stays that of arrival.
///
/// This is the order that a ledger on one machine has. Where the order comes from elsewhere, its blocks go
/// to `Ledger.append` or `Ledger.apply`, and there is no queue.
public final class TransactionQueue: Sendable {
  private final class Waiting: Sendable {
    let transaction: SignedTransaction
    let answer: CheckedContinuation<TransactionReceipt, any Error>
    private let verification = Mutex<SignatureVerification.Verified?>(nil)

    init(
      _ transaction: SignedTransaction,
      _ answer: CheckedContinuation<TransactionReceipt, any Error>
    ) {
      self.transaction = transaction
      self.answer = answer
    }

    /// The transaction with its signature looked at; nil until that is done.
    var verified: SignatureVerification.Verified? { verification.withLock { $0 } }

    func verify() {
      let verified = SignatureVerification.verify(transaction)
      verification.withLock { $0 = verified }
    }
  }

  /// What goes into a block if there is room.
  private typealias Batch = [(waiting: Waiting, verified: SignatureVerification.Verified)]

  private struct State {
    var waiting: [Waiting] = []
    var isWriting = false
  }

  private let ledger: Ledger
  private let blockLimit: Int
  private let makeInput: @Sendable (BlockHeader) -> BlockInput
  private let state = Mutex(State())
  private let writing = DispatchQueue(label: "aliquot.transactions")

  /// Makes a queue in front of a ledger.
  ///
  /// - Parameters:
  ///   - ledger: The ledger, which others may use besides.
  ///   - blockLimit: The most transactions that go into one block.
  ///   - input: Height, time and beacon of a block after the last one: a service that follows the clock
  ///     gives it here. Otherwise the block comes one block interval later.
  public init(
    _ ledger: Ledger, blockLimit: Int = 10_000,
    input: (@Sendable (BlockHeader) -> BlockInput)? = nil
  ) {
    precondition(blockLimit > 0, "a block of no transaction leads nowhere")
    self.ledger = ledger
    self.blockLimit = blockLimit
    let genesis = ledger.genesis
    makeInput = input ?? { BlockInput(after: $0, genesis: genesis) }
  }

  /// Gives a transaction to the queue, and waits until its block is written.
  ///
  /// It throws a `TransactionRefusal` if the transaction is refused, and a `LedgerError` if the ledger
  /// cannot write; in both cases nothing has happened.
  public func submit(_ transaction: SignedTransaction) async throws -> TransactionReceipt {
    try await withCheckedThrowingContinuation { answer in
      let waiting = Waiting(transaction, answer)
      state.withLock { $0.waiting.append(waiting) }
      waiting.verify()
      let isIdle = state.withLock { state in
        // Whoever came first and is not verified yet starts the writing when it is.
        guard !state.isWriting, state.waiting.first?.verified != nil else { return false }
        state.isWriting = true
        return true
      }
      if isIdle { writing.async { self.writeAll() } }
    }
  }

  private func writeAll() {
    while let batch = nextBatch() {
      do { try write(batch) } catch {
        for (waiting, _) in batch { waiting.answer.resume(throwing: error) }
      }
    }
  }

  /// The transactions in front whose signatures have been looked at.
  private func nextBatch() -> Batch? {
    state.withLock { state in
      var batch: Batch = []
      for waiting in state.waiting.prefix(blockLimit) {
        guard let verified = waiting.verified else { break }
        batch.append((waiting, verified))
      }
      guard !batch.isEmpty else {
        state.isWriting = false
        return nil
      }
      state.waiting.removeFirst(batch.count)
      return batch
    }
  }

  private func write(_ batch: Batch) throws {
    let appended = try ledger.append(
      batch.map(\.waiting.transaction), SignatureVerification(results: batch.map(\.verified)),
      makeInput(ledger.head()))
    let refused = Dictionary(
      uniqueKeysWithValues: appended.refused.map { ($0.index, $0.reason) })
    var receipts = (appended.block?.receipts ?? []).makeIterator()
    var later: [Waiting] = []
    var delayed: Set<AccountPublicKey> = []
    for (index, (waiting, _)) in batch.enumerated() {
      let sender = waiting.transaction.transaction.sender
      switch refused[index] {
      case .blockFull where appended.block != nil:
        later.append(waiting)
        delayed.insert(sender)
      case .nonceTooHigh where delayed.contains(sender): later.append(waiting)
      case let reason?: waiting.answer.resume(throwing: reason)
      case nil:
        guard let receipt = receipts.next() else {
          preconditionFailure("a transaction is in the block or refused")
        }
        waiting.answer.resume(returning: receipt)
      }
    }
    // What found no room comes first in the next block.
    if !later.isEmpty { state.withLock { $0.waiting.insert(contentsOf: later, at: 0) } }
  }
}
