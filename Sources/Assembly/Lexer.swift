/// What a token is.
enum TokenKind: UInt8, Sendable {
  case name, underscore, integer, decimal, text, bytes
  case at, dot, dotDot, dotDotLess, comma, colon, arrow
  case leftParenthesis, rightParenthesis, leftBracket, rightBracket, leftBrace, rightBrace
  case assign, plus, minus, star, slash, caret
  case equal, notEqual, less, lessEqual, greater, greaterEqual
  /// `+=` and its kin, and `++`: read so that the parser can say what to write.
  case compoundAssign, increment
  /// A literal that cannot be read; an error has been reported.
  case malformed
  case comment, documentation
  case newline
  /// The end of the file.
  case end
}

/// A word, a sign or a literal, and where it stands.
struct Token: Sendable {
  var kind: TokenKind
  var start: Int
  var end: Int
  /// The line, from 1.
  var line: Int
  /// For the first token of a line the columns before it, a tab reaching to the next multiple of 4;
  /// for others -1.
  var indentation: Int
  /// The word, for names only.
  ///
  /// A sign of another language may stand for the word it means here.
  var text = ""
}

/// A source cut into tokens.
struct LexedSource: Sendable {
  /// The tokens that mean something: without comments, with one newline for each run of line ends
  /// behind something, and the end of the file last.
  var tokens: [Token] = []
  /// Comments and documentation in order.
  var comments: [Token] = []
}

/// Cuts a source into tokens.
///
/// Every text can be cut: what makes no sense is reported and skipped.
struct Lexer {
  /// Bytes of the largest source.
  static let sizeMax = 4 << 20
  /// Digits of the largest decimal literal: those of 2^16384.
  static let decimalDigitsMax = 4_933
  /// Digits of the largest hexadecimal literal.
  static let hexadecimalDigitsMax = 4_096
  /// Bytes of the longest text or bytes literal.
  static let bytesMax = 65_536
  /// Bytes of the longest name.
  static let nameMax = 255

  let source: SourceText
  let bytes: [UInt8]
  let file: Int
  var position = 0
  var line = 1
  var isAtLineStart = true
  var indentation = 0
  var lexed = LexedSource()
  var diagnostics: Diagnostics

  private init(_ file: Int, _ diagnostics: Diagnostics) {
    self.file = file
    self.diagnostics = diagnostics
    source = diagnostics.sources[file]
    bytes = source.bytes
  }

  /// Cuts the file with this index among the sources of `diagnostics`.
  static func lex(file: Int, reporting diagnostics: inout Diagnostics) -> LexedSource {
    var lexer = Lexer(file, diagnostics)
    lexer.run()
    diagnostics = lexer.diagnostics
    return lexer.lexed
  }

  mutating func run() {
    if bytes.count > Self.sizeMax {
      error(
        "E0111", "this file is too large", 0, 0,
        help: "a source has at most 4 MiB; this one has \(bytes.count) bytes")
    } else {
      // A byte order mark says nothing in UTF-8.
      if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
      // Every step consumes at least one byte.
      while position < bytes.count { step() }
      append(.newline, position, position)
    }
    lexed.tokens.append(
      Token(kind: .end, start: position, end: position, line: line, indentation: 0))
  }

