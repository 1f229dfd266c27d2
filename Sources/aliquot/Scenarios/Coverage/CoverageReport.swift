import Assembly

/// Writes coverage for people and for programs.
struct CoverageReport {
  /// The sources, in the order of their paths.
  let sources: [SourceCoverage]
  /// Colours.
  let paint: Paint

  /// Rows of each list of what is missing, unless all of them are asked for.
  static let missingMax = 20

  /// The figures of all sources together.
  var total: CoverageFigures {
    sources.reduce(into: CoverageFigures()) { $0 += $1.figures }
  }

  // MARK: - Tables

  /// The figures by source.
  var table: String {
    var table = Table(
      ["source", "lines", "", "branches", "", "functions", ""],
      right: ["lines", "branches", "functions", ""])
    for source in sources { add(source.path, source.figures, to: &table) }
    if sources.count != 1 { add("in all", total, to: &table) }
    return table.text(paint: paint)
  }

  private func add(_ name: String, _ figures: CoverageFigures, to table: inout Table) {
    func count(_ part: CoverageFigures.Part) -> String { "\(part.covered)/\(part.all)" }
    table.add(
      name, count(figures.lines), figures.lines.text, count(figures.branches),
      figures.branches.text, count(figures.functions), figures.functions.text)
  }

  /// What never ran, and which ways were never taken; nothing if there is nothing.
  func missing(isWhole: Bool) -> String {
    var lines = Table(["", ""])
    var lineCount = 0
    var ways = Table(["", "", ""])
    var wayCount = 0
    let limit = isWhole ? Int.max : Self.missingMax
    for source in sources {
      for range in Self.ranges(source.linesNeverRun) {
        lineCount += 1
        guard lineCount <= limit else { continue }
        let end = range.count == 1 ? "" : "-\(range.upperBound)"
        lines.add(
          "\(source.path):\(range.lowerBound)\(end)",
          source.text.text(ofLine: range.lowerBound).trimmingSpaces)
      }
      for way in source.missingWays {
        wayCount += 1
        guard wayCount <= limit else { continue }
        ways.add("\(source.path):\(way.line):\(way.column)", way.never, way.text)
      }
    }
    return section("never run", lines, lineCount, limit)
      + section("ran, but", ways, wayCount, limit)
  }

  private func section(_ title: String, _ table: Table, _ count: Int, _ limit: Int) -> String {
    guard count > 0 else { return "" }
    let more =
      count > limit ? "  … \(Words.count(count - limit, "more")), which --uncovered shows\n" : ""
    return "\n\(paint.bold(title))\n" + table.text(indentation: 2, paint: paint) + more
  }

  /// Lines that follow each other.
  private static func ranges(_ lines: [Int]) -> [ClosedRange<Int>] {
    var ranges: [ClosedRange<Int>] = []
    for line in lines {
      if let last = ranges.last, last.upperBound + 1 == line {
        ranges[ranges.count - 1] = last.lowerBound...line
      } else {
        ranges.append(line...line)
      }
    }
    return ranges
  }

  // MARK: - Sources

  /// The sources, with how often each line ran beside it and the ways that were never taken below.
  var annotated: String {
    sources.map(annotated).joined(separator: "\n")
  }

  private func annotated(_ source: SourceCoverage) -> String {
    let figures = source.figures
    var text = paint.bold(source.path)
    text += "  lines \(figures.lines.text), branches \(figures.branches.text)\n"
    let missing = Dictionary(grouping: source.missingWays, by: \.line)
    let width = source.lines.values.map { Numbers.grouped(String($0)).count }.max() ?? 1
    for number in 1...source.text.lineCount {
      let line = source.text.text(ofLine: number)
      if number == source.text.lineCount, line.isEmpty { break }
      let count = source.lines[number]
      let shown = count.map { Numbers.grouped(String($0)) } ?? ""
      let space = String(repeating: " ", count: width - shown.count)
      let color = count == 0 ? paint.red(shown) : paint.green(shown)
      text += "\(space)\(color) \(paint.blue("|"))" + (line.isEmpty ? "" : " \(line)") + "\n"
      for way in missing[number] ?? [] {
        let mark = String(repeating: "^", count: max(1, way.width)) + " " + way.never
        text += String(repeating: " ", count: width) + " \(paint.blue("|")) "
        text += source.text.space(beforeColumn: way.column, ofLine: number) + paint.red(mark) + "\n"
      }
    }
    return text
  }

  // MARK: - For programs

  /// The coverage for programs.
  var json: JSON {
    [
      "total": total.json,
      "files": .array(
        sources.map { source in
          ["file": .string(source.path)] + source.figures.json + [
            "counts": .array(
              source.lines.sorted { $0.key < $1.key }.map {
                ["line": .number($0), "count": .string(String($1))]
              }),
            "neverTaken": .array(
              source.missingWays.map {
                [
                  "line": .number($0.line), "column": .number($0.column),
                  "text": .string($0.text), "way": .string($0.never),
                ]
              }),
          ]
        }),
    ]
  }

  /// The coverage as a tracefile of LCOV, which `genhtml` and others read.
  ///
  /// The format: `man geninfo`, section "FILES". Each branch is a block of its own with two ways, first the
  /// one on which the condition holds; `-` stands for a branch that never ran.
  var lcov: String {
    sources.map(lcov).joined()
  }

  private func lcov(_ source: SourceCoverage) -> String {
    var text = "TN:\nSF:\(source.path)\n"
    let figures = source.figures
    let functions = source.functions.sorted { $0.key < $1.key }.map { site, count in
      (line: site.line, name: Self.lcovName(site, among: source), count: count)
    }
    for function in functions { text += "FN:\(function.line),\(function.name)\n" }
    for function in functions { text += "FNDA:\(function.count),\(function.name)\n" }
    text += "FNF:\(figures.functions.all)\nFNH:\(figures.functions.covered)\n"
    var blocks: [Int: Int] = [:]
    for (site, ways) in source.branches.sorted(by: { $0.key < $1.key }) {
      let line = source.text.line(at: site.start)
      let block = blocks[line, default: 0]
      blocks[line] = block + 1
      for (way, count) in [ways.held, ways.failed].enumerated() {
        text += "BRDA:\(line),\(block),\(way),\(ways.taken == 0 ? "-" : String(count))\n"
      }
    }
    text += "BRF:\(figures.branches.all)\nBRH:\(figures.branches.covered)\n"
    for (line, count) in source.lines.sorted(by: { $0.key < $1.key }) {
      text += "DA:\(line),\(count)\n"
    }
    return text + "LF:\(figures.lines.all)\nLH:\(figures.lines.covered)\nend_of_record\n"
  }

  /// The name of a function as LCOV can tell it apart: without commas, and with its line where another one
  /// of the file has the name too.
  private static func lcovName(
    _ site: SourceCoverage.FunctionSite, among source: SourceCoverage
  ) -> String {
    let name = String(site.name.map { $0 == "," || $0.isNewline ? " " : $0 })
    return source.functions.keys.count { $0.name == site.name } > 1 ? "\(name):\(site.line)" : name
  }
}
