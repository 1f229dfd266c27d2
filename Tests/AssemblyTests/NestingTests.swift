import Fuzzing
import Testing

@testable import Assembly

/// Nothing nests so deep that the assembler loses its footing: up to a limit it works, past it it says so.
@Suite struct NestingTests {
  /// Sources that nest something to a depth.
  private static let towers: [(name: String, text: @Sendable (Int) -> String)] = [
    ("parentheses", { value(repeated("(", $0) + "a" + repeated(")", $0)) }),
    ("sums to the right", { value(repeated("a + (", $0) + "a" + repeated(")", $0)) }),
    ("sums", { value(repeated("a + ", $0) + "a") }),
    ("products", { value(repeated("a * ", $0) + "a") }),
    ("powers", { value(repeated("a ^ ", $0) + "1") }),
    ("signs", { value(repeated("- ", $0) + "a") }),
    ("negations", { condition(repeated("not ", $0) + "true") }),
    ("conjunctions", { condition(repeated("a == 1 and ", $0) + "true") }),
    ("alternatives", { condition(repeated("(a == 1 or ", $0) + "true" + repeated(")", $0)) }),
    ("calls", { value(repeated("abs(", $0) + "a" + repeated(")", $0)) }),
    ("roundings", { value(repeated("floor((", $0) + "a" + repeated(") / 2)", $0)) }),
    ("lists", { statement("l = " + repeated("[", $0) + "a" + repeated("]", $0)) }),
    ("indices", { value(repeated("@m[", $0) + "a" + repeated("]", $0)) }),
    ("steps of indices", { value("a" + repeated("[a]", $0)) }),
    ("members", { value("a" + repeated(".b", $0)) }),
    ("members of fields", { value("@m" + repeated(".b", $0)) }),
    ("calls of calls", { value("a" + repeated("()", $0)) }),
    ("open parentheses", { value(repeated("(", $0)) }),
    ("closed parentheses", { value(repeated(")", $0)) }),
    ("mixed brackets", { value(repeated("([", $0)) }),
    ("branches", { blocks("if a == 1", $0) }),
    ("loops", { blocks("while a == 1", $0) }),
    ("counts", { blocks("for _ in 0..a", $0) }),
    ("attempts", { blocks("try gas 1 call_me()", $0) }),
    (
      "further branches",
      {
        statement(
          "if a == 0\n" + repeated("    else if a == 1\n        @t = 1\n", $0) + "    end")
      }
    ),
    ("branches without end", { statement(repeated("if a == 1\n", $0)) }),
    ("ends", { statement(repeated("end\n", $0)) }),
    (
      "constants", { "contract A\nconst B = " + repeated("(", $0) + "1" + repeated(")", $0) + "\n" }
    ),
    ("sums of constants", { "contract A\nconst B = " + repeated("1 + ", $0) + "1\n" }),
    (
      "constants of constants",
      {
        "contract A\n" + (0..<$0).map { "const C\($0) = C\($0 + 1)\n" }.joined()
          + "const C\($0) = 1\n"
      }
    ),
    ("lists of types", { "contract A\nevent B (c " + repeated("list of ", $0) + "int)\n" }),
    ("maps of maps", { "contract A\nstate\n    a " + repeated("map int -> ", $0) + "int\n" }),
    ("dots", { "contract A\nevent B" + repeated(".b", $0) + " ()\n" }),
    (
      "indentation",
      { statement((0..<min($0, 600)).map { repeated(" ", $0) + "@t = 1\n" }.joined()) }
    ),
    (
      "functions",
      {
        "contract A\nexport f0 ()\n"
          + (0..<$0).map { "    call f\($0 + 1)()\nend\nfn f\($0 + 1) ()\n" }
          .joined() + "end\n"
      }
    ),
  ]

  private static func repeated(_ text: String, _ count: Int) -> String {
    String(repeating: text, count: count)
  }

  private static func statement(_ text: String) -> String {
    "contract A\nstate\n    t int\n    m map int -> int\nexport call_me ()\nend\nexport f (a int)\n    \(text)\nend\n"
  }

  private static func value(_ text: String) -> String { statement("@t = \(text)") }

  private static func condition(_ text: String) -> String {
    statement("if \(text)\n        @t = 1\n    end")
  }

  private static func blocks(_ heading: String, _ depth: Int) -> String {
    statement(
      (0..<depth).map { "\(repeated("    ", min($0, 10)))\(heading)\n" }.joined()
        + "    @t = 1\n" + repeated("    end\n", depth))
  }

  @Test(arguments: towers.map(\.name)) func standsOrIsRefused(name: String) throws {
    let tower = try #require(Self.towers.first { $0.name == name }).text
    for depth in [1, 30, 63, 64, 65, 198, 199, 200, 201, 250, 3_000, 20_000] {
      let text = tower(depth)
      try FuzzTarget.assembler.check(Array(text.utf8))
      if depth < 200 { try FuzzTarget.formatter.check(Array(text.utf8)) }
    }
  }

  /// What people may well write is not too deep.
  @Test(arguments: [
    "parentheses", "sums", "branches", "loops", "further branches", "lists of types",
  ])
  func oneLevelIsFine(name: String) throws {
    let tower = try #require(Self.towers.first { $0.name == name }).text
    let depth = name == "lists of types" ? 0 : 60
    #expect(Sources.diagnostics(tower(depth)) == "")
  }

  @Test func chainsOfBranchesMayBeLong() throws {
    let tower = try #require(Self.towers.first { $0.name == "further branches" }).text
    #expect(Sources.diagnostics(tower(190)) == "")
  }
}
