import Bytecode
import Transactions

/// What the file of a key holds.
///
/// All but nonce and ciphertext is known to everybody who reads the file, and all of it is bound to the
/// ciphertext, so that nobody changes it unnoticed.
struct KeyDocument: Hashable, Sendable {
  /// The version that is written, and the only one that is read.
  static let version = 1
  /// Bytes of the salt.
  static let saltLength = 32
  /// Bytes of the nonce.
  static let nonceLength = 12
  /// Bytes of the encrypted secret, with the tag of 16 at its end.
  static let ciphertextLength = 48

  /// The account's name.
  let name: AccountName
  /// The account's public key.
  let publicKey: AccountPublicKey
  /// The cost of scrypt.
  let cost: ScryptCost
  /// The salt of scrypt.
  let salt: [UInt8]
  /// The nonce of AES-256-GCM.
  var nonce: [UInt8] = []
  /// The secret, encrypted, and the tag.
  var ciphertext: [UInt8] = []

  /// The account that the document is of.
  var account: KeystoreAccount { KeystoreAccount(name: name.text, publicKey: publicKey) }

  /// The data that AES-GCM authenticates besides the ciphertext.
  ///
  /// Every part has a fixed length, or one that stands before it.
  var authenticatedBytes: [UInt8] {
    var bytes = Array("aliquot.keystore".utf8)
    bytes.append(UInt8(Self.version))
    bytes.append(UInt8(name.text.utf8.count))
    bytes += name.text.utf8
    bytes.append(publicKey.scheme.rawValue)
    bytes += publicKey.bytes
    for number in [cost.n, cost.r, cost.p] {
      bytes += (0..<4).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }
    return bytes + salt
  }

  /// The text of the file.
  ///
  /// Nothing in it needs an escape.
  var text: String {
    """
    {
      "version": \(Self.version),
      "name": "\(name)",
      "scheme": "\(publicKey.scheme.keyword)",
      "address": "\(publicKey.address)",
      "publicKey": "\(Hexadecimal.encode(publicKey.bytes))",
      "kdf": {
        "name": "scrypt",
        "n": \(cost.n),
        "r": \(cost.r),
        "p": \(cost.p),
        "salt": "\(Hexadecimal.encode(salt))"
      },
      "cipher": {
        "name": "aes-256-gcm",
        "nonce": "\(Hexadecimal.encode(nonce))",
        "ciphertext": "\(Hexadecimal.encode(ciphertext))"
      }
    }

    """
  }
}
