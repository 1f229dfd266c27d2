import ArgumentParser
import Assembly

/// Runs scenarios.
struct Test: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Run scenarios: stories of transactions, with what is expected of each.",
    discussion: """
      Files end in .scn; a directory means all that are below it. Every scenario begins where the \
      file's setup ended. Results come in the order of the files, whatever the number of workers.

      Examples:
        aliquot test
        aliquot test Contracts --filter "rounding"
        aliquot test Contracts/Shop.scn:42
        aliquot test Contracts/Shop.scn:80 --seed 7 --runs 1000
        aliquot test Contracts/Shop.scn --mutate --mutate-in Contracts/Shop.alq
        aliquot test Contracts --coverage --lcov coverage.info
        aliquot test Contracts --covering Shop.alq:42
      """)

  @Argument(help: "Files, directories, or a file and a line: Shop.scn:42.") var paths: [String] = []
  @Option(
    help: ArgumentHelp("Only scenarios whose title holds this.", valueName: "text"))
  var filter: String?
  @Option(name: .shortAndLong, help: "Workers; otherwise one for each core.") var jobs: Int?
  @Flag(help: "Begin nothing more after the first that does not pass.") var failFast = false
  @Flag(help: "Show trees of calls to the last line.") var trace = false
  @Flag(help: "List the scenarios, and run none.") var list = false
  @Option(help: "What properties and campaigns draw depends on.") var seed: UInt64 = 0
  @Option(
    help: ArgumentHelp(
      "Where sequences that break something are kept, and tried first; .corpus if there is one.",
      valueName: "directory"))
  var corpus: String?
  @Option(help: "Runs of every property and campaign; otherwise as each says.") var runs: Int?
  @OptionGroup var measures: MeasureOptions
  @OptionGroup var mutation: MutationOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard jobs.map({ (1...256).contains($0) }) ?? true else {
      throw ValidationError("There are 1 to 256 workers.")
    }
    guard runs.map({ (1...TrialOptions.runsMax).contains($0) }) ?? true else {
      throw ValidationError("There are 1 to \(TrialOptions.runsMax) runs.")
    }
  }

  func perform() throws -> Outcome {
    let wanted = try TestSelection.read(paths)
    var suites: [String: ScenarioSuite] = [:]
    var selected: [(suite: ScenarioSuite, cases: [ScenarioCase])] = []
    for file in wanted.files {
      let suite = try ScenarioSuite.load(file.path)
      suites[file.path] = suite
      let cases = ScenarioRun(suite: suite).cases.filter { item in
        file.includes(item, of: suite) && (filter.map { item.title.contains($0) } ?? true)
      }
      try selected += replays(of: cases, in: suite).map { replay in
        suites[replay.path] = replay
        return (replay, ScenarioRun(suite: replay).cases)
      }
      if !cases.isEmpty { selected.append((suite, cases)) }
    }
    guard !selected.isEmpty else {
      throw CommandFailure(
        .noTests, filter.map { "no scenario has \"\($0)\" in its title" } ?? "there is no scenario",
        help: "files of scenarios end in \(ScenarioSuite.suffix)")
    }
    if list { return listing(selected.flatMap(\.cases)) }
    let report = ScenarioReport(suites: suites, paint: global.paint(.output), showsTraces: trace)
    if mutation.mutate {
      return try mutation.perform(
        selected, TrialOptions(seed: seed, runs: runs),
        workers: jobs ?? Environment.processorCount, report: report, global)
    }
    return try run(selected, report)
  }

  /// The kept sequences of the campaigns among cases.
  private func replays(
    of cases: [ScenarioCase], in suite: ScenarioSuite
  ) throws(CommandFailure) -> [ScenarioSuite] {
    guard let kept = CampaignCorpus(suite, given: corpus) else { return [] }
    var replays: [ScenarioSuite] = []
    for item in cases {
      if case .campaign = item.subject { replays += try kept.suites(of: item.title, in: suite) }
    }
    return replays
  }

  /// Keeps the sequences that campaigns found; gives the files.
  private func keep(
    _ results: [ScenarioResult], of suite: ScenarioSuite
  ) throws(CommandFailure) -> [String] {
    guard let kept = CampaignCorpus(suite, given: corpus) else { return [] }
    var files: [String] = []
    for result in results where suite.campaigns.contains(where: { $0.title == result.title }) {
      guard let scenario = result.trial?.finding?.scenario else { continue }
      files.append(try kept.add(scenario, of: result.title, in: suite))
    }
    return files
  }

  private func listing(_ cases: [ScenarioCase]) -> Outcome {
    Outcome(
      text: cases.map { "\($0.path):\($0.line)  \($0.title)\n" }.joined(),
      result: [
        "scenarios": .array(
          cases.map {
            [
              "sort": .string($0.sort), "file": .string($0.path), "line": .number($0.line),
              "title": .string($0.title),
            ]
          })
      ])
  }

  private func run(
    _ selected: [(suite: ScenarioSuite, cases: [ScenarioCase])],
    _ report: ScenarioReport
  ) throws(CommandFailure) -> Outcome {
    var outcome = Outcome()
    var results: [ScenarioResult] = []
    var measured = try TestMeasures(measures, suites: selected.map(\.suite), paths: paths)
    for (suite, cases) in selected {
      let came = ScenarioRun(
        suite: suite, options: TrialOptions(seed: seed, runs: runs),
        counted: measured.layouts(of: suite)
      ).outcome(of: cases, workers: jobs ?? Environment.processorCount, failFast: failFast)
      measured.note(came, of: suite)
      let found = came.results
      results += found
      for file in try keep(found, of: suite) { outcome.remarks.append("kept \(file)") }
      if failFast, found.contains(where: { $0.problem != nil }) { break }
    }
    outcome.text += report.text(results, isQuiet: global.quiet)
    let failed = results.count { $0.problem != nil }
    let drawn = results.contains { $0.trial != nil } ? ", seed \(seed)" : ""
    outcome.text += "\(results.count - failed) passed, \(failed) failed\(drawn)\n"
    if failed > 0 { outcome.status = .testsFailed }
    outcome.result = [
      "passed": .number(results.count - failed), "failed": .number(failed),
      "seed": .string(String(seed)),
      "scenarios": .array(results.map(report.json)),
    ]
    outcome.text += try measured.tell(&outcome, paint: global.paint(.output))
    return outcome
  }
}

