import ArgumentParser
import Bytecode
import Execution

/// What is done with the last step of a run beyond telling what it did.
struct Examination: ParsableArguments {
  @Flag(help: "Go through the last step, forwards and backwards; `help` lists the commands.")
  var debug = false

  @Option(
    help: ArgumentHelp(
      "Commands of the debugger in a file, one per line; - is standard input.",
      valueName: "file"))
  var debugScript: String?

  @Flag(help: "Show what the last step used gas for, by line and by function.")
  var profile = false

  @OptionGroup var forms: ProfileForms

  /// Whether the last step is recorded for the debugger.
  var records: Bool { debug || debugScript != nil }

  /// Whether the gas of the last step is counted.
  var profiles: Bool { profile || forms.areWanted }

  /// What watches a step.
  enum Watcher {
    case recorder(ExecutionRecorder)
    case profiler(GasProfiler)
  }

  /// What watches the next transaction of a world; nil if nothing is asked for.
  func watcher(of world: World) -> Watcher? {
    if records { return .recorder(ExecutionRecorder(world: world)) }
    return profiles ? .profiler(GasProfiler(world: world)) : nil
  }

  /// Whether the commands come from standard input.
  var readsInput: Bool {
    debugScript.map { $0 == "-" } ?? (debug && !TerminalInput.isInteractive)
  }

  /// Tells what a watcher saw of a step: shows the profile, or opens the debugger.
  func tell(
    _ step: StepResult, _ watcher: Watcher, _ names: NamedWorld, _ global: GlobalOptions,
    _ outcome: inout Outcome
  ) throws(CommandFailure) {
    guard let receipt = step.receipt else { return }
    let paint = global.json ? Paint.plain : global.paint(.output)
    switch watcher {
    case .profiler(let profiler):
      let text = ProfileText(profiler.finish(receipt), names: names)
      let actor = step.step.actor == nil ? step.actor.map { "\($0): " } ?? "" : ""
      if profile { outcome.text += "\n" + text.text(paint) }
      try forms.write(text, title: "gas of \(actor)\(step.step.text)", paint, &outcome)
    case .recorder(let recorder):
      let session = DebugSession(recorder.finish(receipt), names: names)
      try DebugTerminal(DebugConsole(session, paint: paint)).run(
        script: debugScript, isJSON: global.json, &outcome)
    }
  }
}

/// The forms of a profile besides the tables.
struct ProfileForms: ParsableArguments {
  @Flag(help: "Show the sources with the gas beside each line.")
  var annotate = false

  @Option(
    help: ArgumentHelp("Write gas by path of calls, for flame graph tools.", valueName: "file"))
  var folded: String?

  @Option(
    help: ArgumentHelp("Draw gas by path of calls, as an SVG flame graph.", valueName: "file"))
  var flame: String?

  /// Whether one of them is asked for.
  var areWanted: Bool { annotate || folded != nil || flame != nil }

  /// Writes a profile where it is asked for.
  func write(
    _ text: ProfileText, title: String, _ paint: Paint, _ outcome: inout Outcome
  ) throws(CommandFailure) {
    if annotate { outcome.text += "\n" + text.annotated(paint) }
    outcome.result = outcome.result + ["profile": text.json]
    if let folded { try FileSystem.write(Array(text.folded.utf8), to: folded) }
    if let flame {
      try FileSystem.write(Array(FlameGraph(text, title: title).svg.utf8), to: flame)
    }
  }
}

extension DebugTerminal {
  /// Opens the debugger: with a person, or with the commands of a script; `-` is standard input.
  func run(
    script: String?, isJSON: Bool, _ outcome: inout Outcome
  ) throws(CommandFailure) {
    if script == nil, TerminalInput.isInteractive, !isJSON {
      Descriptor.output.write(outcome.text)
      outcome.text = ""
      return interact()
    }
    let transcript = run(script: try FileSystem.readText(script ?? "-"))
    outcome.text += transcript.text
    outcome.result = outcome.result + ["debug": .array(transcript.json)]
    if let failure = transcript.failure {
      if outcome.status == .success { outcome.status = failure.status }
      outcome.reports += failure.allReports
    }
  }
}

extension FileSystem {
  /// The text of a file; `-` is standard input.
  static func readText(_ path: String) throws(CommandFailure) -> String {
    let bytes = path == "-" ? try readInput() : try read(path)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandFailure(.failure, "\"\(path)\" is not UTF-8")
    }
    return text
  }
}
