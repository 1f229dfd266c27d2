/// The slots of all keys under which something is stored, in the order of the keys.
///
/// Two levels of sorted arrays: finding is two binary searches, changing moves at most one chunk.
struct OrderedIndex {
  private static let chunkLimit = 256
  private var chunks: [[Int32]] = [[]]

  /// How many slots the index holds.
  private(set) var count = 0

  private func key(
    _ slot: Int32, _ entries: UnsafeMutablePointer<Entry>
  ) -> UnsafeRawBufferPointer {
    entries[Int(slot)].keyBytes
  }

  /// The place of the first key that is at or above the given one.
  private func lowerBound(
    _ target: UnsafeRawBufferPointer, _ entries: UnsafeMutablePointer<Entry>
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

  mutating func insert(_ slot: Int32, _ entries: UnsafeMutablePointer<Entry>) {
    let (chunk, position) = lowerBound(key(slot, entries), entries)
    chunks[chunk].insert(slot, at: position)
    count += 1
    if chunks[chunk].count > Self.chunkLimit {
      let half = chunks[chunk].count / 2
      let upper = Array(chunks[chunk][half...])
      chunks[chunk].removeSubrange(half...)
      chunks.insert(upper, at: chunk + 1)
    }
  }

  mutating func remove(_ slot: Int32, _ entries: UnsafeMutablePointer<Entry>) {
    let (chunk, position) = lowerBound(key(slot, entries), entries)
    precondition(chunks[chunk][position] == slot, "the index and the table disagree")
    chunks[chunk].remove(at: position)
    count -= 1
    if chunks[chunk].isEmpty, chunks.count > 1 { chunks.remove(at: chunk) }
  }

  /// Gives every slot another number, in the same order.
  mutating func renumber(_ places: [Int32]) {
    for chunk in chunks.indices {
      for position in chunks[chunk].indices {
        chunks[chunk][position] = places[Int(chunks[chunk][position])]
      }
    }
  }

  /// The lowest key at or above, or strictly above, the given one.
  func successor(
    of target: UnsafeRawBufferPointer, orEqual: Bool, _ entries: UnsafeMutablePointer<Entry>
  ) -> Int32? {
    var (chunk, position) = lowerBound(target, entries)
    while chunk < chunks.count {
      if position < chunks[chunk].count {
        let slot = chunks[chunk][position]
        if orEqual || compareKeys(key(slot, entries), target) != 0 { return slot }
        position += 1
      } else {
        chunk += 1
        position = 0
      }
    }
    return nil
  }

  /// The highest key strictly below the given one.
  func predecessor(
    of target: UnsafeRawBufferPointer, _ entries: UnsafeMutablePointer<Entry>
  ) -> Int32? {
    var (chunk, position) = lowerBound(target, entries)
    while position == 0 {
      if chunk == 0 { return nil }
      chunk -= 1
      position = chunks[chunk].count
    }
    return chunks[chunk][position - 1]
  }
}
