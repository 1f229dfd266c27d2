import Assembly
import Bytecode
import Execution
import Hosting
import Integers
import State

/// Carries out the steps of a case.
struct ScenarioExecutor {
  /// Turns of a loop, of all loops of a case together.
  static let turnsMax = 100_000

  /// The world of the case.
  let scope: ScenarioScope
  /// Whether only invariants count, and steps that the world has no place for are passed over.
  var isReplay = false
  /// Turns of loops that are left.
  private var turns = ScenarioExecutor.turnsMax
  /// What the case did.
  var log = ScenarioLog()
  /// Gathers what is plotted; nil where nobody draws it.
  var plots: PlotSampler?
  /// Holds golden steps against their records; nil where there are none.
  var golden: GoldenCase?
  /// Whether the steps are those of one course of events, which can be plotted and recorded.
  var isStory = false

  var evaluator: ScenarioEvaluator { ScenarioEvaluator(scope: scope) }

  init(scope: ScenarioScope) { self.scope = scope }

  // MARK: - Steps

  /// Carries out the steps of a scenario from its beginning to its end.
  mutating func tell(_ steps: [ScenarioStep]) throws(ScenarioProblem) {
    isStory = true
    defer {
      log.plots = plots?.plots ?? []
      log.records = golden?.records ?? []
    }
    try run(steps)
    try plots?.finish()
  }

  /// Carries out steps in order.
  mutating func run(_ steps: [ScenarioStep]) throws(ScenarioProblem) {
    for step in steps {
      do throws(ScenarioProblem) { try run(step) } catch {
        guard isReplay, !error.isFailure else {
          var problem = error
          if problem.step == nil { problem.step = step.span }
          throw problem
        }
      }
    }
  }

  mutating func run(_ step: ScenarioStep) throws(ScenarioProblem) {
    switch step.kind {
    case .call, .deploy, .send: try transact(step)
    case .warp(let amount, let isBlocks):
      try refuseClauses(step)
      try refuseInBlock(step)
      if isBlocks {
        let count = try evaluator.count(amount, in: 1...1 << 32)
        scope.sandbox.advance(blocks: count, seconds: count * Sandbox.blockInterval)
      } else {
        scope.sandbox.advance(blocks: 1, seconds: try evaluator.count(amount, in: 0...1 << 40))
      }
    case .at(let moment, let isBlock):
      try refuseClauses(step)
      try refuseInBlock(step)
      try isBlock ? goToHeight(moment) : goToTime(moment)
    case .define(let name, let value):
      try refuseClauses(step)
      scope.define(name.text, try evaluator.value(value))
    case .expect(let condition):
      try refuseClauses(step)
      try expect(condition)
    case .block(let steps):
      try refuseClauses(step)
      guard !scope.isInBlock else { throw .mistake("a block holds no other", at: step.span) }
      plots?.blockWillBegin()
      scope.isInBlock = true
      try run(steps)
      scope.isInBlock = false
      plots?.blockDidEnd()
      scope.endBlock()
    case .loop(let name, let iteration, let steps):
      try refuseClauses(step)
      try loop(name, iteration, steps)
    case .conditional(let condition, let steps, let otherwise):
      try refuseClauses(step)
      try run(try evaluator.boolean(condition) ? steps : otherwise)
    case .plot(let plot):
      try refuseClauses(step)
      try refuseInBlock(step)
      guard isStory else {
        throw .mistake(
          "only a scenario can be plotted", at: step.span,
          help: "a setup and a property have no course of time of their own")
      }
      try plots?.begin(plot)
    case .golden(let syntax):
      try refuseClauses(step)
      try holdState(syntax, step.span)
    }
  }

  func refuseClauses(_ step: ScenarioStep) throws(ScenarioProblem) {
    if let clause = step.clauses.first {
      throw .mistake("nothing can be expected of this step", at: clause.span)
    }
  }

  private func refuseInBlock(_ step: ScenarioStep) throws(ScenarioProblem) {
    guard !scope.isInBlock else {
      throw .mistake("inside of a block no time passes", at: step.span)
    }
  }

  /// The next block is at a moment; what is below the time of the first block is counted from it.
  private func goToTime(_ moment: Expression) throws(ScenarioProblem) {
    var time = try evaluator.count(moment, in: 0...1 << 40)
    if time < ScenarioScope.startTime { time += ScenarioScope.startTime }
    let earliest = scope.earliestTime
    guard time >= earliest else {
      throw .mistake(
        "this moment has passed: the last block was "
          + "\(Words.count(earliest - time, "second")) later", at: moment.span)
    }
    scope.setTime(time)
  }

  private func goToHeight(_ height: Expression) throws(ScenarioProblem) {
    let target = try evaluator.count(height, in: 0...1 << 40)
    guard target >= scope.lowestHeight else {
      throw .mistake(
        "this block has passed: the next one is block \(scope.lowestHeight) or later",
        at: height.span)
    }
    scope.setHeight(target)
  }

  private mutating func loop(
    _ name: Name, _ iteration: Iteration, _ steps: [ScenarioStep]
  ) throws(ScenarioProblem) {
    let outer = scope.variables[name.text]
    switch iteration {
    case .elements(let list):
      guard case .list(let elements) = try evaluator.value(list) else {
        throw .mistake("expected a list or a range", at: list.span)
      }
      for element in elements { try turn(name, element, steps) }
    case .range(let low, let high, let isClosed):
      var next = try evaluator.integer(low)
      let end = try evaluator.integer(high)
      while isClosed ? next <= end : next < end {
        try turn(name, .int(next), steps)
        next = (try? next.adding(1)) ?? end
      }
    }
    scope.variables[name.text] = outer
  }

  private mutating func turn(
    _ name: Name, _ value: ScenarioValue, _ steps: [ScenarioStep]
  ) throws(ScenarioProblem) {
    turns -= 1
    guard turns > 0 else {
      throw .mistake("the loops of this case have more than \(Self.turnsMax) turns", at: name.span)
    }
    scope.variables[name.text] = value
    do throws(ScenarioProblem) { try run(steps) } catch {
      var problem = error
      problem.bindings.insert(
        "\(name.text) = \(ScenarioText(names: scope.names).text(value))", at: 0)
      throw problem
    }
  }

  private func expect(_ condition: Expression) throws(ScenarioProblem) {
    guard !(try evaluator.boolean(condition)) else { return }
    // Of several conditions the first that does not hold is the one to look at.
    if case .binary(.and, let left, let right) = condition.kind {
      try expect(left)
      try expect(right)
    }
    var problem = ScenarioProblem("this does not hold", at: condition.span)
    if case .binary(let sign, let left, let right) = condition.kind, sign != .and, sign != .or {
      let text = ScenarioText(names: scope.names)
      let (a, b) = try evaluator.sides(left, right)
      let unit = evaluator.unit(of: left) ?? evaluator.unit(of: right)
      problem.difference = text.difference(
        a, b, of: unit, labels: ("left", "right"), isRemarked: sign == .equal)
    }
    throw problem
  }
}
