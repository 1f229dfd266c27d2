import Assembly

extension SourceSet {
  /// The text that a span covers, on one line.
  func line(of span: Span) -> String { text(of: span).onOneLine }
}

extension SourceText {
  /// The space that stands under a line in front of a column, so that a mark comes below it.
  func space(beforeColumn column: Int, ofLine line: Int) -> String {
    text(ofLine: line).unicodeScalars.prefix(max(0, column - 1))
      .map { $0 == "\t" ? "\t" : " " }.joined()
  }
}

extension String {
  /// The text with single spaces for whatever parts its words.
  var onOneLine: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
