/// Rows that ought to be in a table, without the rows: how many, and sums of their fingerprints.
///
/// When a table holds more rows than it should, the sums tell which ones are too many, in memory that does
/// not grow with the table.
struct RowTally {
  private static let bucketCount = 4_096

  private struct Bucket: Hashable {
    var count = 0
    var sum: UInt64 = 0
  }

  private var buckets = [Bucket](repeating: Bucket(), count: Self.bucketCount)
  /// How many rows were added.
  private(set) var count = 0

  /// Adds a row by what identifies it.
  mutating func add(_ row: some Hashable) {
    let fingerprint = Self.fingerprint(row)
    buckets[Self.bucket(fingerprint)].count += 1
    buckets[Self.bucket(fingerprint)].sum &+= fingerprint
    count += 1
  }

  /// Whether a row is the one that another tally has and this one lacks.
  ///
  /// Where more than one is lacking in a part of the table, none of them can be told.
  func lacks(_ row: some Hashable, of other: RowTally) -> Bool {
    let fingerprint = Self.fingerprint(row)
    let (mine, others) = (
      buckets[Self.bucket(fingerprint)], other.buckets[Self.bucket(fingerprint)]
    )
    return others.count == mine.count + 1 && others.sum &- mine.sum == fingerprint
  }

  private static func fingerprint(_ row: some Hashable) -> UInt64 {
    var hasher = Hasher()
    hasher.combine(row)
    return UInt64(bitPattern: Int64(hasher.finalize()))
  }

  private static func bucket(_ fingerprint: UInt64) -> Int {
    Int(fingerprint % UInt64(bucketCount))
  }
}
