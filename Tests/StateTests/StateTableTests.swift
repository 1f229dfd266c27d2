import EngineTesting
import State
import Testing

/// The state against a dictionary, under everything that can be done to it.
@Suite struct StateTableTests {
  /// A store with keys in order.
  final class Store: StateSource {
    var contents: [[UInt8]: [UInt8]]

    init(_ contents: [[UInt8]: [UInt8]]) { self.contents = contents }

    private var sorted: [[UInt8]] {
      contents.keys.sorted { $0.lexicographicallyPrecedes($1) }
    }

    func value(forKey key: UnsafeRawBufferPointer) -> [UInt8]? { contents[Array(key)] }

    func entries(
      atOrAbove key: UnsafeRawBufferPointer, limit: Int
    ) -> [(key: [UInt8], value: [UInt8])] {
      let key = Array(key)
      return sorted.filter { !$0.lexicographicallyPrecedes(key) }.prefix(limit).map(entry)
    }

    func entries(
      below key: UnsafeRawBufferPointer, limit: Int
    ) -> [(key: [UInt8], value: [UInt8])] {
      let key = Array(key)
      return sorted.reversed().filter { $0.lexicographicallyPrecedes(key) }.prefix(limit)
        .map(entry)
    }

    private func entry(_ key: [UInt8]) -> (key: [UInt8], value: [UInt8]) {
      (key, contents[key] ?? [])
    }
  }

  /// What the state should be.
  struct Model {
    var values: [[UInt8]: [UInt8]]
    var warm: Set<[UInt8]> = []

    func key(above key: [UInt8], orEqual: Bool) -> [UInt8]? {
      values.keys.filter { orEqual && $0 == key || key.lexicographicallyPrecedes($0) }
        .min { $0.lexicographicallyPrecedes($1) }
    }

    func key(below key: [UInt8]) -> [UInt8]? {
      values.keys.filter { $0.lexicographicallyPrecedes(key) }
        .max { $0.lexicographicallyPrecedes($1) }
    }
  }

  /// Few keys, many of them the beginning of others.
  static func key(_ random: inout SplitMix64) -> [UInt8] {
    (0..<random.below(5)).map { _ in random.pick([0, 1, 0x7F, 0x80, 0xFF]) }
      + (random.chance(20) ? random.bytes(8 + random.below(20)).map { $0 & 1 } : [])
  }

  static func value(_ random: inout SplitMix64) -> [UInt8] {
    random.bytes(random.pick([0, 1, 7, 8, 9, 23, 24, 25, 40, 100]))
  }

  func slot(above key: [UInt8], orEqual: Bool, in table: StateTable) -> [UInt8]? {
    key.withUnsafeBytes { table.slot(above: $0, orEqual: orEqual) }.map { Array(table.key(of: $0)) }
  }

  func slot(below key: [UInt8], in table: StateTable) -> [UInt8]? {
    key.withUnsafeBytes { table.slot(below: $0) }.map { Array(table.key(of: $0)) }
  }

