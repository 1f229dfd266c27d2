internal import Integers

extension Parser {
  mutating func parseExpression() throws(SyntaxFailure) -> Expression {
    try parseBinary(minimum: 1)
  }

  /// The binding of a binary operator, from the loosest to the tightest.
  private var currentOperator: (operator: BinaryOperator, binding: Int)? {
    switch current.kind {
    case .name:
      switch current.text {
      case "or": (.or, 1)
      case "and": (.and, 2)
      case "mod": (.modulo, 6)
      default: nil
      }
    case .equal: (.equal, 4)
    case .notEqual: (.notEqual, 4)
    case .less: (.less, 4)
    case .lessEqual: (.lessEqual, 4)
    case .greater: (.greater, 4)
    case .greaterEqual: (.greaterEqual, 4)
    case .plus: (.add, 5)
    case .minus: (.subtract, 5)
    case .star: (.multiply, 6)
    case .slash: (.divide, 6)
    default: nil
    }
  }

  private static let negationBinding = 3
  private static let comparisonBinding = 4

  /// Precedence climbing: reads operators that bind at least as tight as `minimum`.
  private mutating func parseBinary(minimum: Int) throws(SyntaxFailure) -> Expression {
    height = 0
    try enter()
    let start = current
    var left: Expression
    if isWord("not"), beginsOperand(peek(1)), !isOperatorWord(peek(1)) {
      if minimum > Self.negationBinding {
        error(
          "E0224", "`not` binds looser than the operator before it", at: span(start),
          help: "put `not` and what it negates in parentheses")
      }
      advance()
      let operand = try parseBinary(minimum: Self.negationBinding)
      try grow(height)
      left = Expression(kind: .not(operand), span: span(from: start))
    } else {
      left = try parseSigned()
    }
    var leftHeight = height
    while true {
      if isContinuedByOperator { skipNewlines() }
      guard let (binary, binding) = currentOperator, binding >= minimum else { break }
      advance()
      continueLine()
      let right = try parseBinary(minimum: binding + 1)
      try grow(leftHeight, height)
      leftHeight = height
      left = Expression(kind: .binary(binary, left, right), span: span(from: start))
      if binding == Self.comparisonBinding, let (_, next) = currentOperator, next == binding {
        throw fail(
          "E0214", "comparisons do not follow one another", at: span(current),
          help: "join two comparisons with `and`: `a < b and b < c`")
      }
    }
    height = leftHeight
    leave()
    return left
  }

  /// Whether the next line goes on with `and` or `or`, as no statement begins.
  private var isContinuedByOperator: Bool {
    guard current.kind == .newline else { return false }
    let next = peek(1)
    guard next.kind == .name, next.text == "and" || next.text == "or" else { return false }
    return beginsOperand(peek(2)) && peek(2).kind != .leftBracket
  }

  private func isOperatorWord(_ token: Token) -> Bool {
    token.kind == .name && ["and", "or", "mod"].contains(token.text)
  }

  private mutating func parseSigned() throws(SyntaxFailure) -> Expression {
    guard current.kind == .minus else { return try parsePower() }
    try enter()
    let start = current
    advance()
    // Two signs stand apart, so that nobody reads them as one.
    layout.isGlued[position] = current.kind != .minus
    let operand = try parseSigned()
    try grow(height)
    leave()
    return Expression(kind: .negate(operand), span: span(from: start))
  }

  private mutating func parsePower() throws(SyntaxFailure) -> Expression {
    let start = current
    let base = try parsePostfix()
    guard current.kind == .caret else { return base }
    let baseHeight = height
    try enter()
    advanceGlued()
    continueLine()
    layout.isGlued[position] = true
    // In scenarios `10^18 USD` is an amount of 10^18, and not a power of an amount.
    takesUnits = !isScenario
    let exponent = try parseSigned()
    takesUnits = true
    try grow(baseHeight, height)
    leave()
    let power = Expression(kind: .binary(.power, base, exponent), span: span(from: start))
    return isScenario ? parseUnit(of: power, from: start) : power
  }

  /// A value with what follows it close: calls, keys and components.
  mutating func parsePostfix() throws(SyntaxFailure) -> Expression {
    let start = current
    let base = try parsePrimary()
    return try parseTail(of: base, from: start)
  }

