internal import Bytecode

/// The registers that `try_next` writes and reads.
struct TryRegisters {
  var succeeded: Int
  var code: Int
  var origin: Int
  var arguments: Int
  var gas: Int
}

/// A call of a function of another contract, taken apart.
private struct InterfaceCall {
  var interface: InterfaceEntry
  var target: Expression
  var name: String
  var nameSpan: Span
  var arguments: [ArgumentSyntax]
  var payments: [PaymentSyntax]
  var span: Span
}

/// Calls: of functions of the contract, and of other contracts.
extension FunctionCompiler {
  /// The one value of a call.
  func call(
    _ expression: Expression, _ callee: Expression, _ arguments: [ArgumentSyntax],
    _ payments: [PaymentSyntax], into destination: Int?
  ) -> Value? {
    if isFunctionCall(expression) {
      checkAmbiguity(callee)
      guard let values = results(of: expression, tried: nil) else { return nil }
      guard values.count == 1, let value = values.first else {
        reportValueCount(values.count, wanted: 1, at: expression.span)
        return nil
      }
      return settle(value.kind, value.register, into: destination)
    }
    return builtin(expression, callee, arguments, payments, into: destination)
  }

  /// A name before `(` may be that of a function or of an enum, but not of both.
  private func checkAmbiguity(_ callee: Expression) {
    guard let path = callee.path,
      let other = compilation.names.span(.enumeration, scope.full(path.dotted))
    else { return }
    report(
      .ambiguousName, "\"\(path.dotted)\" is a function and an enum", at: callee.span,
      notes: [Diagnostic.Note("the enum is declared here", at: other)],
      help: "give one of them another name")
  }

  /// Says that an expression gives another number of values.
  func reportValueCount(_ count: Int, wanted: Int, at span: Span) {
    let gives = count == 0 ? "gives no value" : "gives \(count) value\(count == 1 ? "" : "s")"
    report(
      .valueCount, "this \(gives), and \(wanted) \(wanted == 1 ? "is" : "are") wanted", at: span,
      help: count == 0 ? "write `call` before it" : nil)
  }

  /// Whether an expression calls a function of the contract or of another.
  func isFunctionCall(_ expression: Expression) -> Bool {
    guard case .call(let callee, _, _) = expression.kind else { return false }
    if let path = callee.path {
      return compilation.names.index(.function, scope.full(path.dotted)) != nil
    }
    if case .member = callee.kind { return true }
    return false
  }

  /// Runs what gives any number of values: a function, an interface call, `perform`, `create`,
  /// `divmod` or a search.
  func results(of expression: Expression, tried: TryRegisters?) -> [Value]? {
    nested(at: expression.span) { () -> [Value]? in
      switch expression.kind {
      case .call(let callee, let arguments, let payments):
        if let path = callee.path {
          if let index = compilation.names.index(.function, scope.full(path.dotted)) {
            return callFunction(
              index, arguments, payments, at: expression.span, tried: tried)
          }
          return multipleResults(callee, arguments, at: expression.span)
        }
        guard let call = interfaceCall(expression) else { return nil }
        return invoke(call, tried: tried)
      case .perform(let call):
        return perform(call, into: nil, tried: tried).map { [$0] }
      case .create(let call):
        return create(call, into: nil, tried: tried).map { [$0] }
      default: return nil
      }
    }
  }

  // MARK: - Functions of the contract

