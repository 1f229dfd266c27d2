internal import Integers

extension Parser {
  /// `code I B L` and its lines.
  mutating func parseCode(in block: OpenBlock, level bodyLevel: Int) -> BodySyntax {
    let registers = recovering { parser throws(SyntaxFailure) in try parser.parseRegisters() }
    endLine()
    var lines: [CodeLine] = []
    blocks.append(block)
    // Every turn consumes at least one token.
    while true {
      skipNewlines()
      if terminator() != nil { break }
      let start = position
      beginLine(level: bodyLevel + 2)
      if isDeclaration(at: position), !isListWord(current.text) {
        parseStrayDeclaration(level: bodyLevel + 2)
      } else if let line = recovering({ parser throws(SyntaxFailure) in
        try parser.parseCodeLine(level: bodyLevel + 1)
      }) {
        lines.append(line)
      }
      endLine()
      if position == start { advance() }
    }
    blocks.removeLast()
    let end = closeBlock(block, level: bodyLevel)
    reportUnclosed()
    return .code(registers: registers ?? [0, 0, 0], lines: lines, end: end)
  }

  private mutating func parseRegisters() throws(SyntaxFailure) -> [Int] {
    let start = current
    advance()
    var registers: [Int] = []
    for bank in ["int", "bytes", "list"] {
      guard current.kind == .integer else {
        throw fail(
          "E0222", "expected the number of \(bank) registers, found \(found(current))",
          at: place(current), notes: [Diagnostic.Note("of this body", at: span(start))],
          help: "`code 3 1 0` has three integer registers, one for bytes and none for lists")
      }
      let digits = source.text(current.start, min(current.end, current.start + 20))
      guard let count = Int(digits), count <= 256 else {
        throw fail(
          "E0222", "a function has at most 256 registers of a bank", at: span(current))
      }
      registers.append(count)
      advance()
    }
    return registers
  }

  private mutating func parseCodeLine(level labelLevel: Int) throws(SyntaxFailure) -> CodeLine {
    let start = current
    var line = CodeLine(label: nil, instruction: nil, span: span(start))
    if current.kind == .name, peek(1).kind == .colon {
      layout.levels[position] = labelLevel
      level = labelLevel
      line.label = name(current)
      advance()
      advanceGlued()
    }
    if !isLineEnd(current) {
      guard current.kind == .name else {
        throw fail(
          "E0222", "expected an instruction, found \(found(current))", at: place(current),
          help: "a line of code is `label:`, an instruction with its operands, or both")
      }
      let mnemonic = name(current)
      advance()
      var operands: [CodeOperand] = []
      if !isLineEnd(current) {
        operands.append(try parseOperand())
        while current.kind == .comma {
          advanceGlued()
          continueLine()
          operands.append(try parseOperand())
        }
      }
      if current.kind == .assign {
        throw fail(
          "E0222", "code bodies hold instructions only", at: span(current),
          help: "the result is the first operand: `add i2, i0, i1`")
      }
      if beginsOperand(current), current.kind != .leftParenthesis {
        throw fail(
          "E0222", "a comma stands between two operands", at: span(current),
          fix: insertion(",", at: previous.end))
      }
      line.instruction = (mnemonic, operands)
    }
    line.span = span(from: start)
    return line
  }

  private mutating func parseOperand() throws(SyntaxFailure) -> CodeOperand {
    let start = current
    let kind: CodeOperandKind
    switch start.kind {
    case .name:
      let word = try expectDottedName("an operand")
      guard current.kind == .leftParenthesis else {
        kind = .word(word.text)
        break
      }
      kind = try parseSignature(word.text)
    case .at:
      advance()
      layout.isGlued[position] = true
      kind = .field(try expectDottedName("the name of a field behind `@`").text)
    case .dot:
      advance()
      layout.isGlued[position] = true
      kind = .component(try expectName("the name of a component behind `.`").text)
    case .minus:
      advance()
      layout.isGlued[position] = true
      guard current.kind == .integer else { throw unexpected("an integer") }
      kind = .integer(integer(current).negated())
      advance()
    case .integer:
      kind = .integer(integer(start))
      advance()
    case .text:
      kind = .bytes(Array(text(start).utf8))
      advance()
    case .bytes:
      kind = .bytes(bytes(start))
      advance()
    case .malformed:
      kind = .bytes([])
      advance()
    default:
      throw fail(
        "E0222", "expected an operand, found \(found(start))", at: place(start),
        help:
          "operands are registers such as `i0`, names, `@field`, `.component`, integers and bytes")
    }
    return CodeOperand(kind: kind, span: span(from: start))
  }

  private mutating func parseSignature(_ name: String) throws(SyntaxFailure) -> CodeOperandKind {
    let parameters = try parseBracketed(isGlued: true) { parser throws(SyntaxFailure) in
      try parser.parseType()
    }
    guard current.kind == .arrow else {
      throw fail(
        "E0218", "the `->` of the signature is missing", at: place(current),
        help: "a signature names both sides: `price(asset)->(int)`")
    }
    advanceGlued()
    guard current.kind == .leftParenthesis else {
      throw fail(
        "E0217", "results stand in parentheses", at: place(current),
        help: "a signature names both sides: `price(asset)->(int)`")
    }
    let results = try parseBracketed(isGlued: true) { parser throws(SyntaxFailure) in
      try parser.parseType()
    }
    let isView = isWord("view")
    if isView { advance() }
    return .signature(name: name, parameters: parameters, results: results, isView: isView)
  }
}
