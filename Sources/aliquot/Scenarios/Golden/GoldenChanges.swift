import Assembly

/// What became of the records of a suite in a run: those that are new, other ones, and those whose step is gone.
struct GoldenChanges {
  /// A record that is not as it was.
  struct Change {
    /// What it became.
    enum Sort: String {
      case new, changed, stale
    }

    let key: GoldenRecord.Key
    /// What is recorded.
    let old: GoldenRecord?
    /// What the step did.
    let new: GoldenRecord?

    var sort: Sort { old == nil ? .new : new == nil ? .stale : .changed }
  }

  private let suite: ScenarioSuite
  /// The headings of cases in the order of the suite.
  private let headings: [String]
  private var done: [GoldenRecord.Key: GoldenRecord] = [:]
  private var doneKeys: [GoldenRecord.Key] = []

  /// The changes, in the order of the suite; those that are stale at the end.
  private(set) var changes: [Change] = []

  /// Holds what cases did against the records of their suite.
  ///
  /// Only of a case that was carried out to its end it is known which of its records are stale, and only in a
  /// run of all cases which belong to none.
  init(_ suite: ScenarioSuite, _ results: [ScenarioResult]) {
    self.suite = suite
    let all = ScenarioRun(suite: suite).cases
    let names = GoldenHeadings(suite)
    headings = all.compactMap { names[$0.line] }
    var finished: Set<String> = []
    for result in results {
      guard let heading = names[result.line] else { continue }
      if result.problem == nil { finished.insert(heading) }
      for record in result.log.records {
        doneKeys.append(record.key)
        done[record.key] = record
        let old = suite.golden[record.key]
        if old != record { changes.append(Change(key: record.key, old: old, new: record)) }
      }
    }
    guard results.count == all.count else { return }
    let known = Set(headings)
    for old in suite.golden.records where done[old.key] == nil {
      guard finished.contains(old.key.scenario) || !known.contains(old.key.scenario) else {
        continue
      }
      changes.append(Change(key: old.key, old: old, new: nil))
    }
  }

  /// The records whose step is gone.
  var stale: [GoldenRecord.Key] { changes.filter { $0.sort == .stale }.map(\.key) }

  /// What a plain run says of stale records: a result that does not pass.
  var staleResult: ScenarioResult? {
    guard let first = stale.first, let span = suite.golden.span(of: first) else { return nil }
    let path = GoldenFile.path(of: suite.path)
    var result = ScenarioResult(
      path: suite.path, title: "the records in \(path)", line: 0)
    result.problem = ScenarioProblem(
      "this is recorded, and no golden step does it any more", at: span,
      help: "aliquot test --review \(suite.path.shellWord) removes what is accepted",
      details: stale.dropFirst().map { "also: \($0.scenario): \($0.step)" })
    return result
  }

  /// The records as they are once some changes are accepted: scenarios in the order of the suite, steps in the
  /// order in which they ran.
  func records(accepting accepted: Set<GoldenRecord.Key>) -> [GoldenRecord] {
    var next: [GoldenRecord.Key: GoldenRecord] = [:]
    for old in suite.golden.records { next[old.key] = old }
    for change in changes where accepted.contains(change.key) { next[change.key] = change.new }
    let order = doneKeys + suite.golden.records.map(\.key).filter { done[$0] == nil }
    let ranks = Dictionary(
      zip(headings, headings.indices), uniquingKeysWith: { first, _ in first })
    return order.enumerated().sorted { a, b in
      let (first, second) = (ranks[a.element.scenario] ?? .max, ranks[b.element.scenario] ?? .max)
      return (first, a.offset) < (second, b.offset)
    }.compactMap { next[$0.element] }
  }
}
