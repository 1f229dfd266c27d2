internal import Bytecode
internal import Integers

/// A builtin that is one instruction on its arguments in their order.
private struct DirectBuiltin {
  var opcode: Opcode
  /// What it takes; nil stands for any kind of bytes.
  var parameters: [Kind?]
  var result: Kind

  static let all: [String: DirectBuiltin] = [
    "min": DirectBuiltin(opcode: .min, parameters: [.int, .int], result: .int),
    "max": DirectBuiltin(opcode: .max, parameters: [.int, .int], result: .int),
    "abs": DirectBuiltin(opcode: .abs, parameters: [.int], result: .int),
    "gcd": DirectBuiltin(opcode: .gcd, parameters: [.int, .int], result: .int),
    "root": DirectBuiltin(opcode: .root, parameters: [.int, .int], result: .int),
    "bit_length": DirectBuiltin(opcode: .bitLength, parameters: [.int], result: .int),
    "bit_and": DirectBuiltin(opcode: .bitAnd, parameters: [.int, .int], result: .int),
    "bit_or": DirectBuiltin(opcode: .bitOr, parameters: [.int, .int], result: .int),
    "bit_xor": DirectBuiltin(opcode: .bitXor, parameters: [.int, .int], result: .int),
    "shift_left": DirectBuiltin(opcode: .shiftLeft, parameters: [.int, .int], result: .int),
    "shift_right": DirectBuiltin(opcode: .shiftRight, parameters: [.int, .int], result: .int),
    "pow_mod": DirectBuiltin(opcode: .powMod, parameters: [.int, .int, .int], result: .int),
    "inv_mod": DirectBuiltin(opcode: .invMod, parameters: [.int, .int], result: .int),
    "byte": DirectBuiltin(opcode: .byteAt, parameters: [nil, .int], result: .int),
    "sha256": DirectBuiltin(opcode: .sha256, parameters: [nil], result: .bytes),
    "keccak256": DirectBuiltin(opcode: .keccak256, parameters: [nil], result: .bytes),
    "verify_merkle": DirectBuiltin(
      opcode: .verifyMerkle, parameters: [nil, nil, nil, .int], result: .bool),
    "sum": DirectBuiltin(opcode: .listSum, parameters: [.list], result: .int),
    "dot": DirectBuiltin(opcode: .listDot, parameters: [.list, .list], result: .int),
    "split": DirectBuiltin(opcode: .split, parameters: [.int, .list], result: .list),
    "zeros": DirectBuiltin(opcode: .listNew, parameters: [.int], result: .list),
    "beacon": DirectBuiltin(opcode: .beacon, parameters: [.int], result: .bytes),
    "balance": DirectBuiltin(opcode: .balance, parameters: [.asset, .address], result: .int),
    "supply": DirectBuiltin(opcode: .supply, parameters: [.asset], result: .int),
    "holder": DirectBuiltin(opcode: .holder, parameters: [.asset], result: .address),
    "issuer": DirectBuiltin(opcode: .issuer, parameters: [.asset], result: .address),
    "class_name": DirectBuiltin(opcode: .className, parameters: [.asset], result: .text),
    "asset_id": DirectBuiltin(opcode: .assetID, parameters: [.asset], result: .bytes),
  ]
}

extension FunctionCompiler {
  /// The builtins that are not in the table.
  private static let others = [
    "floor", "ceil", "trunc", "even", "exact", "divmod", "fixed_pow", "concat", "slice", "length",
    "element", "count", "verify", "list", "exists", "total", "first", "last", "after", "before",
    "from", "upto", "error", "trap", "digest", "int", "bool", "bytes", "text", "address", "asset",
    "call",
    "addresses", "assets",
  ]

