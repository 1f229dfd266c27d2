import Assembly
import Dispatch
import Synchronization

/// A case of a suite: a scenario, or one row of its table.
struct ScenarioCase: Sendable {
  /// The file.
  let path: String
  /// The title; with the number of the row if the scenario has a table.
  let title: String
  /// The line of the title.
  let line: Int
  /// The scenario.
  let scenario: ScenarioSyntax
  /// The names and values of the row.
  let row: [(name: Name, value: Expression)]
}

/// What became of a case.
struct ScenarioResult: Sendable {
  let path: String
  let title: String
  let line: Int
  /// Transactions that ran.
  var steps = 0
  /// Why it does not pass.
  var problem: ScenarioProblem?
  /// Whether the problem is the setup's, so that no case of the file can begin.
  var isSetupBroken = false
}

/// Runs the cases of a suite, spread over threads; each begins where the setup ended.
struct ScenarioRun {
  /// The suite.
  let suite: ScenarioSuite

  /// The cases of the suite, in order.
  var cases: [ScenarioCase] {
    suite.scenarios.flatMap { scenario -> [ScenarioCase] in
      let line = suite.sources.location(of: scenario.titleSpan).1.line
      guard let table = scenario.cases else {
        return [
          ScenarioCase(
            path: suite.path, title: scenario.title, line: line, scenario: scenario, row: [])
        ]
      }
      return table.rows.enumerated().map { number, row in
        ScenarioCase(
          path: suite.path, title: "\(scenario.title), case \(number + 1)",
          line: suite.sources.location(of: row.span).1.line, scenario: scenario,
          row: Array(zip(table.names, row.values)).map { (name: $0.0, value: $0.1) })
      }
    }
  }

  /// Runs cases with so many workers, and gives their results in order.
  ///
  /// With `failFast` no case begins after one that does not pass has ended; those are left out.
  func results(
    of cases: [ScenarioCase], workers: Int, failFast: Bool = false
  ) -> [ScenarioResult] {
    let results = Mutex([ScenarioResult?](repeating: nil, count: cases.count))
    let next = Atomic<Int>(0)
    let hasFailed = Atomic<Bool>(false)
    DispatchQueue.concurrentPerform(iterations: max(1, min(workers, cases.count))) { _ in
      let scope = ScenarioScope(codes: suite.codes)
      var beginner = ScenarioExecutor(scope: scope)
      var broken: ScenarioProblem?
      do throws(ScenarioProblem) { try beginner.begin(suite) } catch { broken = error }
      let start = scope.mark()
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < cases.count, !(failFast && hasFailed.load(ordering: .relaxed)) else { return }
        let result = Self.result(of: cases[index], scope, broken)
        if result.problem != nil { hasFailed.store(true, ordering: .relaxed) }
        scope.goBack(to: start)
        results.withLock { $0[index] = result }
      }
    }
    return results.withLock { $0.compactMap { $0 } }
  }

  private static func result(
    of item: ScenarioCase, _ scope: ScenarioScope, _ broken: ScenarioProblem?
  ) -> ScenarioResult {
    var result = ScenarioResult(path: item.path, title: item.title, line: item.line)
    if let broken {
      result.problem = broken
      result.isSetupBroken = true
      return result
    }
    var executor = ScenarioExecutor(scope: scope)
    do throws(ScenarioProblem) {
      let evaluator = ScenarioEvaluator(scope: scope)
      // What has no value, such as the name of an error, is looked at where it is used.
      for (name, value) in item.row {
        scope.row[name.text] = value
        scope.variables[name.text] = try? evaluator.value(value)
      }
      try executor.run(item.scenario.steps)
    } catch { result.problem = error }
    result.steps = executor.log.steps
    return result
  }
}
