import Assembly
import Bytecode
import Execution

/// Writes instructions with the names of their registers.
extension DebugNames {
  /// The instruction of a step: `store_int @seen, holder, i1`.
  ///
  /// A window stands as the registers that are in it; one that takes none is left out.
  func text(ofStep step: Int) -> String {
    let frame = Int(recording.steps[step].frame)
    let instruction = recording.instruction(of: step)
    let index = Int(recording.steps[step].instruction)
    let module = module(of: frame)
    let code = lines.code(Int(recording.frames[frame].code))
    let functions = module.functions.indices.map { code?.functionName($0) ?? "function \($0)" }
    let writer = InstructionText(of: module, functionNames: functions)
    var operands: [String] = []
    for (place, operand) in instruction.row.operands.enumerated() {
      let number = Int(instruction.operands[place])
      switch operand.kind {
      case .int(let access): operands.append(name(of: number, .int, frame, index, access))
      case .bytes(let access): operands.append(name(of: number, .bytes, frame, index, access))
      case .list(let access): operands.append(name(of: number, .list, frame, index, access))
      case .window(let bank, let shape):
        let count = size(of: shape, bank, instruction, in: frame)
        operands += (number..<number + count).map { name(of: $0, bank, frame, index, .read) }
      case .component where !isRecord(instruction, in: module): break
      default:
        operands.append(shortened(writer.operand(place, of: instruction) { "\($0)" }, to: 40))
      }
    }
    let text = operands.joined(separator: ", ")
    return text.isEmpty ? instruction.row.mnemonic : "\(instruction.row.mnemonic) \(text)"
  }

  private func name(
    of number: Int, _ bank: Bank, _ frame: Int, _ instruction: Int, _ access: Access
  ) -> String {
    // What an instruction writes has its name from the next one on.
    let place = access == .write ? instruction + 1 : instruction
    let named = namedRegisters(of: frame, at: place).last {
      $0.bank == bank && $0.number == number
    }
    return named?.name ?? plain(bank, number).name
  }

  private func isRecord(_ instruction: Instruction, in module: Module) -> Bool {
    let field = instruction.operand { if case .field = $0 { true } else { false } } ?? 0
    return module.fields.indices.contains(field) && module.fields[field].isRecord
  }

  /// How many registers of a bank a window has.
  private func size(
    of shape: WindowShape, _ bank: Bank, _ instruction: Instruction, in frame: Int
  ) -> Int {
    let counts = BankCounts(kinds(of: shape, instruction, in: frame))
    switch bank {
    case .int: return counts.int
    case .bytes: return counts.bytes
    case .list: return counts.list
    }
  }

  /// The kinds of the values that a window takes.
  private func kinds(
    of shape: WindowShape, _ instruction: Instruction, in frame: Int
  ) -> [Kind] {
    let module = module(of: frame)
    func declared<Element>(
      _ list: [Element], _ matches: (OperandKind) -> Bool
    ) -> Element? {
      instruction.operand(where: matches).flatMap {
        list.indices.contains($0) ? list[$0] : nil
      }
    }
    func count(_ matches: (OperandKind) -> Bool) -> Int {
      instruction.operand(where: matches) ?? 0
    }
    switch shape {
    case .function:
      return declared(module.functions) { if case .function = $0 { true } else { false } }?
        .parameters ?? []
    case .results: return module.functions[Int(recording.frames[frame].function)].results
    case .imported:
      let taken =
        declared(module.imports) { if case .imported = $0 { true } else { false } }?
        .parameters ?? []
      let paid = count { if case .payments = $0 { true } else { false } }
      return taken + (0..<paid).flatMap { _ in [Kind.asset, .int] }
    case .key:
      let field = declared(module.fields) { if case .field = $0 { true } else { false } }
      return field?.key.map(\.kind) ?? []
    case .record:
      return declared(module.fields) { if case .field = $0 { true } else { false } }?
        .components ?? []
    case .event:
      return declared(module.events) { if case .event = $0 { true } else { false } }?
        .parameters.map(\.kind) ?? []
    case .error:
      return declared(module.errors) { if case .error = $0 { true } else { false } }?
        .parameters.map(\.kind) ?? []
    case .message:
      return declared(module.messages) { if case .message = $0 { true } else { false } }?
        .parameters.map(\.kind) ?? []
    case .foreignHooks:
      let made = declared(module.classes) { if case .assetClass = $0 { true } else { false } }
      return (made?.hooks ?? []).filter(\.isForeign).map { _ in .address }
    }
  }
}
