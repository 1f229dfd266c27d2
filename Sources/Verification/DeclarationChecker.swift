import Bytecode

/// Checks everything of a module but its code.
struct DeclarationChecker {
  let module: Module

  func check() throws(Refusal) {
    try checkName(module.name)
    try checkUnique(module.enums.map(\.name), "enum", isDotted: true)
    for item in module.enums {
      try require(!item.cases.isEmpty, "enum \(item.name) has no cases")
      try checkUnique(item.cases, "case of \(item.name)")
    }
    try checkFields()
    try checkTypeNames()
    try checkClasses()
    for (declarations, what) in [
      (module.events, "event"), (module.errors, "error"), (module.messages, "message"),
    ] {
      try checkUnique(declarations.map(\.name), what, isDotted: true)
      for item in declarations { try checkParameters(item.parameters, of: "\(what) \(item.name)") }
    }
    try checkImports()
    try checkAcceptance()
    try checkExports()
    try checkHooks()
    for invariant in module.invariants {
      try checkTitle(invariant.title)
      let function = try function(invariant.function, of: "an invariant")
      try require(
        function.parameters.isEmpty && function.results == [.bool],
        "the invariant \"\(invariant.title)\" must take nothing and give one bool")
    }
  }

  private func refuse(_ reason: String) -> Refusal { Refusal(offset: 0, reason: reason) }

  private func require(_ condition: Bool, _ reason: @autoclosure () -> String) throws(Refusal) {
    if !condition { throw refuse(reason()) }
  }

