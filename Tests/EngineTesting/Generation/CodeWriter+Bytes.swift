import Bytecode
import Crypto
import Integers

/// Statements on strings of bytes.
extension CodeWriter {
  private static let opcodes: [Opcode] = [
    .concat, .concat, .slice, .length, .byteAt, .same, .bytesToInt, .intToBytes, .intToBytes,
    .sha256, .keccak256, .element, .checkInt, .checkEnum, .checkBytes, .bytesMove, .bytesConst,
    .verifyMerkle,
  ]

  /// One instruction on bytes.
  mutating func stringWork() {
    let opcode = random.pick(Self.opcodes)
    switch opcode {
    case .concat:
      let (a, b) = (bytes(), bytes(random.chance(50) ? .text : .bytes))
      let d = bytesDestination()
      let (left, right) = (bytesFacts(a), bytesFacts(b))
      emit(.concat, d, a, b)
      let kind = left.kind == .text && right.kind == .text ? Kind.text : .bytes
      set(d, BytesFacts(kind: kind, count: left.count + right.count))
    case .slice:
      let a = bytes()
      let count = bytesFacts(a).count
      let start = int(.range(0...count / 2))
      let length = int(.range(0...count - count / 2))
      let d = bytesDestination()
      emit(.slice, d, a, start, length)
      set(d, BytesFacts(kind: .bytes, count: count))
    case .byteAt:
      let a = bytes(random.chance(60) ? .address : .bytes)
      let d = intDestination()
      emit(.byteAt, d, a, int(.range(0...max(0, min(31, bytesFacts(a).count - 1)))))
      set(d, IntFacts(0...255))
    case .bytesToInt:
      let (a, d) = (bytes(), intDestination())
      emit(.bytesToInt, d, a)
      set(d, IntFacts(bits: bytesFacts(a).count * 8, isNonNegative: true))
    case .intToBytes:
      let a = int(.nonNegative)
      let width = (intFacts(a).bits + 7) / 8 + random.below(3)
      let n = int(random.chance(85) ? .range(width...width + 40) : .range(0...40))
      let d = bytesDestination()
      emit(.intToBytes, d, a, n)
      set(d, BytesFacts(kind: .bytes, count: width + 40))
    case .sha256, .keccak256:
      let (a, d) = (bytes(), bytesDestination())
      emit(opcode, d, a)
      set(d, BytesFacts(kind: random.chance(50) ? .address : .bytes, count: 32))
    case .element:
      let a = bytes(random.pick([.addresses, .assets, .address, .address, .asset]))
      let d = bytesDestination()
      emit(.element, d, a, int(.range(0...max(0, min(2, bytesFacts(a).count / 32 - 1)))))
      set(d, BytesFacts(kind: bytesFacts(a).kind == .assets ? .asset : .address, count: 32))
    case .verifyMerkle: merkle()
    case .bytesConst:
      make(random.pick(ModulePlan.kinds.filter { $0.bank == .bytes }), in: bytesDestination())
    default: stringQuestion(opcode)
    }
  }

  private mutating func stringQuestion(_ opcode: Opcode) {
    switch opcode {
    case .length:
      let d = intDestination()
      emit(.length, d, bytes())
      set(d, IntFacts(bits: 17, isNonNegative: true))
    case .same:
      let d = intDestination()
      emit(.same, d, bytes(), bytes())
      set(d, IntFacts(0...1))
    case .checkInt:
      let kind = random.chance(90) ? Kind.bool : .int
      emit(.checkInt, int(.kind(kind)), 0)
    case .checkEnum:
      let cases = random.pick([1, 2, 3, 200, 256])
      emit(.checkEnum, int(.range(0...cases - 1)), cases)
    case .checkBytes:
      let kind = 1 + random.below(Kind.checkable.count - 1)
      emit(.checkBytes, bytes(Kind.checkable[kind]), kind)
    default:
      let a = bytes()
      let d = bytesDestination()
      emit(.bytesMove, d, a)
      set(d, bytesFacts(a))
    }
  }

  // MARK: - Proofs and signatures

  private mutating func merkle() {
    let levels = random.pick([0, 1, 2, 3, 5])
    let leaf = random.bytes(random.below(40))
    let place = random.below(1 << levels)
    var path = random.bytes(32 * levels)
    var node = Array(SHA256.hash(data: [0] + leaf))
    for level in 0..<levels {
      let sibling = Array(path[level * 32..<level * 32 + 32])
      let isRight = place >> level & 1 == 1
      node = Array(SHA256.hash(data: [1] + (isRight ? sibling + node : node + sibling)))
    }
    if random.chance(4) { path.append(0) }
    let (root, start, proof) = (bytesDestination(), bytesDestination(), bytesDestination())
    constant(random.chance(90) ? node : leaf, .bytes, in: root)
    constant(leaf, .bytes, in: start)
    constant(path, .bytes, in: proof)
    let number = intDestination()
    constant(Integer(random.chance(90) ? place : place + 1 << levels), in: number)
    let d = intDestination()
    emit(.verifyMerkle, d, root, start, proof, random.chance(95) ? number : int())
    set(d, IntFacts(0...1))
  }

  /// Verifies a signature, mostly a valid one.
  mutating func signature() {
    let sample = random.pick(SignatureSamples.all)
    let d = intDestination()
    var strings = [sample.key, sample.message, sample.signature]
    if random.chance(30) {
      let part = random.below(3)
      if strings[part].isEmpty {
        strings[part] = [1]
      } else {
        strings[part][random.below(strings[part].count)] ^= 1
      }
    }
    let base = min(usual.bytes + guardedStrings, 250)
    for (index, string) in strings.enumerated() { constant(string, .bytes, in: base + index) }
    let scheme = random.chance(95) ? Int(sample.scheme.rawValue) : random.below(3)
    emit(.verifySignature, d, scheme, base, base + 1, base + 2)
    set(d, IntFacts(0...1))
  }

  /// Works at the very limit of a string of bytes.
  mutating func extremeBytes() {
    let (a, n, d) = (int(.range(0...200)), intDestination(), bytesDestination())
    constant(Integer(65_534 + random.below(4)), in: n)
    emit(.intToBytes, d, a, n)
    set(d, BytesFacts(kind: .bytes, count: 65_536))
    if random.chance(50) { emit(.concat, bytesDestination(), d, bytes()) }
    if power >= .writes, random.chance(50) { storeLong(d) }
  }
}

/// Valid signatures, of RFC 8032 (section 7.1) and RFC 6979 (appendix A.2).
enum SignatureSamples {
  struct Sample {
    let scheme: SignatureScheme
    let key: [UInt8]
    let message: [UInt8]
    let signature: [UInt8]

    init(_ scheme: SignatureScheme, _ key: String, _ message: String, _ signature: String) {
      self.scheme = scheme
      self.key = Hexadecimal.decode(key) ?? []
      self.message = Array(message.utf8)
      self.signature = Hexadecimal.decode(signature) ?? []
    }
  }

  static let all = [
    Sample(
      .ed25519, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    ),
    Sample(
      .ed25519, "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "r",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    ),
    Sample(
      .p256,
      "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
      "sample",
      "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
    ),
    Sample(
      .p256,
      "0360fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6", "sample",
      "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
    ),
    Sample(
      .p384,
      "04ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480bc138015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720",
      "sample",
      "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe4699ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8"
    ),
  ]
}
