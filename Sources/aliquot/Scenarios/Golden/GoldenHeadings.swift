import Assembly

/// The headings under which the records of cases stand.
///
/// A row of a table goes by its values and not by its number, so that a new row moves no other.
struct GoldenHeadings {
  private var headings: [Int: String] = [:]

  /// The headings of the cases of a suite.
  init(_ suite: ScenarioSuite) {
    var counts: [String: Int] = [:]
    for item in ScenarioRun(suite: suite).cases {
      guard case .scenario(_, let row) = item.subject else { continue }
      var title = item.title
      var values = ""
      if let number = title.split(separator: " ").last, !row.isEmpty {
        title = String(title.dropLast(", case \(number)".count))
        let texts = row.map { suite.sources.line(of: $0.value.span) }
        values = " case \(texts.joined(separator: ", "))"
      }
      var heading = "scenario \"\(ValueText.escaped(Array(title.utf8)))\"\(values)"
      let count = counts[heading, default: 0] + 1
      counts[heading] = count
      if count > 1 { heading += " (\(count))" }
      headings[item.line] = heading
    }
  }

  /// The heading of a case that begins on a line.
  subscript(line: Int) -> String? { headings[line] }
}
