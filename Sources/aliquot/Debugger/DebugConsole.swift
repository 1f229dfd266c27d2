import Bytecode
import Integers

/// Carries out commands on a recording and writes what they show.
///
/// It knows nothing of where lines come from and go to: a script and a terminal use it alike.
final class DebugConsole {
  /// What a line came to.
  struct Reply {
    /// The lines to show.
    var lines: [String]
    /// What is wrong with the line, if something is.
    var failure: CommandFailure?
    /// Whether the debugger is to be left.
    var isEnd = false
    /// Whether the view is to be shown from now on, or no more.
    var togglesView = false

    /// The reply as text, each line with a line break.
    func text(_ paint: Paint) -> String {
      var text = lines.map { $0 + "\n" }.joined()
      if let failure {
        text += "\(paint.red("error")): \(failure.message)\n"
        if let help = failure.help { text += "\(paint.green("help")): \(help)\n" }
      }
      return text
    }
  }

  /// The session that is controlled.
  let session: DebugSession
  /// Colours.
  let paint: Paint
  private var repeated = "step"

  /// Makes a console of a session.
  init(_ session: DebugSession, paint: Paint) {
    self.session = session
    self.paint = paint
  }

  /// Writes what there is to see.
  var text: DebugText {
    DebugText(
      recording: session.recording, names: session.names, finder: session.finder,
      history: session.history, paint: paint)
  }

  /// What is shown before the first command.
  var greeting: [String] { text.place(session.cursor) }

  /// Carries out a line; an empty one does the last motion again.
  func reply(to line: String) -> Reply {
    let line = line.trimmingSpaces
    let meant = line.isEmpty ? repeated : line
    do throws(CommandFailure) {
      let (command, argument) = try DebugCommand.parse(meant)
      let reply = try perform(command, argument)
      if case .motion = command.action { repeated = meant }
      return reply
    } catch {
      return Reply(lines: [], failure: error)
    }
  }

  private func perform(
    _ command: DebugCommand, _ argument: String
  ) throws(CommandFailure) -> Reply {
    switch command.action {
    case .motion(let motion): return Reply(lines: try move(motion, command, argument))
    case .go: return Reply(lines: try go(argument))
    case .breakpoint where argument.isEmpty: return Reply(lines: stops())
    case .breakpoint: return Reply(lines: added(try session.addBreakpoint(argument)))
    case .watch:
      let name = try required(argument, of: command)
      return Reply(lines: added(try session.addWatch(name)))
    case .delete:
      try session.removeBreakpoint(argument.isEmpty ? nil : try number(argument, of: command))
      return Reply(lines: stops())
    case .lastWrite:
      let what = try session.goToLastWrite(of: try required(argument, of: command))
      return Reply(lines: [what] + text.place(session.cursor))
    case .calls:
      return Reply(lines: text.calls(session.cursor, selected: session.frame))
    case .up, .down:
      let count = argument.isEmpty ? 1 : try number(argument, of: command)
      if case .up = command.action {
        try session.select(outwards: count)
      } else {
        try session.select(outwards: -count)
      }
      return Reply(lines: text.calls(session.cursor, selected: session.frame))
    case .frame:
      try session.select(number: try number(argument, of: command))
      return Reply(lines: text.calls(session.cursor, selected: session.frame))
    case .print: return Reply(lines: [try print(try required(argument, of: command))])
    case .registers: return Reply(lines: registers())
    case .state: return Reply(lines: text.state(session.cursor))
    case .list: return Reply(lines: try list(argument, command))
    case .gas: return Reply(lines: text.gas(session.cursor))
    case .events: return Reply(lines: text.events(session.cursor))
    case .view:
      return Reply(
        lines: DebugScreen(text, session).lines(width: 100, height: 40), togglesView: true)
    case .help: return Reply(lines: DebugCommand.help(paint))
    case .quit: return Reply(lines: [], isEnd: true)
    }
  }

  // MARK: - Arguments

  private func required(
    _ argument: String, of command: DebugCommand
  ) throws(CommandFailure) -> String {
    guard !argument.isEmpty else {
      throw CommandFailure(
        .usage, "`\(command.name)` needs \(command.argument)", help: command.summary)
    }
    return argument
  }

  private func number(
    _ argument: String, of command: DebugCommand
  ) throws(CommandFailure) -> Int {
    guard let number = Int(argument.filter { $0 != "_" }), number >= 0 else {
      throw CommandFailure(
        .usage, "`\(command.name)` takes a number, not \"\(argument)\"", help: command.summary)
    }
    return number
  }

  // MARK: - Motion

