import Bytecode
import Foundation
import Testing
import Transactions

@testable import Keystore

/// What a store keeps, and what it refuses.
@Suite struct StoreTests {
  private static let schemes: [AccountScheme] = [.ed25519, .p256]

  @Test(arguments: schemes)
  func givesBackTheKey(scheme: AccountScheme) throws {
    let scratch = try Scratch()
    let account = try scratch.store.create("dana", scheme: scheme, passphrase: .sample())
    let key = try scratch.store.key(named: "dana", passphrase: .sample())
    #expect(key.publicKey == account.publicKey && account.scheme == scheme)
    #expect(account.address == key.address)
    #expect(try scratch.store.account(named: "dana") == account)
    // Another store of the same directory sees the same.
    let other = Keystore(directory: scratch.store.directory)
    #expect(try other.accounts().map { try $0.account.get() } == [account])
    #expect(try other.key(named: "dana", passphrase: .sample()).seed == key.seed)
  }

  @Test func makesADifferentKeyEveryTime() throws {
    let scratch = try Scratch()
    var addresses: Set<Identifier> = []
    for index in 0..<8 {
      addresses.insert(
        try scratch.store.create(
          "a\(index)", scheme: Self.schemes[index % 2], passphrase: .sample()
        ).address)
    }
    #expect(addresses.count == 8)
  }

  @Test(arguments: schemes)
  func keepsAKeyThatIsThere(scheme: AccountScheme) throws {
    let scratch = try Scratch()
    let key = try AccountKey(scheme: scheme, seed: [UInt8](repeating: 9, count: 32))
    let account = try scratch.store.importKey(key, as: "dana", passphrase: .sample())
    #expect(account.publicKey == key.publicKey)
    #expect(try scratch.store.key(named: "dana", passphrase: .sample()).seed == key.seed)
  }

  @Test func aNewSaltAndNonceForEveryFile() throws {
    let scratch = try Scratch()
    let key = try AccountKey.random(.ed25519)
    var documents: [KeyDocument] = []
    for name in ["one", "two"] {
      _ = try scratch.store.importKey(key, as: name, passphrase: .sample())
      documents.append(
        try KeyDocument(reading: Array(scratch.text(name).utf8), of: scratch.file(name)))
    }
    #expect(documents[0].salt != documents[1].salt)
    #expect(documents[0].nonce != documents[1].nonce)
    #expect(documents[0].ciphertext != documents[1].ciphertext)
  }

