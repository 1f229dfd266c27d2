import Bytecode
import Chain
import Dispatch
import Synchronization
import Transactions

/// Reads blocks and verifies their signatures on all cores while its owner does something else.
final class BlockPreparation: Sendable {
  private let count: Int
  private let group = DispatchGroup()
  private let decoded: Mutex<[Int: DecodedBlock]> = Mutex([:])
  private let verified: Mutex<[SignatureVerification.Verified]> = Mutex([])

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
    let results = SignatureVerification(all).results
    verified.withLock { $0 = results }
  }

  /// Waits for the blocks, and gives them in their order.
  func finish() -> [PreparedBlock] {
    group.wait()
    let blocks = decoded.withLock { $0 }
    var results = verified.withLock { $0 }.makeIterator()
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
