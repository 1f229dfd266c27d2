import Foundation
import Testing

@testable import Assembly

@Suite struct DiagnosticTests {
  // MARK: - Explanations

  @Test func explainsEveryCodeOnce() {
    let codes = SyntaxDiagnostics.explanations.map(\.code)
    #expect(Set(codes).count == codes.count)
    let expected = (0...13).map { "E01" + ($0 < 10 ? "0" : "") + "\($0)" }
    let syntax = (1...25).map { "E02" + ($0 < 10 ? "0" : "") + "\($0)" }
    #expect(codes.sorted() == expected + syntax)
    #expect(Explanations.explanation(of: "e0203")?.title == "a block without `end`")
    #expect(Explanations.explanation(of: "E9999") == nil)
  }

  @Test(arguments: SyntaxDiagnostics.explanations.map(\.code))
  func showsTheFault(code: String) throws {
    let explanation = try #require(Explanations.explanation(of: code))
    #expect(Reading(explanation.good).rendered == "")
    #expect(Sources.diagnostics(explanation.good) == "")
    let codes = Reading(bytes: explanation.badBytes).codes
    if code == "E0100" {
      // Too many of another error.
      #expect(codes == Array(repeating: "E0101", count: 100) + ["E0100"])
    } else {
      #expect(Set(codes) == [code])
    }
    #expect(explanation.text.hasSuffix("."))
  }

