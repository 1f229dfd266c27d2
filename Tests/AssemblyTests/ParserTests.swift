import Foundation
import Testing

@testable import Assembly

@Suite struct ParserTests {
  @Test func smoke() throws {
    let text = try String(contentsOfFile: "/tmp/t.alq", encoding: .utf8)
    var d = Diagnostics(sources: SourceSet([SourceText(path: "t.alq", text: text)]))
    let tree = Parser.parse(file: 0, reporting: &d)
    print(Dump.text(tree))
    print(DiagnosticRenderer().render(d.sorted, in: d.sources))
    if case .success(let t) = Formatter.format(SourceText(path: "t.alq", text: text)) {
      print(t); print(t == text)
      }
  }
}
