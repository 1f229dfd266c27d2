import ArgumentParser

/// What the command line says of how properties and campaigns draw.
struct TrialArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What properties and campaigns draw depends on; \"random\" takes any, and tells it.",
      valueName: "number"))
  var seed = TestSeed(0)
  @Option(
    help: ArgumentHelp(
      "Where sequences that break something are kept, and tried first; .corpus if there is one.",
      valueName: "directory"))
  var corpus: String?
  @Option(help: "Runs of every property and campaign; otherwise as each says.") var runs: Int?

  func validate() throws {
    guard runs.map({ (1...TrialOptions.runsMax).contains($0) }) ?? true else {
      throw ValidationError("There are 1 to \(TrialOptions.runsMax) runs.")
    }
  }

  /// The same for a run.
  var options: TrialOptions { TrialOptions(seed: seed.value, runs: runs) }
}
