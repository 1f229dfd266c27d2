import ArgumentParser
import Assembly

/// Options of tests that are themselves tested, by changes in the contracts.
struct MutationOptions: ParsableArguments {
  @Flag(
    help: """
      Change the contracts that the files are named after, one small thing at a time, and list the changes \
      that no scenario notices.
      """)
  var mutate = false

  @Option(
    help: ArgumentHelp(
      "With --mutate: only changes in this file, or on this line; may be repeated.",
      valueName: "file[:line]"))
  var mutateIn: [String] = []

  @Option(
    help: ArgumentHelp(
      "With --mutate: how many of a hundred changes must be noticed.", valueName: "percent"))
  var mutationMin: Int?

  func validate() throws {
    guard mutate || mutateIn.isEmpty && mutationMin == nil else {
      throw ValidationError("--mutate-in and --mutation-min belong to --mutate.")
    }
    guard mutationMin.map({ (0...100).contains($0) }) ?? true else {
      throw ValidationError("A score is 0 to 100 percent.")
    }
  }

  /// Makes the changes; what the cases say of the contracts as they are must be right.
  func perform(
    _ selections: [MutationTrial.Selection], _ options: TrialOptions, workers: Int,
    report: ScenarioReport, _ global: GlobalOptions
  ) throws(CommandFailure) -> Outcome {
    let trial = MutationTrial(selections: selections, options: options)
    if let broken = trial.firstProblem(workers: workers) {
      var outcome = Outcome(text: report.text([broken], isQuiet: true), result: report.json(broken))
      outcome.status = .testsFailed
      outcome.reports = [
        .message(
          .error, "a case does not pass with the contracts as they are, and notices no change",
          help: "correct it first")
      ]
      return outcome
    }
    let paths = trial.sources.map(\.path)
    var places: [MutationRun.Place] = []
    for text in mutateIn {
      let named = NamedSource(text)
      places.append(.init(path: try named.path(among: paths), line: named.line))
    }
    let progress = ProgressLine("changing", global)
    let results = MutationRun(trial: trial, places: places).results(workers: workers) {
      progress.show($0, "of \(Numbers.grouped(String($1))) changes")
    }
    progress.end()
    let text = MutationText(paint: global.paint(.output))
    var outcome = Outcome(text: text.text(results), result: text.json(results))
    let part = MutationText.total(results)
    if let mutationMin, part.covered * 100 < mutationMin * part.all {
      outcome.status = .testsFailed
      outcome.reports = [
        .message(
          .error,
          "only \(part.text) of the changes were noticed, and "
            + "\(mutationMin) % must be",
          help: "write scenarios for the changes above, or lower --mutation-min")
      ]
    }
    return outcome
  }
}
