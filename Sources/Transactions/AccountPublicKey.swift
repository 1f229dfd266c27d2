public import Bytecode
import Crypto

/// How an account signs.
public enum AccountScheme: UInt8, Hashable, Sendable, CaseIterable {
  /// Ed25519 of RFC 8032: a key of 32 bytes.
  case ed25519 = 0
  /// ECDSA over NIST P-256 with SHA-256: a compressed key of 33 bytes.
  case p256 = 1
  /// Ed25519 with a private key that everybody knows. Only chains for development take it.
  case development = 2

  /// Bytes of a public key.
  public var publicKeyLength: Int { self == .p256 ? 33 : 32 }
}

extension AccountScheme {
  /// The scheme in one word, as files and command lines write it.
  public var keyword: String {
    switch self {
    case .ed25519: "ed25519"
    case .p256: "p256"
    case .development: "development"
    }
  }
}

extension AccountScheme: CustomStringConvertible {
  /// The scheme's name.
  public var description: String {
    switch self {
    case .ed25519: "Ed25519"
    case .p256: "P-256"
    case .development: "development"
    }
  }
}

/// The key that an account is known by.
///
/// A key has one form only, so it has one address.
public struct AccountPublicKey: Hashable, Sendable {
  /// How it signs.
  public let scheme: AccountScheme
  /// Its bytes: 32 of Ed25519, 33 of P-256.
  public let bytes: [UInt8]

  /// Makes a key from its bytes.
  ///
  /// It refuses what is no key, a second form of a key, and the keys of Ed25519 of small order, for which
  /// anybody can sign.
  public init(scheme: AccountScheme, bytes: [UInt8]) throws(TransactionError) {
    let isUsable =
      switch scheme {
      case .ed25519, .development: EdwardsKeys.isUsable(bytes)
      case .p256:
        bytes.count == 33 && (try? P256.Signing.PublicKey(compressedRepresentation: bytes)) != nil
      }
    guard isUsable else { throw .unusableKey(scheme) }
    self.scheme = scheme
    self.bytes = bytes
  }

  /// The account's address: SHA-256 of `aliquot.account`, the scheme and the key.
  public var address: Identifier {
    Domain.account.hash([scheme.rawValue] + bytes)
  }

  /// Whether a signature of this key over a message is acceptable.
  ///
  /// Whether it is in its one form is checked here and not left to a library.
  func check(_ signature: [UInt8], of message: [UInt8]) throws(TransactionError) {
    let isValid: Bool
    switch scheme {
    case .ed25519, .development:
      guard SignatureForm.isCanonicalEd25519(signature) else { throw .signatureNotCanonical }
      let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
      isValid = key?.isValidSignature(signature, for: message) ?? false
    case .p256:
      guard SignatureForm.isCanonicalP256(signature) else { throw .signatureNotCanonical }
      let key = try? P256.Signing.PublicKey(compressedRepresentation: bytes)
      let parsed = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
      if let key, let parsed {
        isValid = key.isValidSignature(parsed, for: message)
      } else {
        isValid = false
      }
    }
    guard isValid else { throw .badSignature }
  }
}

/// Which strings of 32 bytes can be keys of Ed25519.
enum EdwardsKeys {
  /// The prime 2^255 - 19, most significant byte first.
  private static let prime: [UInt8] = [0x7F] + [UInt8](repeating: 0xFF, count: 30) + [0xED]

  /// The y of all eight points whose order divides 8, most significant byte first.
  private static let smallOrder: Set<[UInt8]> = [
    [UInt8](repeating: 0, count: 32),
    [UInt8](repeating: 0, count: 31) + [1],
    [0x7F] + [UInt8](repeating: 0xFF, count: 30) + [0xEC],
    [
      0x7A, 0x03, 0xAC, 0x92, 0x77, 0xFD, 0xC7, 0x4E,
      0xC6, 0xCC, 0x39, 0x2C, 0xFA, 0x53, 0x20, 0x2A,
      0x0F, 0x67, 0x10, 0x0D, 0x76, 0x0B, 0x3C, 0xBA,
      0x4F, 0xD8, 0x4D, 0x3D, 0x70, 0x6A, 0x17, 0xC7,
    ],
    [
      0x05, 0xFC, 0x53, 0x6D, 0x88, 0x02, 0x38, 0xB1,
      0x39, 0x33, 0xC6, 0xD3, 0x05, 0xAC, 0xDF, 0xD5,
      0xF0, 0x98, 0xEF, 0xF2, 0x89, 0xF4, 0xC3, 0x45,
      0xB0, 0x27, 0xB2, 0xC2, 0x8F, 0x95, 0xE8, 0x26,
    ],
  ]

  /// Whether the y of a key is below the prime and not that of a point of small order.
  static func isUsable(_ key: [UInt8]) -> Bool {
    guard key.count == 32 else { return false }
    var y = [UInt8](key.reversed())
    y[0] &= 0x7F
    return y.lexicographicallyPrecedes(prime) && !smallOrder.contains(y)
  }
}
