public import Bytecode

/// A transaction with the signature of its sender, which is still to be verified.
public struct SignedTransaction: Hashable, Sendable {
  /// Bytes of an encoded signed transaction.
  public static let lengthLimit = Transaction.lengthLimit + SignatureForm.length

  /// The transaction.
  public let transaction: Transaction
  /// The signature: 64 bytes.
  public let signature: [UInt8]

  /// The id of the transaction.
  public var id: Identifier { transaction.id }

  /// Puts a transaction and a signature together, which need not fit.
  public init(_ transaction: Transaction, signature: [UInt8]) throws(TransactionError) {
    guard signature.count == SignatureForm.length else { throw .signatureNotCanonical }
    self.transaction = transaction
    self.signature = signature
  }

  /// The canonical encoding: the transaction, then the signature.
  public func encoded() -> [UInt8] { transaction.encoded() + signature }

  /// Writes the canonical encoding.
  public func write(to writer: inout ByteWriter) {
    writer.write(transaction.encoded())
    writer.write(signature)
  }

  /// Reads a signed transaction from its encoding.
  ///
  /// The signature is not looked at: that is `verify`.
  public init(decoding bytes: [UInt8]) throws(TransactionError) {
    try Transaction.checkLength(bytes.count, limit: Self.lengthLimit)
    var reader = ByteReader(bytes)
    transaction = try Transaction(reading: &reader, of: bytes)
    do {
      signature = try reader.read(count: SignatureForm.length, "the signature")
      try reader.finish("the signed transaction")
    } catch { throw .malformed(error) }
  }

  /// Bytes of the encoding.
  public var byteCount: Int { transaction.byteCount + signature.count }

  /// Holds the transaction against a chain, but not its signature.
  ///
  /// Development accounts, whose keys everybody knows, are refused unless the chain is one for development.
  public func check(
    on chain: Identifier, forDevelopment isDevelopment: Bool = false
  ) throws(TransactionError) {
    guard transaction.chain == chain else {
      throw .wrongChain(expected: chain, found: transaction.chain)
    }
    guard transaction.sender.scheme != .development || isDevelopment else {
      throw .developmentAccount
    }
  }

  /// Holds the transaction against a chain, and the signature against the transaction; gives the sender's
  /// address.
  @discardableResult
  public func verify(
    on chain: Identifier, forDevelopment isDevelopment: Bool = false
  ) throws(TransactionError) -> Identifier {
    try check(on: chain, forDevelopment: isDevelopment)
    return try VerifiedTransaction(verifying: self).sender
  }
}
