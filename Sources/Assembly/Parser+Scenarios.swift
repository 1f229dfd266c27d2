/// Reads files of scenarios.
package enum ScenarioParser {
  /// Reads the file with this index among the sources of `diagnostics`.
  package static func parse(
    file: Int, reporting diagnostics: inout Diagnostics
  ) -> ScenarioFile {
    let lexed = Lexer.lex(file: file, reporting: &diagnostics)
    var parser = Parser(file: file, lexed: lexed, diagnostics: diagnostics)
    let tree = parser.parseScenarioFile()
    diagnostics = parser.diagnostics
    return tree
  }
}

/// The language of scenarios: lines that begin with words of their own, on the assembler's tokens and
/// expressions.
extension Parser {
  private static let headings: Set<String> = [
    "use", "actors", "asset", "let", "setup", "scenario", "property", "campaign", "invariant",
  ]
  private static let clauses: Set<String> = [
    "ok", "returns", "reverts", "emits", "moves", "state", "unchanged", "gas", "golden",
  ]
  /// Words that end an amount, so that none of them is taken for its asset.
  private static let connectives: Set<String> = [
    "to", "from", "of", "gas", "paying", "and", "or", "mod", "in", "as", "by", "over", "depth",
    "runs",
  ]

  mutating func parseScenarioFile() -> ScenarioFile {
    isScenario = true
    var tree = ScenarioFile()
    skipNewlines()
    while current.kind != .end {
      let start = position
      let token = current
      beginLine(level: 0)
      let kind = recovering { parser throws(SyntaxFailure) in try parser.parseScenarioItem() }
      if let kind { tree.items.append(ScenarioItem(kind: kind, span: span(from: token))) }
      endLine()
      skipNewlines()
      if position == start { advance() }
    }
    return tree
  }

  // MARK: - Headings

  private mutating func parseScenarioItem() throws(SyntaxFailure) -> ScenarioItemKind {
    guard current.kind == .name, Self.headings.contains(current.text) else {
      let meant =
        current.kind == .name ? Spelling.suggest(current.text, among: Self.headings.sorted()) : nil
      throw unexpected(
        "`scenario`, `setup`, `property`, `campaign`, `use`, `actors`, `asset` or `let`",
        help: meant.map { "did you mean `\($0)`?" }
          ?? "steps stand below `setup`, `scenario` or `property`, indented")
    }
    let word = current.text
    advance()
    switch word {
    case "use": return try parseScenarioUse()
    case "actors": return .actors(try parseActors())
    case "asset": return .asset(try parseScenarioAsset())
    case "let":
      let name = try expectName("a name")
      if current.kind == .leftParenthesis { return try parseFunction(name) }
      try expect(.assign, "`=`")
      return .define(name, try parseExpression())
    case "setup":
      endLine()
      return .setup(parseSteps(level: 1))
    case "scenario":
      let (title, place) = try parseTitle()
      endLine()
      let cases = parseCases()
      return .scenario(
        ScenarioSyntax(
          title: title, titleSpan: place, cases: cases, steps: parseSteps(level: 1)))
    case "property": return .property(try parseProperty())
    default:
      if word == "invariant" { try expectWord("campaign") }
      return .campaign(try parseCampaign())
    }
  }

  private mutating func parseScenarioUse() throws(SyntaxFailure) -> ScenarioItemKind {
    guard current.kind == .text else { throw unexpected("the path of a file in quotes") }
    let token = current
    advance()
    var alias: Name?
    if isWord("as") {
      advance()
      alias = try expectName("a name for the contract")
    }
    return .use(path: text(token), pathSpan: span(token), alias: alias)
  }

  private mutating func parseNames(_ wanted: String) throws(SyntaxFailure) -> [Name] {
    var names = [try expectName(wanted)]
    while current.kind == .comma {
      advanceGlued()
      continueLine()
      names.append(try expectName(wanted))
    }
    return names
  }

