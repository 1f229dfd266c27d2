internal import Integers

extension Parser {
  /// What stops a block.
  enum Terminator {
    case end, elseBranch, rest, declaration, endOfFile
  }

  // MARK: - Bodies

  /// The body of a declaration that begins at `start`, from behind its heading.
  mutating func parseBody(of start: Token, _ word: String) -> BodySyntax {
    let outer = (blocks, misaligned, unclosed, level, depth)
    blocks = []
    misaligned = []
    unclosed = []
    let bodyLevel = level
    let block = OpenBlock(word: word, span: span(start), indentation: start.indentation)
    defer { (blocks, misaligned, unclosed, level, depth) = outer }

    if isCodeAhead(position) {
      return parseCode(in: block, level: bodyLevel)
    }
    endLine()
    if current.kind == .newline, isCodeAhead(position + 1) {
      skipNewlines()
      beginLine(level: bodyLevel + 1)
      return parseCode(in: block, level: bodyLevel)
    }
    let statements = parseBlock(block, level: bodyLevel)
    let end = closeBlock(block, level: bodyLevel)
    reportUnclosed()
    return .statements(statements, end: end)
  }

  private func isCodeAhead(_ index: Int) -> Bool {
    isWord(tokens[index], "code") && tokens[min(index + 1, tokens.count - 1)].kind == .integer
  }

  /// The statements of a block, up to the line that closes it.
  private mutating func parseBlock(_ block: OpenBlock, level: Int) -> [Statement] {
    blocks.append(block)
    defer { blocks.removeLast() }
    var statements: [Statement] = []
    // Every turn consumes at least one token.
    while true {
      skipNewlines()
      if terminator() != nil { return statements }
      let start = position
      beginLine(level: level + 1)
      if isDeclaration(at: position), !isListWord(current.text) {
        parseStrayDeclaration(level: level + 1)
      } else if let statement = recovering({ parser throws(SyntaxFailure) in
        try parser.parseStatement()
      }) {
        statements.append(statement)
      }
      endLine()
      if position == start { advance() }
    }
  }

  func isListWord(_ word: String) -> Bool {
    word == "state" || word == "record" || word == "interface"
  }

  /// A declaration in the middle of a function: reported, but read, so that its names are known.
  mutating func parseStrayDeclaration(level: Int) {
    error(
      "E0220", "`\(current.text)` stands inside of a function", at: span(current),
      help: "declarations stand outside of functions; an `end` may be missing above")
    guard blocks.count < 50, strayDepth < 20 else {
      _ = giveUp()
      return
    }
    strayDepth += 1
    let wasInInvariant = isInInvariant
    isInInvariant = false
    var items: [Item] = []
    parseItem(into: &items, level: level)
    strayItems.append(contentsOf: items)
    isInInvariant = wasInInvariant
    strayDepth -= 1
  }

  /// What the line that begins here does to the block that is open.
  func terminator() -> Terminator? {
    let token = current
    let next = peek(1)
    switch token.kind {
    case .end: return .endOfFile
    case .rightBrace: return .end
    case .name: break
    default: return nil
    }
    switch token.text {
    case "end":
      if isLineEnd(next) || next.kind == .name && !["and", "or", "mod"].contains(next.text) {
        return .end
      }
    case "endif", "endwhile", "endfor", "endfn", "endfunction", "fi", "done":
      if isLineEnd(next) { return .end }
    case "else":
      if isLineEnd(next) || next.kind == .name || next.kind == .colon || next.kind == .leftBrace {
        return blocks.contains(where: \.takesElse) ? .elseBranch : nil
      }
    case "elif", "elseif", "elsif":
      if beginsOperand(next), next.kind != .leftBracket {
        return blocks.contains(where: \.takesElse) ? .elseBranch : nil
      }
    case "rest":
      if isLineEnd(next) { return blocks.contains(where: \.takesRest) ? .rest : nil }
    default:
      guard isDeclaration(at: position), let outermost = blocks.first else { return nil }
      if token.indentation <= outermost.indentation { return .declaration }
    }
    return nil
  }

