import Bytecode
import Integers

/// Statements on the contract's fields.
extension CodeWriter {
  /// Whether code at this place may write a field.
  private func mayWrite(_ field: Int) -> Bool {
    if power < .writes { return false }
    if !plan.hookFields.contains(field) { return role != .hook }
    if role == .hook { return true }
    return role == .export && !hasInteracted && nesting == 0
  }

  private func fields(where matches: (Int, Field) -> Bool) -> [Int] {
    module.fields.indices.filter { matches($0, module.fields[$0]) }
  }

  private mutating func key(_ index: Int, at fixed: Windows? = nil) -> Windows {
    place(module.fields[index].key.map(\.kind), at: fixed, .key)
  }

  /// One instruction on a field.
  mutating func storage() {
    let isWriting = random.chance(55)
    if isWriting, let index = random.some(of: fields { index, _ in mayWrite(index) }) {
      return write(index)
    }
    guard let index = random.some(of: module.fields.indices) else { return }
    read(index)
  }

  private mutating func read(_ index: Int) {
    let field = module.fields[index]
    if field.isSummed, random.chance(30) {
      let d = intDestination()
      emit(.total, d, index)
      return set(d, IntFacts(bits: 130))
    }
    let windows = key(index)
    if random.chance(20) {
      let d = intDestination()
      emit(.exists, d, index, windows.ints, windows.strings)
      return set(d, IntFacts(0...1))
    }
    // A record that may be missing is looked for first.
    var end: Int?
    if field.isRecord, random.chance(85) {
      let flag = intDestination()
      emit(.exists, flag, index, windows.ints, windows.strings)
      let label = newLabel()
      emit(.jumpEqualSmall, flag, 0, label)
      set(flag, IntFacts(0...1))
      end = label
    }
    load(index, random.below(field.components.count), windows)
    if let end { bind(end) }
  }

  mutating func load(_ index: Int, _ component: Int, _ windows: Windows) {
    let kind = module.fields[index].components[component]
    if kind.bank == .int {
      let d = intDestination()
      emit(.loadInt, d, index, component, windows.ints, windows.strings)
      set(d, Self.facts(ofInt: kind, module))
    } else {
      let d = bytesDestination()
      emit(.loadBytes, d, index, component, windows.ints, windows.strings)
      set(d, Self.facts(ofBytes: kind))
    }
  }

  private mutating func write(_ index: Int) {
    let field = module.fields[index]
    let windows = key(index)
    if random.chance(20) { return emit(.delete, index, windows.ints, windows.strings) }
    if field.isRecord, random.chance(75) {
      let record = place(field.components)
      emit(.putRecord, index, windows.ints, windows.strings, record.ints, record.strings)
      if random.chance(60) { store(index, windows) }
      return
    }
    var end: Int?
    if field.isRecord, random.chance(80) {
      let flag = intDestination()
      emit(.exists, flag, index, windows.ints, windows.strings)
      let label = newLabel()
      emit(.jumpEqualSmall, flag, 0, label)
      end = label
    }
    store(index, windows)
    if let end { bind(end) }
  }

  /// Stores one component, now and then the zero that is not stored.
  mutating func store(_ index: Int, _ windows: Windows) {
    let field = module.fields[index]
    let component = random.below(field.components.count)
    let kind = field.components[component]
    if kind.bank == .int {
      let value = random.chance(15) ? int(.range(0...0)) : int(.kind(kind))
      emit(.storeInt, index, component, windows.ints, windows.strings, value)
    } else {
      var value = bytes(kind)
      if random.chance(12) {
        value = bytesDestination()
        constant(
          [UInt8](repeating: 0, count: kind.isIdentifier ? 32 : 0), kind, in: value)
      }
      emit(.storeBytes, index, component, windows.ints, windows.strings, value)
    }
  }

  /// Stores a string near the limit of one, or records of several.
  mutating func storeLong(_ register: Int) {
    let candidates = fields { mayWrite($0) && $1.components.contains(.bytes) }
    let longest = candidates.filter { module.fields[$0].components.count { $0 == .bytes } > 1 }
    guard let index = random.some(of: longest) ?? random.some(of: candidates) else { return }
    let field = module.fields[index]
    let windows = key(index)
    let component = field.components.firstIndex(of: .bytes) ?? 0
    if field.isRecord {
      let record = place(field.components)
      var next = record.strings
      for kind in field.components where kind.bank == .bytes {
        if kind == .bytes { emit(.bytesMove, next, register) }
        next += 1
      }
      emit(.putRecord, index, windows.ints, windows.strings, record.ints, record.strings)
    } else {
      emit(.storeBytes, index, component, windows.ints, windows.strings, register)
    }
  }

  // MARK: - Order

  /// Looks for one key, or goes through the keys of a map and changes it on the way.
  mutating func seeking() {
    guard let index = random.some(of: fields { _, field in !field.key.isEmpty }) else { return }
    let field = module.fields[index]
    let counts = BankCounts(field.key.map(\.kind))
    // The cursor is in registers that nothing else uses.
    let cursor = Windows(ints: usual.int + guardedInts, strings: usual.bytes + guardedStrings)
    let counter = cursor.ints + counts.int
    guardedInts += counts.int + 2
    guardedStrings += counts.bytes
    defer {
      guardedInts -= counts.int + 2
      guardedStrings -= counts.bytes
    }
    let fixed = Windows(
      ints: counts.int == 0 ? 0 : cursor.ints, strings: counts.bytes == 0 ? 0 : cursor.strings)
    _ = key(index, at: fixed)
    let prefix = random.below(field.key.count)
    let isUp = random.chance(50)
    let first: [SeekMode] = isUp ? [.first, .from, .after] : [.last, .upto, .before]
    let flag = counter + 1
    func operands(_ mode: SeekMode) -> [Int] {
      [flag, index, prefix, Int(mode.rawValue), fixed.ints, fixed.strings]
    }
    func seek(_ mode: SeekMode) {
      let o = operands(mode)
      emit(.seek, o[0], o[1], o[2], o[3], o[4], o[5])
    }
    seek(random.pick(first))
    set(flag, IntFacts(0...1))
    expect(field.key.map(\.kind), at: fixed)
    if nesting > 1 || loops > 0 || random.chance(25) { return }
    let end = newLabel()
    let again = newLabel()
    emit(.intSmall, counter, 0)
    emit(.jumpEqualSmall, flag, 0, end)
    bind(again)
    let before = facts
    nesting += 1
    loops += 1
    if random.chance(60) { load(index, random.below(field.components.count), fixed) }
    if mayWrite(index), random.chance(50) {
      beginStatement()
      if random.chance(50) {
        emit(.delete, index, fixed.ints, fixed.strings)
      } else {
        store(index, fixed)
      }
    }
    statements(random.below(3))
    nesting -= 1
    loops -= 1
    emit(.addSmall, counter, counter, 1)
    emit(
      .jumpGreaterSmall, counter, random.pick([2, 5, magnitude.isLarge ? 60 : 8]), end)
    seek(random.chance(92) ? (isUp ? .after : .before) : random.pick(SeekMode.allCases))
    emit(.jumpNotEqualSmall, flag, 0, again)
    bind(end)
    facts = facts.merged(with: before)
  }
}
