/// Something about a source that its author should know: where, what, and where possible how to fix it.
public struct Diagnostic: Hashable, Sendable {
  /// Whether the source can be assembled nevertheless.
  public enum Severity: String, Hashable, Sendable {
    /// The source cannot be assembled.
    case error
    /// The source can be assembled.
    case warning
  }

  /// A second place that belongs to the matter.
  public struct Note: Hashable, Sendable {
    /// What there is to see, such as "first declared here".
    public var message: String
    /// Where.
    public var span: Span?

    /// Makes a note.
    public init(_ message: String, at span: Span? = nil) {
      self.message = message
      self.span = span
    }
  }

  /// A change of the source that settles the matter.
  public struct Fix: Hashable, Sendable {
    /// What is replaced; empty where text is inserted.
    public var span: Span
    /// What stands there afterwards.
    public var replacement: String

    /// Makes a fix.
    public init(_ span: Span, _ replacement: String) {
      self.span = span
      self.replacement = replacement
    }
  }

  /// The stable code, such as `E0207`; `explain` tells the rest.
  public var code: String
  /// Whether the source can be assembled nevertheless.
  public var severity: Severity
  /// One line, lower case, without a full stop.
  public var message: String
  /// The place.
  public var span: Span
  /// A few words at the caret.
  public var label: String?
  /// Other places that belong to the matter.
  public var notes: [Note]
  /// A sentence that says what to do.
  public var help: String?
  /// A change that settles the matter.
  public var fix: Fix?

  /// Makes a diagnostic.
  public init(
    _ code: String, _ message: String, at span: Span, severity: Severity = .error,
    label: String? = nil, notes: [Note] = [], help: String? = nil, fix: Fix? = nil
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.span = span
    self.label = label
    self.notes = notes
    self.help = help
    self.fix = fix
  }
}

/// The diagnostics of one compilation, and the files that they speak of.
///
/// Of several errors with one code in one line only the first is kept: the others are its echo. After
/// `errorLimit` errors one last error says so, and nothing more is kept.
public struct Diagnostics: Sendable {
  /// Errors that are kept.
  public static let errorLimit = 100

  private struct Key: Hashable {
    var file: Int
    var line: Int
    var code: String
  }

  /// The files.
  public var sources: SourceSet
  private var list: [Diagnostic] = []
  private var keys: Set<Key> = []
  /// The number of errors, the last one about too many included.
  public private(set) var errorCount = 0
  private var warningCount = 0

  /// Makes an empty collection.
  public init(sources: SourceSet = SourceSet()) {
    self.sources = sources
  }

  /// Whether anything stands in the way of assembling.
  public var hasErrors: Bool { errorCount > 0 }

  /// Whether nothing was found.
  public var isEmpty: Bool { list.isEmpty }

  /// Whether no further error will be kept.
  public var isFull: Bool { errorCount > Self.errorLimit }

  /// Everything that was found, by file and position.
  public var sorted: [Diagnostic] {
    list.enumerated().sorted { left, right in
      let (a, b) = (left.element, right.element)
      // The last error about too many stays last.
      if (a.code == "E0100") != (b.code == "E0100") { return b.code == "E0100" }
      return (a.span.file, a.span.start, a.span.end, left.offset)
        < (b.span.file, b.span.start, b.span.end, right.offset)
    }.map(\.element)
  }

  /// Whether an error has been found that starts in this line of this file.
  func hasError(inFile file: Int, line: Int) -> Bool {
    errorLines.contains(LineKey(file: file, line: line))
  }

  private struct LineKey: Hashable {
    var file: Int
    var line: Int
  }
  private var errorLines: Set<LineKey> = []

  /// Adds a diagnostic, unless it is an echo.
  public mutating func add(_ diagnostic: Diagnostic) {
    let isError = diagnostic.severity == .error
    guard isError ? !isFull : warningCount < Self.errorLimit else { return }
    let file = diagnostic.span.file
    let line =
      sources.files.indices.contains(file)
      ? sources.files[file].line(at: diagnostic.span.start) : 0
    guard keys.insert(Key(file: file, line: line, code: diagnostic.code)).inserted else { return }
    guard isError else {
      warningCount += 1
      list.append(diagnostic)
      return
    }
    errorCount += 1
    guard errorCount <= Self.errorLimit else {
      list.append(
        Diagnostic(
          "E0100", "too many errors", at: diagnostic.span,
          help: "only the first \(Self.errorLimit) are shown; fix some of them and check again"))
      return
    }
    errorLines.insert(LineKey(file: file, line: line))
    list.append(diagnostic)
  }

  /// Adds an error.
  mutating func error(
    _ code: String, _ message: String, at span: Span, label: String? = nil,
    notes: [Diagnostic.Note] = [], help: String? = nil, fix: Diagnostic.Fix? = nil
  ) {
    add(
      Diagnostic(
        code, message, at: span, label: label, notes: notes, help: help, fix: fix))
  }

  /// Adds a warning.
  mutating func warning(
    _ code: String, _ message: String, at span: Span, label: String? = nil,
    notes: [Diagnostic.Note] = [], help: String? = nil, fix: Diagnostic.Fix? = nil
  ) {
    add(
      Diagnostic(
        code, message, at: span, severity: .warning, label: label, notes: notes, help: help,
        fix: fix))
  }
}
