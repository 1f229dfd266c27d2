internal import Bytecode
internal import Integers

/// What folding an expression came to.
enum Folded {
  /// Something in it is known only at run time.
  case notConstant
  /// It is constant and wrong; an error has been reported.
  case failed
  case value(ConstantValue)
}

/// Computes constant expressions of one scope.
struct ConstantFolder {
  let compilation: Compilation
  let scope: Scope
  /// Whether a local of this name stands before a constant of the machine.
  let isLocal: (String) -> Bool

  /// The value of an expression, if it is constant.
  func fold(_ expression: Expression) -> Folded {
    switch expression.kind {
    case .integer(let value): .value(.number(ExactDecimal(value)))
    case .decimal(let digits, let scale): decimal(digits, scale, at: expression.span)
    case .measured(let number, let unit): measured(number, unit, at: expression.span)
    case .text(let text): .value(.bytes(Array(text.utf8), .text))
    case .bytes(let bytes): .value(.bytes(bytes, .bytes))
    case .boolean(let truth): .value(.small(truth ? 1 : 0, .bool))
    case .name, .member: named(expression)
    case .negate(let operand): negated(operand, at: expression.span)
    case .binary(let operation, let left, let right):
      binary(operation, left, right, at: expression.span)
    case .call(let callee, let arguments, let payments):
      payments.isEmpty ? call(callee, arguments, at: expression.span) : .notConstant
    default: .notConstant
    }
  }

  private func decimal(_ digits: Integer, _ scale: Int, at span: Span) -> Folded {
    guard scale <= ExactDecimal.scaleMax else {
      return fail(.constantArithmetic, "the decimal has too many digits", at: span)
    }
    let value = ExactDecimal(digits, scale: scale)
    return .value(.number(value.integer.map { ExactDecimal($0) } ?? value))
  }

  private func measured(_ number: Expression, _ unit: Name, at span: Span) -> Folded {
    guard let factor = Folding.unit(unit.text) else {
      compilation.report(
        .notConstant, "there is no unit \"\(unit.text)\"", at: unit.span,
        suggestion: compilation.meant(unit.text, among: Folding.units))
      return .failed
    }
    guard case .value(.number(let value)) = fold(number) else { return .failed }
    return result(value.multiplied(by: ExactDecimal(Integer(factor))), at: span)
  }

  private func negated(_ operand: Expression, at span: Span) -> Folded {
    switch fold(operand) {
    case .value(.number(let value)):
      return result(ExactDecimal(Integer(0)).subtracting(value), at: span)
    case .value: return .notConstant
    case .notConstant: return .notConstant
    case .failed: return .failed
    }
  }

  private func binary(
    _ operation: BinaryOperator, _ left: Expression, _ right: Expression, at span: Span
  ) -> Folded {
    switch operation {
    case .add, .subtract, .multiply, .modulo, .power: break
    default: return .notConstant
    }
    let first = fold(left)
    guard case .value(.number(let a)) = first else { return first.withoutValue }
    let second = fold(right)
    guard case .value(.number(let b)) = second else { return second.withoutValue }
    switch operation {
    case .add: return result(a.adding(b), at: span)
    case .subtract: return result(a.subtracting(b), at: span)
    case .multiply: return result(a.multiplied(by: b), at: span)
    case .modulo:
      guard let x = a.integer, let y = b.integer, let rest = Folding.modulo(x, y) else {
        return fail(.constantArithmetic, "mod needs integers and a divisor that is not 0", at: span)
      }
      return .value(.number(ExactDecimal(rest)))
    default:
      guard let exponent = b.integer?.asInt, exponent >= 0, exponent <= 1 << 20 else {
        return fail(
          .constantArithmetic, "the exponent of a constant is an integer from 0 to 1,048,576",
          at: right.span)
      }
      return result(a.raised(to: exponent), at: span)
    }
  }

  private func result(_ value: ExactDecimal?, at span: Span) -> Folded {
    guard let value else {
      return fail(.integerTooLarge, "the constant needs more than 16,384 bits", at: span)
    }
    return .value(.number(value))
  }