  @Test func refusesAnotherPassphrase() throws {
    let scratch = try Scratch()
    _ = try scratch.store.create("dana", passphrase: .sample())
    for text in ["Correct horse battery staple", "correct horse battery staple ", "x"] {
      let error = failure {
        _ = try scratch.store.key(named: "dana", passphrase: Passphrase(text))
      }
      #expect(error == .wrongPassphrase(path: scratch.file("dana")))
      #expect(error?.description.contains("or the file is damaged") == true)
    }
    #expect(
      failure { _ = try scratch.store.key(named: "dana", passphrase: .empty) }
        == .wrongPassphrase(path: scratch.file("dana")))
  }

  @Test func takesAnEmptyPassphraseByItsNameOnly() throws {
    #expect(failure { _ = try Passphrase("") } == .emptyPassphrase)
    #expect(
      failure { _ = try Passphrase([UInt8](repeating: 7, count: 1025)) }
        == .passphraseTooLong(byteCount: 1025))
    // HMAC takes these for the empty one.
    #expect(failure { _ = try Passphrase([0]) } == .passphraseWithZero)
    #expect(failure { _ = try Passphrase("x\0") } == .passphraseWithZero)
    let scratch = try Scratch()
    let account = try scratch.store.create("dana", passphrase: .empty)
    #expect(
      try scratch.store.key(named: "dana", passphrase: .empty).address == account.address)
    #expect(
      failure { _ = try scratch.store.key(named: "dana", passphrase: .sample()) }
        == .wrongPassphrase(path: scratch.file("dana")))
  }

  @Test func takesOtherBytesThanLetters() throws {
    let scratch = try Scratch()
    let passphrases = [[1], [0xFF, 0xFE], [0x0A, 0x20], [UInt8](repeating: 0xC3, count: 1024)]
    for (index, bytes) in passphrases.enumerated() {
      let account = try scratch.store.create("a\(index)", passphrase: Passphrase(bytes))
      #expect(
        try scratch.store.key(named: "a\(index)", passphrase: Passphrase(bytes)).address
          == account.address)
    }
  }

  @Test func overwritesNothing() throws {
    let scratch = try Scratch()
    _ = try scratch.store.create("dana", passphrase: .sample())
    let before = try scratch.text("dana")
    let expected = KeystoreError.accountExists("dana", path: scratch.file("dana"))
    let document = try scratch.store.exportDocument(ofAccountNamed: "dana")
    #expect(failure { _ = try scratch.store.create("dana", passphrase: .sample()) } == expected)
    #expect(failure { try scratch.store.requireUnused("dana") } == expected)
    #expect(
      failure {
        _ = try scratch.store.importKey(
          AccountKey.random(.p256), as: "dana", passphrase: .sample())
      } == expected)
    #expect(
      failure {
        _ = try scratch.store.importDocument(
          document, from: "x", as: "dana", documentPassphrase: .sample())
      } == expected)
    #expect(
      failure { try Keystore.write([1], toNewFile: scratch.file("dana")) }
        == .fileExists(path: scratch.file("dana")))
    #expect(try scratch.text("dana") == before)
    #expect(try scratch.names() == ["dana.key"])
  }

  @Test func doesNotReplaceWhatIsNoKey() throws {
    let scratch = try Scratch()
    try scratch.put("dana", "my diary")
    #expect(
      failure { _ = try scratch.store.create("dana", passphrase: .sample()) }
        == .accountExists("dana", path: scratch.file("dana")))
    // A link to nowhere has its name as well.
    try FileManager.default.createSymbolicLink(
      atPath: scratch.file("erna"), withDestinationPath: scratch.path + "/nowhere")
    #expect(
      failure { _ = try scratch.store.create("erna", passphrase: .sample()) }
        == .accountExists("erna", path: scratch.file("erna")))
    #expect(try scratch.text("dana") == "my diary")
    #expect(!FileManager.default.fileExists(atPath: scratch.path + "/nowhere"))
  }

  @Test func oneOfManyMakersWins() async throws {
    let scratch = try Scratch()
    let store = scratch.store
    for round in 0..<8 {
      let name = "dana\(round)"
      let outcomes = await withTaskGroup(of: Result<Identifier, any Error>.self) { group in
        for _ in 0..<8 {
          group.addTask {
            Result { try store.create(name, passphrase: .sample()).address }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      let winners = outcomes.compactMap { try? $0.get() }
      #expect(winners.count == 1)
      for case .failure(let error) in outcomes {
        #expect(
          error as? KeystoreError == .accountExists(name, path: scratch.file(name)))
      }
      #expect(try store.key(named: name, passphrase: .sample()).address == winners.first)
    }
    #expect(try scratch.names() == (0..<8).map { "dana\($0).key" })
  }

  @Test func refusesKeysThatEverybodyKnows() throws {
    let scratch = try Scratch()
    let alice = try AccountKey.development(named: "alice")
    #expect(
      failure { _ = try scratch.store.importKey(alice, as: "dana", passphrase: .sample()) }
        == .developmentKey(nil))
    #expect(
      failure {
        _ = try scratch.store.create("dana", scheme: .development, passphrase: .sample())
      } == .developmentKey(nil))
    for scheme in Self.schemes {
      let known = try AccountKey(scheme: scheme, seed: alice.seed)
      #expect(
        failure { _ = try scratch.store.importKey(known, as: "dana", passphrase: .sample()) }
          == .developmentKey("alice"))
    }
    #expect(try scratch.store.accounts().isEmpty)
  }

  @Test func namesTheAccountsThatThereAre() throws {
    let scratch = try Scratch()
    let none = failure { _ = try scratch.store.key(named: "dana", passphrase: .sample()) }
    #expect(
      none == .noSuchAccount("dana", directory: scratch.store.directory, candidates: []))
    for name in ["zoe", "anna"] {
      _ = try scratch.store.create(name, passphrase: .sample())
    }
    let some = failure { _ = try scratch.store.exportDocument(ofAccountNamed: "dana") }
    #expect(
      some
        == .noSuchAccount(
          "dana", directory: scratch.store.directory, candidates: ["anna", "zoe"]))
    #expect(some?.description.contains("there are: anna, zoe") == true)
  }
}
