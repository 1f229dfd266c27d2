import Bytecode
import Crypto
import EngineTesting
import Testing
import Transactions

/// Keys, their addresses, and which of them are refused.
@Suite struct AccountTests {
  /// RFC 8032, section 7.1, and RFC 6979, appendix A.2.5: secret bytes and public keys.
  static let published: [(scheme: AccountScheme, seed: String, key: String)] = [
    (
      .ed25519, "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    ),
    (
      .ed25519, "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    ),
    (
      .ed25519, "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"
    ),
    (
      .p256, "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
      "0360fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
    ),
  ]

  @Test(arguments: published.indices)
  func publishedSeedsGivePublishedKeys(_ index: Int) throws {
    let (scheme, text, expected) = Self.published[index]
    let seed = try #require(Hexadecimal.decode(text))
    let key = try AccountKey(scheme: scheme, seed: seed)
    #expect(Hexadecimal.encode(key.publicKey.bytes) == expected)
    #expect(key.seed == seed)
    // The address by the page, not by the module.
    let hashed = Array("aliquot.account".utf8) + [scheme.rawValue] + key.publicKey.bytes
    #expect(key.address.bytes == Array(SHA256.hash(data: hashed)))
  }

  @Test func theSchemeIsPartOfTheAddress() throws {
    let seed = [UInt8](repeating: 7, count: 32)
    let addresses = try AccountScheme.allCases.map {
      try AccountKey(scheme: $0, seed: seed).address
    }
    #expect(Set(addresses).count == AccountScheme.allCases.count)
  }

  @Test func keysOfOtherFormsAreRefused() throws {
    let key = try AccountKey(scheme: .p256, seed: [UInt8](repeating: 7, count: 32))
    let point = key.publicKey.bytes
    var odd: [[UInt8]] = [
      [], [2], point + [0], Array(point.dropLast()), [4] + point.dropFirst(),
      [UInt8](repeating: 0, count: 33), [2] + [UInt8](repeating: 0xFF, count: 32),
      Array(try P256.Signing.PublicKey(compressedRepresentation: point).x963Representation),
    ]
    // An x for which the curve has no point: about every second one.
    odd += (0..<8).map { [2] + [UInt8](repeating: 0, count: 31) + [$0] }
      .filter { (try? P256.Signing.PublicKey(compressedRepresentation: $0)) == nil }
    for bytes in odd {
      #expect(throws: TransactionError.unusableKey(.p256)) {
        try AccountPublicKey(scheme: .p256, bytes: bytes)
      }
    }
  }

  /// Points of small order, for which one signature fits many messages, in all their encodings.
  @Test func keysThatAnybodyCanSignForAreRefused() throws {
    let encodings = [
      "0100000000000000000000000000000000000000000000000000000000000000",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "0000000000000000000000000000000000000000000000000000000000000000",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ]
    for text in encodings {
      let bytes = try #require(Hexadecimal.decode(text))
      for sign in [0, 0x80] as [UInt8] {
        var key = bytes
        key[31] |= sign
        for scheme in [AccountScheme.ed25519, .development] {
          #expect(throws: TransactionError.unusableKey(scheme)) {
            try AccountPublicKey(scheme: scheme, bytes: key)
          }
        }
      }
    }
    #expect(throws: TransactionError.unusableKey(.ed25519)) {
      try AccountPublicKey(scheme: .ed25519, bytes: [UInt8](repeating: 9, count: 31))
    }
  }

  @Test func seedsThatAreNoKeyAreRefused() {
    let zero = [UInt8](repeating: 0, count: 32)
    let order = Hexadecimal.decode(
      "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
    for seed in [[], Array(zero.dropLast()), zero + [0], zero, order ?? []] {
      #expect(throws: TransactionError.unusableKey(.p256)) {
        try AccountKey(scheme: .p256, seed: seed)
      }
    }
    #expect(throws: TransactionError.unusableKey(.ed25519)) {
      try AccountKey(scheme: .ed25519, seed: Array(zero.dropLast()))
    }
  }

  @Test func developmentAccountsComeFromTheirNames() throws {
    let alice = try AccountKey.development(named: "alice")
    let seed = Array(SHA256.hash(data: Array("aliquot.developmentalice".utf8)))
    #expect(alice.seed == seed)
    #expect(alice.publicKey.scheme == .development)
    #expect(alice.address == .developmentAccount(named: "alice"))
    #expect(alice.address != .developmentAccount(named: "bob"))
    // Used as an ordinary key, the same seed is another account.
    #expect(try alice.address != AccountKey(scheme: .ed25519, seed: seed).address)
  }

  @Test func randomKeysDifferAndAreNeverForDevelopment() throws {
    for scheme in [AccountScheme.ed25519, .p256] {
      #expect(try AccountKey.random(scheme).address != AccountKey.random(scheme).address)
    }
    #expect(throws: TransactionError.unusableKey(.development)) {
      try AccountKey.random(.development)
    }
  }

  @Test func printingAKeyDoesNotTellIt() throws {
    let key = try AccountKey.random(.ed25519)
    var dumped = ""
    dump(key, to: &dumped)
    let secret = Hexadecimal.encode(key.seed)
    for text in ["\(key)", String(reflecting: key), dumped] {
      #expect(text.contains(key.address.description) && !text.contains(secret))
    }
  }
}
