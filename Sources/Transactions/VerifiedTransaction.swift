public import Bytecode

/// A signed transaction whose signature is its sender's: nothing but verifying it makes one.
///
/// Whether a chain takes the transaction is another question, `SignedTransaction.check`.
public struct VerifiedTransaction: Hashable, Sendable {
  /// The transaction with its signature.
  public let signed: SignedTransaction
  /// The sender's address.
  public let sender: Identifier

  /// Verifies the signature of a transaction; that can be done ahead and on any thread.
  public init(verifying signed: SignedTransaction) throws(TransactionError) {
    let key = signed.transaction.sender
    try key.check(signed.signature, of: signed.transaction.signedMessage)
    self.signed = signed
    sender = key.address
  }
}