  private func fail(_ code: SemanticCode, _ message: String, at span: Span) -> Folded {
    compilation.report(code, message, at: span)
    return .failed
  }

  // MARK: - Names

  private func named(_ expression: Expression) -> Folded {
    guard let path = expression.path, let first = path.first, !isLocal(first.text) else {
      return .notConstant
    }
    let name = scope.full(path.dotted)
    if compilation.names.index(.constant, name) != nil {
      return compilation.constant(named: name, at: expression.span)
    }
    if path.count == 1 {
      return Folding.builtinConstant(first.text).map { .value($0) } ?? .notConstant
    }
    guard let last = path.last,
      let index = compilation.names.index(.enumeration, scope.full(path.dropLast().dotted))
    else { return .notConstant }
    let cases = compilation.module.enums[index].cases
    guard let number = cases.firstIndex(of: last.text) else {
      compilation.report(
        .unknownMember, "the enum \"\(path.dropLast().dotted)\" has no case \"\(last.text)\"",
        at: last.span, suggestion: compilation.meant(last.text, among: cases))
      return .failed
    }
    return .value(.small(number, .enumeration(UInt8(truncatingIfNeeded: index))))
  }

  // MARK: - Calls

  private func call(_ callee: Expression, _ arguments: [ArgumentSyntax], at span: Span) -> Folded {
    guard let word = callee.word, arguments.count == 1, let argument = arguments.first,
      argument.label == nil, compilation.names.index(.function, scope.full(word.text)) == nil
    else { return .notConstant }
    if let rounding = Folding.rounding(word.text) { return rounded(argument.value, rounding) }
    switch word.text {
    case "error": return errorNumber(argument.value)
    case "trap": return trapNumber(argument.value)
    case "int":
      let folded = fold(argument.value)
      guard case .value(.small(let number, _)) = folded else { return folded.withoutValue }
      return .value(.number(ExactDecimal(Integer(number))))
    case "bytes":
      let folded = fold(argument.value)
      guard case .value(.bytes(let bytes, _)) = folded else { return folded.withoutValue }
      return .value(.bytes(bytes, .bytes))
    case "address": return identifier(argument.value, .address)
    case "asset": return identifier(argument.value, .asset)
    case "text": return text(argument.value)
    default: return .notConstant
    }
  }

  private func rounded(_ quotient: Expression, _ rounding: Folding.Rounding) -> Folded {
    guard case .binary(.divide, let left, let right) = quotient.kind else { return .notConstant }
    let first = fold(left)
    guard case .value(.number(let a)) = first else { return first.withoutValue }
    let second = fold(right)
    guard case .value(.number(let b)) = second else { return second.withoutValue }
    guard let value = a.divided(by: b, rounding) else {
      return fail(
        .constantArithmetic,
        b.digits == Integer(0)
          ? "a division by zero" : "the division leaves a remainder or is too large",
        at: quotient.span)
    }
    return .value(.number(ExactDecimal(value)))
  }

  private func identifier(_ expression: Expression, _ kind: Kind) -> Folded {
    let folded = fold(expression)
    guard case .value(.bytes(let bytes, .bytes)) = folded else { return folded.withoutValue }
    guard bytes.count == 32 else {
      return fail(
        .outOfRange, "an \(kind) has 32 bytes, and this has \(bytes.count)", at: expression.span)
    }
    return .value(.bytes(bytes, kind))
  }

  private func text(_ expression: Expression) -> Folded {
    let folded = fold(expression)
    guard case .value(.bytes(let bytes, .bytes)) = folded else { return folded.withoutValue }
    guard String(validating: bytes, as: UTF8.self) != nil else {
      return fail(.outOfRange, "these bytes are not UTF-8", at: expression.span)
    }
    return .value(.bytes(bytes, .text))
  }