  private mutating func parseActors() throws(SyntaxFailure) -> [ScenarioActor] {
    var actors: [ScenarioActor] = []
    repeat {
      if !actors.isEmpty {
        advanceGlued()
        continueLine()
      }
      var actor = ScenarioActor(name: try expectName("the name of an actor"), count: nil)
      if current.kind == .leftBracket {
        let opening = open(isGlued: true)
        layout.isGlued[position] = true
        actor.count = try parseExpression()
        try close(opening)
      }
      actors.append(actor)
    } while current.kind == .comma
    return actors
  }

  private mutating func parseFunction(
    _ name: Name
  ) throws(SyntaxFailure) -> ScenarioItemKind {
    let parameters = try parseBracketed(isGlued: true) { parser throws(SyntaxFailure) in
      try parser.expectName("a name for what it is of")
    }
    try expect(.assign, "`=`")
    continueLine()
    return .function(
      ScenarioFunction(name: name, parameters: parameters, body: try parseExpression()))
  }

  private mutating func parseScenarioAsset() throws(SyntaxFailure) -> ScenarioAsset {
    var asset = ScenarioAsset(
      name: try expectName("the name of an asset"), decimals: nil, holdings: [])
    if isWord("decimals") {
      advance()
      asset.decimals = try parseExpression()
    }
    while current.kind == .comma {
      advanceGlued()
      continueLine()
      var amount = try parseExpression()
      // `1_000 USD to alice` says no more than `1_000 to alice`.
      if case .measured(let number, let unit) = amount.kind, unit.text == asset.name.text {
        amount = number
      }
      try expectWord("to", help: "an asset begins with its holders: `1_000 to alice`")
      asset.holdings.append((amount, try expectName("who holds it")))
    }
    return asset
  }

  private mutating func parseTitle() throws(SyntaxFailure) -> (String, Span) {
    guard current.kind == .text else { throw unexpected("a title in quotes") }
    let token = current
    advance()
    return (text(token), span(token))
  }

  private mutating func parseCases() -> CasesSyntax? {
    skipNewlines()
    guard isWord("cases"), peek(1).kind == .name else { return nil }
    beginLine(level: 1)
    let indentation = current.indentation
    return recovering { parser throws(SyntaxFailure) in
      parser.advance()
      var cases = CasesSyntax(names: try parser.parseNames("a name"), rows: [])
      parser.endLine()
      parser.skipNewlines()
      while parser.current.kind != .end, parser.current.indentation > indentation {
        parser.beginLine(level: 2)
        let start = parser.current
        let row = parser.recovering { parser throws(SyntaxFailure) in
          try parser.parseExpressions()
        }
        if let row {
          if row.count != cases.names.count {
            parser.error(
              "E0231",
              "this case has \(row.count) values for \(cases.names.count) names",
              at: parser.span(from: start))
          }
          cases.rows.append((row, parser.span(from: start)))
        }
        parser.endLine()
        parser.skipNewlines()
      }
      return cases
    }
  }

  private mutating func parseProperty() throws(SyntaxFailure) -> PropertySyntax {
    let (title, place) = try parseTitle()
    try expectWord("for", help: "a property says for what it holds: `for n in 1..100`")
    var variables: [(name: Name, domain: Iteration)] = []
    while true {
      let name = try expectName("a name")
      try expectWord("in")
      variables.append((name, try parseIteration()))
      guard current.kind == .comma else { break }
      advanceGlued()
      continueLine()
    }
    var runs: Expression?
    if isWord("runs") {
      advance()
      runs = try parseExpression()
    }
    endLine()
    return PropertySyntax(
      title: title, titleSpan: place, variables: variables, runs: runs,
      steps: parseSteps(level: 1))
  }

  private mutating func parseCampaign() throws(SyntaxFailure) -> CampaignSyntax {
    var campaign = CampaignSyntax(
      title: "campaign", titleSpan: place(current), contracts: [], actors: [], depth: nil,
      runs: nil)
    if current.kind == .text { (campaign.title, campaign.titleSpan) = try parseTitle() }
    try expectWord("over", help: "a campaign says over what: `over shop by alice, bob`")
    campaign.contracts = try parseNames("the name of a contract")
    try expectWord("by", help: "a campaign says who acts: `over shop by alice, bob`")
    campaign.actors = try parseNames("the name of an actor")
    while true {
      if isWord("depth") {
        advance()
        campaign.depth = try parseIteration()
      } else if isWord("runs") {
        advance()
        campaign.runs = try parseExpression()
      } else {
        return campaign
      }
    }
  }

