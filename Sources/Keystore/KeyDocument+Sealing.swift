import Crypto
import Transactions

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension KeyDocument {
  /// Encrypts a key by a passphrase, with a new salt and a new nonce.
  init(
    sealing key: AccountKey, as name: AccountName, with passphrase: Passphrase, cost: ScryptCost
  ) throws(KeystoreError) {
    var random = SystemRandomNumberGenerator()
    self.init(
      name: name, publicKey: key.publicKey, cost: cost,
      salt: (0..<Self.saltLength).map { _ in UInt8.random(in: 0...255, using: &random) })
    var seed = key.seed
    defer { SecretMemory.wipe(&seed) }
    try encrypt(seed, with: passphrase)
  }

  /// Puts a secret into the document, with a new nonce.
  mutating func encrypt(_ seed: [UInt8], with passphrase: Passphrase) throws(KeystoreError) {
    let wrapping = try cost.key(of: passphrase, salt: salt, byteCount: 32)
    guard
      let box = try? AES.GCM.seal(seed, using: wrapping, authenticating: authenticatedBytes)
    else { throw .outOfMemory(byteCount: seed.count) }
    nonce = Array(box.nonce)
    ciphertext = Array(box.ciphertext) + Array(box.tag)
  }

  /// Decrypts the key.
  ///
  /// The path is that of the file that the document comes from, for errors.
  func key(with passphrase: Passphrase, path: String) throws(KeystoreError) -> AccountKey {
    let wrapping = try cost.key(of: passphrase, salt: salt, byteCount: 32)
    guard let box = try? AES.GCM.SealedBox(combined: nonce + ciphertext),
      var opened = try? AES.GCM.open(box, using: wrapping, authenticating: authenticatedBytes)
    else { throw .wrongPassphrase(path: path) }
    var seed = Array(opened)
    defer {
      opened.withUnsafeMutableBytes { SecretMemory.wipe($0) }
      SecretMemory.wipe(&seed)
    }
    // Only who has the passphrase can write a file whose secret is another one than its public key says.
    guard let key = try? AccountKey(scheme: publicKey.scheme, seed: seed),
      key.publicKey == publicKey
    else { throw .malformed(path: path, "its secret is not that of its public key") }
    return key
  }
}