  /// Reads the `end` of a block, or notes that it is missing; gives its place.
  mutating func closeBlock(_ block: OpenBlock, level: Int) -> Span {
    let token = current
    guard terminator() == .end else {
      if blocks.isEmpty || terminator() == .declaration || terminator() == .endOfFile {
        unclosed.append(block)
      } else {
        report(missingEndOf: block, at: token, line: "this belongs to a block further out")
      }
      return Span(file: file, start: previous.end, end: previous.end)
    }
    beginLine(level: level, closes: true)
    if token.indentation < block.indentation { misaligned.append((block, position)) }
    if token.kind == .rightBrace {
      _ = reportForeignSign()
    } else if token.text != "end" {
      error(
        "E0212", "`\(token.text)` is not a word of this language", at: span(token),
        help: "every block ends with `end`", fix: Diagnostic.Fix(span(token), "end"))
    }
    advance()
    endLine()
    return span(token)
  }

  /// Reports the blocks of one function that have no `end`: first those whose `end` was taken for the
  /// end of another.
  mutating func reportUnclosed() {
    guard !unclosed.isEmpty else { return }
    var suspects: [(block: OpenBlock, end: Int?)] = misaligned.map { ($0.block, $0.end) }
    suspects = Array(suspects.prefix(unclosed.count))
    for block in unclosed.dropLast(suspects.count) { suspects.append((block, nil)) }
    for (block, end) in suspects {
      if let end {
        report(
          missingEndOf: block, at: tokens[end], line: "this `end` stands further left",
          behind: end)
      } else {
        let isAtEnd = current.kind == .end
        report(
          missingEndOf: block, at: isAtEnd ? nil : current,
          line: isAtEnd ? "" : "the next declaration begins here")
      }
    }
    unclosed = []
  }

  private mutating func report(
    missingEndOf block: OpenBlock, at token: Token?, line message: String, behind index: Int? = nil
  ) {
    var last = index ?? position
    repeat { last -= 1 } while last > 0 && tokens[last].kind == .newline
    let lineEnd = source.range(ofLine: tokens[max(last, 0)].line).upperBound
    let indentation = String(repeating: " ", count: max(0, block.indentation))
    error(
      "E0203", "`\(block.word)` has no `end`", at: block.span, label: "begins here",
      notes: token.map { [Diagnostic.Note(message, at: span($0))] } ?? [],
      fix: insertion("\n\(indentation)end", at: lineEnd))
  }

  // MARK: - Which statement

  /// Whether the line that begins here is an assignment: targets, and then `=`.
  private func isAssignmentAhead() -> Bool {
    var index = position
    for _ in 0..<Self.targetsMax {
      switch tokens[index].kind {
      case .name, .underscore: index += 1
      case .at where tokens[index + 1].kind == .name: index += 2
      default: return false
      }
      // Keys and components.
      tail: while true {
        switch tokens[index].kind {
        case .leftBracket:
          guard partners[index] > index else { return false }
          index = partners[index] + 1
        case .dot where tokens[index + 1].kind == .name: index += 2
        default: break tail
        }
      }
      if tokens[index].kind == .assign || isUpdateSign(tokens[index]) { return true }
      guard tokens[index].kind == .comma else { return false }
      index += 1
      if tokens[index].kind == .newline { index += 1 }
    }
    return false
  }

  /// Whether a token is `+=` or `-=`.
  private func isUpdateSign(_ token: Token) -> Bool {
    guard token.kind == .compoundAssign else { return false }
    return ["+=", "-="].contains(source.text(token.start, token.end))
  }

  private static let foreignStatements = [
    "let": "", "var": "", "val": "", "local": "", "mut": "", "auto": "", "set": "", "uint": "",
    "uint256": "", "int": "", "bool": "", "address": "", "bytes": "", "text": "", "asset": "",
    "assert": "require", "ensure": "require", "revert": "fail", "throw": "fail", "raise": "fail",
    "panic": "fail", "abort": "fail", "transfer": "send", "log": "emit", "foreach": "for",
    "loop": "while", "remove": "delete", "append": "push", "exit": "return", "next": "continue",
    "def": "fn", "func": "fn", "function": "fn",
  ]

