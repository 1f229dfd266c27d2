import Testing

@testable import Assembly

@Suite struct CompilerExplanationTests {
  @Test func everyCodeIsExplained() {
    let explained = SemanticDiagnostics.explanations.map(\.code).sorted()
    #expect(explained == SemanticCode.allCases.map(\.rawValue).sorted())
  }

  @Test(arguments: SemanticDiagnostics.explanations.filter { !$0.bad.isEmpty }.map(\.code))
  func badExamplesHaveTheFault(_ code: String) throws {
    let explanation = try #require(Explanations.explanation(of: code))
    let result = Sources.assemble(explanation.bad)
    #expect(
      result.diagnostics.map(\.code) == [code],
      "\(DiagnosticRenderer().render(result.diagnostics, in: result.sources))")
    #expect((result.artifact == nil) == code.hasPrefix("E"))
  }

  @Test(arguments: SemanticDiagnostics.explanations.filter { !$0.good.isEmpty }.map(\.code))
  func goodExamplesAssembleWithoutAWord(_ code: String) throws {
    let explanation = try #require(Explanations.explanation(of: code))
    #expect(Sources.diagnostics(explanation.good) == "")
    #expect(Sources.assemble(explanation.good).artifact != nil)
  }

  /// The exact text of the diagnostics of all bad examples.
  @Test func diagnosticsReadAsTheyShould() throws {
    let sources = SemanticDiagnostics.explanations.filter { !$0.bad.isEmpty }
      .sorted { $0.code < $1.code }
    let text = sources.map { Sources.diagnostics($0.bad) }.joined(separator: "\n")
    #expect(text == (try Sources.sample("CompilerDiagnostics.txt")))
  }

  @Test func limitsWithoutExamples() {
    let many = (0..<300).map { "    v\($0) = amount\n    @total = v\($0)\n" }.joined()
    #expect(
      Sources.assemble(SemanticDiagnostics.function(many)).diagnostics.map(\.code).contains(
        "E0602"))
    let chain = (0..<100).map { "const A\($0) = A\($0 + 1)\n" }.joined() + "const A100 = 1\n"
    #expect(
      Sources.assemble("contract Demo\n\n" + chain).diagnostics.first?.code == "E0604")
    let long = String(repeating: "    @total = @total + amount * 70_000\n", count: 14_000)
    #expect(
      Sources.assemble(SemanticDiagnostics.function(long)).diagnostics.map(\.code) == ["E0603"])
  }
}
