import Bytecode
import Chain
import EngineTesting
import Execution
import GRDB
import Hosting
import LedgerTesting
import State
import Testing

@testable import Ledger

/// What a ledger says of its past is what was there at the time.
@Suite struct HistoryTests {
  /// The entries after each block that has a header, from an executor that keeps all in memory.
  private struct Model {
    private(set) var states: [(height: Int, entries: [[UInt8]: [UInt8]])] = []

    init(_ ledger: Ledger) throws {
      let pages = MemoryPages()
      let executor = try ChainExecutor(
        genesis: ledger.genesis, state: StateTable(), pages: pages.source, head: nil, beacons: [:])
      pages.take(try executor.sealGenesis())
      executor.commit()
      note(0, executor)
      for height in try ledger.headers(limit: 1_000).map(\.height).sorted().dropFirst() {
        guard let block = try ledger.block(at: height) else { continue }
        pages.take(try executor.apply(block.header, block.transactions))
        executor.commit()
        note(height, executor)
      }
    }

    private mutating func note(_ height: Int, _ executor: ChainExecutor) {
      states.append(
        (
          height,
          Dictionary(uniqueKeysWithValues: executor.world.entries.map { ($0.key, $0.value) })
        ))
    }

    /// All keys that ever were, in order.
    var keys: [[UInt8]] {
      Set(states.flatMap(\.entries.keys)).sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// The entries after the last block at or below a height.
    func entries(at height: Int) -> [[UInt8]: [UInt8]] {
      states.last { $0.height <= height }?.entries ?? [:]
    }

    /// The heights at which the value of a key changed, with what it became.
    func changes(of key: [UInt8]) -> [(height: Int, value: [UInt8]?)] {
      var changes: [(height: Int, value: [UInt8]?)] = []
      var last: [UInt8]?
      for state in states where state.entries[key] != last {
        last = state.entries[key]
        changes.append((state.height, last))
      }
      return changes
    }

    /// The height that wrote what stands under a key at a height.
    func writer(of key: [UInt8], at height: Int) -> Int? {
      changes(of: key).last { $0.height <= height && $0.value != nil }?.height
    }
  }

  /// A ledger with random blocks, some of them after heights that were left out.
  private func ledger(seed: UInt64, blocks: Int = 18) throws -> Ledger {
    let ledger = try Ledger.create(LedgerLoad.genesis(hasFees: seed % 2 == 0), at: .memory)
    var load = try LedgerLoad(ledger, seed: seed)
    var random = SplitMix64(seed: seed)
    for _ in 0..<blocks {
      let input = BlockInput(
        after: try ledger.head(), genesis: ledger.genesis,
        blocks: random.chance(70) ? 1 : 1 + random.below(5))
      _ = try ledger.append(load.transactions(random.below(10)), input: input)
    }
    return ledger
  }

  private static let seeds = 1...UInt64(Effort.rounds(2))

  @Test(arguments: seeds) func everyHeightIsWhatItWas(seed: UInt64) throws {
    let ledger = try ledger(seed: seed)
    let model = try Model(ledger)
    let head = try ledger.head().height
    #expect(model.states.count > 10)
    for height in 0...head {
      let snapshot = try ledger.snapshot(at: height)
      let found = try LedgerCheck.entries(of: snapshot)
      let expected = model.entries(at: height)
      #expect(found.count == expected.count)
      #expect(found.map(\.key) == expected.keys.sorted { $0.lexicographicallyPrecedes($1) })
      for entry in found {
        #expect(entry.value == expected[entry.key])
        #expect(entry.height == model.writer(of: entry.key, at: height))
      }
      for key in model.keys {
        #expect(try snapshot.entry(for: key)?.value == expected[key])
      }
    }
    #expect(throws: LedgerError.noSuchHeight(head + 1, head: head)) {
      try ledger.snapshot(at: head + 1)
    }
    #expect(throws: LedgerError.noSuchHeight(-1, head: head)) { try ledger.snapshot(at: -1) }
  }

  @Test(arguments: seeds) func historiesOfKeys(seed: UInt64) throws {
    let ledger = try ledger(seed: seed, blocks: 30)
    let model = try Model(ledger)
    let head = try ledger.head().height
    var removed = 0
    for key in model.keys {
      // What stood there, each with the heights from which on and until when, the newest first.
      let changes = model.changes(of: key)
      var expected: [(value: [UInt8], height: Int, until: Int?)] = []
      for (index, change) in changes.enumerated() {
        guard let value = change.value else { continue }
        let next = index + 1 < changes.count ? changes[index + 1].height : nil
        expected.insert((value, change.height, next), at: 0)
      }
      removed += changes.count { $0.value == nil }
      for height in [0, head / 3, head / 2, head - 1, head, .max] {
        for limit in [1, 3, 1_000] {
          let found = try ledger.history(of: key, atOrBelow: height, limit: limit)
          let wanted = expected.filter { $0.height <= height }.prefix(limit)
          #expect(found.map(\.entry.value) == wanted.map(\.value))
          #expect(found.map(\.entry.height) == wanted.map(\.height))
          #expect(found.map(\.until) == wanted.map(\.until))
        }
      }
    }
    #expect(removed > 0, "some keys are removed, or the test says nothing")
  }

