import Bytecode
import Chain
import Foundation
import GRDB
import LedgerTesting
import Testing
import Transactions

@testable import Ledger

/// Ledgers in files: what closing leaves, what the disk refuses, and who may do what.
@Suite struct FileUseTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("a.ledger")
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  private func ledger(blocks: Int = 0) throws -> (Ledger, LedgerLoad) {
    let ledger = try Ledger.create(LedgerLoad.genesis(), at: .file(path))
    var load = try LedgerLoad(ledger, seed: 1)
    for _ in 0..<blocks { _ = try ledger.append(load.transactions(3)) }
    return (ledger, load)
  }

  @Test func everyBlockWaitsForTheDisk() throws {
    let (ledger, _) = try ledger()
    let level = try ledger.database.writeWithoutTransaction {
      try Int.fetchOne($0, sql: "PRAGMA synchronous")
    }
    #expect(level == 2)
  }

  @Test func closingLeavesOneFile() throws {
    let (ledger, _) = try ledger(blocks: 3)
    let head = try ledger.head()
    #expect(try LedgerCheck(ledger).problems.isEmpty)
    try ledger.close()
    #expect(try names() == ["a.ledger"])
    let copy = folder.file("b.ledger")
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    #expect(try Ledger.open(.file(copy)).head() == head)
  }

  @Test func closedLedgersAnswerWithAnError() throws {
    let (ledger, _) = try ledger(blocks: 1)
    try ledger.close()
    #expect(throws: LedgerError.self) { try ledger.append([]) }
    #expect(throws: LedgerError.self) { try ledger.head() }
    #expect(throws: LedgerError.self) { try ledger.goBack(toHeight: 0) }
    try ledger.close()
  }

  @Test func leftoversOfCreationDoNotDisturb() throws {
    // A process that ends between giving the file its name and taking the other away leaves both names.
    let (ledger, _) = try ledger(blocks: 1)
    let draft = path + ".5F0C8AF5-8E8B-4F09-9A0C-2F1B5F5B2A11.new"
    #expect(link(path, draft) == 0)
    try Data("half a ledger".utf8).write(to: URL(fileURLWithPath: path + ".2.new"))
    _ = try ledger.append([])
    let head = try ledger.head()
    try ledger.close()
    #expect(try Ledger.open(.file(path)).head() == head)
    #expect(throws: LedgerError.exists(path: path)) {
      try Ledger.create(LedgerLoad.genesis(), at: .file(path))
    }
    let other = folder.file("b.ledger")
    _ = try Ledger.create(LedgerLoad.genesis(), at: .file(other))
    #expect(try Ledger.open(.file(path)).head() == head)
  }

  @Test func refusedGenesisLeavesNothing() throws {
    var genesis = LedgerLoad.genesis()
    genesis.blockInterval = 0
    #expect(throws: LedgerError.self) { try Ledger.create(genesis, at: .file(path)) }
    #expect(try names().isEmpty)
  }

  // MARK: - A full disk

  @Test func aFullDiskLosesNothing() throws {
    let (ledger, _) = try ledger(blocks: 2)
    var load = try LedgerLoad(ledger, seed: 2)
    let pages = try #require(
      try ledger.database.writeWithoutTransaction { db in
        let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        return try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(pages + 2)")
      })
    var waiting: [SignedTransaction] = []
    for _ in 0..<50 {
      let before = try ledger.head()
      let transactions = try load.transactions(6)
      do { _ = try ledger.append(transactions) } catch {
        #expect(error as? LedgerError == .diskFull)
        #expect(try ledger.head() == before)
        waiting = transactions
        break
      }
    }
    #expect(throws: LedgerError.diskFull) {
      try ledger.setNote(Note(kind: "a", name: [], bytes: [UInt8](repeating: 1, count: 100_000)))
    }
    #expect(try LedgerCheck(ledger).problems.isEmpty)
    try ledger.database.writeWithoutTransaction {
      try $0.execute(sql: "PRAGMA max_page_count = \(pages * 1_000)")
    }
    try #require(!waiting.isEmpty)
    #expect(try ledger.append(waiting).block?.transactions == waiting)
    #expect(try LedgerCheck(ledger).problems.isEmpty)
  }

  /// Files that may not grow: the system itself refuses to write, here to the log or to the file.
  @Test(arguments: [150_000, 400_000]) func filesThatMayNotGrow(limit: Int) throws {
    let (ledger, _) = try ledger()
    try ledger.close()
    let lines = try Helper(
      Helper.executable(), ["fill", path, "\(limit)"], folder: folder.path
    ).finish()
    try #require(lines.count == 3, "\(lines)")
    #expect(lines[0].hasPrefix("refused"))
    #expect(lines[1...] == ["nothing lost", "went on"])
    #expect(try LedgerCheck(Ledger.open(.file(path))).problems.isEmpty)
  }

  // MARK: - Who may only read

  /// What a process without rights says; the ledger is closed, and stays as it is.
  private func probe(file: Int, folder mode: Int) throws -> [String] {
    // Whoever has other rights must come to the folder and to the program.
    let manager = FileManager.default
    let before = manager.contents(atPath: path)
    try manager.setAttributes([.posixPermissions: file], ofItemAtPath: path)
    let log = try TemporaryFolder()
    try manager.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.path)
    defer { try? manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path) }
    let lines = try Helper(Helper.executable(), ["probe", path], folder: log.path).finish()
    #expect(manager.contents(atPath: path) == before)
    return lines
  }

  private static let refusals = ["append", "note", "mark", "go back"].map {
    "\($0): \(LedgerError.readOnly)"
  }

  @Test(arguments: [0o444, 0o644]) func readOnlyFiles(mode: Int) throws {
    let (ledger, _) = try ledger(blocks: 2)
    try ledger.close()
    for folderMode in [0o555, 0o755] {
      #expect(
        try probe(file: mode, folder: folderMode)
          == ["create: \(LedgerError.readOnly)", "open: \(LedgerError.readOnly)", "head 3"]
          + Self.refusals + ["read: done"])
    }
  }

  @Test func filesThatMayNotBeRead() throws {
    let (ledger, _) = try ledger(blocks: 2)
    try ledger.close()
    let lines = try probe(file: 0o600, folder: 0o755)
    #expect(lines.count == 3)
    for line in lines[1...] { #expect(line.contains("cannot be read"), "\(line)") }
  }

  /// A ledger that another process writes can be read without the right to write, while its files are there.
  @Test func readingWhatOthersWrite() throws {
    let (ledger, _) = try ledger(blocks: 2)
    #expect(try probe(file: 0o644, folder: 0o555).contains("head 3"))
    _ = try ledger.append([])
    #expect(try ledger.head().height == 4)
  }

  /// Where the log is left by a killed process, and nobody may recover it, that is said.
  @Test func logsThatMayNotBeRead() throws {
    let helper = try Helper(
      Helper.executable(), ["load", path, "1", "1000000"], folder: folder.path)
    #expect(helper.waitForLine("head 3"))
    helper.kill()
    helper.wait()
    try FileManager.default.removeItem(atPath: path + "-shm")
    let lines = try probe(file: 0o644, folder: 0o555)
    #expect(lines.count == 3)
    #expect(lines[2].contains("a.ledger-wal"), "\(lines)")
    #expect(try Ledger.open(.file(path)).head().height >= 3)
  }

  @Test func readOnlyLedgersRefuseToWrite() throws {
    let (ledger, load) = try ledger(blocks: 2)
    let reading = try Ledger.open(.file(path), isReadOnly: true)
    let head = try reading.head()
    var other = load
    let transactions = try other.transactions(1)
    #expect(throws: LedgerError.readOnly) { try reading.append(transactions) }
    #expect(throws: LedgerError.readOnly) { try reading.submit(transactions[0]) }
    #expect(throws: LedgerError.readOnly) { try reading.apply(head, []) }
    #expect(throws: LedgerError.readOnly) { try reading.goBack(toHeight: 0) }
    #expect(throws: LedgerError.readOnly) { try reading.markSnapshot("a") }
    #expect(throws: LedgerError.readOnly) {
      try reading.setNote(Note(kind: "a", name: [], bytes: []))
    }
    #expect(throws: LedgerError.readOnly) { try reading.removeNote(kind: "a", name: []) }
    #expect(try ledger.append(transactions).refused.isEmpty)
    #expect(try reading.head().height == head.height + 1)
  }
}
