/// Writes diagnostics for people.
///
/// The long form shows the line with a caret under the place, the notes, what to do, and what the line
/// looks like afterwards. The short form is one line for each diagnostic, as editors read it.
public struct DiagnosticRenderer: Sendable {
  /// How much is written.
  public enum Style: Sendable {
    /// With source lines, notes and fixes.
    case text
    /// One line: path, line, column, code and message.
    case short
  }

  /// How much is written.
  public var style: Style
  /// Whether colours are written as ANSI escape sequences.
  public var isColored: Bool

  /// Columns of a source line that are shown; longer lines are cut around the place.
  private static let columnsMax = 120

  private enum Paint: String {
    case red = "1;31"
    case yellow = "1;33"
    case blue = "1;34"
    case green = "32"
    case bold = "1"
  }

  /// Makes a renderer.
  public init(style: Style = .text, isColored: Bool = false) {
    self.style = style
    self.isColored = isColored
  }

  /// Writes all of them, one below the other; what they have in common is the files.
  public func render(_ diagnostics: [Diagnostic], in sources: SourceSet) -> String {
    diagnostics.map { render($0, in: sources) }
      .joined(separator: style == .text ? "\n" : "")
  }

  /// Writes one, with a line break at its end.
  public func render(_ diagnostic: Diagnostic, in sources: SourceSet) -> String {
    let (path, location) = sources.location(of: diagnostic.span)
    let color = diagnostic.severity == .error ? Paint.red : .yellow
    let title = "\(diagnostic.severity.rawValue)[\(diagnostic.code)]"
    let message = visible(diagnostic.message)
    guard style == .text else {
      return paint("\(visible(path)):\(location.line):\(location.column):", .bold)
        + " \(paint(title, color)): \(message)\n"
    }
    let margin = marginWidth(diagnostic, in: sources)
    var lines = [paint(title, color) + paint(": \(message)", .bold)]
    lines += excerpt(
      of: diagnostic.span, label: diagnostic.label, mark: "^", color, margin, in: sources)
    for note in diagnostic.notes {
      lines.append(paint("note", .blue) + ": \(visible(note.message))")
      if let span = note.span {
        lines += excerpt(of: span, label: nil, mark: "-", .blue, margin, in: sources)
      }
    }
    if let help = diagnostic.help { lines.append(paint("help", .green) + ": \(visible(help))") }
    if let fix = diagnostic.fix { lines += preview(of: fix, margin, in: sources) }
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: - Source lines

  /// Columns for the largest line number.
  private func marginWidth(_ diagnostic: Diagnostic, in sources: SourceSet) -> Int {
    var largest = sources.location(of: diagnostic.span).1.line
    for note in diagnostic.notes {
      if let span = note.span { largest = max(largest, sources.location(of: span).1.line) }
    }
    if let fix = diagnostic.fix {
      let added = fix.replacement.utf8.count { $0 == UInt8(ascii: "\n") }
      largest = max(largest, sources.location(of: fix.span).1.line + added)
    }
    return String(largest).count
  }

  /// The path, the line and the marks under the span.
  private func excerpt(
    of span: Span, label: String?, mark: String, _ color: Paint, _ margin: Int,
    in sources: SourceSet
  ) -> [String] {
    let file = sources[span.file]
    let location = file.location(at: span.start)
    let range = file.range(ofLine: location.line)
    let start = min(span.start, range.upperBound)
    let end = min(max(span.end, start), range.upperBound)
    let before = visible(file.text(range.lowerBound, start))
    let marked = visible(file.text(start, end))
    let after = visible(file.text(end, range.upperBound))
    let (line, offset, length) = window(before, marked, after)
    let bar = paint(pad("", margin) + " |", .blue)
    let marks = String(repeating: mark, count: max(1, length))
    let caret =
      String(repeating: " ", count: offset)
      + paint(marks + (label.map { " " + visible($0) } ?? ""), color)
    return [
      pad("", margin) + paint("--> ", .blue)
        + "\(visible(file.path)):\(location.line):\(location.column)",
      bar,
      numbered(location.line, line, margin),
      bar + " " + caret,
    ]
  }

  /// The lines as they look after the fix.
  private func preview(of fix: Diagnostic.Fix, _ margin: Int, in sources: SourceSet) -> [String] {
    let file = sources[fix.span.file]
    let first = file.location(at: fix.span.start).line
    let last = file.location(at: max(fix.span.start, fix.span.end)).line
    let before = file.text(file.range(ofLine: first).lowerBound, fix.span.start)
    let after = file.text(
      min(fix.span.end, file.range(ofLine: last).upperBound), file.range(ofLine: last).upperBound)
    let replaced = (before + fix.replacement + after).split(
      separator: "\n", omittingEmptySubsequences: false)
    var lines = [paint("fix", .green) + ":", paint(pad("", margin) + " |", .blue)]
    for (index, line) in replaced.enumerated().prefix(6) {
      let text = visible(String(line))
      // Where the fix inserts whole lines, the line before needs no showing.
      let (shown, _, _) =
        index == 0 && replaced.count == 1
        ? window(visible(before), visible(fix.replacement), visible(after)) : window("", "", text)
      var written = numbered(first + index, shown, margin)
      while written.last == " " { written.removeLast() }
      lines.append(written)
    }
    return lines
  }

  /// A line of at most `columnsMax` columns around what is marked, and where the marks belong.
  private func window(
    _ before: String, _ marked: String, _ after: String
  ) -> (line: String, offset: Int, length: Int) {
    let before = Array(before.unicodeScalars)
    let marked = Array(marked.unicodeScalars)
    let after = Array(after.unicodeScalars)
    let all = before + marked + after
    guard all.count > Self.columnsMax else {
      return (string(all[...]), before.displayWidth, marked.displayWidth)
    }
    let start = max(0, min(before.count - 40, all.count - Self.columnsMax))
    let end = min(all.count, start + Self.columnsMax)
    let head = start > 0 ? "…" : ""
    let tail = end < all.count ? "…" : ""
    return (
      head + string(all[start..<end]) + tail,
      before.dropFirst(start).displayWidth + (start > 0 ? 1 : 0),
      marked.prefix(end - before.count).displayWidth
    )
  }

  private func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }

  private func numbered(_ number: Int, _ line: String, _ margin: Int) -> String {
    let digits = String(number)
    let prefix = paint(pad("", margin - digits.count) + digits + " |", .blue)
    return line.isEmpty ? prefix : prefix + " " + line
  }

  private func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private func paint(_ text: String, _ paint: Paint) -> String {
    isColored ? "\u{1B}[\(paint.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// Text without anything that a terminal would obey.
  private func visible(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x09:
        result.append(contentsOf: "    ".unicodeScalars)
      case 0..<0x20, 0x7F...0x9F, 0xAD, 0x061C, 0x200B...0x200F, 0x2028...0x202E,
        0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F:
        result.append("\u{FFFD}")
      default:
        result.append(scalar)
      }
    }
    return String(result)
  }
}
