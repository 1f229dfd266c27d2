import Bytecode

/// A register of a function that an instruction writes.
struct RegisterAccess: Hashable {
  /// The bank.
  let bank: Bank
  /// The number in the bank.
  let number: Int

  /// The int and bytes registers that an instruction writes when it succeeds.
  ///
  /// Registers of lists are left out, since what is done to lists depends on the instruction, and what a
  /// call inside the contract leaves is the callee's doing.
  static func written(by instruction: Instruction, in module: Module) -> [RegisterAccess] {
    let o = instruction.operands
    var written: [RegisterAccess] = []
    for (index, operand) in instruction.row.operands.enumerated() {
      switch operand.kind {
      case .int(.write): written.append(RegisterAccess(bank: .int, number: Int(o[index])))
      case .bytes(.write): written.append(RegisterAccess(bank: .bytes, number: Int(o[index])))
      default: break
      }
    }
    switch instruction.opcode {
    case .invoke where module.imports.indices.contains(Int(o[0])):
      written += window(module.imports[Int(o[0])].results, ints: o[2], strings: o[3])
    case .seek where module.fields.indices.contains(Int(o[1])):
      written += window(module.fields[Int(o[1])].key.map(\.kind), ints: o[4], strings: o[5])
    default: break
    }
    return written
  }

  private static func window(
    _ kinds: [Kind], ints: UInt16, strings: UInt16
  ) -> [RegisterAccess] {
    let counts = BankCounts(kinds)
    return (0..<counts.int).map { RegisterAccess(bank: .int, number: Int(ints) + $0) }
      + (0..<counts.bytes).map { RegisterAccess(bank: .bytes, number: Int(strings) + $0) }
  }
}
