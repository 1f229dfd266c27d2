import Bytecode
import Chain
import EngineTesting
import Foundation
import GRDB
import LedgerTesting
import Testing

@testable import Ledger

/// What is no ledger, or not a whole one, is refused by name, does not hang, and stays as it is.
@Suite(.timeLimit(.minutes(1))) struct ForeignFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The error with which a path is refused, for reading and for writing; the bytes there are the same
  /// afterwards.
  private func refusal(of path: String) throws -> LedgerError {
    let before = FileManager.default.contents(atPath: path)
    let reading = #expect(throws: LedgerError.self) {
      try Ledger.open(.file(path), isReadOnly: true)
    }
    let writing = #expect(throws: LedgerError.self) { try Ledger.open(.file(path)) }
    #expect(reading == writing)
    #expect(FileManager.default.contents(atPath: path) == before)
    return try #require(writing)
  }

  private func file(_ bytes: some Sequence<UInt8>, _ name: String = "a.ledger") throws -> String {
    let path = folder.file(name)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  /// The bytes of a ledger with a few blocks that is closed.
  private func ledgerBytes() throws -> [UInt8] {
    let path = folder.file("whole.ledger")
    let ledger = try Ledger.create(LedgerLoad.genesis(), at: .file(path))
    var load = try LedgerLoad(ledger, seed: 5)
    for _ in 0..<4 { _ = try ledger.append(load.transactions(5)) }
    try ledger.close()
    return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// The tables of a ledger, to be changed by hand.
  private func database(_ path: String) throws -> DatabaseQueue {
    try DatabaseQueue(
      path: path, configuration: StoreFile.configuration(isReadOnly: false, patience: .zero))
  }

  @Test func nothing() throws {
    for path in [
      folder.file("a.ledger"), folder.file("a/b.ledger"), ":memory:", "file:a?mode=memory",
    ] {
      #expect(throws: LedgerError.self) { try Ledger.open(.file(path)) }
      #expect(!FileManager.default.fileExists(atPath: path))
    }
    let path = folder.file("a.ledger")
    #expect(try refusal(of: path) == .noLedger(path: path))
    let below = try file([], "file") + "/a.ledger"
    #expect(try refusal(of: below) == .noLedger(path: below))
    #expect(throws: LedgerError.self) { try Ledger.open(.file("a\0b")) }
    #expect(throws: LedgerError.self) {
      try Ledger.create(LedgerLoad.genesis(), at: .file(folder.file("no/a.ledger")))
    }
  }

  @Test func otherFiles() throws {
    let text = try file("The quick brown fox.\n".utf8)
    #expect(
      try refusal(of: text) == .notALedger(path: text, reason: "it does not begin like one"))
    let empty = try file([])
    #expect(try refusal(of: empty) == .notALedger(path: empty, reason: "it is empty"))
    let magic = try file("SQLite format 3\0".utf8)
    _ = try refusal(of: magic)
    #expect(
      try refusal(of: folder.path) == .notALedger(path: folder.path, reason: "it is a folder"))
  }

  @Test func thingsThatAreNoFiles() throws {
    let pipe = folder.file("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    for path in [pipe, "/dev/null", "/dev/zero", "/dev/tty"] {
      let error = #expect(throws: LedgerError.self) { try Ledger.open(.file(path)) }
      #expect(error == .notALedger(path: path, reason: "it is no ordinary file"))
      #expect(throws: LedgerError.exists(path: path)) {
        try Ledger.create(LedgerLoad.genesis(), at: .file(path))
      }
    }
  }

  @Test func databasesOfSomethingElse() throws {
    for isWAL in [false, true] {
      let path = folder.file("other-\(isWAL)")
      let database: any DatabaseWriter =
        try isWAL ? DatabasePool(path: path) : DatabaseQueue(path: path)
      try database.write { try $0.execute(sql: "CREATE TABLE a (b); INSERT INTO a VALUES (1)") }
      try database.close()
      #expect(
        try refusal(of: path)
          == .notALedger(path: path, reason: "it is a database of something else"))
      // Nothing lies beside it that was not there.
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(names.filter { $0.hasPrefix("other-\(isWAL)-") }.count <= (isWAL ? 2 : 0))
    }
  }

  @Test func otherVersions() throws {
    for (version, expected) in [
      (2, LedgerError.newerFormat(path: "", found: 2, known: 1)), (0, nil), (-5, nil),
    ] {
      let path = try file(try ledgerBytes(), "version\(version)")
      try FileManager.default.removeItem(atPath: folder.file("whole.ledger"))
      let queue = try DatabaseQueue(path: path)
      try queue.write { try $0.execute(sql: "PRAGMA user_version = \(version)") }
      try queue.close()
      let error = try refusal(of: path)
      switch (error, expected) {
      case (.newerFormat(_, let found, let known), .newerFormat):
        #expect(found == version && known == 1)
      case (.damaged, nil): break
      default: Issue.record("\(error)")
      }
    }
  }

  @Test func tablesOfSomethingElse() throws {
    let path = folder.file("a.ledger")
    let queue = try DatabaseQueue(path: path)
    try queue.write {
      try $0.execute(sql: "CREATE TABLE meta (name, bytes)")
      try $0.execute(sql: "PRAGMA application_id = \(StoreFile.applicationID)")
      try $0.execute(sql: "PRAGMA user_version = 1")
    }
    try queue.close()
    guard case .damaged = try refusal(of: path) else {
      Issue.record("it should be called damaged")
      return
    }
  }

  /// Without a log every shorter file is refused, mostly with what is missing.
  @Test func cutFiles() throws {
    let whole = try ledgerBytes()
    var random = SplitMix64(seed: 11)
    let page = 4_096
    let lengths =
      [1, 15, 16, 17, 99, 100, 101, 511, 512, page - 1, page, page + 1, whole.count - 1]
      + (0..<Effort.rounds(20)).map { _ in 1 + random.below(whole.count - 1) }
    for length in lengths {
      let path = try file(whole[..<length], "cut")
      let error = try refusal(of: path)
      if length >= 100 {
        #expect(error == .truncated(path: path, expected: whole.count, found: length))
      }
      try FileManager.default.removeItem(atPath: path)
    }
  }

  /// A file whose log was lost, or cut off anywhere, is an earlier state or refused, and never half a block.
  @Test func cutLogs() throws {
    let path = folder.file("open.ledger")
    let ledger = try Ledger.create(LedgerLoad.genesis(), at: .file(path))
    var load = try LedgerLoad(ledger, seed: 6)
    var roots = [try ledger.header(atOrBelow: 0).stateRoot, try ledger.head().stateRoot]
    for _ in 0..<6 {
      _ = try ledger.append(load.transactions(5))
      roots.append(try ledger.head().stateRoot)
    }
    let (main, log) = try copies(of: path)
    try ledger.close()
    var random = SplitMix64(seed: 12)
    for round in 0..<Effort.rounds(12) {
      let copy = try file(main, "copy")
      if round > 0 {
        let length = round == 1 ? log.count : random.below(log.count)
        _ = try file(log[..<length], "copy-wal")
      }
      let opened = try Ledger.open(.file(copy))
      let head = try opened.head()
      #expect(head.stateRoot == roots[head.height])
      #expect(try LedgerCheck(opened).problems.isEmpty)
      if round == 0 { #expect(head.height == 0) }
      if round == 1 { #expect(head.height == roots.count - 1) }
      _ = try opened.append([])
      try opened.close()
      StoreFile.remove(copy)
    }
  }

  /// A ledger's file whose end is missing while a log lies beside it is refused, or what it holds is read.
  @Test func cutFilesWithALog() throws {
    let path = folder.file("open.ledger")
    let ledger = try Ledger.create(LedgerLoad.genesis(), at: .file(path))
    var load = try LedgerLoad(ledger, seed: 7)
    for _ in 0..<3 { _ = try ledger.append(load.transactions(5)) }
    let (main, log) = try copies(of: path)
    try ledger.close()
    var random = SplitMix64(seed: 13)
    for _ in 0..<Effort.rounds(10) {
      let copy = try file(main[..<random.below(main.count)], "copy")
      _ = try file(log, "copy-wal")
      do {
        let opened = try Ledger.open(.file(copy))
        _ = try LedgerCheck(opened).problems
        _ = try opened.append([])
      } catch { #expect(error is LedgerError, "\(error)") }
      StoreFile.remove(copy)
    }
  }

  /// The bytes of a ledger that is open, and of its log; read by another process, since a file that is
  /// closed here would lose its locks.
  private func copies(of path: String) throws -> (main: [UInt8], log: [UInt8]) {
    let copy = folder.file("taken")
    for ending in ["", "-wal"] {
      let process = try Process.run(
        URL(fileURLWithPath: "/bin/cp"), arguments: [path + ending, copy + ending])
      process.waitUntilExit()
    }
    defer { StoreFile.remove(copy) }
    return (
      Array(try Data(contentsOf: URL(fileURLWithPath: copy))),
      Array(try Data(contentsOf: URL(fileURLWithPath: copy + "-wal")))
    )
  }

  @Test func otherRules() throws {
    var bytes = LedgerLoad.genesis().encoded()
    // The machine's rules stand behind the name and the numbers.
    let rules = LedgerLoad.genesis().schedule.bytes
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: rules) })
    bytes[place] ^= 1
    let path = try file(try ledgerBytes())
    let queue = try database(path)
    try queue.write {
      try $0.execute(sql: "UPDATE meta SET bytes = ?", arguments: [Data(bytes)])
    }
    try queue.close()
    #expect(try refusal(of: path) == .otherRules(path: path))
  }

  @Test func pathsThatLookLikeSomethingElse() throws {
    for name in ["a b?#.ledger", "100%.ledger", "ü\u{301}😀", "-wal", "file:x", "?immutable=1"] {
      let path = folder.file(name)
      let ledger = try Ledger.create(LedgerLoad.genesis(), at: .file(path))
      _ = try ledger.append([])
      try ledger.close()
      #expect(try Ledger.open(.file(path), isReadOnly: true).head().height == 1)
      #expect(FileManager.default.fileExists(atPath: path))
    }
  }
}
