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
  let line: Int
  /// Transactions that ran.
  var steps: Int { log.steps }
  /// Why it does not pass.
  var problem: ScenarioProblem?
  /// Whether the problem is the setup's, so that no case of the file can begin.
  var isSetupBroken = false
  /// What else there is to say of a property or a campaign.
  var trial: TrialReport?
  /// What it did.
  var log = ScenarioLog()
}

/// What became of the cases of a suite.
struct ScenarioOutcome: Sendable {
  /// What the setup did, which happens once for all cases.
  var setup = ScenarioLog()
  /// The results of the cases, in order.
  var results: [ScenarioResult] = []
}

/// Runs the cases of a suite, spread over threads; each begins where the setup ended.
struct ScenarioRun {
  /// The suite.
  let suite: ScenarioSuite
  /// How properties and campaigns draw.
  var options = TrialOptions()
  /// Gas of a step that says nothing of it.
  var stepGas = ScenarioScope.stepGas
  /// The code of which is counted what runs.
  var counted: [CodeLayout] = []

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

  /// Runs cases with so many workers, and gives their results in order, and what the setup did.
  ///
  /// With `failFast` nothing behind the first case that does not pass is told, and little of it begins.
  func outcome(
    of cases: [ScenarioCase], workers: Int, failFast: Bool = false
  ) -> ScenarioOutcome {
    let parts = cases.indices.flatMap { index in
      (0..<cases[index].partCount).map { (index: index, part: $0) }
    }
    let found = Mutex([[PartResult?]](cases.map { .init(repeating: nil, count: $0.partCount) }))
    let setup = Mutex<ScenarioLog?>(nil)
    let next = Atomic<Int>(0)
    let firstFailure = Atomic<Int>(.max)
    DispatchQueue.concurrentPerform(iterations: max(1, min(workers, parts.count))) { _ in
      let scope = ScenarioScope(
        codes: suite.codes, stepGas: stepGas,
        coverage: counted.isEmpty ? nil : CoverageObserver(counted))
      var beginner = ScenarioExecutor(scope: scope)
      var broken: ScenarioProblem?
      do throws(ScenarioProblem) { try beginner.begin(suite) } catch { broken = error }
      let start = scope.mark()
      // Every worker begins, and all of them do the same: it counts once.
      var log = beginner.log
      log.counts = scope.takeCounts()
      setup.withLock { if $0 == nil { $0 = log } }
      while true {
        let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard number < parts.count else { return }
        let (index, part) = parts[number]
        // What is found in a part makes those behind it superfluous.
        let isDecided = found.withLock { $0[index][..<part].contains { $0?.problem != nil } }
        let isBehind = failFast && index > firstFailure.load(ordering: .relaxed)
        if isDecided || isBehind { continue }
        var result =
          broken.map { PartResult(.broken($0)) } ?? self.result(of: cases[index], part, scope)
        result.log.counts = scope.takeCounts()
        scope.count(true)
        if result.problem != nil { firstFailure.min(index, ordering: .relaxed) }
        scope.goBack(to: start)
        found.withLock { $0[index][part] = result }
      }
    }
    let results = zip(cases, found.withLock { $0 }).compactMap { result(of: $0, $1) }
    let end = failFast ? results.firstIndex { $0.problem != nil } : nil
    return ScenarioOutcome(
      setup: setup.withLock { $0 } ?? ScenarioLog(),
      results: end.map { Array(results[...$0]) } ?? results)
  }

  /// Runs cases with so many workers, and gives their results in order.
  func results(
    of cases: [ScenarioCase], workers: Int, failFast: Bool = false
  ) -> [ScenarioResult] {
    outcome(of: cases, workers: workers, failFast: failFast).results
  }

  /// What one part of a case came to.
  private struct PartResult: Sendable {
    enum Sort: Sendable {
      case broken(ScenarioProblem)
      case scenario(ScenarioProblem?)
      case trial(TrialPart)
    }

    let sort: Sort
    /// What it did.
    var log: ScenarioLog

    init(_ sort: Sort, log: ScenarioLog = ScenarioLog()) {
      self.sort = sort
      self.log = log
    }

    var problem: ScenarioProblem? {
      switch sort {
      case .broken(let problem): problem
      case .scenario(let problem): problem
      case .trial(let part): part.finding?.problem
      }
    }
  }

  private func result(of item: ScenarioCase, _ part: Int, _ scope: ScenarioScope) -> PartResult {
    switch item.subject {
    case .scenario(let steps, let row):
      var executor = ScenarioExecutor(scope: scope)
      executor.isReplay = suite.isReplay
      do throws(ScenarioProblem) {
        let evaluator = ScenarioEvaluator(scope: scope)
        // What has no value, such as the name of an error, is looked at where it is used.
        for (name, value) in row {
          scope.row[name.text] = value
          scope.variables[name.text] = try? evaluator.value(value)
        }
        try executor.run(steps)
        return PartResult(.scenario(nil), log: executor.log)
      } catch {
        var problem = error
        problem.bindings = bindings(of: row, in: scope) + problem.bindings
        return PartResult(.scenario(problem), log: executor.log)
      }
    case .property(let property):
      return PartResult(
        .trial(
          PropertyTrial(suite: suite, property: property, options: options, scope: scope)
            .run(part: part)))
    case .campaign(let campaign):
      return PartResult(
        .trial(
          CampaignTrial(suite: suite, campaign: campaign, options: options, scope: scope)
            .run(part: part)))
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
      let counts = result.log.counts
      result.log = part.log
      result.log.counts = counts
      result.log.counts += part.log.counts
      switch part.sort {
      case .broken: result.isSetupBroken = true
      case .scenario: break
      case .trial(let trial): trials.append(trial)
      }
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
