internal import Integers

/// Thrown after an error has been reported, up to where reading can go on.
struct SyntaxFailure: Error {}

/// What the parser learns about the look of a source, for the formatter.
struct Layout: Sendable {
  /// A place that lines up with the same place of other lines.
  enum Column: Hashable, Sendable {
    /// The types of one `state` or `record`.
    case list(Int)
    /// What follows the name in neighbouring declarations that begin with the same word.
    case declaration(String)
  }

  /// For each token whether it stands close behind the one before.
  var isGlued: [Bool]
  /// For each token that begins a line of its own how many blocks it stands in; otherwise -1.
  var levels: [Int]
  /// Tokens that end a block or a part of it.
  var closers: Set<Int> = []
  var columns: [Int: Column] = [:]

  init(count: Int) {
    isGlued = Array(repeating: false, count: count)
    levels = Array(repeating: -1, count: count)
  }
}

/// Reads a source file: recursive descent, one line after the other.
///
/// No word is reserved, so a line is decided by what its first tokens look like. Each error is reported
/// where it is found; then reading goes on with the next line, inside the same block, so that one pass
/// reports the errors of the whole file.
struct Parser {
  /// Blocks and expressions inside one another.
  static let depthMax = 200
  /// Targets of one assignment.
  static let targetsMax = 300

  let file: Int
  let source: SourceText
  let tokens: [Token]
  /// For each bracket the index of its partner, or -1.
  let partners: [Int]
  var position = 0
  var layout: Layout
  var diagnostics: Diagnostics

  /// Brackets that are open here; inside of them line ends mean nothing.
  var bracketDepth = 0
  /// Blocks and expressions that are open here.
  var depth = 0
  /// The height of the tree that the last expression was read into.
  var height = 0
  /// Whether reading has been given up.
  var isFatal = false
  var blocks: [OpenBlock] = []
  /// Blocks whose `end` stands further left than their beginning.
  var misaligned: [(block: OpenBlock, end: Int)] = []
  var unclosed: [OpenBlock] = []
  /// Declarations found inside of functions, which have been reported.
  var strayItems: [Item] = []
  /// Declarations inside of functions inside of one another.
  var strayDepth = 0
  var isInInvariant = false
  /// Whether the file holds scenarios: numbers then may have an asset as unit.
  var isScenario = false
  /// Whether a number may have a unit here.
  var takesUnits = true
  /// The level of the line that is read, for the formatter.
  var level = 0
  var listCount = 0
  /// The word of the declaration above, if it is a list without `end`.
  var lastList: String?
  private let documentationLines: [Int: String]
  private let trailingComments: [Int: String]

  /// A block that waits for its `end`.
  struct OpenBlock {
    var word: String
    var span: Span
    var indentation: Int
    var takesElse = false
    var takesRest = false
  }

  init(file: Int, lexed: LexedSource, diagnostics: Diagnostics) {
    self.file = file
    self.diagnostics = diagnostics
    source = diagnostics.sources[file]
    tokens = lexed.tokens
    partners = Parser.matchBrackets(lexed.tokens)
    layout = Layout(count: lexed.tokens.count)
    var documentation: [Int: String] = [:]
    var trailing: [Int: String] = [:]
    for comment in lexed.comments {
      let marks = comment.kind == .documentation ? 2 : 1
      let text = Parser.trimmed(diagnostics.sources[file].text(comment.start + marks, comment.end))
      if comment.indentation < 0 {
        trailing[comment.line] = text
      } else if comment.kind == .documentation {
        documentation[comment.line] = text
      }
    }
    documentationLines = documentation
    trailingComments = trailing
  }

  /// Reads the file with this index among the sources of `diagnostics`.
  static func parse(file: Int, reporting diagnostics: inout Diagnostics) -> SourceFile {
    let lexed = Lexer.lex(file: file, reporting: &diagnostics)
    var parser = Parser(file: file, lexed: lexed, diagnostics: diagnostics)
    let tree = parser.parseFile()
    diagnostics = parser.diagnostics
    return tree
  }

