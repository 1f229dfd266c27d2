internal import Bytecode
internal import Integers

/// Everything that the compilation of one contract shares.
final class Compilation {
  var diagnostics: Diagnostics
  /// Where the contract's name stands.
  let heading: Span
  var module: Module
  var names = NameTable()
  var constants: [ConstantEntry] = []
  var records: [RecordEntry] = []
  var interfaces: [InterfaceEntry] = []
  var functions: [FunctionEntry] = []
  var documentation = Documentation()
  var acceptance: [(any: Bool, fields: [Expression], scope: Scope)] = []
  private var suggestionCount = 0
  /// Whether the parser found errors, so that some things are unused only because of them.
  let hasSyntaxErrors: Bool
  /// Whether a library is compiled by itself, so that all its functions are kept.
  var isLibrary = false
  /// Constants that are being folded inside each other.
  var constantDepth = 0

  private var integerIndices: [Integer: Int] = [:]
  private var stringIndices: [[UInt8]: Int] = [:]
  private var importIndices: [ImportedSignature: Int] = [:]

  init(heading: Name, diagnostics: Diagnostics) {
    module = Module(name: heading.text)
    self.heading = heading.span
    self.diagnostics = diagnostics
    hasSyntaxErrors = diagnostics.hasErrors
  }

  // MARK: - Pools, in the order of compilation; `finish` puts them in the order of use

  func index(ofInteger value: Integer) -> Int {
    if let index = integerIndices[value] { return index }
    integerIndices[value] = module.integers.count
    module.integers.append(value)
    return module.integers.count - 1
  }

  func index(ofString value: [UInt8]) -> Int {
    if let index = stringIndices[value] { return index }
    stringIndices[value] = module.strings.count
    module.strings.append(value)
    return module.strings.count - 1
  }

  func index(ofImport value: ImportedSignature) -> Int {
    if let index = importIndices[value] { return index }
    importIndices[value] = module.imports.count
    module.imports.append(value)
    return module.imports.count - 1
  }

  // MARK: - Reporting

  /// The candidate that a misspelt word stands for.
  ///
  /// Only the first misspellings are looked into, so that a source full of them takes no longer than
  /// others.
  func meant(_ word: String, among candidates: @autoclosure () -> [String]) -> String? {
    guard suggestionCount < 200 else { return nil }
    suggestionCount += 1
    return Spelling.suggest(word, among: candidates())
  }

  /// Adds an error or a warning.
  func report(
    _ code: SemanticCode, _ message: String, at span: Span, label: String? = nil,
    notes: [Diagnostic.Note] = [], help: String? = nil, fix: Diagnostic.Fix? = nil,
    suggestion: String? = nil
  ) {
    if hasSyntaxErrors, code == .unusedLocal || code == .unusedFunction { return }
    let question = suggestion.map { "did you mean \"\($0)\"?" }
    let severity: Diagnostic.Severity = code.isWarning ? .warning : .error
    diagnostics.add(
      Diagnostic(
        code.rawValue, message, at: span, severity: severity, label: label, notes: notes,
        help: help ?? question, fix: fix ?? suggestion.map { Diagnostic.Fix(span, $0) }))
  }

  /// Says that a name is unknown, or of another sort.
  func reportUnknown(_ sort: NameSort, _ path: [Name], in scope: Scope) {
    guard let first = path.first, let last = path.last else { return }
    let span = Span(file: first.span.file, start: first.span.start, end: last.span.end)
    reportUnknown(sort, path.dotted, at: span, in: scope)
  }

  /// Says that a name is unknown, or of another sort.
  func reportUnknown(_ sort: NameSort, _ name: String, at span: Span, in scope: Scope) {
    if sort != .field, let other = names.sort(of: scope.full(name)), other != sort, other != .field
    {
      let notes = names.span(other, scope.full(name)).map {
        [Diagnostic.Note("declared here", at: $0)]
      }
      report(
        .wrongSort, "\"\(name)\" is \(other.described), not \(sort.described)", at: span,
        notes: notes ?? [])
      return
    }
    let candidate = meant(name, among: names.visible([sort], in: scope))
    let mark = sort == .field ? "@" : ""
    report(
      .unknownName, "there is no \(sort.described.trimmedArticle) \"\(mark)\(name)\"", at: span,
      help: candidate.map { "did you mean \"\(mark)\($0)\"?" },
      fix: candidate.map { Diagnostic.Fix(span, $0) })
  }

  // MARK: - Lookups

  /// The name and the kinds of the parameters of an error of the contract or of an interface.
  func errorParameters(_ path: [Name], in scope: Scope) -> (name: String, kinds: [Kind])? {
    if let index = names.index(.error, scope.full(path.dotted)) {
      let error = module.errors[index]
      return (error.name, error.parameters.map(\.kind))
    }
    for count in path.indices.dropFirst() {
      let owner = scope.full(path[..<count].map(\.text).joined(separator: "."))
      let member = path[count...].map(\.text).joined(separator: ".")
      if let index = names.index(.interface, owner),
        let parameters = interfaces[index].errors[member]
      {
        return (member, parameters.map(\.kind))
      }
    }
    return nil
  }

  /// A kind in words.
  func describe(_ kind: Kind) -> String { module.describe(kind) }
}

extension ArraySlice<Name> {
  /// The names with dots between them.
  var dotted: String { map(\.text).joined(separator: ".") }
}
