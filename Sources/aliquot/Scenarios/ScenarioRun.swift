import Assembly
import Dispatch
import Synchronization

/// A case of a suite: a scenario or one row of its table, a property, or a campaign.
struct ScenarioCase: Sendable {
  /// What is tried.
  enum Subject: Sendable {
    /// Steps, after names got the values of a row.
    case scenario([ScenarioStep], row: [(name: Name, value: Expression)])
    /// Steps with drawn values.
    case property(PropertySyntax)
    /// Drawn steps.
    case campaign(CampaignSyntax)
  }

  /// The file.
  let path: String
  /// The title; with the number of the row if the scenario has a table.
  let title: String
  /// The line of the title, or of the row.
  let line: Int
  /// What is tried.
  let subject: Subject

  /// What it is, in a word.
  var sort: String {
    switch subject {
    case .scenario: "scenario"
    case .property: "property"
    case .campaign: "campaign"
    }
  }

  /// In how many parts it is carried out, each of them from where the setup ended.
  var partCount: Int {
    if case .scenario = subject { 1 } else { TrialOptions.parts }
  }
}

/// What became of a case.
struct ScenarioResult: Sendable {
  let path: String
  let title: String
  /// The line of the case; 0 if the whole file is meant.
  let line: Int
  /// What it did.
  var log = ScenarioLog()
  /// Why it does not pass.
  var problem: ScenarioProblem?
  /// Whether the problem is the setup's, so that no case of the file can begin.
  var isSetupBroken = false
  /// What else there is to say of a property or a campaign.
  var trial: TrialReport?
}

/// Runs the cases of a suite, spread over threads; each begins where the setup ended.
struct ScenarioRun {
  /// The suite.
  let suite: ScenarioSuite
  /// How properties and campaigns draw.
  var options = TrialOptions()
  /// Gas of a step that says nothing of it.
  var stepGas = ScenarioScope.stepGas
  /// Whether what scenarios plot is gathered.
  var plots = false
  /// Whether golden steps are reviewed, so that none fails for its record.
  var isReview = false

  /// The cases of the suite, in the order of the file.
  var cases: [ScenarioCase] {
    var cases = suite.scenarios.flatMap { scenario -> [ScenarioCase] in
      guard let table = scenario.cases else {
        return [
          item(
            scenario.title, at: scenario.titleSpan, .scenario(scenario.steps, row: []))
        ]
      }
      return table.rows.enumerated().map { number, row in
        item(
          "\(scenario.title), case \(number + 1)", at: row.span,
          .scenario(
            scenario.steps,
            row: Array(zip(table.names, row.values)).map { (name: $0.0, value: $0.1) }))
      }
    }
    cases += suite.properties.map { item($0.title, at: $0.titleSpan, .property($0)) }
    cases += suite.campaigns.map { item($0.title, at: $0.titleSpan, .campaign($0)) }
    return cases.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
      .map(\.element)
  }

  private func item(
    _ title: String, at span: Span, _ subject: ScenarioCase.Subject
  ) -> ScenarioCase {
    ScenarioCase(
      path: suite.path, title: title, line: suite.sources.location(of: span).1.line,
      subject: subject)
  }

  /// Runs cases with so many workers, and gives their results in order.
  ///
  /// With `failFast` nothing behind the first case that does not pass is told, and little of it begins.
  func results(
    of cases: [ScenarioCase], workers: Int, failFast: Bool = false
  ) -> [ScenarioResult] {
    let headings = GoldenHeadings(suite)
    let parts = cases.indices.flatMap { index in
      (0..<cases[index].partCount).map { (index: index, part: $0) }
    }
    let found = Mutex([[PartResult?]](cases.map { .init(repeating: nil, count: $0.partCount) }))
    let next = Atomic<Int>(0)
    let firstFailure = Atomic<Int>(.max)
    DispatchQueue.concurrentPerform(iterations: max(1, min(workers, parts.count))) { _ in
      let scope = ScenarioScope(codes: suite.codes, stepGas: stepGas)
      var beginner = ScenarioExecutor(scope: scope)
      var broken: ScenarioProblem?
      do throws(ScenarioProblem) { try beginner.begin(suite) } catch { broken = error }
      let start = scope.mark()
      while true {
        let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard number < parts.count else { return }
        let (index, part) = parts[number]
        // What is found in a part makes those behind it superfluous.
        let isDecided = found.withLock { $0[index][..<part].contains { $0?.problem != nil } }
        let isBehind = failFast && index > firstFailure.load(ordering: .relaxed)
        if isDecided || isBehind { continue }
        let result =
          broken.map { .broken($0) } ?? self.result(of: cases[index], part, scope, headings)
        if result.problem != nil { firstFailure.min(index, ordering: .relaxed) }
        scope.goBack(to: start)
        found.withLock { $0[index][part] = result }
      }
    }
    let results = zip(cases, found.withLock { $0 }).compactMap { result(of: $0, $1) }
    let end = failFast ? results.firstIndex { $0.problem != nil } : nil
    return end.map { Array(results[...$0]) } ?? results
  }