  @Test(arguments: seeds) func writtenKeys(seed: UInt64) throws {
    let ledger = try ledger(seed: seed)
    let model = try Model(ledger)
    let head = try ledger.head().height
    var random = SplitMix64(seed: seed + 100)
    for _ in 0..<30 {
      let first = random.below(head + 1)
      let last = first + random.below(head + 2 - first)
      let prefix: [UInt8] = random.chance(40) ? [] : [UInt8(random.below(13))]
      let start = random.chance(30) ? random.pick(model.keys) : nil
      let limit = random.pick([1, 5, 10_000])
      let expected = model.keys.filter { key in
        key.starts(with: prefix)
          && !(start.map { key.lexicographicallyPrecedes($0) } ?? false)
          && model.changes(of: key).contains { $0.height > first && $0.height <= last }
      }
      // A key below the prefix begins at the prefix.
      guard start?.starts(with: prefix) ?? true else { continue }
      let found = try ledger.writtenKeys(
        withPrefix: prefix, from: start, after: first, upTo: last, limit: limit)
      #expect(found == Array(expected.prefix(limit)))
    }
  }

  // MARK: - Going back

  /// After going back a ledger is one that never went further, and goes on like it.
  @Test(arguments: 0..<UInt64(Effort.rounds(4))) func goingBack(seed: UInt64) throws {
    var random = SplitMix64(seed: seed + 200)
    let ledger = try ledger(seed: seed)
    let blocks = try ledger.headers(limit: 1_000).reversed().compactMap {
      try ledger.block(at: $0.height)
    }
    let head = try ledger.head().height
    for _ in 0..<3 {
      let height = random.below(head + 1)
      let last = try ledger.header(atOrBelow: height)
      let fresh = try Ledger.create(ledger.genesis, at: .memory)
      for block in blocks.dropFirst() where block.height <= height {
        try fresh.apply(block.header, block.transactions)
      }
      #expect(try ledger.goBack(toHeight: height) == last)
      #expect(try ledger.tables() == fresh.tables())
      #expect(try LedgerCheck(ledger).problems.isEmpty)
      for block in blocks where block.height > height {
        #expect(try ledger.apply(block.header, block.transactions) == block)
        try fresh.apply(block.header, block.transactions)
      }
      #expect(try ledger.tables() == fresh.tables())
    }
  }

  @Test func marksGoWithTheirBlocks() throws {
    let ledger = try ledger(seed: 3)
    let other = try ledger.replica()
    try ledger.setNote(Note(kind: "kept", name: [], bytes: []))
    let head = try ledger.head()
    try ledger.markSnapshot("here")
    var load = try LedgerLoad(ledger, seed: 30)
    for number in 0..<3 {
      _ = try ledger.append(load.transactions(3))
      try ledger.markSnapshot("later \(number)")
    }
    #expect(throws: LedgerError.snapshotExists("later 1")) { try ledger.markSnapshot("later 1") }
    #expect(throws: LedgerError.noSuchSnapshot("never")) { try ledger.goBack(to: "never") }
    let middle = try #require(try ledger.snapshots().first { $0.name == "later 1" })
    #expect(try ledger.goBack(to: "later 1").hash == middle.hash)
    #expect(try ledger.snapshots().map(\.name) == ["here", "later 0", "later 1"])
    #expect(try ledger.goBack(to: "here") == head)
    #expect(try ledger.snapshots().map(\.name) == ["here"])
    #expect(try ledger.goBack(to: "here") == head)
    try other.markSnapshot("here")
    #expect(try ledger.tables(without: ["note"]) == other.tables(without: ["note"]))
    #expect(try ledger.notes().map(\.kind) == ["kept"])
    #expect(throws: LedgerError.noSuchHeight(-1, head: head.height)) {
      try ledger.goBack(toHeight: -1)
    }
    #expect(throws: LedgerError.noSuchHeight(head.height + 1, head: head.height)) {
      try ledger.goBack(toHeight: head.height + 1)
    }
    #expect(try ledger.head() == head)
  }

  /// Names and contents of notes and snapshots may be anything.
  @Test func namesOfAllSorts() throws {
    let ledger = try Ledger.create(LedgerLoad.genesis(), at: .memory)
    for name in ["", "a", "A", "ü", "'; DROP TABLE note; --"] {
      try ledger.markSnapshot(name)
      for bytes in [[], [0], [1, 2, 3]] as [[UInt8]] {
        let note = Note(kind: name, name: Array(name.utf8), bytes: bytes)
        try ledger.setNote(note)
        #expect(try ledger.note(kind: name, name: note.name) == note)
      }
    }
    #expect(try ledger.snapshots().count == 5)
    #expect(try ledger.notes().count == 5)
    // What reads the same is the same name.
    #expect(throws: LedgerError.snapshotExists("u\u{308}")) {
      try ledger.markSnapshot("u\u{308}")
    }
    #expect(try ledger.notes(kind: "a").count == 1)
    #expect(throws: LedgerError.unusableName("a\0b")) { try ledger.markSnapshot("a\0b") }
    #expect(throws: LedgerError.unusableName("a\0b")) {
      try ledger.setNote(Note(kind: "a\0b", name: [], bytes: []))
    }
    try ledger.removeNote(kind: "a", name: [97])
    #expect(try ledger.notes(kind: "a").isEmpty)
  }
}
