public import Bytecode

/// Why a transaction, a key or a signature is refused.
public enum TransactionError: Error, Hashable, Sendable {
  /// The bytes are no transaction: where, and what is wrong there.
  case malformed(Refusal)
  /// The encoding is longer than a transaction may be.
  case tooLarge(byteCount: Int, limit: Int)
  /// The version is not one that is known.
  case unknownVersion(UInt8)
  /// The scheme of the sender's key is not one that is known.
  case unknownScheme(UInt8)
  /// The action is not one that is known.
  case unknownAction(UInt8)
  /// The bytes are no key of their scheme, or one that anybody could sign for.
  case unusableKey(AccountScheme)
  /// The arguments are not as many as their kinds, or one is not of its kind.
  case mismatchedArguments
  /// The key that is to sign is not the sender's.
  case foreignKey(sender: Identifier, signer: Identifier)
  /// The transaction is for another chain.
  case wrongChain(expected: Identifier, found: Identifier)
  /// The sender's private key is known to everybody, and the chain is not one for development.
  case developmentAccount
  /// The signature is not in the one form that its scheme allows.
  case signatureNotCanonical
  /// The signature is not the sender's, or something was changed after it was made.
  case badSignature
}

extension TransactionError: CustomStringConvertible {
  /// What is wrong, on one line.
  public var description: String {
    switch self {
    case .malformed(let refusal):
      "the transaction is malformed at \(refusal)"
    case .tooLarge(let count, let limit):
      "the transaction has \(count) bytes, above the limit of \(limit)"
    case .unknownVersion(let version):
      "version \(version) of transactions is unknown; this is version \(Transaction.version)"
    case .unknownScheme(let scheme):
      "the scheme \(scheme) of the sender's key is unknown"
    case .unknownAction(let action):
      "the action \(action) is unknown"
    case .unusableKey(let scheme):
      "the bytes are no usable key of the scheme \(scheme)"
    case .mismatchedArguments:
      "the arguments do not match their kinds"
    case .foreignKey(let sender, let signer):
      "the sender is \(sender), but the key is that of \(signer)"
    case .wrongChain(let expected, let found):
      "the transaction is for the chain \(found), and this is \(expected)"
    case .developmentAccount:
      "the sender is a development account, whose key everybody knows"
    case .signatureNotCanonical:
      "the signature is not in the one form that its scheme allows"
    case .badSignature:
      "the signature does not fit the transaction and its sender"
    }
  }
}