  // MARK: - Tokens

  var current: Token { tokens[position] }

  /// The token `distance` further, line ends included.
  func peek(_ distance: Int) -> Token {
    tokens[max(0, min(position + distance, tokens.count - 1))]
  }

  /// The token that was read last.
  var previous: Token {
    var index = position - 1
    while index > 0, tokens[index].kind == .newline { index -= 1 }
    return tokens[max(index, 0)]
  }

  mutating func advance() {
    if position < tokens.count - 1 { position += 1 }
    if bracketDepth > 0, current.kind == .newline, !endsBracket(at: position + 1) { skipNewlines() }
  }

  /// Whether a line cannot belong to a bracket that is open above it: it closes a block or declares
  /// something.
  private func endsBracket(at index: Int) -> Bool {
    let token = tokens[min(index, tokens.count - 1)]
    guard token.kind == .name else { return token.kind == .end }
    if token.text == "end" { return isLineEnd(tokens[index + 1]) }
    return token.indentation == 0 && token.text != "init" && token.text != "state"
      && isDeclaration(at: index)
  }

  /// Reads a token that stands close behind the one before.
  mutating func advanceGlued() {
    layout.isGlued[position] = true
    advance()
  }

  mutating func skipNewlines() {
    while tokens[position].kind == .newline { position += 1 }
  }

  /// Goes on with the next line behind an operator or a comma, unless that line closes a block.
  mutating func continueLine() {
    guard current.kind == .newline else { return }
    let next = peek(1)
    if next.kind == .end || next.kind == .name && next.text == "end" && isLineEnd(peek(2)) {
      return
    }
    skipNewlines()
  }

  func isLineEnd(_ token: Token) -> Bool { token.kind == .newline || token.kind == .end }

  func isWord(_ word: String) -> Bool { current.kind == .name && current.text == word }

  func isWord(_ token: Token, _ word: String) -> Bool { token.kind == .name && token.text == word }

  func span(_ token: Token) -> Span { Span(file: file, start: token.start, end: token.end) }

  /// From a token that began something to the token that was read last.
  func span(from start: Token) -> Span {
    Span(file: file, start: start.start, end: max(start.end, previous.end))
  }

  func name(_ token: Token) -> Name { Name(text: token.text, span: span(token)) }

  /// Whether a value can begin with this token.
  func beginsOperand(_ token: Token) -> Bool {
    switch token.kind {
    case .name, .integer, .decimal, .text, .bytes, .malformed, .at, .leftParenthesis, .leftBracket,
      .minus, .underscore:
      true
    default: false
    }
  }

  private static func matchBrackets(_ tokens: [Token]) -> [Int] {
    var partners = Array(repeating: -1, count: tokens.count)
    var open: [Int] = []
    for (index, token) in tokens.enumerated() {
      switch token.kind {
      case .leftParenthesis, .leftBracket:
        open.append(index)
      case .rightParenthesis, .rightBracket:
        let kind: TokenKind =
          token.kind == .rightBracket ? .leftBracket : .leftParenthesis
        guard let last = open.last, tokens[last].kind == kind else { continue }
        open.removeLast()
        partners[index] = last
        partners[last] = index
      case .newline:
        // A bracket that a declaration or a block's end follows was never closed.
        guard !open.isEmpty, index + 1 < tokens.count, tokens[index + 1].kind == .name,
          tokens[index + 1].text == "end", index + 2 < tokens.count,
          tokens[index + 2].kind == .newline || tokens[index + 2].kind == .end
        else { continue }
        open.removeAll()
      default:
        break
      }
    }
    return partners
  }

  // MARK: - Comments

