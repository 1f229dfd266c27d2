import Foundation
import Testing

@testable import aliquot

@Suite struct GasSnapshotTests {
  private static let purse = """
    contract Purse
    state
        sum int
    error Nothing
    init ()
        @sum = 0
    end
    export add (n int)
        require n > 0 else Nothing
        @sum = @sum + n
    end
    export again (n int)
        for i in 1..n
            @sum = @sum + 1
        end
    end

    """

  private static let suite = """
    use "Purse.alq"
    actors alice
    setup
        purse = deploy Purse()
    scenario "adds"
        alice: purse.add(5)
        alice: purse.add(0)
            reverts Nothing
    scenario "counts"
        cases n
            1
            2
            9
        alice: purse.again(n)
    property "numbers" for n in 10..20
        alice: purse.again(n)
    campaign "anything" over purse by alice runs 4

    """

  private func workspace() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write("Purse.alq", Self.purse)
    try workspace.write("Purse.scn", Self.suite)
    return workspace
  }

  /// The lines of a snapshot that tell of functions, by name.
  private func functions(_ text: String) -> [String: [Int]] {
    var functions: [String: [Int]] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let words = line.split(separator: " ")
      functions[String(words[0])] = words.compactMap { Int($0) }
    }
    return functions
  }

  // MARK: - Writing

  @Test func oneLineTellsOfEachFunction() throws {
    let workspace = try workspace()
    let run = try workspace.run("gas", "snapshot", "Purse.scn")
    #expect(run.status == 0)
    #expect(run.output == ".gas-snapshot: 3 functions\n")
    let text = workspace.read(".gas-snapshot")
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(lines == lines.sorted())
    let found = functions(text)
    #expect(found.keys.sorted() == ["Purse.add", "Purse.again", "Purse.init"])
    // Neither what failed nor what properties and campaigns drew; the setup once.
    #expect(found["Purse.add"]?.first == 1)
    #expect(found["Purse.init"]?.first == 1)
    let again = try #require(found["Purse.again"])
    #expect(again[0] == 3)
    // One turn more costs the same each time.
    #expect((again[3] - again[1]) == 8 * (again[2] - again[1]))
    for jobs in ["1", "8"] {
      #expect(try workspace.run("gas", "snapshot", "Purse.scn", "--jobs", jobs).status == 0)
      #expect(workspace.read(".gas-snapshot") == text)
    }
  }

  @Test func theReportSaysTheSame() throws {
    let workspace = try workspace()
    _ = try workspace.run("gas", "snapshot", "Purse.scn")
    let snapshot = functions(workspace.read(".gas-snapshot"))
    let run = try workspace.run("test", "Purse.scn", "--gas", "--json")
    let result = try #require(run.document()["result"] as? [String: Any])
    for row in try #require(result["gas"] as? [[String: Any]]) {
      let name = "\(row["contract"] ?? "").\(row["function"] ?? "")"
      let range = try #require(row["succeeded"] as? [String: Any])
      let numbers = try ["min", "median", "max"].map {
        try #require(Int(range[$0] as? String ?? ""))
      }
      #expect(snapshot[name] == [try #require(range["calls"] as? Int)] + numbers)
      let failed = row["failed"] as? [String: Any]
      #expect(failed?["calls"] as? Int == (name == "Purse.add" ? 1 : nil))
      #expect(row["dearest"] as? String != nil)
    }
    let text = try workspace.run("test", "Purse.scn", "--gas").output
    #expect(text.contains("Purse.again      3  "))
    #expect(text.contains("Purse.scn:14"))
  }

  @Test func aDirectoryHoldsItsSnapshot() throws {
    let workspace = try workspace()
    for name in ["Purse.alq", "Purse.scn"] {
      try workspace.write("empty/\(name)", workspace.read(name))
    }
    #expect(try workspace.run("gas", "snapshot", "empty").status == 0)
    #expect(workspace.read("empty/.gas-snapshot").contains("\nPurse.add calls 1 "))
    #expect(try workspace.run("gas", "diff", "empty").status == 0)
    #expect(try workspace.run("gas", "diff", "empty", "--file", "empty/.gas-snapshot").status == 0)
    #expect(try workspace.run("gas", "diff", "Purse.scn").status == 40)
  }

  // MARK: - Comparing

  @Test func whatWasWrittenIsWhatIsSo() throws {
    let workspace = try workspace()
    _ = try workspace.run("gas", "snapshot", "Purse.scn")
    let same = try workspace.run("gas", "diff", "Purse.scn")
    #expect(same.status == 0)
    #expect(same.output == "3 functions: gas is what the snapshot says\n")
    let text = workspace.read(".gas-snapshot")
    let read = try GasSnapshot(reading: text, of: "x")
    #expect(read.text == text)
  }

  @Test func aDearerContractIsTold() throws {
    let workspace = try workspace()
    _ = try workspace.run("gas", "snapshot", "Purse.scn")
    let old = try #require(functions(workspace.read(".gas-snapshot"))["Purse.add"])
    try workspace.write(
      "Purse.alq",
      Self.purse.replacing("    @sum = @sum + n\n", with: "    @sum = @sum + n\n    @sum = @sum\n"))
    let run = try workspace.run("gas", "diff", "Purse.scn", "--json")
    #expect(run.status == 22)
    let result = try #require(run.document()["result"] as? [String: Any])
    let changes = try #require(result["changes"] as? [[String: Any]])
    #expect(changes.map { $0["function"] as? String } == ["Purse.add", "Purse.add", "Purse.add"])
    #expect(changes.map { $0["figure"] as? String } == ["min", "median", "max"])
    #expect(changes.map { $0["old"] as? String } == old.dropFirst().map { String($0) })
    #expect(changes.allSatisfy { $0["isOver"] as? Bool == true })
    let text = try workspace.run("gas", "diff", "Purse.scn")
    #expect(text.error.contains("gas is not what \".gas-snapshot\" says"))
    #expect(text.error.contains("aliquot gas snapshot Purse.scn"))
    #expect(text.output.contains("over  Purse.scn:6"))
    let tolerated = try workspace.run("gas", "diff", "Purse.scn", "--tolerance", "100%")
    #expect(tolerated.status == 0)
    #expect(tolerated.output.contains("gas differs by no more than 100 %"))
  }

  @Test func whatWasSavedIsToldToo() throws {
    let workspace = try workspace()
    _ = try workspace.run("gas", "snapshot", "Purse.scn")
    try workspace.write(
      "Purse.alq", Self.purse.replacing("        @sum = @sum + 1\n", with: "        @sum = i\n"))
    let cheaper = try workspace.run("gas", "diff", "Purse.scn")
    #expect(cheaper.status == 22)
    #expect(cheaper.output.contains("Purse.again  max "))
    #expect(cheaper.output.contains(" %  over"))
    #expect(!cheaper.output.contains("+"))
  }

  @Test func newAndGoneFunctionsAreTold() throws {
    let workspace = try workspace()
    _ = try workspace.run("gas", "snapshot", "Purse.scn")
    let text = workspace.read(".gas-snapshot")
    try workspace.write(
      ".gas-snapshot",
      text.replacing("Purse.init ", with: "Purse.begin "))
    let run = try workspace.run("gas", "diff", "Purse.scn", "--tolerance", "1000", "--json")
    #expect(run.status == 22)
    let result = try #require(run.document()["result"] as? [String: Any])
    #expect(result["added"] as? [String] == ["Purse.init"])
    #expect(result["removed"] as? [String] == ["Purse.begin"])
    #expect((result["changes"] as? [Any])?.isEmpty == true)
  }

  @Test func nothingIsComparedWhereScenariosFail() throws {
    let workspace = try workspace()
    _ = try workspace.run("gas", "snapshot", "Purse.scn")
    try workspace.write(
      "Purse.scn", Self.suite.replacing("        reverts Nothing\n", with: ""))
    for command in ["snapshot", "diff"] {
      let run = try workspace.run("gas", command, "Purse.scn")
      #expect(run.status == 20)
      #expect(run.error.contains("1 scenario does not pass"))
    }
    #expect(try workspace.run("gas", "snapshot", "empty").status == 21)
    #expect(try workspace.run("gas", "diff", "Purse.scn", "--file", "none").status == 40)
  }

  // MARK: - Reading

  private static let malformed = [
    "Purse.add", "Purse.add calls 1 min 5 median 6", "calls 1 min 5 median 6 max 7",
    "Purse.add calls 1 min 5 median 6 max 7 8", "Purse.add calls 1 min 5 max 6 median 7",
    "Purse.add calls one min 5 median 6 max 7", "Purse.add calls -1 min 5 median 6 max 7",
    "Purse.add calls +1 min 5 median 6 max 7", "Purse.add  calls 1  min 5 median 6 max 7",
    "Purse.add calls 1 min 99999999999999999999 median 6 max 7",
    "Purse.add calls 0 min 5 median 6 max 7", "Purse.add calls 1 min 6 median 5 max 7",
    "Purse.add calls 1 min 5 median 8 max 7", "<<<<<<< ours",
    "Purse.add calls 1 min 5 median 6 max 7\nPurse.add calls 1 min 5 median 6 max 7",
    " calls 1 min 5 median 6 max 7", "Purse.add calls ١ min 5 median 6 max 7",
  ]

  @Test(arguments: malformed)
  func aMalformedLineIsRefused(_ line: String) throws {
    let number = line.contains("\n") ? 4 : 3
    do throws(CommandFailure) {
      let read = try GasSnapshot(reading: "# a line\n\n\(line)\n", of: "gas.txt")
      Issue.record("\(line) was read as \(read.functions)")
    } catch {
      #expect(error.status == .failure)
      #expect(error.message.hasPrefix("gas.txt:\(number): "), "\(error.message)")
    }
  }

  @Test func aMalformedSnapshotIsToldWithItsCure() throws {
    let workspace = try workspace()
    try workspace.write(".gas-snapshot", "# a line\n<<<<<<< ours\n")
    let run = try workspace.run("gas", "diff", "Purse.scn")
    #expect(run.status == 1)
    #expect(run.error.contains(".gas-snapshot:2: expected a function and its gas"))
    #expect(run.error.contains("`aliquot gas snapshot` writes the whole file again"))
  }

  @Test func bytesThatAreNoTextAreRefused() throws {
    let workspace = try workspace()
    try workspace.write(".gas-snapshot", Data([0xFF, 0xFE, 0x00, 0x0A]))
    #expect(try workspace.run("gas", "diff", "Purse.scn").status == 1)
    try workspace.write(".gas-snapshot", "")
    #expect(try workspace.run("gas", "diff", "Purse.scn").status == 22)
    _ = try workspace.run("gas", "snapshot", "Purse.scn")
    let text = workspace.read(".gas-snapshot").replacing("\n", with: "\r\n")
    try workspace.write(".gas-snapshot", text)
    #expect(try workspace.run("gas", "diff", "Purse.scn").status == 0)
  }

  // MARK: - Tolerance

  @Test func aToleranceIsExact() throws {
    let half = try #require(GasTolerance(argument: "0.5%"))
    #expect(half.allows(1_005, insteadOf: 1_000))
    #expect(!half.allows(1_006, insteadOf: 1_000))
    #expect(half.allows(995, insteadOf: 1_000))
    #expect(!half.allows(994, insteadOf: 1_000))
    #expect(!half.allows(200, insteadOf: 199))
    #expect(half.allows(201, insteadOf: 200))
    #expect(half.allows(0, insteadOf: 0))
    #expect(!half.allows(1, insteadOf: 0))
    #expect(half.allows(.max, insteadOf: .max))
    #expect(!half.allows(0, insteadOf: .max))
    #expect(!half.allows(.max, insteadOf: 1))
    let none = GasTolerance.none
    #expect(none.allows(7, insteadOf: 7))
    #expect(!none.allows(8, insteadOf: 7))
    let most = try #require(GasTolerance(argument: "1000"))
    #expect(most.allows(11, insteadOf: 1))
    #expect(!most.allows(12, insteadOf: 1))
    let smallest = try #require(GasTolerance(argument: "0.0001%"))
    #expect(smallest.allows(1_000_001, insteadOf: 1_000_000))
    #expect(!smallest.allows(1_000_002, insteadOf: 1_000_000))
  }

  @Test(arguments: [
    "", "%", "-1", "+1", "1000.1", "0.00001", "1.", ".5", "1.2.3", "1e3", "٣", "1 %",
  ])
  func whatIsNoToleranceIsRefused(_ text: String) {
    #expect(GasTolerance(argument: text) == nil)
  }
}
