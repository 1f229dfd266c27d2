/// The parts of the order of keys in which a table knows every key that its source has.
struct KnownRanges {
  /// From a key to another, both included; without an end it goes on for ever.
  struct Range {
    var low: [UInt8]
    var high: [UInt8]?
  }

  /// Apart from each other, in order.
  private var ranges: [Range] = []

  /// The range that a key lies in.
  func range(containing key: UnsafeRawBufferPointer) -> Range? {
    let place = firstEnding(atOrAbove: key)
    guard place < ranges.count, compare(ranges[place].low, key) <= 0 else { return nil }
    return ranges[place]
  }

  /// Adds a range, and joins it with those that it touches.
  mutating func insert(_ range: Range) {
    var joined = range
    let first = range.low.withUnsafeBytes { firstEnding(atOrAbove: $0) }
    var end = first
    while end < ranges.count, reaches(joined.high, ranges[end].low) {
      if ranges[end].low.lexicographicallyPrecedes(joined.low) { joined.low = ranges[end].low }
      joined.high = later(joined.high, ranges[end].high)
      end += 1
    }
    ranges.replaceSubrange(first..<end, with: [joined])
  }

  private func reaches(_ high: [UInt8]?, _ low: [UInt8]) -> Bool {
    guard let high else { return true }
    return !high.lexicographicallyPrecedes(low)
  }

  private func later(_ one: [UInt8]?, _ other: [UInt8]?) -> [UInt8]? {
    guard let one, let other else { return nil }
    return one.lexicographicallyPrecedes(other) ? other : one
  }

  private func firstEnding(atOrAbove key: UnsafeRawBufferPointer) -> Int {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if let end = ranges[middle].high, compare(end, key) < 0 {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }

  private func compare(_ left: [UInt8], _ right: UnsafeRawBufferPointer) -> Int {
    left.withUnsafeBytes { compareKeys($0, right) }
  }
}
