import Assembly
import Bytecode
import Verification

/// A contract as commands work with it: verified code, and its source if there is one.
struct ContractCode: Sendable {
  /// The file that it came from, or the contract's name if it came from no file.
  let path: String
  /// What may run.
  let verified: VerifiedModule
  /// What the assembler made of the source; nil for a file of bytes.
  let artifact: Artifact?
  /// The files of the source.
  let sources: SourceSet
  /// Whether it is a library, which stands for itself only in tests.
  var isLibrary = false

  /// Where its instructions come from; nil for a file of bytes.
  var map: SourceMap? { artifact?.map }
  /// What the source says about its declarations.
  var documentation: Documentation? { artifact?.documentation }
  /// The module.
  var module: Module { verified.module }
  /// The hash by which the code is known.
  var codeHash: Identifier { Identifier(verified.codeHash) ?? .zero }

  /// Where an instruction comes from, for people.
  struct Site: Hashable, Sendable {
    let path: String
    let line: Int
    let column: Int
    /// The text of the line.
    let text: String

    /// The path, line and column.
    var place: String { "\(path):\(line):\(column)" }

    /// The place for programs.
    var json: JSON {
      [
        "file": .string(path), "line": .number(line), "column": .number(column),
        "text": .string(text),
      ]
    }
  }

  /// Where an instruction comes from.
  func site(function: Int, instruction: Int) -> Site? {
    guard let map, map.functions.indices.contains(function),
      map.functions[function].spans.indices.contains(instruction)
    else { return nil }
    return site(at: map.functions[function].spans[instruction])
  }

  /// The place where a span begins.
  func site(at span: Span) -> Site {
    let (path, location) = sources.location(of: span)
    return Site(
      path: path, line: location.line, column: location.column,
      text: sources[span.file].text(ofLine: location.line))
  }

  /// The name of a function: from the source, or from what the module exports.
  func functionName(_ index: Int) -> String {
    if let map, map.functions.indices.contains(index) { return map.functions[index].name }
    if let export = module.exports.first(where: { $0.function == index }) { return export.name }
    if let hook = module.hooks.first(where: { $0.function == index }) { return hook.name }
    if let invariant = module.invariants.first(where: { $0.function == index }) {
      return "invariant \"\(invariant.title)\""
    }
    return "function \(index)"
  }

  /// The name of a register before an instruction, or its letter and number.
  func registerName(_ register: Int, in bank: Bank, function: Int, instruction: Int) -> String {
    if let map, map.functions.indices.contains(function),
      let name = map.functions[function].name(of: register, in: bank, at: instruction)
    {
      return name
    }
    return "\("\(bank)".prefix(1))\(register)"
  }

  /// The kind of a named register before an instruction.
  func registerKind(_ register: Int, in bank: Bank, function: Int, at instruction: Int) -> Kind? {
    guard let map, map.functions.indices.contains(function) else { return nil }
    return map.functions[function].registers.last {
      $0.register == register && $0.kind.bank == bank && $0.from <= instruction
        && instruction < $0.to
    }?.kind
  }

  /// The parameters of a function with their names: those declared, then its payments.
  func parameters(ofFunction index: Int) -> [Parameter] {
    guard module.functions.indices.contains(index) else { return [] }
    let kinds = module.functions[index].parameters
    if let export = module.exports.first(where: { $0.function == index }) {
      let paid = export.payments.flatMap {
        [Parameter("\($0).asset", .asset), Parameter("\($0).amount", .int)]
      }
      let all = export.parameters + paid
      if all.map(\.kind) == kinds { return all }
    }
    var next: [Bank: Int] = [:]
    return kinds.map { kind in
      let register = next[kind.bank, default: 0]
      next[kind.bank] = register + 1
      return Parameter(
        registerName(register, in: kind.bank, function: index, instruction: 0), kind)
    }
  }

  /// The results of a function with their names, if it is exported.
  func results(ofFunction index: Int) -> [Parameter] {
    if let export = module.exports.first(where: { $0.function == index }) {
      return export.results
    }
    guard module.functions.indices.contains(index) else { return [] }
    return module.functions[index].results.map { Parameter("", $0) }
  }
}

extension ContractCode {
  /// Code without a file and without a source.
  init(_ verified: VerifiedModule) {
    self.init(
      path: verified.module.name, verified: verified, artifact: nil, sources: SourceSet())
  }
}
