/// A command of the debugger: its words, what follows them, and what it does.
struct DebugCommand {
  /// What a command does.
  enum Action {
    case motion(DebugSession.Motion)
    case go, breakpoint, delete, watch, lastWrite, calls, up, down, frame, print, registers
    case state, list, gas, events, view, help, quit
  }

  /// The word, or two words, that call it; the first is its name.
  let words: [String]
  /// What follows, for people.
  let argument: String
  /// What it does, for people.
  let summary: String
  /// What it does.
  let action: Action

  private init(_ words: String, _ argument: String, _ action: Action, _ summary: String) {
    self.words = words.split(separator: "|").map(String.init)
    self.argument = argument
    self.action = action
    self.summary = summary
  }

  /// The name.
  var name: String { words[0] }

  /// All commands, in the order in which `help` shows them.
  static let all = [
    DebugCommand("step|s", "[N]", .motion(.step), "one instruction forward"),
    DebugCommand("back|b|step back", "[N]", .motion(.stepBack), "one instruction back"),
    DebugCommand("next|n", "[N]", .motion(.line), "to the next line, over calls"),
    DebugCommand(
      "next back|nb", "[N]", .motion(.lineBack), "to the line before, over calls"),
    DebugCommand("into|i", "[N]", .motion(.into), "to the next line, into calls"),
    DebugCommand(
      "into back|ib", "[N]", .motion(.intoBack), "to the line before, into calls"),
    DebugCommand("out|o", "", .motion(.out), "until the present function has ended"),
    DebugCommand("out back|ob", "", .motion(.outBack), "back to the call of the present function"),
    DebugCommand("continue|c", "", .motion(.on), "to the next stop, or to the end"),
    DebugCommand(
      "reverse continue|rc|continue back", "", .motion(.back),
      "back to the stop before, or to the start"),
    DebugCommand("goto|g", "N|start|end", .go, "to a step by its number"),
    DebugCommand(
      "break|br", "[PLACE]", .breakpoint,
      "stop at File.alq:12, 12, FUNCTION, event NAME, error [NAME]; alone: all stops"),
    DebugCommand(
      "watch|w", "NAME|PATH", .watch, "stop where a register or a stored value changes"),
    DebugCommand("delete|d", "[N]", .delete, "remove a stop, or all"),
    DebugCommand(
      "last-write|lw", "NAME|PATH", .lastWrite, "back to the step that set what it holds"),
    DebugCommand("where|bt", "", .calls, "the calls that are open, with their arguments"),
    DebugCommand("up|u", "[N]", .up, "look at the caller's registers"),
    DebugCommand("down", "[N]", .down, "look at the callee's registers again"),
    DebugCommand("frame|f", "N", .frame, "look at the registers of a call of `where`"),
    DebugCommand(
      "print|p", "NAME|PATH", .print, "a register, an element of a list, or a stored value"),
    DebugCommand(
      "registers|r", "", .registers, "all registers; * marks what the last motion changed"),
    DebugCommand("state|st", "", .state, "what the transaction has written so far"),
    DebugCommand("list|l", "[LINE]", .list, "the source around"),
    DebugCommand("gas", "", .gas, "gas used and left"),
    DebugCommand("events|e", "", .events, "the events so far"),
    DebugCommand("view|v", "", .view, "everything at once; on a terminal it stays"),
    DebugCommand("help|h|?", "", .help, "this"),
    DebugCommand("quit|q|exit", "", .quit, "leave"),
  ]

  /// The command that a line calls, and what follows its words.
  static func parse(
    _ line: String
  ) throws(CommandFailure) -> (command: DebugCommand, argument: String) {
    let words = line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
    for count in [2, 1] where words.count >= count {
      let called = words.prefix(count).joined(separator: " ")
      guard let command = all.first(where: { $0.words.contains(called) }) else { continue }
      return (command, words.dropFirst(count).joined(separator: " "))
    }
    let known = all.flatMap(\.words).filter { $0.count > 2 }
    let failure = CommandFailure.unknown(
      "command", words.first ?? "", among: known, status: .usage)
    guard failure.help?.hasPrefix("did you mean") == true else {
      throw CommandFailure(
        .usage, failure.message, help: "`help` lists the commands")
    }
    throw failure
  }

  /// The commands as `help` shows them.
  static func help(_ paint: Paint) -> [String] {
    var table = Table(["", "", ""])
    for command in all {
      let others = command.words.dropFirst().joined(separator: ", ")
      table.add(
        "\(command.name) \(command.argument)".trimmingSpaces, others, command.summary)
    }
    return table.text(paint: paint).split(separator: "\n").map(String.init)
      + ["An empty line does the last motion again. Registers also go by i0, b0, l0."]
  }
}
