import Foundation
import Testing

@Suite struct PropertyTests {
  /// A splitter that gives each of two payees its half: an odd unit stays behind.
  static let splitter = """
    contract Splitter

    export share (amount int, parts int) -> (each int)
        return floor(amount / parts)
    end

    """

  static let head = """
    use "Splitter.alq"
    actors alice, bob, carol

    setup
        splitter = deploy Splitter()


    """

  private func workspace(_ body: String) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write("Splitter.alq", Self.splitter)
    try workspace.write("Shares.scn", Self.head + body)
    return workspace
  }

  /// The text that is printed to be pasted.
  static func pasted(_ run: Tool.Run) throws -> String {
    let start = try #require(run.output.range(of: "ready to paste:\n\n"))
    let rest = run.output[start.upperBound...]
    let end = try #require(rest.range(of: "\n\n  again:"))
    return String(rest[..<end.lowerBound]) + "\n"
  }

  static let leak = """
    property "nothing is lost" for amount in 0..10^30, parts in 1..5
        alice: each = splitter.share(amount, parts)
        ; each part is paid
        expect each * parts == amount

    """

  @Test func shrinksToTheSmallestValues() throws {
    let run = try workspace(Self.leak).run("test", "Shares.scn")
    #expect(run.status == 20)
    #expect(run.output.contains("smallest: amount = 1, parts = 2"))
    #expect(run.output.contains("this does not hold"))
    #expect(run.output.contains("left:  0"))
    #expect(run.output.contains("again: aliquot test Shares.scn:7 --seed 0"))
    #expect(
      try Self.pasted(run) == """
        scenario "nothing is lost, smallest case"
            let amount = 1
            let parts = 2
            alice: each = splitter.share(amount, parts)
            ; each part is paid
            expect each * parts == amount

        """)
  }

  @Test func thePastedScenarioFailsTheSameWay() throws {
    let workspace = try workspace(Self.leak)
    let text = try Self.pasted(workspace.run("test", "Shares.scn"))
    try workspace.write("Pasted.scn", Self.head + text)
    let run = try workspace.run("test", "Pasted.scn")
    #expect(run.status == 20)
    #expect(run.output.contains("this does not hold"))
    #expect(run.output.contains("left:  0"))
  }

  @Test func drawsTheSameWhateverTheWorkersAndTheFilter() throws {
    let workspace = try workspace(
      Self.leak + """

        property "an amount is below a million" for n in 1..10^40
            expect n < 1_000_000

        scenario "a step"
            alice: splitter.share(1, 1)

        """)
    let one = try workspace.run("test", "Shares.scn", "--jobs", "1", "--seed", "7")
    for jobs in ["2", "8"] {
      let many = try workspace.run("test", "Shares.scn", "--jobs", jobs, "--seed", "7")
      #expect(many.output == one.output)
    }
    #expect(one.output.contains("1 passed, 2 failed, seed 7"))
    let alone = try workspace.run("test", "Shares.scn:7", "--seed", "7")
    let block = alone.output.components(separatedBy: "again:")[0]
    #expect(one.output.contains(block))
  }

  @Test func anotherSeedDrawsOtherValues() throws {
    let workspace = try workspace(
      """
      property "no large number" for n in 1..10^40
          expect n < 10^39 or n > 10^40 - 2

      """)
    let drawn = try ["1", "2", "3"].map { seed in
      try workspace.run("test", "Shares.scn", "--seed", seed).output
        .components(separatedBy: "\n").first { $0.contains("drawn:") }
    }
    #expect(Set(drawn).count > 1)
    #expect(!drawn.contains(nil))
  }

  @Test func findsEdgesFirst() throws {
    let run = try workspace(
      """
      property "the high end" for n in 1..10^60
          expect n != 10^60

      """
    ).run("test", "Shares.scn", "--runs", "8")
    #expect(run.status == 20)
    #expect(run.output.contains("(case 2 of 8)"))
  }

  @Test func triesEverythingWhereThereIsLittle() throws {
    let workspace = try workspace(
      """
      property "some pair" for who in [alice, bob, carol], k in 0..<5
          expect k < 4 or who != carol

      property "every pair" for who in [alice, bob, carol], k in 0..<5
          expect k < 5

      """)
    let run = try workspace.run("test", "Shares.scn")
    #expect(run.output.contains("smallest: who = carol, k = 4"))
    #expect(run.output.contains("ok Shares.scn: every pair (all 15 cases)"))
  }

  @Test func laterDomainsMayDependOnEarlierVariables() throws {
    let workspace = try workspace(
      """
      property "a part of a whole" for whole in 10..10^9, part in 1..whole
          expect part <= whole
          expect part < 5 or whole < 20

      """)
    let run = try workspace.run("test", "Shares.scn")
    #expect(run.output.contains("smallest: whole = 20, part = 5"))
  }

  @Test func runsAreAsManyAsSaid() throws {
    let workspace = try workspace(
      """
      property "many" for n in 1..10^9 runs 30
          expect n > 0

      """)
    #expect(try workspace.run("test", "Shares.scn").output.contains("many (30 cases)"))
    let run = try workspace.run("test", "Shares.scn", "--runs", "12", "--json")
    let result = try #require(run.document()["result"] as? [String: Any])
    let cases = try #require(result["scenarios"] as? [[String: Any]])
    let trial = try #require(cases.first?["trial"] as? [String: Any])
    #expect(trial["runs"] as? Int == 12)
    #expect(trial["seed"] as? String == "0")
  }

  @Test func aMistakeIsToldAtOnce() throws {
    let run = try workspace(
      """
      property "not a step" for n in 5..10^9
          expect n == nobody

      """
    ).run("test", "Shares.scn", "--json")
    let result = try #require(run.document()["result"] as? [String: Any])
    let cases = try #require(result["scenarios"] as? [[String: Any]])
    let problem = try #require(cases.first?["problem"] as? [String: Any])
    #expect(problem["sort"] as? String == "mistake")
    let trial = try #require(cases.first?["trial"] as? [String: Any])
    #expect(trial["runs"] as? Int == 1)
  }

  @Test func anEmptyDomainIsAMistake() throws {
    for domain in ["5..4", "3..<3", "[]"] {
      let run = try workspace(
        """
        property "nothing to draw" for n in \(domain)
            expect n == n

        """
      ).run("test", "Shares.scn")
      #expect(run.status == 20)
      #expect(run.output.contains("is empty"))
    }
  }
}
