internal import Integers

extension Parser {
  mutating func parseFile() -> SourceFile {
    var tree = SourceFile(
      isLibrary: false, name: Name(text: "", span: Span(file: file, start: 0, end: 0)),
      documentation: [], items: [])
    skipNewlines()
    parseHeading(&tree)
    // Every turn consumes at least one token.
    while true {
      skipNewlines()
      guard current.kind != .end else { break }
      let start = position
      parseItem(into: &tree.items, level: 0)
      tree.items.append(contentsOf: strayItems)
      strayItems = []
      if position == start { position += 1 }
    }
    return tree
  }

  private mutating func parseHeading(_ tree: inout SourceFile) {
    let start = current
    var word = start.kind == .name ? start.text : ""
    if peek(1).kind == .name, !["contract", "library"].contains(word),
      !Words.declarations.contains(word),
      let meant = Spelling.suggest(word, among: ["contract", "library"])
    {
      error(
        "E0211", "`\(word)` begins no file", at: span(start), help: "did you mean `\(meant)`?",
        fix: Diagnostic.Fix(span(start), meant))
      word = meant
    }
    guard word == "contract" || word == "library" else {
      error(
        "E0202", "a file begins with `contract` or `library` and a name", at: place(start),
        label: start.kind == .end ? nil : "before this",
        help: "write a first line such as `contract Escrow`")
      return
    }
    beginLine(level: 0)
    tree.isLibrary = word == "library"
    tree.documentation = documentation(below: start.line)
    advance()
    if let name = recovering({ parser throws(SyntaxFailure) in
      try parser.expectName("the name of the \(word)")
    }) {
      tree.name = name
    }
    endLine()
  }

  // MARK: - Which declaration

  private static let foreignDeclarations = [
    "function": "fn", "func": "fn", "def": "fn", "fun": "fn", "proc": "fn", "sub": "fn",
    "private": "fn", "internal": "fn", "public": "export", "external": "export", "pub": "export",
    "entry": "export", "constructor": "init", "struct": "record", "storage": "state",
    "fields": "state", "import": "use", "include": "use", "constant": "const", "define": "const",
    "let": "const", "asset": "class", "token": "class", "trait": "interface", "query": "view",
    "property": "invariant",
  ]

  /// Declarations that `(` may follow, where their name was forgotten.
  private static let takesParameters = [
    "init", "export", "view", "hook", "fn", "event", "error", "message", "enum",
  ]

  /// Whether the line that begins at a token declares something.
  func isDeclaration(at index: Int) -> Bool {
    let token = tokens[index]
    guard token.kind == .name, token.indentation >= 0 else { return false }
    let next = tokens[min(index + 1, tokens.count - 1)]
    let afterNext = tokens[endOfDottedName(index + 1)]
    switch token.text {
    case "use": return next.kind == .text
    case "const": return next.kind == .name && afterNext.kind == .assign
    case "enum", "event", "message", "export", "view", "hook", "fn":
      return next.kind == .name && afterNext.kind == .leftParenthesis
    case "init": return next.kind == .leftParenthesis
    case "error":
      return next.kind == .name && (afterNext.kind == .leftParenthesis || isLineEnd(afterNext))
    case "record", "interface": return next.kind == .name && isLineEnd(afterNext)
    case "class":
      return next.kind == .name
        && (isLineEnd(afterNext) || afterNext.kind == .text || afterNext.kind == .name)
    case "state": return isLineEnd(next)
    case "accepts": return next.kind == .at || isWord(next, "any")
    case "invariant": return next.kind == .text || isWord(next, "enforced")
    default: return false
    }
  }

  /// The index of the token behind a name with dots, or behind whatever token stands there.
  private func endOfDottedName(_ index: Int) -> Int {
    var end = index + 1
    while end + 1 < tokens.count, tokens[end].kind == .dot, tokens[end + 1].kind == .name {
      end += 2
    }
    return min(end, tokens.count - 1)
  }