  /// What one part of a case came to.
  private enum PartResult: Sendable {
    case broken(ScenarioProblem)
    case scenario(ScenarioLog, ScenarioProblem?)
    case trial(TrialPart)

    var problem: ScenarioProblem? {
      switch self {
      case .broken(let problem): problem
      case .scenario(_, let problem): problem
      case .trial(let part): part.finding?.problem
      }
    }
  }

  private func result(
    of item: ScenarioCase, _ part: Int, _ scope: ScenarioScope, _ headings: GoldenHeadings
  ) -> PartResult {
    switch item.subject {
    case .scenario(let steps, let row):
      var executor = ScenarioExecutor(scope: scope)
      executor.isReplay = suite.isReplay
      if plots, !suite.isReplay {
        executor.plots = PlotSampler(scope: scope, sources: suite.sources)
      }
      executor.golden = headings[item.line].map {
        GoldenCase(suite, heading: $0, isReview: isReview)
      }
      do throws(ScenarioProblem) {
        let evaluator = ScenarioEvaluator(scope: scope)
        // What has no value, such as the name of an error, is looked at where it is used.
        for (name, value) in row {
          scope.row[name.text] = value
          scope.variables[name.text] = try? evaluator.value(value)
        }
        try executor.tell(steps)
        return .scenario(executor.log, nil)
      } catch {
        var problem = error
        problem.bindings = bindings(of: row, in: scope) + problem.bindings
        return .scenario(executor.log, problem)
      }
    case .property(let property):
      return .trial(
        PropertyTrial(suite: suite, property: property, options: options, scope: scope)
          .run(part: part))
    case .campaign(let campaign):
      return .trial(
        CampaignTrial(suite: suite, campaign: campaign, options: options, scope: scope)
          .run(part: part))
    }
  }

  /// The values of a row, by the names of their columns.
  private func bindings(
    of row: [(name: Name, value: Expression)], in scope: ScenarioScope
  ) -> [String] {
    let text = ScenarioText(names: scope.names)
    let evaluator = ScenarioEvaluator(scope: scope)
    return row.map { name, expression in
      let value = scope.variables[name.text].map {
        text.text($0, of: evaluator.unit(of: expression))
      }
      return "\(name.text) = \(value ?? suite.sources.text(of: expression.span))"
    }
  }

  /// The result of a case from those of its parts, up to the first that found something; nil if it did not
  /// begin.
  private func result(of item: ScenarioCase, _ parts: [PartResult?]) -> ScenarioResult? {
    var result = ScenarioResult(path: item.path, title: item.title, line: item.line)
    var trials: [TrialPart] = []
    for part in parts {
      guard let part else { return nil }
      if case .broken = part { result.isSetupBroken = true }
      if case .scenario(let log, _) = part { result.log = log }
      if case .trial(let trial) = part { trials.append(trial) }
      result.problem = part.problem
      if result.problem != nil { break }
    }
    guard !trials.isEmpty else { return result }
    result.log.steps = trials.reduce(0) { $0 + $1.steps }
    let merging = TrialMerging(options: options, parts: trials)
    switch item.subject {
    case .scenario: break
    case .property: result.trial = merging.property
    case .campaign(let campaign): result.trial = merging.campaign(campaign)
    }
    result.problem = result.trial?.finding?.problem
    return result
  }
}
