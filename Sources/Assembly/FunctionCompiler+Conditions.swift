internal import Bytecode

/// Conditions: comparisons become branches, and `and` and `or` decide as soon as they can.
extension FunctionCompiler {
  /// Jumps to `label` if the condition is `truth`; otherwise goes on.
  ///
  /// `sort` is what the condition is there for.
  func branch(
    _ condition: Expression, if truth: Bool, to label: Label, as sort: SourceMap.Branch.Sort
  ) {
    let mark = top
    _ = nested(at: condition.span) { () -> Void? in
      branchNested(condition, if: truth, to: label, as: sort)
      return ()
    }
    release(to: mark)
  }

  private func branchNested(
    _ condition: Expression, if truth: Bool, to label: Label, as sort: SourceMap.Branch.Sort
  ) {
    switch condition.kind {
    case .not(let operand): branch(operand, if: !truth, to: label, as: sort)
    case .binary(.and, let left, let right):
      shortCircuit(left, right, decidedBy: false, if: truth, to: label, as: sort)
    case .binary(.or, let left, let right):
      shortCircuit(left, right, decidedBy: true, if: truth, to: label, as: sort)
    case .binary(let operation, let left, let right) where operation.isComparison:
      let isConstant = immediate(left) != nil && immediate(right) != nil
      guard compare(truth ? operation : operation.inverse, left, right, to: label) else { return }
      if !isConstant { note(sort, holdsAtTarget: truth) }
    default:
      let isConstant = immediate(condition) != nil
      guard let register = compile(condition, as: .bool) else { return }
      emit(truth ? .jumpNotEqualSmall : .jumpEqualSmall, register, 0, to: label)
      if !isConstant { note(sort, holdsAtTarget: truth) }
    }
  }

  /// Both sides of `and`, which `false` decides, or of `or`, which `true` decides.
  private func shortCircuit(
    _ left: Expression, _ right: Expression, decidedBy decision: Bool, if truth: Bool,
    to label: Label, as sort: SourceMap.Branch.Sort
  ) {
    if decision == truth {
      branch(left, if: truth, to: label, as: sort)
      branch(right, if: truth, to: label, as: sort)
    } else {
      let skip = makeLabel()
      branch(left, if: decision, to: skip, as: sort)
      branch(right, if: truth, to: label, as: sort)
      bind(skip)
    }
  }

  /// Jumps to `label` if the comparison holds; gives whether the two can be compared.
  private func compare(
    _ operation: BinaryOperator, _ left: Expression, _ right: Expression, to label: Label
  ) -> Bool {
    if let small = immediate(right) {
      return compare(operation, left, small, left, right, to: label)
    }
    if let small = immediate(left) {
      return compare(operation.swapped, right, small, left, right, to: label)
    }
    guard let pair = comparable(operation, left, right) else { return false }
    let (a, b) = (pair.left, pair.right)
    switch operation {
    case .equal: emit(pair.bank == .bytes ? .jumpSame : .jumpEqual, a, b, to: label)
    case .notEqual: emit(pair.bank == .bytes ? .jumpDifferent : .jumpNotEqual, a, b, to: label)
    case .less: emit(.jumpLess, a, b, to: label)
    case .lessEqual: emit(.jumpLessEqual, a, b, to: label)
    case .greater: emit(.jumpLess, b, a, to: label)
    default: emit(.jumpLessEqual, b, a, to: label)
    }
    return true
  }

  /// Compares a variable with a small constant.
  private func compare(
    _ operation: BinaryOperator, _ variable: Expression, _ small: (value: Int, kind: Kind),
    _ left: Expression, _ right: Expression, to label: Label
  ) -> Bool {
    guard let value = compile(variable),
      checkComparable(operation, value.kind, small.kind, left, right)
    else { return false }
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
    return true
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
    _ = nested(at: left.span) { () -> Void? in
      emit(operation == .and ? .jumpEqualSmall : .jumpNotEqualSmall, register, 0, to: end)
      if immediate(left) == nil { note(.operand, holdsAtTarget: operation == .or) }
      return ()
    }
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
