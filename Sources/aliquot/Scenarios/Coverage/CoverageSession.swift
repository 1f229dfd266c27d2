import Assembly

/// Gathers what ran in a run of tests, and tells it as the command line asks.
struct CoverageSession {
  private let options: CoverageOptions
  private var totals: CoverageTotals
  /// The lines that scenarios are wanted of.
  private var places: [SourcePlace] = []
  private var attribution = CoverageAttribution()
  /// What there is to say about sources that cannot count.
  private(set) var reports: [Report] = []

  /// Prepares to count what runs of the contracts that suites use, and of those below directories that no
  /// suite uses.
  init(
    _ options: CoverageOptions, suites: some Sequence<ScenarioSuite>, paths: [String]
  ) throws(CommandFailure) {
    self.options = options
    totals = CoverageTotals(excluding: options.coverageExcept)
    guard options.areWanted else { return }
    for suite in suites { for code in suite.codes.values { totals.add(code) } }
    for path in paths.isEmpty ? ["."] : paths where FileSystem.entry(at: path) == .directory {
      for file in try FileSystem.files(below: path, endingIn: ContractLoading.sourceSuffix) {
        try add(file)
      }
    }
    let sources = totals.sources
    for text in options.covering { places.append(try Self.place(text, in: sources)) }
  }

  /// Lets a contract count that no scenario speaks of.
  private mutating func add(_ file: String) throws(CommandFailure) {
    guard !totals.contains(file), !ContractLoading.isLibrary(try FileSystem.read(file)) else {
      return
    }
    do throws(CommandFailure) { totals.add(try ContractLoading.load(file).code) } catch {
      reports.append(
        .message(
          .warning, "\"\(file)\" does not assemble, and is not counted",
          help: "aliquot check \(file.shellWord)"))
    }
  }

  /// The code of a suite that is counted.
  func layouts(of suite: ScenarioSuite) -> [CodeLayout] {
    options.areWanted ? totals.contracts(of: suite).map(\.layout) : []
  }

  /// Adds what ran in the setup and the cases of a suite.
  mutating func note(_ outcome: ScenarioOutcome, of suite: ScenarioSuite) {
    guard options.areWanted else { return }
    let watched = totals.contracts(of: suite).map(\.path)
    totals.add(outcome.setup.counts, of: watched)
    for result in outcome.results { totals.add(result.log.counts, of: watched) }
    guard options.attributes else { return }
    attribution.add(
      CoverageAttribution.Case(
        path: suite.path, line: nil, title: "the setup",
        lines: totals.lines(of: outcome.setup.counts, of: watched)))
    for result in outcome.results {
      attribution.add(
        CoverageAttribution.Case(
          path: result.path, line: result.line, title: result.title,
          lines: totals.lines(of: result.log.counts, of: watched)))
    }
  }

  /// Tells what ran, and writes the files that are wanted.
  func tell(_ outcome: inout Outcome, paint: Paint) throws(CommandFailure) -> String {
    guard options.areWanted else { return "" }
    let report = CoverageReport(sources: totals.sources, paint: paint)
    outcome.reports += reports
    var text = ""
    if options.annotate { text += "\n" + report.annotated }
    if options.coverageByScenario { text += "\n" + attribution.table(paint) }
    for place in places { text += "\n" + attribution.text(of: place, report.sources, paint) }
    if options.showsTable {
      text += "\n" + report.table + report.missing(isWhole: options.uncovered)
    }
    if let lcov = options.lcov { try FileSystem.write(Array(report.lcov.utf8), to: lcov) }
    var json = report.json
    if options.coverageByScenario { json = json + ["scenarios": attribution.json] }
    if !places.isEmpty {
      json = json + ["covering": .array(places.map { attribution.json(of: $0) })]
    }
    outcome.result = outcome.result + ["coverage": json]
    let shortfalls = options.coverageMin?.shortfalls(of: report.total) ?? []
    for (index, shortfall) in shortfalls.enumerated() {
      outcome.status = .testsFailed
      let isLast = index == shortfalls.count - 1
      outcome.reports.append(
        .message(
          .error, shortfall, help: isLast ? "--uncovered lists everything that is missing" : nil))
    }
    return text
  }

  // MARK: - Lines

  /// The line of a source that somebody names: by the path, or by the end of the path if that is enough.
  private static func place(
    _ text: String, in sources: [SourceCoverage]
  ) throws(CommandFailure) -> SourcePlace {
    let named = NamedSource(text)
    guard let line = named.line else {
      throw CommandFailure(
        .usage, "\"\(text)\" is not a line of a source", help: "for example Shop.alq:42")
    }
    let path = try named.path(among: sources.map(\.path))
    guard let source = sources.first(where: { $0.path == path }) else {
      preconditionFailure("a path among those of the sources is one of them")
    }
    guard source.lines[line] != nil else {
      let nearest = source.lines.keys.min { (abs($0 - line), $0) < (abs($1 - line), $1) }
      throw CommandFailure(
        .notFound, "no instruction comes from \(source.path):\(line)",
        help: nearest.map { "the nearest line that has some is \($0)" })
    }
    return SourcePlace(path: source.path, line: line)
  }
}
