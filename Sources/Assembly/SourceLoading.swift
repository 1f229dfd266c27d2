/// Reads a contract and the libraries it uses, and lays out their declarations in one row.
struct SourceLoading {
  let load: Assembler.Loader
  var diagnostics = Diagnostics()
  /// All declarations; those of a library stand where it is used.
  private(set) var items: [PlacedItem] = []
  /// The names under which libraries are used.
  private(set) var aliases: [(alias: Name, scope: Scope)] = []

  /// Whether the first file may be a library.
  var isLibraryWelcome = false

  private var parsed: [String: SourceFile] = [:]
  private var size = 0
  private var uses = 0

  /// Libraries inside libraries.
  static let depthMax = 16
  /// Uses of libraries in one contract.
  static let usesMax = 256
  /// Bytes of all files.
  static let sizeMax = 8 << 20
  /// Declarations, those of a library counted for every use.
  static let itemsMax = 65_536

  init(load: @escaping Assembler.Loader) {
    self.load = load
  }

  /// Reads the contract's own file and all that it uses.
  mutating func loadContract(path: String, text: [UInt8]) -> SourceFile? {
    guard let file = read(path: path, text: text, at: Span(file: 0, start: 0, end: 0)) else {
      return nil
    }
    if file.isLibrary, !isLibraryWelcome {
      diagnostics.error(
        SemanticCode.notALibrary.rawValue, "a library is not a contract", at: file.name.span,
        help: "assemble a contract that uses it")
    }
    place(file, at: path, in: Scope(prefix: ""), inside: [path])
    return file
  }

  private mutating func read(path: String, text: [UInt8], at span: Span) -> SourceFile? {
    if let file = parsed[path] { return file }
    // A file that is too large by itself is reported as such, and none of it is read.
    if text.count <= Lexer.sizeMax { size += text.count }
    guard size <= Self.sizeMax else {
      diagnostics.error(
        SemanticCode.tooMany.rawValue,
        "a contract and its libraries have at most \(Self.sizeMax) bytes together", at: span)
      return nil
    }
    let index = diagnostics.sources.add(SourceText(path: path, bytes: text))
    let file = Parser.parse(file: index, reporting: &diagnostics)
    parsed[path] = file
    return file
  }

  private mutating func place(
    _ file: SourceFile, at path: String, in scope: Scope, inside stack: [String]
  ) {
    for item in file.items {
      guard items.count < Self.itemsMax else {
        diagnostics.error(
          SemanticCode.tooMany.rawValue, "too many declarations", at: item.span)
        return
      }
      if case .use(let wanted, let span, let alias) = item.kind {
        use(wanted, at: span, as: alias, from: path, in: scope, inside: stack)
      } else {
        items.append(PlacedItem(item: item, scope: scope))
      }
    }
  }

  private mutating func use(
    _ wanted: String, at span: Span, as alias: Name, from path: String, in scope: Scope,
    inside stack: [String]
  ) {
    aliases.append((alias, scope))
    uses += 1
    guard uses <= Self.usesMax, stack.count <= Self.depthMax else {
      diagnostics.error(
        SemanticCode.nestedTooDeeply.rawValue,
        uses > Self.usesMax
          ? "libraries are used more than \(Self.usesMax) times"
          : "libraries are nested more than \(Self.depthMax) deep", at: span)
      return
    }
    guard let found = load(wanted, path) else {
      diagnostics.error(
        SemanticCode.fileNotFound.rawValue, "there is no file \"\(wanted)\"", at: span)
      return
    }
    guard !stack.contains(found.path) else {
      diagnostics.error(
        SemanticCode.cyclicUse.rawValue,
        stack.last == found.path
          ? "a file cannot use itself" : "\"\(wanted)\" uses this file in turn", at: span,
        help: "the libraries are used in this order: "
          + (stack + [found.path]).joined(separator: ", "))
      return
    }
    guard let file = read(path: found.path, text: found.text, at: span) else { return }
    guard file.isLibrary else {
      diagnostics.error(
        SemanticCode.notALibrary.rawValue, "\"\(wanted)\" is a contract, not a library", at: span,
        help: "call it through an interface")
      return
    }
    place(
      file, at: found.path, in: Scope(prefix: scope.full(alias.text) + "."),
      inside: stack + [found.path])
  }
}