  private func callFunction(
    _ index: Int, _ arguments: [ArgumentSyntax], _ payments: [PaymentSyntax], at span: Span,
    tried: TryRegisters?
  ) -> [Value]? {
    let callee = compilation.functions[index]
    let body = callee.shared ?? index
    if let payment = payments.first {
      report(
        .paymentUse, "payments go only to other contracts", at: payment.amount.span)
      return nil
    }
    if callee.role == .initialiser || !callee.payments.isEmpty {
      report(
        .paymentUse,
        callee.role == .initialiser
          ? "`init` runs once, when the contract is made"
          : "\"\(callee.name)\" takes payments, so only others can call it", at: span)
      return nil
    }
    let kinds = callee.parameterKinds + callee.resultKinds
    if tried != nil, kinds.contains(.list) {
      report(
        .notTryable, "a function that takes or gives a list cannot be tried", at: span)
    }
    let mark = top
    guard
      let matched = match(
        arguments, to: callee.parameters, of: "\"\(callee.name)\"", at: span),
      window(matched.arguments, order: matched.order, fresh: { _ in true }) != nil
    else { return nil }
    guard Bank.allCases.allSatisfy({ mark[$0] < Limits.registersPerBank }) else {
      _ = Bank.allCases.map { allocate($0) }
      return nil
    }
    emitTry(tried)
    emit(.call, body, mark.int, mark.bytes, mark.list)
    release(to: mark)
    return callee.resultKinds.map { Value(kind: $0, register: allocate($0.bank)) }
  }

  /// `try_next`, if the next instruction is tried.
  func emitTry(_ tried: TryRegisters?) {
    guard let tried else { return }
    emit(
      .tryNext, tried.succeeded, tried.code, tried.origin, tried.arguments, tried.gas)
  }

  // MARK: - Other contracts

  /// The parts of `Interface(address).function(…) paying …`, or nil after reporting.
  private func interfaceCall(_ expression: Expression) -> InterfaceCall? {
    guard case .call(let callee, let arguments, let payments) = expression.kind else {
      report(
        .interfaceUse, "this is not a call of another contract", at: expression.span,
        help: "write Interface(address).function(…)")
      return nil
    }
    var names: [Name] = []
    var base = callee
    while case .member(let inner, let name) = base.kind {
      names.append(name)
      base = inner
    }
    names.reverse()
    guard case .call(let path, let targets, let none) = base.kind, none.isEmpty,
      let interface = path.path, let first = names.first, let last = names.last
    else {
      report(
        .interfaceUse, "this is not a call of another contract", at: expression.span,
        help: "write Interface(address).function(…)")
      return nil
    }
    guard let index = compilation.names.index(.interface, scope.full(interface.dotted)) else {
      compilation.reportUnknown(.interface, interface, in: scope)
      return nil
    }
    guard targets.count == 1, let target = targets.first, target.label == nil else {
      report(
        .argumentCount, "an interface stands for one address", at: base.span,
        help: "write \(interface.dotted)(address).\(names.dotted)(…)")
      return nil
    }
    return InterfaceCall(
      interface: compilation.interfaces[index], target: target.value, name: names.dotted,
      nameSpan: Span(file: first.span.file, start: first.span.start, end: last.span.end),
      arguments: arguments, payments: payments, span: expression.span)
  }

  /// The function that an interface declares under the name of the call, or nil after reporting.
  private func function(of call: InterfaceCall) -> InterfaceFunction? {
    guard let function = call.interface.functions[call.name] else {
      report(
        .unknownMember, "the interface \"\(call.interface.name)\" has no function \"\(call.name)\"",
        at: call.nameSpan,
        suggestion: compilation.meant(call.name, among: call.interface.functions.keys.sorted()))
      return nil
    }
    return function
  }

  /// Arguments and payments in their windows.
  private func arguments(
    of call: InterfaceCall, _ parameters: [Parameter], fresh: (Bank) -> Bool
  ) -> BankCounts? {
    guard
      var matched = match(
        call.arguments, to: parameters, of: "\"\(call.name)\"", at: call.span)
    else { return nil }
    if call.payments.count > Limits.payments {
      report(.tooMany, "a call attaches at most \(Limits.payments) payments", at: call.span)
      return nil
    }
    for payment in call.payments {
      let position = matched.arguments.count
      matched.arguments.append(WindowArgument(expression: payment.asset, kind: .asset))
      matched.arguments.append(WindowArgument(expression: payment.amount, kind: .int))
      matched.order += [position + 1, position]
    }
    return window(matched.arguments, order: matched.order, fresh: fresh)
  }