  private mutating func parseTail(
    of base: Expression, from start: Token
  ) throws(SyntaxFailure) -> Expression {
    var value = base
    while true {
      let baseHeight = height
      switch current.kind {
      case .leftParenthesis:
        let (arguments, argumentsHeight) = try parseArguments()
        let (payments, paymentsHeight) = try parsePayments()
        try grow(baseHeight, argumentsHeight, paymentsHeight)
        value = Expression(
          kind: .call(value, arguments, paying: payments), span: span(from: start))
      case .leftBracket:
        var keysHeight = 0
        let keys = try parseBracketed(isGlued: true) { parser throws(SyntaxFailure) in
          let key = try parser.parseExpression()
          keysHeight = max(keysHeight, parser.height)
          return key
        }
        try grow(baseHeight, keysHeight)
        value = Expression(kind: .subscripted(value, keys), span: span(from: start))
      case .dot:
        advanceGlued()
        layout.isGlued[position] = true
        let member = try expectName("a name behind `.`")
        try grow(baseHeight)
        value = Expression(kind: .member(value, member), span: span(from: start))
      default:
        height = baseHeight
        return value
      }
    }
  }

  /// `(a, label: b)`.
  mutating func parseArguments() throws(SyntaxFailure) -> ([ArgumentSyntax], height: Int) {
    var highest = 0
    let arguments = try parseBracketed(isGlued: true) { parser throws(SyntaxFailure) in
      var label: Name?
      if parser.current.kind == .name, parser.peek(1).kind == .colon {
        label = parser.name(parser.current)
        parser.advance()
        parser.advanceGlued()
      }
      let value = try parser.parseExpression()
      highest = max(highest, parser.height)
      return ArgumentSyntax(label: label, value: value)
    }
    return (arguments, highest)
  }

  /// `paying 5 of @token, 1 of @tip`, if it stands here.
  private mutating func parsePayments() throws(SyntaxFailure) -> ([PaymentSyntax], height: Int) {
    guard isWord("paying") else { return ([], 0) }
    advance()
    var payments: [PaymentSyntax] = []
    var highest = 0
    while true {
      let amount = try parseExpression()
      highest = max(highest, height)
      if isScenario, case .measured(_, let unit) = amount.kind {
        payments.append(
          PaymentSyntax(amount: amount, asset: Expression(kind: .name(unit), span: unit.span)))
        guard current.kind == .comma, bracketDepth == 0 else { break }
        advanceGlued()
        continueLine()
        continue
      }
      try expectWord("of", help: "a payment is an amount of an asset: `paying 5 of @token`")
      let asset = try parseExpression()
      highest = max(highest, height)
      payments.append(PaymentSyntax(amount: amount, asset: asset))
      guard current.kind == .comma, isScenario && bracketDepth == 0 || isPaymentAhead() else {
        break
      }
      advanceGlued()
      continueLine()
    }
    return (payments, highest)
  }

  /// Whether a payment follows the comma, and not another argument: `of` comes before what ends it.
  private func isPaymentAhead() -> Bool {
    var index = position + 1
    if tokens[index].kind == .newline { index += 1 }
    while index < tokens.count {
      let token = tokens[index]
      switch token.kind {
      case .leftParenthesis, .leftBracket:
        guard partners[index] > index else { return false }
        index = partners[index] + 1
        continue
      case .comma, .rightParenthesis, .rightBracket, .end, .assign:
        return false
      case .newline where bracketDepth == 0:
        return false
      case .name where token.text == "paying":
        return false
      case .name where token.text == "of":
        return index > position + 1
      default:
        break
      }
      index += 1
    }
    return false
  }

  // MARK: - Primaries

  private mutating func parsePrimary() throws(SyntaxFailure) -> Expression {
    height = 1
    let token = current
    switch token.kind {
    case .integer:
      advance()
      let value = Expression(kind: .integer(integer(token)), span: span(token))
      return parseUnit(of: value, from: token)
    case .decimal:
      advance()
      let value = Expression(kind: decimal(token), span: span(token))
      return parseUnit(of: value, from: token)
    case .text:
      advance()
      return Expression(kind: .text(text(token)), span: span(token))
    case .bytes:
      advance()
      return Expression(kind: .bytes(bytes(token)), span: span(token))
    case .malformed:
      advance()
      return Expression(kind: .invalid, span: span(token))
    case .at:
      advance()
      layout.isGlued[position] = true
      let field = try expectName("the name of a field behind `@`")
      return Expression(kind: .state(field), span: span(from: token))
    case .leftParenthesis:
      let opening = open()
      layout.isGlued[position] = true
      var inner = try parseExpression()
      try close(opening)
      inner.span = span(from: token)
      return inner
    case .leftBracket:
      var highest = 0
      let elements = try parseBracketed { parser throws(SyntaxFailure) in
        let element = try parser.parseExpression()
        highest = max(highest, parser.height)
        return element
      }
      try grow(highest)
      return Expression(kind: .list(elements), span: span(from: token))
    case .name:
      return try parseWord()
    case .assign:
      throw fail(
        "E0208", "`=` compares nothing", at: span(token),
        help: "a comparison is written `==`", fix: Diagnostic.Fix(span(token), "=="))
    case .underscore:
      throw fail(
        "E0224", "`_` holds no value", at: span(token),
        help: "`_` drops a result; give it a name to use it")
    default:
      throw unexpectedValue()
    }
  }

