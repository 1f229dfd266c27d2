import BigInt
import Bytecode
import Crypto

/// The bodies of the instructions on strings of bytes.
extension Interpreter {
  func concatenate(_ o: SIMD8<UInt16>) throws(Halt) {
    let (left, right) = (bytes(o[1]), bytes(o[2]))
    if left.count + right.count > Limits.bytesLength { throw .trap(.bytesTooLong) }
    try charge(Gas.bytesResult(left.count + right.count))
    // With an empty string the other is moved: nothing is made.
    if left.isEmpty || right.isEmpty { return move(left + right, to: o[0]) }
    try set(o[0], left + right)
  }

  func slice(_ o: SIMD8<UInt16>) throws(Halt) {
    let source = bytes(o[1])
    let range = try range(from: o[2], count: o[3], within: source.count)
    try charge(Gas.bytesResult(range.count))
    try set(o[0], Array(source[range]))
  }

  /// The range that two registers tell, which must lie within so many elements.
  func range(
    from start: UInt16, count: UInt16, within length: Int
  ) throws(Halt) -> Range<Int> {
    guard let start = self.count(start), let count = self.count(count), start >= 0, count >= 0,
      start <= length, count <= length - start
    else { throw .trap(.indexOutOfRange) }
    return start..<start + count
  }

  /// The index that a register tells, which must be below a count.
  func index(_ register: UInt16, below count: Int) throws(Halt) -> Int {
    guard let index = self.count(register), index >= 0, index < count else {
      throw .trap(.indexOutOfRange)
    }
    return index
  }

  func element(_ o: SIMD8<UInt16>) throws(Halt) {
    let source = bytes(o[1])
    let start = try index(o[2], below: source.count / 32) * 32
    try charge(Gas.bytesResult(32))
    try set(o[0], Array(source[start..<start + 32]))
  }

  func byteAt(_ o: SIMD8<UInt16>) throws(Halt) {
    let source = bytes(o[1])
    move(BigInt(source[try index(o[2], below: source.count)]), to: o[0])
  }

  /// Whether two strings are the same, paid by the shorter.
  func same(_ left: [UInt8], _ right: [UInt8]) throws(Halt) -> Bool {
    try charge(Gas.bytesComparison(min(left.count, right.count)))
    return left == right
  }

  // MARK: - Integers as bytes

  /// The integer whose big-endian bytes these are.
  func unsigned(_ bytes: some Collection<UInt8>) throws(Halt) -> BigInt {
    let significant = bytes.drop { $0 == 0 }
    if significant.count > Limits.integerBits / 8 { throw .trap(.integerTooLarge) }
    return BigInt(bytes: significant)
  }

  /// An integer as so many big-endian bytes.
  func bigEndian(_ integer: BigInt, width: Int) throws(Halt) -> [UInt8] {
    let bytes = integer.bytes
    if integer.isNegative || bytes.count > width { throw .trap(.doesNotFit) }
    return [UInt8](repeating: 0, count: width - bytes.count) + bytes
  }

  func bytesToInt(_ o: SIMD8<UInt16>) throws(Halt) {
    let source = bytes(o[1])
    try charge(Gas.bytesToInt(source.count))
    try set(o[0], try unsigned(source))
  }

  func intToBytes(_ o: SIMD8<UInt16>) throws(Halt) {
    let integer = int(o[1])
    guard let width = count(o[2]), width >= 0, !integer.isNegative else {
      throw .trap(.doesNotFit)
    }
    if width > Limits.bytesLength { throw .trap(.bytesTooLong) }
    try charge(Gas.intToBytes(width, words: integer.wordCount))
    // The string is made before the integer is looked at.
    try meter(Memory.size(ofBytes: width))
    move(try bigEndian(integer, width: width), to: o[0])
  }

  // MARK: - Hashes and proofs

  static func sha256(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

  func sha256(_ o: SIMD8<UInt16>) throws(Halt) {
    let source = bytes(o[1])
    try charge(Gas.sha256(source.count))
    try set(o[0], Self.sha256(source))
  }

  func keccak256(_ o: SIMD8<UInt16>) throws(Halt) {
    let source = bytes(o[1])
    try charge(Gas.keccak256(source.count))
    try set(o[0], Keccak.hash256(source))
  }

  func verifySignature(_ o: SIMD8<UInt16>) throws(Halt) {
    guard let scheme = SignatureScheme(rawValue: UInt8(o[1])) else { return }
    let (key, message, signature) = (bytes(o[2]), bytes(o[3]), bytes(o[4]))
    try charge(Gas.signature(scheme, message: message.count))
    set(o[0], isValid(signature, of: message, by: key, scheme))
  }

  /// Whether a signature is valid: a key or a signature that is none is no signature.
  private func isValid(
    _ signature: [UInt8], of message: [UInt8], by key: [UInt8], _ scheme: SignatureScheme
  ) -> Bool {
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

  func verifyMerkle(_ o: SIMD8<UInt16>) throws(Halt) {
    let (root, leaf, path, index) = (bytes(o[1]), bytes(o[2]), bytes(o[3]), int(o[4]))
    let levels = path.count / 32
    guard path.count % 32 == 0, levels <= Limits.merkleDepth, root.count == 32 else {
      throw .trap(.malformedProof)
    }
    try charge(Gas.merkle(levels: levels, leaf: leaf.count))
    // Leaves and nodes are hashed apart, as in RFC 6962; bit by bit the index tells the side.
    var node = Self.sha256([0] + leaf)
    var place = index.magnitude
    for level in 0..<levels {
      let sibling = Array(path[level * 32..<level * 32 + 32])
      node = Self.sha256(place % 2 == 1 ? [1] + sibling + node : [1] + node + sibling)
      place /= 2
    }
    set(o[0], !index.isNegative && place.isZero && node == root)
  }

  func checkBytes(_ o: SIMD8<UInt16>) throws(Halt) {
    let kind = Kind.checkable[Int(o[1])]
    try charge(Gas.kindCheck(kind, bytes(o[0]).count))
    try require(Datum.bytes(bytes(o[0])).isOf(kind, in: module))
  }
}
