import Testing

@testable import Assembly

@Suite struct CompilerExplanationTests {
  @Test func everyCodeIsExplained() {
    let explained = SemanticDiagnostics.explanations.map(\.code).sorted()
    #expect(explained == SemanticCode.allCases.map(\.rawValue).sorted())
  }

  @Test(arguments: SemanticDiagnostics.explanations.map(\.code))
  func badExamplesHaveTheFault(_ code: String) throws {
    let explanation = try #require(Explanations.explanation(of: code))
    let result = Sources.assemble(explanation.bad)
    #expect(
      result.diagnostics.map(\.code) == [code],
      "\(DiagnosticRenderer().render(result.diagnostics, in: result.sources))")
    #expect((result.artifact == nil) == code.hasPrefix("E"))
  }

  @Test(arguments: SemanticDiagnostics.explanations.map(\.code))
  func goodExamplesAssembleWithoutAWord(_ code: String) throws {
    let explanation = try #require(Explanations.explanation(of: code))
    #expect(Sources.diagnostics(explanation.good) == "")
    #expect(Sources.assemble(explanation.good).artifact != nil)
  }

  /// The exact text of the diagnostics of all bad examples.
  @Test func diagnosticsReadAsTheyShould() throws {
    let sources = SemanticDiagnostics.explanations.sorted { $0.code < $1.code }
    let text = sources.map { Sources.diagnostics($0.bad) }.joined(separator: "\n")
    if Samples.isRecording {
      try Samples.record(text, as: "CompilerDiagnostics.txt")
      Issue.record("recorded")
    }
    #expect(text == (try Sources.sample("CompilerDiagnostics.txt")))
  }
}