  mutating func parseStatement() throws(SyntaxFailure) -> Statement {
    let start = current
    if isAssignmentAhead() {
      let kind = try parseAssignment()
      return Statement(kind: kind, span: span(from: start))
    }
    guard start.kind == .name else { return try parseExpressionStatement() }
    var word = start.text
    if word == "not" || word == "encode" {
      return try parseExpressionStatement()
    }
    if !Words.statements.contains(word), !isKeywordContradicted(), beginsValue(peek(1)) {
      word = try meantStatement(word)
      if word.isEmpty {
        let kind = try parseAssignment()
        return Statement(kind: kind, span: span(from: start))
      }
    } else if isKeywordContradicted() || !Words.statements.contains(word) {
      if word == "else" || ["elif", "elseif", "elsif"].contains(word) { throw strayElse() }
      return try parseExpressionStatement()
    }
    let kind = try parseStatement(word, from: start)
    return Statement(kind: kind, span: span(from: start))
  }

  private mutating func strayElse() -> SyntaxFailure {
    fail(
      "E0204", "this `\(current.text)` belongs to no `if`", at: span(current),
      help: "take it away, or look for an `end` too many above")
  }

  /// Whether a value can stand behind an unknown word that begins a line.
  private func beginsValue(_ token: Token) -> Bool {
    switch token.kind {
    case .name: !["and", "or", "mod", "to", "of", "paying"].contains(token.text)
    case .integer, .decimal, .text, .bytes, .at: true
    default: false
    }
  }

  /// Whether the word that begins the line is a name all the same: an operator follows.
  private func isKeywordContradicted() -> Bool {
    let next = peek(1)
    switch next.kind {
    case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual, .plus, .star, .slash,
      .caret, .dot, .compoundAssign, .increment:
      return true
    case .name where ["and", "or", "mod"].contains(next.text):
      return beginsOperand(peek(2)) && peek(2).kind != .leftParenthesis
    case .newline, .end:
      return isInInvariant && !["break", "continue", "return"].contains(current.text)
    default:
      return false
    }
  }

  /// The statement that an unknown word stands for, which is reported; empty for an assignment.
  private mutating func meantStatement(_ word: String) throws(SyntaxFailure) -> String {
    let token = current
    if word == "else" || ["elif", "elseif", "elsif"].contains(word) { throw strayElse() }
    if let meant = Self.foreignStatements[word] {
      if meant.isEmpty {
        let next = peek(1)
        // `let x: int = 3` loses the type as well.
        let isTyped = next.kind == .name && peek(2).kind == .colon
        let end = isTyped && peek(3).kind == .name ? peek(3).end : next.start
        error(
          "E0212", "a local is declared without `\(word)`", at: span(token),
          help: "the first assignment declares it",
          fix: Diagnostic.Fix(
            Span(file: file, start: token.start, end: end), isTyped ? next.text : ""))
        if isTyped { throw SyntaxFailure() }
        advance()
        while current.kind == .name, Self.foreignStatements[current.text] == "",
          peek(1).kind == .name
        {
          advance()
        }
        guard isAssignmentAhead() else { throw SyntaxFailure() }
        return ""
      }
      let failure = fail(
        "E0212", "`\(word)` is not a word of this language", at: span(token),
        help: meant == "fn"
          ? "functions stand outside of one another and begin with `fn`" : "write `\(meant)`",
        fix: meant == "fn" || meant == "require" || meant == "send"
          ? nil : Diagnostic.Fix(span(token), meant))
      if meant == "for" || meant == "while" { return meant }
      throw failure
    }
    if isDeclarationWordInBody(word) { throw SyntaxFailure() }
    guard let meant = Spelling.suggest(word, among: Words.statements) else {
      throw fail(
        "E0211", "`\(word)` is no statement", at: span(token),
        help:
          "a line assigns, as in `total = a + b`, or begins with a word such as `require` or `send`"
      )
    }
    error(
      "E0211", "`\(word)` is no statement", at: span(token), help: "did you mean `\(meant)`?",
      fix: Diagnostic.Fix(span(token), meant))
    return meant
  }

