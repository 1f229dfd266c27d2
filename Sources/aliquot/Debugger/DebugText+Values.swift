import Assembly
import Bytecode
import Execution

/// Writes what the registers hold, what was stored and emitted, and what gas was used.
extension DebugText {
  /// The registers of a call: those with names, then the others that are not empty.
  ///
  /// Those that have changed since another position are marked.
  func registers(_ cursor: DebugCursor, of frame: Int, since: Int?) -> [String] {
    let instruction = names.instruction(of: frame, at: cursor.position)
    let module = names.module(of: frame)
    var shown = names.namedRegisters(of: frame, at: instruction)
    var named = Set(shown.map { [Int($0.bank.rawValue), $0.number] })
    let size = module.functions[Int(recording.frames[frame].function)].registers
    for (bank, count) in [(Bank.int, size.int), (.bytes, size.bytes), (.list, size.list)] {
      for number in 0..<count where named.insert([Int(bank.rawValue), number]).inserted {
        if cursor.reference(bank, number, in: frame) != 0 {
          shown.append(names.plain(bank, number))
        }
      }
    }
    let changed = since.map { changedRegisters(shown, of: frame, from: $0, cursor) } ?? []
    var table = Table(["", "", ""])
    for register in shown {
      let text = names.text(
        cursor.held(register.bank, register.number, in: frame), of: register.kind, in: module)
      let kind = register.isNamed ? module.describe(register.kind) : ""
      table.add("\(changed.contains(register) ? "*" : " ") \(register.name)", kind, text)
    }
    if table.isEmpty { return ["no register holds anything yet"] }
    return table.text().split(separator: "\n").map { line in
      line.hasPrefix("*") ? paint.yellow("*") + line.dropFirst() : String(line)
    }
  }

  private func changedRegisters(
    _ registers: [DebugNames.Register], of frame: Int, from start: Int, _ cursor: DebugCursor
  ) -> Set<DebugNames.Register> {
    guard start != cursor.position, start >= Int(recording.frames[frame].firstStep),
      start < Int(recording.frames[frame].end)
    else { return [] }
    var other = cursor
    other.move(to: start)
    return Set(
      registers.filter {
        cursor.held($0.bank, $0.number, in: frame) != other.held($0.bank, $0.number, in: frame)
      })
  }

  /// What the transaction has written so far, and what it was before.
  func state(_ cursor: DebugCursor) -> [String] {
    let entries = recording.stored(at: cursor.position)
    guard !entries.isEmpty else { return ["nothing is written here"] }
    let inside = recording.contract(at: cursor.position)
    var table = Table(["", ""])
    for entry in entries.prefix(Self.entriesMax) {
      let key = StateKey(entry.key)
      for (place, before, now) in history.differences(entry.before, entry.now, of: key) {
        table.add(
          history.name(place, inside: inside),
          names.shortened(now) + paint.faint("  was \(names.shortened(before))"))
      }
    }
    let rest = entries.count - Self.entriesMax
    return table.text().split(separator: "\n").map(String.init)
      + (rest > 0 ? ["… \(Words.count(rest, "more value")); `print PATH` shows one"] : [])
  }

  /// The events so far.
  func events(_ cursor: DebugCursor) -> [String] {
    let shown = recording.emissions.filter { $0.span.contains(cursor.position) }
    guard !shown.isEmpty else { return ["no event so far"] }
    let rest = shown.count - Self.entriesMax
    let more = rest > 0 ? ["… \(Words.count(rest, "earlier event"))"] : []
    return more
      + shown.suffix(Self.entriesMax).map { emission in
        let contract = names.world.book.text(emission.event.contract)
        let step = emission.span.step.map { paint.faint("  step \($0)") } ?? ""
        return "\(contract).\(values.text(of: emission.event))\(step)"
      }
  }

  /// Gas: used by the transaction, left, and used by the calls that are open.
  func gas(_ cursor: DebugCursor) -> [String] {
    let used = recording.gasUsed(at: cursor.position)
    var table = Table(["", ""], right: [])
    table.add("used by the transaction", Numbers.grouped(String(used)))
    table.add("used in all", Numbers.grouped(String(recording.receipt?.gasUsed ?? used)))
    guard var frame = recording.frame(at: cursor.position) else {
      return table.text().split(separator: "\n").map(String.init)
    }
    let left = recording.steps[cursor.position].gasLeft
    table.add("left to what runs", Numbers.grouped(String(left)))
    while true {
      let before = recording.gasUsed(at: Int(recording.frames[frame].firstStep))
      table.add(
        "used in \(names.title(of: frame))", Numbers.grouped(String(used - min(used, before))))
      guard let parent = recording.frames[frame].parent else { break }
      frame = Int(parent)
    }
    return table.text().split(separator: "\n").map(String.init)
  }
}
