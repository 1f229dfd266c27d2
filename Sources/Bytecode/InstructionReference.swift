import Integers

/// The reference of the instruction set, written from its table.
public enum InstructionReference {
  /// The themes of the instructions, each with the first opcode that belongs to it.
  private static let themes: [(first: Opcode, title: String)] = [
    (.intConst, "Constants and moves"), (.add, "Arithmetic"), (.jump, "Control"),
    (.concat, "Bytes"), (.listNew, "Lists"), (.selfAddress, "The contract and its block"),
    (.loadInt, "Storage"), (.assetOf, "Assets"), (.invoke, "Calls and records"),
  ]

  /// The whole page as Markdown.
  public static func markdown() -> String {
    var page = """
      # Instructions

      Every instruction of the machine, what it takes, costs and traps.

      ## Overview

      This page is written by `aliquot reference` from the instruction table. An instruction is one byte
      and its operands; results come first. Every instruction may trap `OutOfGas`, and every one that
      makes a value `MemoryExceeded`; the column of traps holds the others. The column of gas is the price
      of every execution, and names the formula that adds to it. The exact results, and the order of charges
      and traps, are in [What instructions compute](../../Execution/Execution.docc/InstructionSemantics.md).


      """
    for (index, theme) in themes.enumerated() {
      let end = index + 1 < themes.count ? Int(themes[index + 1].first.rawValue) : 256
      let opcodes = Opcode.allCases.filter {
        (Int(theme.first.rawValue)..<end).contains(Int($0.rawValue))
      }
      page += "## \(theme.title)\n\n"
      page += "| code | instruction | what it does | gas | traps | effect | bytes |\n"
      page += "| --- | --- | --- | --- | --- | --- | --- |\n"
      for opcode in opcodes { page += line(of: opcode) }
      page += "\n"
    }
    return page + operandKinds() + formulas() + traps()
  }

  private static func line(of opcode: Opcode) -> String {
    let row = opcode.row
    let operands = row.operands.map(\.name).joined(separator: ", ")
    let form = operands.isEmpty ? row.mnemonic : "\(row.mnemonic) \(operands)"
    let gas = row.formula == .none ? "\(row.gas)" : "\(row.gas) + \(row.formula)"
    let cells = [
      Hexadecimal.encode([opcode.rawValue]), "`\(form)`",
      row.summary.split(separator: "|").joined(separator: "\\|"), gas,
      row.traps.map(\.name).joined(separator: ", "), describe(row.effect), "\(row.length)",
    ]
    return "| \(cells.joined(separator: " | ")) |\n"
  }

  private static func operandKinds() -> String {
    var text = "## Operands\n\n| instruction | operands |\n| --- | --- |\n"
    for opcode in Opcode.allCases where !opcode.row.operands.isEmpty {
      let operands = opcode.row.operands.map { "\($0.name): \(describe($0.kind))" }
      text += "| `\(opcode.row.mnemonic)` | \(operands.joined(separator: "; ")) |\n"
    }
    return text + "\n"
  }

  private static func formulas() -> String {
    var text = """
      ## Gas formulas

      Sizes n, m, k are those of the operands in 64-bit words of the magnitude, at least one. An integer is
      *narrow* from -2^126 up to 2^126, and *wide* otherwise; "wide" says that nothing is added for narrow
      operands with narrow results. Version \(GasSchedule.version) of the schedule; in full, and exact, in
      [Gas and memory](../../Execution/Execution.docc/Gas.md).

      | formula | what it adds |
      | --- | --- |

      """
    for formula in GasFormula.allCases where formula != .none {
      text += "| \(formula) | \(formula.text) |\n"
    }
    return text + "\n"
  }

  private static func traps() -> String {
    var text = "## Traps\n\n| number | trap | what happened | caught by `try` |\n"
    text += "| --- | --- | --- | --- |\n"
    for trap in Trap.allCases {
      text += "| \(trap.rawValue) | \(trap.name) | \(trap.sentence) | "
      text += "\(trap.isFatal ? "no" : "yes") |\n"
    }
    return text
  }

  /// What an operand is, in words.
  public static func describe(_ kind: OperandKind) -> String {
    switch kind {
    case .int(.read): "int register"
    case .int(.write): "int register, written"
    case .bytes(.read): "bytes register"
    case .bytes(.write): "bytes register, written"
    case .list(.read): "list register"
    case .list(.write): "list register, written"
    case .window(let bank, let shape): "first \(bank) register of \(describe(shape))"
    case .immediate: "signed 16-bit integer"
    case .target: "instruction of the function"
    case .intConstant: "integer constant"
    case .bytesConstant: "bytes constant"
    case .function: "function"
    case .imported: "imported signature"
    case .field: "field"
    case .component: "component of the record"
    case .prefix: "number of leading key components"
    case .event: "event"
    case .error: "error"
    case .assetClass: "asset class"
    case .message: "message"
    case .rounding: Rounding.allCases.map { "\($0)" }.joined(separator: ", ")
    case .scheme: SignatureScheme.allCases.map { "\($0)" }.joined(separator: ", ")
    case .seekMode: SeekMode.allCases.map { "\($0)" }.joined(separator: ", ")
    case .kind: Kind.checkable.map { "\($0)" }.joined(separator: ", ")
    case .payments: "number of payments"
    case .width: "width in bytes"
    }
  }

  private static func describe(_ shape: WindowShape) -> String {
    switch shape {
    case .function: "the function's parameters and results"
    case .results: "the results"
    case .imported: "the signature's parameters and results"
    case .key: "the key"
    case .record: "the record"
    case .event: "the event's fields"
    case .error: "the error's arguments"
    case .message: "the message's fields"
    case .foreignHooks: "the hooks' contracts"
    }
  }

  /// What an instruction does to the world, in a word.
  public static func describe(_ effect: Effect) -> String {
    switch effect {
    case .none: "none"
    case .reads: "reads"
    case .writes: "writes"
    case .records: "records"
    case .interacts: "interacts"
    }
  }
}
