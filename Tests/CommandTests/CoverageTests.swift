import Foundation
import Testing

@testable import aliquot

@Suite struct CoverageTests {
  /// A contract with a branch of every sort that a statement makes, and a library that it uses.
  private static let gate = """
    contract Gate

    use "Ledge.alq" as ledge

    const MOST = 100
    const OPEN = true

    state
        marks  map number int -> int
        count  int

    error Outside (number int)

    export put (number int)
        require number > 0 and number < MOST else Outside(number)
        if number == 7
            @count = 0
        else
            @count = @count + 1
        end
        if OPEN
            @marks[number] = 1
        end
        call ledge.note(number)
    end

    view sum (top int) -> (sum int)
        sum = 0
        for i in 1..top
            sum = sum + i
        end
        for each number in @marks limit 2
            sum = sum + number
        end
        return sum
    end

    invariant "counts from zero"
        if @count < 0
            return false
        end
        true
    end

    """

  private static let ledge = """
    library Ledge

    state
        last int

    fn note (number int)
        if number > @last
            @last = number
        end
    end

    """

  private static let head = """
    use "Gate.alq"
    actors alice
    setup
        gate = deploy Gate()

    """

  private func workspace(_ scenarios: String, head: String = head) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write("Gate.alq", Self.gate)
    try workspace.write("Ledge.alq", Self.ledge)
    try workspace.write("Gate.scn", head + scenarios)
    return workspace
  }

  /// A scenario of steps.
  private static func scenario(_ title: String = "a story", _ steps: String...) -> String {
    "scenario \"\(title)\"\n" + steps.map { "    \($0)\n" }.joined()
  }

  private func coverage(_ workspace: Workspace, _ more: String...) throws -> [String: Any] {
    let run = try Tool.run(["test", "Gate.scn", "--coverage", "--json"] + more, in: workspace.path)
    let result = try #require(run.document()["result"] as? [String: Any])
    return try #require(result["coverage"] as? [String: Any])
  }

  private func file(_ name: String, of coverage: [String: Any]) throws -> [String: Any] {
    let files = try #require(coverage["files"] as? [[String: Any]])
    return try #require(files.first { $0["file"] as? String == name })
  }

  private func part(_ subject: String, of owner: [String: Any]) throws -> [Int] {
    let part = try #require(owner[subject] as? [String: Int])
    return [try #require(part["covered"]), try #require(part["all"])]
  }

  /// How often each line ran, by what stands in it.
  private func counts(_ file: [String: Any], in text: String) throws -> [String: String] {
    let lines = text.components(separatedBy: "\n")
    var counts: [String: String] = [:]
    for item in try #require(file["counts"] as? [[String: Any]]) {
      let number = try #require(item["line"] as? Int)
      counts[lines[number - 1].trimmingCharacters(in: .whitespaces), default: ""] +=
        try #require(item["count"] as? String)
    }
    return counts
  }

  private func missing(_ file: [String: Any]) throws -> Set<String> {
    Set(
      try #require(file["neverTaken"] as? [[String: Any]]).map {
        "\($0["text"] ?? ""): \($0["way"] ?? "")"
      })
  }

  // MARK: - Figures

  @Test func figuresAreThoseCountedByHand() throws {
    let workspace = try workspace(Self.scenario("one number", "alice: gate.put(5)"))
    let coverage = try coverage(workspace)
    let gate = try file("Gate.alq", of: coverage)
    #expect(try part("lines", of: gate) == [7, 14])
    #expect(try part("branches", of: gate) == [3, 16])
    #expect(try part("functions", of: gate) == [1, 2])
    #expect(
      try missing(gate) == [
        "number > 0: never false", "number < MOST: never false", "number == 7: never true",
      ])
    let ledge = try file("Ledge.alq", of: coverage)
    #expect(try part("lines", of: ledge) == [3, 3])
    #expect(try part("branches", of: ledge) == [1, 2])
    #expect(try missing(ledge) == ["number > @last: never false"])
    let total = try #require(coverage["total"] as? [String: Any])
    #expect(try part("lines", of: total) == [10, 17])
    #expect(try part("branches", of: total) == [4, 18])
    #expect(try part("functions", of: total) == [2, 3])
    #expect(
      try counts(gate, in: Self.gate) == [
        "require number > 0 and number < MOST else Outside(number)": "1", "if number == 7": "1",
        "@count = 0": "0", "@count = @count + 1": "1", "if OPEN": "1", "@marks[number] = 1": "1",
        "call ledge.note(number)": "1", "end": "1", "sum = 0": "0", "for i in 1..top": "0",
        "sum = sum + i": "0", "for each number in @marks limit 2": "0", "sum = sum + number": "0",
        "return sum": "0",
      ])
  }

  /// Steps, and the ways that are then missing, of all that can be.
  private static let ways: [(steps: [String], missing: Set<String>)] = [
    (
      ["alice: gate.put(0)", "    reverts Outside(0)", "alice: gate.put(7)"],
      ["number < MOST: never false", "number == 7: never false"]
    ),
    (
      ["alice: gate.put(100)", "    reverts Outside", "alice: gate.put(7)", "alice: gate.put(8)"],
      ["number > 0: never false"]
    ),
    (
      ["expect gate.sum(0) == 0"],
      [
        "for i in 1..top: never has a turn",
        "for each number in @marks limit 2: never has a turn",
      ]
    ),
    (
      ["alice: gate.put(7)", "expect gate.sum(1) == 8"],
      [
        "number > 0: never false", "number < MOST: never false", "number == 7: never false",
        "for i in 1..top: never without a turn", "for i in 1..top: never has another turn",
        "for each number in @marks limit 2: never without a turn",
        "for each number in @marks limit 2: never comes to its limit",
        "for each number in @marks limit 2: never has another turn",
      ]
    ),
    (
      [
        "expect gate.sum(0) == 0", "for n in [1, 2, 3, 7]", "    alice: gate.put(n)", "end",
        "expect gate.sum(2) == 6", "alice: gate.put(0)", "    reverts Outside",
        "alice: gate.put(100)", "    reverts Outside",
      ],
      ["for each number in @marks limit 2: never comes to its end"]
    ),
  ]

  @Test(arguments: ways.indices)
  func missingWaysAreTold(_ index: Int) throws {
    let (steps, expected) = Self.ways[index]
    let text = "scenario \"ways\"\n" + steps.map { "    \($0)\n" }.joined()
    let coverage = try coverage(workspace(text))
    #expect(try missing(file("Gate.alq", of: coverage)) == expected)
  }

  @Test func aTryAnAndAndInstructionsHaveWays() throws {
    let workspace = try workspace("", head: "")
    try workspace.write(
      "Gate.alq",
      """
      contract Gate
      error Odd
      fn half (n int)
          require floor(n / 2) * 2 == n else Odd
      end
      export ask (n int) -> (is_good bool)
          is_even = false
          try gas 5_000 half(n)
              is_even = true
          else
              is_even = false
          end
          is_good = is_even and n > 4
          return is_good
      end
      export least (n int) -> (m int)
      code 2 0 0
          int_small i1, 5
          jump_less i0, i1, small
          int_move i0, i1
      small:
          ret i0, b0, l0
      end

      """)
    try workspace.write(
      "Gate.scn",
      Self.head
        + Self.scenario("even", "alice: gate.ask(6)", "alice: gate.least(3)"))
    let gate = try file("Gate.alq", of: coverage(workspace))
    #expect(
      try missing(gate) == [
        "try gas 5_000 half(n): never fails", "is_even: never false",
        "floor(n / 2) * 2 == n: never false", "jump_less i0, i1, small: never goes on",
      ])
    #expect(try part("branches", of: gate) == [4, 8])
  }

  @Test func viewsPropertiesCampaignsAndSetupsCount() throws {
    let workspace = try workspace(
      """
      property "numbers" for n in 1..20
          alice: gate.put(n)
          expect gate.sum(n) > 0
      campaign "anything" over gate by alice runs 8
      scenario "nothing"
          expect 1 == 1

      """,
      head: Self.head
        + "    alice: gate.put(7)\n    for n in 1..3\n        expect gate.sum(n) > 0\n"
        + "    end\n")
    func lines(_ scenario: String) throws -> [String: String] {
      try counts(file("Gate.alq", of: coverage(workspace, "--filter", scenario)), in: Self.gate)
    }
    let nothing = try lines("nothing")
    #expect(nothing["call ledge.note(number)"] == "1")
    #expect(nothing["sum = 0"] == "3")
    #expect(nothing["sum = sum + i"] == "6")
    let numbers = try lines("numbers")
    #expect(numbers["call ledge.note(number)"] == "21")
    #expect(numbers["sum = 0"] == "23")
    let anything = try lines("anything")
    #expect(try #require(Int(anything["call ledge.note(number)"] ?? "")) > 21)
  }

  @Test func whatShrinkingTriesDoesNotCount() throws {
    let workspace = try workspace(
      """
      property "never above" for n in 40..90
          alice: gate.put(n)
          expect n < 40

      """)
    let gate = try file("Gate.alq", of: coverage(workspace))
    #expect(try counts(gate, in: Self.gate)["call ledge.note(number)"] == "1")
  }

  @Test func constantsInvariantsAndEmptyBodiesHaveNoWays() throws {
    let workspace = try workspace("", head: "")
    try workspace.write(
      "Gate.alq",
      """
      contract Gate
      const OPEN = true
      const SIZE = 5
      state
          count int
      export put (number int)
          if OPEN
              @count = number
          end
          if SIZE > 3
              @count = number
          end
          while true
              return
          end
      end
      invariant "counts"
          if @count < 0
              return false
          end
          true
      end

      """)
    try workspace.write("Gate.scn", Self.head + Self.scenario("one", "alice: gate.put(1)"))
    let gate = try file("Gate.alq", of: coverage(workspace))
    #expect(try part("branches", of: gate) == [0, 0])
    let lines = try part("lines", of: gate)
    #expect(lines[0] == lines[1])
  }

  @Test func aLibraryOfTwoContractsCountsOnce() throws {
    let workspace = try workspace(
      Self.scenario("both", "alice: gate.put(5)", "alice: other.put(6)", "alice: other.put(4)"),
      head: Self.head.replacing("use \"Gate.alq\"", with: "use \"Gate.alq\"\nuse \"Other.alq\"")
        + "    other = deploy Other()\n")
    try workspace.write(
      "Other.alq",
      Self.gate.replacing("contract Gate", with: "contract Other")
        .replacing("as ledge", with: "as shelf").replacing("ledge.note", with: "shelf.note"))
    let ledge = try file("Ledge.alq", of: coverage(workspace))
    #expect(try part("lines", of: ledge) == [3, 3])
    #expect(try part("branches", of: ledge) == [2, 2])
    #expect(try part("functions", of: ledge) == [1, 1])
    #expect(
      try counts(ledge, in: Self.ledge) == [
        "if number > @last": "3", "@last = number": "2", "end": "3",
      ])
  }

  @Test func countingChangesNoGas() throws {
    let workspace = try workspace(
      Self.scenario("one", "alice: gate.put(5)", "alice: gate.put(0)", "    reverts Outside"))
    func gas(_ arguments: String...) throws -> String {
      let run = try Tool.run(["test", "Gate.scn", "--gas"] + arguments, in: workspace.path)
      let table = try #require(run.output.components(separatedBy: "\n\n").dropFirst().first)
      return table.trimmingCharacters(in: .newlines)
    }
    #expect(try gas() == gas("--coverage"))
  }

  // MARK: - Forms

  /// The numbers behind the words of a tracefile, added up, and its lines by word.
  private func tracefile(_ text: String) -> [String: [String]] {
    var values: [String: [String]] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      values[String(parts[0]), default: []].append(parts.count > 1 ? String(parts[1]) : "")
    }
    return values
  }

  @Test func theTracefileSaysWhatTheSummarySays() throws {
    let workspace = try workspace(
      Self.scenario("some", "alice: gate.put(7)", "expect gate.sum(2) > 0"))
    let coverage = try coverage(workspace, "--lcov", "out.info")
    let total = try #require(coverage["total"] as? [String: Any])
    let values = tracefile(workspace.read("out.info"))
    func sum(_ word: String) -> Int { (values[word] ?? []).compactMap { Int($0) }.reduce(0, +) }
    #expect(try part("lines", of: total) == [sum("LH"), sum("LF")])
    #expect(try part("branches", of: total) == [sum("BRH"), sum("BRF")])
    #expect(try part("functions", of: total) == [sum("FNH"), sum("FNF")])
    func last(_ word: String) -> [Substring] {
      (values[word] ?? []).compactMap { $0.split(separator: ",").last }
    }
    #expect(last("DA").count == sum("LF"))
    #expect(last("DA").count { $0 != "0" } == sum("LH"))
    #expect(last("BRDA").count == sum("BRF"))
    #expect(last("BRDA").count { $0 != "0" && $0 != "-" } == sum("BRH"))
    #expect(Set(last("FN")) == ["put", "sum", "note"])
    #expect(values["FNDA"]?.sorted() == ["1,note", "1,put", "1,sum"])
    #expect(values["SF"] == ["Gate.alq", "Ledge.alq"])
    #expect(values["end_of_record"]?.count == 2)
  }

  @Test func theSourceIsShownWithCountsAndMarks() throws {
    let workspace = try workspace(Self.scenario("one", "alice: gate.put(5)"))
    let run = try workspace.run("test", "Gate.scn", "--annotate")
    #expect(
      run.output.contains(
        """
        1 |     require number > 0 and number < MOST else Outside(number)
          |             ^^^^^^^^^^ never false
          |                            ^^^^^^^^^^^^^ never false
        1 |     if number == 7
          |        ^^^^^^^^^^^ never true
        0 |         @count = 0
          |     else
        1 |         @count = @count + 1

        """))
  }

  @Test func theTableAndWhatIsMissingAreShown() throws {
    let workspace = try workspace(Self.scenario("one", "alice: gate.put(5)"))
    let run = try workspace.run("test", "Gate.scn", "--coverage")
    #expect(
      run.output.contains(
        """
        source     lines          branches          functions
        Gate.alq    7/14  50.0 %      3/16  18.7 %        1/2  50.0 %
        Ledge.alq    3/3   100 %       1/2  50.0 %        1/1   100 %
        in all     10/17  58.8 %      4/18  22.2 %        2/3  66.6 %

        never run
          Gate.alq:17     @count = 0
          Gate.alq:28-30  sum = 0
          Gate.alq:32-33  for each number in @marks limit 2
          Gate.alq:35     return sum

        ran, but
          Gate.alq:15:13  never false  number > 0
          Gate.alq:15:28  never false  number < MOST
          Gate.alq:16:8   never true   number == 7
          Ledge.alq:7:8   never false  number > @last

        """))
  }

  @Test func whatNoSuiteUsesCountsToo() throws {
    let workspace = try workspace(Self.scenario("one", "alice: gate.put(5)"))
    try workspace.write("Idle.alq", "contract Idle\nview one () -> (n int)\n    return 1\nend\n")
    let run = try workspace.run("test", ".", "--coverage")
    #expect(run.output.contains("\nIdle.alq "))
    #expect(run.output.contains("\nGate.alq "))
    #expect(run.error.contains("\"Broken.alq\" does not assemble, and is not counted"))
    let less = try workspace.run(
      "test", ".", "--coverage", "--coverage-except", "Idle.alq", "--coverage-except", "./Ledge.alq"
    )
    #expect(!less.output.contains("\nIdle.alq "))
    #expect(!less.output.contains("\nLedge.alq "))
    #expect(less.output.contains("\nGate.alq "))
  }

  // MARK: - Attribution

  @Test func scenariosOfALineAreTold() throws {
    let workspace = try workspace(
      Self.scenario("seven", "alice: gate.put(7)", "alice: gate.put(7)")
        + Self.scenario("eight", "alice: gate.put(8)")
        + Self.scenario("nothing", "expect 1 == 1"))
    func covering(_ line: Int) throws -> [String] {
      let run = try workspace.run("test", "Gate.scn", "-q", "--covering", "Gate.alq:\(line)")
      #expect(run.status == 0)
      return run.output.split(separator: "\n").dropFirst(3).map {
        $0.split(separator: " ").joined(separator: " ")
      }
    }
    #expect(try covering(17) == ["2 Gate.scn:5 seven"])
    #expect(try covering(16) == ["2 Gate.scn:5 seven", "1 Gate.scn:8 eight"])
    #expect(
      try workspace.run("test", "Gate.scn", "--covering", "Gate.alq:28").output
        .contains("Gate.alq:28  sum = 0\n  nothing runs it\n"))
    let table = try workspace.run("test", "Gate.scn", "-q", "--coverage-by-scenario").output
      .split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    #expect(
      Array(table.dropFirst()) == [
        "lines only here scenario", "0 0 Gate.scn the setup", "10 1 Gate.scn:5 seven",
        "10 1 Gate.scn:8 eight", "0 0 Gate.scn:10 nothing",
      ])
  }

  @Test func aLineThatIsNoneIsAnError() throws {
    let workspace = try workspace(Self.scenario("one", "alice: gate.put(5)"))
    let none = try workspace.run("test", "Gate.scn", "--covering", "Gate.alq:18")
    #expect(none.status == 40)
    #expect(none.error.contains("no instruction comes from Gate.alq:18"))
    #expect(none.error.contains("the nearest line that has some is 17"))
    let unknown = try workspace.run("test", "Gate.scn", "--covering", "Gat.alq:17")
    #expect(unknown.status == 40)
    #expect(unknown.error.contains("did you mean \"Gate.alq\"?"))
    #expect(try workspace.run("test", "Gate.scn", "--covering", "Gate.alq").status == 64)
  }

  // MARK: - Minimum

  /// Of 10 of 17 lines, 4 of 18 ways and 2 of 3 functions.
  private static let minima: [(minimum: String, isEnough: Bool)] = [
    ("0", true), ("22.22", true), ("22.23", false), ("lines=58.82", true), ("lines=58.83", false),
    ("branches=22.22", true), ("branches=22.3", false), ("functions=66.66", true),
    ("functions=67%", false), ("lines=50,branches=20", true), ("lines=50,branches=30", false),
    ("lines=60,branches=20", false), ("100", false), ("functions=00.5", true),
  ]

  @Test(arguments: minima.indices)
  func aMinimumIsExact(_ index: Int) throws {
    let (text, isEnough) = Self.minima[index]
    let figures = CoverageFigures(
      lines: .init(covered: 10, all: 17), branches: .init(covered: 4, all: 18),
      functions: .init(covered: 2, all: 3))
    let minimum = try #require(CoverageMinimum(argument: text))
    #expect(minimum.shortfalls(of: figures).isEmpty == isEnough, "\(text)")
  }

  @Test(arguments: [
    "lines", "lines=", "lines=101", "lines=5,lines=6", "words=5", "-1", "5.123", "", "90,lines=5",
    "lines=5,", "٣", "100.01", "1.", ".5", "0x10", "lines==5", "1e1",
  ])
  func whatIsNoMinimumIsRefused(_ text: String) {
    #expect(CoverageMinimum(argument: text) == nil)
  }

  @Test func theErrorSaysHowMuchIsWanted() throws {
    let workspace = try workspace(Self.scenario("one", "alice: gate.put(5)"))
    let run = try workspace.run("test", "Gate.scn", "--coverage-min", "branches=80.5")
    #expect(run.status == 20)
    #expect(
      run.error.contains(
        "4 of 18 branches are covered (22.2 %), and at least 15 must be (80.5 %)"))
    #expect(try workspace.run("test", "Gate.scn", "--coverage-min", "lines=58").status == 0)
    #expect(try workspace.run("test", "Gate.scn", "--coverage-min", "lines=580").status == 64)
    let empty = try Workspace()
    try empty.write("None.scn", "scenario \"none\"\n    expect 1 == 1\n")
    let none = try empty.run("test", "None.scn", "--coverage-min", "lines=1")
    #expect(none.status == 20)
    #expect(none.error.contains("there is no source"))
  }

  // MARK: - Workers

  @Test func isTheSameWhateverTheWorkers() throws {
    let workspace = try workspace(
      """
      scenario "some"
          cases n
              1
              2
              7
          alice: gate.put(n)
          expect gate.sum(n) > 0
      property "numbers" for n in 1..99 runs 40
          alice: gate.put(n)
      property "too large" for n in 1..200 runs 40
          alice: gate.put(n)
      campaign "anything" over gate by alice runs 12

      """, head: Self.head + "    alice: gate.put(3)\n")
    try workspace.write("More.scn", Self.head + Self.scenario("more", "alice: gate.put(9)"))
    func run(_ jobs: Int) throws -> [String] {
      let arguments = [
        "test", "Gate.scn", "More.scn", "--jobs", "\(jobs)", "--lcov", "out.info", "--annotate",
        "--uncovered", "--coverage-by-scenario", "--gas",
      ]
      let text = try Tool.run(arguments, in: workspace.path)
      #expect(text.status == 20)
      let json = try Tool.run(arguments + ["--json"], in: workspace.path)
      return [text.output, json.output, workspace.read("out.info")]
    }
    let one = try run(1)
    #expect(try run(8) == one)
    #expect(try run(3) == one)
  }
}
