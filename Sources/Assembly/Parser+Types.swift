internal import Integers

/// Parameters, results and types.
extension Parser {
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

  /// A map; one inside another is wrong, but read all the same, down to the depth of other things.
  mutating func parseMap(takesMap: Bool) throws(SyntaxFailure) -> TypeSyntax {
    height = 0
    try enter()
    defer { leave() }
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
}