  mutating func step() {
    let start = position
    let byte = bytes[start]
    switch byte {
    case UInt8(ascii: "\n"):
      append(.newline, start, start + 1)
      position += 1
      line += 1
      isAtLineStart = true
      indentation = 0
    case UInt8(ascii: " "):
      if isAtLineStart { indentation += 1 }
      position += 1
    case UInt8(ascii: "\t"):
      if isAtLineStart { indentation += 4 - indentation % 4 }
      position += 1
    case UInt8(ascii: "\r") where peek(1) == UInt8(ascii: "\n"):
      position += 1
    case UInt8(ascii: ";"):
      lexComment(from: start, markLength: 1)
    case UInt8(ascii: "#"):
      reportCommentSign(start, start + 1, "#")
      lexComment(from: start, markLength: 1)
    case UInt8(ascii: "\""):
      lexText(from: start)
    case UInt8(ascii: "'"):
      lexSingleQuoted(from: start)
    case UInt8(ascii: "x") where peek(1) == UInt8(ascii: "\""):
      lexBytes(from: start)
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      lexNumber(from: start)
    case UInt8(ascii: "_"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      lexName(from: start)
    case 0x80...:
      lexForeign(from: start)
    default:
      lexSign(from: start, byte)
    }
  }

  // MARK: - Words and signs

  mutating func lexName(from start: Int) {
    var end = start
    var foreign = false
    while end < bytes.count {
      if Self.isNameByte(bytes[end]) {
        end += 1
      } else if bytes[end] >= 0x80, let (scalar, length) = decodeScalar(at: end),
        scalar.properties.isAlphabetic
      {
        foreign = true
        end += length
      } else {
        break
      }
    }
    position = end
    if end - start == 1, bytes[start] == UInt8(ascii: "_") {
      append(.underscore, start, end)
      return
    }
    if foreign {
      error(
        "E0112", "a name uses the letters a to z, digits and `_`", start, end,
        label: "other letters are here")
    } else if bytes[start] == UInt8(ascii: "_") {
      let rest = source.text(start, end).drop { $0 == "_" }
      error(
        "E0112", "a name begins with a letter", start, end,
        fix: rest.first?.isLetter == true ? (start, end, String(rest)) : nil)
    } else if end - start > Self.nameMax {
      error(
        "E0106", "this name is too long", start, end,
        help: "a name has at most \(Self.nameMax) letters")
    }
    append(.name, start, end, text: source.text(start, min(end, start + Self.nameMax + 1)))
  }

  // swift-format-ignore
  mutating func lexSign(from start: Int, _ byte: UInt8) {
    let next = peek(1)
    switch byte {
    case UInt8(ascii: "@"): sign(.at, 1)
    case UInt8(ascii: ","): sign(.comma, 1)
    case UInt8(ascii: "("): sign(.leftParenthesis, 1)
    case UInt8(ascii: ")"): sign(.rightParenthesis, 1)
    case UInt8(ascii: "["): sign(.leftBracket, 1)
    case UInt8(ascii: "]"): sign(.rightBracket, 1)
    case UInt8(ascii: "{"): sign(.leftBrace, 1)
    case UInt8(ascii: "}"): sign(.rightBrace, 1)
    case UInt8(ascii: "."):
      if next == UInt8(ascii: "."), peek(2) == UInt8(ascii: "<") { sign(.dotDotLess, 3) }
      else if next == UInt8(ascii: "."), peek(2) == UInt8(ascii: ".") {
        foreign(3, "...", .dotDot, "..", "a range that takes its end is written `a..b`")
      } else if next == UInt8(ascii: ".") { sign(.dotDot, 2) }
      else { sign(.dot, 1) }
    case UInt8(ascii: ":"):
      if next == UInt8(ascii: "=") { foreign(2, ":=", .assign, "=", "an assignment is written `=`") }
      else { sign(.colon, 1) }
    case UInt8(ascii: "="):
      if next == UInt8(ascii: "="), peek(2) == UInt8(ascii: "=") {
        foreign(3, "===", .equal, "==", "a comparison is written `==`")
      } else if next == UInt8(ascii: "=") { sign(.equal, 2) }
      else if next == UInt8(ascii: ">") { foreign(2, "=>", .arrow, "->", "the arrow is written `->`") }
      else if next == UInt8(ascii: "<") { foreign(2, "=<", .lessEqual, "<=", "at most is written `<=`") }
      else { sign(.assign, 1) }
    case UInt8(ascii: "!"):
      if next == UInt8(ascii: "=") { sign(.notEqual, 2) }
      else { foreign(1, "!", .name, "not", "negation is written `not`") }
    case UInt8(ascii: "<"):
      if next == UInt8(ascii: "=") { sign(.lessEqual, 2) }
      else if next == UInt8(ascii: ">") { foreign(2, "<>", .notEqual, "!=", "unequal is written `!=`") }
      else if next == UInt8(ascii: "<") { foreign(2, "<<", .star, nil, "a shift is written `shift_left(a, n)`") }
      else { sign(.less, 1) }
    case UInt8(ascii: ">"):
      if next == UInt8(ascii: "=") { sign(.greaterEqual, 2) }
      else if next == UInt8(ascii: ">") { foreign(2, ">>", .star, nil, "a shift is written `shift_right(a, n)`") }
      else { sign(.greater, 1) }
    case UInt8(ascii: "+"):
      if next == UInt8(ascii: "=") { sign(.compoundAssign, 2) }
      else if next == UInt8(ascii: "+") { sign(.increment, 2) }
      else { sign(.plus, 1) }
    case UInt8(ascii: "-"):
      if next == UInt8(ascii: ">") { sign(.arrow, 2) }
      else if next == UInt8(ascii: "=") { sign(.compoundAssign, 2) }
      else { sign(.minus, 1) }
    case UInt8(ascii: "*"):
      if next == UInt8(ascii: "*") { foreign(2, "**", .caret, "^", "a power is written `a^n`") }
      else if next == UInt8(ascii: "=") { sign(.compoundAssign, 2) }
      else { sign(.star, 1) }
    case UInt8(ascii: "/"):
      if next == UInt8(ascii: "/") || next == UInt8(ascii: "*") {
        reportCommentSign(start, start + 2, next == UInt8(ascii: "/") ? "//" : "/*")
        lexComment(from: start, markLength: 2)
      } else if next == UInt8(ascii: "=") { sign(.compoundAssign, 2) }
      else { sign(.slash, 1) }
    case UInt8(ascii: "^"): sign(.caret, 1)
    case UInt8(ascii: "&"):
      if next == UInt8(ascii: "&") { foreign(2, "&&", .name, "and", "conjunction is written `and`") }
      else { foreign(1, "&", .star, nil, "bits are joined with `bit_and(a, b)`") }
    case UInt8(ascii: "|"):
      if next == UInt8(ascii: "|") { foreign(2, "||", .name, "or", "disjunction is written `or`") }
      else { foreign(1, "|", .star, nil, "bits are joined with `bit_or(a, b)`") }
    case UInt8(ascii: "%"): foreign(1, "%", .name, "mod", "the remainder is written `a mod b`")
    default:
      position += 1
      if byte < 0x20 || byte == 0x7F {
        error("E0108", "a control character stands here", start, position,
          label: "byte \(Self.hex(UInt32(byte), digits: 2))", fix: (start, position, ""))
      } else {
        error("E0101", "`\(Character(Unicode.Scalar(byte)))` means nothing here", start, position)
        append(.malformed, start, position)
      }
    }
  }

  mutating func sign(_ kind: TokenKind, _ length: Int) {
    append(kind, position, position + length)
    position += length
  }

  /// An operator of another language: reported, and then read as what it means.
  mutating func foreign(
    _ length: Int, _ sign: String, _ kind: TokenKind, _ replacement: String?, _ help: String
  ) {
    let (start, end) = (position, position + length)
    var text = replacement
    if kind == .name {
      // Words need space around them.
      if start > 0, Self.isNameByte(bytes[start - 1]) { text = " " + (text ?? "") }
      if end < bytes.count, Self.isNameByte(bytes[end]) { text = (text ?? "") + " " }
    }
    error(
      "E0110", "`\(sign)` is no operator", start, end, help: help,
      fix: text.map { (start, end, $0) })
    append(kind, start, end, text: kind == .name ? replacement ?? "" : "")
    position = end
  }

  /// Something outside of ASCII.
  mutating func lexForeign(from start: Int) {
    guard let (scalar, length) = decodeScalar(at: start) else {
      position += 1
      reportInvalidByte(at: start)
      append(.malformed, start, position)
      return
    }
    if scalar.properties.isAlphabetic {
      lexName(from: start)
      return
    }
    let end = start + length
    position = end
    if let (kind, replacement) = Self.lookalikes[scalar.value] {
      error(
        "E0101", "`\(Character(scalar))` only looks like `\(replacement)`", start, end,
        fix: (start, end, replacement))
      if kind == .text { lexQuoted(from: start) } else { append(kind, start, end) }
    } else if Self.isInvisible(scalar) || scalar.properties.isWhitespace {
      reportInvisible(scalar, start, end)
    } else {
      error("E0101", "`\(Character(scalar))` means nothing here", start, end)
      append(.malformed, start, end)
    }
  }

  /// Signs that editors and word processors put in the place of others.
  static let lookalikes: [UInt32: (TokenKind, String)] = [
    0x00D7: (.star, "*"), 0x00F7: (.slash, "/"), 0x2212: (.minus, "-"), 0x2013: (.minus, "-"),
    0x2264: (.lessEqual, "<="), 0x2265: (.greaterEqual, ">="), 0x2260: (.notEqual, "!="),
    0x2192: (.arrow, "->"), 0x2026: (.dotDot, ".."), 0x201C: (.text, "\""),
    0x201D: (.text, "\""), 0x201E: (.text, "\""), 0x2018: (.text, "\""), 0x2019: (.text, "\""),
  ]

  // MARK: - Comments

  mutating func lexComment(from start: Int, markLength: Int) {
    var end = start
    while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
    position = end
    if end < bytes.count, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    checkContents(start + markLength, end)
    let isDocumentation =
      bytes[start] == UInt8(ascii: ";") && start + 1 < end && bytes[start + 1] == UInt8(ascii: ";")
    if bytes[start] == UInt8(ascii: ";"), !isDocumentation { checkSeparator(start, end) }
    append(isDocumentation ? .documentation : .comment, start, end)
  }

  mutating func reportCommentSign(_ start: Int, _ end: Int, _ sign: String) {
    error(
      "E0109", "a comment starts with `;`", start, end,
      label: "`\(sign)` starts nothing",
      help: sign == "//" ? "a quotient names its rounding: `floor(a / b)`" : nil,
      fix: (start, end, ";"))
  }

  /// A `;` close behind code, before nothing or before what looks like code: it was meant to end a
  /// statement, and what follows would be silently lost.
  mutating func checkSeparator(_ start: Int, _ end: Int) {
    guard !isAtLineStart, start > 0, let last = lexed.tokens.last, last.end == start else { return }
    let rest = Array(bytes[(start + 1)..<end].drop { $0 == 0x20 || $0 == 0x09 })
    let word = rest.prefix { Self.isNameByte($0) || $0 == UInt8(ascii: "@") }
    let after = rest.dropFirst(word.count).drop { $0 == 0x20 }
    let isCode =
      !word.isEmpty
      && (Words.statements.contains(String(decoding: word, as: UTF8.self))
        || after.first.map {
          [UInt8(ascii: "="), UInt8(ascii: "("), UInt8(ascii: "[")].contains($0)
        }
          == true)
    guard rest.isEmpty || isCode else { return }
    error(
      "E0107", "`;` starts a comment and ends no statement", start, start + 1,
      label: rest.isEmpty ? "nothing is needed here" : "what follows is not read",
      help: rest.isEmpty
        ? "a statement ends with its line" : "put the next statement in a line of its own",
      fix: rest.isEmpty ? (start, end, "") : nil)
  }

  // MARK: - Bytes and scalars

  func peek(_ distance: Int) -> UInt8 {
    position + distance < bytes.count ? bytes[position + distance] : 0
  }

  static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  static func isHexadecimal(_ byte: UInt8) -> Bool {
    isDigit(byte) || (0x61...0x66).contains(byte | 0x20)
  }

  static func isNameByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte == UInt8(ascii: "_") || (0x61...0x7A).contains(byte | 0x20)
  }