  private mutating func isDeclarationWordInBody(_ word: String) -> Bool {
    guard Words.declarations.contains(word) else { return false }
    error(
      "E0220", "`\(word)` stands inside of a function", at: span(current),
      help: "declarations stand outside of functions; an `end` may be missing above")
    return true
  }

  // swift-format-ignore
  private mutating func parseStatement(
    _ word: String, from start: Token
  ) throws(SyntaxFailure) -> StatementKind {
    switch word {
    case "if": return try parseConditional(from: start)
    case "while": return try parseWhile(from: start)
    case "for": return try parseFor(from: start)
    case "try": return try parseTry(from: start)
    default: break
    }
    advance()
    switch word {
    case "require": return try parseRequire()
    case "fail": return .fail(try parseErrorUse())
    case "break": return .breakLoop
    case "continue": return .continueLoop
    case "return": return .returnValues(isLineEnd(current) ? [] : try parseExpressions())
    case "call": return .call(try parseExpression())
    case "emit": return try parseEmit()
    case "mint", "send", "force", "burn": return try parseTransfer(word)
    case "create": return try parseCreate(from: start)
    case "admit": return .admit(try parseExpression())
    case "dismiss": return .dismiss(try parseExpression())
    case "delete": return .delete(try parsePostfix())
    case "entry":
      let name = try expectName("the name of the entry")
      try expect(.assign, "`=`")
      continueLine()
      return .entry(name, try parsePostfix())
    case "push":
      let list = try parseExpression()
      guard current.kind == .comma else { throw unexpected("`,` and the value to push") }
      advanceGlued()
      continueLine()
      return .push(list: list, value: try parseExpression())
    case "sort":
      let list = try parseExpression()
      guard isWord("by") else { return .sort(list: list, keys: nil) }
      advance()
      return .sort(list: list, keys: try parseExpression())
    default: return .perform(try parseExpression())
    }
  }

  // MARK: - Lines

  mutating func parseExpressions() throws(SyntaxFailure) -> [Expression] {
    var values = [try parseExpression()]
    while current.kind == .comma {
      advanceGlued()
      continueLine()
      values.append(try parseExpression())
    }
    return values
  }

  private mutating func parseTargets() throws(SyntaxFailure) -> [AssignmentTarget] {
    var targets: [AssignmentTarget] = []
    while true {
      if current.kind == .underscore {
        targets.append(.local(Name(text: "_", span: span(current))))
        advance()
      } else if current.kind == .name, peek(1).kind != .leftBracket, peek(1).kind != .dot {
        targets.append(.local(name(current)))
        advance()
      } else {
        targets.append(.place(try parsePostfix()))
      }
      guard current.kind == .comma else { return targets }
      advanceGlued()
      continueLine()
    }
  }

  private mutating func parseAssignment() throws(SyntaxFailure) -> StatementKind {
    let targets = try parseTargets()
    if targets.count == 1, isUpdateSign(current) {
      let isSum = source.text(current.start, current.end) == "+="
      advance()
      continueLine()
      return .update(targets[0], isSum ? .add : .subtract, try parseExpression())
    }
    try expect(.assign, "`=`")
    continueLine()
    return .assign(targets, try parseExpression())
  }

  /// A bare expression: the last line of an invariant, or a mistake.
  private mutating func parseExpressionStatement() throws(SyntaxFailure) -> Statement {
    let start = current
    let value = try parseExpression()
    if current.kind == .compoundAssign || current.kind == .increment {
      throw reportCompound(value)
    }
    if current.kind == .comma, case .name = value.kind { throw unexpected("`=`") }
    let statement = Statement(kind: .expression(value), span: span(from: start))
    if current.kind == .assign {
      throw fail(
        "E0213", "this cannot be assigned to", at: value.span,
        help: "the left side is a name, `@field` or an element such as `list[i]`")
    }
    // Other leftovers are reported by the end of the line.
    guard isLineEnd(current) else { return statement }
    if isInInvariant, blocks.count == 1 {
      let next = peek(1)
      if next.kind == .end || isWord(next, "end") && isLineEnd(peek(2)) { return statement }
      if current.kind == .end { return statement }
    }
    switch value.kind {
    case .call:
      error(
        "E0213", "a call begins with `call`", at: value.span,
        help: "its results are dropped; to keep them, assign them",
        fix: insertion("call ", at: value.span.start))
      return Statement(kind: .call(value), span: statement.span)
    case .binary(.equal, _, _) where !isInInvariant:
      error(
        "E0213", "nothing happens to this value", at: value.span,
        help: "an assignment is written `=`")
    case .invalid:
      break
    default:
      error(
        "E0213", "nothing happens to this value", at: value.span,
        help: isInInvariant
          ? "only the last line of an invariant is a value; conditions are joined with `and`"
          : "assign it, as in `name = …`, or begin the line with a statement")
    }
    return Statement(
      kind: .expression(Expression(kind: .invalid, span: value.span)), span: statement.span)
  }

