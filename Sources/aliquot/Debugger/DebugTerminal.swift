/// Runs a debugger's console: from a script, or with a person.
struct DebugTerminal {
  private let console: DebugConsole

  /// Makes a terminal of a console.
  init(_ console: DebugConsole) { self.console = console }

  /// What a script of commands came to.
  struct Transcript {
    /// The commands, each behind `> `, and what they show.
    var text = ""
    /// The same for programs.
    var json: [JSON] = []
    /// The first command that could not be carried out.
    var failure: CommandFailure?
  }

  /// Carries out a script, a command per line; empty lines and what stands behind `#` are passed over.
  func run(script: String) -> Transcript {
    var transcript = Transcript()
    transcript.text = console.greeting.map { $0 + "\n" }.joined()
    for (number, line) in script.split(
      separator: "\n", omittingEmptySubsequences: false
    ).enumerated() {
      let command = String(line.prefix { $0 != "#" }).trimmingSpaces
      if command.isEmpty { continue }
      let reply = console.reply(to: command)
      let text = reply.text(console.paint)
      transcript.text += "> \(command)\n\(text)"
      transcript.json.append(["command": .string(command), "text": .string(text)])
      if let failure = reply.failure, transcript.failure == nil {
        transcript.failure = failure
        transcript.failure?.message = "line \(number + 1): \(failure.message)"
      }
      if reply.isEnd { break }
    }
    return transcript
  }

  /// Talks with a person until that person leaves.
  func interact() {
    var input = TerminalInput()
    var isView = false
    let output = Descriptor.output
    output.write(console.greeting.map { $0 + "\n" }.joined())
    output.write(console.paint.faint("`help` lists the commands, `quit` leaves\n"))
    while let line = input.readLine(prompt: "debug> ") {
      let reply = console.reply(to: line)
      if reply.isEnd { return }
      if reply.togglesView { isView.toggle() }
      guard isView else {
        if !reply.togglesView { output.write(reply.text(console.paint)) }
        continue
      }
      let size = TerminalInput.size
      let rows = told(reply).suffix(size.lines / 2)
      let screen = DebugScreen(console.text, console.session).lines(
        width: size.columns, height: max(12, size.lines - rows.count - 2))
      output.write("\u{1B}[H\u{1B}[2J" + (screen + rows).map { $0 + "\n" }.joined())
    }
  }

  /// What a reply tells beyond the view: not the place, which the view shows.
  private func told(_ reply: DebugConsole.Reply) -> [String] {
    if reply.togglesView { return [] }
    var reply = reply
    let place = console.text.place(console.session.cursor)
    if reply.lines.suffix(place.count) == place[...] { reply.lines.removeLast(place.count) }
    return reply.text(console.paint).split(separator: "\n").map(String.init)
  }
}