  /// Every code that the sources mention is explained, with a fault whose exact text is kept.
  @Test func noCodeIsForgotten() throws {
    let folder = Sources.root.appending(path: "Sources/Assembly")
    var codes: Set<String> = []
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where file.hasSuffix(".swift") {
      let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
      codes.formUnion(text.matches(of: /"([EW]0\d{3})"/).map { String($0.output.1) })
    }
    #expect(codes.count > 80)
    #expect(codes == Set(Explanations.all.map(\.code)))
    #expect(Explanations.all.allSatisfy { !$0.bad.isEmpty && !$0.good.isEmpty })
    let kept = try ["Diagnostics.txt", "CompilerDiagnostics.txt", "ScenarioDiagnostics.txt"]
      .map { try Samples.text($0) }.joined()
    for code in codes { #expect(kept.contains("[\(code)]: "), "\(code) has no text") }
  }

  @Test func excerptsOfExamplesAreShort() {
    for explanation in Explanations.all {
      #expect(explanation.badExcerpt.utf8.count < 2_500, "\(explanation.code)")
      if explanation.bad.utf8.count < 1_000, explanation.code != "E0106" {
        let isWhole = !explanation.bad.split(separator: "\n").contains { $0.count > 80 }
        if isWhole { #expect(explanation.badExcerpt == explanation.bad) }
      }
    }
    #expect(
      Explanations.explanation(of: "E0111")?.badExcerpt.hasSuffix(
        "; … and 199991 more lines like these\n") == true)
  }

  /// What is offered as a fix mends the source.
  @Test func fixesMend() {
    var mended = 0
    for explanation in SyntaxDiagnostics.explanations {
      var bytes = explanation.badBytes
      for _ in 0..<5 {
        guard let fix = Reading(bytes: bytes).diagnostics.first?.fix else { break }
        bytes.replaceSubrange(fix.span.start..<fix.span.end, with: Array(fix.replacement.utf8))
      }
      guard Reading(bytes: explanation.badBytes).diagnostics.allSatisfy({ $0.fix != nil }) else {
        continue
      }
      #expect(Reading(bytes: bytes).rendered == "", "\(explanation.code)")
      mended += 1
    }
    #expect(mended >= 15)
  }

  // MARK: - Texts

  /// `Samples/Diagnostics.txt` holds what is shown for the bad example of every code.
  @Test func rendersEveryCode() throws {
    let text = SyntaxDiagnostics.explanations
      .map { explanation in
        let reading = Reading(bytes: explanation.badBytes)
        let shown = reading.diagnostics.filter { $0.code == explanation.code }
        let rendered = DiagnosticRenderer().render(shown, in: reading.sources)
        return "==== \(explanation.code)\n\(rendered)"
      }
      .joined(separator: "\n")
    if Samples.isRecording {
      try Samples.record(text, as: "Diagnostics.txt")
      Issue.record("recorded")
    }
    #expect(try Samples.text("Diagnostics.txt") == text)
  }

  /// `Samples/Statements.txt` and `Samples/Declarations.txt` hold what is shown for what people write.
  @Test(arguments: ["Statements.txt", "Declarations.txt"])
  func rendersMistakes(name: String) throws {
    let golden = try Samples.text(name)
    let isStatement = name == "Statements.txt"
    var text = ""
    for section in golden.split(separator: "==== ") {
      let line = section.prefix { $0 != "\n" }
      let body = line.split(separator: "\\n", omittingEmptySubsequences: false)
        .map { (isStatement ? "    " : "") + $0 + "\n" }.joined()
      let reading = Reading(
        isStatement
          ? "contract Demo\n\nfn demo (x int)\n\(body)    x = 4\nend\n"
          : "contract Demo\n\n\(body)")
      text += "==== \(line)\n\(reading.rendered)\n"
    }
    if Samples.isRecording {
      try Samples.record(text, as: name)
      Issue.record("recorded")
    }
    #expect(golden == text)
  }

  @Test func rendersWhatNoExampleShows() {
    let many = Reading("contract A\n" + String(repeating: "foo bar\n\nerror E\n", count: 150))
    #expect(many.codes.count == 101)
    #expect(
      DiagnosticRenderer().render(many.diagnostics[100], in: many.sources) == """
        error[E0100]: too many errors
           --> Demo.alq:302:1
            |
        302 | foo bar
            | ^^^
        help: only the first 100 are shown; fix some of them and check again

        """)
    let large = Reading(bytes: [UInt8](repeating: 10, count: (4 << 20) + 1))
    #expect(
      DiagnosticRenderer().render(large.diagnostics[0], in: large.sources) == """
        error[E0111]: this file is too large
         --> Demo.alq:1:1
          |
        1 |
          | ^
        help: a source has at most 4 MiB; this one has 4194305 bytes

        """)
    let latin = Reading(bytes: Array("contract A\n; caf".utf8) + [0xE9])
    #expect(
      latin.rendered == """
        error[E0113]: this byte is not UTF-8
         --> Demo.alq:2:6
          |
        2 | ; caf\u{FFFD}
          |      ^ byte E9
        help: save the file as UTF-8

        """)
  }

  @Test func rendersShortAndColored() {
    let reading = Reading("contract A\nconst B = 3 +\n")
    #expect(
      DiagnosticRenderer(style: .short).render(reading.diagnostics, in: reading.sources)
        == "Demo.alq:2:14: error[E0224]: expected a value, found the end of the line\n")
    let colored = DiagnosticRenderer(isColored: true)
      .render(reading.diagnostics, in: reading.sources)
    #expect(colored.hasPrefix("\u{1B}[1;31merror[E0224]\u{1B}[0m\u{1B}[1m: expected"))
  }

  @Test func rendersNotesInOtherFilesTabsAndLongLines() {
    let long = String(repeating: "a", count: 300)
    let sources = SourceSet([
      SourceText(path: "A.alq", text: "\tx = y\n"),
      SourceText(path: "B.alq", text: long + " here " + long),
    ])
    let diagnostic = Diagnostic(
      "E0301", "`y` is declared twice", at: Span(file: 0, start: 5, end: 6), severity: .warning,
      label: "again", notes: [.init("first declared here", at: Span(file: 1, start: 301, end: 305))]
    )
    #expect(
      DiagnosticRenderer().render(diagnostic, in: sources) == """
        warning[E0301]: `y` is declared twice
         --> A.alq:1:6
          |
        1 |     x = y
          |         ^ again
        note: first declared here
         --> B.alq:1:302
          |
        1 | …\(String(repeating: "a", count: 39)) here \(String(repeating: "a", count: 75))…
          | \(String(repeating: " ", count: 41))----

        """)
  }

  /// Marks stand under what they mean, also behind characters that take two columns or none.
  @Test func marksStandUnderWideCharacters() {
    func marks(_ line: String, _ word: String) -> String {
      let sources = SourceSet([SourceText(path: "A.alq", text: line)])
      let start = line.utf8.count - word.utf8.count
      let diagnostic = Diagnostic(
        "E0301", "odd", at: Span(file: 0, start: start, end: line.utf8.count))
      let lines = DiagnosticRenderer().render(diagnostic, in: sources).split(separator: "\n")
      return String(lines.last?.dropFirst(4) ?? "")
    }
    #expect(marks("x = y", "y") == "    ^")
    #expect(marks("\"漢字\" y", "y") == "       ^")
    #expect(marks("\"漢字\"", "漢字\"") == " ^^^^^")
    #expect(marks("\"한국어\" y", "y") == "         ^")
    #expect(marks("\"ｶﾅ\" y", "y") == "     ^")
    #expect(marks("\"e\u{301}\" y", "y") == "    ^")
    #expect(marks("\"😀\" y", "y") == "     ^")
    #expect(marks("\"é€ж\" y", "y") == "      ^")
  }

  @Test func showsPlacesThatDoNotExist() {
    let diagnostic = Diagnostic("E0301", "odd", at: Span(file: 7, start: 90, end: 80))
    #expect(
      DiagnosticRenderer().render(diagnostic, in: SourceSet())
        == "error[E0301]: odd\n --> ?:1:1\n  |\n1 |\n  | ^\n")
  }

  // MARK: - Collection

  @Test func dropsEchoesAndSorts() {
    let sources = SourceSet([SourceText(path: "a", text: "one\ntwo\n")])
    var diagnostics = Diagnostics(sources: sources)
    diagnostics.error("E0302", "second", at: Span(file: 0, start: 5, end: 6))
    diagnostics.error("E0301", "first", at: Span(file: 0, start: 0, end: 1))
    diagnostics.error("E0301", "echo", at: Span(file: 0, start: 2, end: 3))
    diagnostics.warning("W0301", "third", at: Span(file: 0, start: 6, end: 7))
    #expect(diagnostics.sorted.map(\.message) == ["first", "second", "third"])
    #expect(diagnostics.errorCount == 2)
    #expect(diagnostics.hasErrors)
  }

  @Test func suggestsSpellings() {
    let words = ["require", "return", "rest", "send"]
    #expect(Spelling.suggest("requrie", among: words) == "require")
    #expect(Spelling.suggest("Send", among: words) == "send")
    #expect(Spelling.suggest("retrun", among: words) == "return")
    #expect(Spelling.suggest("balance", among: words) == nil)
    #expect(Spelling.suggest("x", among: ["y", "z"]) == nil)
    #expect(Spelling.suggest("send", among: words) == nil)
    #expect(Spelling.suggest(String(repeating: "a", count: 1_000), among: words) == nil)
  }

  @Test func locates() {
    let text = SourceText(path: "a", text: "é = 1\r\n\nx")
    #expect(text.location(at: 0) == SourceLocation(line: 1, column: 1))
    #expect(text.location(at: 3) == SourceLocation(line: 1, column: 3))
    #expect(text.location(at: 8) == SourceLocation(line: 2, column: 1))
    #expect(text.location(at: 9) == SourceLocation(line: 3, column: 1))
    #expect(text.location(at: 99) == SourceLocation(line: 3, column: 2))
    #expect(text.text(ofLine: 1) == "é = 1")
    #expect(text.text(ofLine: 2) == "")
    #expect(text.text(ofLine: 3) == "x")
    #expect(text.text(ofLine: 4) == "")
  }
}
