import ArgumentParser

/// What the command line wants to know of a run of tests, besides whether they pass.
struct MeasureOptions: ParsableArguments {
  @OptionGroup var coverage: CoverageOptions
  @OptionGroup var gas: GasOptions
}

/// Gathers what ran in a run of tests, and what calls cost.
struct TestMeasures {
  private let options: MeasureOptions
  private var coverage: CoverageSession
  private var gas = GasFigures()

  /// Prepares to measure suites that stand below paths.
  init(
    _ options: MeasureOptions, suites: [ScenarioSuite], paths: [String]
  ) throws(CommandFailure) {
    self.options = options
    coverage = try CoverageSession(options.coverage, suites: suites, paths: paths)
  }

  /// The code of a suite of which is to be counted what runs.
  func layouts(of suite: ScenarioSuite) -> [CodeLayout] { coverage.layouts(of: suite) }

  /// Adds what became of a suite.
  mutating func note(_ outcome: ScenarioOutcome, of suite: ScenarioSuite) {
    coverage.note(outcome, of: suite)
    gas.note(outcome, of: suite)
  }

  /// Tells what was measured, as the command line asks, and writes the files that are wanted.
  func tell(_ outcome: inout Outcome, paint: Paint) throws(CommandFailure) -> String {
    options.gas.tell(gas, &outcome, paint: paint) + (try coverage.tell(&outcome, paint: paint))
  }
}
