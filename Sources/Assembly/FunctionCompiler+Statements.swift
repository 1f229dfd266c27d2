internal import Bytecode
internal import Integers

/// Statements, one after the other.
extension FunctionCompiler {
  /// Compiles the statements of one block.
  func statements(_ list: [Statement]) {
    var hasReported = false
    for statement in list {
      if !isReachable {
        if !hasReported {
          report(
            .unreachable, "this can never run", at: statement.span,
            help: "the statements before it leave in every case")
        }
        hasReported = true
        isReachable = true
      }
      _ = nested(at: statement.span) { () -> Void? in
        compile(statement)
        return ()
      }
      release(to: localTop)
    }
  }

  private func compile(_ statement: Statement) {
    switch statement.kind {
    case .assign(let targets, let expression): assign(targets, expression)
    case .update(let target, let operation, let expression): update(target, operation, expression)
    case .entry(let name, let place): declareEntry(name, place)
    case .require(let condition, let error): require(condition, error)
    case .fail(let error): fail(error)
    case .conditional(let branches, let otherwise): conditional(branches, otherwise)
    case .whileLoop(let condition, let body): whileLoop(condition, body)
    case .forElements(let name, let list, let body): forElements(name, list, body)
    case .forRange(let name, let from, let to, let isClosed, let body):
      forRange(name, from, to, isClosed: isClosed, body)
    case .forEach(let syntax): forEach(syntax)
    case .breakLoop: leaveLoop(statement.span, "break") { $0.end }
    case .continueLoop: leaveLoop(statement.span, "continue") { $0.continuation }
    case .returnValues(let values): returnValues(values, at: statement.span)
    case .call(let expression): callStatement(expression)
    case .emit(let name, let arguments): emitEvent(name, arguments, at: statement.span)
    case .mint, .burn, .send, .force: moveAsset(statement, tried: nil)
    case .createAsset(let expression, let hooks):
      _ = createAsset(expression, hooks: hooks, into: nil)
    case .admit(let issuer):
      if let register = compile(issuer, as: .address) { emit(.admit, register) }
    case .dismiss(let issuer):
      if let register = compile(issuer, as: .address) { emit(.dismiss, register) }
    case .delete(let place): delete(place)
    case .push(let list, let value): push(list, value)
    case .sort(let list, let keys): sort(list, by: keys)
    case .attempt(let syntax): attempt(syntax)
    case .perform(let call): _ = perform(call, into: nil)
    case .expression(let expression): bareExpression(expression)
    }
  }

  private func bareExpression(_ expression: Expression) {
    if case .invalid = expression.kind { return }
    _ =
      isFunctionCall(expression)
      ? results(of: expression, tried: nil).map { _ in () }
      : compile(expression).map { _ in () }
    var help = "only the last line of an invariant is a bare expression"
    if case .call = expression.kind { help = "write `call` before it" }
    report(.notAStatement, "this is not a statement", at: expression.span, help: help)
  }

  // MARK: - Assignments

  private func assign(_ targets: [AssignmentTarget], _ expression: Expression) {
    if targets.count == 1, let target = targets.first {
      switch target {
      case .local(let name): assign(name, expression)
      case .place(let place): assign(place, expression)
      }
      return
    }
    assignSeveral(targets, expression)
  }

  private func assign(_ name: Name, _ expression: Expression) {
    if name.text == "_" {
      if !expression.hasEffect {
        report(
          .uselessValue, "the value is computed and dropped", at: expression.span,
          help: "leave the line out")
      }
      _ = compile(expression)
      return
    }
    guard let local = assignable(name) else {
      let value = compile(expression)
      if !isLocal(name.text) {
        introduce(name, value)
      }
      return
    }
    guard let kind = local.kind else {
      _ = compile(expression)
      return
    }
    if kind == .list, case .name = expression.kind {
      // A copy, and nothing at all for `l = l`.
      _ = compile(expression, as: .list, into: local.register)
      return
    }
    guard let value = compile(expression, into: local.register) else { return }
    if value.kind != kind {
      reportAssignment(local, value.kind, at: expression.span)
    }
  }

