internal import Bytecode
internal import Integers

/// Expressions: each puts one value in a register.
extension FunctionCompiler {
  /// Puts the value of an expression in a register: in `destination`, or wherever it is cheapest.
  func compile(_ expression: Expression, into destination: Int? = nil) -> Value? {
    nested(at: expression.span) {
      switch fold(expression) {
      case .failed: nil
      case .value(let value): constant(value, into: destination)
      case .notConstant: compute(expression, into: destination)
      }
    }
  }

  /// Puts a value of the given kind in a register, or reports that it is of another.
  func compile(_ expression: Expression, as kind: Kind, into destination: Int? = nil) -> Int? {
    guard let value = compile(expression, into: destination) else { return nil }
    guard value.kind == kind else {
      reportMismatch(expected: kind, found: value.kind, at: expression.span)
      return nil
    }
    return value.register
  }

  /// Says that a value has the wrong kind.
  func reportMismatch(expected: Kind, found: Kind, at span: Span) {
    var help: String?
    if expected.bank == .bytes, found.bank == .bytes {
      help =
        expected == .bytes
        ? "bytes(…) gives the bytes of \(found.article)"
        : found == .bytes ? "\(describe(expected))(…) checks and converts bytes" : nil
    } else if expected == .int, found.bank == .int {
      help = "int(…) gives its number"
    }
    report(
      .kindMismatch, "expected \(describe(expected)), found \(describe(found))", at: span,
      help: help)
  }

  /// Puts a value of the integer bank into a register: int, and with that counts and amounts.
  func integer(_ expression: Expression, into destination: Int? = nil) -> Int? {
    compile(expression, as: .int, into: destination)
  }

  /// Puts a value of any kind of bytes into a register.
  func anyBytes(_ expression: Expression, into destination: Int? = nil) -> Value? {
    guard let value = compile(expression, into: destination) else { return nil }
    guard value.kind.bank == .bytes else {
      reportMismatch(expected: .bytes, found: value.kind, at: expression.span)
      return nil
    }
    return value
  }

  private func compute(_ expression: Expression, into destination: Int?) -> Value? {
    switch expression.kind {
    case .name(let name): return read(name, into: destination)
    case .member: return member(expression, into: destination)
    case .state: return load(expression, into: destination)
    case .subscripted(let base, let keys):
      return subscripted(expression, base, keys, into: destination)
    case .call(let callee, let arguments, let payments):
      return call(expression, callee, arguments, payments, into: destination)
    case .list(let elements): return list(elements, into: destination)
    case .negate(let operand):
      return unary(.neg, operand, of: .int, into: destination)
    case .not(let operand): return unary(.not, operand, of: .bool, into: destination)
    case .binary(let operation, let left, let right):
      return binary(expression, operation, left, right, into: destination)
    case .encode(let call): return encode(call, into: destination)
    case .create(let call): return create(call, into: destination)
    case .createAsset(let asset, let hooks):
      return createAsset(asset, hooks: hooks, into: destination)
    case .perform(let call): return perform(call, into: destination)
    case .integer, .decimal, .measured, .text, .bytes, .boolean, .invalid: return nil
    }
  }

  // MARK: - Constants

  /// Puts a constant in a register.
  func constant(_ value: ConstantValue, into destination: Int? = nil) -> Value? {
    switch value {
    case .number(let number):
      guard let integer = number.integer else {
        report(
          .notIntegral, "the constant is not integral", at: span,
          help: "multiply it until nothing is left behind the point, as in 2.5 * 10^6")
        return nil
      }
      let register = target(destination, .int)
      number16(integer, into: register)
      return Value(kind: .int, register: register)
    case .small(let number, let kind):
      let register = target(destination, .int)
      emit(.intSmall, register, number)
      return Value(kind: kind, register: register)
    case .bytes(let bytes, let kind):
      let register = target(destination, .bytes)
      if bytes.count > Limits.bytesLength {
        report(.tooLong, "a string has at most \(Limits.bytesLength) bytes", at: span)
      }
      emit(.bytesConst, register, compilation.index(ofString: bytes))
      return Value(kind: kind, register: register)
    }
  }

  private func number16(_ integer: Integer, into register: Int) {
    if let small = integer.asInt, Int16(exactly: small) != nil {
      emit(.intSmall, register, small)
    } else {
      emit(.intConst, register, compilation.index(ofInteger: integer))
    }
  }