  private func checkName(_ name: String, isDotted: Bool = false) throws(Refusal) {
    var startsWord = true
    for byte in name.utf8 {
      let isLetter = (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      let isDigit = (0x30...0x39).contains(byte)
      let isDot = isDotted && byte == 0x2E
      let isUnderscore = byte == 0x5F
      guard startsWord ? isLetter : isLetter || isDigit || isDot || isUnderscore else {
        throw refuse("\"\(name)\" is not a name")
      }
      startsWord = isDot
    }
    if startsWord { throw refuse("\"\(name)\" is not a name") }
  }

  private func checkTitle(_ title: String) throws(Refusal) {
    for scalar in title.unicodeScalars where scalar.value < 0x20 || scalar.value == 0x7F {
      throw refuse("a title holds a control character")
    }
  }

  private func checkUnique(
    _ names: [String], _ what: String, isDotted: Bool = false
  ) throws(Refusal) {
    var seen = Set<String>()
    for name in names {
      try checkName(name, isDotted: isDotted)
      try require(seen.insert(name).inserted, "there are two of the \(what) named \(name)")
    }
  }

  private func checkKind(_ kind: Kind, _ what: String) throws(Refusal) {
    if case .enumeration(let index) = kind {
      try require(
        Int(index) < module.enums.count, "\(what) is of enum \(index), which is not there")
    }
  }

  private func checkParameters(
    _ parameters: [Parameter], of what: String, allowsLists: Bool = false
  ) throws(Refusal) {
    try checkUnique(parameters.map(\.name), "parameter of \(what)")
    for parameter in parameters {
      try checkKind(parameter.kind, parameter.name)
      try require(
        allowsLists || parameter.kind != .list,
        "\(parameter.name) of \(what) is a list, which cannot leave a contract")
    }
  }

  private func checkFields() throws(Refusal) {
    try checkUnique(module.fields.map(\.name), "field", isDotted: true)
    for field in module.fields {
      let what = "field \(field.name)"
      try checkParameters(field.key, of: what)
      for component in field.key {
        switch component.kind {
        case .int, .bool, .enumeration, .bytes, .text, .address, .asset: break
        default: throw refuse("\(component.name) of \(what) cannot be part of a key")
        }
      }
      switch field.value {
      case .plain(let kind):
        try checkKind(kind, what)
        try require(kind != .list, "\(what) is a list, which cannot be stored")
        try require(
          !field.isSummed || (kind == .int && !field.key.isEmpty),
          "\(what) is summed, but not a map to int")
      case .record(let name, let components):
        try checkName(name, isDotted: true)
        try require(!components.isEmpty, "record \(name) has no components")
        try checkParameters(components, of: "record \(name)")
        try require(!field.isSummed, "\(what) is summed, but not a map to int")
      }
    }
  }

  /// Checks that a name means one enum or one record, and no kind of the machine.
  private func checkTypeNames() throws(Refusal) {
    var records: [String: [Parameter]] = [:]
    for field in module.fields {
      guard case .record(let name, let components) = field.value else { continue }
      try require(
        records[name, default: components] == components,
        "the record \(name) has two lists of components")
      records[name] = components
    }
    let kinds: Set = [
      "int", "bool", "text", "bytes", "address", "asset", "call", "list",
    ]
    for name in module.enums.map(\.name) + Array(records.keys).sorted() {
      try require(!kinds.contains(name), "\(name) names a kind, so no enum or record")
    }
    for item in module.enums {
      try require(records[item.name] == nil, "\(item.name) names both an enum and a record")
    }
  }

  private func checkClasses() throws(Refusal) {
    try checkUnique(module.classes.map(\.name), "class", isDotted: true)
    for item in module.classes {
      try checkTitle(item.title)
      try require(item.decimals <= Limits.decimals, "class \(item.name) has too many decimals")
      try require(
        !item.isSingle || item.decimals == 0, "class \(item.name) is single, but has decimals")
      for hook in item.hooks {
        try checkName(hook.name, isDotted: true)
        try require(
          hook.isForeign || module.hooks.contains { $0.name == hook.name },
          "class \(item.name) names the hook \(hook.name), which is not there")
        try require(hook.gas <= Limits.gas, "the gas of hook \(hook.name) is above the limit")
      }
    }
  }

  private func checkImports() throws(Refusal) {
    var seen = Set<ImportedSignature>()
    for item in module.imports {
      try checkName(item.name, isDotted: true)
      for kind in item.parameters + item.results {
        try checkKind(kind, "a parameter of \(item.name)")
        try require(
          kind != .list, "\(item.name) takes or gives a list, which cannot leave a contract")
      }
      try require(seen.insert(item).inserted, "\(item.name) is imported twice")
    }
  }

  private func checkAcceptance() throws(Refusal) {
    guard case .fields(let fields) = module.acceptance else { return }
    try require(!fields.isEmpty, "the contract accepts the assets of no fields")
    var previous = -1
    for index in fields {
      try require(Int(index) > previous, "the accepted fields are not in ascending order")
      previous = Int(index)
      try require(Int(index) < module.fields.count, "the accepted field \(index) is not there")
      let field = module.fields[Int(index)]
      try require(
        field.key.isEmpty && field.value == .plain(.asset),
        "the accepted field \(field.name) is not a single asset")
    }
  }

  private func function(_ index: Int, of what: String) throws(Refusal) -> Function {
    guard index < module.functions.count else {
      throw refuse("\(what) is function \(index), which is not there")
    }
    return module.functions[index]
  }

  private func checkExports() throws(Refusal) {
    try checkUnique(module.exports.map(\.name), "export", isDotted: true)
    for export in module.exports {
      let what = "export \(export.name)"
      try checkParameters(export.parameters, of: what)
      try checkParameters(export.results, of: what)
      try checkUnique(export.payments, "payment of \(what)")
      let function = try function(export.function, of: what)
      let payments = export.payments.flatMap { _ in [Kind.asset, .int] }
      try require(
        function.parameters == export.parameters.map(\.kind) + payments,
        "\(what) and its function disagree about the parameters")
      try require(
        function.results == export.results.map(\.kind),
        "\(what) and its function disagree about the results")
      try require(
        !export.isView || export.payments.isEmpty, "\(what) is a view that takes payments")
      if export.name == "init" {
        try require(
          export.results.isEmpty && !export.isView, "init gives no results and is no view")
      }
    }
  }

  private func checkHooks() throws(Refusal) {
    try checkUnique(module.hooks.map(\.name), "hook", isDotted: true)
    for hook in module.hooks {
      let function = try function(hook.function, of: "hook \(hook.name)")
      try require(
        function.parameters == Hook.parameters.map(\.kind) && function.results.isEmpty,
        "hook \(hook.name) does not take what hooks take")
    }
  }
}
