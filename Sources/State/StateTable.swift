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
/// and which keys are warm. Keys are found, and short values written, without allocating.
///
/// A table is used by one thread at a time.
public final class StateTable {
  /// A key that the table knows, by its number.
  public typealias Slot = Int32

  /// A key that the table knows, by where it stands: valid until keys are forgotten.
  public struct Place {
    @usableFromInline let entry: UnsafeMutablePointer<Entry>

    @usableFromInline
    init(entry: UnsafeMutablePointer<Entry>) { self.entry = entry }

    /// The key's number.
    @inlinable public var slot: Slot { entry.pointee.slot }

    /// The key.
    @inlinable public var key: UnsafeRawBufferPointer { entry.pointee.keyBytes }

    /// Bytes of the key.
    @inlinable public var keyCount: Int { Int(entry.pointee.keyCount) }

    /// The value, valid until it is written; nil if nothing is stored.
    @inlinable @inline(__always)
    public var value: UnsafeRawBufferPointer? { entry.value }
  }

  /// A value of at most 24 bytes, in registers.
  public struct ShortValue {
    @usableFromInline let words: (UInt, UInt, UInt)
    @usableFromInline let count: Int

    /// Takes bytes as they stand in memory, and how many of them there are.
    @inlinable @inline(__always)
    public init(words: (UInt, UInt, UInt), count: Int) {
      self.words = words
      self.count = count
    }

    /// Shows the bytes.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
      withUnsafeBytes(of: words) { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
  }

  private let source: (any StateSource)?
  private let pageSize: Int
  /// What changes: behind a pointer, since Swift would check every access to a variable of an object for
  /// overlap, which is a good part of what reading and writing a value costs.
  private let contents: UnsafeMutablePointer<Contents>
  @usableFromInline let clock: UnsafeMutablePointer<Clock>

  private struct Contents: ~Copyable {
    var entries = EntryStore()
    var table = KeyTable()
    var index = OrderedIndex()
    var known = KnownRanges()
    var journal = Journal()
    /// How many keys hold a value.
    var valueCount = 0
    /// The last walk over changes, above the bit that `Entry.marks` has for the index.
    var walk: UInt32 = 0
  }

  /// Makes an empty state, or one that reads from a store what it does not know.
  ///
  /// Where keys are asked for by their order, so many entries are read at once, at least two.
  public init(source: (any StateSource)? = nil, pageSize: Int = 64) {
    precondition(pageSize >= 2, "a page of one entry leads nowhere")
    self.source = source
    self.pageSize = pageSize
    contents = .allocate(capacity: 1)
    contents.initialize(to: Contents())
    clock = .allocate(capacity: 1)
    clock.initialize(to: Clock())
  }

  deinit {
    contents.pointee.journal.forget()
    deallocateEntries()
    contents.deinitialize(count: 1)
    contents.deallocate()
    clock.deallocate()
  }

  @inline(__always)
  private func entry(_ slot: Slot) -> UnsafeMutablePointer<Entry> { contents.pointee.entries[slot] }

  private func deallocateEntries() {
    for slot in 0..<Slot(contents.pointee.entries.count) { deallocate(entry(slot)) }
  }

  private func deallocate(_ entry: UnsafeMutablePointer<Entry>) {
    entry.pointee.key.deallocate()
    entry.pointee.payload.deallocate(count: entry.pointee.valueCount)
  }

  /// How many keys hold a value, as far as the table knows.
  public var count: Int { contents.pointee.valueCount }

  /// How many keys the table knows, those included under which nothing is stored.
  public var knownCount: Int { contents.pointee.entries.count }

  // MARK: - Reading

  /// The slot of a key; the key is read from the source when it is met for the first time.
  public func slot(for key: UnsafeRawBufferPointer) -> Slot { place(of: key).slot }

  /// The place of a key; the key is read from the source when it is met for the first time.
  public func place(of key: UnsafeRawBufferPointer) -> Place {
    let hash = contents.pointee.table.hash(key)
    if let entry = contents.pointee.table.find(hash, contents.pointee.entries, key) {
      return Place(entry: entry)
    }
    return Place(entry: addEntry(key, hash, value: source?.value(forKey: key)))
  }