  /// A number that fits an immediate, and its kind, if the expression is such a constant.
  func immediate(_ expression: Expression) -> (value: Int, kind: Kind)? {
    guard case .value(let value) = fold(expression) else { return nil }
    switch value {
    case .number(let number):
      guard let small = number.integer?.asInt, Int16(exactly: small) != nil else { return nil }
      return (small, .int)
    case .small(let number, let kind): return (number, kind)
    case .bytes: return nil
    }
  }

  // MARK: - Names

  private func read(_ name: Name, into destination: Int?) -> Value? {
    if let local = local(name.text) {
      use(name.text)
      guard let kind = local.kind else { return nil }
      guard let destination, destination != local.register else {
        return Value(kind: kind, register: local.register)
      }
      if kind == .list {
        emit(.listCopy, destination, local.register)
      } else {
        move(kind.bank, local.register, to: destination)
      }
      return Value(kind: kind, register: destination)
    }
    if payment(name.text) != nil {
      report(
        .paymentUse, "\"\(name.text)\" is a payment", at: name.span,
        help: "write \(name.text).asset or \(name.text).amount")
      return nil
    }
    if let index = compilation.names.index(.assetClass, scope.full(name.text)) {
      return asset(ofClass: index, id: nil, at: name.span, into: destination)
    }
    if let value = environment(name.text, into: destination) { return value }
    reportUnknownValue([name])
    return nil
  }

  /// What contracts read of their surroundings.
  private func environment(_ word: String, into destination: Int?) -> Value? {
    let (opcode, kind): (Opcode, Kind)
    switch word {
    case "caller": (opcode, kind) = (.caller, .address)
    case "self": (opcode, kind) = (.selfAddress, .address)
    case "chain": (opcode, kind) = (.chainID, .bytes)
    case "height": (opcode, kind) = (.height, .int)
    case "time": (opcode, kind) = (.time, .int)
    default: return nil
    }
    let register = target(destination, kind.bank)
    emit(opcode, register)
    return Value(kind: kind, register: register)
  }

  private func reportUnknownValue(_ path: [Name]) {
    guard let first = path.first, let last = path.last else { return }
    let span = Span(file: first.span.file, start: first.span.start, end: last.span.end)
    let word = path.dotted
    if path.count == 1, let before = expiredLocal(word) {
      report(
        .unknownName, "\"\(word)\" is not visible here", at: span,
        notes: [Diagnostic.Note("assigned here, but its block has ended", at: before)],
        help: "assign it before the block as well")
      return
    }
    if path.count == 1, compilation.names.index(.field, scope.full(word)) != nil {
      report(
        .unknownName, "there is no local \"\(word)\"", at: span,
        help: "the field is written @\(word)",
        fix: Diagnostic.Fix(Span(file: span.file, start: span.start, end: span.start), "@"))
      return
    }
    if let sort = compilation.names.sort(of: scope.full(word)), sort != .field {
      report(.wrongSort, "\"\(word)\" is \(sort.described), not a value", at: span)
      return
    }
    let candidates =
      localNames + compilation.names.visible([.constant, .assetClass], in: scope)
      + ["caller", "self", "chain", "height", "time", "zero_address", "zero_asset", "BPS"]
    report(
      .unknownName, "there is no value \"\(word)\"", at: span,
      suggestion: compilation.meant(word, among: candidates))
  }

  private func member(_ expression: Expression, into destination: Int?) -> Value? {
    if expression.stateRoot != nil { return load(expression, into: destination) }
    guard let path = expression.path, let first = path.first, let last = path.last else {
      if case .member(_, let name) = expression.kind {
        report(.unknownMember, "this value has no member \"\(name.text)\"", at: name.span)
      }
      return nil
    }
    if path.count == 2, let registers = payment(first.text) {
      return payment(registers, first, last, into: destination)
    }
    if isLocal(first.text) {
      if let local = local(first.text), local.kind == nil { return nil }
      report(
        .unknownMember, "\"\(first.text)\" has no member \"\(path[1].text)\"", at: path[1].span)
      return nil
    }
    if let index = compilation.names.index(.assetClass, scope.full(path.dotted)) {
      return asset(ofClass: index, id: nil, at: expression.span, into: destination)
    }
    reportUnknownValue(path)
    return nil
  }

  private func payment(
    _ registers: PaymentLocal, _ name: Name, _ part: Name, into destination: Int?
  ) -> Value? {
    let value: Value
    switch part.text {
    case "asset": value = Value(kind: .asset, register: registers.asset)
    case "amount": value = Value(kind: .int, register: registers.amount)
    default:
      report(
        .unknownMember, "a payment has .asset and .amount, not .\(part.text)", at: part.span,
        suggestion: compilation.meant(part.text, among: ["asset", "amount"]))
      return nil
    }
    guard let destination else { return value }
    move(value.kind.bank, value.register, to: destination)
    return Value(kind: value.kind, register: destination)
  }