  /// The local that an assignment changes; nil if it makes a new one.
  private func assignable(_ name: Name) -> Local? {
    guard let local = local(name.text) else { return nil }
    if local.isLoopName {
      report(
        .notAssignable, "\"\(name.text)\" is counted by its loop", at: name.span,
        help: "copy it to another local")
    }
    return local
  }

  private func reportAssignment(_ local: Local, _ kind: Kind, at span: Span) {
    guard let expected = local.kind else { return }
    report(
      .kindMismatch,
      "\"\(local.name)\" is \(describe(expected)), and this is \(describe(kind))", at: span,
      notes: [Diagnostic.Note("first assigned here", at: local.span)])
  }

  /// Declares a new local that holds a value.
  func introduce(_ name: Name, _ value: Value?) {
    guard let value else {
      declare(name, nil, register: 0)
      return
    }
    let bank = value.kind.bank
    if isNamed(value.register, bank) {
      let register = localTop[bank] < Limits.registersPerBank ? localTop[bank] : allocate(bank)
      if bank == .list {
        emit(.listCopy, register, value.register)
      } else {
        move(bank, value.register, to: register)
      }
      declare(name, value.kind, register: register)
    } else {
      declare(name, value.kind, register: value.register)
    }
  }

  private func assign(_ place: Expression, _ expression: Expression) {
    if place.stateRoot != nil {
      store(expression, at: place)
      return
    }
    guard case .subscripted(let base, let keys) = place.kind, keys.count == 1,
      let key = keys.first
    else {
      _ = compile(expression)
      report(
        .notAssignable, "this cannot be assigned", at: place.span,
        help: "assign a local, a place of the state or an element of a list")
      return
    }
    let list = compile(base, as: .list)
    let index = integer(key)
    let value = integer(expression)
    guard let list, let index, let value else { return }
    emit(.listSet, list, index, value)
  }

  /// `target += expression`, or `-=`.
  private func update(
    _ target: AssignmentTarget, _ operation: BinaryOperator, _ expression: Expression
  ) {
    switch target {
    case .local(let name):
      let old = Expression(kind: .name(name), span: name.span)
      let sum = Expression(
        kind: .binary(operation, old, expression),
        span: Span(file: name.span.file, start: name.span.start, end: expression.span.end))
      assign(name, sum)
    case .place(let place) where place.stateRoot != nil: update(place, operation, expression)
    case .place(let place):
      guard case .subscripted(let base, let keys) = place.kind, keys.count == 1,
        let key = keys.first
      else {
        _ = compile(expression)
        report(.notAssignable, "this cannot be assigned", at: place.span)
        return
      }
      guard let list = compile(base, as: .list), let index = integer(key) else { return }
      let register = allocate(.int)
      emit(.listGet, register, list, index)
      guard add(operation, register, expression, to: register) else { return }
      emit(.listSet, list, index, register)
    }
  }

  private func assignSeveral(_ targets: [AssignmentTarget], _ expression: Expression) {
    guard hasSeveralValues(expression) || isFunctionCall(expression) else {
      let value = compile(expression)
      if value != nil || expression.hasEffect {
        reportValueCount(1, wanted: targets.count, at: expression.span)
      }
      introduceUnknown(targets)
      return
    }
    let places = targets.map { prepared($0) }
    guard let values = results(of: expression, tried: nil) else {
      introduceUnknown(targets)
      return
    }
    guard values.count == targets.count else {
      reportValueCount(values.count, wanted: targets.count, at: expression.span)
      introduceUnknown(targets)
      return
    }
    finish(targets, places, values, at: expression.span)
  }

  /// Gives the values of an attempt that succeeded to their targets.
  func give(_ values: [Value]?, to targets: [AssignmentTarget], at span: Span) {
    guard !targets.isEmpty else { return }
    guard let values else {
      introduceUnknown(targets)
      return
    }
    guard values.count == targets.count else {
      reportValueCount(values.count, wanted: targets.count, at: span)
      introduceUnknown(targets)
      return
    }
    finish(targets, targets.map { prepared($0) }, values, at: span)
  }

