/// Why a source could not be formatted.
public struct SourceErrors: Error, Sendable {
  /// What stands in the way; at least one is an error.
  public let diagnostics: [Diagnostic]
  /// The sources that the diagnostics speak of.
  public let sources: SourceSet
}

/// Lays out sources.
///
/// Only the space between tokens changes, never a token, and lines stay lines. What stands in a column
/// lines up: the fields of a `state` or `record`, neighbouring declarations that begin with the same
/// word, and comments behind code. A source with errors is left alone. A path that ends in `.scn` is that of
/// scenarios.
public struct Formatter {
  /// The ending of files of scenarios.
  static let scenarioSuffix = ".scn"

  /// Columns before the comments that trail lines: shorter lines than this all have them there.
  static let commentColumn = 39
  /// Longest line part that others line up with.
  static let alignedMax = 100

  /// Lays out a source.
  public static func format(_ source: SourceText) -> Result<String, SourceErrors> {
    var diagnostics = Diagnostics(sources: SourceSet([source]))
    let lexed = Lexer.lex(file: 0, reporting: &diagnostics)
    var parser = Parser(file: 0, lexed: lexed, diagnostics: diagnostics)
    if source.path.hasSuffix(scenarioSuffix) {
      _ = parser.parseScenarioFile()
    } else {
      _ = parser.parseFile()
    }
    guard !parser.diagnostics.hasErrors else {
      return .failure(
        SourceErrors(
          diagnostics: parser.diagnostics.sorted, sources: parser.diagnostics.sources))
    }
    var formatter = Formatter(source, lexed, parser.layout, parser.partners)
    formatter.measureLines()
    formatter.indentComments()
    formatter.alignColumns()
    formatter.alignComments()
    return .success(formatter.written())
  }

  /// One line: its code in two parts, and its comment.
  private struct Line {
    var number: Int
    /// Columns before the first token in the source.
    var oldIndentation: Int
    /// Levels of indentation.
    var level = 0
    /// Whether `end`, `else` or `rest` begins the line.
    var closes = false
    /// The code, up to what lines up with other lines.
    var head = ""
    /// The code from there on.
    var tail = ""
    var column: Layout.Column?
    var comment: String?
    /// Columns of code, its indentation included.
    var width = 0
    /// Columns up to the comment.
    var commentColumn = 0
    /// Whether a bracket is open at the beginning of the line, or an operator goes before it.
    var isContinuation = false
    /// Whether the line ends what it began.
    var isWhole = true

    var hasCode: Bool { !head.isEmpty }
  }

  private let source: SourceText
  private let lexed: LexedSource
  private let layout: Layout
  private let partners: [Int]
  private var lines: [Line] = []

  private init(_ source: SourceText, _ lexed: LexedSource, _ layout: Layout, _ partners: [Int]) {
    self.source = source
    self.lexed = lexed
    self.layout = layout
    self.partners = partners
  }

  // MARK: - Lines

  /// Divides tokens and comments into lines, and finds the indentation of the lines with code.
  private mutating func measureLines() {
    var comments = lexed.comments[...]
    /// The levels of the lines in which the open brackets stand.
    var brackets: [Int] = []
    var baseLevel = 0
    for (index, token) in lexed.tokens.enumerated() {
      while let comment = comments.first, comment.start < token.start || token.kind == .end {
        comments.removeFirst()
        append(comment, level: brackets.last.map { $0 + 1 })
      }
      guard token.kind != .newline, token.kind != .end else {
        // Nothing follows the name here, but in neighbouring lines it may.
        if let column = layout.columns[index], !lines.isEmpty, lines[lines.count - 1].column == nil
        {
          lines[lines.count - 1].column = column
        }
        continue
      }
      if lines.last?.number != token.line {
        var line = Line(number: token.line, oldIndentation: max(0, token.indentation))
        if layout.levels[index] >= 0 {
          line.level = layout.levels[index]
          line.closes = layout.closers.contains(index)
          baseLevel = line.level
        } else {
          line.isContinuation = true
          let isClosing = token.kind == .rightParenthesis || token.kind == .rightBracket
          line.level = brackets.last.map { isClosing ? $0 : $0 + 1 } ?? baseLevel + 1
          if !lines.isEmpty { lines[lines.count - 1].isWhole = false }
        }
        lines.append(line)
      }
      append(token, at: index)
      switch token.kind {
      case .leftParenthesis, .leftBracket: brackets.append(lines.last?.level ?? 0)
      case .rightParenthesis, .rightBracket: _ = brackets.popLast()
      default: break
      }
    }
  }

  private mutating func append(_ comment: Token, level: Int?) {
    var end = comment.end
    while [0x20, 0x09, 0x0D].contains(source.bytes[end - 1]) { end -= 1 }
    let text = source.text(comment.start, end)
    if let last = lines.last, last.number == comment.line {
      lines[lines.count - 1].comment = text
    } else {
      var line = Line(number: comment.line, oldIndentation: max(0, comment.indentation))
      line.comment = text
      line.level = level ?? -1
      lines.append(line)
    }
  }