  // MARK: - Subscripts and lists

  private func subscripted(
    _ expression: Expression, _ base: Expression, _ keys: [Expression], into destination: Int?
  ) -> Value? {
    if expression.stateRoot != nil { return load(expression, into: destination) }
    if let path = base.path, let first = path.first, !isLocal(first.text),
      let index = compilation.names.index(.assetClass, scope.full(path.dotted))
    {
      guard keys.count == 1, let id = keys.first else {
        report(.argumentCount, "an asset of a class has one id", at: expression.span)
        return nil
      }
      return asset(ofClass: index, id: id, at: expression.span, into: destination)
    }
    let mark = top
    guard let list = compile(base) else { return nil }
    guard list.kind == .list else {
      report(
        .operatorKind, "\(describe(list.kind)) has no elements to index", at: base.span,
        help: list.kind == .addresses || list.kind == .assets
          ? "write element(list, index)"
          : list.kind.bank == .bytes ? "write byte(value, index)" : nil)
      return nil
    }
    guard keys.count == 1, let key = keys.first else {
      report(.argumentCount, "a list has one index", at: expression.span)
      return nil
    }
    guard let index = integer(key) else { return nil }
    release(to: mark)
    let register = target(destination, .int)
    emit(.listGet, register, list.register, index)
    return Value(kind: .int, register: register)
  }

  /// A list of the given elements.
  private func list(_ elements: [Expression], into destination: Int?) -> Value? {
    let register = workplace(destination, .list)
    let mark = top
    let count = allocate(.int)
    number16(Integer(elements.count), into: count)
    emit(.listNew, register, count)
    release(to: mark)
    var isComplete = true
    for (index, element) in elements.enumerated() {
      let inner = top
      if let value = integer(element) {
        let position = allocate(.int)
        number16(Integer(index), into: position)
        emit(.listSet, register, position, value)
      } else {
        isComplete = false
      }
      release(to: inner)
    }
    guard isComplete else { return nil }
    return settle(.list, register, into: destination)
  }

  /// Moves what was built elsewhere to where it is wanted.
  func settle(_ kind: Kind, _ register: Int, into destination: Int?) -> Value {
    guard let destination, destination != register else {
      return Value(kind: kind, register: register)
    }
    move(kind.bank, register, to: destination)
    return Value(kind: kind, register: destination)
  }

  // MARK: - Operators

  private func unary(
    _ opcode: Opcode, _ operand: Expression, of kind: Kind, into destination: Int?
  ) -> Value? {
    let mark = top
    guard let value = compile(operand) else { return nil }
    guard value.kind == kind else {
      report(
        .operatorKind,
        "\(opcode == .not ? "`not`" : "`-`") takes \(describe(kind)), "
          + "not \(describe(value.kind))", at: operand.span)
      return nil
    }
    release(to: mark)
    let register = target(destination, .int)
    emit(opcode, register, value.register)
    return Value(kind: kind, register: register)
  }

  private func binary(
    _ expression: Expression, _ operation: BinaryOperator, _ left: Expression, _ right: Expression,
    into destination: Int?
  ) -> Value? {
    switch operation {
    case .divide:
      _ = integer(left)
      _ = integer(right)
      compilation.reportBareDivision(expression.span)
      return nil
    case .add, .subtract, .multiply, .modulo, .power:
      return arithmetic(operation, left, right, into: destination)
    case .and, .or: return logical(operation, left, right, into: destination)
    case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual:
      return comparison(operation, left, right, into: destination)
    }
  }

  /// An operand of an operator on integers.
  private func operand(_ expression: Expression, of operation: BinaryOperator) -> Int? {
    guard let value = compile(expression) else { return nil }
    guard value.kind == .int else {
      report(
        .operatorKind, "`\(operation.rawValue)` takes int, not \(describe(value.kind))",
        at: expression.span,
        help: value.kind.bank == .int ? "int(…) gives its number" : nil)
      return nil
    }
    return value.register
  }

  private func arithmetic(
    _ operation: BinaryOperator, _ left: Expression, _ right: Expression, into destination: Int?
  ) -> Value? {
    let mark = top
    if let small = smallOperand(operation, left, right) {
      guard let first = operand(small.variable, of: operation) else { return nil }
      release(to: mark)
      let register = target(destination, .int)
      emit(small.opcode, register, first, small.value)
      return Value(kind: .int, register: register)
    }
    let first = operand(left, of: operation)
    let second = operand(right, of: operation)
    guard let first, let second else { return nil }
    release(to: mark)
    let register = target(destination, .int)
    emit(operation.opcode, register, first, second)
    return Value(kind: .int, register: register)
  }