  @Test(arguments: 0..<30) func followsAModel(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    var stored: [[UInt8]: [UInt8]] = [:]
    if seed % 2 == 1 {
      for _ in 0..<random.below(120) { stored[Self.key(&random)] = Self.value(&random) }
    }
    let store = Store(stored)
    let table = StateTable(
      source: seed % 2 == 1 ? store : nil, pageSize: random.pick([2, 3, 7, 64]))
    var model = Model(values: stored)
    var checkpoints: [(StateTable.Checkpoint, Model, Int)] = []
    var transaction = 0
    for _ in 0..<1_500 {
      let key = Self.key(&random)
      switch random.below(20) {
      case 0..<6:
        let value = Self.value(&random)
        table.write(value, for: key)
        model.values[key] = value
      case 6..<9:
        table.write(nil, for: key)
        model.values[key] = nil
      case 9: #expect(table.value(for: key) == model.values[key])
      case 10, 11:
        let orEqual = random.chance(50)
        #expect(
          slot(above: key, orEqual: orEqual, in: table) == model.key(above: key, orEqual: orEqual))
      case 12, 13: #expect(slot(below: key, in: table) == model.key(below: key))
      case 14, 15:
        let wasCold = table.warm(key.withUnsafeBytes { table.slot(for: $0) })
        #expect(wasCold == model.warm.insert(key).inserted)
      case 16: checkpoints.append((table.checkpoint(), model, transaction))
      case 17, 18:
        guard !checkpoints.isEmpty else { continue }
        let depth = 1 + random.below(min(3, checkpoints.count))
        let (checkpoint, earlier, when) = checkpoints[checkpoints.count - depth]
        checkpoints.removeLast(depth)
        check(table, checkpoint, before: earlier, after: model)
        table.revert(to: checkpoint)
        let warm = when == transaction ? earlier.warm : []
        model = earlier
        model.warm = warm
      default:
        if random.chance(60) {
          table.endTransaction()
        } else {
          table.commit()
          checkpoints = []
          if seed % 2 == 1 {
            store.contents = model.values
            if random.chance(50) { table.forget() }
          }
          if random.chance(30) { table.compact() }
        }
        transaction += 1
        model.warm = []
      }
    }
    for (key, value) in model.values { #expect(table.value(for: key) == value) }
    if seed % 2 == 0 { #expect(table.count == model.values.count) }
  }

  /// The changes since a checkpoint are the differences, in the order of the keys.
  func check(
    _ table: StateTable, _ checkpoint: StateTable.Checkpoint, before: Model, after: Model
  ) {
    var expected: [[UInt8]: ([UInt8]?, [UInt8]?)] = [:]
    for key in Set(before.values.keys).union(after.values.keys)
    where before.values[key] != after.values[key] {
      expected[key] = (before.values[key], after.values[key])
    }
    let changes = table.changes(since: checkpoint)
    #expect(changes.map(\.key) == expected.keys.sorted { $0.lexicographicallyPrecedes($1) })
    for change in changes {
      #expect(change.before == expected[change.key]?.0)
      #expect(change.after == expected[change.key]?.1)
    }
    var met: [[UInt8]: ([UInt8]?, [UInt8]?)] = [:]
    table.forEachChange(since: checkpoint) { slot, key, before, after in
      let key = Array(key)
      #expect(met[key] == nil && key == Array(table.key(of: slot)))
      met[key] = (before.map { Array($0) }, after.map { Array($0) })
    }
    #expect(met.keys.sorted { $0.lexicographicallyPrecedes($1) } == changes.map(\.key))
    for change in changes {
      #expect(met[change.key]?.0 == change.before && met[change.key]?.1 == change.after)
    }
  }

  /// Many keys: the table and its order grow and shrink.
  @Test func holdsManyKeys() {
    var random = SplitMix64(seed: 5)
    let table = StateTable()
    var keys: [[UInt8]] = (0..<6_000).map { _ in random.bytes(1 + random.below(12)) }
    keys = Array(Set(keys)).sorted { $0.lexicographicallyPrecedes($1) }
    for key in keys.shuffled(using: &random) { table.write(key, for: key) }
    #expect(table.count == keys.count)
    #expect(walk(table) == keys)
    let start = table.checkpoint()
    let gone = Set(keys.filter { _ in random.chance(80) })
    for key in gone.sorted(by: { $0.count < $1.count }) { table.write(nil, for: key) }
    #expect(walk(table) == keys.filter { !gone.contains($0) })
    table.revert(to: start)
    #expect(walk(table) == keys)
    for key in keys { #expect(table.value(for: key) == key) }
  }

  private func walk(_ table: StateTable) -> [[UInt8]] {
    var keys: [[UInt8]] = []
    while let next = slot(above: keys.last ?? [], orEqual: keys.isEmpty, in: table) {
      keys.append(next)
    }
    return keys
  }

  /// What begins with a prefix is visited in order, from wherever one asks.
  @Test(arguments: [false, true]) func visitsWhatBeginsWithAPrefix(hasStore: Bool) {
    var random = SplitMix64(seed: 6)
    for _ in 0..<Effort.rounds(100) {
      let keys = Set((0..<20).map { _ in Self.key(&random) })
      let contents = Dictionary(uniqueKeysWithValues: keys.map { ($0, $0) })
      let table = hasStore ? StateTable(source: Store(contents), pageSize: 2) : StateTable()
      if !hasStore { for key in keys { table.write(key, for: key) } }
      let prefix = Self.key(&random)
      let after = random.chance(50) ? Self.key(&random) : nil
      var found: [[UInt8]] = []
      while let slot = table.slot(within: prefix, after: found.last ?? after) {
        found.append(Array(table.key(of: slot)))
      }
      let expected = keys.filter {
        $0.starts(with: prefix) && (after?.lexicographicallyPrecedes($0) ?? true)
      }
      #expect(found == expected.sorted { $0.lexicographicallyPrecedes($1) })
    }
  }

  /// Keys under which nothing is stored need no memory after a while, and the others keep their order.
  @Test func forgetsWhatIsGone() {
    var random = SplitMix64(seed: 6)
    let table = StateTable()
    let keys: [[UInt8]] = (0..<5_000).map { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    for key in keys.shuffled(using: &random) { table.write(key, for: key) }
    let gone = Set(keys.filter { _ in random.chance(70) })
    for key in gone { table.write(nil, for: key) }
    table.commit()
    let before = keys.filter { !gone.contains($0) }.map { key in
      (key, key.withUnsafeBytes { table.slot(for: $0) })
    }
    let kept = table.compact()
    #expect(table.knownCount == keys.count - gone.count)
    #expect(walk(table) == keys.filter { !gone.contains($0) })
    for (key, slot) in before {
      #expect(kept[Int(key.withUnsafeBytes { table.slot(for: $0) })] == slot)
    }
    for key in gone { #expect(table.value(for: key) == nil) }
  }

  /// A key that was deleted here is gone, whatever the store says.
  @Test func hidesTheStore() {
    let table = StateTable(source: Store([[1]: [1], [2]: [2], [3]: [3]]))
    table.write(nil, for: [2])
    #expect(slot(above: [1], orEqual: false, in: table) == [3])
    #expect(slot(below: [3], in: table) == [1])
    let checkpoint = table.checkpoint()
    table.write([9], for: [2, 0])
    table.write(nil, for: [3])
    #expect(slot(above: [1], orEqual: false, in: table) == [2, 0])
    #expect(slot(above: [2, 0], orEqual: false, in: table) == nil)
    table.revert(to: checkpoint)
    #expect(slot(above: [2], orEqual: true, in: table) == [3])
  }
}
