import Bytecode
import Crypto

/// The hash functions of the machine.
enum Digests {
  /// SHA-256 (FIPS 180-4), written where the 32 bytes belong.
  static func sha256(_ bytes: UnsafeRawBufferPointer, to digest: UnsafeMutableRawPointer) {
    var hash = SHA256()
    hash.update(bufferPointer: bytes)
    hash.finalize().withUnsafeBytes { source in
      if let base = source.baseAddress { digest.copyMemory(from: base, byteCount: source.count) }
    }
  }

  /// SHA-256 (FIPS 180-4).
  static func sha256(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var hash = SHA256()
    hash.update(bufferPointer: bytes)
    return Array(hash.finalize())
  }

  /// SHA-256 of strings of bytes side by side.
  static func sha256(_ parts: [UInt8]...) -> [UInt8] {
    var hash = SHA256()
    for part in parts { part.withUnsafeBytes { hash.update(bufferPointer: $0) } }
    return Array(hash.finalize())
  }

  /// The root that a Merkle path leads to: leaves and nodes are hashed apart, as in RFC 6962.
  static func merkleRoot(
    leaf: UnsafeRawBufferPointer, path: UnsafeRawBufferPointer, index: UInt64
  ) -> [UInt8] {
    var node = sha256([0], Array(leaf))
    for level in 0..<path.count / 32 {
      let sibling = Array(path[level * 32..<level * 32 + 32])
      let isRight = level < 64 && index >> UInt64(level) & 1 == 1
      node = isRight ? sha256([1], sibling, node) : sha256([1], node, sibling)
    }
    return node
  }
}

/// The signature schemes of the machine.
///
/// Whatever the bytes are, the answer is yes or no.
enum Signatures {
  static func verify(
    _ scheme: SignatureScheme, key: UnsafeRawBufferPointer, message: UnsafeRawBufferPointer,
    signature: UnsafeRawBufferPointer
  ) -> Bool {
    let key = Array(key)
    let message = Array(message)
    let signature = Array(signature)
    switch scheme {
    case .ed25519:
      guard key.count == 32, signature.count == 64,
        let key = try? Curve25519.Signing.PublicKey(rawRepresentation: key)
      else { return false }
      return key.isValidSignature(signature, for: message)
    case .p256:
      guard signature.count == 64,
        let key = key.count == 33
          ? try? P256.Signing.PublicKey(compressedRepresentation: key)
          : try? P256.Signing.PublicKey(x963Representation: key),
        let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
      else { return false }
      return key.isValidSignature(signature, for: message)
    case .p384:
      guard signature.count == 96,
        let key = key.count == 49
          ? try? P384.Signing.PublicKey(compressedRepresentation: key)
          : try? P384.Signing.PublicKey(x963Representation: key),
        let signature = try? P384.Signing.ECDSASignature(rawRepresentation: signature)
      else { return false }
      return key.isValidSignature(signature, for: message)
    }
  }
}