  /// A call of anything but a function.
  func builtin(
    _ expression: Expression, _ callee: Expression, _ arguments: [ArgumentSyntax],
    _ payments: [PaymentSyntax], into destination: Int?
  ) -> Value? {
    guard let path = callee.path, let first = path.first else {
      report(.unknownFunction, "this cannot be called", at: callee.span)
      return nil
    }
    if let payment = payments.first {
      report(.paymentUse, "payments go only to other contracts", at: payment.amount.span)
      return nil
    }
    if let index = compilation.names.index(.enumeration, scope.full(path.dotted)) {
      let kind = Kind.enumeration(UInt8(truncatingIfNeeded: index))
      return convertToSmall(kind, arguments, at: expression.span, into: destination)
    }
    if path.count == 1 {
      if DirectBuiltin.all[first.text] != nil || Self.others.contains(first.text) {
        guard let values = unlabelled(arguments, of: first.text) else { return nil }
        if let row = DirectBuiltin.all[first.text] {
          return direct(row, first.text, values, at: expression.span, into: destination)
        }
        return other(first.text, values, at: expression.span, into: destination)
      }
    }
    for argument in arguments { _ = compile(argument.value) }
    reportUncallable(path, at: callee.span)
    return nil
  }

  private func reportUncallable(_ path: [Name], at span: Span) {
    let name = path.dotted
    switch compilation.names.sort(of: scope.full(name)) {
    case .record:
      report(
        .recordUse, "a record is made only where it is stored", at: span,
        help: "write @field[key] = \(name)(…)")
    case .interface:
      report(
        .interfaceUse, "an interface is not a value", at: span,
        help: "call a function of it: \(name)(address).function(…)")
    case .message:
      report(
        .wrongSort, "a message is not a value", at: span, help: "write digest(\(name)(…))")
    case .error:
      report(
        .wrongSort, "an error is not a value", at: span,
        help: "write error(\(name)) for its number, or `fail \(name)`")
    case .some(let sort) where sort != .field:
      report(.unknownFunction, "\"\(name)\" is \(sort.described), which cannot be called", at: span)
    default:
      let candidates =
        compilation.names.visible([.function, .enumeration, .interface], in: scope)
        + DirectBuiltin.all.keys.sorted() + Self.others
      report(
        .unknownFunction, "there is no function \"\(name)\"", at: span,
        suggestion: compilation.meant(name, among: candidates))
    }
  }

  func unlabelled(_ arguments: [ArgumentSyntax], of name: String) -> [Expression]? {
    if let label = arguments.lazy.compactMap(\.label).first {
      report(.argumentLabel, "\(name)(…) takes no labels", at: label.span)
      return nil
    }
    return arguments.map(\.value)
  }

  /// Reports a wrong number of arguments.
  func expect(_ count: Int, _ values: [Expression], of name: String, at span: Span) -> Bool {
    if values.count == count { return true }
    for value in values { _ = compile(value) }
    report(
      .argumentCount,
      "\(name)(…) takes \(count) argument\(count == 1 ? "" : "s"), not \(values.count)", at: span)
    return false
  }

  private func direct(
    _ row: DirectBuiltin, _ name: String, _ values: [Expression], at span: Span,
    into destination: Int?
  ) -> Value? {
    guard expect(row.parameters.count, values, of: name, at: span) else { return nil }
    let mark = top
    var registers: [Int] = []
    for (value, kind) in zip(values, row.parameters) {
      let register = kind.map { compile(value, as: $0) } ?? anyBytes(value)?.register
      if let register { registers.append(register) }
    }
    guard registers.count == values.count else { return nil }
    release(to: mark)
    let register = target(destination, row.result.bank)
    var vector = SIMD8<UInt16>()
    for (index, operand) in ([register] + registers).enumerated() {
      vector[index] = UInt16(truncatingIfNeeded: operand)
    }
    append(Instruction(row.opcode, vector: vector), at: self.span)
    return Value(kind: row.result, register: register)
  }