/// Which scenarios are meant.
struct TestSelection {
  /// A file, and the line in it that is meant, if one is.
  struct File {
    let path: String
    var line: Int?

    /// Whether a case is meant: its scenario or its row holds the line.
    func includes(_ item: ScenarioCase, of suite: ScenarioSuite) -> Bool {
      guard let line else { return true }
      if item.line == line { return true }
      let rows = suite.scenarios.flatMap { $0.cases?.rows ?? [] }
        .map { suite.sources.location(of: $0.span).1.line }
      guard !rows.contains(line) else { return false }
      let titles =
        suite.scenarios.map(\.titleSpan) + suite.properties.map(\.titleSpan)
        + suite.campaigns.map(\.titleSpan)
      let lines = titles.map { suite.sources.location(of: $0).1.line }
      let title = lines.filter { $0 <= item.line }.max() ?? 0
      let next = lines.filter { $0 > item.line }.min() ?? .max
      return title <= line && line < next
    }
  }

  /// The files in order.
  var files: [File] = []

  /// Reads paths; none mean the present directory.
  static func read(_ paths: [String]) throws(CommandFailure) -> TestSelection {
    var selection = TestSelection()
    for path in paths.isEmpty ? ["."] : paths {
      if FileSystem.entry(at: path) == .directory {
        for file in try FileSystem.files(below: path, endingIn: ScenarioSuite.suffix) {
          selection.files.append(File(path: file))
        }
        continue
      }
      var file = File(path: path)
      if FileSystem.entry(at: path) == .nothing, let colon = path.lastIndex(of: ":"),
        let line = Int(path[path.index(after: colon)...])
      {
        file = File(path: String(path[..<colon]), line: line)
      }
      selection.files.append(file)
    }
    return selection
  }
}