  private mutating func reportCompound(_ target: Expression) -> SyntaxFailure {
    let token = current
    let sign = source.text(token.start, token.end)
    let written = source.text(target.span.start, min(target.span.end, target.span.start + 200))
    let operation = String(sign.prefix(1))
    let isIncrement = token.kind == .increment
    var fix: Diagnostic.Fix?
    if isIncrement {
      fix = Diagnostic.Fix(
        Span(file: file, start: target.span.end, end: token.end), " = \(written) + 1")
    } else if sign == "+=" || isLineEnd(peek(2)), sign != "/=" {
      fix = Diagnostic.Fix(span(token), "= \(written) \(operation)")
    }
    return fail(
      "E0209", "`\(sign)` is no operator", at: span(token),
      help: "write it out: `\(written) = \(written) \(operation) …`", fix: fix)
  }

  private mutating func parseRequire() throws(SyntaxFailure) -> StatementKind {
    let condition = try parseExpression()
    if current.kind == .comma {
      throw fail(
        "E0201", "expected `else` and an error, found `,`", at: span(current),
        help: "write `require condition else NotAllowed`",
        fix: Diagnostic.Fix(span(current), " else"))
    }
    if current.kind == .assign {
      throw fail(
        "E0208", "`=` compares nothing", at: span(current),
        help: "a comparison is written `==`", fix: Diagnostic.Fix(span(current), "=="))
    }
    if current.kind == .newline, isWord(peek(1), "else"), peek(2).kind == .name,
      !isWord(peek(2), "if")
    {
      skipNewlines()
    }
    try expectWord("else", help: "say which error it is: `require condition else NotAllowed`")
    return .require(condition, error: try parseErrorUse())
  }

  private mutating func parseErrorUse() throws(SyntaxFailure) -> ErrorUse {
    if current.kind == .text {
      throw fail(
        "E0201", "expected the name of an error, found a text", at: span(current),
        help: "declare `error NotAllowed` and name it here")
    }
    let name = try expectDottedName("the name of an error")
    guard current.kind == .leftParenthesis else { return ErrorUse(name: name, arguments: []) }
    return ErrorUse(name: name, arguments: try parseArguments().0)
  }

  private mutating func parseEmit() throws(SyntaxFailure) -> StatementKind {
    let name = try expectDottedName("the name of an event")
    guard current.kind == .leftParenthesis else {
      if isLineEnd(current) {
        error(
          "E0217", "the arguments of `\(name.text)` are missing", at: place(current),
          help: "they stand in parentheses, also if there are none",
          fix: insertion("()", at: name.span.end))
        return .emit(name, arguments: [])
      }
      throw unexpected("`(`")
    }
    return .emit(name, arguments: try parseArguments().0)
  }

  private mutating func parseTransfer(_ word: String) throws(SyntaxFailure) -> StatementKind {
    let shape = [
      "mint": "mint asset, amount to receiver", "send": "send asset, amount to receiver",
      "burn": "burn asset, amount", "force": "force asset, amount from holder to receiver",
    ][word]
    let help = shape.map { "write `\($0)`" }
    if current.kind == .leftParenthesis, isWholeCall(at: position), isTuple(at: position) {
      throw fail("E0225", "`\(word)` takes no parentheses", at: span(current), help: help)
    }
    let asset = try parseExpression()
    guard current.kind == .comma else { throw unexpected("`,` and an amount", help: help) }
    advanceGlued()
    continueLine()
    let amount = try parseExpression()
    if word == "burn" { return .burn(asset: asset, amount: amount) }
    if word == "force" {
      try expectWord("from", help: help)
      let from = try parseExpression()
      try expectWord("to", help: help)
      return .force(asset: asset, amount: amount, from: from, to: try parseExpression())
    }
    try expectWord("to", help: help)
    let to = try parseExpression()
    return word == "mint"
      ? .mint(asset: asset, amount: amount, to: to) : .send(asset: asset, amount: amount, to: to)
  }

