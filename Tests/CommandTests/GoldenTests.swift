import Foundation
import Testing

@testable import aliquot

/// Golden steps: what is recorded, and what becomes of it when the step or the contract changes.
@Suite struct GoldenTests {
  static let head = """
    use "Till.alq"
    actors alice, bob, crowd[2]
    asset USD decimals 2, 1_000 USD to alice, 5 USD to bob

    setup
        till = deploy Till(token: USD)


    """

  static let sale = """
    scenario "a sale"
        alice: till.pay() paying 25.50 USD
            golden
        bob: till.pay() paying 0.01 USD
            reverts TooLittle(5)
            golden
        alice: send 1 USD to crowd[1]
            golden
        golden "after the sale" till

    """

  private func workspace(_ body: String = sale) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write("Sale.scn", Self.head + body)
    return workspace
  }

  /// The records of the sale.
  static let records = """
    ; What the golden steps of Sale.scn did, reviewed with: aliquot test --review

    scenario "a sale"

        alice: till.pay() paying 25.50 USD
            till.pay(money.asset: USD, money.amount: 25.5 USD)  by alice
              note(who: alice, amount: 2550)
                read @sums[alice] = 0
                write @sums[alice]: 0 -> 2550
              emit Paid(payer: alice, amount: 2550)
              -> sum: 2550
            changed
              balance(USD, alice): 1000 USD -> 974.5 USD
              balance(USD, till): 0 USD -> 25.5 USD
              till.sums[alice]: 0 -> 2550

        bob: till.pay() paying 0.01 USD
            till.pay(money.asset: USD, money.amount: 0.01 USD)  by bob
              failed TooLittle(least: 5)
            nothing changed

        alice: send 1 USD to crowd[1]
            changed
              balance(USD, alice): 974.5 USD -> 973.5 USD
              balance(USD, crowd[1]): 0 USD -> 1 USD

        golden "after the sale" till
            balance(USD, till) = 25.5 USD
            till.sums[alice] = 2550
            till.token = USD

    """

  // MARK: - Recording

  @Test func recordsAndThenHolds() throws {
    let workspace = try workspace()
    let first = try workspace.run("test", "Sale.scn")
    #expect(first.status == 20)
    #expect(first.output.contains("nothing is recorded of this step"))
    #expect(first.output.contains("aliquot test --review Sale.scn"))
    #expect(workspace.read("Sale.golden").isEmpty)

    let accepted = try workspace.run("test", "Sale.scn", "--accept")
    #expect(accepted.status == 0)
    #expect(accepted.output.contains("4 records accepted"))
    #expect(workspace.read("Sale.golden") == Self.records)
    #expect(try workspace.run("test", "Sale.scn").status == 0)
    let again = try workspace.run("test", "Sale.scn", "--review", "--accept")
    #expect(again.status == 0)
    #expect(!again.output.contains("accepted"))
    #expect(workspace.read("Sale.golden") == Self.records)
  }

  @Test func asksNobodyWhereNobodyIs() throws {
    let run = try workspace().run("test", "Sale.scn", "--review")
    #expect(run.status == 64)
    #expect(run.error.contains("--accept"))
  }

  /// Reviews the sale with these answers; gives what was shown, and what is recorded then.
  private func review(
    _ workspace: Workspace, _ answers: [String?]
  ) throws -> (shown: String, review: GoldenReview) {
    var shown = ""
    var rest = answers[...]
    let console = ReviewConsole {
      shown += $0
    } ask: { question in
      shown += question
      return rest.popFirst() ?? nil
    }
    let suite = try ScenarioSuite.load(workspace.path + "/Sale.scn")
    var run = ScenarioRun(suite: suite)
    run.isReview = true
    var review = GoldenReview(acceptsAll: false, paint: .plain, console: console)
    try review.review(suite, run.results(of: run.cases, workers: 2))
    #expect(rest.isEmpty)
    return (shown, review)
  }

  @Test func asksForEachChange() throws {
    let workspace = try workspace()
    let (shown, first) = try review(workspace, ["a", "k", "what", "accept", "KEEP"])
    #expect(first.summary == "2 records accepted, 2 kept as before")
    #expect(shown.contains("Sale.scn: new: scenario \"a sale\": alice: till.pay() paying 25.50"))
    #expect(shown.contains("+++ this run"))
    #expect(shown.contains("+    write @sums[alice]: 0 -> 2550"))
    #expect(shown.contains("a takes it, k keeps what is recorded"))
    let text = workspace.read("Sale.golden")
    #expect(text.contains("    alice: send") && !text.contains("    bob: till"))

    // Who quits has what was accepted before, and is asked no more.
    let (_, second) = try review(workspace, ["a", "q"])
    #expect(second.summary == "1 record accepted, 1 kept as before")
    #expect(try review(workspace, [nil]).review.summary == "0 records accepted, 1 kept as before")
    #expect(try review(workspace, ["a"]).review.summary == "1 record accepted")
    #expect(workspace.read("Sale.golden") == Self.records)
    #expect(try review(workspace, []).review.summary == nil)
  }

  // MARK: - Changes

  @Test func findsWhatChanged() throws {
    let workspace = try workspace()
    #expect(try workspace.run("test", "Sale.scn", "--accept").status == 0)
    // The gas of a step and the lines of a source are no part of a record.
    try workspace.write(
      "Till.alq",
      Workspace.till.replacingOccurrences(of: "init (token", with: "\n; moved\ninit (token"))
    #expect(try workspace.run("test", "Sale.scn").status == 0)

    try workspace.write(
      "Till.alq", Workspace.till.replacingOccurrences(of: "+ amount", with: "+ amount - 1"))
    let run = try workspace.run("test", "Sale.scn")
    #expect(run.status == 20)
    #expect(run.output.contains("the step did something else than is recorded"))
    #expect(run.output.contains("--- Sale.golden"))
    #expect(run.output.contains("-    write @sums[alice]: 0 -> 2550"))
    #expect(run.output.contains("+    write @sums[alice]: 0 -> 2549"))

    let accepted = try workspace.run("test", "Sale.scn", "--accept", "--json")
    let result = try #require(try accepted.document()["result"] as? [String: Any])
    let records = try #require(result["records"] as? [[String: Any]])
    #expect(records.compactMap { $0["change"] as? String } == ["changed", "changed"])
    #expect(records.allSatisfy { $0["accepted"] as? Bool == true })
    var changed = Self.records
    for place in ["sums[alice]: 0 -> ", "-> sum: ", "sums[alice] = "] {
      changed = changed.replacingOccurrences(of: place + "2550", with: place + "2549")
    }
    #expect(workspace.read("Sale.golden") == changed)
  }

  @Test func staleRecordsAreErrors() throws {
    let workspace = try workspace()
    #expect(try workspace.run("test", "Sale.scn", "--accept").status == 0)
    let other = """
      scenario "another sale"
          alice: till.pay() paying 5 USD
              golden

      """
    let shorter = Self.sale.replacingOccurrences(
      of: "to crowd[1]\n        golden", with: "to crowd[1]")
    try workspace.write("Sale.scn", Self.head + shorter + "\n" + other)
    let run = try workspace.run("test", "Sale.scn")
    #expect(run.status == 20)
    #expect(run.output.contains("this is recorded, and no golden step does it any more"))
    #expect(run.output.contains("--> Sale.golden:22:5"))
    #expect(run.output.contains("again: aliquot test Sale.scn\n"))
    #expect(run.output.contains("1 passed, 2 failed"))
    // Who runs only a part is not told of it, and removes nothing.
    #expect(try workspace.run("test", "Sale.scn", "--filter", "a sale").status == 0)
    #expect(try workspace.run("test", "Sale.scn:8", "--accept").status == 0)
    #expect(workspace.read("Sale.golden") == Self.records)

    let accepted = try workspace.run("test", "Sale.scn", "--accept")
    #expect(accepted.status == 0)
    #expect(accepted.output.contains("2 records accepted"))
    #expect(!workspace.read("Sale.golden").contains("crowd[1]"))
    #expect(try workspace.run("test", "Sale.scn").status == 0)

    // Records of a scenario that is gone, and then of all.
    try workspace.write("Sale.scn", Self.head + other)
    #expect(try workspace.run("test", "Sale.scn").output.contains("also: scenario \"a sale\""))
    #expect(try workspace.run("test", "Sale.scn", "--accept").status == 0)
    try workspace.write("Sale.scn", Self.head + "scenario \"nothing\"\n    warp 1 day\n")
    #expect(try workspace.run("test", "Sale.scn", "--accept").status == 0)
    #expect(!FileManager.default.fileExists(atPath: workspace.path + "/Sale.golden"))
  }

  @Test func whatAFailedScenarioDidNotReachIsNotStale() throws {
    let workspace = try workspace()
    #expect(try workspace.run("test", "Sale.scn", "--accept").status == 0)
    let broken = Self.sale.replacingOccurrences(of: "reverts TooLittle(5)", with: "ok")
    try workspace.write("Sale.scn", Self.head + broken)
    let run = try workspace.run("test", "Sale.scn")
    #expect(run.status == 20)
    #expect(!run.output.contains("no golden step does it any more"))
    #expect(try workspace.run("test", "Sale.scn", "--accept").status == 20)
    #expect(workspace.read("Sale.golden") == Self.records)
  }

  // MARK: - Rows and turns

  @Test func everyRowAndTurnHasItsRecord() throws {
    let rows = """
      scenario "rows"
          cases paid, who
              5 USD, alice
              6 USD, alice
          for turn in 1..2
              who: till.pay() paying paid of USD
                  golden
          end

      """
    let workspace = try workspace(rows)
    #expect(try workspace.run("test", "Sale.scn", "--accept").output.contains("4 records accepted"))
    let text = workspace.read("Sale.golden")
    #expect(text.contains("\nscenario \"rows\" case 5 USD, alice\n"))
    #expect(text.contains("\n    [2] who: till.pay() paying paid of USD\n"))
    // A new row in front of the others leaves their records alone.
    let more = rows.replacingOccurrences(of: "    5 USD", with: "    7 USD, alice\n        5 USD")
    try workspace.write("Sale.scn", Self.head + more)
    let run = try workspace.run("test", "Sale.scn", "--accept")
    #expect(run.output.contains("2 records accepted"))
    #expect(run.output.contains("new: scenario \"rows\" case 7 USD, alice"))
    let order = workspace.read("Sale.golden").components(separatedBy: "\n")
      .filter { $0.hasPrefix("scenario") }
    #expect(order.map { $0.dropFirst(21).prefix(5) } == ["7 USD", "5 USD", "6 USD"])
  }

  @Test(arguments: [
    (
      "property \"p\" for n in 5..9\n    alice: till.pay() paying n of USD\n        golden\n",
      "only what a scenario does can be recorded"
    ),
    (
      "scenario \"a\"\n    for n in 1..101\n        alice: till.pay() paying 5 of USD\n"
        + "            golden\n    end\n",
      "more than 100 golden steps"
    ),
    ("scenario \"a\"\n    golden \"g\" alice\n", "alice is no contract"),
    ("scenario \"a\"\n    golden \"g\"\n        ok\n", "nothing can be expected"),
  ])
  func refuses(body: String, message: String) throws {
    let run = try workspace(body).run("test", "Sale.scn", "--accept")
    #expect(run.status == 20)
    #expect(run.output.contains(message), "\(run.output)")
  }

  @Test func setupsHaveNoRecords() throws {
    let workspace = try Workspace()
    let head = Self.head.replacingOccurrences(of: "USD)\n", with: "USD)\n        golden\n")
    try workspace.write("Sale.scn", head + Self.sale)
    let run = try workspace.run("test", "Sale.scn")
    #expect(run.output.contains("only what a scenario does can be recorded"))
  }

  @Test func isTheSameWhateverTheWorkers() throws {
    let workspace = try workspace(
      (1...9).map {
        "scenario \"number \($0)\"\n    alice: till.pay() paying \($0) USD\n        golden\n"
      }.joined(separator: "\n"))
    var written: [String] = []
    for jobs in ["1", "8"] {
      #expect(try workspace.run("test", "Sale.scn", "--accept", "--jobs", jobs).status == 0)
      written.append(workspace.read("Sale.golden"))
      try FileManager.default.removeItem(atPath: workspace.path + "/Sale.golden")
    }
    #expect(written[0] == written[1])
    #expect(written[0].components(separatedBy: "scenario \"").count == 10)
  }

  // MARK: - Files

  @Test(arguments: [
    ("<<<<<<< HEAD\n", 1, "expected `scenario`"), ("scenario a\n", 1, "expected `scenario`"),
    ("    alice: till.pay()\n        x\n", 1, "in no scenario"),
    ("scenario \"a\"\n        x\n", 2, "belongs to no step"),
    ("scenario \"a\"\n    step\n\n    other\n        x\n", 2, "has no record"),
    ("scenario \"a\"\n    step\n", 2, "has no record"),
    ("scenario \"a\"\n    step\n        x\n    step\n        y\n", 4, "stands here twice"),
    ("scenario \"a\"\n      step\n", 2, "indented neither"),
    ("scenario \"a\"\n    step\n        x\n\t\n", 4, "expected `scenario`"),
  ])
  func malformedFilesAreTold(text: String, line: Int, message: String) throws {
    let workspace = try workspace()
    try workspace.write("Sale.golden", text)
    let run = try workspace.run("test", "Sale.scn")
    #expect(run.status == 10)
    #expect(run.error.contains("Sale.golden:\(line): "), "\(run.error)")
    #expect(run.error.contains(message), "\(run.error)")
  }

  @Test func anyBytesAreReadOrRefused() throws {
    let workspace = try workspace()
    try workspace.write("Sale.golden", Data([0xFF, 0xFE, 0x00, 0x0A, 0x20, 0x20, 0xC3]))
    #expect(try workspace.run("test", "Sale.scn").status == 10)
    try workspace.write("Sale.golden", Data())
    #expect(try workspace.run("test", "Sale.scn").output.contains("nothing is recorded"))
  }

  @Test func linesMayEndInEitherWay() throws {
    let workspace = try workspace()
    try workspace.write(
      "Sale.golden", Self.records.replacingOccurrences(of: "\n", with: "\r\n"))
    #expect(try workspace.run("test", "Sale.scn").status == 0)
  }

  @Test func numbersInTextsAreInOrder() {
    let sorted = ["a[10]", "a[9]", "a", "a[1_000]", "a[999]", "b[1]", "a[9].x"]
      .sorted(by: NaturalOrder.isLess)
    #expect(sorted == ["a", "a[9]", "a[9].x", "a[10]", "a[999]", "a[1_000]", "b[1]"])
  }
}