  private func other(
    _ name: String, _ values: [Expression], at span: Span, into destination: Int?
  ) -> Value? {
    switch name {
    case "floor", "ceil", "trunc", "even", "exact":
      return rounded(name, values, at: span, into: destination)
    case "fixed_pow":
      report(
        .bareDivision, "fixed_pow does not say how it rounds", at: span,
        help: "write floor(fixed_pow(…)), or ceil, trunc, even or exact",
        fix: Diagnostic.Fix(span, "floor(\(compilation.diagnostics.sources.text(of: span)))"))
      return nil
    case "divmod", "first", "last", "after", "before", "from", "upto":
      report(
        .valueCount, "\(name)(…) gives several values", at: span,
        help: "assign them: a, b = \(name)(…)")
      return nil
    case "concat": return concatenation(values, into: destination)
    case "slice": return slice(values, at: span, into: destination)
    case "length": return length(values, at: span, into: destination)
    case "element": return element(values, at: span, into: destination)
    case "count": return count(values, at: span, into: destination)
    case "verify": return verify(values, at: span, into: destination)
    case "exists", "total":
      guard expect(1, values, of: name, at: span) else { return nil }
      return name == "exists"
        ? exists(values[0], into: destination) : total(values[0], into: destination)
    case "error", "trap":
      if expect(1, values, of: name, at: span) {
        let sort = name == "error" ? "an error" : "a trap"
        report(.wrongSort, "\(name)(…) takes the name of \(sort)", at: values[0].span)
      }
      return nil
    case "digest": return digest(values, at: span, into: destination)
    default: return conversion(name, values, at: span, into: destination)
    }
  }

  // MARK: - Divisions

  private func rounded(
    _ name: String, _ values: [Expression], at span: Span, into destination: Int?
  ) -> Value? {
    guard expect(1, values, of: name, at: span), let mode = Rounding(word: name) else {
      return nil
    }
    let mark = top
    if case .call(let callee, let arguments, _) = values[0].kind, callee.word?.text == "fixed_pow" {
      guard let parts = unlabelled(arguments, of: "fixed_pow"),
        expect(3, parts, of: "fixed_pow", at: values[0].span),
        let registers = integers(parts)
      else { return nil }
      release(to: mark)
      let register = target(destination, .int)
      emit(.fixedPow, register, registers[0], registers[1], registers[2], Int(mode.rawValue))
      return Value(kind: .int, register: register)
    }
    guard case .binary(.divide, let left, let right) = values[0].kind else {
      _ = compile(values[0])
      report(
        .roundingNeedsDivision, "\(name)(…) rounds a division, and this is none",
        at: values[0].span, help: "write \(name)(a / b) or \(name)(a * b / c)")
      return nil
    }
    var operands = [left, right]
    if case .binary(.multiply, let a, let b) = left.kind, !isConstant(left) {
      operands = [a, b, right]
    }
    guard let registers = integers(operands) else { return nil }
    release(to: mark)
    let register = target(destination, .int)
    if registers.count == 3 {
      emit(.muldiv, register, registers[0], registers[1], registers[2], Int(mode.rawValue))
    } else {
      emit(.div, register, registers[0], registers[1], Int(mode.rawValue))
    }
    return Value(kind: .int, register: register)
  }

  private func isConstant(_ expression: Expression) -> Bool {
    if case .value = fold(expression) { true } else { false }
  }

  /// All the expressions as integers in registers.
  private func integers(_ expressions: [Expression]) -> [Int]? {
    let registers = expressions.map { integer($0) }
    let present = registers.compactMap(\.self)
    return present.count == registers.count ? present : nil
  }

  // MARK: - Several values

