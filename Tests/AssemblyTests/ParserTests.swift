import Foundation
import Testing

@testable import Assembly

@Suite struct ParserTests {
  @Test func smoke() throws {
    for l in try String(contentsOfFile: "/tmp/gallery.txt", encoding: .utf8).split(separator: "\n") {
        let s = "contract Demo\n\nfn demo (x int)\n    \(l)\n    x = 4\nend\n"
        var d = Diagnostics(sources: SourceSet([SourceText(path: "D", text: s)]))
        _ = Parser.parse(file: 0, reporting: &d)
        print("=====", l)
        for x in d.sorted { print(DiagnosticRenderer(style: .short).render(x, in: d.sources), "     ", x.notes.map(\.message), x.help as Any, x.fix?.replacement as Any) }
    }
  }
}
