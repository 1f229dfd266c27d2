/// Everything at once, in as many lines as a terminal has: the source, the registers, the calls, what was
/// written and the gas.
struct DebugScreen {
  private let text: DebugText
  private let session: DebugSession

  /// Makes a screen of a session.
  init(_ text: DebugText, _ session: DebugSession) {
    self.text = text
    self.session = session
  }

  /// The least rows of a pane that is worth showing.
  private static let rowsMin = 3

  /// The lines, none longer than the width.
  func lines(width: Int, height: Int) -> [String] {
    let cursor = session.cursor
    guard let frame = session.frame else { return text.place(cursor).map { cut($0, width) } }
    var panes: [(title: String, lines: [String])] = []
    panes.append(("registers", text.registers(cursor, of: frame, since: session.origin)))
    panes.append(("calls", text.calls(cursor, selected: frame)))
    panes.append(("state", text.state(cursor)))
    panes.append(("gas", Array(text.gas(cursor).prefix(3))))
    let head = text.place(cursor).first.map { [$0] } ?? []
    let rest = max(0, height - head.count - panes.count - 1)
    // The source has a third of the room; what the others leave over is not used.
    let sourceRows = max(Self.rowsMin, rest / 3)
    let share = max(Self.rowsMin, (rest - sourceRows) / panes.count)
    var lines = head
    lines.append(rule("source", width))
    if let line = text.finder.line(at: cursor.position) {
      lines += text.source(around: line, arrow: true, count: sourceRows)
    } else {
      lines += text.instructions(around: cursor.position, count: sourceRows)
    }
    for pane in panes {
      lines.append(rule(pane.title, width))
      lines += pane.lines.prefix(share)
      let more = pane.lines.count - share
      if more > 0 { lines[lines.count - 1] += text.paint.faint("  … \(more) more") }
    }
    return lines.map { cut($0, width) }
  }

  private func rule(_ title: String, _ width: Int) -> String {
    let line = String(repeating: "─", count: max(0, min(width, 100) - title.count - 4))
    return text.paint.faint("── \(title) \(line)")
  }

  /// The beginning of a line that fills so many columns; escape sequences fill none.
  private func cut(_ line: String, _ width: Int) -> String {
    var result = ""
    var columns = 0
    var isEscape = false
    let isLong = Self.columns(of: line) > width
    for character in line {
      if character == "\u{1B}" { isEscape = true }
      if isEscape {
        result.append(character)
        if character == "m" { isEscape = false }
      } else if columns < width {
        columns += 1
        result.append(isLong && columns == width ? "…" : character)
      }
    }
    return result
  }

  /// Columns that a line fills.
  static func columns(of line: String) -> Int {
    var columns = 0
    var isEscape = false
    for character in line {
      if character == "\u{1B}" { isEscape = true }
      if !isEscape { columns += 1 }
      if character == "m" { isEscape = false }
    }
    return columns
  }
}