  /// The item that begins here; what is none is reported and skipped.
  mutating func parseItem(into items: inout [Item], level: Int) {
    let start = current
    beginLine(level: level)
    guard start.kind == .name else {
      if start.kind == .rightBrace {
        _ = reportForeignSign()
        skipLine()
        return
      }
      reportStrayLine()
      return
    }
    var word = start.text
    let next = peek(1)
    if !Words.declarations.contains(word), let meant = meantDeclaration(word, before: next) {
      word = meant
    }
    guard Words.declarations.contains(word) else {
      reportStrayLine()
      return
    }
    if [.assign, .comma, .dot, .compoundAssign, .increment].contains(next.kind)
      || next.kind == .leftParenthesis && !Self.takesParameters.contains(word)
    {
      reportStrayLine()
      return
    }
    let documentation = documentation(above: start.line)
    if let kind = parseItemKind(word) {
      items.append(Item(kind: kind, documentation: documentation, span: span(from: start)))
    }
  }

  /// The declaration that a misspelt or foreign word stands for; the error is reported.
  private mutating func meantDeclaration(_ word: String, before next: Token) -> String? {
    guard
      [.name, .text, .leftParenthesis, .at].contains(next.kind) || isLineEnd(next)
    else { return nil }
    let token = current
    if Words.statements.contains(word) || word == "end" || word == "else" { return nil }
    if word == "contract" || word == "library" { return nil }
    if let meant = Self.foreignDeclarations[word],
      next.kind == .name || next.kind == .text || ["state", "init"].contains(meant)
    {
      error(
        "E0212", "`\(word)` is not a word of this language", at: span(token),
        help: "write `\(meant)`", fix: Diagnostic.Fix(span(token), meant))
      // `public function f` needs only one of the two words.
      if Self.foreignDeclarations[next.text] == "fn", next.kind == .name || next.text == "fn" {
        advance()
      }
      return meant
    }
    guard next.kind != .at, let meant = Spelling.suggest(word, among: Words.declarations) else {
      return nil
    }
    // A line such as `stats` or `total (a)` is no misspelling of what needs more.
    if isLineEnd(next), meant != "state" { return nil }
    if next.kind == .leftParenthesis, meant != "init" { return nil }
    error(
      "E0211", "`\(word)` declares nothing", at: span(token), help: "did you mean `\(meant)`?",
      fix: Diagnostic.Fix(span(token), meant))
    return meant
  }

  /// Reports a line that declares nothing, and skips to the next declaration.
  private mutating func reportStrayLine() {
    let token = current
    if isWord("end") {
      error(
        "E0204", "this `end` closes nothing", at: span(token),
        help: endHelp(), fix: Diagnostic.Fix(span(token), ""))
      skipLine()
      return
    }
    if isWord("contract") || isWord("library") {
      error(
        "E0202", "a file holds one contract or library", at: span(token),
        help: "put the second one into a file of its own")
    } else if token.kind == .leftBrace || token.kind == .rightBrace {
      _ = reportForeignSign()
    } else if token.indentation > 0, let list = listAbove() {
      error(
        "E0221", "this line stands left of the others of `\(list)`", at: span(token),
        help: "the lines of `\(list)` are indented deeper than the word")
    } else if let list = listAbove(), token.kind == .name, peek(1).kind == .name,
      !Words.statements.contains(token.text)
    {
      error(
        "E0221", "the lines of `\(list)` are indented", at: span(token),
        help: "indent them deeper than the word `\(list)`",
        fix: insertion("    ", at: token.start))
    } else if looksLikeStatement() {
      error(
        "E0205", "a statement stands outside of a function", at: span(token),
        help: "put it into `init`, `export`, `view`, `hook` or `fn`; an `end` too many before it "
          + "has the same effect")
    } else {
      error(
        "E0211", "\(found(token)) declares nothing", at: span(token),
        help: "a file holds \(Words.declarations.map { "`\($0)`" }.joined(separator: ", "))")
    }
    skipToDeclaration()
  }

  private func endHelp() -> String {
    if let list = listAbove() { return "`\(list)` ends where its indentation does" }
    return "take it away, or look for a missing `if`, `while`, `for` or `try` above"
  }

  /// The word of the list that the lines above belong to, if it is one without `end`.
  private func listAbove() -> String? {
    guard let word = lastList, position > 0 else { return nil }
    return word
  }

  private func looksLikeStatement() -> Bool {
    if current.kind == .at { return true }
    guard current.kind == .name else { return false }
    if Words.statements.contains(current.text) || current.text == "else" { return true }
    let next = peek(1)
    return [.assign, .comma, .leftBracket, .leftParenthesis, .dot, .compoundAssign, .increment]
      .contains(next.kind)
  }

