import Assembly
import Bytecode
import Execution
import Hosting
import Integers
import State

/// Holds what a step did against its clauses.
struct ScenarioExpectations {
  /// Where names are looked up.
  let evaluator: ScenarioEvaluator
  /// The step.
  let step: ScenarioStep
  /// The declared results of what it calls.
  let results: [Parameter]
  /// The module that declares them.
  let module: Module?

  /// What clauses need to know of the time before the step.
  struct Before {
    /// The values at the paths of `state` and `unchanged`, by the number of the clause.
    var values: [Int: [ScenarioValue]] = [:]
    /// The entries of the state that exist, if nothing may change.
    var block: Block
  }

  private var names: NamedWorld { evaluator.scope.names }
  private var texts: ScenarioText { ScenarioText(names: names) }

  /// Whether moves between holders have to be watched.
  var needsMoves: Bool {
    step.clauses.contains { if case .moves = $0.kind { true } else { false } }
  }

  // MARK: - Before

  /// Looks at everything that the clauses compare with.
  func before() throws(ScenarioProblem) -> Before {
    var before = Before(block: evaluator.scope.world.block)
    for (index, clause) in step.clauses.enumerated() {
      switch clause.kind {
      case .state(let path, let expected, _):
        let value = try evaluator.value(path)
        before.values[index] = [value]
        if let expected { try require(value, of: path, expected, "before the step") }
      case .unchanged(let paths):
        var values: [ScenarioValue] = []
        for path in paths { values.append(try evaluator.value(path)) }
        before.values[index] = values
      default: break
      }
    }
    return before
  }

  private func require(
    _ value: ScenarioValue, of path: Expression, _ expected: Expression, _ when: String
  ) throws(ScenarioProblem) {
    let (_, wanted) = try evaluator.sides(value, expected)
    guard !(try evaluator.areEqual(value, wanted, at: expected.span)) else { return }
    throw ScenarioProblem(
      "\(try pathText(path)) is another value \(when)", at: expected.span,
      difference: texts.difference(
        wanted, value, of: evaluator.unit(of: expected) ?? evaluator.unit(of: path)))
  }

  /// A path with the values of its keys by their names.
  private func pathText(_ path: Expression) throws(ScenarioProblem) -> String {
    let text = try evaluator.pathText(path)
    guard let read = try? StatePath.read(text, in: names), case .value(let key, nil) = read.target
    else { return text.contains("0x") ? "this" : text }
    return StateText(names: names).text(key, inside: nil)
  }

  // MARK: - After

  /// Holds a receipt against all clauses.
  func check(
    _ receipt: Receipt, _ before: Before, since start: StateTable.Checkpoint,
    moves: [MoveObserver.Move]
  ) throws(ScenarioProblem) {
    try checkStatus(receipt)
    var events = Array(receipt.events)[...]
    for (index, clause) in step.clauses.enumerated() {
      switch clause.kind {
      case .succeeds, .reverts, .golden: break
      case .returns(let expected): try checkResults(receipt, expected, clause.span)
      case .emits(let expected, let isOnly):
        try checkEvents(&events, receipt, expected, isOnly: isOnly, clause.span)
      case .moves(let expected, let isOnly):
        try checkMoves(moves, expected, isOnly: isOnly, clause.span)
      case .state(let path, _, let after):
        try require(try evaluator.value(path), of: path, after, "after the step")
      case .unchanged(let paths):
        if paths.isEmpty {
          try checkNothingChanged(receipt, since: start, clause.span)
        } else {
          try checkUnchanged(paths, before.values[index] ?? [])
        }
      case .gas(let comparison, let limit):
        try checkGas(receipt, comparison, limit, clause.span)
      }
    }
  }

  /// What the step should fail with: an error, or what stands for one in the row of a table, where `none`
  /// means that it should succeed.
  private var reverting: (expected: Expression, span: Span)? {
    for clause in step.clauses {
      guard case .reverts(let expected) = clause.kind else { continue }
      guard case .name(let name) = expected.kind, let row = evaluator.scope.row[name.text] else {
        return (expected, clause.span)
      }
      if case .name(let word) = row.kind, word.text == "none" { return nil }
      return (row, row.span)
    }
    return nil
  }

  private func checkStatus(_ receipt: Receipt) throws(ScenarioProblem) {
    switch (receipt.failure, reverting) {
    case (nil, nil): return
    case (let failure?, nil):
      throw ScenarioProblem(
        "the step failed: \(FailureText(names: names).title(failure))", at: step.span)
    case (nil, let reverting?):
      throw ScenarioProblem(
        "the step succeeded, and should have failed", at: reverting.span,
        difference: ScenarioDifference(
          first: try errorName(reverting.expected), second: "no failure\(resultText(receipt))"))
    case (let failure?, let reverting?):
      try checkFailure(failure, reverting.expected, reverting.span)
    }
  }

