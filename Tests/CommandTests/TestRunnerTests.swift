import Foundation
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

@testable import aliquot

/// Which cases run, and in which forms their results come.
@Suite struct TestRunnerTests {
  /// A suite that passes, one with failures of both sorts, and one whose setup fails.
  private func workspace() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write("Splitter.alq", PropertyTests.splitter)
    try workspace.write(
      "Good.scn",
      PropertyTests.head + """
        scenario "halves"
            cases amount, half
                10, 5
                11, 5
            alice: splitter.share(amount, 2)
                returns half

        property "nothing is made" for amount in 0..10^20 runs 8
            alice: half = splitter.share(amount, 2)
            expect half <= amount

        """)
    try workspace.write(
      "Bad.scn",
      PropertyTests.head + """
        scenario "a <half> & \\"more\\" #1"
            alice: splitter.share(10, 2)
                returns 6

        scenario "divides by nothing"
            alice: splitter.share(10, 0)

        scenario "a mistake"
            expect nobody == 3

        scenario "is fine"
            alice: splitter.share(4, 2)
                returns 2

        """)
    try workspace.write(
      "Stuck.scn",
      PropertyTests.head.dropLast() + """
            expect 1 == 2

        scenario "first"
            expect 1 == 1

        scenario "second"
            expect 1 == 1

        """)
    return workspace
  }

  private func titles(_ run: Tool.Run) -> [String] {
    run.output.split(separator: "\n").map { String($0.split(separator: "  ").last ?? "") }
  }

  // MARK: - JUnit

  /// Gathers the elements of a document.
  private final class Elements: NSObject, XMLParserDelegate {
    var found: [(name: String, attributes: [String: String])] = []
    var texts: [String] = []

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      found.append((name, attributes))
      texts.append("")
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
      texts[texts.count - 1] += text
    }

    func all(_ name: String) -> [[String: String]] {
      found.filter { $0.name == name }.map(\.attributes)
    }
  }

  private func parse(_ text: String) -> Elements? {
    let elements = Elements()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = elements
    return parser.parse() ? elements : nil
  }

  @Test func writesJUnit() throws {
    let workspace = try workspace()
    let run = try workspace.run("test", "--junit", "reports/all.xml", "-q")
    #expect(run.status == 20)
    let text = workspace.read("reports/all.xml")
    let document = try #require(parse(text))
    let suites = document.all("testsuite")
    #expect(suites.map { $0["name"] } == ["Bad.scn", "Good.scn", "Stuck.scn"])
    #expect(suites.map { $0["tests"] } == ["4", "3", "2"])
    #expect(suites.map { $0["failures"] } == ["2", "0", "0"])
    #expect(suites.map { $0["errors"] } == ["1", "0", "2"])
    let whole = try #require(document.all("testsuites").first)
    #expect(whole["tests"] == "9" && whole["failures"] == "2" && whole["errors"] == "3")
    let cases = document.all("testcase")
    #expect(cases.first?["name"] == "a <half> & \"more\" #1")
    #expect(cases.first?["classname"] == "Bad" && cases.first?["file"] == "Bad.scn")
    #expect(cases.first?["line"] == "7")
    #expect(cases.allSatisfy { $0["time"] == "0" })
    #expect(document.all("failure").first?["message"] == "the call returned another each")
    let failure = try #require(document.found.firstIndex { $0.name == "failure" })
    #expect(document.texts[failure].contains("expected: 6\n    actual:   5\n"))
    let output = try #require(document.found.firstIndex { $0.name == "system-out" })
    #expect(
      document.texts[output].trimmingCharacters(in: .whitespacesAndNewlines)
        == "aliquot test Bad.scn:7")
    #expect(document.all("error").first?["type"] == "mistake")
  }

  @Test func writesTheSameWhateverTheWorkers() throws {
    let workspace = try workspace()
    var seen: Set<String> = []
    for jobs in ["1", "3", "8"] {
      let run = try workspace.run("test", "--jobs", jobs, "--junit", "all.xml", "--tap")
      seen.insert(run.output + workspace.read("all.xml"))
    }
    #expect(seen.count == 1)
  }

  @Test func escapesWhatXMLCannotHold() throws {
    let hostile = String(
      String.UnicodeScalarView((0...0xFF).compactMap { Unicode.Scalar($0) })
        + [Unicode.Scalar(0xFFFE)!, Unicode.Scalar(0xFFFF)!, "😀", "]", "]", ">"])
    let document = try #require(
      parse("<a b=\"\(XMLText.escaped(hostile))\">\(XMLText.lines(hostile))</a>"))
    for text in [document.found[0].attributes["b"] ?? "", document.texts[0]] {
      #expect(text.contains("\n") && text.contains("\t") && text.contains("<&>") == false)
      #expect(text.contains("\\u{0}") && text.contains("\\u{1b}") && text.contains("\\u{ffff}"))
      #expect(text.hasSuffix("😀]]>"))
    }
  }

  // MARK: - TAP

  @Test func writesTAP() throws {
    let run = try workspace().run("test", "Bad.scn", "--tap")
    #expect(run.status == 20)
    let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines[0] == "TAP version 14")
    #expect(lines[1] == "1..4")
    let points = lines.filter { $0.hasPrefix("ok ") || $0.hasPrefix("not ok ") }
    #expect(
      points == [
        "not ok 1 - Bad.scn: a <half> & \"more\" \\#1", "not ok 2 - Bad.scn: divides by nothing",
        "not ok 3 - Bad.scn: a mistake", "ok 4 - Bad.scn: is fine",
      ])
    // Everything else is a comment or stands in a block between the marks of YAML.
    var isInside = false
    for line in lines.dropFirst(2) where !line.isEmpty && !points.contains(line) {
      if line == "  ---" {
        #expect(!isInside)
        isInside = true
      } else if line == "  ..." {
        #expect(isInside)
        isInside = false
      } else {
        #expect(isInside ? line.hasPrefix("  ") : line.hasPrefix("# "))
      }
    }
    #expect(!isInside)
    #expect(run.output.contains("  severity: fail\n") && run.output.contains("  severity: error\n"))
    #expect(run.output.contains("  again: \"aliquot test Bad.scn:7\"\n"))
    #expect(run.output.contains("\n# 1 passed, 3 failed\n"))
  }

  @Test func oneFormAtATime() throws {
    let workspace = try workspace()
    #expect(try workspace.run("test", "--tap", "--json").status == 64)
    #expect(try workspace.run("test", "--list", "--watch").status == 64)
  }

  // MARK: - Parts

  @Test func everyCaseIsInOnePart() throws {
    let workspace = try workspace()
    let all = titles(try workspace.run("test", "--list"))
    for count in [1, 2, 3, 7] {
      let parts = try (1...count).map {
        titles(try workspace.run("test", "--list", "--shard", "\($0)/\(count)"))
      }
      #expect(parts.flatMap { $0 }.sorted() == all.sorted())
    }
  }

  @Test func noOtherCaseMovesACase() {
    let shards = (1...5).compactMap { TestShard(argument: "\($0)/5") }
    func part(_ title: String, _ path: String) -> [Bool] {
      shards.map { $0.includes(title: title, path: path) }
    }
    var counts = [0, 0, 0, 0, 0]
    for number in 0..<1_000 {
      let found = part("case \(number)", "A.scn")
      #expect(found.count { $0 } == 1)
      // Nor does it matter from where the command is run.
      #expect(part("case \(number)", "../deep/A.scn") == found)
      for index in found.indices where found[index] { counts[index] += 1 }
    }
    #expect(counts.allSatisfy { $0 > 100 })
    #expect(part("ab", "c.scn") != part("b", "ca.scn") || part("x", "y") != part("", "xy"))
  }

  @Test(arguments: ["0/5", "6/5", "1/0", "1", "1/2/3", "a/b", "-1/3", "1/10001"])
  func refusesPartsThatAreNone(text: String) throws {
    #expect(TestShard(argument: text) == nil)
    #expect(try workspace().run("test", "--shard", text).status == 64)
  }

  @Test func anEmptyPartPassesButAnEmptyChoiceDoesNot() throws {
    let workspace = try workspace()
    let empty = try (1...40).map {
      try workspace.run("test", "Good.scn:9", "--shard", "\($0)/40")
    }.filter { $0.output == "0 passed, 0 failed\n" }
    #expect(empty.count == 39)
    #expect(empty.allSatisfy { $0.status == 0 && $0.error.contains("no scenario belongs to part") })
    #expect(try workspace.run("test", "--filter", "nothing like it", "--shard", "1/2").status == 21)
  }

  // MARK: - Again

  @Test func runsAgainOnlyWhatFailed() throws {
    let workspace = try workspace()
    _ = try workspace.run("test")
    let failed = [
      "a <half> & \"more\" #1", "divides by nothing", "a mistake", "first", "second",
    ]
    #expect(titles(try workspace.run("test", "--rerun", "--list")) == failed)
    // A choice and a part hold inside it, and what does not run keeps its place.
    #expect(
      titles(try workspace.run("test", "Stuck.scn", "--rerun", "--list")) == ["first", "second"])
    try workspace.write(
      "Bad.scn",
      workspace.read("Bad.scn").replacingOccurrences(of: "returns 6", with: "returns 5"))
    #expect(try workspace.run("test", "Bad.scn", "--rerun").status == 20)
    #expect(titles(try workspace.run("test", "--rerun", "--list")) == Array(failed.dropFirst()))
    #expect(workspace.read(".aliquot/.gitignore") == "*\n")
    try FileManager.default.removeItem(atPath: workspace.path + "/Stuck.scn")
    try workspace.write("Bad.scn", PropertyTests.head + "scenario \"a\"\n    expect 1 == 2\n")
    _ = try workspace.run("test", "Bad.scn")
    #expect(!workspace.read(".aliquot/failed-scenarios").contains("Stuck"))
  }

  @Test func runsEverythingAgainIfNothingFailed() throws {
    let workspace = try workspace()
    let run = try workspace.run("test", "Good.scn", "--rerun")
    #expect(run.status == 0 && run.output.contains("3 passed, 0 failed"))
    #expect(run.error.contains("none of these failed when it ran last, so all run"))
    // Nothing is left behind where nothing ever failed.
    #expect(!FileManager.default.fileExists(atPath: workspace.path + "/.aliquot"))
  }

  @Test func aRecordThatCannotBeKeptIsToldAndNoFailure() throws {
    let workspace = try workspace()
    try workspace.write(".aliquot", "a file")
    let run = try workspace.run("test", "Bad.scn")
    #expect(run.status == 20)
    #expect(run.error.contains("what failed is not kept for --rerun"))
  }

  @Test func theCommandThatRunsOnlyThisAgainIsOneForAShell() throws {
    let workspace = try workspace()
    try workspace.write("two words.scn", "scenario \"a\"\n    expect 1 == 2\n")
    let run = try workspace.run("test", "two words.scn")
    #expect(run.output.contains("again: aliquot test 'two words.scn':1\n"))
    #expect(try workspace.run("test", "two words.scn:1").output == run.output)
  }

  // MARK: - Seeds

  @Test func aRandomSeedIsTold() throws {
    let workspace = try workspace()
    let seeds = try (0..<3).map { _ in
      let run = try workspace.run("test", "Good.scn", "--seed", "random")
      #expect(run.status == 0)
      return String(run.output.split(separator: " ").last ?? "")
    }
    #expect(Set(seeds).count > 1)
    let again = try workspace.run(
      "test", "Good.scn", "--seed", seeds[0].trimmingCharacters(in: .newlines))
    #expect(again.output.hasSuffix("seed \(seeds[0])"))
    for seed in ["-1", "x", "18446744073709551616", ""] {
      #expect(try workspace.run("test", "--seed", seed).status == 64)
    }
  }
}
