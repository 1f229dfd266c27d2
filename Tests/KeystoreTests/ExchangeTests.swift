import Bytecode
import Foundation
import Testing
import Transactions

@testable import Keystore

/// Documents that leave a store and come into another one.
@Suite struct ExchangeTests {
  @Test func aDocumentMakesTheSameAccountElsewhere() throws {
    let (home, away) = (try Scratch(), try Scratch())
    let account = try home.store.create("dana", scheme: .p256, passphrase: .sample())
    let document = try home.store.exportDocument(ofAccountNamed: "dana")
    #expect(document == Array(try home.text("dana").utf8))
    let taken = try away.store.importDocument(
      document, from: "x", as: "dana2", documentPassphrase: .sample())
    #expect(taken.name == "dana2" && taken.publicKey == account.publicKey)
    #expect(
      try away.store.key(named: "dana2", passphrase: .sample()).seed
        == home.store.key(named: "dana", passphrase: .sample()).seed)
    #expect(try home.text("dana") == String(decoding: document, as: UTF8.self))
  }

  @Test func aDocumentMayHaveItsOwnPassphrase() throws {
    let (home, away) = (try Scratch(), try Scratch())
    let account = try home.store.create("dana", passphrase: .sample())
    let other = try Passphrase("another one")
    let document = try home.store.exportDocument(
      ofAccountNamed: "dana", passphrase: .sample(), documentPassphrase: other)
    #expect(
      failure {
        _ = try away.store.importDocument(
          document, from: "x", as: "dana", documentPassphrase: .sample())
      } == .wrongPassphrase(path: "x"))
    #expect(try away.store.accounts().isEmpty)
    let third = try Passphrase("a third one")
    _ = try away.store.importDocument(
      document, from: "x", as: "dana", documentPassphrase: other, passphrase: third)
    #expect(try away.store.key(named: "dana", passphrase: third).address == account.address)
    #expect(
      failure { _ = try away.store.key(named: "dana", passphrase: other) }
        == .wrongPassphrase(path: away.file("dana")))
  }

  @Test func takesNoDamagedDocument() throws {
    let (home, away) = (try Scratch(), try Scratch())
    _ = try home.store.create("dana", passphrase: .sample())
    let document = try home.store.exportDocument(ofAccountNamed: "dana")
    for bytes in [[], Array(document.dropLast(40)), [UInt8](repeating: 0x20, count: 1 << 20)] {
      guard
        case .malformed("x", _) = failure({
          _ = try away.store.importDocument(
            bytes, from: "x", as: "dana", documentPassphrase: .sample())
        })
      else {
        Issue.record("\(bytes.count) bytes are taken")
        continue
      }
    }
    #expect(try away.store.accounts().isEmpty)
  }

  /// Somebody who knows the key of a development account cannot make another person use it.
  @Test func takesNoDocumentOfAKnownKey() throws {
    let scratch = try Scratch()
    let alice = try AccountKey(
      scheme: .ed25519, seed: AccountKey.development(named: "alice").seed)
    let document = try KeyDocument(
      sealing: alice, as: AccountName("dana"), with: .sample(), cost: Scratch.cheap())
    #expect(
      failure {
        _ = try scratch.store.importDocument(
          Array(document.text.utf8), from: "x", as: "dana", documentPassphrase: .sample())
      } == .developmentKey("alice"))
  }
}
