/// How to undo what has been written and warmed since the last commit.
///
/// A value is noted when it is written for the first time after a checkpoint: what lies between two
/// checkpoints is undone as a whole.
struct Journal {
  struct ValueRecord {
    var entry: UnsafeMutablePointer<Entry>
    /// Bytes of the old value, or -1 for none.
    var count: Int32
    var epoch: UInt64
    var payload: Entry.Payload
  }

  struct WarmthRecord {
    var entry: UnsafeMutablePointer<Entry>
    var warmth: UInt64
  }

  private(set) var values: [ValueRecord] = []
  private var warmths: [WarmthRecord] = []

  /// Notes an entry's value, and takes over the memory that it has.
  mutating func noteValue(of entry: UnsafeMutablePointer<Entry>) {
    values.append(
      ValueRecord(
        entry: entry, count: entry.pointee.valueCount, epoch: entry.pointee.epoch,
        payload: entry.pointee.payload))
  }

  mutating func noteWarmth(of entry: UnsafeMutablePointer<Entry>) {
    warmths.append(WarmthRecord(entry: entry, warmth: entry.pointee.warmth))
  }

  func checkpoint() -> StateTable.Checkpoint {
    StateTable.Checkpoint(values: values.count, warmths: warmths.count)
  }

  /// Takes the last value that was noted, if that was after a checkpoint.
  mutating func takeValue(beyond checkpoint: StateTable.Checkpoint) -> ValueRecord? {
    values.count > checkpoint.values ? values.removeLast() : nil
  }

  mutating func takeWarmth(beyond checkpoint: StateTable.Checkpoint) -> WarmthRecord? {
    warmths.count > checkpoint.warmths ? warmths.removeLast() : nil
  }

  /// Forgets everything, and frees the values that only it knew.
  mutating func forget() {
    for record in values { record.payload.deallocate(count: record.count) }
    values.removeAll(keepingCapacity: true)
    warmths.removeAll(keepingCapacity: true)
  }
}
