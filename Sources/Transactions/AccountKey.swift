public import Bytecode
import Crypto

/// The private key of an account.
///
/// It says nothing of itself when it is printed.
public struct AccountKey: Sendable {
  private enum PrivateKey {
    case ed25519(Curve25519.Signing.PrivateKey)
    case p256(P256.Signing.PrivateKey)
  }

  private let privateKey: PrivateKey
  /// The public key, which is what others know of the account.
  public let publicKey: AccountPublicKey

  /// The account's address.
  public var address: Identifier { publicKey.address }

  /// Makes the key of 32 secret bytes: the seed of Ed25519, or the private scalar of P-256, most significant
  /// byte first.
  ///
  /// For P-256 it refuses zero and what is not below the order.
  public init(scheme: AccountScheme, seed: [UInt8]) throws(TransactionError) {
    do {
      switch scheme {
      case .ed25519, .development:
        let key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        privateKey = .ed25519(key)
        publicKey = try AccountPublicKey(
          scheme: scheme, bytes: Array(key.publicKey.rawRepresentation))
      case .p256:
        let key = try P256.Signing.PrivateKey(rawRepresentation: seed)
        privateKey = .p256(key)
        publicKey = try AccountPublicKey(
          scheme: scheme, bytes: Array(key.publicKey.compressedRepresentation))
      }
    } catch {
      throw .unusableKey(scheme)
    }
  }

  /// Makes a new key from the system's random numbers: the one place of this module that asks for any.
  ///
  /// A development account has no random key; it is made from its name.
  public static func random(_ scheme: AccountScheme) throws(TransactionError) -> AccountKey {
    switch scheme {
    case .ed25519:
      try AccountKey(
        scheme: scheme, seed: Array(Curve25519.Signing.PrivateKey().rawRepresentation))
    case .p256:
      try AccountKey(scheme: scheme, seed: Array(P256.Signing.PrivateKey().rawRepresentation))
    case .development:
      throw .unusableKey(scheme)
    }
  }

  /// The 32 secret bytes, for a store of keys.
  public var seed: [UInt8] {
    switch privateKey {
    case .ed25519(let key): Array(key.rawRepresentation)
    case .p256(let key): Array(key.rawRepresentation)
    }
  }

  /// Signs a transaction of this account.
  ///
  /// Signatures of P-256 differ from one time to the next; all are in the low form.
  public func sign(_ transaction: Transaction) throws(TransactionError) -> SignedTransaction {
    guard transaction.sender == publicKey else {
      throw .foreignKey(sender: transaction.sender.address, signer: address)
    }
    let message = transaction.signedMessage
    let signature: [UInt8]
    do {
      switch privateKey {
      case .ed25519(let key): signature = Array(try key.signature(for: message))
      case .p256(let key):
        signature = SignatureForm.lowered(
          Array(try key.signature(for: message).rawRepresentation))
      }
    } catch {
      throw .unusableKey(publicKey.scheme)
    }
    return try SignedTransaction(transaction, signature: signature)
  }
}

extension AccountKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The scheme and the address, never the secret.
  public var description: String { "key (\(publicKey.scheme)) of \(address)" }

  /// The same as the description.
  public var debugDescription: String { description }

  /// A mirror that shows the address only.
  public var customMirror: Mirror { Mirror(self, children: ["address": address]) }
}

// MARK: - Development accounts

extension AccountKey {
  /// The names of the development accounts that tools offer; keys that are secret never have these names.
  public static let developmentNames = [
    "alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "operator", "owner",
    "issuer", "treasury", "oracle", "arbiter", "mallory",
  ]

  /// The key of a development account, such as `alice`: **known to everybody**, since it is made from the
  /// name alone.
  ///
  /// Its scheme marks it, so that no chain takes it that is not for development.
  public static func development(named name: String) throws(TransactionError) -> AccountKey {
    try AccountKey(
      scheme: .development, seed: Domain.development.hash(Array(name.utf8)).bytes)
  }
}

extension Identifier {
  /// The address of a development account: its key is known to everybody, so it is for tests and local
  /// use only.
  public static func developmentAccount(named name: String) -> Identifier {
    (try? AccountKey.development(named: name).address) ?? .zero
  }
}
