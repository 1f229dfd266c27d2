/// A key whose value changed since the last commit.
public struct StateChange: Hashable, Sendable {
  /// The key.
  public let key: [UInt8]
  /// What was stored at the last commit.
  public let before: [UInt8]?
  /// What is stored now.
  public let after: [UInt8]?
}

/// The state of a world: an ordered map of bytes to bytes, with a journal.
///
/// Everything a world knows is an entry: contracts, code, fields, assets, supplies and balances. So a
/// commitment, a history or a store of the world needs to know only keys and values. Writes are
/// journaled; a checkpoint is a place in the journal, and reverting to it undoes values, their order
/// and which keys are warm. Keys are found without allocating.
///
/// A table is used by one thread at a time.
public final class StateTable {
  private struct JournalEntry {
    var slot: Int32
    /// Bytes of the old value, -1 for none, or -2 if only the warmth changed.
    var oldCount: Int32
    var oldValue: UnsafeMutableRawPointer?
    var oldWarmth: UInt64
  }

  /// A key that the table knows.
  public typealias Slot = Int32

  private let source: (any StateSource)?
  private let pageSize: Int
  /// What changes: behind a pointer, since Swift would check every access to a variable of an object for
  /// overlap, which is a good part of what reading and writing a value costs.
  private let contents: UnsafeMutablePointer<Contents>

  private struct Contents: ~Copyable {
    var table = KeyTable()
    var index = OrderedIndex()
    var known = KnownRanges()
    var entries: UnsafeMutablePointer<Entry>
    var entryCount = 0
    var entryCapacity = 1024
    var journal: [JournalEntry] = []
    var transaction: UInt64 = 1
  }

  /// Makes an empty state, or one that reads from a store what it does not know.
  ///
  /// Where keys are asked for by their order, so many entries are read at once, at least two.
  public init(source: (any StateSource)? = nil, pageSize: Int = 64) {
    precondition(pageSize >= 2, "a page of one entry leads nowhere")
    self.source = source
    self.pageSize = pageSize
    let entries = UnsafeMutablePointer<Entry>.allocate(capacity: 1024)
    contents = .allocate(capacity: 1)
    contents.initialize(to: Contents(entries: entries))
  }

  deinit {
    for entry in contents.pointee.journal where entry.oldCount >= 0 { entry.oldValue?.deallocate() }
    deallocateEntries()
    entries.deallocate()
    contents.deinitialize(count: 1)
    contents.deallocate()
  }

  private var entries: UnsafeMutablePointer<Entry> { contents.pointee.entries }

  private func deallocateEntries() {
    for slot in 0..<contents.pointee.entryCount {
      entries[slot].key.deallocate()
      entries[slot].value?.deallocate()
    }
  }

  /// How many keys hold a value, as far as the table knows.
  public var count: Int { contents.pointee.index.count }

  /// How many keys the table knows, those included under which nothing is stored.
  public var knownCount: Int { contents.pointee.entryCount }

  // MARK: - Reading

  /// The slot of a key; the key is read from the source when it is met for the first time.
  public func slot(for key: UnsafeRawBufferPointer) -> Slot {
    let hash = contents.pointee.table.hash(key)
    if let slot = contents.pointee.table.find(hash, entries, key) { return slot }
    return addEntry(key, hash, value: source?.value(forKey: key))
  }

  @discardableResult
  private func addEntry(
    _ key: UnsafeRawBufferPointer, _ hash: UInt64, value: [UInt8]?
  ) -> Slot {
    if contents.pointee.entryCount == contents.pointee.entryCapacity { growEntries() }
    let copy = UnsafeMutableRawPointer.allocate(byteCount: max(key.count, 1), alignment: 8)
    if let base = key.baseAddress { copy.copyMemory(from: base, byteCount: key.count) }
    let slot = Slot(contents.pointee.entryCount)
    (entries + contents.pointee.entryCount).initialize(
      to: Entry(
        hash: hash, key: copy, keyCount: Int32(key.count), valueCount: -1, value: nil, warmth: 0))
    contents.pointee.entryCount += 1
    contents.pointee.table.insert(hash, slot: slot, entries: entries)
    if let value {
      value.withUnsafeBytes { set(&entries[Int(slot)], to: $0) }
      contents.pointee.index.insert(slot, entries)
    }
    return slot
  }

  private func growEntries() {
    let larger = UnsafeMutablePointer<Entry>.allocate(capacity: contents.pointee.entryCapacity * 2)
    larger.moveInitialize(from: entries, count: contents.pointee.entryCount)
    entries.deallocate()
    contents.pointee.entries = larger
    contents.pointee.entryCapacity *= 2
  }

