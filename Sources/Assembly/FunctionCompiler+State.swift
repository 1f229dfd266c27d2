internal import Bytecode
internal import Integers

/// A place in the contract's state.
struct Place {
  var field: Int
  var keys: [Expression]
  /// Where the key stands, if it is that of an entry.
  var entryKey: BankCounts?
  var component: Int?
  var componentSpan: Span?
  var span: Span
}

/// Places and what loads, stores and searches them.
extension FunctionCompiler {
  /// The place that an expression means, or nil after reporting.
  func place(_ expression: Expression) -> Place? {
    var base = expression
    var component: Name?
    var keys: [Expression] = []
    if case .member(let inner, let name) = base.kind, case .subscripted = inner.kind {
      component = name
      base = inner
    }
    if case .subscripted(let inner, let subscripts) = base.kind {
      base = inner
      keys = subscripts
    }
    guard var path = base.statePath else {
      report(
        .notAssignable, "this is not a place of the state", at: expression.span,
        help: "a place is @field, @field[key] or @field[key].component")
      return nil
    }
    if let first = path.first, let entry = entries[first.text], keys.isEmpty {
      var place = Place(
        field: entry.field, keys: [], entryKey: entry.key, component: nil, span: expression.span)
      guard path.count > 1 else { return place }
      guard path.count == 2, let index = self.component(path[1], of: entry.field) else {
        if path.count > 2 {
          report(.unknownMember, "a component has no parts", at: expression.span)
        }
        return nil
      }
      place.component = index
      place.componentSpan = path[1].span
      return place
    }
    if component == nil, keys.isEmpty, path.count > 1,
      compilation.names.index(.field, scope.full(path.dotted)) == nil
    {
      component = path.removeLast()
    }
    guard let field = compilation.names.index(.field, scope.full(path.dotted)) else {
      for key in keys { _ = compile(key) }
      compilation.reportUnknown(.field, path, in: scope)
      return nil
    }
    var place = Place(field: field, keys: keys, component: nil, span: expression.span)
    if let component {
      guard let index = self.component(component, of: field) else { return nil }
      place.component = index
      place.componentSpan = component.span
    }
    return place
  }

  private func component(_ name: Name, of field: Int) -> Int? {
    let declared = compilation.module.fields[field]
    guard case .record(let record, let components) = declared.value else {
      report(
        .unknownMember, "\"@\(declared.name)\" holds no record, so it has no \"\(name.text)\"",
        at: name.span)
      return nil
    }
    guard let index = components.firstIndex(where: { $0.name == name.text }) else {
      report(
        .unknownMember, "the record \"\(record)\" has no component \"\(name.text)\"",
        at: name.span, suggestion: compilation.meant(name.text, among: components.map(\.name)))
      return nil
    }
    return index
  }

  /// A field of the module.
  func field(_ index: Int) -> Field { compilation.module.fields[index] }

  /// Puts the key of a place where instructions read it.
  func key(of place: Place) -> BankCounts? {
    if let key = place.entryKey { return key }
    let key = field(place.field).key
    guard place.keys.count == key.count else {
      for expression in place.keys { _ = compile(expression) }
      reportKeyCount(place, key)
      return nil
    }
    return window(zip(place.keys, key).map { WindowArgument(expression: $0, kind: $1.kind) })
  }

  private func reportKeyCount(_ place: Place, _ key: [Parameter]) {
    let name = field(place.field).name
    let list = key.map { "\($0.name) \(describe($0.kind))" }.joined(separator: ", ")
    report(
      .keyCount,
      key.isEmpty
        ? "\"@\(name)\" is not a map"
        : "the key of \"@\(name)\" has \(key.count) component\(key.count == 1 ? "" : "s"), "
          + "not \(place.keys.count)",
      at: place.span, help: key.isEmpty ? nil : "it is [\(list)]")
  }

  /// The kind at a place that holds one value, or nil after reporting.
  func valueKind(of place: Place) -> Kind? {
    let declared = field(place.field)
    switch declared.value {
    case .plain(let kind): return kind
    case .record(let record, let components):
      if let component = place.component { return components[component].kind }
      report(
        .recordUse, "a record is not a value", at: place.span,
        help: components.first.map {
          "read its components one by one, such as .\($0.name) of \(record)"
        })
      return nil
    }
  }

