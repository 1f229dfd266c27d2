import Bytecode
import Chain
import Commitment
import Execution
import Hosting
import Integers
import Ledger
import Testing
import Transactions

/// What stood under a key, and proofs of it, over removal and re-creation.
@Suite struct PastTests {
  /// A ledger in which `bob`'s count is made, changed, removed, left alone and made again.
  private func scene() throws -> (scene: LedgerScene, key: [UInt8]) {
    let scene = try LedgerScene()
    let module = try LedgerScene.module(tally)
    let contract = try scene.deploy(module)
    let bob = LedgerScene.account("bob")
    let key = try StateKey.field(
      contract: contract, index: 1, key: [Value(bob)], of: [.address])
    func add(_ amount: Integer) throws {
      try scene.submit(by: "bob", LedgerScene.call(contract, "add", [.int(amount)], in: module))
    }
    try add(5)
    try add(7)
    let clear = try LedgerScene.call(contract, "clear", [Value(bob)], in: module)
    try scene.submit(by: "alice", clear)
    try scene.submit(by: "alice", scene.transfer(1, to: "dave"))
    try add(3)
    return (scene, key.bytes)
  }

  @Test func tellsWhatStood() throws {
    let (scene, key) = try scene()
    let history = try scene.ledger.history(of: key)
    #expect(history.map { Integer(stored: $0.entry.value) } == [3, 12, 5])
    #expect(history.map(\.entry.height) == [7, 4, 3])
    #expect(history.map(\.until) == [nil, 5, 4])
    #expect(try scene.ledger.history(of: [1, 2, 3]).isEmpty)
  }

  /// From any height down and in any pages it is the same, and what snapshots say.
  @Test(arguments: [1, 2, 3, 10]) func tellsInPages(size: Int) throws {
    let (scene, key) = try scene()
    let all = try scene.ledger.history(of: key)
    for height in 0...7 {
      let expected = all.filter { $0.entry.height <= height }
      var found: [StoredEntry] = []
      var below = height
      while true {
        let page = try scene.ledger.history(of: key, atOrBelow: below, limit: size)
        #expect(page.count <= size)
        guard let last = page.last else { break }
        found += page.map(\.entry)
        below = last.entry.height - 1
      }
      #expect(found == expected.map(\.entry))
      let standing = expected.first { $0.until.map { height < $0 } ?? true }
      #expect(try scene.ledger.snapshot(at: height).entry(for: key) == standing?.entry)
    }
  }

  /// The commitment of an earlier block proves every entry of the time and the absence of every later one.
  @Test func provesThePast() throws {
    let (scene, _) = try scene()
    let head = try scene.ledger.head().height
    let keys = try (0...head).reduce(into: Set<[UInt8]>()) { keys, height in
      let entries = try scene.ledger.snapshot(at: height).entries(withPrefix: [], limit: 1_000)
      keys.formUnion(entries.map(\.key))
    }
    for height in 0...head {
      let snapshot = try scene.ledger.snapshot(at: height)
      for key in keys {
        let value = try snapshot.entry(for: key)?.value
        let proof = try snapshot.proof(for: key)
        let root = snapshot.header.stateRoot
        #expect(proof.shows(value, under: key, inMapWithRoot: root))
        #expect(!proof.shows(value.map { $0 + [0] } ?? [0], under: key, inMapWithRoot: root))
      }
    }
  }
}
