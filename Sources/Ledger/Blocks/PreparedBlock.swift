import Bytecode
import Chain
import Transactions

/// A block as it was stored or sent: bytes that nobody has looked at.
struct RawBlock: Sendable {
  /// The encoded header.
  let header: [UInt8]
  /// The encoded transactions.
  let transactions: [UInt8]
}

/// A block with everything done that needs no state: its bytes read, its signatures verified.
struct PreparedBlock: Sendable {
  /// The header, or why the bytes are none.
  let header: Result<BlockHeader, Refusal>
  /// The transactions, each with the signature verified or the reason why it is not; or why the bytes are
  /// no transactions.
  let transactions: Result<[Result<VerifiedTransaction, TransactionError>], Refusal>
}

extension PreparedBlock {
  /// The transactions, if all signatures are good; or the first that is not.
  func verifiedTransactions() throws(BlockRefusal) -> [VerifiedTransaction] {
    var verified: [VerifiedTransaction] = []
    for (index, transaction) in ((try? transactions.get()) ?? []).enumerated() {
      switch transaction {
      case .success(let transaction): verified.append(transaction)
      case .failure(let error): throw .transaction(index: index, .invalid(error))
      }
    }
    return verified
  }
}