  private static func trimmed(_ text: String) -> String {
    var bytes = text.utf8[...]
    if bytes.first == UInt8(ascii: " ") { bytes.removeFirst() }
    while let last = bytes.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\t") {
      bytes.removeLast()
    }
    return String(bytes) ?? ""
  }

  /// The `;;` lines right above a line.
  func documentation(above line: Int) -> [String] {
    var lines: [String] = []
    var number = line - 1
    while let text = documentationLines[number], lines.count < 1_000 {
      lines.append(text)
      number -= 1
    }
    return lines.reversed()
  }

  /// The `;;` lines right below a line.
  func documentation(below line: Int) -> [String] {
    var lines: [String] = []
    var number = line + 1
    while let text = documentationLines[number], lines.count < 1_000 {
      lines.append(text)
      number += 1
    }
    return lines
  }

  /// The comment that trails a line.
  func trailingComment(of line: Int) -> String? { trailingComments[line] }

  // MARK: - Errors

  /// Reports an error, unless the line cannot be cut into tokens, which has been reported.
  mutating func error(
    _ code: String, _ message: String, at span: Span, label: String? = nil,
    notes: [Diagnostic.Note] = [], help: String? = nil, fix: Diagnostic.Fix? = nil
  ) {
    guard !isFatal else { return }
    let line = source.line(at: span.start)
    if lexicalErrorLines.contains(line) { return }
    diagnostics.error(
      code, message, at: span, label: label, notes: notes, help: help, fix: fix)
    if diagnostics.isFull { stop() }
  }

  /// Ends the reading: everything that follows is left out.
  private mutating func stop() {
    isFatal = true
    position = tokens.count - 1
    bracketDepth = 0
  }

  /// Reports an error and gives up what is being read.
  mutating func fail(
    _ code: String, _ message: String, at span: Span, label: String? = nil,
    notes: [Diagnostic.Note] = [], help: String? = nil, fix: Diagnostic.Fix? = nil
  ) -> SyntaxFailure {
    error(code, message, at: span, label: label, notes: notes, help: help, fix: fix)
    return SyntaxFailure()
  }

  private(set) lazy var lexicalErrorLines: Set<Int> = Set(
    diagnostics.sorted.filter { $0.span.file == file && $0.code.hasPrefix("E01") }
      .map { source.line(at: $0.span.start) })

  /// What stands at a token, for messages.
  func found(_ token: Token) -> String {
    switch token.kind {
    case .newline: "the end of the line"
    case .end: "the end of the file"
    case .text: "a text"
    case .bytes: "bytes"
    case .malformed: "something unreadable"
    case .integer, .decimal:
      "the number `\(source.text(token.start, min(token.end, token.start + 30)))`"
    case .name: "`\(token.text.prefix(60))`"
    default: "`\(source.text(token.start, token.end))`"
    }
  }

  /// The place of a token; that of a line end is right behind the last word.
  func place(_ token: Token) -> Span {
    guard isLineEnd(token) else { return span(token) }
    let last = previous
    return Span(file: file, start: last.end, end: last.end)
  }

  mutating func unexpected(_ wanted: String, help: String? = nil) -> SyntaxFailure {
    if let failure = reportForeignSign() { return failure }
    return fail(
      "E0201", "expected \(wanted), found \(found(current))", at: place(current), help: help)
  }

  /// Reports the tokens that belong to other languages wherever they turn up.
  mutating func reportForeignSign() -> SyntaxFailure? {
    switch current.kind {
    case .leftBrace, .rightBrace:
      fail(
        "E0210", "blocks have no braces", at: span(current),
        help: "a block begins with its line and ends with `end`",
        fix: current.kind == .leftBrace
          ? removal(of: current) : Diagnostic.Fix(span(current), "end"))
    case .compoundAssign, .increment:
      fail(
        "E0209", "`\(source.text(current.start, current.end))` is no operator",
        at: span(current), help: "write the sum out: `a = a + 1`")
    default:
      nil
    }
  }

  /// A fix that takes a token away together with the space before it.
  func removal(of token: Token) -> Diagnostic.Fix {
    var start = token.start
    while start > 0, source.bytes[start - 1] == UInt8(ascii: " ") { start -= 1 }
    if start == 0 || source.bytes[start - 1] == UInt8(ascii: "\n") { start = token.start }
    return Diagnostic.Fix(Span(file: file, start: start, end: token.end), "")
  }

  func insertion(_ text: String, at offset: Int) -> Diagnostic.Fix {
    Diagnostic.Fix(Span(file: file, start: offset, end: offset), text)
  }

  /// Reads `body`; if it fails, skips the rest of the line and gives nil.
  mutating func recovering<Value>(
    _ body: (inout Parser) throws(SyntaxFailure) -> Value
  ) -> Value? {
    let openBrackets = bracketDepth
    let openDepth = depth
    do {
      return try body(&self)
    } catch {
      bracketDepth = openBrackets
      depth = openDepth
      takesUnits = true
      skipLine()
      return nil
    }
  }

  mutating func skipLine() {
    while !isLineEnd(current) { position += 1 }
  }

  /// Enters a block or an expression inside another; too many end the reading.
  mutating func enter() throws(SyntaxFailure) {
    depth += 1
    if depth > Self.depthMax || height > Self.depthMax { throw giveUp() }
  }

  mutating func leave() { depth -= 1 }

  mutating func giveUp() -> SyntaxFailure {
    error(
      "E0215", "this is nested too deep", at: place(current),
      help: "blocks and expressions stand at most \(Self.depthMax) deep in one another")
    stop()
    return SyntaxFailure()
  }

  /// Takes one more storey of the tree that is being built into account.
  mutating func grow(_ heights: Int...) throws(SyntaxFailure) {
    height = 1
    for other in heights where other >= height { height = other + 1 }
    if height > Self.depthMax + 50 { throw giveUp() }
  }

  // MARK: - Small pieces

  mutating func expect(
    _ kind: TokenKind, _ wanted: String, isGlued: Bool = false
  )
    throws(SyntaxFailure)
  {
    guard current.kind == kind else { throw unexpected(wanted) }
    if isGlued { layout.isGlued[position] = true }
    advance()
  }

  mutating func expectName(_ wanted: String) throws(SyntaxFailure) -> Name {
    guard current.kind == .name else { throw unexpected(wanted) }
    let name = name(current)
    advance()
    return name
  }

  /// A word in its place, such as `to`.
  mutating func expectWord(_ word: String, help: String? = nil) throws(SyntaxFailure) {
    if isWord(word) {
      advance()
      return
    }
    if current.kind == .name, Spelling.suggest(current.text, among: [word]) != nil {
      error(
        "E0211", "`\(current.text)` means nothing here", at: span(current),
        help: "did you mean `\(word)`?", fix: Diagnostic.Fix(span(current), word))
      advance()
      return
    }
    throw unexpected("`\(word)`", help: help)
  }

  /// `a.b.c` as one name.
  mutating func expectDottedName(_ wanted: String) throws(SyntaxFailure) -> Name {
    var result = try expectName(wanted)
    while current.kind == .dot {
      advanceGlued()
      layout.isGlued[position] = true
      let part = try expectName("a name behind `.`")
      result.text += "." + part.text
      result.span.end = part.span.end
    }
    return result
  }

  /// Opens a bracket.
  mutating func open(isGlued: Bool = false) -> Token {
    let token = current
    if isGlued { layout.isGlued[position] = true }
    bracketDepth += 1
    advance()
    return token
  }

  /// Closes a bracket.
  mutating func close(_ opening: Token) throws(SyntaxFailure) {
    let kind: TokenKind =
      opening.kind == .leftParenthesis ? .rightParenthesis : .rightBracket
    guard current.kind == kind else {
      let sign = kind == .rightParenthesis ? ")" : "]"
      if let failure = reportForeignSign() { throw failure }
      // An assignment in a later line shows that the bracket should have ended before.
      let isLater = current.kind == .assign && current.line > opening.line
      if current.kind == .assign, !isLater {
        throw fail(
          "E0208", "`=` compares nothing", at: span(current),
          help: "a comparison is written `==`", fix: Diagnostic.Fix(span(current), "=="))
      }
      let last = previous
      let isFar = isLater || current.line > last.line || isLineEnd(current)
      let note =
        isFar
        ? [] : [Diagnostic.Note("the bracket opens here", at: span(opening))]
      throw fail(
        "E0206",
        isFar
          ? "this bracket is not closed"
          : "expected \(current.kind == .comma ? "" : "`,` or ")`\(sign)`, found \(found(current))",
        at: isFar ? span(opening) : span(current), notes: note,
        fix: isFar && !isLater ? insertion(sign, at: last.end) : nil)
    }
    bracketDepth -= 1
    advanceGlued()
  }

  /// `(a, b, c)` or `[a, b, c]`: reads the elements and the brackets.
  mutating func parseBracketed<Element>(
    isGlued: Bool = false, _ element: (inout Parser) throws(SyntaxFailure) -> Element
  ) throws(SyntaxFailure) -> [Element] {
    let opening = open(isGlued: isGlued)
    var elements: [Element] = []
    let closing: TokenKind =
      opening.kind == .leftParenthesis ? .rightParenthesis : .rightBracket
    if current.kind != closing {
      // Every element consumes at least one token.
      while true {
        if elements.isEmpty { layout.isGlued[position] = true }
        elements.append(try element(&self))
        guard current.kind == .comma else { break }
        let comma = current
        advanceGlued()
        if current.kind == closing {
          error(
            "E0219", "a comma stands between two things", at: span(comma),
            label: "nothing follows", fix: Diagnostic.Fix(span(comma), ""))
          break
        }
      }
    }
    try close(opening)
    return elements
  }

  /// The end of a line; what is left in it is reported and skipped.
  mutating func endLine() {
    // A declaration may have ended before the line that it stands at.
    guard !isLineEnd(current), current.indentation < 0 else { return }
    reportLeftover()
    skipLine()
  }

  private mutating func reportLeftover() {
    let token = current
    if reportForeignSign() != nil { return }
    switch token.kind {
    case .assign:
      error(
        "E0208", "`=` compares nothing", at: span(token),
        help: "a comparison is written `==`", fix: Diagnostic.Fix(span(token), "=="))
    case .rightParenthesis, .rightBracket:
      error(
        "E0207", "this bracket closes nothing", at: span(token),
        fix: Diagnostic.Fix(span(token), ""))
    case .name where token.text == "then" || token.text == "do":
      error(
        "E0212", "`\(token.text)` is not needed", at: span(token),
        help: "a block begins with the next line", fix: removal(of: token))
    case .colon where isLineEnd(peek(1)):
      error(
        "E0212", "a block begins without `:`", at: span(token), fix: removal(of: token))
    default:
      var help: String?
      var fix: Diagnostic.Fix?
      if token.kind == .name, position > 0 {
        let before = tokens[position - 1]
        if before.kind == .integer || before.kind == .decimal,
          let unit = Spelling.suggest(token.text, among: Words.units)
        {
          help = "did you mean the unit `\(unit)`?"
          fix = Diagnostic.Fix(span(token), unit)
        }
      }
      if token.kind == .dotDot || token.kind == .dotDotLess {
        help = "a range stands only in `for name in a..b`"
      }
      if isWord(token, "paying") { help = "only a call of another contract can pay" }
      if isWord(token, "if") || isWord(token, "unless") {
        help = "a condition comes first, in a block of its own"
      }
      error(
        "E0225", "expected the end of the line, found \(found(token))", at: span(token),
        help: help, fix: fix)
    }
  }

  /// Notes that a line of its own begins here.
  mutating func beginLine(level: Int, closes: Bool = false) {
    self.level = level
    layout.levels[position] = level
    if closes { layout.closers.insert(position) }
  }
}
