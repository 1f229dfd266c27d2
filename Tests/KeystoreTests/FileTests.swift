import Foundation
import Testing
import Transactions

@testable import Keystore

/// Rights, directories, and the ways in which a file system says no.
@Suite struct FileTests {
  @Test func nobodyElseReadsAKey() throws {
    let scratch = try Scratch()
    _ = try scratch.store.create("dana", passphrase: .sample())
    #expect(try scratch.mode(scratch.file("dana")) == 0o600)
    #expect(try scratch.mode(scratch.store.directory) == 0o700)
    #expect(try scratch.mode(scratch.path + "/a") == 0o700)
    let document = try scratch.store.exportDocument(ofAccountNamed: "dana")
    try Keystore.write(document, toNewFile: scratch.path + "/copy")
    #expect(try scratch.mode(scratch.path + "/copy") == 0o600)
    #expect(FileManager.default.contents(atPath: scratch.path + "/copy") == Data(document))
  }

  @Test(arguments: [0o644, 0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o660, 0o777])
  func refusesAKeyThatOthersMayUse(mode: Int) throws {
    let scratch = try Scratch()
    let account = try scratch.store.create("dana", passphrase: .sample())
    let file = scratch.file("dana")
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    let expected = KeystoreError.tooOpen(path: file, mode: UInt32(mode), isDirectory: false)
    #expect(
      failure { _ = try scratch.store.key(named: "dana", passphrase: .sample()) } == expected)
    #expect(failure { _ = try scratch.store.account(named: "dana") } == expected)
    #expect(
      failure { _ = try scratch.store.exportDocument(ofAccountNamed: "dana") } == expected)
    let entry = try #require(try scratch.store.accounts().first)
    #expect(failure { _ = try entry.account.get() } == expected)
    #expect(expected.advice == "chmod 600 \"\(file)\"")
    // The cure cures.
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
    #expect(
      try scratch.store.key(named: "dana", passphrase: .sample()).address == account.address)
  }

  @Test(arguments: [0o400, 0o600, 0o700])
  func takesAKeyOfItsOwnerOnly(mode: Int) throws {
    let scratch = try Scratch()
    _ = try scratch.store.create("dana", passphrase: .sample())
    try FileManager.default.setAttributes(
      [.posixPermissions: mode], ofItemAtPath: scratch.file("dana"))
    #expect(
      failure { _ = try scratch.store.key(named: "dana", passphrase: .sample()) } == nil)
  }

  @Test(arguments: [0o770, 0o720, 0o702, 0o777])
  func refusesADirectoryToWhichOthersWrite(mode: Int) throws {
    let scratch = try Scratch()
    _ = try scratch.store.create("dana", passphrase: .sample())
    let directory = scratch.store.directory
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: directory)
    let expected = KeystoreError.tooOpen(path: directory, mode: UInt32(mode), isDirectory: true)
    #expect(failure { _ = try scratch.store.accounts() } == expected)
    #expect(
      failure { _ = try scratch.store.key(named: "dana", passphrase: .sample()) } == expected)
    #expect(failure { _ = try scratch.store.create("new", passphrase: .sample()) } == expected)
    #expect(expected.advice == "chmod 700 \"\(directory)\"")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory)
    #expect(try scratch.store.accounts().count == 1)
  }

  @Test func aDirectoryThatIsNotThereHasNoAccounts() throws {
    let scratch = try Scratch()
    #expect(try scratch.store.accounts().isEmpty)
    #expect(failure { try scratch.store.requireUnused("dana") } == nil)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
  }

  @Test func aDamagedFileHidesNoOther() throws {
    let scratch = try Scratch()
    for name in ["anna", "dana", "zoe"] {
      _ = try scratch.store.create(name, passphrase: .sample())
    }
    try scratch.put("dana", "{")
    try scratch.put("erna", try scratch.text("anna"))
    try scratch.put("a b", try scratch.text("anna"))
    try scratch.put("open", Array(try scratch.text("anna").utf8), mode: 0o644)
    try FileManager.default.createDirectory(
      atPath: scratch.file("folder"), withIntermediateDirectories: false)
    try Data().write(to: URL(fileURLWithPath: scratch.store.directory + "/readme.txt"))
    try Data().write(to: URL(fileURLWithPath: scratch.store.directory + "/.dana.key.1.new"))
    let entries = try scratch.store.accounts()
    #expect(entries.map(\.name) == ["a b", "anna", "dana", "erna", "folder", "open", "zoe"])
    let usable = entries.filter { (try? $0.account.get()) != nil }.map(\.name)
    #expect(usable == ["anna", "zoe"])
    for name in usable {
      #expect(failure { _ = try scratch.store.key(named: name, passphrase: .sample()) } == nil)
    }
  }

  /// A pipe in the place of a key, which nobody writes to, holds nobody up.
  @Test func waitsForNoPipe() throws {
    let scratch = try Scratch()
    _ = try scratch.store.create("dana", passphrase: .sample())
    #expect(mkfifo(scratch.file("pipe"), 0o600) == 0)
    #expect(
      failure { _ = try scratch.store.key(named: "pipe", passphrase: .sample()) }
        == .malformed(path: scratch.file("pipe"), "it is no regular file"))
    #expect(try scratch.store.accounts().count == 2)
  }

  @Test func saysWhatTheSystemSays() throws {
    let scratch = try Scratch()
    try Data().write(to: URL(fileURLWithPath: scratch.path + "/file"))
    for directory in [scratch.path + "/file", scratch.path + "/file/keys", "/dev/null/keys"] {
      let store = Keystore(directory: directory, cost: scratch.store.cost)
      for error in [
        failure { _ = try store.create("dana", passphrase: .sample()) },
        failure { _ = try store.accounts() },
        failure { _ = try store.key(named: "dana", passphrase: .sample()) },
      ] {
        guard case .system(let path, _, ENOTDIR) = error else {
          Issue.record("\(String(describing: error))")
          continue
        }
        #expect(path == directory)
        #expect(error?.description.contains(String(cString: strerror(ENOTDIR))) == true)
      }
    }
    let missing = scratch.path + "/nowhere/copy"
    #expect(
      failure { try Keystore.write([1], toNewFile: missing) }
        == .system(path: missing, operation: "written", code: ENOENT))
  }

  /// A file that cannot be written to its end leaves nothing behind.
  @Test func leavesNoPartOfAFile() throws {
    let scratch = try Scratch()
    try PrivateDirectory.make(scratch.store.directory)
    let name = String(repeating: "x", count: 250)
    let path = "\(scratch.store.directory)/\(name)"
    // The name fits, but that of the hidden file beside it does not.
    #expect(
      failure { try PrivateFile.create(path, [1, 2, 3]) }
        == .system(path: path, operation: "written", code: ENAMETOOLONG))
    #expect(try scratch.names().isEmpty)
    try FileManager.default.createDirectory(
      atPath: scratch.file("dana"), withIntermediateDirectories: false)
    #expect(
      failure { try PrivateFile.create(scratch.file("dana"), [1, 2, 3]) }
        == .fileExists(path: scratch.file("dana")))
    #expect(try scratch.names() == ["dana.key"])
  }
}
