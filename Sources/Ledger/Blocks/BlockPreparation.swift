import Bytecode
import Chain
import Dispatch
import Synchronization
import Transactions

/// Prepares blocks on all cores while its owner does something else.
///
/// Reading and verifying signatures depend on nothing but the bytes, and are most of the work of a block
/// of plain transfers; executing has to go one by one.
final class BlockPreparation: Sendable {
  /// Signatures that are verified in one go.
  private static let chunk = 16

  private let count: Int
  private let group = DispatchGroup()
  private let decoded: Mutex<[Int: DecodedBlock]> = Mutex([:])
  private let verified: Mutex<[Int: [Verified]]> = Mutex([:])

  private typealias Verified = Result<VerifiedTransaction, TransactionError>

  private struct DecodedBlock: Sendable {
    let header: Result<BlockHeader, Refusal>
    let transactions: Result<[SignedTransaction], Refusal>
  }

  /// Begins to prepare blocks.
  init(_ blocks: [RawBlock]) {
    count = blocks.count
    DispatchQueue.global(qos: .userInitiated).async(group: group) { [self] in
      DispatchQueue.concurrentPerform(iterations: blocks.count) { index in
        let block = Self.decode(blocks[index])
        decoded.withLock { $0[index] = block }
      }
      verifySignatures()
    }
  }

  private static func decode(_ block: RawBlock) -> DecodedBlock {
    let transactions: Result<[SignedTransaction], Refusal>
    do throws(Refusal) {
      transactions = .success(try SealedBlock.decodeTransactions(block.transactions))
    } catch { transactions = .failure(error) }
    do throws(Refusal) {
      return DecodedBlock(
        header: .success(try BlockHeader(decoding: block.header)), transactions: transactions)
    } catch { return DecodedBlock(header: .failure(error), transactions: transactions) }
  }

  /// Verifies the signatures of all blocks together, so that one large block keeps all cores busy too.
  private func verifySignatures() {
    let blocks = decoded.withLock { $0 }
    let all = (0..<count).flatMap { (try? blocks[$0]?.transactions.get()) ?? [] }
    let chunks = (all.count + Self.chunk - 1) / Self.chunk
    DispatchQueue.concurrentPerform(iterations: chunks) { chunk in
      let start = chunk * Self.chunk
      let results = all[start..<min(start + Self.chunk, all.count)].map { signed in
        do throws(TransactionError) {
          return Verified.success(try VerifiedTransaction(verifying: signed))
        } catch { return .failure(error) }
      }
      verified.withLock { $0[chunk] = results }
    }
  }

  /// Waits for the blocks, and gives them in their order.
  func finish() -> [PreparedBlock] {
    group.wait()
    let blocks = decoded.withLock { $0 }
    let verified = verified.withLock { $0 }
    var results = verified.keys.sorted().lazy.flatMap { verified[$0] ?? [] }.makeIterator()
    return (0..<count).compactMap { index in
      guard let block = blocks[index] else { return nil }
      return PreparedBlock(
        header: block.header,
        transactions: block.transactions.map { transactions in
          transactions.compactMap { _ in results.next() }
        })
    }
  }
}