  /// Loads the value of a place.
  func load(_ expression: Expression, into destination: Int?) -> Value? {
    let mark = top
    guard let place = place(expression), let kind = valueKind(of: place),
      let key = key(of: place)
    else { return nil }
    release(to: mark)
    let register = target(destination, kind.bank)
    emit(
      kind.bank == .int ? .loadInt : .loadBytes, register, place.field, place.component ?? 0,
      key.int, key.bytes)
    return Value(kind: kind, register: register)
  }

  /// Stores what stands in a register.
  func store(_ register: Int, _ kind: Kind, at place: Place, key: BankCounts) {
    emit(
      kind.bank == .int ? .storeInt : .storeBytes, place.field, place.component ?? 0, key.int,
      key.bytes, register)
  }

  /// `@place = expression`.
  func store(_ expression: Expression, at target: Expression) {
    guard let place = place(target) else {
      _ = compile(expression)
      return
    }
    if field(place.field).isRecord, place.component == nil {
      putRecord(expression, at: place)
      return
    }
    guard let kind = valueKind(of: place), let key = key(of: place) else {
      _ = compile(expression)
      return
    }
    guard let register = compile(expression, as: kind) else { return }
    store(register, kind, at: place, key: key)
  }

  /// `@m[k] = Job(payer: a, amount: 5)`.
  private func putRecord(_ expression: Expression, at place: Place) {
    guard case .record(let name, let components) = field(place.field).value else { return }
    guard case .call(let callee, let arguments, let payments) = expression.kind,
      payments.isEmpty, let path = callee.path,
      let index = compilation.names.index(.record, scope.full(path.dotted))
    else {
      report(
        .recordUse, "a whole record \"\(name)\" is stored here", at: expression.span,
        help: "write \(name)(…) with all its components")
      return
    }
    guard compilation.records[index].name == name else {
      report(
        .recordUse, "the record here is \"\(name)\", not \"\(path.dotted)\"", at: callee.span)
      return
    }
    guard let key = key(of: place),
      let matched = match(
        arguments, to: components, of: "the record \"\(name)\"", at: expression.span),
      let values = window(matched.arguments, order: matched.order)
    else { return }
    emit(.putRecord, place.field, key.int, key.bytes, values.int, values.bytes)
  }

  /// `entry name = @map[key]`: the key is put in registers of its own.
  func declareEntry(_ name: Name, _ expression: Expression) {
    guard let place = wholePlace(expression) else { return }
    let key = field(place.field).key
    guard place.entryKey == nil, place.keys.count == key.count, !key.isEmpty else {
      for expression in place.keys { _ = compile(expression) }
      reportKeyCount(place, key)
      return
    }
    let (start, registers) = keyRegisters(place.field)
    guard fill(registers, of: place, open: [], given: []) else { return }
    declareEntry(name, EntryPlace(field: place.field, key: start))
  }

  /// `@place += expression`: one key, a load, the sum, a store.
  func update(_ target: Expression, _ operation: BinaryOperator, _ expression: Expression) {
    guard let place = place(target), let kind = valueKind(of: place), let key = key(of: place)
    else {
      _ = compile(expression)
      return
    }
    guard kind == .int else {
      _ = compile(expression)
      report(
        .operatorKind, "`\(operation.rawValue)=` takes int, not \(describe(kind))",
        at: target.span)
      return
    }
    let register = allocate(.int)
    emit(.loadInt, register, place.field, place.component ?? 0, key.int, key.bytes)
    guard add(operation, register, expression, to: register) else { return }
    store(register, kind, at: place, key: key)
  }

  /// `delete @place`.
  func delete(_ expression: Expression) {
    guard let place = wholePlace(expression), let key = key(of: place) else { return }
    emit(.delete, place.field, key.int, key.bytes)
  }

  /// `exists(@place)`.
  func exists(_ expression: Expression, into destination: Int?) -> Value? {
    let mark = top
    guard let place = wholePlace(expression), let key = key(of: place) else { return nil }
    release(to: mark)
    let register = target(destination, .int)
    emit(.exists, register, place.field, key.int, key.bytes)
    return Value(kind: .bool, register: register)
  }

