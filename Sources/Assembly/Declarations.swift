internal import Bytecode
internal import Integers

/// A declaration together with the scope that it stands in.
struct PlacedItem {
  var item: Item
  var scope: Scope
}

/// Where a kind stands, which decides what it may be.
enum KindPlace {
  /// A parameter or result of an internal function: any kind.
  case inside
  /// What leaves the contract or is stored: no list.
  case outside
}

extension Compilation {
  /// Enters all declarations, so that bodies can refer to any of them.
  func declare(_ items: [PlacedItem]) {
    for placed in items { enterName(placed) }
    for placed in items {
      if case .record(let name, let components) = placed.item.kind {
        resolveRecord(name, components, in: placed.scope)
      }
    }
    var function = 0
    for placed in items {
      resolve(placed)
      switch placed.item.kind {
      case .function(let syntax):
        resolve(syntax, function, in: placed.scope)
        function += 1
      case .invariant: function += 1
      default: break
      }
    }
    for placed in items {
      if case .assetClass(let syntax) = placed.item.kind {
        resolveHooks(of: syntax, in: placed.scope)
      }
    }
    for entry in constants { _ = constant(named: entry.name, at: entry.span) }
    resolveAcceptance()
    for index in functions.indices { resolveSharedBody(index) }
    checkDeclarationLimits()
  }

  // MARK: - Names

  /// Enters a name, unless its sort has it already.
  func enter(_ sort: NameSort, _ name: Name, index: Int, in scope: Scope) {
    let full = scope.full(name.text)
    if let first = names.span(sort, full) {
      report(
        .declaredTwice, "\(sort.described.trimmedArticle) \"\(name.text)\" is declared twice",
        at: name.span, notes: [Diagnostic.Note("first declared here", at: first)])
      return
    }
    checkLength(full, at: name.span)
    names.add(sort, full, index: index, span: name.span)
  }

  /// Checks a name as it will stand in the module.
  func checkLength(_ name: String, at span: Span) {
    // The longest were reported when they were read.
    let isReported = hasSyntaxErrors && name.utf8.count > 255
    if name.utf8.count > Limits.nameLength, !isReported {
      report(.tooLong, "a name has at most \(Limits.nameLength) bytes", at: span)
    }
  }

  private func enterName(_ placed: PlacedItem) {
    let scope = placed.scope
    switch placed.item.kind {
    case .constant(let name, let expression):
      enter(.constant, name, index: constants.count, in: scope)
      constants.append(
        ConstantEntry(
          name: scope.full(name.text), expression: expression, scope: scope, span: name.span))
      document(placed, "const", name.text)
    case .enumeration(let name, let cases):
      enter(.enumeration, name, index: module.enums.count, in: scope)
      checkDistinct(cases, "case")
      checkTypeName(name, besides: .record, in: scope)
      if cases.isEmpty {
        report(.kindNotAllowed, "an enum has at least one case", at: name.span)
      }
      if cases.count > Limits.enumCases {
        report(.tooMany, "an enum has at most \(Limits.enumCases) cases", at: name.span)
      }
      module.enums.append(
        EnumDeclaration(name: scope.full(name.text), cases: cases.map(\.text)))
      document(placed, "enum", name.text)
    case .record(let name, _):
      checkTypeName(name, besides: .enumeration, in: scope)
      enter(.record, name, index: records.count, in: scope)
      records.append(RecordEntry(name: scope.full(name.text), components: []))
      document(placed, "record", name.text)
    case .interface(let syntax):
      enter(.interface, syntax.name, index: interfaces.count, in: scope)
      interfaces.append(InterfaceEntry(name: syntax.name.text))
      document(placed, "interface", syntax.name.text)
    case .function(let syntax):
      enter(
        syntax.role == .hook ? .hook : .function, syntax.name, index: functions.count, in: scope)
      functions.append(
        FunctionEntry(
          name: scope.full(syntax.name.text), role: syntax.role, scope: scope, syntax: syntax,
          body: syntax.body, span: syntax.name.span))
      document(placed, syntax.role.word, syntax.name.text)
    case .invariant(let syntax):
      let title =
        scope.prefix.isEmpty ? syntax.title : "\(scope.prefix.dropLast()): \(syntax.title)"
      functions.append(
        FunctionEntry(
          name: title, role: .view, isInvariant: true, results: [Parameter("holds", .bool)],
          scope: scope, body: syntax.body, span: syntax.titleSpan))
      module.invariants.append(
        Invariant(title: title, function: functions.count - 1, isEnforced: syntax.isEnforced))
      document(placed, "invariant", syntax.title)
      checkTitle(title, at: syntax.titleSpan)
    default: break
    }
  }

