import Assembly

/// Why a scenario does not pass: an expectation that is not met, or a mistake in the scenario itself.
struct ScenarioProblem: Error, Sendable {
  /// What is wrong: lower case, without a full stop.
  var message: String
  /// Where: a step, a clause or an expression.
  var span: Span
  /// What to do about it.
  var help: String?
  /// The step whose expectation it is, if it does not stand in the step's own line.
  var step: Span?
  /// What was expected and what was found.
  var difference: ScenarioDifference?
  /// Names of rows and loops and their values, outermost first.
  var bindings: [String] = []
  /// More to know, a line each.
  var details: [String] = []
  /// The tree of calls of the step, if it was a transaction.
  var trace = ""
  /// Whether an expectation failed; otherwise the scenario cannot be run as it is written.
  var isFailure = true

  init(
    _ message: String, at span: Span, help: String? = nil,
    difference: ScenarioDifference? = nil, details: [String] = [], isFailure: Bool = true
  ) {
    self.message = message
    self.span = span
    self.help = help
    self.difference = difference
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
