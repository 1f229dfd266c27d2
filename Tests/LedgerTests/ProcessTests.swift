import Bytecode
import Chain
import Execution
import Foundation
import GRDB
import Integers
import Ledger
import LedgerTesting
import Testing
import Transactions

/// Several processes use one file, and several objects in one process.
@Suite(.timeLimit(.minutes(2))) struct ProcessTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("a.ledger")
  }

  private func helper(_ arguments: String...) throws -> Helper {
    try Helper(Helper.executable(), arguments, folder: folder.path)
  }

  /// Two processes and this one write; each has a cache that the others' blocks make stale.
  @Test func writersTakeTurns() throws {
    let ledger = try Ledger.create(LedgerLoad.genesis(), at: .file(path))
    let watcher = try helper("watch", path, "62")
    let writers = try [helper("send", path, "bob", "20"), helper("send", path, "carol", "20")]
    var load = try LedgerLoad(ledger, seed: 1, by: ["alice"])
    for _ in 0..<20 { #expect(try ledger.append(load.transactions(2)).refused.isEmpty) }
    let heights = writers.flatMap { $0.finish().compactMap { Int($0) } }
    #expect(writers.map(\.end) == [.exited(0), .exited(0)])
    #expect(heights.count == 40 && Set(heights).count == 40)

    // What they said is there, each transaction once, and no height is missing.
    let head = try ledger.head()
    #expect(head.height == 61)
    for height in 1...head.height { #expect(try ledger.block(at: height) != nil) }
    let world = try ledger.snapshot().makeWorld()
    for name in ["bob", "carol"] {
      #expect(world.world.nonce(of: LedgerLoad.account(name)) == 20)
    }
    #expect(try LedgerCheck(ledger).problems.isEmpty)
    #expect(try ledger.replica().head() == head)

    _ = try ledger.append([])
    let seen = watcher.finish()
    #expect(seen.last == "seen 62")
    #expect(seen.allSatisfy { $0.hasPrefix("seen") }, "\(seen)")
  }

  /// The same transactions, sent by two objects at once, get into the chain once.
  @Test func theSameTransactionsTwice() throws {
    let first = try Ledger.create(LedgerLoad.genesis(), at: .file(path))
    let second = try Ledger.open(.file(path))
    var load = try LedgerLoad(first, seed: 2)
    for round in 0..<10 {
      let transactions = try load.transactions(4)
      let (one, other) = round % 2 == 0 ? (first, second) : (second, first)
      #expect(try one.append(transactions).refused.isEmpty)
      let again = try other.append(transactions)
      #expect(again.block == nil && again.refused.count == 4)
      for refused in again.refused {
        guard case .nonceUsed = refused.reason else {
          Issue.record("\(refused.reason)")
          continue
        }
      }
    }
    #expect(try first.head().height == 11)
  }

  @Test func goingBackIsNoticedByOthers() throws {
    let first = try Ledger.create(LedgerLoad.genesis(), at: .file(path))
    let second = try Ledger.open(.file(path))
    var load = try LedgerLoad(first, seed: 3)
    for _ in 0..<5 { _ = try second.append(load.transactions(4)) }
    try first.goBack(toHeight: 2)
    try load.readNonces()
    // The same heights and senders again, with other contents.
    for _ in 0..<5 {
      #expect(try second.append(load.transactions(3)).refused.isEmpty)
      #expect(try first.append(load.transactions(3)).refused.isEmpty)
    }
    #expect(try LedgerCheck(first).problems.isEmpty)
    #expect(try first.replica().head() == second.head())
  }

  @Test func impatientWritersAreTold() throws {
    let ledger = try Ledger.create(LedgerLoad.genesis(), at: .file(path))
    var load = try LedgerLoad(ledger, seed: 4)
    let head = try ledger.head()
    let transactions = try load.transactions(3)
    let other = try DatabaseQueue(path: path)
    let impatient = try Ledger.open(.file(path), patience: .milliseconds(50))
    try other.inDatabase { db in
      try db.beginTransaction(.immediate)
      #expect(throws: LedgerError.busy) { try impatient.append(transactions) }
      #expect(throws: LedgerError.busy) { try impatient.markSnapshot("a") }
      #expect(throws: LedgerError.busy) { try impatient.goBack(toHeight: 0) }
      #expect(throws: LedgerError.busy) {
        try impatient.setNote(Note(kind: "a", name: [], bytes: []))
      }
      // Reading waits for nobody.
      #expect(try impatient.head() == head)
      #expect(try Ledger.open(.file(path), isReadOnly: true).head() == head)
      try db.rollback()
    }
    #expect(try impatient.append(transactions).refused.isEmpty)
    #expect(try ledger.head().height == head.height + 1)
  }

  @Test func patientWritersWait() throws {
    let ledger = try Ledger.create(LedgerLoad.genesis(), at: .file(path))
    var load = try LedgerLoad(ledger, seed: 4)
    let transactions = try load.transactions(3)
    let other = try DatabaseQueue(path: path)
    let isHeld = DispatchSemaphore(value: 0)
    let holder = Thread {
      try? other.inDatabase { db in
        try db.beginTransaction(.immediate)
        isHeld.signal()
        Thread.sleep(forTimeInterval: 0.3)
        try db.rollback()
      }
    }
    holder.start()
    isHeld.wait()
    #expect(try ledger.append(transactions).refused.isEmpty)
  }

  @Test func longReadsDoNotStopWriters() throws {
    let ledger = try Ledger.create(LedgerLoad.genesis(), at: .file(path), patience: .zero)
    var load = try LedgerLoad(ledger, seed: 5)
    let other = try DatabaseQueue(path: path)
    try other.inDatabase { db in
      try db.beginTransaction(.deferred)
      func height() throws -> Int? { try Int.fetchOne(db, sql: "SELECT max(height) FROM block") }
      let before = try height()
      for _ in 0..<5 { #expect(try ledger.append(load.transactions(5)).refused.isEmpty) }
      #expect(try height() == before)
      #expect(try ledger.head().height == (before ?? 0) + 5)
      try db.rollback()
    }
  }

  /// Looking at the file in between does not end the locks that keep other processes from taking the log
  /// away.
  @Test func lookingDoesNotUnlock() throws {
    let ledger = try Ledger.create(LedgerLoad.genesis(), at: .file(path))
    for _ in 0..<3 {
      try Ledger.open(.file(path), isReadOnly: true).close()
      try Ledger.open(.file(path)).close()
      #expect(throws: LedgerError.self) { try Ledger.create(ledger.genesis, at: .file(path)) }
      let other = try helper("touch", path)
      other.wait()
      #expect(other.end == .exited(0))
      _ = try ledger.append([])
      // What was acknowledged is what others see.
      let seen = try helper("watch", path, "0").finish()
      #expect(seen.last == "seen \(try ledger.head().height)")
    }
  }
}
