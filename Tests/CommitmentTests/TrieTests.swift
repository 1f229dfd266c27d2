import Bytecode
import Commitment
import EngineTesting
import Testing

/// A trie's pages in memory.
final class PageTable: TriePageSource {
  var pages: [[UInt8]: [UInt8]] = [:]
  var reads = 0

  func page(at path: TriePath) -> [UInt8]? {
    reads += 1
    return pages[path.key]
  }

  /// Stores what changed and gives how many pages that were.
  @discardableResult
  func store(_ trie: inout Trie<PageTable>) -> Int {
    let changes = trie.takeChangedPages()
    for (path, bytes) in changes { pages[path.key] = bytes }
    return changes.count
  }
}

/// The commitment against its definition, computed from scratch.
@Suite struct TrieTests {
  /// The root as the definition gives it: entries split by one bit after another.
  static func root(
    _ entries: [(key: Identifier, value: Identifier)], _ depth: Int = 0
  ) -> Identifier {
    if entries.isEmpty { return .zero }
    if entries.count == 1 {
      return CommitmentHash.leaf(keyHash: entries[0].key, valueHash: entries[0].value)
    }
    func bit(_ identifier: Identifier) -> Bool {
      identifier.bytes[depth / 8] & (0x80 >> UInt8(depth % 8)) != 0
    }
    return CommitmentHash.branch(
      root(entries.filter { !bit($0.key) }, depth + 1),
      root(entries.filter { bit($0.key) }, depth + 1))
  }

  static func root(_ model: [[UInt8]: [UInt8]]) -> Identifier {
    root(model.map { (CommitmentHash.of($0.key), CommitmentHash.of($0.value)) })
  }

  /// Random changes of a model, in a trie that is opened anew now and then.
  static func rounds(
    seed: UInt64, _ count: Int,
    _ body: (inout Trie<PageTable>, [[UInt8]: [UInt8]], inout SplitMix64, PageTable) throws -> Void
  ) throws {
    var random = SplitMix64(seed: seed)
    let table = PageTable()
    var trie = try Trie(source: table)
    var model: [[UInt8]: [UInt8]] = [:]
    for round in 0..<count {
      var changes: [[UInt8]: [UInt8]?] = [:]
      for _ in 0..<random.pick([1, 1, 2, 5, 40]) {
        let key = [UInt8](random.bytes(1) + [UInt8(random.below(3))])
        changes[key] = random.chance(round % 20 < 12 ? 25 : 75) ? .some(nil) : random.bytes(4)
      }
      for (key, value) in changes { model[key] = value }
      let root = try trie.update(changes.map { (key: $0.key, value: $0.value) })
      #expect(root == Self.root(model))
      table.store(&trie)
      if random.chance(20) {
        trie = try Trie(source: table, keptNodes: random.pick([0, 4, 1_000]))
        #expect(trie.root == root)
      }
      try body(&trie, model, &random, table)
    }
    _ = try trie.update(model.keys.map { (key: $0, value: nil) })
    table.store(&trie)
    #expect(trie.root == .zero && table.pages.isEmpty)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func theRootIsThatOfTheDefinition(_ seed: UInt64) throws {
    try Self.rounds(seed: seed, Effort.rounds(150)) { _, _, _, _ in }
  }

  /// What is stored is that of a trie which takes all entries at once, whatever came and went before.
  @Test func pagesDependOnTheEntriesAlone() throws {
    try Self.rounds(seed: 12, Effort.rounds(80)) { _, model, _, table in
      let fresh = PageTable()
      var built = try Trie(source: fresh)
      try built.update(model.map { (key: $0.key, value: $0.value) })
      fresh.store(&built)
      #expect(fresh.pages == table.pages)
    }
  }