  /// Whether these are digits with single `_` between them.
  static func areDigits(_ slice: ArraySlice<UInt8>, _ isDigit: (UInt8) -> Bool) -> Bool {
    var wasDigit = false
    for byte in slice {
      if isDigit(byte) {
        wasDigit = true
      } else if byte == UInt8(ascii: "_"), wasDigit {
        wasDigit = false
      } else {
        return false
      }
    }
    return wasDigit
  }

  static func hex(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  /// Signs that change how a line is shown, or that cannot be seen.
  static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x80...0x9F, 0xAD, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
      0xFFF9...0xFFFB, 0xE0000...0xE007F:
      true
    default: false
    }
  }

  /// Reports what may stand neither in a comment nor in a text.
  mutating func checkContents(_ start: Int, _ end: Int) {
    var offset = start
    while offset < end {
      let byte = bytes[offset]
      if byte < 0x80 {
        if byte < 0x20 && byte != 0x09 || byte == 0x7F {
          error(
            "E0108", "a control character stands here", offset, offset + 1,
            label: "byte \(Self.hex(UInt32(byte), digits: 2))", fix: (offset, offset + 1, ""))
        }
        offset += 1
      } else if let (scalar, length) = decodeScalar(at: offset) {
        if Self.isInvisible(scalar) { reportInvisible(scalar, offset, offset + length) }
        offset += length
      } else {
        reportInvalidByte(at: offset)
        offset += 1
      }
      if diagnostics.isFull { return }
    }
  }

  mutating func reportInvisible(_ scalar: Unicode.Scalar, _ start: Int, _ end: Int) {
    error(
      "E0108", "a character that cannot be seen stands here", start, end,
      label: "U+\(Self.hex(scalar.value, digits: 4))",
      help: "in a text it is written `\\u{\(Self.hex(scalar.value, digits: 1))}`",
      fix: (start, end, scalar.properties.isWhitespace ? " " : ""))
  }

  mutating func reportInvalidByte(at offset: Int) {
    error(
      "E0113", "this byte is not UTF-8", offset, offset + 1,
      label: "byte \(Self.hex(UInt32(bytes[offset]), digits: 2))",
      help: "save the file as UTF-8")
  }

  /// The scalar that starts at a byte of at least 0x80; nil if it is not UTF-8.
  func decodeScalar(at offset: Int) -> (scalar: Unicode.Scalar, length: Int)? {
    let first = UInt32(bytes[offset])
    let length: Int
    var value: UInt32
    switch first {
    case 0xC2...0xDF: (length, value) = (2, first & 0x1F)
    case 0xE0...0xEF: (length, value) = (3, first & 0x0F)
    case 0xF0...0xF4: (length, value) = (4, first & 0x07)
    default: return nil
    }
    guard offset + length <= bytes.count else { return nil }
    for next in bytes[(offset + 1)..<(offset + length)] {
      guard next & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(next & 0x3F)
    }
    // What fits in fewer bytes is not UTF-8, and `Unicode.Scalar` refuses surrogates.
    guard value >= (length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000) else { return nil }
    return Unicode.Scalar(value).map { ($0, length) }
  }

  // MARK: - Output

  mutating func append(_ kind: TokenKind, _ start: Int, _ end: Int, text: String = "") {
    if kind == .newline {
      // Line ends with nothing before them say nothing.
      guard let last = lexed.tokens.last, last.kind != .newline else { return }
    }
    let token = Token(
      kind: kind, start: start, end: end, line: line,
      indentation: isAtLineStart && kind != .newline ? indentation : -1, text: text)
    isAtLineStart = false
    if kind == .comment || kind == .documentation {
      lexed.comments.append(token)
    } else {
      lexed.tokens.append(token)
    }
  }

  mutating func error(
    _ code: String, _ message: String, _ start: Int, _ end: Int, label: String? = nil,
    help: String? = nil, fix: (Int, Int, String)? = nil
  ) {
    diagnostics.error(
      code, message, at: Span(file: file, start: start, end: end), label: label, help: help,
      fix: fix.map { Diagnostic.Fix(Span(file: file, start: $0.0, end: $0.1), $0.2) })
  }
}

/// The words that mean something in their place.
///
/// None of them is reserved.
enum Words {
  static let declarations = [
    "use", "const", "enum", "record", "class", "state", "event", "error", "message", "interface",
    "accepts", "init", "export", "view", "hook", "fn", "invariant",
  ]
  static let statements = [
    "require", "fail", "if", "while", "for", "break", "continue", "return", "call", "emit", "mint",
    "burn", "send", "force", "create", "admit", "dismiss", "delete", "push", "sort", "perform",
    "try", "entry",
  ]
  static let units = [
    "seconds", "minutes", "hours", "days", "weeks", "bps", "second", "minute", "hour", "day",
    "week",
    "bp",
  ]
  static let classOptions = ["each", "decimals", "single", "burnable", "forceable", "hook"]
}