  private func move(
    _ motion: DebugSession.Motion, _ command: DebugCommand, _ argument: String
  ) throws(CommandFailure) -> [String] {
    let start = session.cursor.position
    let times = argument.isEmpty ? 1 : try number(argument, of: command)
    let notes = session.go(motion, times: times)
    if session.cursor.position == start {
      return motion.isForward ? text.place(session.cursor) : ["this is the start"]
    }
    var lines: [String] = []
    switch motion {
    case .step, .line, .into, .out:
      lines = text.changes(from: start, session.cursor).map { "  \($0)" }
    default: break
    }
    return lines + notes.map(paint.yellow) + text.place(session.cursor)
  }

  private func go(_ argument: String) throws(CommandFailure) -> [String] {
    switch argument {
    case "start": session.jump(to: 0)
    case "end": session.jump(to: session.recording.end)
    default:
      guard let position = Int(argument.filter { $0 != "_" }),
        (0...session.recording.end).contains(position)
      else {
        throw CommandFailure(
          .usage, "\"\(argument)\" is no step",
          help: "a number up to \(session.recording.end), or start, or end")
      }
      session.jump(to: position)
    }
    return text.place(session.cursor)
  }

  // MARK: - Stops

  private func added(_ breakpoint: Breakpoint) -> [String] {
    let verb = breakpoint.kind == .change ? "changes" : "is reached"
    let never = breakpoint.kind == .change ? "never changes" : "is never reached"
    let times =
      switch breakpoint.positions.count {
      case 0: "\(never) in this transaction"
      case 1: "\(verb) once"
      case let count: "\(verb) \(Numbers.grouped(String(count))) times"
      }
    return ["stop \(breakpoint.number), \(breakpoint.text): \(times)"]
  }

  private func stops() -> [String] {
    session.breakpoints.isEmpty
      ? ["there are no stops"] : session.breakpoints.flatMap(added)
  }

  // MARK: - Values

  private func registers() -> [String] {
    guard let frame = session.frame else { return text.place(session.cursor) }
    return text.registers(session.cursor, of: frame, since: session.origin)
  }

  private func print(_ name: String) throws(CommandFailure) -> String {
    if let frame = session.frame {
      let module = session.names.module(of: frame)
      let (base, index) = Self.parts(name)
      if let index, session.isRegister(base, of: frame) {
        return "\(name) = \(try element(index, of: base, in: frame))"
      }
      if session.isRegister(name, of: frame) {
        let register = try session.register(name, of: frame)
        let held = session.cursor.held(register.bank, register.number, in: frame)
        let text = session.names.text(held, of: register.kind, in: module, isShort: false)
        return "\(name) = \(text)"
      }
      if name == "self" || name == "caller" { return try surroundings(name, of: frame) }
    }
    let place = try session.storage(name)
    let value = session.history.text(place, at: session.cursor.position)
    return "\(session.history.name(place, inside: session.contract)) = \(value)"
  }

  private func element(
    _ index: Int, of name: String, in frame: Int
  ) throws(CommandFailure) -> String {
    let register = try session.register(name, of: frame)
    let held = session.cursor.held(register.bank, register.number, in: frame)
    guard case .list(let count, let elements) = held else {
      throw CommandFailure(.usage, "\"\(name)\" is no list")
    }
    guard index < count else {
      throw CommandFailure(.usage, "\"\(name)\" has \(Words.count(count, "element"))")
    }
    guard index < elements.count else {
      throw CommandFailure(
        .usage, "the recording keeps only the first \(RegisterFile.elementsMax) elements of a list")
    }
    return Numbers.grouped(elements[index])
  }

  private func surroundings(_ name: String, of frame: Int) throws(CommandFailure) -> String {
    let call = session.recording.frames[frame]
    let number = name == "self" ? call.contract : call.caller
    let entry = session.recording.addresses[Int(number)]
    return "\(name) = \(session.names.world.book.text(entry))"
  }

  /// The name and the index of `name[index]`, where the index is a plain number.
  private static func parts(_ text: String) -> (String, Int?) {
    guard text.hasSuffix("]"), let open = text.firstIndex(of: "["),
      let index = Int(text[text.index(after: open)...].dropLast()), index >= 0
    else { return (text, nil) }
    return (String(text[..<open]), index)
  }

  private func list(
    _ argument: String, _ command: DebugCommand
  ) throws(CommandFailure) -> [String] {
    let position = session.cursor.position
    guard let frame = session.frame else { return text.place(session.cursor) }
    let at = step(of: frame, at: position)
    guard let line = session.finder.line(at: at) else {
      return text.instructions(around: at)
    }
    guard !argument.isEmpty else { return text.source(around: line, arrow: true) }
    let wanted = SourceLine(
      code: line.code, file: line.file, line: try number(argument, of: command))
    return text.source(around: wanted, arrow: false)
  }

  /// The step at which a call stands at a position: its own, or the one that called on.
  private func step(of frame: Int, at position: Int) -> Int {
    var step = position
    var inner = session.recording.frame(at: position)
    while let current = inner, current != frame {
      step = session.recording.frames[current].callStep.map { Int($0) } ?? step
      inner = session.recording.frames[current].parent.map { Int($0) }
    }
    return step
  }
}
