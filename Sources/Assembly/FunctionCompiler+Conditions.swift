internal import Bytecode

/// Conditions: comparisons become branches, and `and` and `or` decide as soon as they can.
extension FunctionCompiler {
  /// Jumps to `label` if the condition is `truth`; otherwise goes on.
  func branch(_ condition: Expression, if truth: Bool, to label: Label) {
    let mark = top
    _ = nested(at: condition.span) { () -> Void? in
      branchNested(condition, if: truth, to: label)
      return ()
    }
    release(to: mark)
  }

  private func branchNested(_ condition: Expression, if truth: Bool, to label: Label) {
    switch condition.kind {
    case .not(let operand): branch(operand, if: !truth, to: label)
    case .binary(.and, let left, let right):
      shortCircuit(left, right, decidedBy: false, if: truth, to: label)
    case .binary(.or, let left, let right):
      shortCircuit(left, right, decidedBy: true, if: truth, to: label)
    case .binary(let operation, let left, let right) where operation.isComparison:
      compare(truth ? operation : operation.inverse, left, right, to: label)
    default:
      guard let register = compile(condition, as: .bool) else { return }
      emit(truth ? .jumpNotEqualSmall : .jumpEqualSmall, register, 0, to: label)
    }
  }

  /// Both sides of `and`, which `false` decides, or of `or`, which `true` decides.
  private func shortCircuit(
    _ left: Expression, _ right: Expression, decidedBy decision: Bool, if truth: Bool,
    to label: Label
  ) {
    if decision == truth {
      branch(left, if: truth, to: label)
      branch(right, if: truth, to: label)
    } else {
      let skip = makeLabel()
      branch(left, if: decision, to: skip)
      branch(right, if: truth, to: label)
      bind(skip)
    }
  }

  /// Jumps to `label` if the comparison holds.
  private func compare(
    _ operation: BinaryOperator, _ left: Expression, _ right: Expression, to label: Label
  ) {
    if let small = immediate(right) {
      compare(operation, left, small, left, right, to: label)
      return
    }
    if let small = immediate(left) {
      compare(operation.swapped, right, small, left, right, to: label)
      return
    }
    guard let pair = comparable(operation, left, right) else { return }
    let (a, b) = (pair.left, pair.right)
    switch operation {
    case .equal: emit(pair.bank == .bytes ? .jumpSame : .jumpEqual, a, b, to: label)
    case .notEqual: emit(pair.bank == .bytes ? .jumpDifferent : .jumpNotEqual, a, b, to: label)
    case .less: emit(.jumpLess, a, b, to: label)
    case .lessEqual: emit(.jumpLessEqual, a, b, to: label)
    case .greater: emit(.jumpLess, b, a, to: label)
    default: emit(.jumpLessEqual, b, a, to: label)
    }
  }

  /// Compares a variable with a small constant.
  private func compare(
    _ operation: BinaryOperator, _ variable: Expression, _ small: (value: Int, kind: Kind),
    _ left: Expression, _ right: Expression, to label: Label
  ) {
    guard let value = compile(variable) else { return }
    guard checkComparable(operation, value.kind, small.kind, left, right) else { return }
    let opcode: Opcode
    switch operation {
    case .equal: opcode = .jumpEqualSmall
    case .notEqual: opcode = .jumpNotEqualSmall
    case .less: opcode = .jumpLessSmall
    case .lessEqual: opcode = .jumpLessEqualSmall
    case .greater: opcode = .jumpGreaterSmall
    default: opcode = .jumpGreaterEqualSmall
    }
    emit(opcode, value.register, small.value, to: label)
  }

  /// `and` and `or` as values.
  func logical(
    _ operation: BinaryOperator, _ left: Expression, _ right: Expression, into destination: Int?
  ) -> Value? {
    let register = workplace(destination, .int)
    let end = makeLabel()
    let mark = top
    let first = compile(left, as: .bool, into: register)
    release(to: mark)
    emit(operation == .and ? .jumpEqualSmall : .jumpNotEqualSmall, register, 0, to: end)
    let second = compile(right, as: .bool, into: register)
    release(to: mark)
    bind(end)
    guard first != nil, second != nil else { return nil }
    return settle(.bool, register, into: destination)
  }
}

extension BinaryOperator {
  /// Whether it compares.
  var isComparison: Bool {
    switch self {
    case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual: true
    default: false
    }
  }

  /// The comparison that holds exactly when this one does not.
  var inverse: BinaryOperator {
    switch self {
    case .equal: .notEqual
    case .notEqual: .equal
    case .less: .greaterEqual
    case .lessEqual: .greater
    case .greater: .lessEqual
    case .greaterEqual: .less
    default: self
    }
  }

  /// The comparison with its sides exchanged.
  var swapped: BinaryOperator {
    switch self {
    case .less: .greater
    case .lessEqual: .greaterEqual
    case .greater: .less
    case .greaterEqual: .lessEqual
    default: self
    }
  }
}