  private mutating func append(_ token: Token, at index: Int) {
    let last = lines.count - 1
    let text = source.text(token.start, token.end)
    if let column = layout.columns[index], lines[last].hasCode, lines[last].column == nil {
      lines[last].column = column
      lines[last].tail = text
      return
    }
    let isGlued =
      layout.isGlued[index] || token.kind == .comma || token.kind == .rightParenthesis
      || token.kind == .rightBracket || token.kind == .colon
    let space = !lines[last].hasCode || isGlued ? "" : " "
    if lines[last].column == nil {
      lines[last].head += space + text
    } else {
      lines[last].tail += space + text
    }
  }

  /// A comment in a line of its own stands like the code below it, or still like the code above it if
  /// its author indented it so.
  private mutating func indentComments() {
    // The level of the last line above each line that is not a continuation.
    var aboveLevels: [Int] = []
    var aboveLevel = 0
    for line in lines {
      aboveLevels.append(aboveLevel)
      if line.hasCode, !line.isContinuation { aboveLevel = line.level }
    }
    var next: Line?
    for index in lines.indices.reversed() {
      if lines[index].hasCode {
        next = lines[index]
        continue
      }
      guard lines[index].level < 0 else { continue }
      let below =
        next.map { $0.closes ? max($0.level + 1, aboveLevels[index]) : $0.level } ?? 0
      let isDeeper = lines[index].oldIndentation > (next?.oldIndentation ?? 0)
      lines[index].level = below < aboveLevels[index] && isDeeper ? aboveLevels[index] : below
    }
  }

  // MARK: - Columns

  private func width(_ text: String) -> Int { text.unicodeScalars.displayWidth }

  /// Pads the heads of lines whose tails line up.
  private mutating func alignColumns() {
    var lists: [Int: Int] = [:]
    for line in lines {
      guard case .list(let list)? = line.column else { continue }
      lists[list] = max(lists[list] ?? 0, min(width(line.head), Self.alignedMax))
    }
    var runStart = 0
    while runStart < lines.count {
      var runEnd = runStart + 1
      if case .declaration? = lines[runStart].column, lines[runStart].isWhole {
        while runEnd < lines.count, lines[runEnd].column == lines[runStart].column,
          lines[runEnd].isWhole, lines[runEnd].number == lines[runEnd - 1].number + 1
        {
          runEnd += 1
        }
      }
      let run = runStart..<runEnd
      let widest =
        run.filter { !lines[$0].tail.isEmpty || runEnd == runStart + 1 }
        .map { min(width(lines[$0].head), Self.alignedMax) }.max() ?? 0
      for index in run {
        switch lines[index].column {
        case .list(let list)?: join(index, width: (lists[list] ?? 0) + 2)
        case .declaration?: join(index, width: widest + 1)
        case nil: lines[index].width = lines[index].level * 4 + width(lines[index].head)
        }
      }
      runStart = runEnd
    }
  }

  private mutating func join(_ index: Int, width column: Int) {
    if !lines[index].tail.isEmpty {
      let gap = max(1, column - width(lines[index].head))
      lines[index].head += String(repeating: " ", count: gap) + lines[index].tail
    }
    lines[index].tail = ""
    lines[index].width = lines[index].level * 4 + width(lines[index].head)
  }

  /// Puts the comments of neighbouring lines below one another.
  private mutating func alignComments() {
    func isTrailing(_ line: Line) -> Bool { line.hasCode && line.comment != nil }
    var lists: [Int: Int] = [:]
    for line in lines {
      guard case .list(let list)? = line.column, isTrailing(line) else { continue }
      lists[list] = max(lists[list] ?? Self.commentColumn, line.width + 2)
    }
    var runStart = 0
    while runStart < lines.count {
      var runEnd = runStart + 1
      if case .list(let list)? = lines[runStart].column {
        lines[runStart].commentColumn = lists[list] ?? 0
        runStart = runEnd
        continue
      }
      guard isTrailing(lines[runStart]) else {
        runStart = runEnd
        continue
      }
      while runEnd < lines.count, isTrailing(lines[runEnd]),
        lines[runEnd].number == lines[runEnd - 1].number + 1
      {
        if case .list? = lines[runEnd].column { break }
        runEnd += 1
      }
      let run = runStart..<runEnd
      let column = run.map { lines[$0].width + 2 }.max() ?? 0
      for index in run { lines[index].commentColumn = max(Self.commentColumn, column) }
      runStart = runEnd
    }
  }

  // MARK: - Output

  private func written() -> String {
    var text = ""
    var last: Int?
    for line in lines {
      if let last, line.number > last + 1 { text += "\n" }
      last = line.number
      text += String(repeating: " ", count: max(0, line.level) * 4)
      text += line.head
      if let comment = line.comment {
        if line.hasCode {
          text += String(repeating: " ", count: max(2, line.commentColumn - line.width))
        }
        text += comment
      }
      text += "\n"
    }
    return text
  }
}