  private func errorNumber(_ expression: Expression) -> Folded {
    guard let path = expression.path else { return .notConstant }
    guard let parameters = compilation.errorParameters(path, in: scope) else {
      compilation.reportUnknown(.error, path, in: scope)
      return .failed
    }
    let kinds = parameters.kinds.map { compilation.module.signature(of: $0) }
    let number = ErrorNumber.of("\(parameters.name)(\(kinds.joined(separator: ",")))")
    return .value(.number(ExactDecimal(Integer(number))))
  }
}

extension ConstantFolder {
  /// The number by which `try` tells a trap.
  private func trapNumber(_ expression: Expression) -> Folded {
    guard let word = expression.word else { return .notConstant }
    guard let trap = Trap.allCases.first(where: { $0.name == word.text }) else {
      compilation.report(
        .unknownMember, "the machine has no trap \"\(word.text)\"", at: word.span,
        suggestion: Spelling.suggest(word.text, among: Trap.allCases.map(\.name)))
      return .failed
    }
    return .value(.number(ExactDecimal(Integer(Int(trap.rawValue)))))
  }
}

extension Folded {
  /// What is left when the value is of no use here.
  fileprivate var withoutValue: Folded {
    if case .failed = self { .failed } else { .notConstant }
  }
}

extension Compilation {
  /// The value of a declared constant, folded on its first use.
  func constant(named name: String, at span: Span) -> Folded {
    guard let index = names.index(.constant, name) else { return .notConstant }
    let entry = constants[index]
    switch entry.state {
    case .done(let value): return .value(value)
    case .failed: return .failed
    case .folding:
      report(.constantCycle, "the constant \"\(name)\" is defined by itself", at: span)
      return .failed
    case .pending: break
    }
    guard constantDepth < 64 else {
      report(.nestedTooDeeply, "constants refer to each other more than 64 deep", at: span)
      return .failed
    }
    constantDepth += 1
    constants[index].state = .folding
    let value = foldDeclaration(entry)
    constants[index].state = value.map { .done($0) } ?? .failed
    constantDepth -= 1
    return value.map { .value($0) } ?? .failed
  }

  private func foldDeclaration(_ entry: ConstantEntry) -> ConstantValue? {
    let folder = ConstantFolder(compilation: self, scope: entry.scope, isLocal: { _ in false })
    switch folder.fold(entry.expression) {
    case .failed: return nil
    case .notConstant:
      reportNotConstant(entry.expression)
      return nil
    case .value(.number(let number)):
      guard let integer = number.integer else {
        report(
          .notIntegral, "the constant is not integral", at: entry.expression.span,
          help: "multiply it until nothing is left behind the point, as in 2.5 * 10^6")
        return nil
      }
      return .number(ExactDecimal(integer))
    case .value(let value): return value
    }
  }

  /// Says why an expression is not constant.
  func reportNotConstant(_ expression: Expression) {
    if case .invalid = expression.kind { return }
    if case .binary(.divide, _, _) = expression.kind {
      reportBareDivision(expression.span)
    } else {
      report(.notConstant, "this is not a constant", at: expression.span)
    }
  }

  /// Says that a quotient names no rounding.
  func reportBareDivision(_ span: Span) {
    report(
      .bareDivision, "this division does not say how it rounds", at: span,
      help: "write floor(…), or ceil, trunc, even or exact",
      fix: Diagnostic.Fix(span, "floor(\(diagnostics.sources.text(of: span)))"))
  }

  /// The integer that a constant expression of a declaration stands for.
  func declaredInteger(_ expression: Expression, in scope: Scope) -> Integer? {
    let folder = ConstantFolder(compilation: self, scope: scope, isLocal: { _ in false })
    switch folder.fold(expression) {
    case .failed: return nil
    case .value(.number(let number)):
      if let integer = number.integer { return integer }
      report(.notIntegral, "the constant is not integral", at: expression.span)
      return nil
    case .value(let value):
      report(
        .kindMismatch, "expected int, found \(module.describe(value.kind))", at: expression.span)
      return nil
    case .notConstant:
      reportNotConstant(expression)
      return nil
    }
  }
}