  /// `divmod` and the searches of ordered maps.
  func multipleResults(
    _ callee: Expression, _ arguments: [ArgumentSyntax], at span: Span
  ) -> [Value]? {
    guard let word = callee.word, let values = unlabelled(arguments, of: word.text) else {
      return nil
    }
    if word.text == "divmod" {
      guard expect(2, values, of: "divmod", at: span) else { return nil }
      let mark = top
      guard let registers = integers(values) else { return nil }
      release(to: mark)
      let (quotient, rest) = (allocate(.int), allocate(.int))
      emit(.divmod, quotient, rest, registers[0], registers[1])
      return [Value(kind: .int, register: quotient), Value(kind: .int, register: rest)]
    }
    guard let mode = SeekMode(word: word.text) else { return nil }
    return seek(mode, values, at: span)
  }

  /// Whether an expression is a builtin with several values.
  func hasSeveralValues(_ expression: Expression) -> Bool {
    guard case .call(let callee, _, _) = expression.kind, let word = callee.word else {
      return false
    }
    return word.text == "divmod" || SeekMode(word: word.text) != nil
  }

  // MARK: - Bytes

  /// Values side by side: texts stay text, everything else is bytes.
  private func concatenation(_ values: [Expression], into destination: Int?) -> Value? {
    var isText = true
    let register = joined(values, into: destination) { expression in
      guard let value = anyBytes(expression) else { return nil }
      isText = isText && value.kind == .text
      return value.register
    }
    guard let register else { return nil }
    return Value(kind: isText && !values.isEmpty ? .text : .bytes, register: register)
  }

  /// The register that holds values side by side.
  func joined(
    _ values: [Expression], into destination: Int?, _ compile: (Expression) -> Int?
  ) -> Int? {
    guard let first = values.first else {
      return constant(.bytes([], .bytes), into: destination)?.register
    }
    let mark = top
    guard var register = compile(first) else { return nil }
    if values.count == 1 { return settle(.bytes, register, into: destination).register }
    for (index, value) in values.enumerated().dropFirst() {
      guard let next = compile(value) else { return nil }
      release(to: mark)
      let isLast = index == values.count - 1
      let place = isLast ? target(destination, .bytes) : allocate(.bytes)
      emit(.concat, place, register, next)
      register = place
    }
    return register
  }

  private func slice(_ values: [Expression], at span: Span, into destination: Int?) -> Value? {
    guard expect(3, values, of: "slice", at: span) else { return nil }
    let mark = top
    let whole = compile(values[0])
    let range = integers(Array(values.dropFirst()))
    guard let whole, let range else { return nil }
    guard whole.kind.bank != .int else {
      report(
        .operatorKind, "slice takes bytes or a list, not \(describe(whole.kind))",
        at: values[0].span)
      return nil
    }
    release(to: mark)
    let isList = whole.kind == .list
    let register = target(destination, whole.kind.bank)
    emit(isList ? .listSlice : .slice, register, whole.register, range[0], range[1])
    return Value(kind: isList ? .list : .bytes, register: register)
  }

  private func length(_ values: [Expression], at span: Span, into destination: Int?) -> Value? {
    guard expect(1, values, of: "length", at: span) else { return nil }
    let mark = top
    guard let whole = compile(values[0]) else { return nil }
    guard whole.kind.bank != .int else {
      report(
        .operatorKind, "length takes bytes or a list, not \(describe(whole.kind))",
        at: values[0].span)
      return nil
    }
    release(to: mark)
    let register = target(destination, .int)
    emit(whole.kind == .list ? .listCount : .length, register, whole.register)
    return Value(kind: .int, register: register)
  }

  /// A list of addresses or assets in a register, with the kind of its elements.
  private func identifiers(_ expression: Expression) -> (register: Int, element: Kind)? {
    guard let value = compile(expression) else { return nil }
    switch value.kind {
    case .addresses: return (value.register, .address)
    case .assets: return (value.register, .asset)
    default:
      report(
        .operatorKind, "this takes a list of address or of asset, not \(describe(value.kind))",
        at: expression.span)
      return nil
    }
  }