  /// Skips lines that can only belong to what has been reported.
  private mutating func skipToDeclaration() {
    skipLine()
    while current.kind == .newline {
      let next = position + 1
      if tokens[next].kind == .end || isDeclaration(at: next) { return }
      if tokens[next].kind == .name, Words.declarations.contains(tokens[next].text),
        tokens[next].indentation == 0
      {
        return
      }
      position = next
      skipLine()
    }
  }

  private mutating func parseItemKind(_ word: String) -> ItemKind? {
    let isList = word == "state" || word == "record" || word == "interface"
    lastList = isList ? word : nil
    switch word {
    case "use": return parseUse()
    case "const": return parseConstant()
    case "enum": return parseEnumeration()
    case "record": return parseRecord()
    case "class": return parseAssetClass()
    case "state": return parseState()
    case "event": return parseNamed { .event($0, $1) }
    case "error":
      return parseNamed(needsParameters: false) { .error($0, $1) }
    case "message": return parseNamed { .message($0, $1) }
    case "interface": return parseInterface()
    case "accepts": return parseAccepts()
    case "invariant": return parseInvariant()
    default: return parseFunction(word)
    }
  }

  // MARK: - One-liners

  private mutating func parseUse() -> ItemKind? {
    advance()
    let item = recovering { parser throws(SyntaxFailure) -> ItemKind in
      let path = parser.current
      guard path.kind == .text || path.kind == .malformed else {
        throw parser.unexpected(
          "the path of a library", help: "write `use \"Roles.alq\" as roles`")
      }
      parser.advance()
      try parser.expectWord(
        "as", help: "a library joins under a name: `use \"Roles.alq\" as roles`")
      let alias = try parser.expectName("a name for the library")
      return .use(
        path: path.kind == .text ? parser.text(path) : "", pathSpan: parser.span(path),
        alias: alias)
    }
    endLine()
    return item
  }

  private mutating func parseConstant() -> ItemKind? {
    advance()
    let item = recovering { parser throws(SyntaxFailure) -> ItemKind in
      let name = try parser.expectName("the name of the constant")
      parser.layout.columns[parser.position] = .declaration("const")
      if parser.current.kind == .colon {
        throw parser.unexpected("`=`", help: "a constant is what it is written as; it has no type")
      }
      try parser.expect(.assign, "`=`")
      parser.continueLine()
      let value =
        parser.recovering { parser throws(SyntaxFailure) in try parser.parseExpression() }
        ?? Expression(kind: .invalid, span: parser.place(parser.current))
      return .constant(name, value)
    }
    endLine()
    return item
  }

  private mutating func parseEnumeration() -> ItemKind? {
    advance()
    let item = recovering { parser throws(SyntaxFailure) -> ItemKind in
      let name = try parser.expectDottedName("the name of the enum")
      parser.layout.columns[parser.position] = .declaration("enum")
      guard parser.current.kind == .leftParenthesis else {
        throw parser.fail(
          "E0217", "an enum lists its cases in parentheses", at: parser.place(parser.current),
          help: "write `enum Status (open, closed)`")
      }
      let cases = try parser.parseBracketed { parser throws(SyntaxFailure) in
        try parser.expectName("the name of a case")
      }
      return .enumeration(name, cases: cases)
    }
    endLine()
    return item
  }

  private mutating func parseNamed(
    needsParameters: Bool = true, _ make: (Name, [ParameterSyntax]) -> ItemKind
  ) -> ItemKind? {
    let word = current.text
    advance()
    let parts = recovering { parser throws(SyntaxFailure) -> (Name, [ParameterSyntax]) in
      let name = try parser.expectDottedName("a name behind `\(word)`")
      parser.layout.columns[parser.position] = .declaration(word)
      if !needsParameters, parser.isLineEnd(parser.current) { return (name, []) }
      return (name, try parser.parseParameters(of: name.text))
    }
    endLine()
    return parts.map { make($0.0, $0.1) }
  }

