internal import Bytecode
internal import Integers

/// Puts compiled functions together: leaves out what nothing reaches, and brings pools, imports and
/// functions into their canonical order.
struct Linker {
  let compilation: Compilation
  let compiled: [CompiledFunction]

  /// The functions that exports, hooks and invariants reach.
  func reachable() -> [Bool] {
    var isReached = [Bool](repeating: false, count: compiled.count)
    var stack: [Int] = []
    for (index, entry) in compilation.functions.enumerated()
    where entry.role != .function || entry.isInvariant || compilation.isLibrary {
      let body = entry.shared ?? index
      if isReached[body] { continue }
      isReached[body] = true
      stack.append(body)
    }
    while let index = stack.popLast() {
      for instruction in compiled[index].code where instruction.opcode == .call {
        let callee = Int(instruction.operands[0])
        if isReached.indices.contains(callee), !isReached[callee] {
          isReached[callee] = true
          stack.append(callee)
        }
      }
    }
    return isReached
  }

  /// The module, and the map of its code; the names of fields and other declarations stand already.
  func link(_ isReached: [Bool]) -> (module: Module, map: [SourceMap.Function]) {
    var module = compilation.module
    module.integers = []
    module.strings = []
    module.imports = []
    var map: [SourceMap.Function] = []
    var newIndices = [Int](repeating: 0, count: compiled.count)
    var count = 0
    for index in compiled.indices where isReached[index] {
      newIndices[index] = count
      count += 1
    }
    for (index, entry) in compilation.functions.enumerated() {
      if let body = entry.shared { newIndices[index] = newIndices[body] }
    }
    var pools = Pools()
    for (index, entry) in compilation.functions.enumerated() where isReached[index] {
      let code = compiled[index].code.map {
        relocate($0, newIndices, &pools, &module)
      }
      module.functions.append(
        Function(
          parameters: entry.parameterKinds, results: entry.resultKinds, registers: BankCounts(),
          code: code))
      map.append(
        SourceMap.Function(
          name: entry.name, declaration: entry.span, spans: compiled[index].spans,
          registers: compiled[index].registerNames, branches: compiled[index].branches))
    }
    addRoles(&module, newIndices)
    let coverage = RegisterCoverage(module: module)
    for index in module.functions.indices {
      module.functions[index].registers = coverage.registers(of: module.functions[index])
    }
    for (index, entry) in compilation.functions.enumerated() where isReached[index] {
      checkRegisters(of: entry, module.functions[newIndices[index]].registers)
    }
    return (module, map)
  }

  /// A code body must declare exactly the registers that it uses.
  private func checkRegisters(of entry: FunctionEntry, _ used: BankCounts) {
    guard case .code(let declared, _, _) = entry.body else { return }
    let counts = [used.int, used.bytes, used.list]
    if declared != counts {
      compilation.report(
        .registerRange,
        "the code of \"\(entry.name)\" uses \(counts[0]) int, \(counts[1]) bytes and "
          + "\(counts[2]) list registers", at: entry.span,
        help: "write code \(counts[0]) \(counts[1]) \(counts[2])")
    }
  }

  private func addRoles(_ module: inout Module, _ newIndices: [Int]) {
    for (index, entry) in compilation.functions.enumerated() where !entry.isInvariant {
      switch entry.role {
      case .initialiser, .export, .view:
        module.exports.append(
          Export(
            name: entry.name, function: newIndices[index], parameters: entry.parameters,
            results: entry.results, payments: entry.payments, isView: entry.role == .view))
      case .hook: module.hooks.append(Hook(name: entry.name, function: newIndices[index]))
      case .function: break
      }
    }
    for index in module.invariants.indices {
      module.invariants[index].function = newIndices[module.invariants[index].function]
    }
  }

  // MARK: - Pools

  private struct Pools {
    var integers: [Int: Int] = [:]
    var strings: [Int: Int] = [:]
    var imports: [Int: Int] = [:]
  }

  private func relocate(
    _ instruction: Instruction, _ newIndices: [Int], _ pools: inout Pools, _ module: inout Module
  ) -> Instruction {
    var instruction = instruction
    for (index, operand) in instruction.row.operands.enumerated() {
      let old = Int(instruction.operands[index])
      let new: Int
      switch operand.kind {
      case .function: new = newIndices.indices.contains(old) ? newIndices[old] : 0
      case .intConstant:
        new = place(old, &pools.integers, &module.integers, compilation.module.integers)
      case .bytesConstant:
        new = place(old, &pools.strings, &module.strings, compilation.module.strings)
      case .imported:
        new = place(old, &pools.imports, &module.imports, compilation.module.imports)
      default: continue
      }
      instruction.operands[index] = UInt16(truncatingIfNeeded: new)
    }
    return instruction
  }

  private func place<Entry>(
    _ old: Int, _ indices: inout [Int: Int], _ pool: inout [Entry], _ from: [Entry]
  ) -> Int {
    if let index = indices[old] { return index }
    indices[old] = pool.count
    if from.indices.contains(old) { pool.append(from[old]) }
    return pool.count - 1
  }
}
