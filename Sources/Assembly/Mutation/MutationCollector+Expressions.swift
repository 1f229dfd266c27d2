internal import Integers

extension MutationCollector {
  mutating func visit(_ arguments: [ArgumentSyntax]) {
    for (first, second) in zip(arguments, arguments.dropFirst()) {
      swap(first.value.span, second.value.span, .arguments)
    }
    for argument in arguments { visit(argument.value) }
  }

  mutating func visit(_ expression: Expression) {
    switch expression.kind {
    case .integer(let value):
      for neighbour in [try? value.adding(1), value > 0 ? try? value.subtracting(1) : nil] {
        if let neighbour { replace(expression.span, by: neighbour.description, .constant) }
      }
    case .boolean(let value): replace(expression.span, by: value ? "false" : "true", .constant)
    case .measured(let value, _): visit(value)
    case .list(let elements): for element in elements { visit(element) }
    case .member(let base, _): visit(base)
    case .subscripted(let base, let keys):
      visit(base)
      for key in keys { visit(key) }
    case .call(let callee, let arguments, let payments):
      visit(callee: callee)
      if isSymmetric(callee) {
        for argument in arguments { visit(argument.value) }
      } else {
        visit(arguments)
      }
      for payment in payments {
        visit(payment.amount)
        visit(payment.asset)
      }
    case .negate(let operand):
      replace(expression.span, by: source(operand.span), .arithmetic)
      visit(operand)
    case .not(let operand):
      replace(expression.span, by: source(operand.span), .condition)
      visit(operand)
    case .binary(let sign, let left, let right):
      visit(sign, left, right, of: expression)
      visit(left)
      visit(right)
    case .encode(let call), .create(let call), .perform(let call): visit(call)
    case .createAsset(let asset, _): visit(asset)
    case .decimal, .text, .bytes, .name, .state, .invalid: break
    }
  }

  /// Lets a condition say the opposite, unless its comparison will.
  mutating func negate(_ condition: Expression) {
    switch condition.kind {
    case .binary(let sign, _, _) where Self.opposites[sign] != nil: break
    case .not: break
    default: replace(condition.span, by: "not (\(source(condition.span)))", .condition)
    }
  }

  /// Functions in whose place others may stand.
  private static let others = [
    "floor": "ceil", "ceil": "floor", "trunc": "ceil", "even": "floor", "exact": "floor",
    "min": "max", "max": "min",
  ]

  /// Whether the order of the arguments means nothing.
  private func isSymmetric(_ callee: Expression) -> Bool {
    guard case .name(let name) = callee.kind else { return false }
    return name.text == "min" || name.text == "max"
  }

  private mutating func visit(callee: Expression) {
    guard case .name(let name) = callee.kind else { return visit(callee) }
    if let other = Self.others[name.text] { replace(callee.span, by: other, .rounding) }
  }

  // MARK: - Operators

  /// Comparisons that say the opposite.
  private static let opposites: [BinaryOperator: BinaryOperator] = [
    .equal: .notEqual, .notEqual: .equal, .less: .greaterEqual, .greaterEqual: .less,
    .greater: .lessEqual, .lessEqual: .greater,
  ]
  /// Comparisons that differ at the edge.
  private static let neighbours: [BinaryOperator: BinaryOperator] = [
    .less: .lessEqual, .lessEqual: .less, .greater: .greaterEqual, .greaterEqual: .greater,
  ]
  /// Operators that may stand in the place of others.
  private static let replacements: [BinaryOperator: BinaryOperator] = [
    .add: .subtract, .subtract: .add, .multiply: .add, .power: .multiply, .and: .or, .or: .and,
  ]

  private mutating func visit(
    _ sign: BinaryOperator, _ left: Expression, _ right: Expression, of whole: Expression
  ) {
    if let place = place(of: sign.rawValue, between: left.span, and: right.span) {
      if let other = Self.neighbours[sign] { replace(place, by: other.rawValue, .comparison) }
      if let other = Self.opposites[sign] { replace(place, by: other.rawValue, .comparison) }
      if let other = Self.replacements[sign] {
        replace(place, by: other.rawValue, sign == .and || sign == .or ? .condition : .arithmetic)
      }
    }
    switch sign {
    case .subtract, .divide, .modulo, .power: swap(left.span, right.span, .operands)
    case .and, .or:
      replace(whole.span, by: source(left.span), .condition)
      replace(whole.span, by: source(right.span), .condition)
    default: break
    }
  }
}