  private mutating func parseIteration() throws(SyntaxFailure) -> Iteration {
    let first = try parseExpression()
    guard current.kind == .dotDot || current.kind == .dotDotLess else { return .elements(first) }
    let isClosed = current.kind == .dotDot
    advanceGlued()
    layout.isGlued[position] = true
    return .range(first, try parseExpression(), isClosed: isClosed)
  }

  // MARK: - Steps

  /// Reads steps up to the next heading, or up to `end` or `else` inside a block.
  private mutating func parseSteps(level: Int) -> [ScenarioStep] {
    var steps: [ScenarioStep] = []
    skipNewlines()
    while current.kind != .end, !endsSteps(isNested: level > 1) {
      let start = position
      let token = current
      beginLine(level: level)
      let kind = recovering { parser throws(SyntaxFailure) in
        try parser.parseStep(level: level)
      }
      let place = span(from: token)
      endLine()
      let clauses = parseClauses(level: level + 1)
      if let kind { steps.append(ScenarioStep(kind: kind, clauses: clauses, span: place)) }
      skipNewlines()
      if position == start { advance() }
    }
    return steps
  }

  private func endsSteps(isNested: Bool) -> Bool {
    if current.indentation == 0, current.kind == .name, Self.headings.contains(current.text),
      peek(1).kind != .colon, peek(1).kind != .assign
    {
      return true
    }
    return isNested && (isWord("end") || isWord("else")) && isLineEnd(peek(1))
  }

  private mutating func parseStep(level: Int) throws(SyntaxFailure) -> ScenarioStepKind {
    guard current.kind == .name else { throw unexpected("a step") }
    let next = peek(1).kind
    if next == .colon {
      let actor = name(current)
      advance()
      advanceGlued()
      return try parseAction(by: actor)
    }
    if next == .assign || next == .comma || next == .dot { return try parseAction(by: nil) }
    let word = current.text
    switch word {
    case "warp":
      advance()
      let amount = try parseExpression()
      if case .measured(let count, let unit) = amount.kind,
        unit.text == "blocks" || unit.text == "block"
      {
        return .warp(count, isBlocks: true)
      }
      if isWord("blocks") || isWord("block") {
        advance()
        return .warp(amount, isBlocks: true)
      }
      return .warp(amount, isBlocks: false)
    case "at":
      advance()
      if isWord("block"), beginsOperand(peek(1)) {
        advance()
        return .at(try parseExpression(), isBlock: true)
      }
      return .at(try parseExpression(), isBlock: false)
    case "let":
      advance()
      let name = try expectName("a name")
      try expect(.assign, "`=`")
      return .define(name, try parseExpression())
    case "expect":
      advance()
      return .expect(try parseExpression())
    case "plot":
      advance()
      return .plot(try parsePlot())
    case "golden" where peek(1).kind == .text:
      advance()
      let (title, place) = try parseTitle()
      return .golden(
        GoldenSyntax(
          title: title, titleSpan: place,
          contracts: isLineEnd(current) ? [] : try parseNames("the name of a contract")))
    case "block" where isLineEnd(peek(1)):
      let opening = current
      advance()
      return .block(try parseNested(opening, level: level))
    case "for":
      let opening = current
      advance()
      let name = try expectName("a name")
      try expectWord("in")
      let iteration = try parseIteration()
      return .loop(name, iteration, try parseNested(opening, level: level))
    case "if":
      return try parseCondition(level: level)
    default:
      return try parseAction(by: nil)
    }
  }

