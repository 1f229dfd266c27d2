import Assembly

extension SourceSet {
  /// The text that a span covers, on one line.
  func line(of span: Span) -> String {
    text(of: span).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
