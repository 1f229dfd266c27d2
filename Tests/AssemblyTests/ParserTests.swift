import Foundation
import Testing

@testable import Assembly

@Suite struct ParserTests {
  @Test func smoke() throws {
    let text = try String(contentsOfFile: "/work/wt/syntax/Tests/AssemblyTests/Samples/RevenueShares.alq", encoding: .utf8)
    var d = Diagnostics(sources: SourceSet([SourceText(path: "a.alq", text: text)]))
    let tree = Parser.parse(file: 0, reporting: &d)
    print(Dump.text(tree))
    print(d.sorted)
  }
}