  private func errorName(_ expected: Expression) throws(ScenarioProblem) -> String {
    if case .call(let callee, _, _) = expected.kind { return try evaluator.pathText(callee) }
    return try evaluator.pathText(expected)
  }

  /// What a call returned, behind a comma.
  private func resultText(_ receipt: Receipt) -> String {
    guard let values = receipt.results, !values.isEmpty, let module, values.count == results.count
    else { return "" }
    return ", and the result \(ValueText(names: names).list(values, results, in: module))"
  }

  private func checkFailure(
    _ failure: Failure, _ expected: Expression, _ span: Span
  ) throws(ScenarioProblem) {
    var arguments: [ArgumentSyntax]?
    if case .call(_, let given, _) = expected.kind { arguments = given }
    let name = try errorName(expected)
    func other() -> ScenarioProblem {
      ScenarioProblem(
        "the step failed for another reason", at: span,
        difference: ScenarioDifference(
          first: name, second: FailureText(names: names).title(failure)))
    }
    switch failure.reason {
    case .trap(let trap):
      guard trap.name == name else { throw other() }
    case .declared(let index, _, let values):
      let module = failure.site.flatMap { names.module($0.codeHash) }
      guard let module, module.errors.indices.contains(index) else { throw other() }
      let declared = module.errors[index]
      let full = "\(names.book.text(failure.origin)).\(declared.name)"
      guard name == declared.name || name == full else { throw other() }
      guard let arguments else { return }
      try compare(values, arguments, declared, in: module, span)
    }
  }

  /// Holds values against the arguments that a clause gives; those that it leaves out may be anything.
  private func compare(
    _ values: [Value], _ arguments: [ArgumentSyntax], _ declared: Declaration, in module: Module,
    _ span: Span
  ) throws(ScenarioProblem) {
    let matched = try evaluator.match(
      arguments, declared.parameters, of: declared.name, in: module, span)
    for (index, expression) in matched.enumerated() {
      guard let expression else { continue }
      let parameter = declared.parameters[index]
      let wanted = try evaluator.value(
        expression, of: parameter.kind, parameter.name, in: module)
      guard wanted != values[index] else { continue }
      throw ScenarioProblem(
        "\(declared.name) has another \(parameter.name)", at: expression.span,
        difference: difference(wanted, values[index], parameter.kind, module, expression))
    }
  }

  /// Two values of a kind, as amounts if the expression for the first one is an amount.
  private func difference(
    _ wanted: Value, _ actual: Value, _ kind: Kind, _ module: Module, _ expression: Expression
  ) -> ScenarioDifference {
    texts.difference(
      ScenarioValue(wanted, of: kind, in: module), ScenarioValue(actual, of: kind, in: module),
      of: evaluator.unit(of: expression))
  }

  private func checkResults(
    _ receipt: Receipt, _ expected: [Expression], _ span: Span
  ) throws(ScenarioProblem) {
    let values = receipt.results ?? []
    guard expected.count == values.count, let module else {
      throw ScenarioProblem(
        "the call has \(Words.count(values.count, "result")), not \(expected.count)", at: span)
    }
    for (index, expression) in expected.enumerated() {
      let parameter = results[index]
      let wanted = try evaluator.value(
        expression, of: parameter.kind, parameter.name.isEmpty ? "result" : parameter.name,
        in: module)
      guard wanted != values[index] else { continue }
      throw ScenarioProblem(
        "the call returned another \(parameter.name.isEmpty ? "value" : parameter.name)",
        at: expression.span,
        difference: difference(wanted, values[index], parameter.kind, module, expression))
    }
  }

  private func checkEvents(
    _ events: inout ArraySlice<Event>, _ receipt: Receipt, _ expected: [Expression],
    isOnly: Bool, _ span: Span
  ) throws(ScenarioProblem) {
    let list = emitted(receipt)
    if isOnly, receipt.events.count != expected.count {
      throw ScenarioProblem(
        "the step emitted \(Words.count(receipt.events.count, "event")), not \(expected.count)",
        at: span, details: list)
    }
    for expression in expected {
      var nearest: Mismatch?
      var found = false
      while let event = events.popFirst() {
        let mismatch = try self.mismatch(event, expression)
        found = mismatch == nil
        if nearest == nil { nearest = mismatch?.field == nil ? nil : mismatch }
        if found || isOnly { break }
      }
      if found { continue }
      if let nearest, let field = nearest.field {
        throw ScenarioProblem(
          "\(nearest.event) has another \(field.name)", at: field.span,
          difference: field.difference, details: list)
      }
      throw ScenarioProblem("the step did not emit this", at: expression.span, details: list)
    }
  }

  private func emitted(_ receipt: Receipt) -> [String] {
    let texts = receipt.events.map { ReceiptText(names: names, paint: .plain).text(of: $0) }
    return texts.isEmpty ? ["emitted: nothing"] : texts.map { "emitted: \($0)" }
  }

  /// Why an event is not the one that is expected.
  private struct Mismatch {
    /// The name of the event.
    var event: String
    /// The field that is another, if it is the event.
    var field: (name: String, span: Span, difference: ScenarioDifference)?
  }