  private func element(_ values: [Expression], at span: Span, into destination: Int?) -> Value? {
    guard expect(2, values, of: "element", at: span) else { return nil }
    let mark = top
    let list = identifiers(values[0])
    let index = integer(values[1])
    guard let list, let index else { return nil }
    release(to: mark)
    let register = target(destination, .bytes)
    emit(.element, register, list.register, index)
    return Value(kind: list.element, register: register)
  }

  /// Puts the number of elements of a list in a register, perhaps by way of another.
  func countElements(of list: Int, _ kind: Kind, into register: Int, by length: Int? = nil) {
    if kind == .list {
      emit(.listCount, register, list)
      return
    }
    let length = length ?? register
    emit(.length, length, list)
    let mark = top
    let width = allocate(.int)
    emit(.intSmall, width, 32)
    release(to: mark)
    emit(.div, register, length, width, Int(Rounding.floor.rawValue))
  }

  private func count(_ values: [Expression], at span: Span, into destination: Int?) -> Value? {
    guard expect(1, values, of: "count", at: span) else { return nil }
    let mark = top
    guard let list = identifiers(values[0]) else { return nil }
    release(to: mark)
    let length = workplace(destination, .int)
    let register = destination ?? length
    countElements(of: list.register, .addresses, into: register, by: length)
    return Value(kind: .int, register: register)
  }

  private func verify(_ values: [Expression], at span: Span, into destination: Int?) -> Value? {
    guard expect(4, values, of: "verify", at: span) else { return nil }
    guard let word = values[0].word, let scheme = SignatureScheme(word: word.text) else {
      report(
        .wrongSort, "verify(…) begins with a scheme: ed25519, p256 or p384", at: values[0].span,
        suggestion: values[0].word.flatMap {
          compilation.meant($0.text, among: SignatureScheme.allCases.map { "\($0)" })
        })
      return nil
    }
    let mark = top
    let registers = values.dropFirst().map { anyBytes($0)?.register }
    let present = registers.compactMap(\.self)
    guard present.count == 3 else { return nil }
    release(to: mark)
    let register = target(destination, .int)
    emit(
      .verifySignature, register, Int(scheme.rawValue), present[0], present[1], present[2])
    return Value(kind: .bool, register: register)
  }

  private func digest(_ values: [Expression], at span: Span, into destination: Int?) -> Value? {
    guard expect(1, values, of: "digest", at: span) else { return nil }
    guard case .call(let callee, let arguments, _) = values[0].kind, let path = callee.path,
      let index = compilation.names.index(.message, scope.full(path.dotted))
    else {
      if case .call(let callee, _, _) = values[0].kind, let path = callee.path {
        compilation.reportUnknown(.message, path, in: scope)
      } else {
        report(
          .wrongSort, "digest(…) takes a message", at: values[0].span,
          help: "write digest(Order(…)) for a declared `message Order (…)`")
      }
      return nil
    }
    let mark = top
    let message = compilation.module.messages[index]
    guard
      let matched = match(
        arguments, to: message.parameters, of: "the message \"\(message.name)\"",
        at: values[0].span),
      let windows = window(matched.arguments, order: matched.order)
    else { return nil }
    release(to: mark)
    let register = target(destination, .bytes)
    emit(.digest, register, index, windows.int, windows.bytes)
    return Value(kind: .bytes, register: register)
  }
}

extension Rounding {
  /// The rounding that a word names.
  init?(word: String) {
    guard let mode = Rounding.allCases.first(where: { "\($0)" == word }) else { return nil }
    self = mode
  }
}

extension SeekMode {
  /// The search that a word names.
  init?(word: String) {
    guard let mode = SeekMode.allCases.first(where: { "\($0)" == word }) else { return nil }
    self = mode
  }
}

extension SignatureScheme {
  /// The scheme that a word names.
  init?(word: String) {
    guard let scheme = SignatureScheme.allCases.first(where: { "\($0)" == word }) else {
      return nil
    }
    self = scheme
  }
}