  private mutating func unexpectedValue() -> SyntaxFailure {
    let last = previous
    if last.kind == .minus, position >= 2, tokens[position - 2].kind == .minus,
      tokens[position - 2].end == last.start, isLineEnd(current)
    {
      let both = Span(file: file, start: tokens[position - 2].start, end: last.end)
      return fail(
        "E0209", "`--` is no operator", at: both, help: "write the difference out: `a = a - 1`")
    }
    if let failure = reportForeignSign() { return failure }
    return fail(
      "E0224", "expected a value, found \(found(current))", at: place(current),
      help: current.kind == .plus ? "a number needs no `+` before it" : nil)
  }

  private mutating func parseWord() throws(SyntaxFailure) -> Expression {
    let token = current
    let next = peek(1)
    switch token.text {
    case "true", "false":
      advance()
      return Expression(kind: .boolean(token.text == "true"), span: span(token))
    case "encode" where next.kind == .name && !isOperatorWord(next):
      try enter()
      advance()
      let call = try parsePostfix()
      try grow(height)
      leave()
      return Expression(kind: .encode(call), span: span(from: token))
    case "create" where next.kind == .name && !isOperatorWord(next):
      try enter()
      advance()
      let call = try parsePostfix()
      try grow(height)
      leave()
      if case .call = call.kind {
        return Expression(kind: .create(call), span: span(from: token))
      }
      var hooks: [Expression] = []
      if isWord("with") {
        advance()
        hooks = try parseExpressions()
      }
      return Expression(kind: .createAsset(call, hooks: hooks), span: span(from: token))
    case "perform"
    where next.kind == .name && !isOperatorWord(next) || next.kind == .at
      || next.kind == .leftParenthesis:
      try enter()
      advance()
      let call = try parsePostfix()
      try grow(height)
      leave()
      return Expression(kind: .perform(call), span: span(from: token))
    default:
      advance()
      return Expression(kind: .name(name(token)), span: span(token))
    }
  }

  private mutating func parseUnit(of value: Expression, from start: Token) -> Expression {
    guard takesUnits else { return value }
    guard current.kind == .name, Words.units.contains(current.text) else {
      return parseAssetUnit(of: value, from: start)
    }
    let unit = name(current)
    advance()
    height = 2
    return Expression(kind: .measured(value, unit: unit), span: span(from: start))
  }

  // MARK: - Literals

  mutating func integer(_ token: Token) -> Integer {
    let text = source.text(token.start, token.end)
    let value = text.hasPrefix("0x") ? Integer(hexadecimal: text) : Integer(decimal: text)
    return value ?? reportTooLarge(token)
  }

  private mutating func decimal(_ token: Token) -> ExpressionKind {
    let parts = source.text(token.start, token.end).split(separator: ".")
    let fraction = parts.last?.filter { $0 != "_" } ?? ""
    let digits = Integer(decimal: parts.joined())
    return .decimal(digits: digits ?? reportTooLarge(token), scale: fraction.utf8.count)
  }

  private mutating func reportTooLarge(_ token: Token) -> Integer {
    error(
      "E0106", "this number is too large", at: span(token),
      help: "an integer has at most 16_384 bits")
    return 0
  }

  /// The pairs of digits between `x"` and `"`.
  func bytes(_ token: Token) -> [UInt8] {
    let digits = source.bytes[token.start..<token.end].dropFirst(2).dropLast()
    var bytes: [UInt8] = []
    var high: UInt8?
    for digit in digits {
      let value = digit <= UInt8(ascii: "9") ? digit & 0x0F : (digit & 0x0F) + 9
      if let first = high {
        bytes.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return bytes
  }

  /// What the text between the quotation marks says.
  func text(_ token: Token) -> String {
    var rest = source.bytes[token.start..<token.end].dropFirst().dropLast()
    var result: [UInt8] = []
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
        result.append(byte)
        continue
      }
      switch escape {
      case UInt8(ascii: "n"): result.append(0x0A)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "u"):
        let digits = rest.prefix { $0 != UInt8(ascii: "}") }
        rest = rest.dropFirst(digits.count + 1)
        if let value = UInt32(String(decoding: digits.dropFirst(), as: UTF8.self), radix: 16),
          let scalar = Unicode.Scalar(value)
        {
          result.append(contentsOf: String(Character(scalar)).utf8)
        }
      default: result.append(escape)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