  /// After an error the names are known, but not what they hold.
  private func introduceUnknown(_ targets: [AssignmentTarget]) {
    for case .local(let name) in targets where name.text != "_" && !isLocal(name.text) {
      declare(name, nil, register: 0)
    }
  }

  /// A place of the state whose key already stands in registers.
  private struct PreparedPlace {
    var place: Place
    var kind: Kind
    var key: BankCounts
  }

  private func prepared(_ target: AssignmentTarget) -> PreparedPlace? {
    guard case .place(let expression) = target, expression.stateRoot != nil,
      let place = place(expression), let kind = valueKind(of: place), let key = key(of: place)
    else { return nil }
    return PreparedPlace(place: place, kind: kind, key: key)
  }

  /// Gives values to their targets.
  private func finish(
    _ targets: [AssignmentTarget], _ places: [PreparedPlace?], _ values: [Value], at span: Span
  ) {
    for (target, value) in zip(targets, values) {
      guard case .local(let name) = target, name.text != "_", local(name.text) == nil else {
        continue
      }
      introduce(name, value)
    }
    for (index, (target, value)) in zip(targets, values).enumerated() {
      switch target {
      case .local(let name):
        guard name.text != "_", let local = assignable(name), let kind = local.kind else {
          continue
        }
        if kind != value.kind {
          reportAssignment(local, value.kind, at: span)
        } else {
          move(kind.bank, value.register, to: local.register)
        }
      case .place(let expression):
        if expression.stateRoot == nil {
          setElement(expression, to: value)
        } else if let prepared = places[index] {
          if prepared.kind != value.kind {
            reportMismatch(expected: prepared.kind, found: value.kind, at: span)
          } else {
            store(value.register, value.kind, at: prepared.place, key: prepared.key)
          }
        }
      }
    }
  }

  private func setElement(_ element: Expression, to value: Value) {
    guard case .subscripted(let base, let keys) = element.kind, keys.count == 1,
      let key = keys.first
    else {
      report(.notAssignable, "this cannot be assigned", at: element.span)
      return
    }
    guard value.kind == .int else {
      reportMismatch(expected: .int, found: value.kind, at: element.span)
      return
    }
    if let list = compile(base, as: .list), let index = integer(key) {
      emit(.listSet, list, index, value.register)
    }
  }

  // MARK: - Requirements and conditions

  private func require(_ condition: Expression, _ error: ErrorUse) {
    let holds = makeLabel()
    branch(condition, if: true, to: holds, as: .requirement)
    fail(error)
    bind(holds)
    isReachable = true
  }

  private func fail(_ error: ErrorUse) {
    let name = scope.full(error.name.text)
    guard let index = compilation.names.index(.error, name) else {
      for argument in error.arguments { _ = compile(argument.value) }
      compilation.reportUnknown(.error, error.name.text, at: error.name.span, in: scope)
      isReachable = false
      return
    }
    let declared = compilation.module.errors[index]
    if let matched = match(
      error.arguments, to: declared.parameters, of: "the error \"\(declared.name)\"",
      at: error.name.span),
      let windows = window(matched.arguments, order: matched.order)
    {
      emit(.fail, index, windows.int, windows.bytes)
    }
    isReachable = false
  }

  private func emitEvent(_ name: Name, _ arguments: [ArgumentSyntax], at span: Span) {
    guard let index = compilation.names.index(.event, scope.full(name.text)) else {
      for argument in arguments { _ = compile(argument.value) }
      compilation.reportUnknown(.event, name.text, at: name.span, in: scope)
      return
    }
    let declared = compilation.module.events[index]
    guard
      let matched = match(
        arguments, to: declared.parameters, of: "the event \"\(declared.name)\"", at: span),
      let windows = window(matched.arguments, order: matched.order)
    else { return }
    emit(.emit, index, windows.int, windows.bytes)
  }

  private func conditional(_ branches: [ConditionalBranch], _ otherwise: [Statement]?) {
    let end = makeLabel()
    for (index, item) in branches.enumerated() {
      let next = makeLabel()
      branch(item.condition, if: false, to: next, as: .condition)
      block { statements(item.body) }
      if index < branches.count - 1 || otherwise != nil { jump(to: end) }
      bind(next)
    }
    if let otherwise {
      block { statements(otherwise) }
    }
    bind(end)
  }