  private mutating func parsePlot() throws(SyntaxFailure) -> PlotSyntax {
    let (title, place) = try parseTitle()
    var plot = PlotSyntax(title: title, titleSpan: place, series: [], unit: nil)
    repeat {
      if !plot.series.isEmpty {
        advanceGlued()
        continueLine()
      }
      var label: String?
      if peek(1).kind == .colon, current.kind == .name || current.kind == .text {
        label = current.kind == .text ? text(current) : current.text
        advance()
        advanceGlued()
      }
      plot.series.append((label, try parseExpression()))
    } while current.kind == .comma
    guard isWord("in") else { return plot }
    advance()
    guard current.kind == .text else {
      plot.unit = .asset(try parsePostfix())
      return plot
    }
    let (unit, _) = try parseTitle()
    var decimals: Expression?
    if isWord("decimals") {
      advance()
      decimals = try parseExpression()
    }
    plot.unit = .text(unit, decimals: decimals)
    return plot
  }

  private mutating func parseNested(
    _ opening: Token, level: Int
  ) throws(SyntaxFailure) -> [ScenarioStep] {
    try enter()
    endLine()
    let steps = parseSteps(level: level + 1)
    try closeNested(opening, level: level)
    leave()
    return steps
  }

  private mutating func closeNested(_ opening: Token, level: Int) throws(SyntaxFailure) {
    guard isWord("end"), isLineEnd(peek(1)) else {
      throw fail(
        "E0204", "this `\(opening.text)` has no `end`", at: span(opening),
        help: "close it with a line `end`")
    }
    beginLine(level: level, closes: true)
    advance()
  }

  private mutating func parseCondition(level: Int) throws(SyntaxFailure) -> ScenarioStepKind {
    let opening = current
    advance()
    let condition = try parseExpression()
    try enter()
    endLine()
    let steps = parseSteps(level: level + 1)
    var otherwise: [ScenarioStep] = []
    if isWord("else"), isLineEnd(peek(1)) {
      beginLine(level: level, closes: true)
      advance()
      endLine()
      otherwise = parseSteps(level: level + 1)
    }
    try closeNested(opening, level: level)
    leave()
    return .conditional(condition, steps, otherwise: otherwise)
  }

  /// What somebody does: `send`, `deploy`, or a call with names for its results.
  private mutating func parseAction(by actor: Name?) throws(SyntaxFailure) -> ScenarioStepKind {
    if isWord("send"), beginsOperand(peek(1)), peek(1).kind != .leftParenthesis {
      advance()
      let amount = try parseAmount("send 5 USD to bob")
      try expectWord("to", help: "`send 5 USD to bob`")
      return .send(actor: actor, amount: amount, to: try parseExpression())
    }
    var results: [Name] = []
    if peek(1).kind == .assign || peek(1).kind == .comma {
      results = try parseNames("a name for a result")
      try expect(.assign, "`=`")
    }
    if isWord("deploy"), peek(1).kind == .name {
      advance()
      guard results.count <= 1 else {
        throw fail(
          "E0232", "a deployment has one result, the contract", at: results[1].span)
      }
      let call = try parsePostfix()
      return .deploy(actor: actor, name: results.first, call, gas: try parseGas())
    }
    let call = try parsePostfix()
    guard case .call = call.kind else {
      throw fail(
        "E0233", "expected a call such as `shop.buy(3)`", at: call.span,
        help: "a step is a call, `deploy`, `send`, `warp`, `at`, `let`, `expect`, `plot`, "
          + "`golden`, `block`, `for` or `if`")
    }
    return .call(actor: actor, results: results, call, gas: try parseGas())
  }

  private mutating func parseGas() throws(SyntaxFailure) -> Expression? {
    guard isWord("gas") else { return nil }
    advance()
    return try parseExpression()
  }

  // MARK: - Clauses

  private mutating func parseClauses(level: Int) -> [ScenarioClause] {
    var clauses: [ScenarioClause] = []
    skipNewlines()
    while isAtClause, current.indentation > 0 {
      beginLine(level: level)
      // `ok returns 5` is two clauses in one line.
      repeat {
        let token = current
        let kind = recovering { parser throws(SyntaxFailure) in try parser.parseClause() }
        if let kind { clauses.append(ScenarioClause(kind: kind, span: span(from: token))) }
      } while isAtClause && current.indentation < 0
      endLine()
      skipNewlines()
    }
    return clauses
  }

