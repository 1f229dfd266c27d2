internal import Bytecode

/// Makes contracts from their sources.
public struct Assembler: Sendable {
  /// Finds the text of a library: given the path that `use` names and the path of the file that says
  /// so, it gives the path under which the library is known and its text.
  public typealias Loader =
    @Sendable (_ path: String, _ from: String) -> (path: String, text: [UInt8])?

  private let load: Loader

  /// Makes an assembler that finds libraries with `load`.
  public init(load: @escaping Loader = { _, _ in nil }) {
    self.load = load
  }

  /// Assembles a contract.
  ///
  /// - Parameters:
  ///   - path: The path that messages show.
  ///   - text: The source, which should be UTF-8.
  /// - Returns: The contract if there was no error, and in any case what there is to say.
  public func assemble(path: String, text: [UInt8]) -> Assembled {
    assemble(path: path, text: text, isLibraryWelcome: false)
  }

  /// Assembles a library as a contract of its own, so that its functions can be called one by one.
  ///
  /// Its functions become views, or exports if they change something; those that take or give a list stay
  /// inside, since no list leaves a contract. A contract is assembled as it is.
  public func assembleLibrary(path: String, text: [UInt8]) -> Assembled {
    assemble(path: path, text: text, isLibraryWelcome: true)
  }

  private func assemble(path: String, text: [UInt8], isLibraryWelcome: Bool) -> Assembled {
    var loading = SourceLoading(load: load)
    loading.isLibraryWelcome = isLibraryWelcome
    guard let root = loading.loadContract(path: path, text: text) else {
      return Assembled(
        diagnostics: loading.diagnostics.sorted, sources: loading.diagnostics.sources,
        artifact: nil)
    }
    let compilation = Compilation(heading: root.name, diagnostics: loading.diagnostics)
    compilation.isLibrary = root.isLibrary
    compilation.checkLength(root.name.text, at: root.name.span)
    compilation.documentation.describe(contract: root.documentation)
    for (alias, scope) in loading.aliases {
      compilation.enter(.library, alias, index: 0, in: scope)
    }
    compilation.declare(loading.items)
    let artifact = compilation.compile()
    return Assembled(
      diagnostics: compilation.diagnostics.sorted, sources: compilation.diagnostics.sources,
      artifact: artifact)
  }

  /// Assembles a contract.
  public func assemble(path: String, text: String) -> Assembled {
    assemble(path: path, text: Array(text.utf8))
  }
}

extension Compilation {
  /// Compiles all functions; gives nil if there was an error.
  func compile() -> Artifact? {
    let compiled = functions.map { FunctionCompiler($0, in: self).compileFunction() }
    let effects = EffectChecker(compilation: self, compiled: compiled)
    if isLibrary { openFunctions(changing: effects.changing) }
    effects.check()
    let linker = Linker(compilation: self, compiled: compiled)
    let isReached = linker.reachable()
    for (index, entry) in functions.enumerated()
    where !isReached[index] && entry.shared == nil && entry.scope.prefix.isEmpty {
      report(
        .unusedFunction, "\"\(entry.name)\" is never called, so it is left out", at: entry.span)
    }
    checkPools()
    guard !diagnostics.hasErrors else { return nil }
    let (module, map) = linker.link(isReached)
    checkLimits(of: module, map)
    guard !diagnostics.hasErrors else { return nil }
    return Artifact(
      module: module,
      map: SourceMap(files: diagnostics.sources.files.map(\.path), functions: map),
      documentation: documentation)
  }
}

extension Compilation {
  /// Lets the functions of a library be called from outside: as views, or as exports if they change
  /// something.
  private func openFunctions(changing: [Bool]) {
    for (index, entry) in functions.enumerated()
    where entry.role == .function && entry.scope.prefix.isEmpty && entry.name != "init"
      && !(entry.parameterKinds + entry.resultKinds).contains(.list)
    {
      functions[index].role = changing[entry.shared ?? index] ? .export : .view
    }
  }
}
