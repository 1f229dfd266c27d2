/// Where going on stops: places of the source, functions, events, errors, and changes of what is watched.
struct Breakpoint {
  /// What it waits for.
  enum Kind {
    /// A step that is about to run.
    case step
    /// A value that has just changed; backwards, the step that is about to change it.
    case change
  }

  /// Its number.
  let number: Int
  /// What it waits for.
  let kind: Kind
  /// What it stands for, in words.
  let text: String
  /// The positions at which it stops, in order.
  let positions: [Int]
  /// What happens at one of the positions, if there is something to tell; the cursor is near.
  var note: (_ position: Int, _ cursor: DebugCursor) -> String? = { _, _ in nil }

  /// Where it stops next on the way from one position to another, both left out at the start and
  /// included at the end.
  func next(from start: Int, to end: Int) -> Int? {
    if start <= end {
      let index = firstIndex(above: start)
      return index < positions.count && positions[index] <= end ? positions[index] : nil
    }
    // A change is left behind by going to the step that makes it.
    let shift = kind == .change ? 1 : 0
    let index = firstIndex(above: start - 1 + shift) - 1
    guard index >= 0, positions[index] - shift >= end else { return nil }
    return positions[index] - shift
  }

  /// What there is to tell about a cursor that has stopped here, on its way forwards or backwards.
  func note(at cursor: DebugCursor, isForward: Bool) -> String? {
    note(kind == .change && !isForward ? cursor.position + 1 : cursor.position, cursor)
  }

  private func firstIndex(above position: Int) -> Int {
    var low = 0
    var high = positions.count
    while low < high {
      let middle = (low + high) / 2
      if positions[middle] <= position { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
