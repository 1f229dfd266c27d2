import Assembly

/// What a golden step did, as lines to be held against those that are recorded.
struct GoldenRecord: Hashable, Sendable {
  /// The step.
  struct Key: Hashable, Sendable {
    /// The heading of the scenario: `scenario "a sale"`.
    let scenario: String
    /// The step as it is written, on one line.
    let step: String
  }

  /// The step.
  let key: Key
  /// What it did.
  let lines: [String]

  /// The lines as one text.
  var text: String { lines.map { $0 + "\n" }.joined() }
}

/// The records of a file of scenarios, as they stand in a file beside it.
///
/// It is made to be read in a review: scenarios in the order of their file, below each its golden steps, and
/// below each step what it did, indented.
///
/// ```
/// scenario "a sale"
///
///     alice: shop.buy(3) paying 15 USD
///         shop.buy(count: 3, …)  by alice
///           …
/// ```
struct GoldenFile: Sendable {
  /// The ending of the file.
  static let suffix = ".golden"
  private static let comment = ";"
  private static let heading = "scenario \""
  private static let indentation = 4

  /// The records, in the order of the file.
  private(set) var records: [GoldenRecord]
  private var places: [GoldenRecord.Key: (index: Int, span: Span)] = [:]

  /// A file of records that are not written yet.
  init(_ records: [GoldenRecord] = []) { self.records = records }

  /// The path of the records of a file of scenarios.
  static func path(of suite: String) -> String {
    suite.hasSuffix(ScenarioSuite.suffix)
      ? suite.dropLast(ScenarioSuite.suffix.count) + suffix : suite + suffix
  }

  /// The record of a step.
  subscript(key: GoldenRecord.Key) -> GoldenRecord? { places[key].map { records[$0.index] } }

  /// The place of the record of a step.
  func span(of key: GoldenRecord.Key) -> Span? { places[key]?.span }

  // MARK: - Reading

  /// Reads the file with this index among sources.
  init(reading file: Int, in sources: SourceSet) throws(CommandFailure) {
    self.init()
    let source = sources[file]
    var scenario: String?
    var step: (text: String, lines: [String], line: Int)?

    func fail(_ line: Int, _ message: String) -> CommandFailure {
      CommandFailure(
        .diagnostics, "\(source.path):\(line): \(message)",
        help: "settle it by hand, or remove the file and record again: aliquot test --review")
    }
    func close(_ golden: inout GoldenFile) throws(CommandFailure) {
      guard let ended = step, let scenario else { return }
      let key = GoldenRecord.Key(scenario: scenario, step: ended.text)
      guard !ended.lines.isEmpty else { throw fail(ended.line, "this step has no record") }
      guard golden.places[key] == nil else { throw fail(ended.line, "this step stands here twice") }
      let range = source.range(ofLine: ended.line)
      let span = Span(
        file: file, start: range.lowerBound + Self.indentation, end: range.upperBound)
      golden.places[key] = (golden.records.count, span)
      golden.records.append(GoldenRecord(key: key, lines: ended.lines))
      step = nil
    }

    for number in 1...source.lineCount {
      let line = source.text(ofLine: number)
      let depth = line.prefix { $0 == " " }.count
      if line.isEmpty || line.hasPrefix(Self.comment) { continue }
      switch depth {
      case 0:
        guard line.hasPrefix(Self.heading) else {
          throw fail(number, "expected `scenario` and its title")
        }
        try close(&self)
        scenario = line
      case Self.indentation:
        guard scenario != nil else { throw fail(number, "this step stands in no scenario") }
        try close(&self)
        step = (String(line.dropFirst(depth)), [], number)
      case (2 * Self.indentation)...:
        guard step != nil else { throw fail(number, "this belongs to no step") }
        step?.lines.append(String(line.dropFirst(2 * Self.indentation)))
      default: throw fail(number, "this is indented neither as a step nor as its record")
      }
    }
    try close(&self)
  }

  // MARK: - Writing

  /// The file, for the suite with this path.
  func text(of suite: String) -> String {
    let name = suite.split(separator: "/").last.map(String.init) ?? suite
    var text = "; What the golden steps of \(name) did, reviewed with: aliquot test --review\n"
    var scenario: String?
    for record in records {
      if record.key.scenario != scenario { text += "\n\(record.key.scenario)\n" }
      scenario = record.key.scenario
      text += "\n    \(record.key.step)\n"
      for line in record.lines { text += "        \(line)\n" }
    }
    return text
  }
}