  private func set(_ entry: inout Entry, to bytes: UnsafeRawBufferPointer) {
    let copy = UnsafeMutableRawPointer.allocate(byteCount: max(bytes.count, 1), alignment: 8)
    if let base = bytes.baseAddress { copy.copyMemory(from: base, byteCount: bytes.count) }
    entry.value = copy
    entry.valueCount = Int32(bytes.count)
  }

  /// The value in a slot, valid until the slot is written; nil if nothing is stored.
  public func value(in slot: Slot) -> UnsafeRawBufferPointer? {
    let entry = entries + Int(slot)
    guard entry.pointee.valueCount >= 0 else { return nil }
    return UnsafeRawBufferPointer(
      start: entry.pointee.value, count: Int(entry.pointee.valueCount))
  }

  /// The key of a slot.
  public func key(of slot: Slot) -> UnsafeRawBufferPointer { entries[Int(slot)].keyBytes }

  /// The value under a key.
  public func value(for key: [UInt8]) -> [UInt8]? {
    value(in: key.withUnsafeBytes { slot(for: $0) }).map { Array($0) }
  }

  // MARK: - Order

  /// The lowest key with a value that is at or above, or strictly above, the given one.
  public func slot(above key: UnsafeRawBufferPointer, orEqual: Bool) -> Slot? {
    while true {
      let candidate = contents.pointee.index.successor(of: key, orEqual: orEqual, entries)
      guard let source else { return candidate }
      let range = contents.pointee.known.range(containing: key)
      if let range {
        guard let high = range.high else { return candidate }
        if let candidate, !isBeyond(candidate, high) { return candidate }
      }
      let start = range?.high ?? Array(key)
      let page = start.withUnsafeBytes { source.entries(atOrAbove: $0, limit: pageSize) }
      for entry in page { learn(entry) }
      let isLast = page.count < pageSize
      contents.pointee.known.insert(
        KnownRanges.Range(low: start, high: isLast ? nil : page.last?.key))
    }
  }

  /// The highest key with a value that is strictly below the given one.
  public func slot(below key: UnsafeRawBufferPointer) -> Slot? {
    while true {
      let candidate = contents.pointee.index.predecessor(of: key, entries)
      guard let source else { return candidate }
      let range = contents.pointee.known.range(containing: key)
      if let range {
        if range.low.isEmpty { return candidate }
        let isBelow = candidate.map { isBefore($0, range.low) } ?? true
        if !isBelow { return candidate }
      } else {
        // The range that follows includes the key itself.
        _ = slot(for: key)
      }
      let start = range?.low ?? Array(key)
      let page = start.withUnsafeBytes { source.entries(below: $0, limit: pageSize) }
      for entry in page { learn(entry) }
      let lowest = page.count < pageSize ? [] : page.last?.key ?? []
      contents.pointee.known.insert(KnownRanges.Range(low: lowest, high: start))
    }
  }

  private func isBeyond(_ slot: Slot, _ bound: [UInt8]) -> Bool {
    bound.withUnsafeBytes { compareKeys(key(of: slot), $0) > 0 }
  }

  private func isBefore(_ slot: Slot, _ bound: [UInt8]) -> Bool {
    bound.withUnsafeBytes { compareKeys(key(of: slot), $0) < 0 }
  }

  /// Takes an entry of the source, unless the table knows better.
  private func learn(_ entry: (key: [UInt8], value: [UInt8])) {
    entry.key.withUnsafeBytes { key in
      let hash = contents.pointee.table.hash(key)
      if contents.pointee.table.find(hash, entries, key) == nil {
        addEntry(key, hash, value: entry.value)
      }
    }
  }

  // MARK: - Writing

  /// Marks a slot as used by this transaction; gives whether it was not before.
  public func warm(_ slot: Slot) -> Bool {
    let entry = entries + Int(slot)
    if entry.pointee.warmth == contents.pointee.transaction { return false }
    contents.pointee.journal.append(
      JournalEntry(
        slot: slot, oldCount: -2, oldValue: nil, oldWarmth: entry.pointee.warmth))
    entry.pointee.warmth = contents.pointee.transaction
    return true
  }

  /// Stores bytes in a slot, or removes what is stored.
  public func write(_ bytes: UnsafeRawBufferPointer?, to slot: Slot) {
    let entry = entries + Int(slot)
    let existed = entry.pointee.valueCount >= 0
    if !existed, bytes == nil { return }
    contents.pointee.journal.append(
      JournalEntry(
        slot: slot, oldCount: entry.pointee.valueCount, oldValue: entry.pointee.value,
        oldWarmth: entry.pointee.warmth))
    entry.pointee.value = nil
    if let bytes {
      set(&entry.pointee, to: bytes)
      if !existed { contents.pointee.index.insert(slot, entries) }
    } else {
      contents.pointee.index.remove(slot, entries)
      entry.pointee.valueCount = -1
    }
  }