  private mutating func parseAccepts() -> ItemKind? {
    advance()
    if isWord("any") {
      advance()
      endLine()
      return .accepts(any: true, fields: [])
    }
    let fields = recovering { parser throws(SyntaxFailure) -> [Expression] in
      var fields: [Expression] = []
      while true {
        guard parser.current.kind == .at else {
          throw parser.unexpected(
            "`any` or a field such as `@token`", help: "a contract accepts what its fields name")
        }
        fields.append(try parser.parsePostfix())
        guard parser.current.kind == .comma else { return fields }
        parser.advanceGlued()
        parser.continueLine()
      }
    }
    endLine()
    return fields.map { .accepts(any: false, fields: $0) }
  }

  private mutating func parseAssetClass() -> ItemKind? {
    let start = current
    advance()
    guard
      let name = recovering({ parser throws(SyntaxFailure) in
        try parser.expectDottedName("the name of the class")
      })
    else {
      endLine()
      return nil
    }
    var syntax = AssetClassSyntax(
      name: name, title: nil, isKeyed: false, decimals: nil, isSingle: false, isBurnable: false,
      isForceable: false, hooks: [])
    if !isLineEnd(current) { layout.columns[position] = .declaration("class") }
    if current.kind == .text {
      syntax.title = (text(current), span(current))
      advance()
    }
    // Options may go on in lines indented deeper.
    while true {
      _ = recovering { parser throws(SyntaxFailure) in
        while !parser.isLineEnd(parser.current) { try parser.parseClassOption(&syntax) }
      }
      guard current.kind == .newline, peek(1).kind == .name,
        peek(1).indentation > start.indentation
      else { break }
      advance()
      beginLine(level: level)
      layout.levels[position] = level + 1
    }
    return .assetClass(syntax)
  }

  private mutating func parseClassOption(_ syntax: inout AssetClassSyntax) throws(SyntaxFailure) {
    let token = current
    guard token.kind == .name else { throw unexpected("an option of the class") }
    var isRepeated = false
    func take(_ flag: inout Bool) {
      isRepeated = flag
      flag = true
    }
    switch token.text {
    case "each": take(&syntax.isKeyed)
    case "single": take(&syntax.isSingle)
    case "burnable": take(&syntax.isBurnable)
    case "forceable": take(&syntax.isForceable)
    case "decimals":
      isRepeated = syntax.decimals != nil
      advance()
      syntax.decimals = try parseExpression()
    case "hook":
      advance()
      var isForeign = false
      if isWord("other"), peek(1).kind == .name,
        isWord(tokens[endOfDottedName(position + 1)], "gas")
      {
        isForeign = true
        advance()
      }
      let name = try expectDottedName("the name of a hook")
      try expectWord("gas", help: "a hook has a limit: `hook settle gas 40_000`")
      syntax.hooks.append(HookSyntax(name: name, isForeign: isForeign, gas: try parseExpression()))
      return
    default:
      let meant = Spelling.suggest(token.text, among: Words.classOptions)
      throw fail(
        "E0211", "`\(token.text)` is no option of a class", at: span(token),
        help: meant.map { "did you mean `\($0)`?" }
          ?? "the options are \(Words.classOptions.map { "`\($0)`" }.joined(separator: ", "))",
        fix: meant.map { Diagnostic.Fix(span(token), $0) })
    }
    if isRepeated {
      error(
        "E0223", "`\(token.text)` is said twice", at: span(token), fix: removal(of: token))
    }
    if token.text != "decimals" { advance() }
  }

  // MARK: - Lists

  /// The lines that are indented deeper than the word at `start`.
  private mutating func parseLines(
    of start: Token, isAligned: Bool, _ line: (inout Parser) throws(SyntaxFailure) -> Void
  ) {
    let listLevel = level
    listCount += 1
    let list = listCount
    var isEmpty = true
    while current.kind == .newline, peek(1).kind != .end,
      peek(1).indentation > start.indentation
    {
      advance()
      let first = current
      if isAligned && isWord("end") && isLineEnd(peek(1)) { break }
      beginLine(level: listLevel + 1)
      _ = recovering { parser throws(SyntaxFailure) in try line(&parser) }
      if isAligned, position > 0, let column = columnOfField(first) {
        layout.columns[column] = .list(list)
      }
      endLine()
      isEmpty = false
    }
    level = listLevel
    if isEmpty {
      let next = peek(1)
      if current.kind == .newline, next.kind == .name, peek(2).kind == .name,
        !isDeclaration(at: position + 1), next.indentation == start.indentation
      {
        return
      }
      if start.text != "interface", !diagnostics.hasError(inFile: file, line: start.line) {
        error(
          "E0221", "`\(start.text)` holds nothing", at: span(start),
          help: "its lines follow, indented deeper than the word")
      }
    }
  }