  private var isAtClause: Bool {
    current.kind == .name && Self.clauses.contains(current.text)
      && ![.colon, .assign, .dot].contains(peek(1).kind)
      && !(isWord("golden") && peek(1).kind == .text)
  }

  private mutating func parseClause() throws(SyntaxFailure) -> ScenarioClauseKind {
    let word = current.text
    advance()
    switch word {
    case "ok": return .succeeds
    case "returns": return .returns(try parseExpressions())
    case "reverts": return .reverts(try parsePostfix())
    case "emits":
      if isWord("nothing") {
        advance()
        return .emits([], isOnly: true)
      }
      let isOnly = isWord("only")
      if isOnly { advance() }
      return .emits(try parseExpressions(), isOnly: isOnly)
    case "moves": return try parseMoves()
    case "state":
      let path = try parsePostfix()
      var before: Expression?
      if current.kind == .colon {
        advanceGlued()
        before = try parseExpression()
      }
      try expect(.arrow, "`->`")
      return .state(path: path, before: before, after: try parseExpression())
    case "unchanged":
      return .unchanged(isLineEnd(current) ? [] : try parseExpressions())
    case "gas":
      let comparisons: [TokenKind: BinaryOperator] = [
        .less: .less, .lessEqual: .lessEqual, .equal: .equal, .greater: .greater,
        .greaterEqual: .greaterEqual,
      ]
      guard let comparison = comparisons[current.kind] else {
        throw unexpected("`<=`", help: "`gas <= 5_000`")
      }
      advance()
      return .gas(comparison, try parseExpression())
    default: return .golden
    }
  }

  private mutating func parseMoves() throws(SyntaxFailure) -> ScenarioClauseKind {
    let example = "`moves 5 USD from alice to bob`"
    if isWord("nothing") {
      advance()
      return .moves([], isOnly: true)
    }
    let isOnly = isWord("only")
    if isOnly { advance() }
    var moves: [MoveSyntax] = []
    repeat {
      if !moves.isEmpty {
        advanceGlued()
        continueLine()
      }
      let start = current
      let amount = try parseAmount("moves 5 USD from alice to bob")
      try expectWord("from", help: example)
      let from = try parseExpression()
      try expectWord("to", help: example)
      let to = try parseExpression()
      moves.append(MoveSyntax(amount: amount, from: from, to: to, span: span(from: start)))
    } while current.kind == .comma
    return .moves(moves, isOnly: isOnly)
  }

  // MARK: - Amounts

  /// `5 USD`, or `rest of USD` in the smallest unit.
  private mutating func parseAmount(_ example: String) throws(SyntaxFailure) -> PaymentSyntax {
    let amount = try parseExpression()
    if case .measured(_, let unit) = amount.kind {
      return PaymentSyntax(amount: amount, asset: Expression(kind: .name(unit), span: unit.span))
    }
    try expectWord("of", help: "an amount names its asset: `\(example)`")
    return PaymentSyntax(amount: amount, asset: try parseExpression())
  }

  /// In scenarios the word behind a number is the asset it is an amount of: `25 USD`, `3 rig.Share`,
  /// `1 registry.Passport["gpu-7"]`.
  mutating func parseAssetUnit(of value: Expression, from start: Token) -> Expression {
    guard isScenario, current.kind == .name, current.indentation < 0,
      !Self.connectives.contains(current.text),
      !Self.clauses.contains(current.text)
        || peek(1).kind == .dot
    else { return value }
    let first = current
    var end = current.end
    advance()
    while current.kind == .dot, peek(1).kind == .name {
      advanceGlued()
      layout.isGlued[position] = true
      end = current.end
      advance()
    }
    if current.kind == .leftBracket, current.start == end, partners[position] > position {
      let close = partners[position]
      while position < close {
        layout.isGlued[position] = true
        position += 1
      }
      layout.isGlued[position] = true
      end = current.end
      advance()
    }
    height = 2
    let unit = Name(
      text: source.text(first.start, end), span: Span(file: file, start: first.start, end: end))
    return Expression(kind: .measured(value, unit: unit), span: span(from: start))
  }
}