  /// Stores bytes under a key, or removes what is stored.
  public func write(_ bytes: [UInt8]?, for key: [UInt8]) {
    let slot = key.withUnsafeBytes { self.slot(for: $0) }
    if let bytes {
      bytes.withUnsafeBytes { write($0, to: slot) }
    } else {
      write(nil, to: slot)
    }
  }

  // MARK: - Journal

  /// A place in the journal to which the state can return.
  public struct Checkpoint: Sendable {
    let length: Int
  }

  /// The present place in the journal.
  public func checkpoint() -> Checkpoint { Checkpoint(length: contents.pointee.journal.count) }

  /// Undoes everything since the checkpoint, in reverse order.
  public func revert(to checkpoint: Checkpoint) {
    precondition(
      checkpoint.length <= contents.pointee.journal.count, "the checkpoint has been undone before")
    while contents.pointee.journal.count > checkpoint.length {
      let record = contents.pointee.journal.removeLast()
      let entry = entries + Int(record.slot)
      if record.oldCount == -2 {
        entry.pointee.warmth = record.oldWarmth
        continue
      }
      let exists = entry.pointee.valueCount >= 0
      if exists, record.oldCount < 0 { contents.pointee.index.remove(record.slot, entries) }
      entry.pointee.value?.deallocate()
      entry.pointee.value = record.oldValue
      entry.pointee.valueCount = record.oldCount
      if !exists, record.oldCount >= 0 { contents.pointee.index.insert(record.slot, entries) }
    }
  }

  /// Ends a transaction: every key is cold again.
  ///
  /// What was written stays in the journal.
  public func endTransaction() { contents.pointee.transaction += 1 }

  /// What has changed since the checkpoint, in the order of the keys.
  public func changes(since checkpoint: Checkpoint) -> [StateChange] {
    var first: [Int32: (UnsafeMutableRawPointer?, Int32)] = [:]
    for record in contents.pointee.journal[checkpoint.length...] where record.oldCount != -2 {
      if first[record.slot] == nil { first[record.slot] = (record.oldValue, record.oldCount) }
    }
    let slots = first.keys.sorted { compareKeys(key(of: $0), key(of: $1)) < 0 }
    return slots.compactMap { slot in
      guard let (old, count) = first[slot] else { return nil }
      let before =
        count < 0 ? nil : Array(UnsafeRawBufferPointer(start: old, count: Int(count)))
      let after = value(in: slot).map { Array($0) }
      return before == after
        ? nil : StateChange(key: Array(key(of: slot)), before: before, after: after)
    }
  }

  /// Forgets how to undo what has been done: checkpoints from before have no meaning any more.
  public func commit() {
    for record in contents.pointee.journal where record.oldCount >= 0 {
      record.oldValue?.deallocate()
    }
    contents.pointee.journal.removeAll(keepingCapacity: true)
    contents.pointee.transaction += 1
  }

  /// Forgets the keys under which nothing is stored, so that memory follows what is there and not what
  /// ever was.
  ///
  /// What was written must have been committed, here and in the source, or undone; slots and checkpoints
  /// from before have no meaning any more. It gives for each slot that there is now the one that it was.
  @discardableResult
  public func compact() -> [Slot] {
    precondition(contents.pointee.journal.isEmpty, "what was written can still be undone")
    var kept: [Slot] = []
    var places = [Slot](repeating: -1, count: contents.pointee.entryCount)
    contents.pointee.table.removeAll()
    for slot in 0..<contents.pointee.entryCount {
      guard entries[slot].valueCount >= 0 else {
        entries[slot].key.deallocate()
        continue
      }
      let place = kept.count
      if place != slot { entries[place] = entries[slot] }
      contents.pointee.table.insert(entries[place].hash, slot: Slot(place), entries: entries)
      places[slot] = Slot(place)
      kept.append(Slot(slot))
    }
    contents.pointee.entryCount = kept.count
    contents.pointee.index.renumber(places)
    return kept
  }

  /// Forgets all that has been read and committed, so that it is read anew from the source.
  ///
  /// What was written must have been committed, here and in the source, or undone; slots and checkpoints
  /// from before have no meaning any more.
  public func forget() {
    precondition(
      source != nil && contents.pointee.journal.isEmpty, "there is no other place for what is known"
    )
    deallocateEntries()
    contents.pointee.entryCount = 0
    contents.pointee.table = KeyTable()
    contents.pointee.index = OrderedIndex()
    contents.pointee.known = KnownRanges()
  }
}
