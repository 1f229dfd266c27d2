import Bytecode
import Integers
import Verification

/// Changes of modules that keep them sound where they can.
extension Module {
  /// The module with pools and registers as the verifier wants them and without functions that nothing
  /// calls, or nil if it is not sound.
  func settled() -> VerifiedModule? {
    var builder = ModuleBuilder(name)
    builder.module = withoutUncalledFunctions()
    return try? Verifier.verify(builder.finished())
  }

  /// How many instructions there are.
  var instructionCount: Int { functions.reduce(0) { $0 + $1.code.count } }

  private func withoutUncalledFunctions() -> Module {
    var reached = Set<Int>()
    var pending =
      exports.map(\.function) + hooks.map(\.function) + invariants.map(\.function)
    while let index = pending.popLast() {
      guard reached.insert(index).inserted else { continue }
      for instruction in functions[index].code where instruction.opcode == .call {
        pending.append(Int(instruction.operands[0]))
      }
    }
    if reached.count == functions.count { return self }
    var module = self
    let kept = reached.sorted()
    var numbers: [Int: Int] = [:]
    for (number, index) in kept.enumerated() { numbers[index] = number }
    func renumbered(_ index: Int) -> Int { numbers[index] ?? 0 }
    module.functions = kept.map { functions[$0] }
    module.renumber(of: { if case .function = $0 { true } else { false } }, renumbered)
    for index in exports.indices {
      module.exports[index].function = renumbered(exports[index].function)
    }
    for index in hooks.indices { module.hooks[index].function = renumbered(hooks[index].function) }
    for index in invariants.indices {
      module.invariants[index].function = renumbered(invariants[index].function)
    }
    return module
  }

  /// Gives the declarations of one sort other numbers, wherever instructions name them.
  private mutating func renumber(
    of matches: (OperandKind) -> Bool, _ number: (Int) -> Int
  ) {
    for function in functions.indices {
      for position in functions[function].code.indices {
        let instruction = functions[function].code[position]
        for (index, operand) in instruction.row.operands.enumerated() where matches(operand.kind) {
          functions[function].code[position].operands[index] = UInt16(
            number(Int(instruction.operands[index])))
        }
      }
    }
  }

  /// The numbers of the declarations of one sort that instructions name.
  private func used(_ matches: (OperandKind) -> Bool) -> Set<Int> {
    var used = Set<Int>()
    for instruction in functions.lazy.flatMap(\.code) {
      for (index, operand) in instruction.row.operands.enumerated() where matches(operand.kind) {
        used.insert(Int(instruction.operands[index]))
      }
    }
    return used
  }

  /// The module without the declarations that no instruction names.
  func withoutUnusedDeclarations() -> Module {
    var module = self
    func drop<Item>(
      _ items: WritableKeyPath<Module, [Item]>, keeping others: Set<Int> = [],
      _ matches: (OperandKind) -> Bool
    ) {
      let used = module.used(matches).union(others)
      let all = module[keyPath: items]
      let kept = all.indices.filter { used.contains($0) }
      var numbers: [Int: Int] = [:]
      for (number, index) in kept.enumerated() { numbers[index] = number }
      module[keyPath: items] = kept.map { all[$0] }
      module.renumber(of: matches) { numbers[$0] ?? 0 }
    }
    drop(\.events) { if case .event = $0 { true } else { false } }
    drop(\.errors) { if case .error = $0 { true } else { false } }
    drop(\.messages) { if case .message = $0 { true } else { false } }
    drop(\.classes) { if case .assetClass = $0 { true } else { false } }
    if case .fields = module.acceptance {
    } else {
      drop(\.fields) { if case .field = $0 { true } else { false } }
    }
    let named = Set(module.classes.flatMap(\.hooks).map(\.name))
    module.hooks.removeAll { !named.contains($0.name) }
    return module
  }

  /// The module without some instructions of a function.
  func removing(_ range: Range<Int>, from function: Int) -> Module {
    var module = self
    var code = functions[function].code
    code.removeSubrange(range)
    for position in code.indices {
      for (index, operand) in code[position].row.operands.enumerated() {
        guard case .target = operand.kind else { continue }
        let target = Int(code[position].operands[index])
        let moved =
          target >= range.upperBound
          ? target - range.count : min(target, range.lowerBound)
        code[position].operands[index] = UInt16(max(0, moved))
      }
    }
    module.functions[function].code = code
    return module
  }
}