  // MARK: - Leaving

  private func returnValues(_ values: [Expression], at span: Span) {
    defer { isReachable = false }
    guard values.count == entry.results.count else {
      for value in values { _ = compile(value) }
      let wanted = entry.results.count
      report(
        .returnCount,
        "\"\(entry.name)\" gives \(wanted) value\(wanted == 1 ? "" : "s"), not \(values.count)",
        at: span)
      return
    }
    let arguments = zip(values, entry.results).map {
      WindowArgument(expression: $0, kind: $1.kind)
    }
    if arguments.contains(where: { $0.kind == .list }) {
      returnWithLists(arguments)
      return
    }
    guard let windows = window(arguments) else { return }
    emit(.ret, windows.int, windows.bytes, windows.list)
  }

  /// Lists that are locals are copied before they leave.
  private func returnWithLists(_ arguments: [WindowArgument]) {
    var windows = BankCounts()
    var places: [Int] = []
    var seen: Set<Bank> = []
    for argument in arguments {
      let register = allocate(argument.kind.bank)
      if seen.insert(argument.kind.bank).inserted { windows[argument.kind.bank] = register }
      places.append(register)
    }
    var isComplete = true
    for (argument, place) in zip(arguments, places) {
      let mark = top
      if compile(argument.expression, as: argument.kind, into: place) == nil {
        isComplete = false
      }
      release(to: mark)
    }
    if isComplete { emit(.ret, windows.int, windows.bytes, windows.list) }
  }

  private func leaveLoop(
    _ span: Span, _ word: String, _ label: ((continuation: Label, end: Label)) -> Label
  ) {
    guard let loop = loops.last else {
      report(.outsideLoop, "`\(word)` stands only in a loop", at: span)
      return
    }
    jump(to: label(loop))
    isReachable = false
  }

  // MARK: - Calls and lists

  private func callStatement(_ expression: Expression) {
    switch expression.kind {
    case .invalid: return
    case .perform, .create:
      _ = results(of: expression, tried: nil)
      return
    case .call: break
    default:
      _ = compile(expression)
      report(.notAStatement, "`call` runs a function", at: expression.span)
      return
    }
    guard isFunctionCall(expression) else {
      if hasSeveralValues(expression) {
        _ = results(of: expression, tried: nil)
      } else if compile(expression) == nil {
        return
      }
      report(
        .uselessValue, "the value is computed and dropped", at: expression.span,
        help: "leave the line out")
      return
    }
    guard let values = results(of: expression, tried: nil) else { return }
    if !values.isEmpty {
      let names = values.map { _ in "_" }.joined(separator: ", ")
      report(
        .droppedResult,
        "the result\(values.count == 1 ? " is" : "s are") dropped", at: expression.span,
        help: "write \(names) = … to drop \(values.count == 1 ? "it" : "them") on purpose",
        fix: Diagnostic.Fix(
          Span(file: span.file, start: span.start, end: expression.span.start), "\(names) = "))
    }
  }

  /// A list that a statement changes: it must be a local.
  private func listLocal(_ expression: Expression) -> Int? {
    guard case .name(let name) = expression.kind, local(name.text) != nil else {
      if compile(expression, as: .list) != nil {
        report(
          .notAssignable, "only a list with a name can be changed", at: expression.span)
      }
      return nil
    }
    return compile(expression, as: .list)
  }

  private func push(_ list: Expression, _ value: Expression) {
    let register = listLocal(list)
    let element = integer(value)
    if let register, let element { emit(.listPush, register, element) }
  }

  private func sort(_ list: Expression, by keys: Expression?) {
    let register = listLocal(list)
    guard let keys else {
      if let register { emit(.listSort, register) }
      return
    }
    if let order = compile(keys, as: .list), let register { emit(.listSortBy, register, order) }
  }
}

extension Expression {
  /// Whether running it may do something besides giving a value.
  var hasEffect: Bool {
    switch kind {
    case .call, .perform, .create, .createAsset, .invalid: true
    default: false
    }
  }
}