  @discardableResult
  private func addEntry(
    _ key: UnsafeRawBufferPointer, _ hash: UInt32, value: [UInt8]?
  ) -> UnsafeMutablePointer<Entry> {
    let copy = UnsafeMutableRawPointer.allocate(byteCount: max(key.count, 1), alignment: 8)
    if let base = key.baseAddress { copy.copyMemory(from: base, byteCount: key.count) }
    let entry = contents.pointee.entries.append(key: copy, count: key.count)
    contents.pointee.table.insert(hash, slot: entry.pointee.slot)
    if let value {
      value.withUnsafeBytes { fill(entry, with: $0) }
      contents.pointee.valueCount += 1
      contents.pointee.index.insert(entry)
    }
    return entry
  }

  /// Stores bytes in an entry whose payload is nobody's.
  private func fill(_ entry: UnsafeMutablePointer<Entry>, with bytes: UnsafeRawBufferPointer) {
    let count = bytes.count
    if count > Entry.inlineCapacity {
      entry.pointee.payload = Entry.Payload(capacity: (count + 15) & ~15)
    }
    entry.pointee.valueCount = Int32(count)
    copy(bytes, to: entry)
  }

  /// Puts bytes where an entry has room for its value.
  @inline(__always)
  private func copy(_ bytes: UnsafeRawBufferPointer, to entry: UnsafeMutablePointer<Entry>) {
    guard let base = bytes.baseAddress, let value = entry.value?.baseAddress else { return }
    UnsafeMutableRawPointer(mutating: value).copyMemory(from: base, byteCount: bytes.count)
  }

  /// The value in a slot, valid until the slot is written; nil if nothing is stored.
  public func value(in slot: Slot) -> UnsafeRawBufferPointer? { entry(slot).value }

  /// The key of a slot.
  public func key(of slot: Slot) -> UnsafeRawBufferPointer { entry(slot).pointee.keyBytes }

  /// The place of a slot.
  public func place(of slot: Slot) -> Place { Place(entry: entry(slot)) }

  /// The value under a key.
  public func value(for key: [UInt8]) -> [UInt8]? {
    value(in: key.withUnsafeBytes { slot(for: $0) }).map { Array($0) }
  }

  // MARK: - Order

  /// The lowest key with a value that is at or above, or strictly above, the given one.
  public func slot(above key: UnsafeRawBufferPointer, orEqual: Bool) -> Slot? {
    while true {
      let candidate = contents.pointee.index.successor(
        of: key, orEqual: orEqual, contents.pointee.entries)
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
      let candidate = contents.pointee.index.predecessor(
        of: key, contents.pointee.entries)
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
      if contents.pointee.table.find(hash, contents.pointee.entries, key) == nil {
        addEntry(key, hash, value: entry.value)
      }
    }
  }

  // MARK: - Writing

  /// Marks a slot as used by this transaction; gives whether it was not before.
  public func warm(_ slot: Slot) -> Bool { warm(place(of: slot)) }

  /// Marks a place as used by this transaction; gives whether it was not before.
  @inlinable @inline(__always)
  public func warm(_ place: Place) -> Bool {
    if _fastPath(place.entry.pointee.warmth == clock.pointee.transaction) { return false }
    noteWarmth(of: place.entry)
    return true
  }

  @usableFromInline
  func noteWarmth(of entry: UnsafeMutablePointer<Entry>) {
    contents.pointee.journal.noteWarmth(of: entry)
    entry.pointee.warmth = clock.pointee.transaction
  }

  /// Stores bytes, which are not the slot's own, in a slot, or removes what is stored.
  public func write(_ bytes: UnsafeRawBufferPointer?, to slot: Slot) {
    write(bytes, to: place(of: slot))
  }

