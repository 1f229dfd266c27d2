import Assembly
import Bytecode
import Execution
import Integers

/// Writes what there is to see at a position of a recording.
struct DebugText {
  let recording: ExecutionRecording
  let names: DebugNames
  let finder: StepFinder
  let history: StorageHistory
  /// Colours.
  let paint: Paint

  /// Lines that tell what happened on the way to a position.
  static let changesMax = 12
  /// Stored values and events that are listed.
  static let entriesMax = 100

  private var failures: FailureText { FailureText(names: names.world) }
  private var values: ValueText { ValueText(names: names.world) }

  // MARK: - Where

  /// Where a position is: the step, the function, the line and the instruction.
  func place(_ cursor: DebugCursor) -> [String] {
    let position = cursor.position
    guard let frame = recording.frame(at: position) else { return end() }
    var head = "step \(position) of \(recording.steps.count)"
    let isFirst = Int(recording.frames[frame].firstStep) == position
    head = paint.faint(head) + "  " + paint.bold(names.title(of: frame))
    if isFirst { head += "(\(names.arguments(of: frame, cursor)))" }
    var lines: [String] = []
    let instruction = names.text(ofStep: position)
    if let line = finder.line(at: position) {
      head += "  \(names.lines.path(line)):\(line.line)"
      lines.append(head)
      lines.append("\(paint.blue("\(line.line) |")) \(names.lines.text(line))")
      let margin = String(repeating: " ", count: "\(line.line)".count)
      lines.append("\(margin) \(paint.blue("|"))\(caret(at: position)) \(paint.faint(instruction))")
    } else {
      let index = recording.steps[position].instruction
      lines.append(head)
      lines.append("\(paint.blue("\(index) |")) \(instruction)")
    }
    if recording.isCutOff, position == recording.end {
      lines.append(
        paint.yellow(
          "the recording is full and ends here; "
            + "\(Words.count(recording.stepsLeftOut, "instruction")) more ran"))
    }
    return lines
  }

  private func caret(at position: Int) -> String {
    let step = recording.steps[position]
    let frame = recording.frames[Int(step.frame)]
    guard
      let site = names.lines.code(Int(frame.code))?.site(
        function: Int(frame.function), instruction: Int(step.instruction))
    else { return "" }
    let indentation = site.text.unicodeScalars.prefix(max(0, site.column - 1))
      .map { $0 == "\t" ? "\t" : " " }.joined()
    return " " + indentation + paint.red("^")
  }

  /// What the transaction came to.
  func end() -> [String] {
    let steps = Words.count(recording.steps.count, "step")
    let gas = Numbers.grouped(String(recording.receipt?.gasUsed ?? 0))
    guard let failure = recording.receipt?.failure else {
      let head =
        recording.steps.isEmpty ? "no instruction ran" : "the end, behind \(steps)"
      return ["\(paint.green(head)): it succeeded with \(gas) gas"]
    }
    let head =
      recording.steps.isEmpty ? "no instruction ran" : "the end, behind \(steps)"
    var lines = ["\(paint.red(head)): it failed, and nothing that it did is left; \(gas) gas"]
    lines.append("  \(paint.bold(failures.title(failure)))")
    return lines + failures.lines(failure, path: [], paint: paint).map { "  \($0)" }
  }

  /// The calls that are open, innermost first; the selected one is marked.
  func calls(_ cursor: DebugCursor, selected: Int?) -> [String] {
    guard var frame = recording.frame(at: cursor.position) else { return end() }
    var lines: [String] = []
    var number = 0
    var step = cursor.position
    while true {
      let mark = frame == selected ? "->" : "  "
      var text =
        "\(mark) \(number)  \(names.title(of: frame))(\(names.arguments(of: frame, cursor)))"
      if let line = finder.line(at: step) {
        text += paint.faint("  \(names.lines.path(line)):\(line.line)")
      }
      let call = recording.frames[frame]
      if call.isEntry {
        let caller = recording.addresses[Int(call.caller)]
        text += paint.faint("  by \(names.world.book.text(caller))")
      }
      lines.append(text)
      guard let parent = call.parent, let from = call.callStep else { break }
      frame = Int(parent)
      step = Int(from)
      number += 1
    }
    return lines
  }

  /// Lines of the source around one of them, with an arrow at it.
  func source(around line: SourceLine, arrow: Bool, count: Int = 11) -> [String] {
    guard let code = names.lines.code(line.code) else { return [] }
    let file = code.sources[line.file]
    let first = max(1, min(line.line - count / 2, file.lineCount - count + 1))
    let last = min(file.lineCount, first + count - 1)
    guard first <= last else { return [] }
    let width = "\(last)".count
    return (first...last).map { number in
      let space = String(repeating: " ", count: width - "\(number)".count)
      let mark = arrow && number == line.line ? paint.red("->") : "  "
      return "\(mark) \(paint.blue("\(space)\(number) |")) \(file.text(ofLine: number))"
    }
  }

  /// The instructions around one of a function without a source.
  func instructions(around position: Int, count: Int = 11) -> [String] {
    guard let frame = recording.frame(at: position) else { return [] }
    let call = recording.frames[frame]
    let code = recording.codes[Int(call.code)].functions[Int(call.function)]
    let index = Int(recording.steps[position].instruction)
    let first = max(0, min(index - count / 2, code.count - count))
    let functions = names.module(of: frame).functions.indices.map { "function \($0)" }
    let text = InstructionText(of: names.module(of: frame), functionNames: functions)
    return (first..<min(code.count, first + count)).map { number in
      let mark = number == index ? paint.red("->") : "  "
      let space = String(repeating: " ", count: max(0, 5 - "\(number)".count))
      return "\(mark)\(space)\(number)  \(text.text(of: code[number]) { "\($0)" })"
    }
  }

  // MARK: - Values

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

  // MARK: - On the way

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
