import Assembly

/// How properties and campaigns draw.
struct TrialOptions: Sendable {
  /// What all draws depend on.
  var seed: UInt64 = 0
  /// Runs of every property and campaign, whatever they say themselves.
  var runs: Int?

  /// Parts of a property or a campaign, whatever the number of workers: each draws for itself, and the
  /// first one that finds something counts.
  static let parts = 4
  /// Runs that a property or a campaign may have.
  static let runsMax = 1_000_000

  /// The runs of a part of so many.
  static func runs(ofPart part: Int, of count: Int) -> Range<Int> {
    count * part / parts..<count * (part + 1) / parts
  }

  /// How many runs there are: as the command line says, or the file, or else a number.
  func runs(
    _ expression: Expression?, otherwise count: Int, _ evaluator: ScenarioEvaluator
  ) throws(ScenarioProblem) -> Int {
    if let runs { return runs }
    guard let expression else { return count }
    return try evaluator.count(expression, in: 1...Self.runsMax)
  }

  /// A generator for one of the draws of something with a title.
  ///
  /// The name of the file counts, and not where it lies or from where the command is run.
  func generator(_ suite: ScenarioSuite, _ title: String, _ number: Int) -> SeededGenerator {
    let file = suite.path.split(separator: "/").last.map(String.init) ?? suite.path
    return SeededGenerator([file, title], [seed, UInt64(number)])
  }

  /// What the command line needs so that the same is drawn again.
  var arguments: String { " --seed \(seed)" + (runs.map { " --runs \($0)" } ?? "") }
}

/// What one part of a property or a campaign came to.
struct TrialPart: Sendable {
  /// Runs that were begun.
  var runs = 0
  /// Runs that there are in all.
  var runCount = 0
  /// Transactions.
  var steps = 0
  /// Whether the runs of all parts together are everything that there is.
  var isExhaustive = false
  /// What was found.
  var finding: TrialFinding?
  /// What a campaign reached.
  var reach: CampaignReach?
}

/// Something that does not hold.
struct TrialFinding: Sendable {
  /// What does not hold.
  var problem: ScenarioProblem
  /// The files that the problem's places are in, if they are not those of the suite.
  var sources: SourceSet?
  /// What there is to say of it, each with a word in front.
  var notes: [(label: String, text: String)] = []
  /// The smallest case as a scenario, ready to paste.
  var scenario: String?
  /// The same for programs.
  var members: [JSON.Member] = []
}

/// What is told of a property or a campaign beside whether it passes.
struct TrialReport: Sendable {
  /// What was tried, in a few words behind the title.
  var summary: String
  /// The same for programs.
  var json: JSON
  /// What was reached, in lines.
  var lines: [String] = []
  /// What was found.
  var finding: TrialFinding?
  /// What the command line needs to find it again.
  var arguments: String
}
