internal import Bytecode
internal import Integers

/// Loops and `try`.
extension FunctionCompiler {
  /// `while condition … end`: the test stands below the body.
  func whileLoop(_ condition: Expression, _ body: [Statement]) {
    let start = makeLabel()
    let test = makeLabel()
    let end = makeLabel()
    var isEndless = false
    if case .boolean(true) = condition.kind { isEndless = true }
    if isEndless { bind(test) } else { jump(to: test) }
    bind(start)
    isReachable = true
    loops.append((isEndless ? start : test, end))
    block { statements(body) }
    loops.removeLast()
    if isEndless {
      jump(to: start)
    } else {
      bind(test)
      branch(condition, if: true, to: start, as: .loopCondition)
    }
    bind(end)
  }

  /// `for i in a..b … end`.
  func forRange(
    _ name: Name, _ from: Expression, _ to: Expression, isClosed: Bool, _ body: [Statement]
  ) {
    block {
      let counter = allocate(.int)
      let limit = allocate(.int)
      let first = integer(from, into: counter)
      let last = bound(to, isClosed: isClosed, into: limit)
      keepTemporaries()
      let isKnown = isKnownToRun(from, to, isClosed: isClosed)
      declare(name, .int, register: counter, isLoopName: true)
      use(name.text)
      let start = makeLabel()
      let continuation = makeLabel()
      let end = makeLabel()
      if first != nil, last != nil, !isKnown {
        emit(.jumpLessEqual, limit, counter, to: end)
        note(.firstTurn, holdsAtTarget: false)
      }
      bind(start)
      loops.append((continuation, end))
      block { statements(body) }
      loops.removeLast()
      bind(continuation)
      if isReachable {
        emit(.loopLess, counter, limit, to: start)
        note(.nextTurn, holdsAtTarget: true)
      }
      bind(end)
    }
  }

  /// `for x in list`: a list of integers, of addresses or of assets, as it is when the loop begins.
  func forElements(_ name: Name, _ expression: Expression, _ body: [Statement]) {
    block {
      guard let list = compile(expression) else {
        declare(name, nil, register: 0)
        block { statements(body) }
        return
      }
      let element: Kind
      switch list.kind {
      case .list: element = .int
      case .addresses: element = .address
      case .assets: element = .asset
      default:
        report(
          .operatorKind, "a loop goes through a list, not \(describe(list.kind))",
          at: expression.span)
        declare(name, nil, register: 0)
        block { statements(body) }
        return
      }
      // The body may give the list's name to another list.
      let source = allocate(list.kind.bank)
      move(list.kind.bank, list.register, to: source)
      let counter = allocate(.int)
      let limit = allocate(.int)
      countElements(of: source, list.kind, into: limit)
      emit(.intSmall, counter, 0)
      let item = allocate(element.bank)
      keepTemporaries()
      declare(name, element, register: item, isLoopName: true)
      use(name.text)
      let start = makeLabel()
      let continuation = makeLabel()
      let end = makeLabel()
      emit(.jumpLessEqual, limit, counter, to: end)
      note(.firstTurn, holdsAtTarget: false)
      bind(start)
      emit(list.kind == .list ? .listGet : .element, item, source, counter)
      loops.append((continuation, end))
      block { statements(body) }
      loops.removeLast()
      bind(continuation)
      if isReachable {
        emit(.loopLess, counter, limit, to: start)
        note(.nextTurn, holdsAtTarget: true)
      }
      bind(end)
    }
  }

  /// The register that the counter stays below.
  private func bound(_ to: Expression, isClosed: Bool, into limit: Int) -> Int? {
    guard isClosed else { return integer(to, into: limit) }
    if case .value(.number(let number)) = fold(to), let last = number.integer {
      guard let next = Folding.add(last, Integer(1)) else { return integer(to, into: limit) }
      return nested(at: to.span) { constant(.number(ExactDecimal(next)), into: limit) }?.register
    }
    let mark = top
    guard let last = integer(to) else { return nil }
    release(to: mark)
    emit(.addSmall, limit, last, 1)
    return limit
  }

  private func isKnownToRun(_ from: Expression, _ to: Expression, isClosed: Bool) -> Bool {
    guard case .value(.number(let a)) = fold(from), case .value(.number(let b)) = fold(to),
      let first = a.integer, let last = b.integer
    else { return false }
    return isClosed ? first <= last : first < last
  }

