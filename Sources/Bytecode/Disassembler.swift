internal import Integers

/// Writes a module as a source, so that assembling the source gives the same module.
///
/// Declarations look as people write them; bodies are instructions with explicit registers. Constants
/// stand where they are used, because the assembler builds the pools anew in the order of first use.
public struct Disassembler {
  private let module: Module
  private let functionNames: [String]
  private let instructionText: InstructionText
  private var lines: [String] = []

  /// The source of a valid module.
  public static func text(of module: Module) -> String {
    var disassembler = Disassembler(module)
    disassembler.writeDeclarations()
    disassembler.writeFunctions()
    return disassembler.lines.joined(separator: "\n") + "\n"
  }

  private init(_ module: Module) {
    self.module = module
    functionNames = Disassembler.functionNames(of: module)
    instructionText = InstructionText(of: module, functionNames: functionNames)
  }

  /// The names under which the functions of a module are called: those of exports and hooks that have a
  /// body of their own, and numbers for the others.
  public static func functionNames(of module: Module) -> [String] {
    var prefix = "f"
    let taken = Set(module.exports.map(\.name) + module.hooks.map(\.name))
    while taken.contains(where: { $0.hasPrefix(prefix) && $0.dropFirst(prefix.count).isNumber }) {
      prefix += "_"
    }
    var names = module.functions.indices.map { "\(prefix)\($0)" }
    guard isInOrder(module) else { return names }
    for hook in module.hooks where names.indices.contains(hook.function) {
      names[hook.function] = hook.name
    }
    for export in module.exports where names.indices.contains(export.function) {
      names[export.function] = export.name
    }
    return names
  }

  /// Whether each export, hook and invariant has a function of its own, in the order of functions, and
  /// every function that is called has a name to be called by.
  private static func isInOrder(_ module: Module) -> Bool {
    let exported = Set(module.exports.map(\.name))
    if module.hooks.contains(where: { exported.contains($0.name) }) { return false }
    let invariants = Set(module.invariants.map(\.function))
    for instruction in module.functions.lazy.flatMap(\.code)
    where instruction.opcode == .call && invariants.contains(Int(instruction.operands[0])) {
      return false
    }
    let rows = [
      module.exports.map(\.function), module.hooks.map(\.function),
      module.invariants.map(\.function),
    ]
    let all = rows.joined()
    return Set(all).count == all.count
      && rows.allSatisfy { row in zip(row, row.dropFirst()).allSatisfy { $0 < $1 } }
  }

  // MARK: - Declarations

  private mutating func writeDeclarations() {
    lines.append("contract \(module.name)")
    for declared in module.enums {
      section("enum \(declared.name) (\(declared.cases.joined(separator: ", ")))", after: "enum ")
    }
    writeRecords()
    for declared in module.classes { section(text(of: declared), after: "class ") }
    writeFields()
    for event in module.events { section("event \(text(of: event))", after: "event ") }
    for error in module.errors {
      let carried = error.parameters.isEmpty ? error.name : text(of: error)
      section("error \(carried)", after: "error ")
    }
    for message in module.messages { section("message \(text(of: message))", after: "message ") }
    switch module.acceptance {
    case .none: break
    case .any: section("accepts any", after: nil)
    case .fields(let fields):
      let names = fields.map { "@\(name(ofField: Int($0)))" }
      section("accepts \(names.joined(separator: ", "))", after: nil)
    }
  }

  /// Adds a line, behind an empty one unless the line before begins alike.
  private mutating func section(_ line: String, after start: String?) {
    if let start, let last = lines.last, last.hasPrefix(start) {
      lines.append(line)
    } else {
      lines += ["", line]
    }
  }

  private func name(ofField index: Int) -> String {
    module.fields.indices.contains(index) ? module.fields[index].name : "?"
  }

  private mutating func writeRecords() {
    var seen: Set<String> = []
    for field in module.fields {
      guard case .record(let name, let components) = field.value, seen.insert(name).inserted
      else { continue }
      lines += ["", "record \(name)"]
      for component in components {
        lines.append("    \(component.name) \(module.describe(component.kind))")
      }
    }
  }

