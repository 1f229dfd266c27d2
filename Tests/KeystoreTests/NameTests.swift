import Foundation
import Testing
import Transactions

@testable import Keystore

/// Which names a key may have.
@Suite struct NameTests {
  @Test(arguments: [
    "dana", "D", "_", "a.b", "a-b", "7up", "cold-wallet.2026_a", String(repeating: "g", count: 64),
    String(repeating: "a", count: 63), "0x", "alice2", "malice", "key", "a.key",
  ])
  func takes(name: String) throws {
    let scratch = try Scratch()
    _ = try scratch.store.create(name, passphrase: .sample())
    #expect(try scratch.store.accounts().map(\.name) == [name])
    #expect(try scratch.names() == ["\(name).key"])
    #expect(try scratch.store.key(named: name, passphrase: .sample()).seed.count == 32)
  }

  @Test(arguments: [
    ("", KeystoreError.NameProblem.empty), (".", .start), ("..", .start), (".hidden", .start),
    ("-k", .start), ("../dana", .letter), ("a/b", .letter), ("/etc/passwd", .letter),
    ("a b", .letter), ("dana\n", .letter), ("dana\0", .letter), ("dänä", .letter),
    ("аlice", .letter), ("a:b", .letter), ("a\\b", .letter), ("\u{1B}[2J", .letter),
    ("0", .number), ("123456", .number), ("zero_address", .address),
    (String(repeating: "aB", count: 32), .address),
    (String(repeating: "g", count: 65), .tooLong(byteCount: 65)),
    (String(repeating: "ä", count: 40), .tooLong(byteCount: 80)),
  ])
  func refuses(name: String, problem: KeystoreError.NameProblem) throws {
    let scratch = try Scratch()
    let expected = KeystoreError.unusableName(name, problem)
    let key = try AccountKey.random(.ed25519)
    #expect(failure { _ = try scratch.store.create(name, passphrase: .sample()) } == expected)
    #expect(
      failure { _ = try scratch.store.importKey(key, as: name, passphrase: .sample()) }
        == expected)
    #expect(
      failure { _ = try scratch.store.key(named: name, passphrase: .sample()) } == expected)
    #expect(failure { _ = try scratch.store.account(named: name) } == expected)
    #expect(failure { _ = try scratch.store.path(ofAccountNamed: name) } == expected)
    #expect(!expected.description.contains { $0.isNewline || $0 == "\u{1B}" || $0 == "\0" })
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
  }

  @Test func leavesTheNamesOfDevelopmentAccountsAlone() throws {
    let scratch = try Scratch()
    for name in AccountKey.developmentNames {
      for variant in [name, name.uppercased(), name.capitalized] {
        #expect(
          failure { _ = try scratch.store.create(variant, passphrase: .sample()) }
            == .developmentName(variant, name))
      }
    }
    // Nor does a file that somebody put there take the name of one.
    try scratch.put("alice", "{}")
    let entry = try #require(try scratch.store.accounts().first)
    #expect(failure { _ = try entry.account.get() } == .developmentName("alice", "alice"))
  }
}
