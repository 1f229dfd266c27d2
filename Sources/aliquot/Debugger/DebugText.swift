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
  /// Calls that are listed.
  static let callsMax = 100
  /// Stored values and events that are listed.
  static let entriesMax = 100

  var failures: FailureText { FailureText(names: names.world) }
  var values: ValueText { ValueText(names: names.world) }

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
  ///
  /// Of very many, those in the middle are left out.
  func calls(_ cursor: DebugCursor, selected: Int?) -> [String] {
    guard let innermost = recording.frame(at: cursor.position) else { return end() }
    var open = [(frame: innermost, step: cursor.position)]
    while let parent = recording.frames[open[open.count - 1].frame].parent,
      let step = recording.frames[open[open.count - 1].frame].callStep
    {
      open.append((Int(parent), Int(step)))
    }
    var lines: [String] = []
    for (number, (frame, step)) in open.enumerated() {
      let isShown =
        open.count <= Self.callsMax || number < Self.callsMax - 10 || number >= open.count - 10
        || frame == selected
      if isShown { lines.append(call(number, frame, at: step, cursor, frame == selected)) }
      if number == Self.callsMax - 10, open.count > Self.callsMax {
        lines.append("   … \(Words.count(open.count - Self.callsMax, "more call"))")
      }
    }
    return lines
  }

  private func call(
    _ number: Int, _ frame: Int, at step: Int, _ cursor: DebugCursor, _ isSelected: Bool
  ) -> String {
    var text = "\(isSelected ? "->" : "  ") \(number)  \(names.title(of: frame))"
    text += "(\(names.arguments(of: frame, cursor)))"
    if let line = finder.line(at: step) {
      text += paint.faint("  \(names.lines.path(line)):\(line.line)")
    }
    if recording.frames[frame].isEntry {
      let caller = recording.addresses[Int(recording.frames[frame].caller)]
      text += paint.faint("  by \(names.world.book.text(caller))")
    }
    return text
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
}