  // MARK: - For each

  /// The registers of a loop over a map.
  private struct MapLoop {
    var place: Place
    var open: [Parameter]
    var found: Int
    var start: BankCounts
    var registers: [Int]
    var remaining: Int?
    var isRemainingKnown = false
  }

  /// `for each k in @m … end`.
  func forEach(_ syntax: ForEachSyntax) {
    guard let (place, open) = searched(syntax.map) else {
      compileAnyway(syntax, [])
      return
    }
    guard syntax.keys.count == open.count else {
      let list = open.map(\.name).joined(separator: ", ")
      report(
        .keyCount,
        "the loop names \(syntax.keys.count) component\(syntax.keys.count == 1 ? "" : "s"), "
          + "and \(open.count) \(open.count == 1 ? "is" : "are") open: \(list)", at: syntax.map.span
      )
      compileAnyway(syntax, open)
      return
    }
    guard syntax.from.isEmpty || syntax.from.count == open.count else {
      report(
        .keyCount,
        "`from` gives \(syntax.from.count) component\(syntax.from.count == 1 ? "" : "s"), "
          + "not \(open.count)", at: syntax.map.span)
      compileAnyway(syntax, open)
      return
    }
    block { loop(syntax, place, open) }
  }

  /// After an error the body is still checked.
  private func compileAnyway(_ syntax: ForEachSyntax, _ open: [Parameter]) {
    block {
      for (index, name) in syntax.keys.enumerated() where name.text != "_" {
        let kind = index < open.count ? open[index].kind : nil
        declare(
          name, kind, register: kind.map { allocate($0.bank) } ?? 0, isLoopName: true)
      }
      let end = makeLabel()
      loops.append((end, end))
      block { statements(syntax.body) }
      loops.removeLast()
      isReachable = true
      if let rest = syntax.rest { block { statements(rest) } }
      isReachable = true
    }
  }

  private func loop(_ syntax: ForEachSyntax, _ place: Place, _ open: [Parameter]) {
    let found = allocate(.int)
    let (start, registers) = keyRegisters(place.field)
    var loop = MapLoop(
      place: place, open: open, found: found, start: start, registers: registers)
    let isFilled = fill(
      registers, of: place, open: syntax.from.isEmpty ? [] : open, given: syntax.from)
    if let limit = syntax.limit {
      let register = allocate(.int)
      loop.remaining = register
      _ = integer(limit, into: register)
      loop.isRemainingKnown = isPositive(limit)
    }
    keepTemporaries()
    for (name, (component, register)) in zip(
      syntax.keys, zip(open, registers.dropFirst(place.keys.count)))
    where name.text != "_" {
      declare(name, component.kind, register: register, isLoopName: true)
    }
    guard isFilled else {
      block { statements(syntax.body) }
      isReachable = true
      if let rest = syntax.rest { block { statements(rest) } }
      isReachable = true
      return
    }
    run(syntax, loop)
  }

  private func isPositive(_ limit: Expression) -> Bool {
    guard case .value(.number(let number)) = fold(limit), let value = number.integer else {
      return false
    }
    if value <= Integer(0) {
      report(.outOfRange, "a limit is at least 1", at: limit.span)
    }
    return true
  }

  private func run(_ syntax: ForEachSyntax, _ loop: MapLoop) {
    let body = makeLabel()
    let continuation = makeLabel()
    let rest = makeLabel()
    let end = makeLabel()
    let isFrom = !syntax.from.isEmpty
    seek(loop, syntax.isDown ? (isFrom ? .upto : .last) : (isFrom ? .from : .first))
    emit(.jumpEqualSmall, loop.found, 0, to: end)
    note(.firstTurn, holdsAtTarget: false)
    if let remaining = loop.remaining, !loop.isRemainingKnown {
      emit(.jumpLessEqualSmall, remaining, 0, to: syntax.rest == nil ? end : rest)
      note(.emptyLimit, holdsAtTarget: true)
    }
    bind(body)
    loops.append((continuation, end))
    block { statements(syntax.body) }
    loops.removeLast()
    bind(continuation)
    if isReachable { next(syntax, loop, body, end) }
    if let statements = syntax.rest {
      bind(rest)
      if isReachable {
        block { self.statements(statements) }
      }
    }
    bind(end)
  }

  private func seek(_ loop: MapLoop, _ mode: SeekMode) {
    emit(
      .seek, loop.found, loop.place.field, loop.place.keys.count, Int(mode.rawValue),
      loop.start.int, loop.start.bytes)
  }

