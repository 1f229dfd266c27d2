import Bytecode
import Foundation
import Testing
import Transactions

@testable import Keystore

/// A directory for a store, which goes away at the end.
final class Scratch {
  let path: String
  /// A store in the directory whose passphrases are cheap to try.
  let store: Keystore

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/keystore-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    store = Keystore(directory: path + "/a/keys", cost: try Self.cheap())
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The least that scrypt can cost.
  static func cheap() throws -> ScryptCost { try #require(ScryptCost(n: 2, r: 1, p: 1)) }

  /// The file of an account.
  func file(_ name: String) -> String { "\(store.directory)/\(name).key" }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: file(name), encoding: .utf8)
  }

  /// Puts bytes in the place of a file.
  func put(_ name: String, _ bytes: [UInt8], mode: Int = 0o600) throws {
    try FileManager.default.createDirectory(
      atPath: store.directory, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file(name))
  }

  func put(_ name: String, _ text: String) throws { try put(name, Array(text.utf8)) }

  func mode(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return try #require(attributes[.posixPermissions] as? Int)
  }

  /// What is in the directory of the store, hidden files too.
  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: store.directory).sorted()
  }
}

extension Passphrase {
  static func sample() throws -> Passphrase { try Passphrase("correct horse battery staple") }
}

/// The error that a piece of work throws.
func failure(_ work: () throws -> Void) -> KeystoreError? {
  do {
    try work()
    return nil
  } catch { return error as? KeystoreError }
}
