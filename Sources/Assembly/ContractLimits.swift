internal import Bytecode

/// The limits of a whole contract. What passes one is reported where that happens.
extension Compilation {
  /// Checks how many declarations there are of each sort.
  func checkDeclarationLimits() {
    checkNames("enums", .enumeration, module.enums.map(\.name))
    checkNames("fields", .field, module.fields.map(\.name))
    checkNames("classes", .assetClass, module.classes.map(\.name))
    checkNames("events", .event, module.events.map(\.name))
    checkNames("errors", .error, module.errors.map(\.name))
    checkNames("messages", .message, module.messages.map(\.name))
    checkEntries("hooks", Limits.declarations) { $0.role == .hook }
    checkEntries("invariants", Limits.declarations) { $0.isInvariant }
    checkEntries("exports", Limits.functions) {
      !$0.isInvariant && [.initialiser, .export, .view].contains($0.role)
    }
  }

  private func checkNames(_ what: String, _ sort: NameSort, _ list: [String]) {
    guard list.count > Limits.declarations else { return }
    report(
      what, list.count, Limits.declarations, at: names.span(sort, list[Limits.declarations]))
  }

  private func checkEntries(_ what: String, _ limit: Int, _ isMeant: (FunctionEntry) -> Bool) {
    let entries = functions.filter(isMeant)
    if entries.count > limit { report(what, entries.count, limit, at: entries[limit].span) }
  }

  /// Checks that instructions can tell apart all constants, those of functions that are left out
  /// included.
  func checkPools() {
    let largest = max(module.integers.count, module.strings.count, module.imports.count)
    if largest > Int(UInt16.max) + 1 {
      report("constants, unused ones included", largest, Int(UInt16.max) + 1, at: nil)
    }
  }

  /// Checks what only the linked module shows.
  func checkLimits(of module: Module, _ map: [SourceMap.Function]) {
    if module.functions.count > Limits.functions {
      report(
        "functions", module.functions.count, Limits.functions,
        at: map[Limits.functions].declaration)
    }
    checkPool("integer constants", module.integers.count, Limits.constants, module, map) {
      if case .intConstant = $0 { true } else { false }
    }
    checkPool("string constants", module.strings.count, Limits.constants, module, map) {
      if case .bytesConstant = $0 { true } else { false }
    }
    checkPool("functions of other contracts", module.imports.count, Limits.imports, module, map) {
      if case .imported = $0 { true } else { false }
    }
    let count = module.functions.reduce(0) { $0 + $1.code.count }
    if count > Limits.instructions {
      let spans = map.lazy.flatMap(\.spans)
      report(
        "instructions", count, Limits.instructions,
        at: spans.dropFirst(Limits.instructions).first)
    }
    guard !diagnostics.hasErrors else { return }
    let length = module.encoded().count
    if length > Limits.moduleLength {
      report("bytes of code and interface", length, Limits.moduleLength, at: nil)
    }
  }

  private func checkPool(
    _ what: String, _ count: Int, _ limit: Int, _ module: Module, _ map: [SourceMap.Function],
    _ isMeant: (OperandKind) -> Bool
  ) {
    guard count > limit else { return }
    for (function, map) in zip(module.functions, map) {
      for (instruction, span) in zip(function.code, map.spans) {
        if let index = instruction.operand(where: isMeant), index == limit {
          report(what, count, limit, at: span)
          return
        }
      }
    }
  }

  private func report(_ what: String, _ count: Int, _ limit: Int, at span: Span?) {
    report(
      .tooMany, "a contract has at most \(limit) \(what), and this has \(count)",
      at: span ?? heading)
  }
}
