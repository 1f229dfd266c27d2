/// How to undo what has been written and warmed since the last commit.
///
/// A value is noted when it is written for the first time after a checkpoint: what lies between two
/// checkpoints is undone as a whole.
struct Journal {
  struct ValueRecord {
    var slot: Int32
    /// Bytes of the old value, or -1 for none.
    var count: Int32
    var epoch: UInt64
    var payload: Entry.Payload
  }

  struct WarmthRecord {
    var slot: Int32
    var warmth: UInt64
  }

  private(set) var values: [ValueRecord] = []
  private var warmths: [WarmthRecord] = []
  /// The stretch since the last checkpoint: an entry that was written in it has been noted.
  private var epoch: UInt64 = 1

  @inline(__always)
  func isNoted(_ entry: UnsafeMutablePointer<Entry>) -> Bool { entry.pointee.epoch == epoch }

  /// Notes an entry's value, and takes over the memory that it has.
  mutating func noteValue(of slot: Int32, _ entry: UnsafeMutablePointer<Entry>) {
    values.append(
      ValueRecord(
        slot: slot, count: entry.pointee.valueCount, epoch: entry.pointee.epoch,
        payload: entry.pointee.payload))
    entry.pointee.epoch = epoch
  }

  mutating func noteWarmth(of slot: Int32, _ entry: UnsafeMutablePointer<Entry>) {
    warmths.append(WarmthRecord(slot: slot, warmth: entry.pointee.warmth))
  }

  mutating func checkpoint() -> StateTable.Checkpoint {
    epoch += 1
    return StateTable.Checkpoint(values: values.count, warmths: warmths.count)
  }

  /// Takes the last value that was noted, if that was after a checkpoint.
  ///
  /// What is written afterwards is noted anew.
  mutating func takeValue(beyond checkpoint: StateTable.Checkpoint) -> ValueRecord? {
    guard values.count > checkpoint.values else {
      epoch += 1
      return nil
    }
    return values.removeLast()
  }

  mutating func takeWarmth(beyond checkpoint: StateTable.Checkpoint) -> WarmthRecord? {
    warmths.count > checkpoint.warmths ? warmths.removeLast() : nil
  }

  /// Forgets everything, and frees the values that only it knew.
  mutating func forget() {
    for record in values { record.payload.deallocate(count: record.count) }
    values.removeAll(keepingCapacity: true)
    warmths.removeAll(keepingCapacity: true)
    epoch += 1
  }
}
