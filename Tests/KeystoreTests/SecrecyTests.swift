import Bytecode
import Foundation
import Testing
import Transactions

@testable import Keystore

/// Nothing that is printed holds a secret.
@Suite struct SecrecyTests {
  private static let seedText = "5ec2e7" + String(repeating: "a9", count: 29)
  private static let words = "zebra quagga"

  /// Every way in which Swift shows a value.
  private func shown(_ value: Any) -> String {
    var text = "\(value) \(String(reflecting: value)) "
    dump(value, to: &text)
    return text
  }

  /// The forms of the secrets that are in a text: as letters, as digits, or as an array of bytes.
  private func secrets(in text: String) throws -> [String] {
    let seed = try #require(Hexadecimal.decode(Self.seedText))
    let tight = text.filter { !$0.isWhitespace }
    var found: [String] = []
    for secret in [seed, Array(Self.words.utf8)] {
      let bytes = secret.prefix(5)
      let digits = Hexadecimal.encode(bytes)
      let forms = [
        bytes.map(String.init).joined(separator: ","), bytes.map { "-\($0)" }.joined(), digits,
        digits.uppercased(), String(Data(bytes).base64EncodedString().prefix(6)), "zebra",
      ]
      found += forms.filter { tight.contains($0) }
    }
    return found
  }

  @Test func nothingShowsTheSecret() throws {
    let scratch = try Scratch()
    let passphrase = try Passphrase(Self.words)
    let seed = try #require(Hexadecimal.decode(Self.seedText))
    let key = try AccountKey(scheme: .ed25519, seed: seed)
    let account = try scratch.store.importKey(key, as: "dana", passphrase: passphrase)
    let document = try KeyDocument(
      reading: Array(scratch.text("dana").utf8), of: scratch.file("dana"))
    let values: [Any] = [
      passphrase, Passphrase.empty, passphrase.secret, key, account, document, scratch.store,
      try scratch.store.accounts(), try scratch.text("dana"),
      try scratch.store.key(named: "dana", passphrase: passphrase), [passphrase],
      Optional(passphrase) as Any,
    ]
    for value in values { #expect(try secrets(in: shown(value)).isEmpty) }
    #expect("\(passphrase)" == "passphrase")
  }

  @Test func noErrorHoldsTheSecret() throws {
    let scratch = try Scratch()
    let passphrase = try Passphrase(Self.words)
    let seed = try #require(Hexadecimal.decode(Self.seedText))
    let key = try AccountKey(scheme: .ed25519, seed: seed)
    _ = try scratch.store.importKey(key, as: "dana", passphrase: passphrase)
    try scratch.put("erna", scratch.text("dana"))
    try scratch.put("open", Array(scratch.text("dana").utf8), mode: 0o644)
    let errors = [
      failure { _ = try scratch.store.importKey(key, as: "dana", passphrase: passphrase) },
      failure { _ = try scratch.store.importKey(key, as: "alice", passphrase: passphrase) },
      failure { _ = try scratch.store.importKey(key, as: "a/b", passphrase: passphrase) },
      failure { _ = try scratch.store.key(named: "dana", passphrase: Passphrase("zebra")) },
      failure { _ = try scratch.store.key(named: "erna", passphrase: passphrase) },
      failure { _ = try scratch.store.key(named: "open", passphrase: passphrase) },
      failure { _ = try scratch.store.key(named: "none", passphrase: passphrase) },
      failure { _ = try Passphrase(String(repeating: Self.words, count: 200)) },
      failure { _ = try Passphrase(Self.words + "\0") },
    ]
    for error in errors {
      let error = try #require(error)
      #expect(try secrets(in: shown(error) + error.description + (error.advice ?? "")).isEmpty)
    }
  }

  @Test func theTestWouldSeeIt() throws {
    let seed = try #require(Hexadecimal.decode(Self.seedText))
    struct Careless {
      let bytes: [UInt8]
    }
    for value: Any in [
      Careless(bytes: seed), Careless(bytes: Array(Self.words.utf8)), Self.words, Self.seedText,
      Data(seed).base64EncodedString(), Self.seedText.uppercased(),
    ] {
      #expect(try !secrets(in: shown(value)).isEmpty)
    }
  }
}
