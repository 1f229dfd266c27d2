internal import Bytecode

/// Shows the instructions of a contract under the lines of its source.
///
/// Every instruction has its offset in its function, its operands by name, and its gas: the base price,
/// and where there is more the name of the formula, which is explained at the end.
public struct Listing {
  private let artifact: Artifact
  private let sources: SourceSet
  private let instructionText: InstructionText
  private var lines: [String] = []
  private var formulas: [GasFormula] = []

  /// One instruction of the module.
  private struct Position {
    var function: Int
    var instruction: Int
  }

  /// The listing of a contract.
  ///
  /// - Parameters:
  ///   - artifact: The contract.
  ///   - sources: The files from which it was assembled.
  /// - Returns: The text, which ends with a line break.
  public static func text(of artifact: Artifact, sources: SourceSet) -> String {
    var listing = Listing(artifact, sources)
    listing.write()
    return listing.lines.joined(separator: "\n") + "\n"
  }

  private init(_ artifact: Artifact, _ sources: SourceSet) {
    self.artifact = artifact
    self.sources = sources
    instructionText = InstructionText(
      of: artifact.module, functionNames: artifact.map.functions.map(\.name))
  }

  private mutating func write() {
    var positions = sources.files.map { [[Position]](repeating: [], count: $0.lineCount + 1) }
    for (function, map) in artifact.map.functions.enumerated() {
      for (instruction, span) in map.spans.enumerated() where positions.indices.contains(span.file)
      {
        let line = sources[span.file].line(at: span.start)
        positions[span.file][line].append(Position(function: function, instruction: instruction))
      }
    }
    for (index, file) in sources.files.enumerated() {
      if index > 0 { lines += ["", "; \(file.path)", ""] }
      var lastFunction: Int?
      for line in 1...file.lineCount {
        let text = file.text(ofLine: line)
        if line == file.lineCount, text.isEmpty { break }
        lines.append(text.isEmpty ? Self.number(line) : "\(Self.number(line))  \(text)")
        for position in positions[index][line] {
          if position.function != lastFunction { writeHeading(position.function) }
          lastFunction = position.function
          write(position)
        }
      }
    }
    writeFormulas()
  }

  private static func number(_ line: Int) -> String { pad("\(line)", to: 5, isRight: true) }

  private mutating func writeHeading(_ function: Int) {
    let counts = artifact.module.functions[function].registers
    lines.append(
      "       ; \(artifact.map.functions[function].name): registers \(counts.int) int, "
        + "\(counts.bytes) bytes, \(counts.list) list")
  }

  private mutating func write(_ position: Position) {
    let instruction = artifact.module.functions[position.function].code[position.instruction]
    let row = instruction.row
    var operands: [String] = []
    for (index, operand) in row.operands.enumerated() {
      let text = instructionText.operand(index, of: instruction) { "\($0)" }
      operands.append("\(operand.name)=\(text)\(name(of: operand, index, instruction, position))")
    }
    var gas = "\(row.gas)"
    if row.formula != .none {
      gas += " + \(row.formula)"
      if !formulas.contains(row.formula) { formulas.append(row.formula) }
    }
    let offset = Self.pad("\(position.instruction)", to: 11, isRight: true)
    let mnemonic = Self.pad(row.mnemonic + " ", to: 17)
    let code = Self.pad("\(offset)  \(mnemonic)\(operands.joined(separator: ", "))", to: 79)
    lines.append("\(code) ; \(gas)")
  }

  /// The source's name of a register, in parentheses.
  private func name(
    of operand: Operand, _ index: Int, _ instruction: Instruction, _ position: Position
  ) -> String {
    let bank: Bank
    var isResult = false
    switch operand.kind {
    case .int(let access):
      bank = .int
      isResult = access == .write
    case .bytes(let access):
      bank = .bytes
      isResult = access == .write
    case .list(let access):
      bank = .list
      isResult = access == .write
    default: return ""
    }
    let map = artifact.map.functions[position.function]
    let register = Int(instruction.operands[index])
    let name =
      map.name(of: register, in: bank, at: position.instruction)
      ?? (isResult ? map.name(of: register, in: bank, at: position.instruction + 1) : nil)
    return name.map { "(\($0))" } ?? ""
  }

  private mutating func writeFormulas() {
    if formulas.isEmpty { return }
    lines += ["", "; gas that depends on operands or on the world:"]
    for formula in GasFormula.allCases where formulas.contains(formula) {
      lines.append(";   \(Self.pad("\(formula)", to: 16)) \(formula.text)")
    }
  }

  private static func pad(_ text: String, to width: Int, isRight: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, width - text.unicodeScalars.count))
    return isRight ? space + text : text + space
  }
}