  /// A type word means one thing: a kind, an enum or a record.
  private func checkTypeName(_ name: Name, besides sort: NameSort, in scope: Scope) {
    if Kind.named(name.text) != nil {
      report(.declaredTwice, "\"\(name.text)\" is the name of a kind", at: name.span)
    } else if let first = names.span(sort, scope.full(name.text)) {
      report(
        .declaredTwice, "\"\(name.text)\" is also the name of \(sort.described)", at: name.span,
        notes: [Diagnostic.Note("declared here", at: first)])
    }
  }

  /// Titles are one line that people read.
  private func checkTitle(_ title: String, at span: Span) {
    if title.utf8.count > Limits.titleLength {
      report(.tooLong, "a title has at most \(Limits.titleLength) bytes", at: span)
    }
    if title.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
      report(.outOfRange, "a title holds no control characters", at: span)
    }
  }

  private func document(_ placed: PlacedItem, _ sort: String, _ name: String) {
    documentation.add(placed.item.documentation, to: sort, placed.scope.full(name))
  }

  /// Checks that the names of one list are different, and none too long.
  private func checkDistinct(_ list: [Name], _ what: String) {
    var first: [String: Span] = [:]
    for name in list {
      checkLength(name.text, at: name.span)
      if let span = first[name.text] {
        report(
          .declaredTwice, "\(what) \"\(name.text)\" is declared twice", at: name.span,
          notes: [Diagnostic.Note("first declared here", at: span)])
      } else {
        first[name.text] = name.span
      }
    }
  }

  // MARK: - Kinds

  /// The kind that a type means, or nil after reporting.
  func kind(of type: TypeSyntax, in scope: Scope, for place: KindPlace) -> Kind? {
    let kind: Kind
    switch type.kind {
    case .listOf(let name):
      switch name.text {
      case "address": return .addresses
      case "asset": return .assets
      default:
        report(
          .unknownType, "there are lists of address and of asset, not of \"\(name.text)\"",
          at: name.span, help: "a list of int is written `list`")
        return nil
      }
    case .map:
      report(.kindNotAllowed, "a map stands only in `state`", at: type.span)
      return nil
    case .named(let path):
      guard let named = self.kind(named: path, in: scope) else {
        reportUnknownType(path, at: type.span, in: scope)
        return nil
      }
      kind = named
    }
    if place == .outside, kind == .list {
      report(
        .kindNotAllowed, "a list stays inside the contract", at: type.span,
        help: "keep or send its bytes: bytes(l, width)")
      return nil
    }
    return kind
  }

  /// The kind with this name.
  func kind(named path: [Name], in scope: Scope) -> Kind? {
    if path.count == 1, let first = path.first, let kind = Kind.named(first.text) { return kind }
    return names.index(.enumeration, scope.full(path.dotted)).map {
      .enumeration(UInt8(truncatingIfNeeded: $0))
    }
  }

  private func reportUnknownType(_ path: [Name], at span: Span, in scope: Scope) {
    if names.index(.record, scope.full(path.dotted)) != nil {
      report(
        .recordUse, "a record stands only in `state`, as a field or at the end of a map", at: span)
      return
    }
    let candidates = Kind.words + names.visible([.enumeration], in: scope)
    report(
      .unknownType, "there is no type \"\(path.dotted)\"", at: span,
      suggestion: meant(path.dotted, among: candidates))
  }

  /// The parameters of a list, each with its kind.
  func parameters(
    _ list: [ParameterSyntax], in scope: Scope, for place: KindPlace, _ what: String = "parameter"
  ) -> [Parameter] {
    checkDistinct(list.map(\.name), what)
    if list.count > Limits.parameters, let extra = list.dropFirst(Limits.parameters).first {
      report(
        .tooMany, "at most \(Limits.parameters) \(what)s can be declared here", at: extra.name.span)
    }
    return list.map {
      Parameter($0.name.text, kind(of: $0.type, in: scope, for: place) ?? .int)
    }
  }

  // MARK: - Declarations

  private func resolveRecord(_ name: Name, _ components: [ParameterSyntax], in scope: Scope) {
    guard let index = names.index(.record, scope.full(name.text)) else { return }
    records[index].components = parameters(components, in: scope, for: .outside, "component")
    if components.isEmpty {
      report(.recordUse, "a record has at least one component", at: name.span)
    }
  }

  private func resolve(_ placed: PlacedItem) {
    let scope = placed.scope
    switch placed.item.kind {
    case .state(let fields):
      for field in fields { resolve(field, in: scope) }
    case .event(let name, let list):
      enter(.event, name, index: module.events.count, in: scope)
      module.events.append(declaration(name, list, in: scope))
      document(placed, "event", name.text)
    case .error(let name, let list):
      enter(.error, name, index: module.errors.count, in: scope)
      module.errors.append(declaration(name, list, in: scope))
      document(placed, "error", name.text)
    case .message(let name, let list):
      enter(.message, name, index: module.messages.count, in: scope)
      module.messages.append(declaration(name, list, in: scope))
      document(placed, "message", name.text)
    case .assetClass(let syntax):
      enter(.assetClass, syntax.name, index: module.classes.count, in: scope)
      module.classes.append(assetClass(syntax, in: scope))
      document(placed, "class", syntax.name.text)
    case .interface(let syntax): resolve(syntax, in: scope)
    case .accepts(let any, let fields):
      acceptance.append((any, fields, scope))
    default: break
    }
  }

  private func declaration(
    _ name: Name, _ list: [ParameterSyntax], in scope: Scope
  ) -> Declaration {
    Declaration(
      name: scope.full(name.text), parameters: parameters(list, in: scope, for: .outside))
  }

  private func resolve(_ field: FieldSyntax, in scope: Scope) {
    enter(.field, field.name, index: module.fields.count, in: scope)
    documentation.add(field.documentation, to: "field", scope.full(field.name.text))
    let name = scope.full(field.name.text)
    guard case .map(let keys, let value, let isSummed) = field.type.kind else {
      module.fields.append(Field(name: name, value: fieldValue(field.type, in: scope)))
      return
    }
    var key: [Parameter] = []
    for (index, component) in keys.enumerated() {
      let fallback = keys.count == 1 ? "key" : "key\(index + 1)"
      key.append(
        Parameter(component.name?.text ?? fallback, keyKind(of: component.type, in: scope)))
    }
    checkDistinct(
      zip(key, keys).map { Name(text: $0.name, span: $1.name?.span ?? $1.type.span) },
      "key component")
    if keys.count > Limits.parameters {
      report(
        .tooMany, "a key has at most \(Limits.parameters) components", at: field.name.span)
    }
    let stored = fieldValue(value, in: scope)
    if isSummed, stored != .plain(.int) {
      report(.notSummed, "only a map to int can be summed", at: value.span)
    }
    module.fields.append(Field(name: name, key: key, value: stored, isSummed: isSummed))
  }

  private func keyKind(of type: TypeSyntax, in scope: Scope) -> Kind {
    let kind = kind(of: type, in: scope, for: .outside) ?? .int
    switch kind {
    case .call, .addresses, .assets:
      report(
        .kindNotAllowed, "\(describe(kind)) cannot be part of a key", at: type.span,
        help: "use its hash: sha256(bytes(…))")
    default: break
    }
    return kind
  }

  private func fieldValue(_ type: TypeSyntax, in scope: Scope) -> FieldValue {
    if case .named(let path) = type.kind,
      let index = names.index(.record, scope.full(path.dotted))
    {
      return .record(name: records[index].name, components: records[index].components)
    }
    return .plain(kind(of: type, in: scope, for: .outside) ?? .int)
  }

  private func resolve(_ syntax: InterfaceSyntax, in scope: Scope) {
    guard let index = names.index(.interface, scope.full(syntax.name.text)) else { return }
    var entry = interfaces[index]
    var seen: [Name] = []
    for member in syntax.members {
      switch member {
      case .export(let name, let taken, let given), .view(let name, let taken, let given):
        var isView = false
        if case .view = member { isView = true }
        seen.append(name)
        if name.text == "init" {
          report(
            .interfaceUse, "`init` is written without `export`", at: name.span,
            help: "write init (…)")
        }
        entry.functions[name.text] = InterfaceFunction(
          parameters: parameters(taken, in: scope, for: .outside),
          results: parameters(given, in: scope, for: .outside, "result"), isView: isView)
      case .initialiser(let name, let taken):
        seen.append(name)
        entry.initialiser = parameters(taken, in: scope, for: .outside)
      case .error(let name, let carried):
        entry.errors[name.text] = parameters(carried, in: scope, for: .outside)
      }
    }
    checkDistinct(seen, "function")
    interfaces[index] = entry
  }

  /// Resolves the kinds of the function with this index, whether or not it could have its name.
  private func resolve(_ syntax: FunctionSyntax, _ index: Int, in scope: Scope) {
    let place: KindPlace = syntax.role == .function ? .inside : .outside
    functions[index].parameters = parameters(syntax.parameters, in: scope, for: place)
    functions[index].results = parameters(syntax.results, in: scope, for: place, "result")
    functions[index].payments = syntax.payments.map(\.text)
    checkRole(syntax, functions[index])
  }

  private func checkRole(_ syntax: FunctionSyntax, _ entry: FunctionEntry) {
    checkDistinct(syntax.payments, "payment")
    if syntax.payments.count > Limits.payments {
      report(
        .tooMany, "a function takes at most \(Limits.payments) payments", at: syntax.name.span)
    }
    if !syntax.payments.isEmpty, syntax.role != .export, syntax.role != .initialiser {
      report(.paymentUse, "only exports and `init` take payments", at: syntax.name.span)
    }
    for payment in syntax.payments {
      if entry.parameters.contains(where: { $0.name == payment.text }) {
        report(
          .declaredTwice, "payment \"\(payment.text)\" is named like a parameter",
          at: payment.span)
      }
    }
    switch syntax.role {
    case .initialiser:
      if !entry.scope.prefix.isEmpty {
        report(
          .libraryInit, "a library has no `init`", at: syntax.name.span,
          help: "write a function that the contract calls from its own `init`")
      }
      if !entry.results.isEmpty {
        report(.returnCount, "`init` has no results", at: syntax.name.span)
      }
    case .hook:
      if entry.parameterKinds != Hook.parameters.map(\.kind) || !entry.results.isEmpty {
        report(
          .hookParameters,
          "a hook takes an asset, the addresses from and to, an amount and an operator",
          at: syntax.name.span,
          help:
            "write (asset asset, from address, to address, amount int, operator address), under any names"
        )
      }
    case .export, .view:
      if syntax.name.text == "init" {
        report(.declaredTwice, "\"init\" is the name of the initialiser", at: syntax.name.span)
      }
    case .function: break
    }
  }

  /// `= name`: finds the function whose body is shared.
  private func resolveSharedBody(_ index: Int) {
    let entry = functions[index]
    guard case .shared(let name) = entry.body else { return }
    let full = entry.scope.full(name.text)
    guard let body = names.index(.function, full) ?? names.index(.hook, full) else {
      reportUnknown(.function, name.text, at: name.span, in: entry.scope)
      return
    }
    functions[index].shared = body
    if case .shared = functions[body].body {
      report(.sharedBody, "\"\(name.text)\" has no body of its own to share", at: name.span)
    } else if functions[body].parameterKinds != entry.parameterKinds
      || functions[body].resultKinds != entry.resultKinds
    {
      report(
        .sharedBody, "\"\(name.text)\" takes or gives values of other kinds", at: name.span,
        help: "a shared body has the same kinds of parameters, payments and results")
    }
  }

  // MARK: - Classes

  private func assetClass(_ syntax: AssetClassSyntax, in scope: Scope) -> AssetClass {
    let title = syntax.title?.text ?? syntax.name.text
    checkTitle(title, at: syntax.title?.span ?? syntax.name.span)
    var decimals = 0
    if let expression = syntax.decimals, let value = declaredInteger(expression, in: scope) {
      decimals = value.asInt ?? -1
      if decimals < 0 || decimals > Limits.decimals {
        report(
          .outOfRange, "decimals lie from 0 to \(Limits.decimals)", at: expression.span)
        decimals = 0
      } else if syntax.isSingle, decimals > 0 {
        report(.outOfRange, "a single thing has no decimals", at: expression.span)
      }
    }
    return AssetClass(
      name: scope.full(syntax.name.text), title: title, decimals: UInt8(decimals),
      isSingle: syntax.isSingle, isBurnable: syntax.isBurnable, isForceable: syntax.isForceable,
      isKeyed: syntax.isKeyed)
  }

  private func resolveHooks(of syntax: AssetClassSyntax, in scope: Scope) {
    guard let index = names.index(.assetClass, scope.full(syntax.name.text)) else { return }
    if syntax.hooks.count > Limits.hooksPerClass {
      report(
        .tooMany, "a class names at most \(Limits.hooksPerClass) hooks", at: syntax.name.span)
    }
    var hooks: [HookReference] = []
    for hook in syntax.hooks {
      let name = hook.isForeign ? hook.name.text : scope.full(hook.name.text)
      if hook.isForeign {
        checkLength(name, at: hook.name.span)
      } else if names.index(.hook, name) == nil {
        reportUnknown(.hook, [hook.name], in: scope)
      }
      var gas: UInt64 = 0
      if let value = declaredInteger(hook.gas, in: scope) {
        if let limit = value.asInt, limit >= 0, UInt64(limit) <= Limits.gas {
          gas = UInt64(limit)
        } else {
          report(.outOfRange, "a hook's gas lies from 0 to \(Limits.gas)", at: hook.gas.span)
        }
      }
      hooks.append(HookReference(name: name, isForeign: hook.isForeign, gas: gas))
    }
    module.classes[index].hooks = hooks
  }

  // MARK: - What the contract accepts

  private func resolveAcceptance() {
    var fields: [UInt8] = []
    var any = false
    for entry in acceptance {
      any = any || entry.any
      for expression in entry.fields {
        if let index = acceptedField(expression, in: entry.scope), !fields.contains(index) {
          fields.append(index)
        }
      }
    }
    module.acceptance = any ? .any : fields.isEmpty ? .none : .fields(fields.sorted())
  }

  private func acceptedField(_ expression: Expression, in scope: Scope) -> UInt8? {
    guard let path = expression.statePath else {
      report(.acceptedField, "`accepts` names fields: accepts @token", at: expression.span)
      return nil
    }
    guard let index = names.index(.field, scope.full(path.dotted)) else {
      reportUnknown(.field, path.dotted, at: expression.span, in: scope)
      return nil
    }
    let field = module.fields[index]
    guard field.key.isEmpty, field.value == .plain(.asset) else {
      report(
        .acceptedField, "\"@\(field.name)\" is not a single asset", at: expression.span,
        help: "`accepts` names fields of type asset")
      return nil
    }
    return UInt8(truncatingIfNeeded: index)
  }
}

extension Kind {
  /// The words that name kinds.
  static let words = ["int", "bool", "bytes", "text", "address", "asset", "call", "list"]

  /// The kind that a word names.
  static func named(_ word: String) -> Kind? {
    switch word {
    case "int": .int
    case "bool": .bool
    case "bytes": .bytes
    case "text": .text
    case "address": .address
    case "asset": .asset
    case "call": .call
    case "list": .list
    default: nil
    }
  }
}

extension FunctionRole {
  /// The word that declares it.
  var word: String {
    switch self {
    case .initialiser: "init"
    case .export: "export"
    case .view: "view"
    case .hook: "hook"
    case .function: "fn"
    }
  }
}

extension Expression {
  /// The names after `@` with dots, if the expression is nothing else.
  var statePath: [Name]? {
    var names: [Name] = []
    var expression = self
    while case .member(let base, let name) = expression.kind {
      names.append(name)
      expression = base
    }
    guard case .state(let first) = expression.kind else { return nil }
    names.append(first)
    return names.reversed()
  }
}

extension String {
  /// A description without its article.
  var trimmedArticle: String {
    if hasPrefix("an ") { return String(dropFirst(3)) }
    return hasPrefix("a ") ? String(dropFirst(2)) : self
  }
}