  /// Goes on with the next key, if there is one and the limit allows it.
  private func next(_ syntax: ForEachSyntax, _ loop: MapLoop, _ body: Label, _ end: Label) {
    let mode: SeekMode = syntax.isDown ? .before : .after
    guard let remaining = loop.remaining else {
      seek(loop, mode)
      emit(.jumpNotEqualSmall, loop.found, 0, to: body)
      note(.nextTurn, holdsAtTarget: true)
      return
    }
    emit(.addSmall, remaining, remaining, -1)
    if syntax.rest == nil {
      emit(.jumpLessEqualSmall, remaining, 0, to: end)
      note(.limit, holdsAtTarget: true)
      seek(loop, mode)
      emit(.jumpNotEqualSmall, loop.found, 0, to: body)
      note(.nextTurn, holdsAtTarget: true)
    } else {
      seek(loop, mode)
      emit(.jumpEqualSmall, loop.found, 0, to: end)
      note(.nextTurn, holdsAtTarget: false)
      emit(.jumpGreaterSmall, remaining, 0, to: body)
      note(.limit, holdsAtTarget: false)
    }
  }

  // MARK: - Try

  /// `try gas N attempt … else … end`.
  func attempt(_ syntax: TrySyntax) {
    block {
      let registers = TryRegisters(
        succeeded: allocate(.int), code: allocate(.int), origin: allocate(.bytes),
        arguments: allocate(.bytes), gas: 0)
      var tried = registers
      let mark = top
      guard let gas = integer(syntax.gas) else {
        keepTemporaries()
        checkBranches(syntax, registers)
        return
      }
      if gas < mark.int { release(to: mark) }
      tried.gas = gas
      keepTemporaries()
      let failure = makeLabel()
      let end = makeLabel()
      block { run(syntax, tried, failure) }
      if !syntax.failure.isEmpty { jump(to: end) }
      bind(failure)
      isReachable = true
      block { fail(syntax, registers) }
      bind(end)
    }
  }

  /// The attempt, and what follows when it succeeds.
  private func run(_ syntax: TrySyntax, _ tried: TryRegisters, _ failure: Label) {
    switch syntax.attempt {
    case .statement(let statement):
      _ = nested(at: statement.span) { () -> Void? in
        moveAsset(statement, tried: tried)
        return ()
      }
      emit(.jumpEqualSmall, tried.succeeded, 0, to: failure)
      note(.attempt, holdsAtTarget: false)
    case .call(let targets, let expression):
      guard isTryable(expression) else {
        _ = compile(expression)
        report(
          .notTryable, "this cannot be tried", at: expression.span,
          help: "`try` runs a call, a send, a mint, a burn or a force")
        give(nil, to: targets, at: expression.span)
        break
      }
      let values = results(of: expression, tried: tried)
      emit(.jumpEqualSmall, tried.succeeded, 0, to: failure)
      note(.attempt, holdsAtTarget: false)
      give(values, to: targets, at: expression.span)
    }
    statements(syntax.success)
  }

  private func isTryable(_ expression: Expression) -> Bool {
    switch expression.kind {
    case .call: isFunctionCall(expression)
    case .perform, .create: true
    default: false
    }
  }

  private func fail(_ syntax: TrySyntax, _ registers: TryRegisters) {
    let parts: [(Kind, Int)] = [
      (.int, registers.code), (.address, registers.origin), (.bytes, registers.arguments),
    ]
    if syntax.failureNames.count > parts.count, let extra = syntax.failureNames.last {
      report(
        .valueCount, "a failure has a code, an origin and arguments", at: extra.span,
        help: "write else code, origin, arguments")
    }
    for (name, (kind, register)) in zip(syntax.failureNames, parts) where name.text != "_" {
      if isLocal(name.text) {
        report(
          .hidesName, "the local \"\(name.text)\" hides another", at: name.span,
          help: "choose another name")
        continue
      }
      declare(name, kind, register: register)
      use(name.text)
    }
    statements(syntax.failure)
  }

  /// After an error both branches are still checked.
  private func checkBranches(_ syntax: TrySyntax, _ registers: TryRegisters) {
    let failure = makeLabel()
    block { run(syntax, registers, failure) }
    isReachable = true
    block { fail(syntax, registers) }
    isReachable = true
  }
}