  private mutating func writeFields() {
    if module.fields.isEmpty { return }
    lines += ["", "state"]
    for field in module.fields {
      let value: String
      switch field.value {
      case .plain(let kind): value = module.describe(kind)
      case .record(let name, _): value = name
      }
      guard !field.key.isEmpty else {
        lines.append("    \(field.name) \(value)")
        continue
      }
      let key = field.key.map { "\($0.name) \(module.describe($0.kind))" }
      lines.append(
        "    \(field.name) \(field.isSummed ? "summed " : "")map \(key.joined(separator: ", ")) -> \(value)"
      )
    }
  }

  private func text(of declared: AssetClass) -> String {
    var text = "class \(declared.name) \(SourceLiteral.text(declared.title))"
    if declared.isKeyed { text += " each" }
    text += " decimals \(declared.decimals)"
    if declared.isSingle { text += " single" }
    if declared.isBurnable { text += " burnable" }
    if declared.isForceable { text += " forceable" }
    for hook in declared.hooks {
      text += " hook \(hook.isForeign ? "other " : "")\(hook.name) gas \(hook.gas)"
    }
    return text
  }

  private func text(of declared: Declaration) -> String {
    "\(declared.name) \(list(declared.parameters))"
  }

  private func list(_ parameters: [Parameter]) -> String {
    let parts = parameters.map { "\($0.name) \(module.describe($0.kind))" }
    return "(\(parts.joined(separator: ", ")))"
  }

  /// Kinds as parameters with made-up names.
  private func list(_ kinds: [Kind], _ letter: String) -> String {
    list(kinds.enumerated().map { Parameter("\(letter)\($0.offset)", $0.element) })
  }

  // MARK: - Functions

  private mutating func writeFunctions() {
    let isInOrder = Disassembler.isInOrder(module)
    for (index, function) in module.functions.enumerated() {
      let heading = isInOrder ? roleHeading(of: index) : nil
      lines += ["", heading ?? internalHeading(of: index)]
      write(function)
    }
    if isInOrder { return }
    for export in module.exports {
      lines += ["", "\(heading(of: export)) = \(functionNames[export.function])"]
    }
    for hook in module.hooks {
      lines += ["", "\(heading(of: hook)) = \(functionNames[hook.function])"]
    }
    for invariant in module.invariants {
      lines += ["", "\(heading(of: invariant)) = \(functionNames[invariant.function])"]
    }
  }

  private func roleHeading(of index: Int) -> String? {
    if let export = module.exports.first(where: { $0.function == index }) {
      return heading(of: export)
    }
    if let hook = module.hooks.first(where: { $0.function == index }) { return heading(of: hook) }
    return module.invariants.first { $0.function == index }.map { heading(of: $0) }
  }

  private func heading(of export: Export) -> String {
    let word = export.isView ? "view " : export.name == "init" ? "" : "export "
    var text = "\(word)\(export.name) \(list(export.parameters))"
    if !export.results.isEmpty || export.isView { text += " -> \(list(export.results))" }
    if !export.payments.isEmpty {
      text += " payable (\(export.payments.joined(separator: ", ")))"
    }
    return text
  }

  private func heading(of hook: Hook) -> String { "hook \(hook.name) \(list(Hook.parameters))" }

  private func heading(of invariant: Invariant) -> String {
    "invariant \(invariant.isEnforced ? "enforced " : "")\(SourceLiteral.text(invariant.title))"
  }

  private func internalHeading(of index: Int) -> String {
    let function = module.functions[index]
    let results = function.results.isEmpty ? "" : " -> \(list(function.results, "r"))"
    return "fn \(functionNames[index]) \(list(function.parameters, "p"))\(results)"
  }

  private mutating func write(_ function: Function) {
    let counts = function.registers
    lines.append("    code \(counts.int) \(counts.bytes) \(counts.list)")
    let targets = Set(function.code.compactMap(\.target))
    for (index, instruction) in function.code.enumerated() {
      if targets.contains(index) { lines.append("    L\(index):") }
      lines.append("        \(instructionText.text(of: instruction) { "L\($0)" })")
    }
    lines.append("end")
  }
}

extension Substring {
  /// Whether it is made of digits.
  fileprivate var isNumber: Bool { !isEmpty && utf8.allSatisfy { (0x30...0x39).contains($0) } }
}
