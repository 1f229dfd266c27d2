import Assembly

/// Holds what the golden steps of a case do against what is recorded of them.
struct GoldenCase {
  /// Golden steps that a case may carry out, and lines of one record: what nobody reads is not reviewed.
  private static let recordsMax = 100
  private static let linesMax = 5_000
  /// Lines of a difference that are shown.
  private static let shownMax = 80

  private let suite: ScenarioSuite
  private let heading: String
  /// Whether what differs is gathered for a review, and no failure.
  private let isReview: Bool
  private var turns: [String: Int] = [:]

  /// What the steps did, in order.
  private(set) var records: [GoldenRecord] = []

  /// Holds a case against the records of its suite.
  init(_ suite: ScenarioSuite, heading: String, isReview: Bool) {
    self.suite = suite
    self.heading = heading
    self.isReview = isReview
  }

  /// Holds what a step did against its record; `golden` is the place that asks for it.
  mutating func hold(
    _ lines: [String], of step: Span, golden: Span
  ) throws(ScenarioProblem) {
    guard records.count < Self.recordsMax else {
      throw .mistake(
        "this case has more than \(Self.recordsMax) golden steps", at: golden,
        help: "make one turn of the loop golden, or expect the values that matter")
    }
    guard lines.count <= Self.linesMax else {
      throw .mistake(
        "the record of this step has \(lines.count) lines, which nobody reads", at: golden,
        help: "expect the values that matter")
    }
    let text = suite.sources.line(of: step)
    let turn = turns[text, default: 0] + 1
    turns[text] = turn
    let record = GoldenRecord(
      key: GoldenRecord.Key(scenario: heading, step: turn == 1 ? text : "[\(turn)] \(text)"),
      lines: lines)
    records.append(record)
    if !isReview { try compare(record, golden) }
  }

  private func compare(_ record: GoldenRecord, _ golden: Span) throws(ScenarioProblem) {
    let command = "aliquot test --review \(suite.path.shellWord)"
    guard let old = suite.golden[record.key] else {
      throw ScenarioProblem(
        "nothing is recorded of this step", at: golden,
        help: "read what it does, and record it: \(command)")
    }
    guard old.lines != record.lines else { return }
    let difference = LineDifference.unified(
      path: GoldenFile.path(of: suite.path), newPath: "this run", from: old.text, to: record.text
    ).split(separator: "\n").map(String.init)
    var shown = Array(difference.prefix(Self.shownMax))
    if shown.count < difference.count {
      shown.append("… \(Words.count(difference.count - shown.count, "more line"))")
    }
    throw ScenarioProblem(
      "the step did something else than is recorded", at: golden,
      help: "if it should do this, record it: \(command)", details: shown)
  }
}
