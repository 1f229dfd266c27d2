/// How far a table has come: what is compared with what entries say of themselves.
@usableFromInline
struct Clock {
  /// The transaction that runs: an entry that it has touched is warm.
  @usableFromInline var transaction: UInt64 = 1
  /// The stretch since the last checkpoint: an entry that was written in it has been noted.
  @usableFromInline var epoch: UInt64 = 1
}
