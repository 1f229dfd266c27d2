import Bytecode
import Fuzzing
import Integers
import Testing
import Verification

@testable import Assembly

/// What passes a limit is refused by the assembler, at its place, and what does not is accepted.
@Suite struct SourceLimitTests {
  /// What there is to say about a source; nothing else may be wrong with it.
  private func errors(_ text: String) throws -> [String] {
    let bytes = Array(text.utf8)
    try FuzzTarget.assembler.check(bytes)
    let result = Sources.assemble(text)
    return result.diagnostics.filter { $0.severity == .error }.map {
      let location = result.sources.location(of: $0.span).1
      return "\($0.code) \(location.line):\(location.column) \($0.message)"
    }
  }

  private func lines(_ count: Int, _ line: (Int) -> String) -> String {
    (0..<count).map { line($0) + "\n" }.joined()
  }

  // MARK: - Names

  /// Contracts with one name of each sort.
  private static let places: [(sort: String, text: @Sendable (String) -> String)] = [
    ("contract", { "contract \($0)\n" }),
    ("constant", { "contract A\nconst \($0) = 1\n" }),
    ("enum", { "contract A\nenum \($0) (a)\n" }),
    ("case", { "contract A\nenum B (\($0))\n" }),
    ("record", { "contract A\nrecord \($0)\n    a int\nstate\n    b \($0)\n" }),
    ("component", { "contract A\nrecord B\n    \($0) int\nstate\n    b B\n" }),
    ("field", { "contract A\nstate\n    \($0) int\n" }),
    ("key", { "contract A\nstate\n    a map \($0) int -> int\n" }),
    ("class", { "contract A\nclass \($0) \"B\"\n" }),
    ("untitled class", { "contract A\nclass \($0)\n" }),
    ("foreign hook", { "contract A\nclass B \"B\" hook other \($0) gas 9\n" }),
    ("event", { "contract A\nevent \($0) ()\n" }),
    ("event's field", { "contract A\nevent B (\($0) int)\n" }),
    ("error", { "contract A\nerror \($0)\n" }),
    ("error's field", { "contract A\nerror B (\($0) int)\n" }),
    ("message", { "contract A\nmessage \($0) ()\n" }),
    ("message's field", { "contract A\nmessage B (\($0) int)\n" }),
    ("export", { "contract A\nexport \($0) ()\nend\n" }),
    ("parameter", { "contract A\nexport b (\($0) int)\nend\n" }),
    ("result", { "contract A\nexport b () -> (\($0) int)\n    return 1\nend\n" }),
    ("payment", { "contract A\nexport b () payable (\($0))\nend\n" }),
    (
      "hook",
      { "contract A\nhook \($0) (a asset, b address, c address, d int, e address)\nend\n" }
    ),
    (
      "interface's function",
      {
        "contract A\ninterface B\n    export \($0) ()\nexport c (b address)\n"
          + "    call B(b).\($0)()\nend\n"
      }
    ),
    ("local", { "contract A\nexport b () -> (a int)\n    \($0) = 1\n    return \($0)\nend\n" }),
    ("function", { "contract A\nexport b ()\n    call \($0)()\nend\nfn \($0) ()\nend\n" }),
    ("inner parameter", { "contract A\nexport b ()\n    call c(1)\nend\nfn c (\($0) int)\nend\n" }),
    ("interface", { "contract A\ninterface \($0)\n    export b ()\n" }),
    ("interface's error", { "contract A\ninterface B\n    error \($0)\n" }),
  ]

  @Test(arguments: places.map(\.sort)) func namesHaveALimit(sort: String) throws {
    let place = try #require(Self.places.first { $0.sort == sort })
    let longest = String(repeating: "n", count: Limits.nameLength)
    #expect(try errors(place.text(longest)) == [])
    let found = try errors(place.text(longest + "n"))
    #expect(found.allSatisfy { $0.hasPrefix("E0606") })
    let isInModule = ![
      "local", "function", "inner parameter", "constant", "interface", "interface's error",
    ].contains(sort)
    if isInModule { #expect(found.count == 1, "\(found)") }
  }

  @Test func dottedNamesHaveALimit() throws {
    let dotted = Array(repeating: "nnn", count: 40).joined(separator: ".")
    #expect(
      try errors("contract A\ninterface B\n    export \(dotted) ()\nevent \(dotted) ()\n").map {
        $0.prefix(10)
      } == ["E0606 3:12", "E0606 4:7 "])
  }

