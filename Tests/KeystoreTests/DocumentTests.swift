import Bytecode
import EngineTesting
import Foundation
import Testing
import Transactions

@testable import Keystore

/// The file of a key: its one text, and what becomes of it when somebody changes it.
@Suite struct DocumentTests {
  /// Files of the first version, made from the page by another program (scrypt of Python's hashlib, AES-GCM
  /// of its cryptography library), with the keys of RFC 8032, 7.1, and RFC 6979, A.2.5.
  static let published: [(name: String, seed: String, text: String)] = [
    (
      "dana", "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      """
      {
        "version": 1,
        "name": "dana",
        "scheme": "ed25519",
        "address": "c87e4b3ffa409e2808b35b6749b56c865c2242c2396815558c2cefd76eb9390b",
        "publicKey": "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "kdf": {
          "name": "scrypt",
          "n": 1024,
          "r": 8,
          "p": 1,
          "salt": "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
        },
        "cipher": {
          "name": "aes-256-gcm",
          "nonce": "404142434445464748494a4b",
          "ciphertext": "4ed942930ed5c6b60b24f63d6bebfb761dbb70f485fbe0d21ceb897b8289c21e5b1914eaf9585ed79224f48b482f9070"
        }
      }

      """
    ),
    (
      "Ops_2.test-x", "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
      """
      {
        "version": 1,
        "name": "Ops_2.test-x",
        "scheme": "p256",
        "address": "bee10f2265a10ebacd25fb34eb37712a13bae1346c723a11512af01f50d14c29",
        "publicKey": "0360fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6",
        "kdf": {
          "name": "scrypt",
          "n": 1024,
          "r": 8,
          "p": 1,
          "salt": "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
        },
        "cipher": {
          "name": "aes-256-gcm",
          "nonce": "404142434445464748494a4b",
          "ciphertext": "1a175ad6a492e9c0dafc9d9e9eb6012117a27646c82112d9175a47538c28da5f41638ec126ab82102d8f715cda96cc24"
        }
      }

      """
    ),
  ]

  @Test(arguments: published.indices)
  func opensFilesOfAnotherProgram(index: Int) throws {
    let (name, seed, text) = Self.published[index]
    let scratch = try Scratch()
    try scratch.put(name, text)
    let key = try scratch.store.key(named: name, passphrase: .sample())
    #expect(Hexadecimal.encode(key.seed) == seed)
    #expect(try scratch.store.exportDocument(ofAccountNamed: name) == Array(text.utf8))
  }

  @Test func thePageShowsTheFile() throws {
    let page = try String(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../Sources/Keystore/Keystore.docc/Keystore.md"), encoding: .utf8)
    #expect(page.contains("```\n\(Self.published[0].text)```\n"))
  }

  @Test func theLayoutOfTheTextDoesNotMatter() throws {
    let (name, seed, text) = Self.published[0]
    let tight = text.filter { !$0.isWhitespace }
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
    let sorted = try JSONSerialization.data(withJSONObject: object, options: .sortedKeys)
    let broken = text.replacingOccurrences(of: "\n", with: "\r\n\t")
    for variant in [Array(tight.utf8), Array(sorted), Array(broken.utf8)] {
      let scratch = try Scratch()
      try scratch.put(name, variant)
      let key = try scratch.store.key(named: name, passphrase: .sample())
      #expect(Hexadecimal.encode(key.seed) == seed)
    }
  }

  /// What is written is what the page says, for other programs.
  @Test func writesTheSameForm() throws {
    let scratch = try Scratch()
    let account = try scratch.store.create("dana", scheme: .p256, passphrase: .sample())
    let text = try scratch.text("dana")
    let document = try KeyDocument(reading: Array(text.utf8), of: "x")
    #expect(document.text == text && document.account == account)
    #expect(document.cost == scratch.store.cost)
    // The fields and their order are those of the published files.
    func fields(_ text: String) -> [Substring?] {
      text.split(separator: "\n").map { $0.split(separator: ":").first }
    }
    #expect(fields(text) == fields(Self.published[0].text))
  }

  // MARK: - Changes

  /// Every change of one field to a value of its own kind, as a pair of texts.
  private static let changes: [(String, String)] = [
    ("\"version\": 1", "\"version\": 0"),
    ("\"name\": \"dana\"", "\"name\": \"dane\""),
    ("\"name\": \"dana\"", "\"name\": \"alice\""),
    ("\"name\": \"dana\"", "\"name\": \"../x\""),
    ("\"scheme\": \"ed25519\"", "\"scheme\": \"p256\""),
    ("\"scheme\": \"ed25519\"", "\"scheme\": \"development\""),
    ("\"address\": \"c8", "\"address\": \"c9"),
    ("\"address\": \"c8", "\"address\": \"C8"),
    ("\"publicKey\": \"d7", "\"publicKey\": \"d6"),
    ("\"publicKey\": \"d7", "\"publicKey\": \"02d7"),
    ("\"name\": \"scrypt\"", "\"name\": \"pbkdf2\""),
    ("\"n\": 1024", "\"n\": 2048"),
    ("\"n\": 1024", "\"n\": 1023"),
    ("\"n\": 1024", "\"n\": 1024.5"),
    ("\"r\": 8", "\"r\": 7"),
    ("\"p\": 1", "\"p\": 2"),
    ("\"p\": 1", "\"p\": -1"),
    ("\"p\": 1", "\"p\": \"1\""),
    ("\"salt\": \"00", "\"salt\": \"01"),
    ("\"salt\": \"00", "\"salt\": \""),
    ("\"name\": \"aes-256-gcm\"", "\"name\": \"aes-128-gcm\""),
    ("\"nonce\": \"40", "\"nonce\": \"41"),
    ("\"nonce\": \"40", "\"nonce\": \"4040"),
    ("\"ciphertext\": \"4e", "\"ciphertext\": \"4f"),
    ("\"ciphertext\": \"4e", "\"ciphertext\": \"4E"),
    ("\"ciphertext\": \"4e", "\"ciphertext\": \""),
    ("9070\"", "9071\""),
    ("\"version\": 1,", "\"version\": 1, \"note\": \"mine\","),
    ("\"n\": 1024,", "\"n\": 1024, \"m\": 1,"),
    ("\"nonce\"", "\"tag\": \"00\", \"nonce\""),
  ]

  @Test(arguments: changes.indices)
  func refusesAChangedField(index: Int) throws {
    let (before, after) = Self.changes[index]
    let text = Self.published[0].text
    #expect(text.contains(before))
    let scratch = try Scratch()
    try scratch.put("dana", text.replacingOccurrences(of: before, with: after))
    let error = failure { _ = try scratch.store.key(named: "dana", passphrase: .sample()) }
    switch error {
    case .wrongPassphrase(let path), .malformed(let path, _):
      #expect(path == scratch.file("dana"))
    default: Issue.record("\(after): \(String(describing: error))")
    }
  }

  /// A cheaper cost, another name or another key are told from damage of the text: they are well formed, and
  /// only the passphrase finds them.
  @Test func bindsWhatIsWellFormed() throws {
    let scratch = try Scratch()
    let text = Self.published[0].text
    let other = try AccountKey(scheme: .ed25519, seed: [UInt8](repeating: 3, count: 32)).publicKey
    let wellFormed = [
      text.replacingOccurrences(of: "\"n\": 1024", with: "\"n\": 2"),
      text.replacingOccurrences(of: "\"salt\": \"00", with: "\"salt\": \"ff"),
      text.replacingOccurrences(
        of: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        with: Hexadecimal.encode(other.bytes)
      ).replacingOccurrences(
        of: "c87e4b3ffa409e2808b35b6749b56c865c2242c2396815558c2cefd76eb9390b",
        with: other.address.description),
    ]
    for text in wellFormed {
      try scratch.put("dana", text)
      #expect(try scratch.store.account(named: "dana").name == "dana")
      #expect(
        failure { _ = try scratch.store.key(named: "dana", passphrase: .sample()) }
          == .wrongPassphrase(path: scratch.file("dana")))
    }
    try scratch.put("erna", text.replacingOccurrences(of: "\"dana\"", with: "\"erna\""))
    #expect(
      failure { _ = try scratch.store.key(named: "erna", passphrase: .sample()) }
        == .wrongPassphrase(path: scratch.file("erna")))
  }

  @Test func refusesAFileUnderAnotherName() throws {
    let scratch = try Scratch()
    try scratch.put("erna", Self.published[0].text)
    let error = failure { _ = try scratch.store.key(named: "erna", passphrase: .sample()) }
    #expect(
      error
        == .malformed(path: scratch.file("erna"), "it is that of the account \"dana\""))
  }

  @Test func refusesAFieldThatIsMissing() throws {
    let fields = [
      "version", "name", "scheme", "address", "publicKey", "kdf", "cipher", "kdf.name", "kdf.n",
      "kdf.r", "kdf.p", "kdf.salt", "cipher.name", "cipher.nonce", "cipher.ciphertext",
    ]
    let data = Data(Self.published[0].text.utf8)
    for field in fields {
      for value: Any? in [nil, 7.5, NSNull(), [1], ["x": "y"], true, "", -1, "!"] {
        var object = try #require(
          try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let parts = field.split(separator: ".").map(String.init)
        if parts.count == 2 {
          var inner = try #require(object[parts[0]] as? [String: Any])
          inner[parts[1]] = value
          object[parts[0]] = inner
        } else {
          object[field] = value
        }
        let changed = try JSONSerialization.data(withJSONObject: object)
        let error = failure { _ = try KeyDocument(reading: Array(changed), of: "x") }
        guard case .malformed("x", let reason) = error else {
          Issue.record("\(field): \(String(describing: error))")
          continue
        }
        #expect(reason.contains("\"\(field)") || reason.contains("\"kdf\""), "\(reason)")
      }
    }
  }

  @Test func refusesEveryBeginning() throws {
    let scratch = try Scratch()
    let bytes = Array(Self.published[0].text.utf8)
    // Without its last line break it is whole.
    for length in 0..<(bytes.count - 1) {
      let error = failure { _ = try KeyDocument(reading: Array(bytes[..<length]), of: "x") }
      guard case .malformed = error else {
        Issue.record("\(length) bytes: \(String(describing: error))")
        continue
      }
    }
    try scratch.put("dana", [])
    #expect(
      failure { _ = try scratch.store.key(named: "dana", passphrase: .sample()) }
        == .malformed(path: scratch.file("dana"), "it is no JSON object, or not a whole one"))
  }

  /// Whatever one byte is changed to, the file is refused, or it is the same key still: blanks, say.
  @Test func refusesAnyChangedByte() throws {
    var random = SplitMix64(seed: 4)
    let (_, seed, text) = Self.published[0]
    let cheap = try Scratch.cheap()
    let key = try AccountKey(scheme: .ed25519, seed: try #require(Hexadecimal.decode(seed)))
    let document = try KeyDocument(
      sealing: key, as: AccountName("dana"), with: .sample(), cost: cheap)
    let bytes = Array(document.text.utf8)
    #expect(text.utf8.count == bytes.count + 3)
    for _ in 0..<Effort.rounds(3000) {
      var changed = bytes
      let place = random.below(changed.count)
      changed[place] ^= UInt8(1 + random.below(255))
      do {
        let read = try KeyDocument(reading: changed, of: "x")
        let opened = try read.key(with: .sample(), path: "x")
        #expect(opened.seed == key.seed && read.account == document.account)
      } catch let error as KeystoreError {
        switch error {
        case .wrongPassphrase("x"), .malformed("x", _), .newerVersion("x", _): break
        default: Issue.record("\(error)")
        }
      }
    }
  }

  @Test func refusesGarbage() throws {
    var random = SplitMix64(seed: 5)
    let words = Self.published[0].text.split(separator: " ").map { Array($0.utf8) }
    for round in 0..<Effort.rounds(2000) {
      let bytes =
        round % 2 == 0
        ? random.bytes(random.below(600))
        : (0..<random.below(40)).flatMap { _ in random.pick(words) }
      guard case .malformed = failure({ _ = try KeyDocument(reading: bytes, of: "x") }) else {
        Issue.record("\(bytes)")
        continue
      }
    }
  }

  @Test func refusesWhatWouldExhaust() throws {
    let scratch = try Scratch()
    let long = KeyDocument.lengthMax
    let hostile: [[UInt8]] = [
      [UInt8](repeating: UInt8(ascii: "["), count: long),
      [UInt8](repeating: UInt8(ascii: " "), count: long + 1),
      Array(String(repeating: "{\"a\":", count: long / 5).utf8),
      [UInt8](repeating: UInt8(ascii: "x"), count: 40 << 20),
      Array("{\"version\": \(String(repeating: "9", count: 5000))}".utf8),
    ]
    for bytes in hostile {
      try scratch.put("dana", bytes)
      guard case .malformed = failure({ _ = try scratch.store.account(named: "dana") }) else {
        Issue.record("\(bytes.count) bytes are taken")
        continue
      }
    }
    for cost in ["1073741824", "2147483648", "9223372036854775807", "18446744073709551616"] {
      let text = Self.published[0].text.replacingOccurrences(of: "1024", with: cost)
      try scratch.put("dana", text)
      let error = failure { _ = try scratch.store.key(named: "dana", passphrase: .sample()) }
      guard case .malformed(_, let reason) = error, reason.contains("kdf") else {
        Issue.record("N = \(cost): \(String(describing: error))")
        continue
      }
    }
  }

  @Test func tellsALaterVersion() throws {
    let scratch = try Scratch()
    let texts = [
      Self.published[0].text.replacingOccurrences(of: "\"version\": 1", with: "\"version\": 2"),
      "{\"version\": 7, \"keys\": [1, null, {\"x\": true}], \"share\": 0.5}",
    ]
    for (text, version) in zip(texts, [2, 7]) {
      try scratch.put("dana", text)
      let error = failure { _ = try scratch.store.key(named: "dana", passphrase: .sample()) }
      #expect(error == .newerVersion(path: scratch.file("dana"), version))
      #expect(error?.advice?.contains("later") == true)
    }
  }

  /// Who has the passphrase and writes a file of a foreign address is found out too.
  @Test func refusesTheSecretOfAnotherKey() throws {
    let scratch = try Scratch()
    let key = try AccountKey(scheme: .ed25519, seed: [UInt8](repeating: 1, count: 32))
    let honest = try KeyDocument(
      sealing: key, as: AccountName("dana"), with: .sample(), cost: Scratch.cheap())
    #expect(try honest.key(with: .sample(), path: "x").address == key.address)
    var forged = try KeyDocument(
      name: AccountName("dana"), publicKey: AccountKey.random(.ed25519).publicKey,
      cost: Scratch.cheap(), salt: honest.salt)
    try forged.encrypt(key.seed, with: .sample())
    try scratch.put("dana", forged.text)
    #expect(
      failure { _ = try scratch.store.key(named: "dana", passphrase: .sample()) }
        == .malformed(
          path: scratch.file("dana"), "its secret is not that of its public key"))
  }
}