  /// The token behind the name with which a field begins.
  private func columnOfField(_ first: Token) -> Int? {
    var index = position
    while index > 0, tokens[index - 1].start >= first.start { index -= 1 }
    let end = endOfDottedName(index)
    return tokens[index].kind == .name && !isLineEnd(tokens[end]) ? end : nil
  }

  private mutating func parseRecord() -> ItemKind? {
    let start = current
    advance()
    let name = recovering { parser throws(SyntaxFailure) in
      try parser.expectDottedName("the name of the record")
    }
    endLine()
    var components: [ParameterSyntax] = []
    parseLines(of: start, isAligned: true) { parser throws(SyntaxFailure) in
      components.append(try parser.parseParameter())
    }
    return name.map { .record($0, components: components) }
  }

  private mutating func parseState() -> ItemKind? {
    let start = current
    advance()
    endLine()
    var fields: [FieldSyntax] = []
    parseLines(of: start, isAligned: true) { parser throws(SyntaxFailure) in
      let line = parser.current.line
      let parameter = try parser.parseParameter(takesMap: true)
      var documentation = parser.documentation(above: line)
      if let comment = parser.trailingComment(of: parser.previous.line), !comment.isEmpty {
        documentation.append(comment)
      }
      fields.append(
        FieldSyntax(name: parameter.name, type: parameter.type, documentation: documentation))
    }
    return .state(fields)
  }

  private mutating func parseInterface() -> ItemKind? {
    let start = current
    advance()
    let name = recovering { parser throws(SyntaxFailure) in
      try parser.expectName("the name of the interface")
    }
    endLine()
    var members: [InterfaceMember] = []
    parseLines(of: start, isAligned: false) { parser throws(SyntaxFailure) in
      members.append(try parser.parseInterfaceMember())
    }
    return name.map { .interface(InterfaceSyntax(name: $0, members: members)) }
  }

  private mutating func parseInterfaceMember() throws(SyntaxFailure) -> InterfaceMember {
    let token = current
    guard token.kind == .name else { throw unexpected("a member of the interface") }
    let words = ["export", "view", "init", "error"]
    var word = token.text
    if !words.contains(word) {
      let foreign = Self.foreignDeclarations[word].map { $0 == "fn" ? "export" : $0 }
      let meant =
        foreign.flatMap { words.contains($0) ? $0 : nil } ?? (word == "fn" ? "export" : nil)
        ?? Spelling.suggest(word, among: words)
      guard let meant, peek(1).kind == .name || meant == "init" else {
        throw fail(
          "E0211", "`\(word)` is no member of an interface", at: span(token),
          help: "an interface lists `export`, `view`, `init` and `error`")
      }
      error(
        "E0211", "`\(word)` is no member of an interface", at: span(token),
        help: "did you mean `\(meant)`?", fix: Diagnostic.Fix(span(token), meant))
      word = meant
    }
    advance()
    if word == "init" {
      return .initialiser(name(token), parameters: try parseParameters(of: "init"))
    }
    let name = try expectDottedName("a name behind `\(word)`")
    if word == "error" {
      return .error(name, isLineEnd(current) ? [] : try parseParameters(of: name.text))
    }
    let parameters = try parseParameters(of: name.text)
    let results = try parseResults()
    return word == "view"
      ? .view(name, parameters: parameters, results: results)
      : .export(name, parameters: parameters, results: results)
  }

  // MARK: - Parameters and types

  mutating func parseParameters(of owner: String) throws(SyntaxFailure) -> [ParameterSyntax] {
    guard current.kind == .leftParenthesis else {
      if reportForeignSign() != nil { throw SyntaxFailure() }
      let isAtEnd = isLineEnd(current) || current.kind == .arrow
      throw fail(
        "E0217", "the parameters of `\(owner)` are missing", at: place(current),
        help: "they stand in parentheses, also if there are none",
        fix: isAtEnd ? insertion(" ()", at: previous.end) : nil)
    }
    return try parseBracketed { parser throws(SyntaxFailure) in try parser.parseParameter() }
  }