  /// Stores bytes, which are not the place's own, in a place, or removes what is stored.
  public func write(_ bytes: UnsafeRawBufferPointer?, to place: Place) {
    let entry = place.entry
    let oldCount = entry.pointee.valueCount
    guard let bytes else {
      if oldCount < 0 { return }
      release(entry)
      entry.pointee.valueCount = -1
      contents.pointee.valueCount -= 1
      return
    }
    if entry.pointee.epoch == clock.pointee.epoch, oldCount > Entry.inlineCapacity,
      bytes.count > Entry.inlineCapacity, bytes.count <= entry.pointee.payload.capacity
    {
      entry.pointee.valueCount = Int32(bytes.count)
      return copy(bytes, to: entry)
    }
    release(entry)
    fill(entry, with: bytes)
    if oldCount < 0 { noteNewValue(entry) }
  }

  /// Stores a short value in a place.
  @inlinable @inline(__always)
  public func write(_ value: ShortValue, to place: Place) {
    let entry = place.entry
    // A missing value, whose count is below zero, is no short one.
    if _slowPath(
      entry.pointee.epoch != clock.pointee.epoch
        || UInt32(bitPattern: entry.pointee.valueCount) > UInt32(Entry.inlineCapacity))
    {
      prepareForShortValue(entry)
    }
    entry.pointee.payload.words = value.words
    entry.pointee.valueCount = Int32(truncatingIfNeeded: value.count)
  }

  @usableFromInline
  func prepareForShortValue(_ entry: UnsafeMutablePointer<Entry>) {
    release(entry)
    if entry.pointee.valueCount < 0 { noteNewValue(entry) }
  }

  private func noteNewValue(_ entry: UnsafeMutablePointer<Entry>) {
    contents.pointee.valueCount += 1
    contents.pointee.index.insert(entry)
  }

