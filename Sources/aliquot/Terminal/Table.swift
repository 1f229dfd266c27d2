/// Rows of text in columns that line up.
struct Table {
  /// Where a column's text stands.
  enum Alignment { case left, right }

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
  func text(indentation: Int = 0, paint: Paint = .plain) -> String {
    var widths = header.map(\.count)
    for row in rows {
      for (column, cell) in row.enumerated() where column < widths.count {
        widths[column] = max(widths[column], cell.count)
      }
    }
    let margin = String(repeating: " ", count: indentation)
    var lines: [String] = []
    if header.contains(where: { !$0.isEmpty }) {
      lines.append(margin + paint.faint(line(header, widths)))
    }
    lines += rows.map { margin + line($0, widths) }
    return lines.map { $0 + "\n" }.joined()
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var text = ""
    for (column, cell) in cells.enumerated() {
      let space = String(repeating: " ", count: max(0, widths[column] - cell.count))
      text += alignments[column] == .right ? space + cell : cell + space
      if column < cells.count - 1 { text += "  " }
    }
    while text.last == " " { text.removeLast() }
    return text
  }
}
