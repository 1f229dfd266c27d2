import Bytecode
import Execution
import Integers

/// Writes what happened on the way from one position to another.
extension DebugText {
  /// What happened between two positions: registers of the present call, storage, events, moves and
  /// failures that were caught.
  func changes(from start: Int, _ cursor: DebugCursor) -> [String] {
    let end = cursor.position
    guard start < end else { return [] }
    var lines: [(position: Int, text: String)] = []
    let inside = recording.contract(at: end)
    for write in recording.writes where start < write.span.position && write.span.position <= end {
      let key = StateKey(recording.keys[write.key])
      if key.isBookkeeping { continue }
      for (place, old, new) in history.differences(write.old, write.new, of: key) {
        let name = history.name(place, inside: inside)
        let values =
          old == new ? " = \(new)" : ": \(names.shortened(old)) -> \(names.shortened(new))"
        lines.append((write.span.position, "\(paint.yellow("write")) \(name)\(values)"))
      }
    }
    for move in recording.moves where start < move.span.position && move.span.position <= end {
      let amount = names.world.amountText(move.amount, of: move.asset)
      lines.append((move.span.position, "\(paint.yellow("move")) \(amount) \(text(of: move))"))
    }
    for emission in recording.emissions
    where start < emission.span.position && emission.span.position <= end {
      lines.append(
        (emission.span.position, "\(paint.green("emit")) \(values.text(of: emission.event))"))
    }
    for fault in recording.faults where start < fault.position && fault.position <= end {
      let caught = fault.isCaught ? "undone" : "failed"
      lines.append((fault.position, "\(paint.red(caught)) \(failures.title(fault.failure))"))
    }
    lines.sort { $0.position < $1.position }
    let texts = newValues(from: start, cursor) + lines.map(\.text)
    guard texts.count > Self.changesMax else { return texts }
    return texts.prefix(Self.changesMax - 1)
      + ["… \(texts.count - Self.changesMax + 1) more"]
  }

  private func text(of move: ExecutionRecording.Move) -> String {
    let book = names.world.book
    if move.from.isZero { return "minted to \(book.text(move.to))" }
    if move.to.isZero { return "burned by \(book.text(move.from))" }
    return "from \(book.text(move.from)) to \(book.text(move.to))"
  }

  /// Named registers of the present call that have changed, and what a call that ended gave.
  private func newValues(from start: Int, _ cursor: DebugCursor) -> [String] {
    var texts: [String] = []
    if let ended = recording.frame(at: start), Int(recording.frames[ended].end) <= cursor.position {
      let results = cursor.results(of: ended)
      if let results, !results.isEmpty {
        let text = names.list(results, names.results(of: ended), in: names.module(of: ended))
        texts.append("\(paint.green("return")) \(text)")
      }
    }
    guard let frame = recording.frame(at: cursor.position),
      start >= Int(recording.frames[frame].firstStep)
    else { return texts }
    let module = names.module(of: frame)
    let before = names.namedRegisters(
      of: frame, at: names.instruction(of: frame, at: start))
    let now = names.namedRegisters(
      of: frame, at: names.instruction(of: frame, at: cursor.position))
    var other = cursor
    other.move(to: start)
    for register in now {
      let new = names.text(
        cursor.held(register.bank, register.number, in: frame), of: register.kind, in: module)
      guard before.contains(register) else {
        texts.append("\(register.name) = \(new)")
        continue
      }
      let old = names.text(
        other.held(register.bank, register.number, in: frame), of: register.kind, in: module)
      if old != new { texts.append("\(register.name): \(old) -> \(new)") }
    }
    return texts
  }
}
