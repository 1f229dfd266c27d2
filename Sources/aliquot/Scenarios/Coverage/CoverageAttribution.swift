import Assembly

/// Which cases run which lines.
struct CoverageAttribution: Sendable {
  /// A case, or the setup of a suite.
  struct Case: Sendable {
    /// The suite.
    let path: String
    /// The line of the case in it; nil for the setup.
    let line: Int?
    /// The title.
    let title: String
    /// How often each line ran that did.
    let lines: [SourcePlace: UInt64]

    /// Where the case stands.
    var place: String { line.map { "\(path):\($0)" } ?? path }

    /// The case for programs.
    var json: JSON {
      [
        "file": .string(path), "line": line.map { .number($0) } ?? .null, "title": .string(title),
      ]
    }
  }

  private var cases: [Case] = []
  /// How many cases run each line.
  private var reached: [SourcePlace: Int] = [:]

  mutating func add(_ item: Case) {
    cases.append(item)
    for place in item.lines.keys { reached[place, default: 0] += 1 }
  }

  /// The lines that nothing else runs.
  private func alone(_ item: Case) -> [SourcePlace] {
    item.lines.keys.filter { reached[$0] == 1 }
  }

  /// How many lines each case runs, and how many nothing else does.
  func table(_ paint: Paint) -> String {
    var table = Table(["lines", "only here", "scenario", ""], right: ["lines", "only here"])
    for item in cases {
      table.add("\(item.lines.count)", "\(alone(item).count)", item.place, item.title)
    }
    return table.text(paint: paint)
  }

  /// The cases that run a line.
  func text(of place: SourcePlace, _ sources: [SourceCoverage], _ paint: Paint) -> String {
    let source = sources.first { $0.path == place.path }
    let line = source?.text.text(ofLine: place.line).trimmingSpaces ?? ""
    var text = "\(paint.bold(place.text))  \(line)\n"
    var table = Table(["times", "scenario", ""], right: ["times"])
    for item in cases {
      guard let count = item.lines[place] else { continue }
      table.add(Numbers.grouped(String(count)), item.place, item.title)
    }
    text += table.isEmpty ? "  nothing runs it\n" : table.text(indentation: 2, paint: paint)
    return text
  }

  // MARK: - For programs

  /// The lines of every case for programs.
  var json: JSON {
    .array(
      cases.map { item in
        let files = Dictionary(grouping: item.lines.keys, by: \.path)
        return item.json + [
          "onlyHere": .array(alone(item).sorted().map { .string($0.text) }),
          "files": .array(
            files.sorted { $0.key < $1.key }.map { path, places in
              [
                "file": .string(path),
                "lines": .array(places.map(\.line).sorted().map { .number($0) }),
              ]
            }),
        ]
      })
  }

  /// The cases that run a line, for programs.
  func json(of place: SourcePlace) -> JSON {
    [
      "file": .string(place.path), "line": .number(place.line),
      "scenarios": .array(
        cases.compactMap { item in
          item.lines[place].map { item.json + ["count": .string(String($0))] }
        }),
    ]
  }
}
