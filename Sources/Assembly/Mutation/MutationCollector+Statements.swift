extension MutationCollector {
  mutating func visit(_ statements: [Statement]) {
    for statement in statements { visit(statement) }
  }

  private mutating func visit(_ statement: Statement) {
    switch statement.kind {
    case .assign(let targets, let value):
      leaveOut(statement)
      for target in targets { visit(target) }
      visit(value)
    case .update(let target, let sign, let value):
      leaveOut(statement)
      visit(target)
      let other: BinaryOperator = sign == .add ? .subtract : .add
      if let place = place(of: sign.rawValue + "=", between: target.span, and: value.span) {
        replace(place, by: other.rawValue + "=", .arithmetic)
      }
      visit(value)
    case .require(let condition, let error):
      replace(statement.span, by: "", .requirement)
      visit(condition)
      for argument in error.arguments { visit(argument.value) }
    case .fail(let error):
      leaveOut(statement)
      for argument in error.arguments { visit(argument.value) }
    case .conditional(let branches, let otherwise):
      for branch in branches {
        negate(branch.condition)
        visit(branch.condition)
        visit(branch.body)
      }
      visit(otherwise ?? [])
    case .whileLoop(let condition, let body):
      visit(condition)
      visit(body)
    case .forElements(_, let list, let body):
      visit(list)
      visit(body)
    case .forRange(_, let low, let high, let isClosed, let body):
      let sign = isClosed ? ".." : "..<"
      if let place = place(of: sign, between: low.span, and: high.span) {
        replace(place, by: isClosed ? "..<" : "..", .comparison)
      }
      visit(low)
      visit(high)
      visit(body)
    case .forEach(let loop):
      for key in loop.from { visit(key) }
      if let limit = loop.limit { visit(limit) }
      visit(loop.body)
      visit(loop.rest ?? [])
    case .returnValues(let values): for value in values { visit(value) }
    case .entry(_, let place): visit(place)
    case .expression(let value): visit(value)
    case .attempt(let attempt): visit(attempt)
    case .breakLoop, .continueLoop, .admit, .dismiss: leaveOut(statement)
    case .call(let value), .delete(let value), .perform(let value):
      leaveOut(statement)
      visit(value)
    case .emit(_, let arguments):
      leaveOut(statement)
      visit(arguments)
    case .push(_, let value):
      leaveOut(statement)
      visit(value)
    case .sort(_, let keys):
      leaveOut(statement)
      if let keys { visit(keys) }
    case .createAsset(let asset, _):
      leaveOut(statement)
      visit(asset)
    case .mint, .burn, .send, .force:
      leaveOut(statement)
      visitMovement(statement)
    }
  }

  /// What a statement does with an asset, when it may not be left out.
  private mutating func visitMovement(_ statement: Statement) {
    switch statement.kind {
    case .mint(_, let amount, let receiver), .send(_, let amount, let receiver),
      .force(_, let amount, _, let receiver):
      visit(amount)
      redirect(receiver)
      visit(receiver)
    case .burn(_, let amount): visit(amount)
    default: break
    }
  }

  private mutating func visit(_ attempt: TrySyntax) {
    switch attempt.attempt {
    case .call(_, let value): visit(value)
    case .statement(let statement): visitMovement(statement)
    }
    visit(attempt.success)
    visit(attempt.failure)
  }

  private mutating func visit(_ target: AssignmentTarget) {
    if case .place(let place) = target { visit(place) }
  }

  private mutating func leaveOut(_ statement: Statement) {
    replace(statement.span, by: "", .statement)
  }

  /// Whoever calls gets it, or else the contract itself.
  private mutating func redirect(_ receiver: Expression) {
    var isCaller = false
    if case .name(let name) = receiver.kind { isCaller = name.text == "caller" }
    replace(receiver.span, by: isCaller ? "self" : "caller", .recipient)
  }
}

extension AssignmentTarget {
  /// Where it stands.
  fileprivate var span: Span {
    switch self {
    case .local(let name): name.span
    case .place(let place): place.span
    }
  }
}
