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

  /// The least rows of the source.
  private static let sourceRowsMin = 5

  /// The lines, none longer than the width.
  func lines(width: Int, height: Int) -> [String] {
    let cursor = session.cursor
    guard let frame = session.frame else { return text.place(cursor).map { cut($0, width) } }
    let panes: [(title: String, lines: [String])] = [
      ("registers", text.registers(cursor, of: frame, since: session.origin)),
      ("calls", text.calls(cursor, selected: frame)),
      ("state", text.state(cursor)),
      ("gas", Array(text.gas(cursor).prefix(3))),
    ]
    var lines = Array(text.place(cursor).prefix(1))
    let room = max(0, height - lines.count - panes.count - 1)
    let rows = Self.shares(of: room * 2 / 3, among: panes.map(\.lines.count))
    let sourceRows = max(Self.sourceRowsMin, room - rows.reduce(0, +))
    lines.append(rule("source", width))
    if let line = text.finder.line(at: cursor.position) {
      lines += text.source(around: line, arrow: true, count: sourceRows)
    } else {
      lines += text.instructions(around: cursor.position, count: sourceRows)
    }
    for (pane, count) in zip(panes, rows) {
      let more = pane.lines.count - count
      lines.append(rule(more > 0 ? "\(pane.title), \(more) more" : pane.title, width))
      // Of what was written, the latest is of interest.
      lines += pane.title == "state" ? pane.lines.suffix(count) : pane.lines.prefix(count)
    }
    return lines.map { cut($0, width) }
  }

  /// Parts of a room for those who need so much each: what some do not need is for the others.
  static func shares(of room: Int, among needs: [Int]) -> [Int] {
    var shares = needs.map { _ in 0 }
    var left = room
    while left > 0,
      let next = needs.indices.filter({ shares[$0] < needs[$0] }).min(by: {
        shares[$0] < shares[$1]
      })
    {
      shares[next] += 1
      left -= 1
    }
    return shares
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