  /// Gives the old payload of an entry to the journal, or frees it if the journal has an older one.
  @inline(__always)
  private func release(_ entry: UnsafeMutablePointer<Entry>) {
    if entry.pointee.epoch == clock.pointee.epoch {
      entry.pointee.payload.deallocate(count: entry.pointee.valueCount)
    } else {
      contents.pointee.journal.noteValue(of: entry)
      entry.pointee.epoch = clock.pointee.epoch
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
    let values: Int
    let warmths: Int
  }

  /// The present place in the journal.
  public func checkpoint() -> Checkpoint {
    // What is written from here on is noted anew.
    clock.pointee.epoch += 1
    return contents.pointee.journal.checkpoint()
  }

  /// Undoes everything since the checkpoint, in reverse order.
  public func revert(to checkpoint: Checkpoint) {
    precondition(
      checkpoint.values <= contents.pointee.journal.values.count,
      "the checkpoint has been undone before")
    while let record = contents.pointee.journal.takeValue(beyond: checkpoint) {
      let entry = record.entry
      let existed = entry.pointee.valueCount >= 0
      entry.pointee.payload.deallocate(count: entry.pointee.valueCount)
      entry.pointee.payload = record.payload
      entry.pointee.valueCount = record.count
      entry.pointee.epoch = record.epoch
      let exists = record.count >= 0
      if existed != exists { contents.pointee.valueCount += exists ? 1 : -1 }
      if exists { contents.pointee.index.insert(entry) }
    }
    while let record = contents.pointee.journal.takeWarmth(beyond: checkpoint) {
      record.entry.pointee.warmth = record.warmth
    }
    clock.pointee.epoch += 1
  }

  /// Ends a transaction: every key is cold again.
  ///
  /// What was written stays in the journal.
  public func endTransaction() { clock.pointee.transaction += 1 }

  /// Shows what has changed since the checkpoint, each key once, in no order that means anything.
  ///
  /// The body gets a slot, its key, and what was and what is stored, valid while it runs. It does not
  /// write, nor walk over changes itself.
  public func forEachChange(
    since checkpoint: Checkpoint,
    _ body: (
      _ slot: Slot, _ key: UnsafeRawBufferPointer, _ before: UnsafeRawBufferPointer?,
      _ after: UnsafeRawBufferPointer?
    ) -> Void
  ) {
    let count = contents.pointee.journal.values.count
    if checkpoint.values >= count { return }
    let walk = nextWalk()
    for index in checkpoint.values..<count {
      let entry = contents.pointee.journal.values[index].entry
      if entry.pointee.marks & ~1 == walk { continue }
      entry.pointee.marks = walk | entry.pointee.marks & 1
      let after = entry.value
      // A copy: the journal's memory may move while the body looks keys up.
      var record = contents.pointee.journal.values[index]
      withUnsafePointer(to: &record.payload) { payload in
        let before =
          record.count < 0 ? nil : bytes(of: payload, Int(record.count))
        if isSame(before, after) { return }
        body(entry.pointee.slot, entry.pointee.keyBytes, before, after)
      }
    }
  }

  private func isSame(_ a: UnsafeRawBufferPointer?, _ b: UnsafeRawBufferPointer?) -> Bool {
    guard let a, let b else { return a == nil && b == nil }
    guard a.count == b.count else { return false }
    guard let x = a.baseAddress, let y = b.baseAddress else { return true }
    return areEqual(x, y, a.count)
  }

  /// The number of a new walk, which no entry is marked with.
  private func nextWalk() -> UInt32 {
    contents.pointee.walk &+= 2
    if contents.pointee.walk == 0 {
      for slot in 0..<Slot(contents.pointee.entries.count) { entry(slot).pointee.marks &= 1 }
      contents.pointee.walk = 2
    }
    return contents.pointee.walk
  }

  /// What has changed since the checkpoint, in the order of the keys.
  public func changes(since checkpoint: Checkpoint) -> [StateChange] {
    var found: [(slot: Slot, before: [UInt8]?)] = []
    forEachChange(since: checkpoint) { slot, _, before, _ in
      found.append((slot, before.map { Array($0) }))
    }
    found.sort { compareKeys(key(of: $0.slot), key(of: $1.slot)) < 0 }
    return found.map { slot, before in
      StateChange(
        key: Array(key(of: slot)), before: before, after: value(in: slot).map { Array($0) })
    }
  }

  /// Forgets how to undo what has been done: checkpoints from before have no meaning any more.
  public func commit() {
    contents.pointee.journal.forget()
    clock.pointee.epoch += 1
    clock.pointee.transaction += 1
  }

  /// Forgets the keys under which nothing is stored, so that memory follows what is there and not what
  /// ever was.
  ///
  /// What was written must have been committed, here and in the source, or undone; slots and checkpoints
  /// from before have no meaning any more. It gives for each slot that there is now the one that it was.
  @discardableResult
  public func compact() -> [Slot] {
    precondition(contents.pointee.journal.values.isEmpty, "what was written can still be undone")
    contents.pointee.journal.forget()
    var kept: [Slot] = []
    var places = [Slot](repeating: -1, count: contents.pointee.entries.count)
    contents.pointee.table.removeAll()
    for slot in 0..<Slot(contents.pointee.entries.count) {
      let entry = entry(slot)
      guard entry.pointee.valueCount >= 0 else {
        deallocate(entry)
        continue
      }
      let place = Slot(kept.count)
      let hash = contents.pointee.table.hash(entry.pointee.keyBytes)
      contents.pointee.table.insert(hash, slot: place)
      if place != slot {
        self.entry(place).pointee = entry.pointee
        self.entry(place).pointee.slot = place
      }
      places[Int(slot)] = place
      kept.append(slot)
    }
    contents.pointee.entries.truncate(to: kept.count)
    contents.pointee.index.renumber(places)
    return kept
  }

  /// Forgets all that has been read and committed, so that it is read anew from the source.
  ///
  /// What was written must have been committed, here and in the source, or undone; slots and checkpoints
  /// from before have no meaning any more.
  public func forget() {
    precondition(
      source != nil && contents.pointee.journal.values.isEmpty,
      "there is no other place for what is known")
    contents.pointee.journal.forget()
    deallocateEntries()
    contents.pointee.entries.truncate(to: 0)
    contents.pointee.table = KeyTable()
    contents.pointee.index = OrderedIndex()
    contents.pointee.known = KnownRanges()
    contents.pointee.valueCount = 0
  }
}
