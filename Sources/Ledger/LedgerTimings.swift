/// Where the time of writing blocks went, since the ledger was opened.
public struct LedgerTimings: Hashable, Sendable {
  /// Blocks that were written.
  public var blocks = 0
  /// Transactions in them.
  public var transactions = 0
  /// Values of the state that they changed.
  public var changes = 0
  /// Questions to the database for values that were not in memory.
  public var queries = 0
  /// Verifying signatures, on all cores.
  public var verification = Duration.zero
  /// Running transactions, without the next.
  public var execution = Duration.zero
  /// Reading values that were not in memory.
  public var reading = Duration.zero
  /// Closing blocks: roots of the lists, and the commitment to the state.
  public var commitment = Duration.zero
  /// Writing rows.
  public var writing = Duration.zero
  /// Making the transaction of the database last: the log and the wait for the disk.
  public var sync = Duration.zero

  /// No time at all.
  public init() {}

  /// What has been added since an earlier moment.
  public func since(_ earlier: LedgerTimings) -> LedgerTimings {
    var difference = self
    difference.blocks -= earlier.blocks
    difference.transactions -= earlier.transactions
    difference.changes -= earlier.changes
    difference.queries -= earlier.queries
    difference.verification -= earlier.verification
    difference.execution -= earlier.execution
    difference.reading -= earlier.reading
    difference.commitment -= earlier.commitment
    difference.writing -= earlier.writing
    difference.sync -= earlier.sync
    return difference
  }
}
