import Assembly
import Integers

/// A variable of a property and its value.
struct PropertyBinding: Sendable {
  let name: Name
  var value: ScenarioValue
}

/// Tries a property with drawn values.
struct PropertyTrial {
  /// Runs of a property that says nothing of them.
  static let runsDefault = 100

  /// The suite.
  let suite: ScenarioSuite
  /// The property.
  let property: PropertySyntax
  /// What draws depend on.
  let options: TrialOptions
  /// The world, which stands where the setup ended.
  let scope: ScenarioScope

  private var evaluator: ScenarioEvaluator { ScenarioEvaluator(scope: scope) }

  /// Tries the runs of one part up to the first that does not pass, and shrinks that.
  func run(part: Int) -> TrialPart {
    var result = TrialPart()
    let start = scope.mark()
    defer { scope.goBack(to: start) }
    do throws(ScenarioProblem) {
      let wanted = try options.runs(property.runs, otherwise: Self.runsDefault, evaluator)
      let all = allValues(atMost: wanted)
      scope.goBack(to: start)
      result.isExhaustive = all != nil
      result.runCount = all?.count ?? wanted
      for number in TrialOptions.runs(ofPart: part, of: result.runCount) {
        result.runs += 1
        let values = if let all { all[number] } else { try draw(number) }
        scope.goBack(to: start)
        let (problem, steps) = attempt(values, start)
        result.steps += steps
        guard let problem else { continue }
        scope.count(false)
        result.finding = finding(problem, values, number, of: result.runCount, start)
        return result
      }
    } catch { result.finding = TrialFinding(problem: error) }
    return result
  }

  // MARK: - Drawing

  /// What a variable goes through, with the present values of those before it.
  private func domain(_ iteration: Iteration) throws(ScenarioProblem) -> PropertyDomain {
    switch iteration {
    case .range(let first, let last, let isClosed):
      let low = try evaluator.integer(first)
      let end = try evaluator.integer(last)
      let high = isClosed ? end : end.minus(1)
      guard low <= high else { throw .mistake("this range is empty", at: first.span) }
      return .range(low, high)
    case .elements(let list):
      guard case .list(let elements) = try evaluator.value(list) else {
        throw .mistake("expected a list or a range", at: list.span)
      }
      guard !elements.isEmpty else { throw .mistake("this list is empty", at: list.span) }
      return .elements(elements)
    }
  }

  /// All cases in order, if there are no more than so many and no variable depends on another.
  private func allValues(atMost limit: Int) -> [[PropertyBinding]]? {
    for variable in property.variables { scope.variables[variable.name.text] = nil }
    var cases: [[PropertyBinding]] = [[]]
    for variable in property.variables {
      guard let domain = try? domain(variable.domain), let count = domain.count.asInt,
        count <= limit / cases.count
      else { return nil }
      cases = cases.flatMap { values in
        (0..<count).map { place in
          values + [PropertyBinding(name: variable.name, value: domain.value(at: place))]
        }
      }
    }
    return cases
  }

  /// The values of a run: first all variables at an edge, then each at its edges, then anything.
  private func draw(_ number: Int) throws(ScenarioProblem) -> [PropertyBinding] {
    var generator = options.generator(suite, property.title, number)
    var values: [PropertyBinding] = []
    for (place, variable) in property.variables.enumerated() {
      let domain = try domain(variable.domain)
      let edges = PropertyDomain.edgeCount
      let isAtEdge = number < edges || number / edges - 1 == place
      let value = isAtEdge ? domain.edge(number % edges) : domain.draw(&generator)
      scope.variables[variable.name.text] = value
      values.append(PropertyBinding(name: variable.name, value: value))
    }
    return values
  }

  /// Whether values are among those that could have been drawn.
  private func isAllowed(_ values: [PropertyBinding]) -> Bool {
    for (variable, binding) in zip(property.variables, values) {
      guard (try? domain(variable.domain))?.contains(binding.value) == true else { return false }
      scope.variables[binding.name.text] = binding.value
    }
    return true
  }

  /// Carries out the steps with values, and goes back to where the setup ended.
  private func attempt(
    _ values: [PropertyBinding], _ start: ScenarioScope.Mark
  ) -> (problem: ScenarioProblem?, steps: Int) {
    defer { scope.goBack(to: start) }
    for binding in values { scope.variables[binding.name.text] = binding.value }
    var executor = ScenarioExecutor(scope: scope)
    do throws(ScenarioProblem) {
      try executor.run(property.steps)
      return (nil, executor.log.steps)
    } catch { return (error, executor.log.steps) }
  }

  // MARK: - What was found

  private func finding(
    _ problem: ScenarioProblem, _ drawn: [PropertyBinding], _ number: Int, of count: Int,
    _ start: ScenarioScope.Mark
  ) -> TrialFinding {
    let literal = ScenarioLiteral(names: scope.names)
    var smallest = (problem: problem, values: drawn)
    var attempts = 0
    if problem.isFailure { attempts = shrink(&smallest, start) }
    var finding = TrialFinding(problem: smallest.problem)
    finding.notes = [
      ("drawn", "\(literal.list(drawn)) (case \(number + 1) of \(count))")
    ]
    finding.members = [
      JSON.Member(name: "case", value: .number(number + 1)),
      JSON.Member(name: "drawn", value: json(drawn, literal)),
    ]
    guard problem.isFailure else { return finding }
    finding.notes.append(
      ("smallest", "\(literal.list(smallest.values)) (after \(Words.count(attempts, "attempt")))"))
    finding.scenario = PropertyText(suite: suite, property: property).scenario(
      smallest.values, literal)
    finding.members += [
      JSON.Member(name: "smallest", value: json(smallest.values, literal)),
      JSON.Member(name: "attempts", value: .number(attempts)),
    ]
    return finding
  }

  private func json(_ values: [PropertyBinding], _ literal: ScenarioLiteral) -> JSON {
    .array(
      values.map {
        ["name": .string($0.name.text), "value": .string(literal.text($0.value))]
      })
  }

  /// Attempts at smaller values.
  private static let attemptsMax = 2_000

  /// Makes the values smaller, one variable at a time, as long as the same place does not hold; gives how
  /// many attempts that took.
  private func shrink(
    _ smallest: inout (problem: ScenarioProblem, values: [PropertyBinding]),
    _ start: ScenarioScope.Mark
  ) -> Int {
    var attempts = 0
    var place = 0
    var unchanged = 0
    while unchanged < smallest.values.count {
      let known = try? domain(ofVariable: place, among: smallest.values, start)
      var isSmaller = false
      for candidate in known?.smaller(than: smallest.values[place].value) ?? [] {
        guard attempts < Self.attemptsMax else { return attempts }
        attempts += 1
        var values = smallest.values
        values[place].value = candidate
        let allowed = isAllowed(values)
        scope.goBack(to: start)
        guard allowed, let problem = attempt(values, start).problem, problem.isFailure,
          problem.span == smallest.problem.span
        else { continue }
        smallest = (problem, values)
        isSmaller = true
        break
      }
      // A smaller value of one variable may let another become smaller too.
      if isSmaller {
        unchanged = 0
      } else {
        unchanged += 1
        place = (place + 1) % smallest.values.count
      }
    }
    return attempts
  }

  private func domain(
    ofVariable place: Int, among values: [PropertyBinding], _ start: ScenarioScope.Mark
  ) throws(ScenarioProblem) -> PropertyDomain {
    defer { scope.goBack(to: start) }
    for binding in values[..<place] { scope.variables[binding.name.text] = binding.value }
    return try domain(property.variables[place].domain)
  }
}
