internal import Bytecode

/// What a function does to the world, by itself and through what it calls.
private struct Effects {
  /// The first instruction that changes anything, such as a store or an event.
  var change: (index: Int, what: String)?
  /// The first instruction that may run other code, besides views.
  var interaction: Int?
  /// The fields it writes.
  var written: Set<Int> = []

  /// Adds the effects of a callee; says whether that changed anything.
  mutating func include(_ callee: Effects, at call: Int) -> Bool {
    var isChanged = false
    if let change = callee.change, self.change == nil {
      self.change = (call, change.what)
      isChanged = true
    }
    if callee.interaction != nil, interaction == nil {
      interaction = call
      isChanged = true
    }
    if !callee.written.isSubset(of: written) {
      written.formUnion(callee.written)
      isChanged = true
    }
    return isChanged
  }
}

/// Checks what views and hooks do, and warns of writes after interactions.
struct EffectChecker {
  let compilation: Compilation
  let compiled: [CompiledFunction]

  /// Reports all findings.
  func check() {
    let effects = allEffects()
    for (index, entry) in compilation.functions.enumerated() {
      let body = entry.shared ?? index
      if entry.role == .view, let change = effects[body].change {
        compilation.report(
          .viewChanges, "\(entry.isInvariant ? "an invariant" : "a view") \(change.what)",
          at: compiled[body].spans[change.index],
          help: entry.isInvariant ? nil : "declare it as `export`")
      }
      if entry.role == .hook, let interaction = effects[body].interaction {
        compilation.report(
          .hookInteracts, "a hook moves no assets and calls only views",
          at: compiled[body].spans[interaction])
      }
    }
    warnOfWrites(effects)
  }

  /// Whether each function changes anything, by itself or through what it calls.
  var changing: [Bool] { allEffects().map { $0.change != nil } }

  /// A call: the caller, and the instruction that calls.
  private struct Call {
    var caller: Int
    var instruction: Int
  }

  /// The effects of all functions, those of their callees included; each is passed on once.
  private func allEffects() -> [Effects] {
    var effects = compiled.map { own($0.code) }
    var calls = [[Call]](repeating: [], count: compiled.count)
    for (caller, function) in compiled.enumerated() {
      for (index, instruction) in function.code.enumerated() where instruction.opcode == .call {
        let callee = Int(instruction.operands[0])
        if calls.indices.contains(callee) {
          calls[callee].append(Call(caller: caller, instruction: index))
        }
      }
    }
    var pending = Array(compiled.indices)
    while let callee = pending.popLast() {
      for call in calls[callee]
      where effects[call.caller].include(effects[callee], at: call.instruction) {
        pending.append(call.caller)
      }
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
      hooked.formUnion(effects[entry.shared ?? index].written)
    }
    guard !hooked.isEmpty else { return }
    for index in compiled.indices { warn(compiled[index], effects, hooked) }
  }

  /// Follows every path, and warns of the first write behind an interaction.
  private func warn(_ function: CompiledFunction, _ effects: [Effects], _ hooked: Set<Int>) {
    let code = function.code
    var before = [Int?](repeating: nil, count: code.count)
    var isVisited = [Bool](repeating: false, count: code.count)
    var pending = code.isEmpty ? [] : [0]
    var worst: (index: Int, field: Int)?
    while let index = pending.popLast() {
      isVisited[index] = true
      let step = step(code[index], effects)
      if before[index] != nil, let field = step.written.intersection(hooked).min(),
        index < worst?.index ?? .max
      {
        worst = (index, field)
      }
      let behind = before[index] ?? (step.interacts ? index : nil)
      var next: [Int] = []
      if let target = code[index].target { next.append(target) }
      switch code[index].row.flow {
      case .next, .branch: next.append(index + 1)
      case .jump, .leave: break
      }
      for position in next where code.indices.contains(position) {
        guard !isVisited[position] || behind != nil && before[position] == nil else { continue }
        before[position] = before[position] ?? behind
        pending.append(position)
      }
    }
    guard let worst, let interaction = before[worst.index] else { return }
    compilation.report(
      .writeAfterInteraction,
      "\"@\(compilation.module.fields[worst.field].name)\" is written by a hook, and here after "
        + "other code may have run", at: function.spans[worst.index],
      notes: [Diagnostic.Note("this may run other code", at: function.spans[interaction])],
      help: "write it before; the verifier refuses this")
  }

  /// What one instruction writes, and whether it may run other code.
  private func step(
    _ instruction: Instruction, _ effects: [Effects]
  ) -> (written: Set<Int>, interacts: Bool) {
    if instruction.opcode == .call {
      let callee = Int(instruction.operands[0])
      guard effects.indices.contains(callee) else { return ([], false) }
      return (effects[callee].written, effects[callee].interaction != nil)
    }
    switch instruction.row.effect {
    case .writes: return ([field(instruction)], false)
    case .interacts: return ([], !isViewCall(instruction))
    case .none, .reads, .records: return ([], false)
    }
  }
}
