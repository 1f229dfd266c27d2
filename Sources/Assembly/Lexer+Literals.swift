/// Texts, strings of bytes and numbers.
extension Lexer {
  mutating func lexText(from start: Int) {
    position = start + 1
    lexTextBody(from: start)
  }

  /// Reads on behind the opening quotation mark up to the closing one.
  mutating func lexTextBody(from start: Int) {
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        checkContents(start + 1, position - 1)
        if position - start - 2 > Self.bytesMax { reportLongLiteral(start, "bytes", Self.bytesMax) }
        append(.text, start, position)
        return
      case UInt8(ascii: "\n"):
        reportUnterminated(start)
        return
      case UInt8(ascii: "\\"):
        lexEscape()
      default:
        position += 1
      }
    }
    reportUnterminated(start)
  }

  mutating func reportUnterminated(_ start: Int) {
    var end = position
    if end > start + 1, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    checkContents(start + 1, end)
    error(
      "E0102", "this text has no closing quotation mark", start, end,
      help: "a text ends in its line; a line break in it is written `\\n`",
      fix: (end, end, "\""))
    append(.malformed, start, end)
  }

  mutating func lexEscape() {
    let start = position
    position += 1
    guard position < bytes.count else { return }
    switch bytes[position] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "n"), UInt8(ascii: "t"):
      position += 1
    case UInt8(ascii: "u") where peek(1) == UInt8(ascii: "{"):
      var end = position + 2
      while end < bytes.count, Self.isHexadecimal(bytes[end]) { end += 1 }
      let digits = source.text(position + 2, min(end, position + 12))
      position = end
      let isClosed = end < bytes.count && bytes[end] == UInt8(ascii: "}")
      if isClosed { position += 1 }
      guard isClosed, digits.utf8.count <= 6, let value = UInt32(digits, radix: 16),
        Unicode.Scalar(value) != nil
      else {
        error(
          "E0103", "this names no character", start, position,
          help: "write the number of a Unicode scalar in up to six digits, such as `\\u{20AC}`")
        return
      }
    case UInt8(ascii: "\n"):
      break
    default:
      let length = decodeScalar(at: position)?.length ?? 1
      let isUnicode = bytes[position] == UInt8(ascii: "u")
      position += length
      var end = position
      while isUnicode, end < min(bytes.count, position + 4), Self.isHexadecimal(bytes[end]) {
        end += 1
      }
      let digits = source.text(position, end)
      position = end
      error(
        "E0103", "this escape means nothing", start, end,
        help: "there are `\\\"`, `\\\\`, `\\n`, `\\t` and `\\u{20AC}`",
        fix: isUnicode
          ? digits.isEmpty ? nil : (start, end, "\\u{\(digits)}") : (start, start, "\\"))
    }
  }

  mutating func lexSingleQuoted(from start: Int) {
    position = start + 1
    lexQuoted(from: start)
    error(
      "E0101", "a text stands between double quotation marks", start, start + 1,
      fix: position - start >= 2 && bytes[position - 1] == UInt8(ascii: "'")
        ? (start, position, "\"" + source.text(start + 1, position - 1) + "\"") : nil)
  }

  /// Reads a text between marks that are not the right ones; an error has been reported.
  mutating func lexQuoted(from start: Int) {
    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") {
      if bytes[position] == UInt8(ascii: "'") || bytes[position] == UInt8(ascii: "\"") {
        position += 1
        break
      }
      if bytes[position] >= 0x80, let (scalar, length) = decodeScalar(at: position),
        Self.lookalikes[scalar.value]?.0 == .text
      {
        position += length
        break
      }
      position += 1
    }
    append(.malformed, start, position)
  }

  mutating func lexBytes(from start: Int) {
    position = start + 2
    var isHexadecimal = true
    while position < bytes.count, bytes[position] != UInt8(ascii: "\n"),
      bytes[position] != UInt8(ascii: "\"")
    {
      if !Self.isHexadecimal(bytes[position]) { isHexadecimal = false }
      position += 1
    }
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
      reportUnterminated(start + 1)
      return
    }
    position += 1
    checkContents(start + 2, position - 1)
    let digits = position - start - 3
    guard isHexadecimal, digits % 2 == 0 else {
      error(
        "E0104",
        isHexadecimal
          ? "there are \(digits) digits, and a byte has two"
          : "bytes are written in hexadecimal digits",
        start, position, help: "bytes are written in pairs of digits, such as `x\"00ff\"`")
      append(.malformed, start, position)
      return
    }
    if digits / 2 > Self.bytesMax { reportLongLiteral(start, "bytes", Self.bytesMax) }
    append(.bytes, start, position)
  }

  mutating func lexNumber(from start: Int) {
    func wordEnd(_ from: Int) -> Int {
      var end = from
      while end < bytes.count, Self.isNameByte(bytes[end]) { end += 1 }
      return end
    }
    func continuesAt(_ end: Int) -> Bool {
      end + 1 < bytes.count && bytes[end] == UInt8(ascii: ".") && Self.isDigit(bytes[end + 1])
    }
    let point = wordEnd(start)
    let isHexadecimal = point > start + 1 && bytes[start + 1] == UInt8(ascii: "x")
    var end = point
    var points = 0
    while continuesAt(end) {
      points += 1
      end = wordEnd(end + 1)
    }
    position = end
    var kind = points == 0 ? TokenKind.integer : .decimal
    if isHexadecimal {
      if points > 0 || !Self.areDigits(bytes[(start + 2)..<point], Self.isHexadecimal) {
        kind = .malformed
      }
    } else if points > 1 || !Self.areDigits(bytes[start..<point], Self.isDigit)
      || points == 1 && !Self.areDigits(bytes[(point + 1)..<end], Self.isDigit)
    {
      kind = .malformed
    }
    let limit = isHexadecimal ? Self.hexadecimalDigitsMax : Self.decimalDigitsMax
    if kind == .malformed {
      reportNumber(start, end, points: points)
    } else if bytes[start..<end].count(where: { $0 != UInt8(ascii: "_") })
      > limit + (isHexadecimal ? 2 : points)
    {
      reportLongLiteral(start, "digits", limit)
      kind = .malformed
    }
    append(kind, start, end)
  }

  mutating func reportNumber(_ start: Int, _ end: Int, points: Int) {
    let text = source.text(start, min(end, start + 80))
    let digits = text.prefix { $0.isNumber || $0 == "_" || $0 == "." }
    let rest = text.dropFirst(digits.count)
    var help: String?
    var fix: (Int, Int, String)?
    if points > 1 {
      help = "a number has one point; digits are grouped with `_`, as in `1_000.50`"
    } else if Words.units.contains(String(rest)), !digits.hasSuffix("_"), !digits.contains("__") {
      help = "a unit stands apart from its number"
      fix = (start, end, "\(digits) \(rest)")
    } else if let first = rest.first, first == "e" || first == "E", Int(rest.dropFirst()) != nil,
      !digits.hasSuffix("_"), !digits.contains("__")
    {
      help = "a power of ten is written with `^`"
      fix = (start, end, "\(digits) * 10^\(rest.dropFirst())")
    } else if text.hasPrefix("0X") || text.hasPrefix("0x") {
      help = "hexadecimal digits follow `0x`, with single `_` between them"
      if text.hasPrefix("0X"), end - start <= 80 { fix = (start, start + 2, "0x") }
    } else if rest.isEmpty {
      help = "`_` stands between two digits"
      let plain = digits.split(separator: "_").joined(separator: "_")
      if end - start <= 80, !plain.contains("_."), !plain.contains("._") {
        fix = (start, end, plain)
      }
    } else {
      help = "a number is written in digits with `_` between them, and in hexadecimal after `0x`"
    }
    error("E0105", "this number cannot be read", start, end, help: help, fix: fix)
  }

  mutating func reportLongLiteral(_ start: Int, _ unit: String, _ limit: Int) {
    error(
      "E0106", "this literal is too long", start, min(position, start + 40),
      help: "it has at most \(limit) \(unit)")
  }
}
