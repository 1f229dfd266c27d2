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
        aliquot test --watch
        aliquot test --shard 2/5 --junit results.xml
        aliquot test Contracts/Shop.scn --plot Charts
        aliquot test Contracts/Shop.scn --review
      """)

  @OptionGroup var selection: TestSelectionOptions
  @Option(name: .shortAndLong, help: "Workers; otherwise one for each core.") var jobs: Int?
  @Flag(help: "Begin nothing more after the first that does not pass.") var failFast = false
  @Flag(help: "Show trees of calls to the last line.") var trace = false
  @Flag(help: "List the scenarios, and run none.") var list = false
  @Flag(help: "Run again what is affected whenever a source changes, until interrupted.")
  var watch = false
  @OptionGroup var trials: TrialArguments
  @OptionGroup var forms: TestReportOptions
  @OptionGroup var measures: MeasureOptions
  @OptionGroup var mutation: MutationOptions
  @OptionGroup var plots: PlotOptions
  @OptionGroup var golden: GoldenOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard jobs.map({ (1...256).contains($0) }) ?? true else {
      throw ValidationError("There are 1 to 256 workers.")
    }
    guard !forms.tap || !global.json else {
      throw ValidationError("--tap and --json are two forms of the same output: give one.")
    }
    guard !golden.isReview || !(list || watch || forms.tap || failFast || mutation.mutate)
    else {
      throw ValidationError(
        "A review runs everything once, and asks: not with --list, --watch, --tap, --fail-fast or "
          + "--mutate.")
    }
    guard !list || !watch else {
      throw ValidationError("--list runs nothing, and --watch runs again: give one.")
    }
    guard !mutation.mutate || !forms.tap && forms.junit == nil else {
      throw ValidationError("--mutate tells of changes, and --tap and --junit of cases: give one.")
    }
  }

  func perform() throws -> Outcome {
    guard watch else { return try perform(TestLoad(selection, trials)) }
    return try TestWatch(command: self).run()
  }

  /// Runs what was loaded, or lists it.
  func perform(_ load: TestLoad) throws(CommandFailure) -> Outcome {
    var outcome: Outcome
    if list {
      outcome = listing(load.selected.flatMap(\.cases))
    } else if mutation.mutate {
      outcome = try mutation.perform(
        load.selected, trials.options, workers: workers, report: report(of: load), global)
    } else {
      outcome = try run(load)
    }
    outcome.remarks = load.remarks + outcome.remarks
    return outcome
  }

  private var workers: Int { jobs ?? Environment.processorCount }

  private func report(of load: TestLoad) -> ScenarioReport {
    ScenarioReport(suites: load.suites, paint: global.paint(.output), showsTraces: trace)
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

  private func run(_ load: TestLoad) throws(CommandFailure) -> Outcome {
    var outcome = Outcome()
    var results: [ScenarioResult] = []
    try golden.checkAnswers()
    var review = GoldenReview(
      acceptsAll: golden.accept, paint: global.json ? .plain : global.paint(.output))
    var measured = try TestMeasures(
      measures, suites: load.selected.map(\.suite), paths: selection.paths)
    for (suite, cases) in load.selected {
      var run = ScenarioRun(suite: suite, options: trials.options)
      run.plots = plots.directory != nil
      run.isReview = golden.isReview
      run.counted = measured.layouts(of: suite)
      let came = run.outcome(of: cases, workers: workers, failFast: failFast)
      measured.note(came, of: suite)
      let found = came.results
      results += found
      if golden.isReview {
        try review.review(suite, found)
      } else if let stale = GoldenChanges(suite, found).staleResult {
        results.append(stale)
      }
      for file in try keep(found, of: suite) { outcome.remarks.append("kept \(file)") }
      if failFast, found.contains(where: { $0.problem != nil }) { break }
    }
    outcome.text += review.text
    let failed = results.count { $0.problem != nil }
    let drawn = results.contains { $0.trial != nil } ? ", seed \(trials.seed.value)" : ""
    let summary = "\(results.count - failed) passed, \(failed) failed\(drawn)"
    let plain = ScenarioReport(suites: load.suites, paint: .plain, showsTraces: trace)
    if forms.tap {
      outcome.text += TAPReport(report: plain).text(results, summary: summary)
    } else {
      outcome.text += report(of: load).text(results, isQuiet: global.quiet) + summary + "\n"
    }
    try forms.writeJUnit(results, plain, seed: trials.seed.value)
    let drawings = try plots.write(results, of: load.suites)
    if let remark = plots.remark(drawings) { outcome.remarks.append(remark) }
    if let remark = remember(results) { outcome.remarks.append(remark) }
    if let summary = review.summary { outcome.text += summary + "\n" }
    if failed > 0 || review.kept > 0 { outcome.status = .testsFailed }
    outcome.result = [
      "passed": .number(results.count - failed), "failed": .number(failed),
      "seed": .string(String(trials.seed.value)),
      "scenarios": .array(results.map(plain.json)),
      "plots": .array(drawings.map { .string($0) }), "records": .array(review.json),
    ]
    let figures = try measured.tell(&outcome, paint: global.paint(.output))
    outcome.text += forms.tap ? TAPReport.comment(figures) : figures
    return outcome
  }

  /// Keeps the sequences that campaigns found; gives the files.
  private func keep(
    _ results: [ScenarioResult], of suite: ScenarioSuite
  ) throws(CommandFailure) -> [String] {
    guard let kept = CampaignCorpus(suite, given: trials.corpus) else { return [] }
    var files: [String] = []
    for result in results where suite.campaigns.contains(where: { $0.title == result.title }) {
      guard let scenario = result.trial?.finding?.scenario else { continue }
      files.append(try kept.add(scenario, of: result.title, in: suite))
    }
    return files
  }

  /// Notes what failed, for `--rerun`; gives what there is to say if that is not possible.
  private func remember(_ results: [ScenarioResult]) -> String? {
    var failures = LastFailures()
    do { try failures.note(results) } catch {
      return "what failed is not kept for --rerun: \(error.message)"
    }
    return nil
  }
}
