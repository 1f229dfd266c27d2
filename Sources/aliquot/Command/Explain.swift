import ArgumentParser
import Assembly
import Bytecode

/// Tells the rest about a code, a trap or an instruction.
struct Explain: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explain a diagnostic code, a trap, an instruction, or the exit codes.",
    discussion: """
      Examples:
        aliquot explain E0207
        aliquot explain DivisionByZero
        aliquot explain muldiv
        aliquot explain exit-codes
        aliquot explain --list
      """)

  @Argument(help: "A code, the name or number of a trap, a mnemonic, or exit-codes.")
  var subject: String?

  @Flag(help: "List everything that can be explained.")
  var list = false

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if subject == nil, !list {
      throw ValidationError("Say what to explain, for example E0207, or use --list.")
    }
  }

  func perform() throws -> Outcome {
    let paint = global.paint(.output)
    guard let subject, !list else { return ExplainPages.contents(paint) }
    return try ExplainPages.page(subject, paint)
  }
}

/// The pages that `explain` shows.
enum ExplainPages {
  /// The page about a subject.
  static func page(_ subject: String, _ paint: Paint) throws(CommandFailure) -> Outcome {
    if subject.lowercased() == "exit-codes" { return exitCodes(paint) }
    if let explanation = Explanations.explanation(of: subject) {
      return page(explanation, paint)
    }
    if let trap = trap(subject) { return page(trap, paint) }
    if let opcode = Opcode(mnemonic: subject.lowercased()) { return page(opcode, paint) }
    let meant = Suggestion.nearest(to: subject, among: subjects)
    throw CommandFailure(
      .notFound, "nothing is known of \"\(subject)\"",
      help: meant.map { "did you mean \"\($0)\"?" }
        ?? "`aliquot explain --list` shows what can be explained")
  }

  private static var subjects: [String] {
    Explanations.all.map(\.code) + Trap.allCases.map(\.name)
      + Opcode.allCases.map(\.row.mnemonic) + ["exit-codes"]
  }

  private static func trap(_ subject: String) -> Trap? {
    if let number = UInt16(subject) { return Trap(rawValue: number) }
    return Trap.allCases.first { $0.name.lowercased() == subject.lowercased() }
  }

  private static func page(_ explanation: Explanation, _ paint: Paint) -> Outcome {
    func indented(_ text: String) -> String {
      text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.isEmpty ? "\n" : "    \($0)\n" }.joined()
    }
    let text = """
      \(paint.bold("\(explanation.code): \(explanation.title)"))

      \(explanation.text)

      \(paint.red("wrong"))
      \(indented(explanation.badExcerpt))
      \(paint.green("right"))
      \(indented(explanation.good))
      """
    return Outcome(
      text: text,
      result: [
        "sort": "diagnostic", "code": .string(explanation.code),
        "title": .string(explanation.title), "text": .string(explanation.text),
        "bad": .string(explanation.badExcerpt), "good": .string(explanation.good),
      ])
  }

  private static func page(_ trap: Trap, _ paint: Paint) -> Outcome {
    let raising = Opcode.allCases.filter { $0.row.traps.contains(trap) }.map(\.row.mnemonic)
    let from =
      switch trap {
      case .outOfGas: "every instruction"
      case .memoryExceeded: "every instruction that makes a value"
      default: raising.isEmpty ? "the machine itself" : raising.joined(separator: ", ")
      }
    let text = """
      \(paint.bold("\(trap.name) (trap \(trap.rawValue))"))

      The machine stopped the contract: \(trap.sentence).
      \(trap.isFatal ? "It ends the whole transaction; no `try` catches it." : "`try` catches it.")

      Raised by: \(from)

      """
    return Outcome(
      text: text,
      result: [
        "sort": "trap", "name": .string(trap.name), "number": .number(Int(trap.rawValue)),
        "sentence": .string(trap.sentence), "isFatal": .bool(trap.isFatal),
        "instructions": .array(raising.map { .string($0) }),
      ])
  }

  private static func page(_ opcode: Opcode, _ paint: Paint) -> Outcome {
    let row = opcode.row
    let operands = row.operands.map { "\($0.name) (\(InstructionReference.describe($0.kind)))" }
    let formula = row.formula.text
    var lines = [
      paint.bold(row.mnemonic), "", row.summary, "",
      "operands  \(operands.isEmpty ? "none" : operands.joined(separator: ", "))",
      "gas       \(row.gas)\(formula.isEmpty ? "" : " + \(formula)")",
      "traps     \(row.traps.isEmpty ? "none" : row.traps.map(\.name).joined(separator: ", "))",
      "effect    \(InstructionReference.describe(row.effect))",
      "encoding  0x\(Hexadecimal.encode([opcode.rawValue])), \(row.length) bytes",
    ]
    lines.append("")
    return Outcome(
      text: lines.joined(separator: "\n"),
      result: [
        "sort": "instruction", "mnemonic": .string(row.mnemonic),
        "opcode": .number(Int(opcode.rawValue)), "summary": .string(row.summary),
        "operands": .array(
          row.operands.map {
            [
              "name": .string($0.name),
              "kind": .string(InstructionReference.describe($0.kind)),
            ]
          }),
        "gas": .number(row.gas), "formula": .string(formula),
        "traps": .array(row.traps.map { .string($0.name) }),
        "effect": .string(InstructionReference.describe(row.effect)),
        "length": .number(row.length),
      ])
  }

  private static func exitCodes(_ paint: Paint) -> Outcome {
    var table = Table(["code", "name", "meaning"], right: ["code"])
    for status in ExitStatus.allCases {
      table.add(String(status.rawValue), "\(status)", status.meaning)
    }
    return Outcome(
      text: table.text(paint: paint),
      result: [
        "sort": "exit-codes",
        "codes": .array(
          ExitStatus.allCases.map {
            [
              "code": .number(Int($0.rawValue)), "name": .string("\($0)"),
              "meaning": .string($0.meaning),
            ]
          }),
      ])
  }

  /// Everything that can be explained.
  static func contents(_ paint: Paint) -> Outcome {
    var codes = Table(["code", "title"])
    for explanation in Explanations.all { codes.add(explanation.code, explanation.title) }
    var traps = Table(["trap", "number", "what happened"], right: ["number"])
    for trap in Trap.allCases { traps.add(trap.name, String(trap.rawValue), trap.sentence) }
    var instructions = Table(["instruction", "what it does"])
    for opcode in Opcode.allCases {
      instructions.add(opcode.row.mnemonic, opcode.row.summary)
    }
    let parts = [codes, traps, instructions].map { $0.text(paint: paint) }
    return Outcome(
      text: parts.joined(separator: "\n"),
      result: [
        "diagnostics": .array(
          Explanations.all.map { ["code": .string($0.code), "title": .string($0.title)] }),
        "traps": .array(
          Trap.allCases.map {
            [
              "name": .string($0.name), "number": .number(Int($0.rawValue)),
              "sentence": .string($0.sentence),
            ]
          }),
        "instructions": .array(
          Opcode.allCases.map {
            ["mnemonic": .string($0.row.mnemonic), "summary": .string($0.row.summary)]
          }),
      ])
  }
}
