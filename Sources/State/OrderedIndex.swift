/// The slots of all keys under which something is stored, in the order of the keys.
///
/// Two levels of sorted arrays: finding is two binary searches, changing moves at most one chunk. Most
/// keys are never asked for by their order, so the order is made up only where it is: what was added since
/// waits unsorted until then, and what has no value any more is taken out when it is met. Either is paid by
/// the write that it comes from.
struct OrderedIndex {
  private static let chunkLimit = 256
  private var chunks: [[Int32]] = [[]]
  private var waiting: [Int32] = []

  private func key(_ slot: Int32, _ entries: borrowing EntryStore) -> UnsafeRawBufferPointer {
    entries[slot].pointee.keyBytes
  }

  /// The place of the first key that is at or above the given one.
  private func lowerBound(
    _ target: UnsafeRawBufferPointer, _ entries: borrowing EntryStore
  ) -> (chunk: Int, position: Int) {
    var low = 0
    var high = chunks.count
    while low < high {
      let middle = (low + high) / 2
      if let last = chunks[middle].last, compareKeys(key(last, entries), target) < 0 {
        low = middle + 1
      } else {
        high = middle
      }
    }
    guard low < chunks.count else { return (chunks.count - 1, chunks[chunks.count - 1].count) }
    var start = 0
    var end = chunks[low].count
    while start < end {
      let middle = (start + end) / 2
      if compareKeys(key(chunks[low][middle], entries), target) < 0 {
        start = middle + 1
      } else {
        end = middle
      }
    }
    return (low, start)
  }

  /// Adds a slot that now has a value, unless it is here.
  mutating func insert(_ entry: UnsafeMutablePointer<Entry>) {
    if entry.pointee.isIndexed { return }
    entry.pointee.isIndexed = true
    waiting.append(entry.pointee.slot)
  }

  /// Puts what waits in its place.
  private mutating func settle(_ entries: borrowing EntryStore) {
    if waiting.isEmpty { return }
    for slot in waiting { place(slot, entries) }
    // What waits is mostly little; room for much is not kept.
    waiting.removeAll(keepingCapacity: waiting.count < Self.chunkLimit)
  }

  private mutating func place(_ slot: Int32, _ entries: borrowing EntryStore) {
    let (chunk, position) = lowerBound(key(slot, entries), entries)
    chunks[chunk].insert(slot, at: position)
    if chunks[chunk].count > Self.chunkLimit {
      let half = chunks[chunk].count / 2
      let upper = Array(chunks[chunk][half...])
      chunks[chunk].removeSubrange(half...)
      chunks.insert(upper, at: chunk + 1)
    }
  }

  /// Takes out a slot that has no value any more.
  private mutating func remove(
    chunk: Int, position: Int, _ entries: borrowing EntryStore
  ) {
    entries[chunks[chunk][position]].pointee.isIndexed = false
    chunks[chunk].remove(at: position)
    if chunks[chunk].isEmpty, chunks.count > 1 { chunks.remove(at: chunk) }
  }

  private func hasValue(_ slot: Int32, _ entries: borrowing EntryStore) -> Bool {
    entries[slot].pointee.valueCount >= 0
  }

  /// Gives every slot another number, in the same order, and forgets those that have none any more.
  mutating func renumber(_ places: [Int32]) {
    chunks = chunks.map { chunk in chunk.map { places[Int($0)] }.filter { $0 >= 0 } }
      .filter { !$0.isEmpty }
    if chunks.isEmpty { chunks = [[]] }
    waiting = waiting.map { places[Int($0)] }.filter { $0 >= 0 }
  }

  /// The lowest key at or above, or strictly above, the given one.
  mutating func successor(
    of target: UnsafeRawBufferPointer, orEqual: Bool, _ entries: borrowing EntryStore
  ) -> Int32? {
    settle(entries)
    var (chunk, position) = lowerBound(target, entries)
    while chunk < chunks.count {
      guard position < chunks[chunk].count else {
        chunk += 1
        position = 0
        continue
      }
      let slot = chunks[chunk][position]
      if !hasValue(slot, entries) {
        let isLast = chunks[chunk].count == 1 && chunks.count > 1
        remove(chunk: chunk, position: position, entries)
        if isLast { position = 0 }
      } else if orEqual || compareKeys(key(slot, entries), target) != 0 {
        return slot
      } else {
        position += 1
      }
    }
    return nil
  }

  /// The highest key strictly below the given one.
  mutating func predecessor(
    of target: UnsafeRawBufferPointer, _ entries: borrowing EntryStore
  ) -> Int32? {
    settle(entries)
    var (chunk, position) = lowerBound(target, entries)
    while true {
      while position == 0 {
        if chunk == 0 { return nil }
        chunk -= 1
        position = chunks[chunk].count
      }
      let slot = chunks[chunk][position - 1]
      if hasValue(slot, entries) { return slot }
      let isLast = chunks[chunk].count == 1 && chunks.count > 1
      remove(chunk: chunk, position: position - 1, entries)
      position = isLast ? 0 : position - 1
    }
  }
}
