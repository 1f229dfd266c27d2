import Assembly
import Bytecode
import Execution
import Hosting
import Integers
import State

/// Golden steps.
extension ScenarioExecutor {
  /// Holds what a golden step did against its record; it is run once more to be seen.
  mutating func holdTrace(
    _ step: ScenarioStep, _ prepared: Prepared, _ start: StateTable.Checkpoint
  ) throws(ScenarioProblem) {
    guard !isReplay else { return }
    for clause in step.clauses {
      guard case .golden = clause.kind else { continue }
      try requireStory(clause.span)
      scope.world.state.revert(to: start)
      let recorder = TraceRecorder(names: scope.names, detail: .calls)
      let receipt = scope.retold(to: recorder) { prepared.run(scope.world) }
      let lines = GoldenText(names: scope.names).lines(
        recorder, receipt, changes: scope.world.state.changes(since: start))
      try golden?.hold(lines, of: step.span, golden: clause.span)
    }
  }

  /// Holds what contracts store against its record.
  mutating func holdState(
    _ syntax: GoldenSyntax, _ span: Span
  ) throws(ScenarioProblem) {
    guard !isReplay else { return }
    try requireStory(span)
    var contracts: Set<Identifier> = []
    for name in syntax.contracts {
      let address = try evaluator.address(Expression(kind: .name(name), span: name.span))
      guard scope.world.codeHash(of: address) != nil else {
        throw .mistake("\(name.text) is no contract", at: name.span)
      }
      contracts.insert(address)
    }
    let lines = GoldenText(names: scope.names).lines(
      ofStateOf: syntax.contracts.isEmpty ? nil : contracts)
    try golden?.hold(lines, of: span, golden: span)
  }

  func requireStory(_ span: Span) throws(ScenarioProblem) {
    guard isStory else {
      throw .mistake(
        "only what a scenario does can be recorded", at: span,
        help: "a setup and a property have no record of their own")
    }
  }
}
