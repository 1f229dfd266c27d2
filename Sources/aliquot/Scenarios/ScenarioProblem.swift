import Assembly

/// Why a scenario does not pass: an expectation that is not met, or a mistake in the scenario itself.
struct ScenarioProblem: Error, Sendable {
  /// What is wrong: lower case, without a full stop.
  var message: String
  /// Where: a step, a clause or an expression.
  var span: Span
  /// What to do about it.
  var help: String?
  /// Expected and actual, one above the other, or more to know.
  var details: [String] = []
  /// The tree of calls of the step, if it was a transaction.
  var trace = ""
  /// Whether an expectation failed; otherwise the scenario cannot be run as it is written.
  var isFailure = true

  init(
    _ message: String, at span: Span, help: String? = nil, details: [String] = [],
    isFailure: Bool = true
  ) {
    self.message = message
    self.span = span
    self.help = help
    self.details = details
    self.isFailure = isFailure
  }

  /// A mistake in the scenario.
  static func mistake(_ message: String, at span: Span, help: String? = nil) -> ScenarioProblem {
    ScenarioProblem(message, at: span, help: help, isFailure: false)
  }

  /// A mistake that was found by a reader of names and values.
  static func mistake(_ failure: CommandFailure, at span: Span) -> ScenarioProblem {
    mistake(failure.message, at: span, help: failure.help)
  }
}
