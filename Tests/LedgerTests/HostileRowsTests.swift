import Bytecode
import Chain
import EngineTesting
import Execution
import Foundation
import GRDB
import LedgerTesting
import Testing

@testable import Ledger

/// Rows of a file that SQLite finds in order may hold anything: an error names what is wrong, and nothing
/// ends the process or goes on for ever.
@Suite(.timeLimit(.minutes(2))) struct HostileRowsTests {
  private static let integers = [Int.min, -1, 0, 1, 5, 1 << 48, 1 << 62, .max]

  /// Everything that can be asked of a ledger; what fails must fail with a `LedgerError`.
  private func useEverything(_ ledger: Ledger) throws {
    func attempt(_ body: () throws -> Void) {
      do { try body() } catch { #expect(error is LedgerError, "\(error)") }
    }
    attempt { _ = try LedgerCheck(ledger).problems }
    attempt { _ = try ledger.headers(limit: 100) }
    for height in [0, 2, 4] {
      attempt { _ = try ledger.block(at: height) }
      attempt {
        let replay = try ledger.replay(blockAt: height)
        while try replay.executeNext() != nil {}
      }
      attempt {
        let snapshot = try ledger.snapshot(at: height)
        for entry in try snapshot.entries(withPrefix: [], limit: 3) {
          attempt { _ = try snapshot.proof(for: entry.key) }
          attempt { _ = try ledger.history(of: entry.key, atOrBelow: height, limit: 10) }
        }
        let world = try snapshot.makeWorld()
        _ = world.world.balance(of: LedgerLoad.assets[0], holder: LedgerLoad.account("bob"))
        try world.check()
      }
    }
    attempt { _ = try ledger.writtenKeys(withPrefix: [], after: 0, upTo: 4, limit: 100) }
    attempt { _ = try ledger.emissions(heights: 0...4) }
    attempt {
      for id in try ledger.transactions(
        in: .zero...(Identifier([UInt8](repeating: 255, count: 32)) ?? .zero), limit: 100)
      {
        attempt { _ = try ledger.place(of: id) }
        attempt { _ = try ledger.replay(before: id) }
      }
    }
    attempt { _ = try ledger.snapshots() }
    attempt { _ = try ledger.notes() }
    attempt {
      var load = try LedgerLoad(ledger, seed: 3)
      _ = try ledger.append(load.transactions(5))
    }
    attempt { _ = try ledger.goBack(to: "mark") }
    attempt { _ = try ledger.goBack(toHeight: 1) }
    attempt { _ = try ledger.append([]) }
  }

  @Test func anythingInAnyColumn() throws {
    let folder = try TemporaryFolder()
    let whole = folder.file("whole.ledger")
    let columns: [(table: String, column: String, type: String)]
    do {
      let ledger = try Ledger.create(LedgerLoad.genesis(), at: .file(whole))
      var load = try LedgerLoad(ledger, seed: 2)
      for _ in 0..<3 { _ = try ledger.append(load.transactions(6)) }
      try ledger.markSnapshot("mark")
      try ledger.setNote(Note(kind: "note", name: [1], bytes: [2]))
      let tables = try ledger.tables().keys.sorted()
      columns = try ledger.database.read { db in
        try tables.flatMap { table in
          try db.columns(in: table).map { (table, $0.name, $0.type) }
        }
      }
      try ledger.close()
    }
    var random = SplitMix64(seed: 20)
    for (table, column, type) in columns {
      for _ in 0..<Effort.rounds(type == "INTEGER" ? 2 : 1) {
        let path = folder.file("a.ledger")
        try FileManager.default.copyItem(atPath: whole, toPath: path)
        let queue = try DatabaseQueue(path: path)
        try queue.write { db in
          let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0
          try #require(count > 0)
          let value: any DatabaseValueConvertible =
            switch type {
            case "INTEGER": random.pick(Self.integers)
            case "TEXT": random.pick(["", "a", "genesis", "ü\u{301}"])
            default: Data(random.bytes(random.pick([0, 1, 32, 300])))
            }
          // A key that is there already stays.
          try db.execute(
            sql: """
              UPDATE OR IGNORE \(table) SET \(column) = ? WHERE \(column) =
                (SELECT \(column) FROM \(table) LIMIT 1 OFFSET ?)
              """, arguments: [value, random.below(count)])
        }
        try queue.close()
        do {
          let ledger = try Ledger.open(.file(path))
          try useEverything(ledger)
          try ledger.close()
        } catch { #expect(error is LedgerError, "\(table).\(column): \(error)") }
        StoreFile.remove(path)
      }
    }
  }
}