  private mutating func parseCreate(from start: Token) throws(SyntaxFailure) -> StatementKind {
    let created = try parsePostfix()
    var base = created
    while case .member(let inner, _) = base.kind { base = inner }
    if case .call = created.kind {
      let whole = Expression(kind: .create(created), span: span(from: start))
      error(
        "E0213", "the address of the new contract is lost", at: whole.span,
        help: "keep it, as in `vault = create …`, or drop it with `call create …`",
        fix: insertion("call ", at: start.start))
      return .call(whole)
    }
    guard isWord("with") else { return .createAsset(assetClass: created, hooks: []) }
    advance()
    return .createAsset(assetClass: created, hooks: try parseExpressions())
  }

  // MARK: - Blocks

  /// What stands in the heading of a block behind its word; if it cannot be read the block still is.
  private mutating func parseHeading<Value>(
    _ body: (inout Parser) throws(SyntaxFailure) -> Value
  ) -> Value? {
    let value = recovering(body)
    endLine()
    return value
  }

  private mutating func parseCondition(of word: String) -> Expression {
    parseHeading { parser throws(SyntaxFailure) in
      if parser.isLineEnd(parser.current) { throw parser.unexpected("a condition") }
      return try parser.parseExpression()
    } ?? Expression(kind: .invalid, span: place(current))
  }

  private func openBlock(
    _ start: Token, takesElse: Bool = false, takesRest: Bool = false
  )
    -> OpenBlock
  {
    OpenBlock(
      word: start.text, span: span(start), indentation: start.indentation, takesElse: takesElse,
      takesRest: takesRest)
  }

  private mutating func parseConditional(from start: Token) throws(SyntaxFailure) -> StatementKind {
    try enter()
    let blockLevel = level
    advance()
    var branches: [ConditionalBranch] = []
    var otherwise: [Statement]?
    var condition: Expression? = parseCondition(of: "if")
    while true {
      let body = parseBlock(
        openBlock(start, takesElse: otherwise == nil && condition != nil), level: blockLevel)
      if let condition {
        branches.append(ConditionalBranch(condition: condition, body: body))
      } else {
        otherwise = body
      }
      guard condition != nil, isElseAhead else { break }
      beginLine(level: blockLevel, closes: true)
      condition = parseElse()
    }
    _ = closeBlock(openBlock(start), level: blockLevel)
    level = blockLevel
    leave()
    return .conditional(branches, otherwise: otherwise)
  }

  private var isElseAhead: Bool {
    guard current.kind == .name else { return false }
    return ["else", "elif", "elseif", "elsif"].contains(current.text)
      && current.indentation >= 0 && ![.assign, .comma].contains(peek(1).kind)
  }

  /// The line of an `else`; the condition behind `else if`.
  private mutating func parseElse() -> Expression? {
    let token = current
    advance()
    if token.text != "else" {
      error(
        "E0212", "`\(token.text)` is not a word of this language", at: span(token),
        help: "write `else if`", fix: Diagnostic.Fix(span(token), "else if"))
      return parseCondition(of: "if")
    }
    if isWord("if") {
      advance()
      return parseCondition(of: "if")
    }
    endLine()
    return nil
  }

  private mutating func parseWhile(from start: Token) throws(SyntaxFailure) -> StatementKind {
    try enter()
    let blockLevel = level
    advance()
    let condition = parseCondition(of: "while")
    let body = parseBlock(openBlock(start), level: blockLevel)
    _ = closeBlock(openBlock(start), level: blockLevel)
    level = blockLevel
    leave()
    return .whileLoop(condition, body: body)
  }