  /// Adds an expression to a register, or subtracts it; false after reporting.
  func add(
    _ operation: BinaryOperator, _ register: Int, _ expression: Expression, to target: Int
  ) -> Bool {
    if let small = immediate(expression), small.kind == .int,
      let value = Int16(exactly: operation == .subtract ? -small.value : small.value)
    {
      emit(.addSmall, target, register, Int(value))
      return true
    }
    guard let second = operand(expression, of: operation) else { return false }
    emit(operation.opcode, target, register, second)
    return true
  }

  /// The sides of a sum or product with a constant that fits the instruction.
  private func smallOperand(
    _ operation: BinaryOperator, _ left: Expression, _ right: Expression
  ) -> (opcode: Opcode, variable: Expression, value: Int)? {
    let opcode: Opcode
    switch operation {
    case .add, .subtract: opcode = .addSmall
    case .multiply: opcode = .mulSmall
    default: return nil
    }
    var variable = left
    var small = immediate(right)
    if small == nil, operation != .subtract {
      variable = right
      small = immediate(left)
    }
    guard let small, small.kind == .int else { return nil }
    let value = operation == .subtract ? -small.value : small.value
    guard Int16(exactly: value) != nil else { return nil }
    return (opcode, variable, value)
  }

  /// A comparison as a value.
  private func comparison(
    _ operation: BinaryOperator, _ left: Expression, _ right: Expression, into destination: Int?
  ) -> Value? {
    let mark = top
    guard let pair = comparable(operation, left, right) else { return nil }
    release(to: mark)
    let register = target(destination, .int)
    let (a, b) = (pair.left, pair.right)
    switch operation {
    case .equal where pair.bank == .bytes: emit(.same, register, a, b)
    case .notEqual where pair.bank == .bytes:
      emit(.same, register, a, b)
      emit(.not, register, register)
    case .equal: emit(.equal, register, a, b)
    case .notEqual: emit(.notEqual, register, a, b)
    case .less: emit(.less, register, a, b)
    case .lessEqual: emit(.lessEqual, register, a, b)
    case .greater: emit(.less, register, b, a)
    default: emit(.lessEqual, register, b, a)
    }
    return Value(kind: .bool, register: register)
  }

  /// Both sides of a comparison in registers, if they can be compared.
  func comparable(
    _ operation: BinaryOperator, _ left: Expression, _ right: Expression
  ) -> (bank: Bank, left: Int, right: Int)? {
    let first = compile(left)
    let second = compile(right)
    guard let first, let second else { return nil }
    guard checkComparable(operation, first.kind, second.kind, left, right) else { return nil }
    return (first.kind.bank, first.register, second.register)
  }

  /// Reports kinds that an operator does not compare.
  func checkComparable(
    _ operation: BinaryOperator, _ first: Kind, _ second: Kind, _ left: Expression,
    _ right: Expression
  ) -> Bool {
    let span = Span(file: left.span.file, start: left.span.start, end: right.span.end)
    let isEquality = operation == .equal || operation == .notEqual
    if !isEquality, first != .int {
      report(
        .operatorKind, "`\(operation.rawValue)` compares int, not \(describe(first))", at: left.span
      )
      return false
    }
    guard first == second else {
      report(
        .kindMismatch, "cannot compare \(describe(first)) with \(describe(second))", at: span)
      return false
    }
    if first == .list {
      report(
        .operatorKind, "lists cannot be compared", at: span,
        help: "compare their bytes: bytes(l, width)")
      return false
    }
    return true
  }
}

extension BinaryOperator {
  /// The instruction of an arithmetic operator.
  fileprivate var opcode: Opcode {
    switch self {
    case .add: .add
    case .subtract: .sub
    case .multiply: .mul
    case .modulo: .mod
    default: .pow
    }
  }
}

extension Expression {
  /// The name after `@`, if the expression is a place of the contract's state.
  var stateRoot: Name? {
    var expression = self
    while true {
      switch expression.kind {
      case .member(let base, _), .subscripted(let base, _): expression = base
      case .state(let name): return name
      default: return nil
      }
    }
  }
}

extension Kind {
  /// The kind's name with its article.
  fileprivate var article: String {
    switch self {
    case .address, .asset: "an \(self)"
    case .addresses: "a list of address"
    case .assets: "a list of asset"
    default: "a \(self)"
    }
  }
}