  mutating func parseParameter(takesMap: Bool = false) throws(SyntaxFailure) -> ParameterSyntax {
    let name =
      takesMap
      ? try expectDottedName("a name and its type") : try expectName("a name and its type")
    if current.kind == .colon {
      error(
        "E0216", "no `:` stands between a name and its type", at: span(current),
        fix: Diagnostic.Fix(span(current), peek(1).start > current.end ? "" : " "))
      advance()
    }
    guard current.kind == .name else {
      if isLineEnd(current) || current.kind == .comma || current.kind == .rightParenthesis {
        let isType = TypeWords.all.contains(name.text)
        throw fail(
          "E0216", "`\(name.text)` has no type", at: name.span,
          help: isType
            ? "`\(name.text)` is read as a name; write a name before it, such as `value \(name.text)`"
            : "write a type behind it, such as `\(name.text) int`")
      }
      throw unexpected("the type of `\(name.text)`")
    }
    return ParameterSyntax(name: name, type: try parseType(takesMap: takesMap))
  }

  mutating func parseType(takesMap: Bool = false) throws(SyntaxFailure) -> TypeSyntax {
    let start = current
    if isWord("map") || isWord("summed") && isWord(peek(1), "map") {
      if beginsOperand(peek(isWord("summed") ? 2 : 1)) || peek(1).kind == .less {
        return try parseMap(takesMap: takesMap)
      }
    }
    if isWord("mapping"), peek(1).kind == .leftParenthesis {
      throw fail(
        "E0216", "a map is not written this way", at: span(current),
        help: "write `map address -> int`")
    }
    if isWord("list"), isWord(peek(1), "of") {
      advance()
      advance()
      let element = try expectName("`address` or `asset`")
      if element.text != "address", element.text != "asset" {
        error(
          "E0216", "there is no list of `\(element.text)`", at: element.span,
          help: element.text == "int"
            ? "`list` alone is a list of integers"
            : "there are `list`, `list of address` and `list of asset`",
          fix: element.text == "int"
            ? Diagnostic.Fix(
              Span(file: file, start: start.start, end: element.span.end), "list") : nil)
      }
      return TypeSyntax(kind: .listOf(element), span: span(from: start))
    }
    var names = [try expectName("a type")]
    while current.kind == .dot {
      advanceGlued()
      layout.isGlued[position] = true
      names.append(try expectName("a name behind `.`"))
      if names.count > 16 { throw unexpected("a shorter type") }
    }
    return TypeSyntax(kind: .named(names), span: span(from: start))
  }

  private mutating func parseMap(takesMap: Bool) throws(SyntaxFailure) -> TypeSyntax {
    let start = current
    let isSummed = isWord("summed")
    if isSummed { advance() }
    advance()
    if current.kind == .leftParenthesis || current.kind == .less || current.kind == .leftBracket {
      throw fail(
        "E0216", "a map is not written this way", at: span(current),
        help: "write `map address -> int`, or `map owner address, id int -> Job`")
    }
    var keys: [(name: Name?, type: TypeSyntax)] = []
    while true {
      var keyName: Name?
      let isList = isWord("list") && isWord(peek(1), "of")
      if current.kind == .name, peek(1).kind == .name, !isList {
        keyName = name(current)
        advance()
      }
      keys.append((name: keyName, type: try parseType()))
      guard current.kind == .comma else { break }
      advanceGlued()
      continueLine()
    }
    guard current.kind == .arrow else {
      throw fail(
        "E0218", "the `->` of the map is missing", at: place(current),
        help: "a map says what it holds: `map address -> int`",
        fix: current.kind == .name ? insertion("-> ", at: current.start) : nil)
    }
    advance()
    continueLine()
    let value = try parseType()
    let type = TypeSyntax(
      kind: .map(keys: keys, value: value, isSummed: isSummed), span: span(from: start))
    if !takesMap {
      error(
        "E0216", "a map stands only in `state`", at: type.span,
        help: "maps belong to the ledger; pass the values that are needed")
    }
    return type
  }

