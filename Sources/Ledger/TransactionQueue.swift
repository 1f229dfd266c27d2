public import Chain
import Dispatch
import Synchronization
public import Transactions

/// Orders transactions as they come, and makes blocks of them: what comes while one block is written goes
/// together into the next, so that many senders share one wait for the disk.
///
/// This is the order that a ledger on one machine has. Where the order comes from elsewhere, its blocks go
/// to `Ledger.append` or `Ledger.apply`, and there is no queue.
public final class TransactionQueue: Sendable {
  private struct Waiting {
    let transaction: SignedTransaction
    let answer: CheckedContinuation<TransactionReceipt, any Error>
  }

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
      let isIdle = state.withLock { state in
        state.waiting.append(Waiting(transaction: transaction, answer: answer))
        defer { state.isWriting = true }
        return !state.isWriting
      }
      if isIdle { writing.async { self.writeAll() } }
    }
  }

  private func writeAll() {
    while let batch = nextBatch() {
      do { try write(batch) } catch {
        for waiting in batch { waiting.answer.resume(throwing: error) }
      }
    }
  }

  private func nextBatch() -> [Waiting]? {
    state.withLock { state in
      guard !state.waiting.isEmpty else {
        state.isWriting = false
        return nil
      }
      let batch = Array(state.waiting.prefix(blockLimit))
      state.waiting.removeFirst(batch.count)
      return batch
    }
  }

  private func write(_ batch: [Waiting]) throws {
    let appended = try ledger.append(
      batch.map(\.transaction), input: makeInput(ledger.head()))
    let refused = Dictionary(
      uniqueKeysWithValues: appended.refused.map { ($0.index, $0.reason) })
    var receipts = (appended.block?.receipts ?? []).makeIterator()
    var later: [Waiting] = []
    var delayed: Set<AccountPublicKey> = []
    for (index, waiting) in batch.enumerated() {
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
