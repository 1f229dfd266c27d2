import Bytecode
import Crypto
import EngineTesting
import Execution
import Integers
import Testing

/// Hashes, signatures and Merkle paths, by known answers.
@Suite struct DigestTests {
  static func contract() throws -> (Fixture, Identifier) {
    try BytesAndListTests.contract([
      ("sha256", [.bytes], [.bytes], [Instruction(.sha256, 0, 0)]),
      ("keccak256", [.bytes], [.bytes], [Instruction(.keccak256, 0, 0)]),
      (
        "ed25519", [.bytes, .bytes, .bytes], [.int], [Instruction(.verifySignature, 0, 0, 0, 1, 2)]
      ),
      ("p256", [.bytes, .bytes, .bytes], [.int], [Instruction(.verifySignature, 0, 1, 0, 1, 2)]),
      ("p384", [.bytes, .bytes, .bytes], [.int], [Instruction(.verifySignature, 0, 2, 0, 1, 2)]),
      (
        "merkle", [.bytes, .bytes, .bytes, .int], [.int],
        [Instruction(.verifyMerkle, 0, 0, 1, 2, 0)]
      ),
    ])
  }

  static func bytes(_ text: String) -> [UInt8] { Hexadecimal.decode(text) ?? [] }

  @Test func hashes() throws {
    let (fixture, contract) = try Self.contract()
    let vectors: [(String, [UInt8], String)] = [
      ("sha256", [], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      (
        "sha256", Array("abc".utf8),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
      ),
      ("keccak256", [], "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
      (
        "keccak256", Array("abc".utf8),
        "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"
      ),
      (
        "keccak256", Array("The quick brown fox jumps over the lazy dog".utf8),
        "4d741b6f1eb29cb2a9b9911c82f56fa8d73b04959d3d9d222895df6c0b28aa15"
      ),
      // The signature of ERC-20's transfer event: what every ledger of that family knows.
      (
        "keccak256", Array("Transfer(address,address,uint256)".utf8),
        "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
      ),
    ]
    for (name, message, digest) in vectors {
      #expect(
        fixture.run(contract, name, [.bytes(message)]).results == [.bytes(Self.bytes(digest))])
    }
    // Around the rate of the sponge every length hashes to something else.
    var seen = Set<[Value]>()
    for count in 130..<142 {
      let receipt = fixture.run(
        contract, "keccak256", [.bytes([UInt8](repeating: 7, count: count))])
      #expect(seen.insert(receipt.results ?? []).inserted)
    }
  }

  /// Messages of every length from 32 to 331 bytes, each with the digest before in front.
  ///
  /// What they come to was computed by the implementation in C that benchmarks compare to.
  @Test func keccakOfEveryLength() throws {
    let (fixture, contract) = try Self.contract()
    var digest = [UInt8](repeating: 0, count: 32)
    for count in 0..<300 {
      let tail = (0..<count).map { UInt8(truncatingIfNeeded: 7 * $0 + count) }
      let receipt = fixture.run(contract, "keccak256", [.bytes(digest + tail)])
      digest = try #require(receipt.results?.first?.string)
    }
    #expect(
      digest == Self.bytes("e383efd918bc44db124be1926cb6778ee573338bee50ae5f3297af7215ff5ff4"))
  }

  private func verify(
    _ fixture: Fixture, _ contract: Identifier, _ scheme: String, _ key: [UInt8],
    _ message: [UInt8],
    _ signature: [UInt8]
  ) -> Bool {
    let receipt = fixture.run(
      contract, scheme, [.bytes(key), .bytes(message), .bytes(signature)])
    #expect(receipt.failure == nil)
    return receipt.results == [.int(1)]
  }

