import Assembly

/// The suites of a run, and which of their cases are to run.
struct TestLoad {
  /// Suites with cases, in order.
  private(set) var selected: [(suite: ScenarioSuite, cases: [ScenarioCase])] = []
  /// The suites by their paths, also those that are kept sequences of campaigns.
  private(set) var suites: [String: ScenarioSuite] = [:]
  /// What there is to say about the choice.
  private(set) var remarks: [String] = []

  private let selection: TestSelection
  private let trials: TrialArguments
  /// Whether anything is meant, in whatever part it may be.
  private var isAnythingMeant = false

  /// A load with nothing in it yet.
  init(_ selection: TestSelection, _ trials: TrialArguments) {
    self.selection = selection
    self.trials = trials
  }

  /// Loads what options mean, and throws what is wrong with it; it is an error if that is nothing.
  init(_ options: TestSelectionOptions, _ trials: TrialArguments) throws(CommandFailure) {
    self.init(try TestSelection(options), trials)
    for file in selection.files { try add(file) }
    guard isAnythingMeant else { throw selection.nothingFound }
    narrow()
  }

  /// Loads a file, and throws what is wrong with it.
  mutating func add(_ file: TestSelection.File) throws(CommandFailure) {
    let suite = try ScenarioSuite.load(file.path)
    suites[file.path] = suite
    let all = selection.cases(of: suite, in: file)
    isAnythingMeant = isAnythingMeant || !all.isEmpty
    let cases = selection.part(of: all)
    // What a campaign found earlier runs before it, and wherever it runs.
    for item in cases {
      guard case .campaign = item.subject, let kept = CampaignCorpus(suite, given: trials.corpus)
      else { continue }
      for replay in try kept.suites(of: item.title, in: suite) {
        suites[replay.path] = replay
        selected.append((replay, ScenarioRun(suite: replay).cases))
      }
    }
    if !cases.isEmpty { selected.append((suite, cases)) }
  }

  /// Leaves of all that was loaded what failed the last time, if that is asked for.
  mutating func narrow() {
    if selected.isEmpty, isAnythingMeant, let shard = selection.shard {
      remarks.append("no scenario belongs to part \(shard.text)")
    }
    guard selection.isRerun, !selected.isEmpty else { return }
    let failures = LastFailures()
    let failed = selected.map { ($0.suite, $0.cases.filter(failures.contains)) }
      .filter { !$0.1.isEmpty }
    if failed.isEmpty {
      remarks.append("none of these failed when it ran last, so all run")
    } else {
      selected = failed
    }
  }
}
