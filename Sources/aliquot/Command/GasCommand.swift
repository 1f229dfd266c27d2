import ArgumentParser
import Assembly

/// What functions cost, kept and compared.
struct GasCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gas",
    abstract: "Keep what the functions of contracts cost, and compare it later.",
    discussion: """
      `aliquot test --gas` shows the same numbers; `aliquot profile` shows them by source line.
      """,
    subcommands: [GasSnapshotCommand.self, GasDiff.self])
}

/// Which scenarios are measured, and where the snapshot is.
struct GasSnapshotOptions: ParsableArguments {
  @Argument(help: "Files or directories of scenarios.") var paths: [String] = []
  @Option(
    help: ArgumentHelp(
      "The snapshot; otherwise .gas-snapshot in the one directory that is given, or in the present one.",
      valueName: "file"))
  var file: String?
  @Option(name: .shortAndLong, help: "Workers; otherwise one for each core.") var jobs: Int?

  func validate() throws {
    guard jobs.map({ (1...256).contains($0) }) ?? true else {
      throw ValidationError("There are 1 to 256 workers.")
    }
  }

  /// The path of the snapshot.
  var snapshot: String {
    if let file { return file }
    let isDirectory = paths.count == 1 && FileSystem.entry(at: paths[0]) == .directory
    return Path.join(isDirectory ? paths[0] : "", GasSnapshot.fileName)
  }

  /// The same paths for a command line.
  var words: String { paths.map { " \($0.shellWord)" }.joined() }

  /// Runs the scenarios, all of which must pass, and measures what their steps cost.
  ///
  /// Properties and campaigns do not run: what they draw is nobody's choice.
  func measure() throws(CommandFailure) -> GasFigures {
    var figures = GasFigures()
    var failed = 0
    for file in try files() {
      let suite = try ScenarioSuite.load(file)
      let run = ScenarioRun(suite: suite)
      let cases = run.cases.filter { if case .scenario = $0.subject { true } else { false } }
      let outcome = run.outcome(of: cases, workers: jobs ?? Environment.processorCount)
      failed += outcome.results.count { $0.problem != nil }
      figures.note(outcome, of: suite)
    }
    guard failed == 0 else {
      throw CommandFailure(
        .testsFailed,
        "\(Words.count(failed, "scenario does", "scenarios do")) not pass, so that gas means nothing",
        help: "aliquot test\(words)")
    }
    return figures
  }

  private func files() throws(CommandFailure) -> [String] {
    var files: [String] = []
    for path in paths.isEmpty ? ["."] : paths {
      if FileSystem.entry(at: path) == .directory {
        files += try FileSystem.files(below: path, endingIn: ScenarioSuite.suffix)
      } else {
        files.append(path)
      }
    }
    guard !files.isEmpty else {
      throw CommandFailure(
        .noTests, "there is no scenario", help: "files of scenarios end in \(ScenarioSuite.suffix)")
    }
    return files
  }
}

/// Writes a snapshot.
struct GasSnapshotCommand: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot",
    abstract: "Write what the calls in scenarios cost to a file that is kept beside them.",
    discussion: """
      One line tells of one function: how many calls succeeded, and the least, the median and the most \
      gas that they used. Gas is the same on every machine.

      Examples:
        aliquot gas snapshot Contracts
        aliquot gas snapshot Contracts --file gas.txt
      """)

  @OptionGroup var options: GasSnapshotOptions
  @OptionGroup var global: GlobalOptions

  func perform() throws -> Outcome {
    let snapshot = GasSnapshot(try options.measure())
    try FileSystem.write(Array(snapshot.text.utf8), to: options.snapshot)
    let count = snapshot.functions.count
    return Outcome(
      text: global.quiet ? "" : "\(options.snapshot): \(Words.count(count, "function"))\n",
      result: ["file": .string(options.snapshot), "functions": .number(count)])
  }
}

/// Compares what functions cost with a snapshot.
struct GasDiff: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare what the calls in scenarios cost with the snapshot.",
    discussion: """
      A difference counts in both directions, so that what was saved is written down too. Functions that \
      are new or gone count as well. Give the paths that the snapshot was made of.

      Examples:
        aliquot gas diff Contracts
        aliquot gas diff Contracts --tolerance 0.5%
      """)

  @OptionGroup var options: GasSnapshotOptions
  @Option(
    help: ArgumentHelp("By how much gas may differ before that is an error.", valueName: "percent"))
  var tolerance = GasTolerance.none
  @OptionGroup var global: GlobalOptions

  func perform() throws -> Outcome {
    let path = options.snapshot
    guard FileSystem.entry(at: path) != .nothing else {
      throw CommandFailure(
        .notFound, "there is no snapshot \"\(path)\"",
        help: "aliquot gas snapshot\(options.words) writes a first one")
    }
    let before = try GasSnapshot(reading: FileSystem.readText(path), of: path)
    let comparison = GasComparison(before, try options.measure(), tolerance: tolerance)
    var outcome = Outcome(text: comparison.table(global.paint(.output)), result: comparison.json)
    if comparison.isTolerated {
      if !global.quiet { outcome.text += summary(comparison) }
    } else {
      outcome.status = .gasChanged
      outcome.reports.append(
        .message(
          .error, "gas is not what \"\(path)\" says",
          help: "if it is meant to be so: aliquot gas snapshot\(options.words)"
            + (options.file.map { " --file \($0.shellWord)" } ?? "")))
    }
    return outcome
  }

  private func summary(_ comparison: GasComparison) -> String {
    let count = Words.count(comparison.count, "function")
    return comparison.changes.isEmpty
      ? "\(count): gas is what the snapshot says\n"
      : "\(count): gas differs by no more than \(tolerance.description)\n"
  }
}