  /// RFC 8032, section 7.1.
  @Test func verifiesEd25519() throws {
    let (fixture, contract) = try Self.contract()
    let vectors = [
      (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
      ),
      (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
      ),
      (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
      ),
    ]
    for (key, message, signature) in vectors {
      let (key, message, signature) = (
        Self.bytes(key), Self.bytes(message), Self.bytes(signature)
      )
      #expect(verify(fixture, contract, "ed25519", key, message, signature))
      #expect(!verify(fixture, contract, "ed25519", key, message + [0], signature))
      for index in [0, 31, 32, 63] {
        var other = signature
        other[index] ^= 1
        #expect(!verify(fixture, contract, "ed25519", key, message, other))
      }
      // s + L is another encoding of s; it is no signature.
      var carry = 0
      let order = Self.bytes("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
      var shifted = signature
      for index in 0..<32 {
        let sum = Int(shifted[32 + index]) + Int(order[index]) + carry
        shifted[32 + index] = UInt8(sum & 0xFF)
        carry = sum >> 8
      }
      #expect(!verify(fixture, contract, "ed25519", key, message, shifted))
    }
  }

  @Test func verifiesECDSA() throws {
    let (fixture, contract) = try Self.contract()
    let message = Array("42 GPUs".utf8)
    for _ in 0..<3 {
      let key = P256.Signing.PrivateKey()
      let signature = try Array(key.signature(for: message).rawRepresentation)
      for encoded in [key.publicKey.x963Representation, key.publicKey.compressedRepresentation] {
        #expect(verify(fixture, contract, "p256", Array(encoded), message, signature))
        #expect(!verify(fixture, contract, "p256", Array(encoded), message + [1], signature))
        #expect(!verify(fixture, contract, "p384", Array(encoded), message, signature))
      }
      let large = P384.Signing.PrivateKey()
      let other = try Array(large.signature(for: message).rawRepresentation)
      for encoded in [large.publicKey.x963Representation, large.publicKey.compressedRepresentation]
      {
        #expect(verify(fixture, contract, "p384", Array(encoded), message, other))
        #expect(!verify(fixture, contract, "p384", Array(encoded), message + [1], other))
        #expect(!verify(fixture, contract, "p256", Array(encoded), message, other))
      }
    }
  }

  /// Whatever the bytes are, the answer is yes or no.
  @Test func refusesOddEncodings() throws {
    let (fixture, contract) = try Self.contract()
    let message: [UInt8] = [1, 2, 3]
    let key = P256.Signing.PrivateKey()
    let signature = try Array(key.signature(for: message).rawRepresentation)
    let point = Array(key.publicKey.x963Representation)
    var keys: [[UInt8]] = [
      [], [0], [4], Array(point.dropFirst()), point + [0], Array(point.dropLast()),
      [UInt8](repeating: 0, count: 33), [UInt8](repeating: 0xFF, count: 33),
      [UInt8](repeating: 0, count: 65), [2] + [UInt8](repeating: 0xFF, count: 32),
      [4] + [UInt8](repeating: 0, count: 64), [UInt8](repeating: 1, count: 32),
    ]
    // The hybrid form of SEC 1, and a point that is not on the curve.
    keys.append([6 + (point[64] & 1)] + point.dropFirst())
    keys.append(point.dropLast() + [point[64] ^ 1])
    for odd in keys {
      for scheme in ["ed25519", "p256", "p384"] {
        #expect(!verify(fixture, contract, scheme, odd, message, signature))
      }
    }
    let zero = [UInt8](repeating: 0, count: 32)
    let order = Self.bytes("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
    for odd in [
      [], zero, zero + zero, Array(signature.prefix(32)) + zero, zero + signature.suffix(32),
      order + signature.suffix(32), Array(signature.prefix(32)) + order, signature + [0],
      Array(signature.dropLast()), try Array(key.signature(for: message).derRepresentation),
    ] {
      #expect(!verify(fixture, contract, "p256", point, message, odd))
    }
    var random = SplitMix64(seed: 8)
    for _ in 0..<Effort.rounds(200) {
      let length = random.pick([32, 33, 49, 65, 97, random.below(100)])
      var odd = random.bytes(length)
      if !odd.isEmpty { odd[0] = random.pick([2, 3, 4, 6, 7, odd[0]]) }
      let scheme = random.pick(["ed25519", "p256", "p384"])
      let bytes = random.bytes(random.pick([64, 96, random.below(110)]))
      #expect(!verify(fixture, contract, scheme, odd, message, bytes))
    }
  }

  @Test func verifiesMerklePaths() throws {
    let (fixture, contract) = try Self.contract()
    func hash(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }
    let leaves: [[UInt8]] = (0..<8).map { [UInt8](repeating: UInt8($0), count: $0 * 9) }
    var levels = [leaves.map { hash([0] + $0) }]
    while let level = levels.last, level.count > 1 {
      levels.append(
        stride(from: 0, to: level.count, by: 2).map { hash([1] + level[$0] + level[$0 + 1]) })
    }
    let root = levels[3][0]
    func run(_ leaf: [UInt8], _ path: [UInt8], _ index: Integer, root: [UInt8]) -> Receipt {
      fixture.run(contract, "merkle", [.bytes(root), .bytes(leaf), .bytes(path), .int(index)])
    }
    for index in 0..<8 {
      let path = (0..<3).flatMap { levels[$0][(index >> $0) ^ 1] }
      for claimed in -1..<10 {
        let isRight = claimed == index
        #expect(
          run(leaves[index], path, Integer(claimed), root: root).results
            == [.int(isRight ? 1 : 0)])
      }
      #expect(run(leaves[index] + [0], path, Integer(index), root: root).results == [.int(0)])
      #expect(
        run(leaves[index], path + [0], Integer(index), root: root).failure?.reason
          == .trap(.malformedProof))
      #expect(
        run(leaves[index], path, Integer(index), root: []).failure?.reason
          == .trap(.malformedProof))
    }
    // A leaf alone is its own tree; a node is no leaf.
    #expect(run(leaves[3], [], 0, root: levels[0][3]).results == [.int(1)])
    #expect(run(levels[0][0] + levels[0][1], [], 0, root: levels[1][0]).results == [.int(0)])
    let long = [UInt8](repeating: 0, count: 32 * 65)
    #expect(run([], long, 0, root: root).failure?.reason == .trap(.malformedProof))
    #expect(
      run([], Array(long.dropLast(32)), .power(of: 64, minus: 1), root: root).results == [.int(0)])
    #expect(
      run([], Array(long.dropLast(32)), .power(of: 64, minus: 0), root: root).results == [.int(0)])
  }
}
