import ArgumentParser
import Assembly

/// The flags that every command takes, at any place of the command line.
struct GlobalOptions: ParsableArguments {
  @Flag(help: "Write one JSON document to standard output, also when the command fails.")
  var json = false

  @Option(help: ArgumentHelp("Colours: auto, always or never.", valueName: "when"))
  var color = ColorChoice.auto

  @Flag(name: .shortAndLong, help: "Say nothing but results and errors.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Say more about what happens, on standard error.")
  var verbose = false

  /// The words of global flags, each with the number of values that follow it.
  private static let words = [
    "--json": 0, "--color": 1, "-q": 0, "--quiet": 0, "-v": 0, "--verbose": 0,
  ]

  /// How many words a global flag takes with its value, if the word is one.
  static func wordCount(_ word: String) -> Int? {
    word.hasPrefix("--color=") ? 1 : words[word].map { $0 + 1 }
  }

  /// Colours for a channel.
  func paint(_ descriptor: Descriptor) -> Paint {
    Paint(
      isColored: color.applies(
        isTerminal: descriptor.isTerminal, noColor: Environment.variable("NO_COLOR")))
  }
}

extension ColorChoice: ExpressibleByArgument {}

/// A command of the tool: it says what it came to, and the channels are the same for all.
///
/// Standard output is the result and nothing else; diagnostics and progress go to standard error.
/// `--json` changes the form of the result, not the channel.
protocol AliquotCommand: ParsableCommand {
  /// The flags that every command takes.
  var global: GlobalOptions { get }
  /// Does the work.
  func perform() throws -> Outcome
}

extension AliquotCommand {
  /// The name and version of the JSON result.
  static var schema: String { Envelope.schema(Aliquot.path(to: Self.self) ?? []) }

  /// Does the work, writes the outcome and ends the process.
  func run() throws {
    let outcome: Outcome
    do {
      outcome = try perform()
    } catch let failure as CommandFailure {
      outcome = Outcome(status: failure.status, reports: failure.allReports)
    }
    show(outcome)
    if outcome.status != .success { throw ExitCode(outcome.status.rawValue) }
  }

  /// Writes an outcome to the channels that it belongs to.
  func show(_ outcome: Outcome) {
    if global.json {
      Descriptor.output.write(Envelope.text(Self.schema, outcome))
    } else {
      if !outcome.text.isEmpty { Descriptor.output.write(outcome.text) }
      let paint = global.paint(.error)
      let shown = outcome.reports.map {
        $0.text(style: outcome.style, isColored: paint.isColored)
      }
      if !shown.isEmpty {
        Descriptor.error.write(shown.joined(separator: outcome.style == .text ? "\n" : ""))
      }
      if !global.quiet {
        for remark in outcome.remarks { Descriptor.error.write(paint.faint(remark) + "\n") }
      }
    }
  }
}

/// The JSON document that every command writes under `--json`.
enum Envelope {
  /// The name and version of the result of a command: `aliquot.account.new/1`.
  static func schema(_ path: [String]) -> String {
    "aliquot.\(path.joined(separator: "."))/1"
  }

  /// The document, with a line break at its end.
  static func text(_ schema: String, _ outcome: Outcome) -> String {
    let document: JSON = [
      "schema": .string(schema), "ok": .bool(outcome.status == .success),
      "result": outcome.result, "diagnostics": .array(outcome.reports.map(\.json)),
    ]
    return document.text + "\n"
  }
}
