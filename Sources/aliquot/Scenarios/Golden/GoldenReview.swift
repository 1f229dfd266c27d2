import Assembly

/// Somebody who is asked.
struct ReviewConsole {
  /// Shows a text.
  let show: (String) -> Void
  /// Asks a question, and gives the answer; nil if there will be no more.
  let ask: (String) -> String?

  /// The person at the terminal.
  static var terminal: ReviewConsole {
    var input = TerminalInput()
    return ReviewConsole {
      Descriptor.output.write($0)
    } ask: {
      input.readLine(prompt: $0)
    }
  }
}

/// Shows what changed in records and takes what is accepted.
struct GoldenReview {
  /// Whether everything is accepted without a question.
  let acceptsAll: Bool
  /// Colours.
  let paint: Paint
  /// Who is asked.
  let console: ReviewConsole

  /// Changes that were taken, and that were not.
  private(set) var accepted = 0
  private(set) var kept = 0
  /// What happened, for people and for programs.
  private(set) var text = ""
  private(set) var json: [JSON] = []
  /// Whether somebody wants no more questions.
  private var hasQuit = false

  /// Makes a review.
  init(acceptsAll: Bool, paint: Paint, console: ReviewConsole = .terminal) {
    self.acceptsAll = acceptsAll
    self.paint = paint
    self.console = console
  }

  /// What it came to, in a line.
  var summary: String? {
    accepted + kept == 0
      ? nil
      : "\(Words.count(accepted, "record")) accepted" + (kept > 0 ? ", \(kept) kept as before" : "")
  }

  /// Goes through the changes of a suite, and writes its file if any are accepted.
  mutating func review(
    _ suite: ScenarioSuite, _ results: [ScenarioResult]
  ) throws(CommandFailure) {
    let changes = GoldenChanges(suite, results)
    var taken: Set<GoldenRecord.Key> = []
    for change in changes.changes {
      let isTaken = acceptsAll || ask(about: change, of: suite)
      if isTaken { taken.insert(change.key) }
      accepted += isTaken ? 1 : 0
      kept += isTaken ? 0 : 1
      if acceptsAll {
        text += "\(paint.green("accepted")) \(suite.path): \(title(of: change))\n"
      }
      json.append([
        "file": .string(GoldenFile.path(of: suite.path)),
        "scenario": .string(change.key.scenario), "step": .string(change.key.step),
        "change": .string(change.sort.rawValue), "accepted": .bool(isTaken),
      ])
    }
    guard !taken.isEmpty else { return }
    let file = GoldenFile(changes.records(accepting: taken))
    let path = GoldenFile.path(of: suite.path)
    if file.records.isEmpty {
      try FileSystem.remove(path)
    } else {
      try FileSystem.write(Array(file.text(of: suite.path).utf8), to: path)
    }
  }

  private func title(of change: GoldenChanges.Change) -> String {
    "\(change.sort.rawValue): \(change.key.scenario): \(change.key.step)"
  }

  // MARK: - Asking

  private mutating func ask(about change: GoldenChanges.Change, of suite: ScenarioSuite) -> Bool {
    guard !hasQuit else { return false }
    console.show(shown(change, suite))
    while true {
      let answer = console.ask("accept, keep or quit? ") ?? "quit"
      switch answer.lowercased() {
      case "a", "accept", "y", "yes": return true
      case "k", "keep", "n", "no": return false
      case "q", "quit":
        hasQuit = true
        return false
      default:
        console.show(
          "a takes it, k keeps what is recorded, q keeps this and all that follow\n")
      }
    }
  }

  private func shown(_ change: GoldenChanges.Change, _ suite: ScenarioSuite) -> String {
    let path = GoldenFile.path(of: suite.path)
    let difference = LineDifference.unified(
      path: change.old == nil ? "nothing" : path,
      newPath: change.new == nil ? "nothing" : "this run", from: change.old?.text ?? "",
      to: change.new?.text ?? "")
    var text = "\n\(paint.bold("\(suite.path): \(title(of: change))"))\n"
    for line in difference.split(separator: "\n") { text += painted(String(line)) + "\n" }
    return text
  }

  private func painted(_ line: String) -> String {
    switch line.first {
    case _ where line.hasPrefix("---") || line.hasPrefix("+++"): paint.bold(line)
    case "+": paint.green(line)
    case "-": paint.red(line)
    case "@": paint.blue(line)
    default: line
    }
  }
}
