import Bytecode
import Execution

/// Writes down what a transaction does to the world, and from where on that is undone.
struct EffectTape {
  /// What was written down.
  private(set) var recorded = ExecutionRecording.Effects()
  /// Bytes that it takes, about.
  private(set) var byteCount = 0
  private var keyNumbers: [[UInt8]: Int] = [:]
  /// What holds at present, as places in the rows, and how much of it did when each open `try` began.
  private var holding = Holding()
  private var attempts: [Holding.Mark] = []

  /// Things that have happened and are not undone.
  private struct Holding {
    struct Mark {
      var writes = 0
      var emissions = 0
      var moves = 0
    }

    var writes: [Int] = []
    var emissions: [Int] = []
    var moves: [Int] = []
  }

  // MARK: - Doing

  /// A stored value changes.
  mutating func write(
    _ key: [UInt8], old: [UInt8]?, new: [UInt8]?, _ span: ExecutionRecording.Span
  ) {
    let number = keyNumbers[key] ?? recorded.keys.count
    if number == recorded.keys.count {
      keyNumbers[key] = number
      recorded.keys.append(key)
      byteCount += key.count * 2 + 96
    }
    byteCount += (old?.count ?? 0) + (new?.count ?? 0) + 160
    holding.writes.append(recorded.writes.count)
    recorded.writes.append(.init(span: span, key: number, old: old, new: new))
  }

  /// An event is emitted.
  mutating func emit(_ event: Event, _ span: ExecutionRecording.Span) {
    byteCount += event.fields.reduce(192) { $0 + 32 + ($1.string?.count ?? 16) }
    holding.emissions.append(recorded.emissions.count)
    recorded.emissions.append(.init(span: span, event: event))
  }

  /// An asset moves.
  mutating func move(_ move: ExecutionRecording.Move) {
    byteCount += 224
    holding.moves.append(recorded.moves.count)
    recorded.moves.append(move)
  }

  /// Something fails; the same failure may be told by every call that it goes through.
  mutating func fail(_ failure: Failure, at position: Int, step: Int?) {
    if let last = recorded.faults.last, last.position == position, !last.isCaught { return }
    byteCount += 160
    recorded.faults.append(.init(position: position, step: step, failure: failure))
  }

  // MARK: - Undoing

  /// A `try` begins.
  mutating func beginAttempt() {
    attempts.append(
      .init(
        writes: holding.writes.count, emissions: holding.emissions.count,
        moves: holding.moves.count))
  }

  /// All but so many of the open `try` have ended, and what they did stays.
  mutating func forgetAttempts(above count: Int) {
    attempts.removeLast(max(0, attempts.count - count))
  }

  /// The innermost `try` has caught the last failure: what it did is undone.
  mutating func undoAttempt(at position: Int) {
    if !recorded.faults.isEmpty { recorded.faults[recorded.faults.count - 1].isCaught = true }
    if let mark = attempts.popLast() { undo(to: mark, at: position) }
  }

  /// The transaction has failed: everything is undone.
  mutating func undoAll(at position: Int) { undo(to: Holding.Mark(), at: position) }

  private mutating func undo(to mark: Holding.Mark, at position: Int) {
    while holding.writes.count > mark.writes, let index = holding.writes.popLast() {
      recorded.writes[index].span.undone = position
    }
    while holding.emissions.count > mark.emissions, let index = holding.emissions.popLast() {
      recorded.emissions[index].span.undone = position
    }
    while holding.moves.count > mark.moves, let index = holding.moves.popLast() {
      recorded.moves[index].span.undone = position
    }
  }
}
