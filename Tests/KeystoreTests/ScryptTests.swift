import Bytecode
import Crypto
import Testing

@testable import Keystore

/// The derivation of keys, and the bounds of its cost.
@Suite struct ScryptTests {
  /// RFC 7914, section 12, but for the last, which needs 1 GiB.
  @Test(arguments: [
    (
      "", "", 16, 1, 1,
      "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
        + "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
    ),
    (
      "password", "NaCl", 1024, 8, 16,
      "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
        + "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
    ),
    (
      "pleaseletmein", "SodiumChloride", 16384, 8, 1,
      "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
        + "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
    ),
  ])
  func givesThePublishedKeys(
    passphrase: String, salt: String, n: Int, r: Int, p: Int, expected: String
  ) throws {
    let cost = try #require(ScryptCost(n: n, r: r, p: p))
    let key = try cost.key(
      of: passphrase.isEmpty ? .empty : Passphrase(passphrase), salt: Array(salt.utf8),
      byteCount: 64)
    #expect(key.withUnsafeBytes { Hexadecimal.encode($0) } == expected)
  }

  @Test func standardIsWithinTheBounds() {
    let standard = ScryptCost.standard
    #expect(standard == ScryptCost(n: 131_072, r: 8, p: 1))
    #expect(Keystore(directory: "x").cost == standard)
  }

  /// Whatever the bounds let through, the library can do.
  @Test(arguments: [(1, 1), (1, 16), (2, 1), (8, 1), (15, 1), (16, 1), (16, 2), (16, 16)])
  func doesTheCostsOfTheEdges(r: Int, p: Int) throws {
    for n in [2, 4, 64] {
      let cost = try #require(ScryptCost(n: n, r: r, p: p))
      let key = try cost.key(of: .sample(), salt: [1], byteCount: 32)
      #expect(key.bitCount == 256)
    }
  }

  private static let refused: [(n: Int, r: Int, p: Int)] = [
    (0, 8, 1), (1, 8, 1), (3, 8, 1), (-2, 8, 1), (131_071, 8, 1), (1 << 17, 0, 1), (1 << 17, 8, 0),
    (1 << 17, -8, 1), (1 << 17, 17, 1), (16, 8, 17), (1 << 16, 1, 1), (1 << 20, 16, 1),
    (1 << 21, 8, 1), (1 << 20, 8, 2), (1 << 62, 8, 1), (Int.max, Int.max, Int.max),
    (Int.min, Int.min, Int.min), (2, Int.max, 1), (2, 1, Int.max), (1 << 30, 16, 16),
  ]

  @Test(arguments: refused.indices)
  func refuses(index: Int) {
    let (n, r, p) = Self.refused[index]
    #expect(ScryptCost(n: n, r: r, p: p) == nil)
  }

  @Test func takesTheGreatestCost() {
    #expect(ScryptCost(n: 1 << 20, r: 8, p: 1) != nil)
    #expect(ScryptCost(n: 1 << 16, r: 8, p: 16) != nil)
    #expect(ScryptCost(n: 1 << 15, r: 1, p: 16) != nil)
  }
}
