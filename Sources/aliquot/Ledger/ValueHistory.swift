import Ledger

/// What stood under a key over time, the newest first, read in pages.
struct ValueHistory {
  /// A stretch of heights in which one value stood under the key, or nothing.
  struct Period: Hashable {
    /// The height that began it.
    let from: Int
    /// The height that ended it; nil if it lasts.
    let until: Int?
    /// What stood; nil for nothing.
    let value: [UInt8]?
  }

  /// Values that are read at once.
  private static let pageSize = 64

  private let ledger: Ledger
  private let key: [UInt8]
  /// The height after which nothing is known yet.
  private let height: Int
  private var below: Int
  private var isAtEnd = false
  private var periods: [Period] = []
  /// The height that began the period found last.
  private var reached: Int?

  /// Begins with what stands after the last block, or after an earlier one.
  init(of key: [UInt8], in ledger: Ledger, atOrBelow height: Int = .max) {
    self.ledger = ledger
    self.key = key
    self.height = height
    below = height
  }

  /// The next older period; nil behind the first value that stood.
  mutating func next() throws -> Period? {
    while periods.isEmpty, !isAtEnd { try readPage() }
    return periods.isEmpty ? nil : periods.removeFirst()
  }

  private mutating func readPage() throws {
    let page = try ledger.history(of: key, atOrBelow: below, limit: Self.pageSize)
    isAtEnd = page.count < Self.pageSize
    for (entry, end) in page {
      let until = end.flatMap { $0 <= height ? $0 : nil }
      if let until, until != reached {
        periods.append(Period(from: until, until: reached, value: nil))
      }
      periods.append(Period(from: entry.height, until: until, value: entry.value))
      reached = entry.height
    }
    below = (reached ?? 0) - 1
  }
}