  private mutating func parseFor(from start: Token) throws(SyntaxFailure) -> StatementKind {
    try enter()
    let blockLevel = level
    advance()
    let isEach =
      isWord("each") && (!isWord(peek(1), "in") || isWord(peek(2), "in"))
    if isEach || start.text == "foreach" {
      if isEach { advance() }
      return try parseForEach(from: start, level: blockLevel)
    }
    typealias Range = (Name, from: Expression, to: Expression?, isClosed: Bool)
    let nothing = Expression(kind: .invalid, span: place(current))
    let range =
      parseHeading { parser throws(SyntaxFailure) -> Range in
        try parser.parseRange()
      } ?? (Name(text: "_", span: span(start)), from: nothing, to: nothing, isClosed: false)
    let body = parseBlock(openBlock(start), level: blockLevel)
    _ = closeBlock(openBlock(start), level: blockLevel)
    level = blockLevel
    leave()
    guard let to = range.to else { return .forElements(range.0, of: range.from, body: body) }
    return .forRange(range.0, from: range.from, to: to, isClosed: range.isClosed, body: body)
  }

  private mutating func parseRange() throws(SyntaxFailure) -> (
    Name, from: Expression, to: Expression?, isClosed: Bool
  ) {
    let help = "write `for i in 0..<count`, `for x in list`, or `for each key in @map`"
    var variable: Name
    if current.kind == .underscore {
      variable = Name(text: "_", span: span(current))
      advance()
    } else {
      guard current.kind == .name else { throw unexpected("the name of the counter", help: help) }
      variable = name(current)
      advance()
    }
    if current.kind == .assign {
      throw fail(
        "E0201", "expected `in`, found `=`", at: span(current), help: help,
        fix: Diagnostic.Fix(span(current), "in"))
    }
    try expectWord("in", help: help)
    let from = try parseExpression()
    guard current.kind == .dotDot || current.kind == .dotDotLess else {
      if isLineEnd(current), case .state = Self.base(of: from).kind {
        throw fail(
          "E0201", "the keys of a map are visited with `for each`", at: from.span,
          fix: insertion("each ", at: variable.span.start))
      }
      if isLineEnd(current) { return (variable, from: from, to: nil, isClosed: false) }
      throw unexpected("`..` or `..<`", help: help)
    }
    let isClosed = current.kind == .dotDot
    advanceGlued()
    continueLine()
    layout.isGlued[position] = true
    return (variable, from: from, to: try parseExpression(), isClosed: isClosed)
  }

  private static func base(of expression: Expression) -> Expression {
    var base = expression
    while true {
      switch base.kind {
      case .member(let inner, _), .subscripted(let inner, _): base = inner
      default: return base
      }
    }
  }

  private mutating func parseForEach(
    from start: Token, level blockLevel: Int
  ) throws(SyntaxFailure) -> StatementKind {
    var loop = ForEachSyntax(
      keys: [], map: Expression(kind: .invalid, span: place(current)), from: [], isDown: false,
      limit: nil, body: [], rest: nil)
    _ = parseHeading { parser throws(SyntaxFailure) in try parser.parseForEachHeading(&loop) }
    loop.body = parseBlock(openBlock(start, takesRest: true), level: blockLevel)
    if isWord("rest"), current.indentation >= 0, isLineEnd(peek(1)) {
      beginLine(level: blockLevel, closes: true)
      advance()
      loop.rest = parseBlock(openBlock(start), level: blockLevel)
    }
    _ = closeBlock(openBlock(start), level: blockLevel)
    level = blockLevel
    leave()
    return .forEach(loop)
  }

