import Bytecode

/// Finds what every function may do, and refuses views that write, hooks that reach out, functions
/// that nothing calls, and writes to a hook's field after control was given away.
struct EffectChecker {
  let module: Module
  let layout: ModuleLayout

  func check() throws(Refusal) -> [FunctionEffects] {
    try checkReachability()
    let sets = closeOverCalls()
    let effects = sets.map(\.effects)
    for export in module.exports where export.isView {
      try requirePure(export.function, effects, "view \(export.name)")
    }
    for invariant in module.invariants {
      try requirePure(invariant.function, effects, "invariant \"\(invariant.title)\"")
    }
    var hookFields = FieldSet()
    for hook in module.hooks {
      guard !effects[hook.function].interacts else {
        throw refuse(hook.function, "hook \(hook.name) moves assets or calls more than views")
      }
      hookFields.formUnion(sets[hook.function].writtenFields)
    }
    if !hookFields.isEmpty {
      for index in module.functions.indices {
        try checkOrder(index, sets, hookFields)
      }
    }
    return effects
  }

  private func refuse(_ function: Int, _ reason: String) -> Refusal {
    Refusal(offset: layout.functionOffsets[function], reason: reason)
  }

  private func requirePure(
    _ function: Int, _ effects: [FunctionEffects], _ what: String
  ) throws(Refusal) {
    guard effects[function].isPure else {
      throw refuse(function, "\(what) writes, emits, moves assets or calls more than views")
    }
  }

  private func callees(_ function: Function) -> [Int] {
    function.code.compactMap { $0.opcode == .call ? Int($0.operands[0]) : nil }
  }

  private func checkReachability() throws(Refusal) {
    var reached = Set(module.exports.map(\.function))
    reached.formUnion(module.hooks.map(\.function))
    reached.formUnion(module.invariants.map(\.function))
    var pending = Array(reached)
    while let index = pending.popLast() {
      for callee in callees(module.functions[index]) where reached.insert(callee).inserted {
        pending.append(callee)
      }
    }
    if let index = module.functions.indices.first(where: { !reached.contains($0) }) {
      throw refuse(index, "nothing calls function \(index)")
    }
  }

  private func ownEffects(_ function: Function) -> EffectSet {
    var effects = EffectSet()
    for instruction in function.code {
      switch instruction.row.effect {
      case .none, .reads: break
      case .writes:
        if let field = instruction.operand(where: { if case .field = $0 { true } else { false } }) {
          effects.writtenFields.insert(field)
        } else {
          effects.records = true
        }
      case .records: effects.records = true
      case .interacts:
        if isViewCall(instruction) { effects.callsViews = true } else { effects.interacts = true }
      }
    }
    return effects
  }

  private func isViewCall(_ instruction: Instruction) -> Bool {
    instruction.opcode == .invoke && module.imports[Int(instruction.operands[0])].isView
      && instruction.operands[4] == 0
  }

  /// Adds to every function what its callees may do.
  ///
  /// Each effect of a function is passed on once.
  private func closeOverCalls() -> [EffectSet] {
    var effects = module.functions.map(ownEffects)
    var callers = [[Int]](repeating: [], count: module.functions.count)
    for (index, function) in module.functions.enumerated() {
      for callee in Set(callees(function)) { callers[callee].append(index) }
    }
    var pending = Array(module.functions.indices)
    while let index = pending.popLast() {
      for caller in callers[index] where effects[caller].formUnion(effects[index]) {
        pending.append(caller)
      }
    }
    return effects
  }

  /// Refuses a write to a hook's field on any path behind an instruction that may run the hook.
  private func checkOrder(
    _ index: Int, _ effects: [EffectSet], _ hookFields: FieldSet
  ) throws(Refusal) {
    let code = module.functions[index].code
    var after = [Bool](repeating: false, count: code.count)
    var visited = [Bool](repeating: false, count: code.count)
    var pending = [0]
    while let position = pending.popLast() {
      visited[position] = true
      let instruction = code[position]
      if after[position], writes(instruction, effects, hookFields) {
        throw Refusal(
          offset: layout.instructionOffsets[index][position],
          reason: "a field that a hook writes is written after a call, send, mint or burn")
      }
      let leaves = after[position] || interacts(instruction, effects)
      var next: [Int] = []
      if let target = instruction.target { next.append(target) }
      let flow = instruction.row.flow
      if flow == .next || flow == .branch { next.append(position + 1) }
      for position in next where !visited[position] || (leaves && !after[position]) {
        after[position] = after[position] || leaves
        pending.append(position)
      }
    }
  }

  private func interacts(_ instruction: Instruction, _ effects: [EffectSet]) -> Bool {
    if instruction.opcode == .call { return effects[Int(instruction.operands[0])].interacts }
    return instruction.row.effect == .interacts && !isViewCall(instruction)
  }

  private func writes(
    _ instruction: Instruction, _ effects: [EffectSet], _ hookFields: FieldSet
  ) -> Bool {
    if instruction.opcode == .call {
      return effects[Int(instruction.operands[0])].writtenFields.intersects(hookFields)
    }
    guard instruction.row.effect == .writes,
      let field = instruction.operand(where: { if case .field = $0 { true } else { false } })
    else { return false }
    return hookFields.contains(field)
  }
}

/// A set of fields as bits, so that passing effects on costs the same however many there are.
private struct FieldSet: Equatable {
  private var bits = SIMD4<UInt64>()

  mutating func insert(_ field: Int) { bits[field / 64] |= 1 << UInt64(field % 64) }

  var isEmpty: Bool { bits == SIMD4() }

  func contains(_ field: Int) -> Bool { bits[field / 64] >> UInt64(field % 64) & 1 == 1 }

  mutating func formUnion(_ other: FieldSet) { bits |= other.bits }

  func intersects(_ other: FieldSet) -> Bool { bits & other.bits != SIMD4() }

  var fields: Set<UInt8> { Set((0..<256).filter(contains).map { UInt8($0) }) }
}

/// What a function may do, while it is being found.
private struct EffectSet: Equatable {
  var writtenFields = FieldSet()
  var records = false
  var interacts = false
  var callsViews = false

  mutating func formUnion(_ other: EffectSet) -> Bool {
    let before = self
    writtenFields.formUnion(other.writtenFields)
    records = records || other.records
    interacts = interacts || other.interacts
    callsViews = callsViews || other.callsViews
    return before != self
  }

  var effects: FunctionEffects {
    FunctionEffects(
      writtenFields: writtenFields.fields, records: records, interacts: interacts,
      callsViews: callsViews)
  }
}
