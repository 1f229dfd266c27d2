internal import Bytecode

/// What a function does to the world, by itself and through what it calls.
private struct Effects {
  /// The first instruction that changes anything, such as a store or an event.
  var change: (index: Int, what: String)?
  /// The first instruction that may run other code, besides views.
  var interaction: Int?
  /// The fields it writes.
  var written: Set<Int> = []
}

/// Checks what views and hooks do, and warns of writes after interactions.
struct EffectChecker {
  let compilation: Compilation
  let compiled: [CompiledFunction]

  /// Reports all findings.
  func check() {
    let effects = allEffects()
    for (index, entry) in compilation.functions.enumerated() {
      if entry.role == .view, let change = effects[index].change {
        compilation.report(
          .viewChanges, "\(entry.isInvariant ? "an invariant" : "a view") \(change.what)",
          at: compiled[index].spans[change.index],
          help: entry.isInvariant ? nil : "declare it as `export`")
      }
      if entry.role == .hook, let interaction = effects[index].interaction {
        compilation.report(
          .hookInteracts, "a hook moves no assets and calls only views",
          at: compiled[index].spans[interaction])
      }
    }
    warnOfWrites(effects)
  }

  /// The effects of all functions, those of their callees included.
  private func allEffects() -> [Effects] {
    var effects = compiled.map { own($0.code) }
    var isChanged = true
    var rounds = 0
    while isChanged, rounds <= compiled.count {
      isChanged = false
      rounds += 1
      for index in compiled.indices.reversed() where merge(index, &effects) { isChanged = true }
    }
    return effects
  }

  private func own(_ code: [Instruction]) -> Effects {
    var effects = Effects()
    for (index, instruction) in code.enumerated() {
      switch instruction.row.effect {
      case .none, .reads: break
      case .writes:
        effects.written.insert(field(instruction))
        if effects.change == nil { effects.change = (index, "may not write to the state") }
      case .records:
        if effects.change == nil {
          effects.change = (
            index, instruction.opcode == .emit ? "may not emit events" : "may not change the world"
          )
        }
      case .interacts:
        if isViewCall(instruction) { break }
        if effects.change == nil {
          effects.change = (index, "may not move assets or call anything but views")
        }
        if effects.interaction == nil { effects.interaction = index }
      }
    }
    return effects
  }

  /// Adds the effects of the callees; says whether that changed anything.
  private func merge(_ function: Int, _ effects: inout [Effects]) -> Bool {
    var isChanged = false
    for (index, instruction) in compiled[function].code.enumerated()
    where instruction.opcode == .call {
      let callee = Int(instruction.operands[0])
      guard effects.indices.contains(callee), callee != function else { continue }
      if let change = effects[callee].change, effects[function].change == nil {
        effects[function].change = (index, change.what)
        isChanged = true
      }
      if effects[callee].interaction != nil, effects[function].interaction == nil {
        effects[function].interaction = index
        isChanged = true
      }
      if !effects[callee].written.isSubset(of: effects[function].written) {
        effects[function].written.formUnion(effects[callee].written)
        isChanged = true
      }
    }
    return isChanged
  }

  private func field(_ instruction: Instruction) -> Int {
    instruction.operand { if case .field = $0 { true } else { false } } ?? 0
  }

  private func isViewCall(_ instruction: Instruction) -> Bool {
    guard instruction.opcode == .invoke else { return false }
    let index = Int(instruction.operands[0])
    return compilation.module.imports.indices.contains(index)
      && compilation.module.imports[index].isView
  }

  // MARK: - Writes after interactions

  private func warnOfWrites(_ effects: [Effects]) {
    var hooked: Set<Int> = []
    for (index, entry) in compilation.functions.enumerated() where entry.role == .hook {
      hooked.formUnion(effects[index].written)
    }
    guard !hooked.isEmpty else { return }
    for index in compiled.indices { warn(compiled[index], effects, hooked) }
  }

  private func warn(_ function: CompiledFunction, _ effects: [Effects], _ hooked: Set<Int>) {
    var interaction: Int?
    for (index, instruction) in function.code.enumerated() {
      var written: Set<Int> = []
      var interacts = false
      switch instruction.row.effect {
      case .writes: written = [field(instruction)]
      case .interacts: interacts = !isViewCall(instruction)
      default: break
      }
      if instruction.opcode == .call, effects.indices.contains(Int(instruction.operands[0])) {
        let callee = effects[Int(instruction.operands[0])]
        written = callee.written
        interacts = callee.interaction != nil
      }
      if let before = interaction, let field = written.intersection(hooked).min() {
        compilation.report(
          .writeAfterInteraction,
          "\"@\(compilation.module.fields[field].name)\" is written by a hook, and here after "
            + "other code may have run", at: function.spans[index],
          notes: [Diagnostic.Note("this may run other code", at: function.spans[before])],
          help: "write it before; the verifier refuses this")
        return
      }
      if interacts, interaction == nil { interaction = index }
    }
  }
}
