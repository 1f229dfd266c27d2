internal import Bytecode

/// The rows of values that windows hold, and with them the registers that a function needs.
struct RegisterCoverage {
  /// The module, whose functions have their parameters and results already.
  let module: Module

  /// The registers that a function needs: one past the highest that it names or covers.
  func registers(of function: Function) -> BankCounts {
    var counts = BankCounts(function.parameters)
    for instruction in function.code {
      for (index, operand) in instruction.row.operands.enumerated() {
        let register = Int(instruction.operands[index])
        switch operand.kind {
        case .int: counts.int = max(counts.int, register + 1)
        case .bytes: counts.bytes = max(counts.bytes, register + 1)
        case .list: counts.list = max(counts.list, register + 1)
        case .window(let bank, let shape):
          let count = count(of: shape, in: bank, instruction, function)
          if count > 0 || instruction.opcode == .call {
            counts[bank] = max(counts[bank], register + count)
          }
        default: break
        }
      }
    }
    return counts
  }

  /// How many values of a bank a window holds.
  private func count(
    of shape: WindowShape, in bank: Bank, _ instruction: Instruction, _ function: Function
  ) -> Int {
    rows(of: shape, instruction, function).map { BankCounts($0)[bank] }.max() ?? 0
  }

  /// The rows of values that a window holds, before or after the instruction.
  private func rows(
    of shape: WindowShape, _ instruction: Instruction, _ function: Function
  ) -> [[Kind]] {
    switch shape {
    case .results: return [function.results]
    case .function:
      let callee = module.functions[
        index(instruction) { if case .function = $0 { true } else { false } }]
      return [callee.parameters, callee.results]
    case .imported:
      let signature = module.imports[
        index(instruction) { if case .imported = $0 { true } else { false } }]
      let payments = index(instruction) { if case .payments = $0 { true } else { false } }
      let attached = (0..<payments).flatMap { _ in [Kind.asset, Kind.int] }
      let results = instruction.opcode == .invoke ? signature.results : []
      return [signature.parameters + attached, results]
    case .key: return [field(instruction).key.map(\.kind)]
    case .record: return [field(instruction).components]
    case .event:
      return [
        module.events[index(instruction) { if case .event = $0 { true } else { false } }]
          .parameters.map(\.kind)
      ]
    case .error:
      return [
        module.errors[index(instruction) { if case .error = $0 { true } else { false } }]
          .parameters.map(\.kind)
      ]
    case .message:
      return [
        module.messages[index(instruction) { if case .message = $0 { true } else { false } }]
          .parameters.map(\.kind)
      ]
    case .foreignHooks:
      let hooked = module.classes[
        index(instruction) { if case .assetClass = $0 { true } else { false } }]
      return [[Kind](repeating: .address, count: hooked.foreignHookCount)]
    }
  }

  private func index(_ instruction: Instruction, _ matches: (OperandKind) -> Bool) -> Int {
    instruction.operand(where: matches) ?? 0
  }

  private func field(_ instruction: Instruction) -> Field {
    module.fields[index(instruction) { if case .field = $0 { true } else { false } }]
  }
}