  private func invoke(_ call: InterfaceCall, tried: TryRegisters?) -> [Value]? {
    guard let function = function(of: call) else { return nil }
    if function.isView, let payment = call.payments.first {
      report(.paymentUse, "a view takes no payments", at: payment.amount.span)
      return nil
    }
    let kinds = function.results.map(\.kind)
    let given = BankCounts(kinds)
    let mark = top
    let target = compile(call.target, as: .address)
    let free = top
    let windows = arguments(
      of: call, function.parameters, fresh: { tried != nil || given[$0] > 0 })
    guard let target, var windows else { return nil }
    for bank in Bank.allCases where given[bank] > 0 {
      // Results of a bank without arguments stand in registers of their own.
      windows[bank] = free[bank]
    }
    emitTry(tried)
    let signature = ImportedSignature(
      name: call.name, parameters: function.parameters.map(\.kind), results: kinds,
      isView: function.isView)
    emit(
      .invoke, compilation.index(ofImport: signature), target, windows.int, windows.bytes,
      call.payments.count)
    release(to: mark)
    return take(kinds, from: windows)
  }

  /// The registers of results that stand from the windows on.
  private func take(_ kinds: [Kind], from windows: BankCounts) -> [Value] {
    var next = windows
    var values: [Value] = []
    for kind in kinds {
      while top[kind.bank] <= next[kind.bank], top[kind.bank] < Limits.registersPerBank {
        _ = allocate(kind.bank)
      }
      if next[kind.bank] >= Limits.registersPerBank { _ = allocate(kind.bank) }
      values.append(Value(kind: kind, register: next[kind.bank]))
      next[kind.bank] += 1
    }
    return values
  }

  /// `encode I(x).f(…)`.
  func encode(_ expression: Expression, into destination: Int?) -> Value? {
    let mark = top
    guard let call = interfaceCall(expression), let function = function(of: call) else {
      return nil
    }
    let target = compile(call.target, as: .address)
    let windows = arguments(of: call, function.parameters, fresh: { _ in false })
    guard let target, let windows else { return nil }
    release(to: mark)
    let register = self.target(destination, .bytes)
    let signature = ImportedSignature(
      name: call.name, parameters: function.parameters.map(\.kind),
      results: function.results.map(\.kind), isView: function.isView)
    emit(
      .encodeCall, register, compilation.index(ofImport: signature), target, windows.int,
      windows.bytes, call.payments.count)
    return Value(kind: .call, register: register)
  }

  /// `create I(code).init(…)`.
  func create(
    _ expression: Expression, into destination: Int?, tried: TryRegisters? = nil
  ) -> Value? {
    let mark = top
    guard let call = interfaceCall(expression) else { return nil }
    guard call.name == "init", let parameters = call.interface.initialiser else {
      report(
        .interfaceUse,
        call.name == "init"
          ? "the interface \"\(call.interface.name)\" declares no `init`"
          : "`create` runs `init`, not \"\(call.name)\"", at: call.nameSpan)
      return nil
    }
    let code = compile(call.target, as: .bytes)
    let windows = arguments(of: call, parameters, fresh: { _ in tried != nil })
    guard let code, let windows else { return nil }
    release(to: mark)
    let register = target(destination, .bytes)
    let signature = ImportedSignature(
      name: "init", parameters: parameters.map(\.kind), results: [], isView: false)
    emitTry(tried)
    emit(
      .create, register, code, compilation.index(ofImport: signature), windows.int,
      windows.bytes, call.payments.count)
    return Value(kind: .address, register: register)
  }

  /// `perform call`.
  func perform(
    _ expression: Expression, into destination: Int?, tried: TryRegisters? = nil
  ) -> Value? {
    let mark = top
    guard let call = compile(expression, as: .call) else { return nil }
    release(to: mark)
    let register = target(destination, .bytes)
    emitTry(tried)
    emit(.perform, register, call)
    return Value(kind: .bytes, register: register)
  }
}
