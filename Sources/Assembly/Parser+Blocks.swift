internal import Integers

/// Statements that hold blocks.
extension Parser {
  /// What stands in the heading of a block behind its word; if it cannot be read the block still is.
  mutating func parseHeading<Value>(
    _ body: (inout Parser) throws(SyntaxFailure) -> Value
  ) -> Value? {
    let value = recovering(body)
    endLine()
    return value
  }

  mutating func parseCondition(of word: String) -> Expression {
    parseHeading { parser throws(SyntaxFailure) in
      if parser.isLineEnd(parser.current) { throw parser.unexpected("a condition") }
      return try parser.parseExpression()
    } ?? Expression(kind: .invalid, span: place(current))
  }

  func openBlock(
    _ start: Token, takesElse: Bool = false, takesRest: Bool = false
  )
    -> OpenBlock
  {
    OpenBlock(
      word: start.text, span: span(start), indentation: start.indentation, takesElse: takesElse,
      takesRest: takesRest)
  }

  mutating func parseConditional(from start: Token) throws(SyntaxFailure) -> StatementKind {
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
  mutating func parseElse() -> Expression? {
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

  mutating func parseWhile(from start: Token) throws(SyntaxFailure) -> StatementKind {
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

  mutating func parseFor(from start: Token) throws(SyntaxFailure) -> StatementKind {
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

  mutating func parseRange() throws(SyntaxFailure) -> (
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

  static func base(of expression: Expression) -> Expression {
    var base = expression
    while true {
      switch base.kind {
      case .member(let inner, _), .subscripted(let inner, _): base = inner
      default: return base
      }
    }
  }

  mutating func parseForEach(
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

  mutating func parseForEachHeading(_ loop: inout ForEachSyntax) throws(SyntaxFailure) {
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

  mutating func parseKeyName() throws(SyntaxFailure) -> Name {
    if current.kind == .underscore {
      let name = Name(text: "_", span: span(current))
      advance()
      return name
    }
    return try expectName("the name of a key")
  }

  /// Whether a comma stands directly inside these parentheses.
  func isTuple(at index: Int) -> Bool {
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

  mutating func parseTry(from start: Token) throws(SyntaxFailure) -> StatementKind {
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

  mutating func parseFailureNames() throws(SyntaxFailure) -> [Name] {
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

  mutating func parseAttempt() throws(SyntaxFailure) -> Attempt {
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
  func isWholeCall(at index: Int) -> Bool {
    guard tokens[index].kind == .leftParenthesis, partners[index] > index else { return false }
    let next = tokens[partners[index] + 1]
    return isLineEnd(next) || isWord(next, "paying")
  }
}
