import ArgumentParser

/// What the command line says of golden steps.
struct GoldenOptions: ParsableArguments {
  @Flag(help: "Show how golden steps differ from their records, and ask which to accept.")
  var review = false
  @Flag(help: "Accept all that golden steps do, without asking.")
  var accept = false

  /// Whether records are reviewed.
  var isReview: Bool { review || accept }

  /// Refuses to ask where nobody answers.
  func checkAnswers() throws(CommandFailure) {
    guard isReview, !accept, !TerminalInput.isInteractive else { return }
    throw CommandFailure(
      .usage, "a review asks, and here is no terminal",
      help: "--accept takes all of it; the .golden file then shows what is new")
  }
}