  private func wholePlace(_ expression: Expression) -> Place? {
    guard let place = place(expression) else { return nil }
    if let span = place.componentSpan {
      report(
        .recordUse, "a component exists as long as its record", at: span,
        help: "name the record without a component")
      return nil
    }
    return place
  }

  /// `total(@m)`.
  func total(_ expression: Expression, into destination: Int?) -> Value? {
    guard let place = wholePlace(expression) else { return nil }
    let declared = field(place.field)
    guard declared.isSummed, place.keys.isEmpty else {
      report(
        .notSummed,
        declared.isSummed
          ? "the total is that of the whole map" : "\"@\(declared.name)\" is not summed",
        at: place.span,
        help: declared.isSummed
          ? "write total(@\(declared.name))" : "declare it as `summed map … -> int`")
      return nil
    }
    let register = target(destination, .int)
    emit(.total, register, place.field)
    return Value(kind: .int, register: register)
  }

  // MARK: - Searching

  /// The map and the prefix of its key that a search names, or nil after reporting.
  func searched(_ expression: Expression) -> (place: Place, open: [Parameter])? {
    guard let place = wholePlace(expression) else { return nil }
    let key = field(place.field).key
    guard !key.isEmpty, place.entryKey == nil, place.keys.count < key.count else {
      report(
        .keyCount,
        key.isEmpty
          ? "\"@\(field(place.field).name)\" is not a map"
          : "the whole key leaves nothing to search", at: place.span)
      return nil
    }
    return (place, Array(key.dropFirst(place.keys.count)))
  }

  /// Registers for a whole key, in the order of the key, that a search writes to.
  func keyRegisters(_ field: Int) -> (start: BankCounts, registers: [Int]) {
    var start = BankCounts()
    var registers: [Int] = []
    var seen: Set<Bank> = []
    for component in self.field(field).key {
      let register = allocate(component.kind.bank)
      if seen.insert(component.kind.bank).inserted { start[component.kind.bank] = register }
      registers.append(register)
    }
    return (start, registers)
  }

  /// Puts the zero of a kind in a register.
  func zero(_ kind: Kind, into register: Int) {
    switch kind.bank {
    case .int: emit(.intSmall, register, 0)
    case .bytes:
      let zero = kind.isIdentifier ? [UInt8](repeating: 0, count: 32) : []
      emit(.bytesConst, register, compilation.index(ofString: zero))
    case .list: break
    }
  }

  /// `found, k = after(@m[prefix], k0)`: whether a key was found, and its open components.
  func seek(_ mode: SeekMode, _ arguments: [Expression], at span: Span) -> [Value]? {
    guard let map = arguments.first, let (place, open) = searched(map) else {
      if arguments.isEmpty {
        report(.argumentCount, "\(mode)(…) searches a map: \(mode)(@map)", at: span)
      }
      return nil
    }
    let given = Array(arguments.dropFirst())
    let isFromEnd = mode == .first || mode == .last
    guard given.count == (isFromEnd ? 0 : open.count) else {
      report(
        .argumentCount,
        isFromEnd
          ? "\(mode)(…) takes only the map and its prefix"
          : "\(mode)(…) takes \(open.count) component\(open.count == 1 ? "" : "s") of the key, "
            + "not \(given.count)",
        at: span)
      return nil
    }
    let found = allocate(.int)
    let (start, registers) = keyRegisters(place.field)
    guard fill(registers, of: place, open: open, given: given) else { return nil }
    emit(
      .seek, found, place.field, place.keys.count, Int(mode.rawValue), start.int, start.bytes)
    let parts = zip(open, registers.dropFirst(place.keys.count)).map {
      Value(kind: $0.kind, register: $1)
    }
    return [Value(kind: .bool, register: found)] + parts
  }

  /// Puts prefix and starting key of a search in their registers; zeros where none are given.
  func fill(
    _ registers: [Int], of place: Place, open: [Parameter], given: [Expression]
  ) -> Bool {
    let key = field(place.field).key
    var isComplete = true
    for (index, expression) in (place.keys + given).enumerated() {
      let mark = top
      if compile(expression, as: key[index].kind, into: registers[index]) == nil {
        isComplete = false
      }
      release(to: mark)
    }
    if given.isEmpty {
      for (component, register) in zip(open, registers.dropFirst(place.keys.count)) {
        zero(component.kind, into: register)
      }
    }
    return isComplete
  }
}
