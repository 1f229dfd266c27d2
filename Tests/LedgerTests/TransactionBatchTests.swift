import Chain
import Integers
import Ledger
import Testing
import Transactions

/// Signatures that are verified ahead change nothing about what is written.
@Suite struct TransactionBatchTests {
  @Test func doesWhatItsTransactionsDo() throws {
    let (one, other) = (try LedgerScene(), try LedgerScene())
    var transactions = try (0..<50).map {
      try one.transaction(by: ["alice", "bob", "carol"][$0 % 3], one.transfer(1, to: "dave"))
    }
    transactions[7] = try SignedTransaction(
      transactions[7].transaction, signature: transactions[8].signature)
    let appended = try one.ledger.append(transactions)
    let first = appended.refused.first
    #expect(first?.index == 7 && first?.reason == .invalid(.badSignature))
    #expect(try other.ledger.append(batch: TransactionBatch(transactions)) == appended)
  }

  @Test func nothingIsABlockToo() throws {
    let scene = try LedgerScene()
    let appended = try scene.ledger.append(batch: TransactionBatch([]))
    #expect(appended.block?.transactions.isEmpty == true && appended.refused.isEmpty)
  }
}
