import Ledger

/// The entries of a state whose keys begin with the same bytes, in their order, read page by page.
struct EntryStream {
  /// Entries that are read at once.
  private static let pageSize = 1_000

  private let snapshot: LedgerSnapshot
  private let prefix: [UInt8]
  private var page: ArraySlice<StoredEntry> = []
  /// Where the next page begins; nil behind the last.
  private var start: [UInt8]?

  /// Begins at the first key, or at the first above one.
  init(_ snapshot: LedgerSnapshot, prefix: [UInt8], after key: [UInt8]? = nil) {
    self.snapshot = snapshot
    self.prefix = prefix
    // No key stands between another and the same with a zero behind it.
    start = key.map { $0 + [0] } ?? prefix
  }

  /// The next entry, which stays the next one.
  mutating func peek() throws -> StoredEntry? {
    if page.isEmpty, let first = start {
      page = try snapshot.entries(withPrefix: prefix, from: first, limit: Self.pageSize)[...]
      start = page.count == Self.pageSize ? page.last.map { $0.key + [0] } : nil
    }
    return page.first
  }

  /// The next entry; nil behind the last.
  mutating func next() throws -> StoredEntry? {
    _ = try peek()
    return page.popFirst()
  }
}
