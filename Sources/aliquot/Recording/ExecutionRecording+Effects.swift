import Bytecode
import Execution
import Integers

/// What a transaction did to the world.
extension ExecutionRecording {
  /// When something that a transaction did holds: from one position up to another, at which `try` or the
  /// failure of the transaction undid it.
  struct Span {
    /// The first position at which it has happened.
    let position: Int
    /// The step that did it; nil for the transaction itself.
    ///
    /// It need not be the last one before the position: a `send` moves the amount after the hooks have run.
    let step: Int?
    /// The first position at which it is undone; `Int.max` if it stays.
    var undone = Int.max

    /// Whether it has happened and is not undone at a position.
    func contains(_ position: Int) -> Bool { self.position <= position && position < undone }
  }

  /// A change of a stored value.
  struct Write {
    /// When it holds.
    var span: Span
    /// The number of the key.
    let key: Int
    /// The values; nil for none.
    let old: [UInt8]?
    let new: [UInt8]?
  }

  /// An event.
  struct Emission {
    var span: Span
    let event: Event
  }

  /// A move of an asset; zero addresses stand for minting and burning.
  struct Move {
    var span: Span
    let asset: Identifier
    let amount: Integer
    let from: Identifier
    let to: Identifier
  }

  /// A failure.
  struct Fault {
    /// The first position at which it has happened.
    let position: Int
    /// The step that failed; nil for the transaction itself.
    let step: Int?
    let failure: Failure
    /// Whether a `try` caught it.
    var isCaught = false
  }

  /// Everything that was done, each row in order.
  struct Effects {
    /// The keys that were written, by number.
    var keys: [[UInt8]] = []
    /// The changes of stored values.
    var writes: [Write] = []
    /// The events.
    var emissions: [Emission] = []
    /// The moves of assets.
    var moves: [Move] = []
    /// The failures.
    var faults: [Fault] = []
  }

  /// The keys that were written, by number.
  var keys: [[UInt8]] { effects.keys }
  /// The changes of stored values.
  var writes: [Write] { effects.writes }
  /// The events.
  var emissions: [Emission] { effects.emissions }
  /// The moves of assets.
  var moves: [Move] { effects.moves }
  /// The failures.
  var faults: [Fault] { effects.faults }
}

/// What the keys that a transaction wrote held at every position.
extension ExecutionRecording {
  /// What a key holds from one position on.
  struct StoredChange {
    let position: Int
    /// The step that changed it; nil if none did.
    let step: Int?
    let old: [UInt8]?
    let new: [UInt8]?
    /// Whether it is the old value again, since a `try` or the transaction failed.
    let isUndone: Bool
  }

  /// A key that has been written, with what it held before the transaction and what it holds.
  struct StoredEntry {
    let key: [UInt8]
    let before: [UInt8]?
    var now: [UInt8]?
  }

  /// What a key holds at a position; nil inside for nothing, outside if the transaction never writes it.
  func value(_ key: [UInt8], at position: Int) -> [UInt8]?? {
    let writes = writes.filter { keys[$0.key] == key }
    guard let first = writes.first else { return nil }
    return .some(writes.last { $0.span.contains(position) }.map(\.new) ?? first.old)
  }

  /// All changes of a key, in order.
  func storedChanges(of key: [UInt8]) -> [StoredChange] {
    let writes = writes.filter { keys[$0.key] == key }
    guard let first = writes.first else { return [] }
    var positions = Set(writes.map(\.span.position))
    let undone = Set(writes.map(\.span.undone)).filter { $0 <= end }
    positions.formUnion(undone)
    var changes: [StoredChange] = []
    // The writes that hold at the position, the last of which counts.
    var next = 0
    var holding: [Write] = []
    for position in positions.sorted() {
      let old = holding.last.map(\.new) ?? first.old
      let count = next
      while next < writes.count, writes[next].span.position <= position {
        holding.append(writes[next])
        next += 1
      }
      while let last = holding.last, last.span.undone <= position { holding.removeLast() }
      let new = holding.last.map(\.new) ?? first.old
      let isUndone = undone.contains(position) && count == next
      changes.append(
        StoredChange(
          position: position,
          step: isUndone
            ? faults.last { $0.position <= position }?.step : writes[next - 1].span.step,
          old: old, new: new, isUndone: isUndone))
    }
    return changes
  }

  /// The keys that have been written at a position and not undone, in the order of their first write.
  func stored(at position: Int) -> [StoredEntry] {
    var entries: [StoredEntry] = []
    var before: [Int: [UInt8]?] = [:]
    var places: [Int: Int] = [:]
    for write in writes where write.span.position <= position {
      let first = before[write.key, default: write.old]
      before[write.key] = first
      guard write.span.contains(position) else { continue }
      if let place = places[write.key] {
        entries[place].now = write.new
      } else {
        places[write.key] = entries.count
        entries.append(StoredEntry(key: keys[write.key], before: first, now: write.new))
      }
    }
    return entries
  }
}
