import Assembly

/// Something to tell about the input, besides the result.
enum Report: Sendable {
  /// A diagnostic of the assembler.
  case source(Diagnostic, SourceSet)
  /// A message of the command itself.
  case message(Diagnostic.Severity, String, help: String?)

  /// Whether it is an error.
  var isError: Bool {
    switch self {
    case .source(let diagnostic, _): diagnostic.severity == .error
    case .message(let severity, _, _): severity == .error
    }
  }

  /// The report for people, with a line break at its end.
  func text(style: DiagnosticRenderer.Style, isColored: Bool) -> String {
    switch self {
    case .source(let diagnostic, let sources):
      return DiagnosticRenderer(style: style, isColored: isColored)
        .render(diagnostic, in: sources)
    case .message(let severity, let message, let help):
      let paint = Paint(isColored: isColored)
      let title = severity == .error ? paint.red("error") : paint.yellow("warning")
      return "\(title): \(message)\n" + (help.map { "\(paint.green("help")): \($0)\n" } ?? "")
    }
  }

  /// The report for programs.
  var json: JSON {
    switch self {
    case .source(let diagnostic, let sources): diagnostic.json(in: sources)
    case .message(let severity, let message, let help):
      [
        "code": .null, "severity": .string(severity.rawValue), "message": .string(message),
        "file": .null, "line": .null, "column": .null, "notes": [],
        "help": help.map { .string($0) } ?? .null, "fix": .null,
      ]
    }
  }
}

extension Diagnostic {
  /// The diagnostic for programs.
  fileprivate func json(in sources: SourceSet) -> JSON {
    [
      "code": .string(code), "severity": .string(severity.rawValue),
      "message": .string(message),
    ] + span.json(in: sources) + [
      "label": label.map { .string($0) } ?? .null,
      "notes": .array(
        notes.map { note in
          ["message": .string(note.message)] + (note.span?.json(in: sources) ?? [:])
        }),
      "help": help.map { .string($0) } ?? .null,
      "fix": fix.map { ["replacement": .string($0.replacement)] + $0.span.json(in: sources) }
        ?? .null,
    ]
  }
}

extension Span {
  /// The place for programs: lines, columns and offsets.
  fileprivate func json(in sources: SourceSet) -> JSON {
    let first = sources[file].location(at: start)
    let last = sources[file].location(at: end)
    return [
      "file": .string(sources[file].path), "line": .number(first.line),
      "column": .number(first.column), "endLine": .number(last.line),
      "endColumn": .number(last.column), "offset": .number(start), "endOffset": .number(end),
    ]
  }
}

extension JSON {
  /// The members of two objects, one after the other.
  static func + (left: JSON, right: JSON) -> JSON {
    guard case .object(let first) = left, case .object(let second) = right else { return left }
    return .object(first + second)
  }
}