  @Test func titlesHaveALimit() throws {
    let title = String(repeating: "é", count: 128)
    #expect(try errors("contract A\nclass B \"\(title)\"\n") == [])
    #expect(
      try errors("contract A\nclass B \"\(title)e\"\n")
        == ["E0606 2:9 a title has at most 256 bytes"])
    #expect(
      try errors("contract A\ninvariant \"\(title)e\"\n    true\nend\n")
        == ["E0606 2:11 a title has at most 256 bytes"])
  }

  // MARK: - Numbers of declarations

  @Test(arguments: [
    ("enums", "enum N# (a)"), ("classes", "class N#"), ("events", "event N# ()"),
    ("errors", "error N#"), ("messages", "message N# ()"), ("fields", "state\n    n# int"),
    ("hooks", "hook n# (a asset, b address, c address, d int, e address)\nend"),
    ("invariants", "invariant \"#\"\n    true\nend"),
  ])
  func declarationsHaveALimit(what: String, line: String) throws {
    func text(_ count: Int) -> String {
      "contract A\n" + lines(count) { line.replacing("#", with: "\($0)") }
    }
    #expect(try errors(text(256)) == [])
    let height = line.split(separator: "\n").count
    let row = 1 + 256 * height + (what == "fields" ? 2 : 1)
    let column = what == "fields" ? 5 : (line.firstIndex(of: " ")?.utf16Offset(in: line) ?? 0) + 2
    let found = try errors(text(257))
    #expect(
      found == [
        "E0601 \(row):\(column) a contract has at most 256 \(what), and this has 257"
      ])
  }

  @Test func functionsHaveALimit() throws {
    let functions =
      "contract A\n" + lines(4_096) { "fn n\($0) ()\nend" } + "export f ()\n"
      + lines(4_096) { "    call n\($0)()" } + "end\n"
    let found = try errors(functions)
    #expect(
      found == ["E0601 8194:8 a contract has at most 4096 functions, and this has 4097"])
    let exports =
      "contract A\n" + lines(4_097) { $0 == 0 ? "export n0 ()\nend" : "export n\($0) () = n0" }
    let foundExports = try errors(exports)
    #expect(
      foundExports == ["E0601 4099:8 a contract has at most 4096 exports, and this has 4097"])
  }

  @Test func constantsHaveALimit() throws {
    func text(_ count: Int) -> String {
      "contract A\nstate\n    a int\nexport f ()\n"
        + lines(count) { "    @a = \(100_000 + $0)" } + "end\n"
    }
    #expect(try errors(text(4_096)) == [])
    let found = try errors(text(4_098))
    #expect(
      found == [
        "E0601 4101:10 a contract has at most 4096 integer constants, and this has 4098"
      ])
    let strings =
      "contract A\nstate\n    a text\nexport f ()\n" + lines(4_097) { "    @a = \"n\($0)\"" }
      + "end\n"
    let foundStrings = try errors(strings)
    #expect(
      foundStrings == [
        "E0601 4101:10 a contract has at most 4096 string constants, and this has 4097"
      ])
  }

  /// More constants than an operand can tell apart, in functions that are left out.
  @Test func constantsThatAreLeftOutDoNoHarm() throws {
    let unused = (0..<35).map { function in
      let body = lines(50) { line in
        let numbers = (0..<40).map { "\(100_000 + (function * 50 + line) * 40 + $0)" }
        return "    call g([\(numbers.joined(separator: ", "))])"
      }
      return "fn n\(function) ()\n\(body)end\n"
    }
    let found = try errors(
      "contract A\nstate\n    a int\nfn g (l list)\nend\n\(unused.joined())"
        + "export f ()\n    @a = 999_999\nend\n")
    #expect(
      found == [
        "E0601 1:10 a contract has at most 65536 constants, unused ones included, and this has 70001"
      ])
  }

  @Test func importsHaveALimit() throws {
    let text =
      "contract A\ninterface B\n" + lines(1_025) { "    export n\($0) ()" }
      + "export f (b address)\n" + lines(1_025) { "    call B(b).n\($0)()" } + "end\n"
    let found = try errors(text)
    #expect(
      found == [
        "E0601 2053:10 a contract has at most 1024 functions of other contracts, and this has 1025"
      ])
  }

  @Test func instructionsHaveALimit() throws {
    let sum = Array(repeating: "b", count: 60).joined(separator: " + ")
    let body = lines(500) { _ in "    @a = \(sum)" }
    let text =
      "contract A\nstate\n    a int\n" + lines(5) { "export n\($0) (b int)\n\(body)end" }
    let found = try errors(text)
    #expect(
      found == [
        "E0601 2197:10 a contract has at most 131072 instructions, and this has 150005"
      ])
  }

  @Test func modulesHaveALimit() throws {
    let long = String(repeating: "n", count: 65_530)
    let text =
      "contract A\nstate\n    a text\nexport f ()\n" + lines(17) { "    @a = \"\(long)\($0)\"" }
      + "end\n"
    let found = try errors(text)
    #expect(
      found == [
        "E0601 1:10 a contract has at most 1048576 bytes of code and interface, and this has 1114298"
      ])
  }

  @Test func listsOfOneDeclarationHaveALimit() throws {
    let many = (0..<65).map { "p\($0) int" }.joined(separator: ", ")
    #expect(
      try errors("contract A\nevent B (\(many))\n").map { $0.prefix(5) } == ["E0601"])
    #expect(
      try errors("contract A\nstate\n    a map \(many) -> int\n").map { $0.prefix(5) } == ["E0601"])
    let cases = (0..<257).map { "c\($0)" }.joined(separator: ", ")
    #expect(
      try errors("contract A\nenum B (\(cases))\n").map { $0.prefix(5) } == ["E0601"])
    #expect(
      try errors("contract A\nclass B\(String(repeating: " hook other r gas 1", count: 5))\n").map {
        $0.prefix(5)
      } == ["E0601"])
    let arguments = (0..<65).map { "p\($0) int" }.joined(separator: ", ")
    #expect(
      try errors("contract A\ninterface B\n    export c (\(arguments))\n").map { $0.prefix(5) }
        == ["E0601"])
  }
}