  /// `-> (amount int)`, if it stands here.
  mutating func parseResults() throws(SyntaxFailure) -> [ParameterSyntax] {
    if current.kind == .leftParenthesis {
      error(
        "E0218", "the `->` before the results is missing", at: place(current),
        fix: insertion("-> ", at: current.start))
      return try parseBracketed { parser throws(SyntaxFailure) in try parser.parseParameter() }
    }
    if current.kind == .colon || isWord("returns") {
      error(
        "E0218", "results follow `->`", at: span(current), fix: Diagnostic.Fix(span(current), "->"))
    } else if current.kind != .arrow {
      return []
    }
    advance()
    continueLine()
    guard current.kind == .leftParenthesis else {
      throw fail(
        "E0217", "results stand in parentheses", at: place(current),
        help: "each has a name and a type: `-> (amount int)`",
        fix: current.kind == .name && isLineEnd(peek(1)) && TypeWords.all.contains(current.text)
          ? Diagnostic.Fix(span(current), "(result \(current.text))") : nil)
    }
    return try parseBracketed { parser throws(SyntaxFailure) in try parser.parseParameter() }
  }

  // MARK: - Functions

  private mutating func parseFunction(_ word: String) -> ItemKind? {
    let start = current
    advance()
    var function = FunctionSyntax(
      role: [
        "init": .initialiser, "export": .export, "view": .view, "hook": .hook,
      ][word] ?? .function,
      name: Name(text: word, span: span(start)), parameters: [], results: [], payments: [],
      body: .statements([], end: span(start)))
    _ = recovering { parser throws(SyntaxFailure) in
      if word != "init" {
        function.name = try parser.expectDottedName("a name behind `\(word)`")
      }
      function.parameters = try parser.parseParameters(of: function.name.text)
      function.results = try parser.parseResults()
      if parser.isWord("payable") {
        parser.advance()
        guard parser.current.kind == .leftParenthesis else {
          throw parser.fail(
            "E0217", "the payments stand in parentheses", at: parser.place(parser.current),
            help: "each attached payment has a name: `payable (price)`",
            fix: parser.isLineEnd(parser.current)
              ? parser.insertion(" (payment)", at: parser.previous.end) : nil)
        }
        function.payments = try parser.parseBracketed { parser throws(SyntaxFailure) in
          try parser.expectName("the name of a payment")
        }
      }
    }
    if current.kind == .assign, let shared = parseSharedBody() {
      function.body = shared
      return .function(function)
    }
    if function.role == .view, function.results.isEmpty, isLineEnd(current),
      previous.kind == .rightParenthesis, peek(-3).kind != .arrow
    {
      error(
        "E0218", "a view without results shows nothing", at: function.name.span,
        help: "say what it returns: `-> (amount int)`")
    }
    function.body = parseBody(of: start, word)
    return .function(function)
  }

  /// `= name`: the body is that of another function.
  private mutating func parseSharedBody() -> BodySyntax? {
    advance()
    let name = recovering { parser throws(SyntaxFailure) in
      try parser.expectDottedName("the name of the function that is the body")
    }
    endLine()
    return name.map { .shared($0) }
  }

  private mutating func parseInvariant() -> ItemKind? {
    let start = current
    advance()
    var syntax = InvariantSyntax(
      title: "", titleSpan: span(start), isEnforced: false,
      body: .statements([], end: span(start)))
    if isWord("enforced") {
      syntax.isEnforced = true
      advance()
    }
    _ = recovering { parser throws(SyntaxFailure) in
      let title = parser.current
      guard title.kind == .text || title.kind == .malformed else {
        throw parser.unexpected(
          "what the invariant says", help: "write `invariant \"no share is lost\"`")
      }
      if title.kind == .text { syntax.title = parser.text(title) }
      syntax.titleSpan = parser.span(title)
      parser.advance()
    }
    if current.kind == .assign, let shared = parseSharedBody() {
      syntax.body = shared
      return .invariant(syntax)
    }
    isInInvariant = true
    syntax.body = parseBody(of: start, "invariant")
    isInInvariant = false
    return .invariant(syntax)
  }
}

/// The types that are not declared.
enum TypeWords {
  static let all = ["int", "bool", "text", "bytes", "address", "asset", "call", "list"]
}
