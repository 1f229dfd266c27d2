import Bytecode
import Crypto

/// The hash functions of the machine.
enum Digests {
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

  /// Keccak-256 with the padding of the original submission, as Ethereum uses it.
  static func keccak256(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    let rate = 136
    var offset = 0
    return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 25 + 5 + 17) { memory in
      memory.initialize(repeating: 0)
      guard let state = memory.baseAddress else { return [] }
      let column = state + 25
      let block = UnsafeMutableRawPointer(state + 30)
      while true {
        let count = min(rate, bytes.count - offset)
        let isLast = count < rate
        if isLast { block.initializeMemory(as: UInt8.self, repeating: 0, count: rate) }
        if count > 0, let base = bytes.baseAddress {
          block.copyMemory(from: base + offset, byteCount: count)
        }
        offset += count
        if isLast {
          block.storeBytes(of: 0x01, toByteOffset: count, as: UInt8.self)
          let last = block.load(fromByteOffset: rate - 1, as: UInt8.self)
          block.storeBytes(of: last ^ 0x80, toByteOffset: rate - 1, as: UInt8.self)
        }
        for lane in 0..<rate / 8 { state[lane] ^= UInt64(littleEndian: state[30 + lane]) }
        keccakF1600(state, column)
        if isLast { break }
      }
      return (0..<32).map { UInt8(truncatingIfNeeded: state[$0 / 8] >> UInt64($0 % 8 * 8)) }
    }
  }

  private static let rotations: [UInt64] = [
    1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44,
  ]
  private static let lanes = [
    10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1,
  ]
  private static let roundConstants: [UInt64] = [
    0x0000_0000_0000_0001, 0x0000_0000_0000_8082, 0x8000_0000_0000_808A, 0x8000_0000_8000_8000,
    0x0000_0000_0000_808B, 0x0000_0000_8000_0001, 0x8000_0000_8000_8081, 0x8000_0000_0000_8009,
    0x0000_0000_0000_008A, 0x0000_0000_0000_0088, 0x0000_0000_8000_8009, 0x0000_0000_8000_000A,
    0x0000_0000_8000_808B, 0x8000_0000_0000_008B, 0x8000_0000_0000_8089, 0x8000_0000_0000_8003,
    0x8000_0000_0000_8002, 0x8000_0000_0000_0080, 0x0000_0000_0000_800A, 0x8000_0000_8000_000A,
    0x8000_0000_8000_8081, 0x8000_0000_0000_8080, 0x0000_0000_8000_0001, 0x8000_0000_8000_8008,
  ]

  /// The permutation Keccak-f[1600] (FIPS 202, section 3.3).
  private static func keccakF1600(
    _ state: UnsafeMutablePointer<UInt64>, _ column: UnsafeMutablePointer<UInt64>
  ) {
    let rotations = rotations
    let lanes = lanes
    for round in roundConstants {
      for x in 0..<5 {
        column[x] = state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20]
      }
      for x in 0..<5 {
        let next = column[(x + 1) % 5]
        let mixed = column[(x + 4) % 5] ^ (next << 1 | next >> 63)
        for y in 0..<5 { state[x + 5 * y] ^= mixed }
      }
      var carried = state[1]
      for index in 0..<24 {
        let lane = lanes[index]
        let kept = state[lane]
        let distance = rotations[index]
        state[lane] = carried &<< distance | carried &>> (64 &- distance)
        carried = kept
      }
      for y in 0..<5 {
        for x in 0..<5 { column[x] = state[5 * y + x] }
        for x in 0..<5 {
          state[5 * y + x] = column[x] ^ (~column[(x + 1) % 5] & column[(x + 2) % 5])
        }
      }
      state[0] ^= round
    }
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