  /// Why an event is not what is expected; nil if it is.
  private func mismatch(
    _ event: Event, _ expression: Expression
  ) throws(ScenarioProblem) -> Mismatch? {
    var callee = expression
    var arguments: [ArgumentSyntax] = []
    if case .call(let inner, let given, _) = expression.kind {
      (callee, arguments) = (inner, given)
    }
    let name = try evaluator.pathText(callee)
    guard let module = names.module(event.codeHash), module.events.indices.contains(event.index)
    else { return Mismatch(event: name) }
    let declared = module.events[event.index]
    guard name == declared.name || name == "\(names.book.text(event.contract)).\(declared.name)"
    else { return Mismatch(event: name) }
    let matched = try evaluator.match(
      arguments, declared.parameters, of: declared.name, in: module, expression.span)
    for (index, expression) in matched.enumerated() {
      guard let expression else { continue }
      let parameter = declared.parameters[index]
      let wanted = try evaluator.value(
        expression, of: parameter.kind, parameter.name, in: module)
      guard wanted != event.fields[index] else { continue }
      return Mismatch(
        event: declared.name,
        field: (
          parameter.name, expression.span,
          difference(wanted, event.fields[index], parameter.kind, module, expression)
        ))
    }
    return nil
  }

  /// Two holders and what may move between them.
  private struct Way: Hashable {
    let asset: Identifier
    let from: Identifier
    let to: Identifier
  }

  private func checkMoves(
    _ moves: [MoveObserver.Move], _ expected: [MoveSyntax], isOnly: Bool, _ span: Span
  ) throws(ScenarioProblem) {
    var moved: [Way: Integer] = [:]
    for move in moves where !move.amount.isZero {
      let way = Way(asset: move.asset, from: move.from, to: move.to)
      moved[way] = (try? (moved[way] ?? 0).adding(move.amount)) ?? move.amount
    }
    let list = moves.map {
      "moved: \(names.amountText($0.amount, of: $0.asset)) from \(names.book.text($0.from)) to "
        + names.book.text($0.to)
    }
    let all = list.isEmpty ? ["moved: nothing"] : list
    var wanted: [Way: Integer] = [:]
    for move in expected {
      let (asset, amount) = try evaluator.payment(move.amount)
      let way = Way(
        asset: asset, from: try evaluator.address(move.from), to: try evaluator.address(move.to))
      wanted[way] = amount
      guard moved[way] ?? 0 != amount else { continue }
      throw ScenarioProblem(
        moved[way] == nil ? "nothing moved this way" : "another amount moved", at: move.span,
        difference: texts.difference(.int(amount), .int(moved[way] ?? 0), of: asset), details: all)
    }
    if isOnly, moved.keys.contains(where: { wanted[$0] == nil }) {
      throw ScenarioProblem(
        expected.isEmpty ? "something moved" : "more moved than this", at: span, details: all)
    }
  }

  /// Nothing is stored in another way than before, and nothing was emitted.
  private func checkNothingChanged(
    _ receipt: Receipt, since start: StateTable.Checkpoint, _ span: Span
  ) throws(ScenarioProblem) {
    let changes = evaluator.scope.world.state.changes(since: start)
    guard changes.isEmpty else {
      throw ScenarioProblem(
        "the step changed the state", at: span,
        details: texts.lines(of: changes).map { "changed: \($0)" })
    }
    guard receipt.events.isEmpty else {
      throw ScenarioProblem(
        "the step emitted something", at: span, details: emitted(receipt))
    }
  }

  private func checkUnchanged(
    _ paths: [Expression], _ before: [ScenarioValue]
  ) throws(ScenarioProblem) {
    for (path, value) in zip(paths, before) {
      let now = try evaluator.value(path)
      guard now != value else { continue }
      throw ScenarioProblem(
        "\(try pathText(path)) has changed", at: path.span,
        difference: texts.difference(
          value, now, of: evaluator.unit(of: path), labels: ("before", "after")))
    }
  }

  private func checkGas(
    _ receipt: Receipt, _ comparison: BinaryOperator, _ limit: Expression, _ span: Span
  ) throws(ScenarioProblem) {
    let wanted = try evaluator.integer(limit)
    let used = Integer(receipt.gasUsed)
    let holds =
      switch comparison {
      case .less: used < wanted
      case .lessEqual: used <= wanted
      case .greater: used > wanted
      case .greaterEqual: used >= wanted
      default: used == wanted
      }
    guard !holds else { return }
    throw ScenarioProblem(
      "the step used \(Numbers.grouped(used)) gas", at: span,
      difference: ScenarioDifference(
        first: "\(comparison.rawValue) \(Numbers.grouped(wanted))", second: Numbers.grouped(used),
        remark: "\(Numbers.grouped(used.minus(wanted).magnitude)) "
          + (used < wanted ? "less" : used == wanted ? "apart" : "more")))
  }
}
