import Assembly

/// Rows of text in columns that line up.
struct Table {
  /// Where a column's text stands.
  enum Alignment { case left, right }

  /// Columns of the terminal below which no text is shortened.
  private static let narrowest = 8

  private let header: [String]
  private let alignments: [Alignment]
  private var rows: [[String]] = []

  /// Makes a table.
  ///
  /// Columns named in `right` hold numbers.
  init(_ header: [String], right: Set<String> = []) {
    self.header = header
    alignments = header.map { right.contains($0) ? .right : .left }
  }

  /// Whether there are no rows.
  var isEmpty: Bool { rows.isEmpty }

  /// Adds a row.
  mutating func add(_ cells: String...) { rows.append(cells) }

  /// The lines, each with a line break, the header first.
  ///
  /// Where lines would be longer than `width`, the widest texts are shortened, but no numbers.
  func text(indentation: Int = 0, width: Int? = nil, paint: Paint = .plain) -> String {
    var widths = header.map(\.displayWidth)
    for row in rows {
      for (column, cell) in row.enumerated() where column < widths.count {
        widths[column] = max(widths[column], cell.displayWidth)
      }
    }
    if let width { shorten(&widths, toFit: width - indentation - 2 * (widths.count - 1)) }
    let margin = String(repeating: " ", count: indentation)
    var lines: [String] = []
    if header.contains(where: { !$0.isEmpty }) {
      lines.append(margin + paint.faint(line(header, widths)))
    }
    lines += rows.map { margin + line($0, widths) }
    return lines.map { $0 + "\n" }.joined()
  }

  /// Takes columns from the widest texts until the rest fits, or until no text is wide.
  private func shorten(_ widths: inout [Int], toFit available: Int) {
    var excess = widths.reduce(0, +) - available
    while excess > 0 {
      let texts = widths.indices.filter { alignments[$0] == .left && widths[$0] > Self.narrowest }
      guard let widest = texts.max(by: { widths[$0] < widths[$1] }) else { return }
      let next = texts.filter { $0 != widest }.map { widths[$0] }.max() ?? Self.narrowest
      let taken = min(excess, max(1, widths[widest] - next))
      widths[widest] -= taken
      excess -= taken
    }
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var text = ""
    for (column, cell) in cells.enumerated() {
      let cell = cell.shortened(to: widths[column])
      let space = String(repeating: " ", count: max(0, widths[column] - cell.displayWidth))
      text += alignments[column] == .right ? space + cell : cell + space
      if column < cells.count - 1 { text += "  " }
    }
    while text.last == " " { text.removeLast() }
    return text
  }
}

extension String {
  /// The columns that the text takes on a terminal.
  var displayWidth: Int { unicodeScalars.displayWidth }

  /// The text, or its beginning and `…` if it takes more columns.
  func shortened(to width: Int) -> String {
    guard displayWidth > width else { return self }
    var beginning = String.UnicodeScalarView()
    var taken = 1
    for scalar in unicodeScalars {
      taken += scalar.displayWidth
      if taken > width { break }
      beginning.append(scalar)
    }
    return String(beginning) + "…"
  }
}