  private mutating func parseForEachHeading(_ loop: inout ForEachSyntax) throws(SyntaxFailure) {
    if current.kind == .leftParenthesis {
      loop.keys = try parseBracketed { parser throws(SyntaxFailure) in try parser.parseKeyName() }
    } else {
      loop.keys = [try parseKeyName()]
      if current.kind == .comma {
        throw fail(
          "E0217", "several keys stand in parentheses", at: span(current),
          help: "write `for each (price, id) in @book`")
      }
    }
    try expectWord("in", help: "write `for each key in @map`")
    loop.map = try parsePostfix()
    if isWord("from") {
      advance()
      if current.kind == .leftParenthesis, isTuple(at: position) {
        loop.from = try parseBracketed { parser throws(SyntaxFailure) in
          try parser.parseExpression()
        }
      } else {
        loop.from = [try parseExpression()]
      }
    }
    if isWord("down") {
      loop.isDown = true
      advance()
    }
    if isWord("limit") {
      advance()
      loop.limit = try parseExpression()
    }
  }

  private mutating func parseKeyName() throws(SyntaxFailure) -> Name {
    if current.kind == .underscore {
      let name = Name(text: "_", span: span(current))
      advance()
      return name
    }
    return try expectName("the name of a key")
  }

  /// Whether a comma stands directly inside these parentheses.
  private func isTuple(at index: Int) -> Bool {
    let end = partners[index]
    guard end > index else { return false }
    var index = index + 1
    while index < end {
      switch tokens[index].kind {
      case .comma: return true
      case .leftParenthesis, .leftBracket: index = max(index, partners[index])
      default: break
      }
      index += 1
    }
    return false
  }

  // MARK: - Try

  private mutating func parseTry(from start: Token) throws(SyntaxFailure) -> StatementKind {
    try enter()
    let blockLevel = level
    advance()
    let nothing = Expression(kind: .invalid, span: place(current))
    typealias Heading = (gas: Expression, attempt: Attempt)
    let heading =
      parseHeading { parser throws(SyntaxFailure) -> Heading in
        try parser.expectWord(
          "gas", help: "an attempt has a limit: `try gas 50_000 send @token, amount to payee`")
        let gas = try parser.parseExpression()
        return (gas, try parser.parseAttempt())
      } ?? (nothing, .call(targets: [], nothing))
    var syntax = TrySyntax(
      gas: heading.gas, attempt: heading.attempt, success: [], failureNames: [], failure: [])
    syntax.success = parseBlock(openBlock(start, takesElse: true), level: blockLevel)
    if isElseAhead, isWord("else") {
      beginLine(level: blockLevel, closes: true)
      advance()
      syntax.failureNames =
        parseHeading { parser throws(SyntaxFailure) in try parser.parseFailureNames() } ?? []
      syntax.failure = parseBlock(openBlock(start), level: blockLevel)
    }
    _ = closeBlock(openBlock(start), level: blockLevel)
    level = blockLevel
    leave()
    return .attempt(syntax)
  }

  private mutating func parseFailureNames() throws(SyntaxFailure) -> [Name] {
    guard !isLineEnd(current) else { return [] }
    var names = [try parseKeyName()]
    while current.kind == .comma {
      advanceGlued()
      continueLine()
      names.append(try parseKeyName())
      if names.count > 3 {
        throw fail(
          "E0225", "at most three names follow this `else`", at: names[3].span,
          help: "the error's number, the contract it comes from, and its arguments")
      }
    }
    return names
  }

  private mutating func parseAttempt() throws(SyntaxFailure) -> Attempt {
    let start = current
    if isAssignmentAhead() {
      let targets = try parseTargets()
      try expect(.assign, "`=`")
      continueLine()
      return .call(targets: targets, try parseExpression())
    }
    if isWord("call"), peek(1).kind == .name {
      error(
        "E0225", "`try` needs no `call`", at: span(start), fix: removal(of: start))
      advance()
    }
    if start.kind == .name, ["send", "mint", "burn", "force"].contains(start.text),
      beginsOperand(peek(1)), !isWholeCall(at: position + 1)
    {
      advance()
      let kind = try parseTransfer(start.text)
      return .statement(Statement(kind: kind, span: span(from: start)))
    }
    return .call(targets: [], try parseExpression())
  }

  /// Whether parentheses reach from here to the end of the line or to `paying`.
  private func isWholeCall(at index: Int) -> Bool {
    guard tokens[index].kind == .leftParenthesis, partners[index] > index else { return false }
    let next = tokens[partners[index] + 1]
    return isLineEnd(next) || isWord(next, "paying")
  }
}