  @Test func provesWhatIsThereAndWhatIsNot() throws {
    try Self.rounds(seed: 9, Effort.rounds(60)) { trie, model, random, _ in
      for _ in 0..<10 {
        let key = [UInt8](random.bytes(1) + [UInt8(random.below(3))])
        let proof = try trie.proof(for: key)
        let root = trie.root
        #expect(proof.shows(model[key], under: key, inMapWithRoot: root))
        #expect(TrieProof(decoding: proof.encoded()) == proof)
        // No proof shows anything else.
        for other in [nil, [], random.bytes(4)] where other != model[key] {
          #expect(!proof.shows(other, under: key, inMapWithRoot: root))
        }
        #expect(!proof.shows(model[key], under: key, inMapWithRoot: CommitmentHash.of([1])))
        let stranger = key + [7]
        #expect(
          !proof.shows(model[key], under: stranger, inMapWithRoot: root) || model[key] == nil)
      }
    }
  }

  @Test func spoiledProofsShowNothing() throws {
    let table = PageTable()
    var trie = try Trie(source: table)
    let entries = (0..<100).map { (key: [UInt8($0)], value: [UInt8($0), 1] as [UInt8]?) }
    try trie.update(entries)
    var random = SplitMix64(seed: 4)
    for _ in 0..<Effort.rounds(400) {
      let key = [UInt8(random.below(120))]
      let value: [UInt8]? = key[0] < 100 ? [key[0], 1] : nil
      let bytes = try trie.proof(for: key).encoded()
      var spoiled = bytes
      switch random.below(3) {
      case 0: spoiled[random.below(bytes.count)] ^= UInt8(1 << random.below(8))
      case 1: spoiled.removeLast(1 + random.below(bytes.count - 1))
      default: spoiled.insert(UInt8(random.below(256)), at: random.below(bytes.count + 1))
      }
      guard spoiled != bytes, let proof = TrieProof(decoding: spoiled) else { continue }
      #expect(!proof.shows(value, under: key, inMapWithRoot: trie.root))
    }
  }

  @Test func updatesTouchOnlyTheWayToWhatChanges() throws {
    let table = PageTable()
    var trie = try Trie(source: table)
    try trie.update((0..<5_000).map { (key: [UInt8($0 & 0xFF), UInt8($0 >> 8)], value: [1]) })
    table.store(&trie)
    var random = SplitMix64(seed: 5)
    for _ in 0..<20 {
      var fresh = try Trie(source: table, keptNodes: 0)
      table.reads = 0
      try fresh.update([
        (key: [UInt8(random.below(256)), UInt8(random.below(19))], value: random.bytes(3))
      ])
      // 5,000 entries lie about 12 bits deep: three pages, hardly ever more than six.
      #expect(table.reads <= 8)
      #expect(table.store(&fresh) <= 8)
    }
    // Storing what is there already changes nothing.
    trie = try Trie(source: table)
    try trie.update([(key: [3, 3], value: [1])])
    table.store(&trie)
    let root = trie.root
    try trie.update([(key: [3, 3], value: [1])])
    #expect(trie.root == root && table.store(&trie) == 0)
  }

  @Test func aDamagedPageIsFound() throws {
    let table = PageTable()
    var trie = try Trie(source: table)
    let entries = (0..<200).map { (key: [UInt8($0)], value: [UInt8($0)] as [UInt8]?) }
    let root = try trie.update(entries)
    table.store(&trie)
    let intact = table.pages
    for (path, bytes) in intact where path != TriePath.root.key {
      for index in [0, 4, bytes.count - 1] {
        var damaged = bytes
        damaged[index] ^= 1
        table.pages = intact
        table.pages[path] = damaged
        var reopened = try Trie(source: table)
        #expect(reopened.root == root)
        var isFound = false
        for (key, _) in entries {
          do { _ = try reopened.proof(for: key) } catch is DamagedPage { isFound = true }
        }
        #expect(isFound)
      }
    }
    // The topmost page is its own witness: the root that it gives is another.
    table.pages = intact
    table.pages[TriePath.root.key]?[7] ^= 1
    #expect(try Trie(source: table).root != root)
  }
}
