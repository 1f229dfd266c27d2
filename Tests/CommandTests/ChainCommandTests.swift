import Foundation
import GRDB
import Testing

/// What is done with a ledger as a whole.
@Suite struct ChainCommandTests {
  @Test func aLedgerIsMadeOnce() throws {
    let folder = try LedgerFolder(chain: ["--name", "games", "--interval", "7"])
    let status = try folder.result("chain", "status")
    #expect(status["name"] as? String == "games" && status["height"] as? Int == 0)
    #expect(status["isDevelopment"] as? Bool == true)
    #expect(status["assets"] as? [String] == ["USD"])
    let again = try folder.run("chain", "new")
    #expect(again.status == 64 && again.error.contains("already"))
    #expect(again.error.contains("--store"))
    #expect(try folder.run("chain").output == folder.run("chain", "status").output)
    try folder.require(["send", "1 USD", "to", "bob"])
    #expect(try folder.result("chain", "status")["time"] as? Int == 1_767_225_607)
  }

  @Test(arguments: [
    (["--asset", "USD decimals 99"], "99"),
    (["--asset", "USD decimals 2, x to alice"], "x"),
    (["--asset", "USD decimals 2, 1 to alcie"], "did you mean \"alice\"?"),
    (["--asset", "USD decimals 2", "--asset", "USD decimals 3"], "same name"),
    (["--fees", "EUR"], "EUR"), (["--time", "-5"], "time"), (["--interval", "0"], "interval"),
    (["--name", ""], "name"), (["--block-gas", "0"], "gas"),
    (["--production", "--asset", "USD decimals 2, 1 to alice"], "alice"),
    (["--asset", "GAS decimals 0", "--fees", "GAS", "--gas-price", "-1"], "price of gas"),
    (["--production", "--asset", "GAS decimals 0", "--fees", "GAS"], "--fees-to"),
  ])
  func aLedgerThatCannotBeIsNotMade(words: [String], message: String) throws {
    let workspace = try Workspace()
    let run = try Tool.run(["chain", "new"] + words, in: workspace.path)
    #expect(run.status == 64 || run.status == 40, "\(run.error)")
    #expect(run.error.contains(message), "\(run.error)")
    #expect(!FileManager.default.fileExists(atPath: workspace.path + "/aliquot.ledger"))
  }

  @Test func onlyDevelopmentKnowsAliceAndGoesBack() throws {
    let workspace = try Workspace()
    let made = try workspace.run("chain", "new", "--production", "--name", "main")
    #expect(made.status == 0)
    let sent = try workspace.run("send", "1 USD", "to", "bob", "--as", "alice")
    #expect(sent.status == 40 || sent.status == 33, "\(sent.error)")
    let nobody = try workspace.run("deploy", "Till.alq", "token=zero_asset")
    #expect(nobody.status == 64 && nobody.error.contains("--as"))
    let deployed = try workspace.run("deploy", "Till.alq", "token=zero_asset", "--as", "alice")
    #expect(deployed.status == 33)
    #expect(deployed.error.contains("development account, whose key everybody knows"))
    for words in [["warp", "1", "day"], ["revert", "0"], ["reset", "--yes"]] {
      let run = try Tool.run(["chain"] + words, in: workspace.path)
      #expect(run.status == 64 && run.error.contains("for development"), "\(run.error)")
    }
  }

  // MARK: - Time

  @Test func timeGoesOn() throws {
    let folder = try LedgerFolder(.nothing)
    func place() throws -> [Int?] {
      let status = try folder.result("chain", "status")
      return [status["height"] as? Int, status["time"] as? Int]
    }
    let start = 1_767_225_600
    try folder.require(["chain", "warp", "30", "days"])
    #expect(try place() == [1, start + 30 * 86_400])
    try folder.require(["chain", "warp", "62_500 blocks"])
    #expect(try place() == [62_501, start + 30 * 86_400 + 625_000])
    for words in [
      ["3"], ["3", "dayz"], ["x", "days"], ["0", "days"], ["-1", "days"], [], ["10^30", "days"],
    ] {
      let run = try folder.run(["chain", "warp"] + words)
      #expect(run.status == 64, "\(words): \(run.error)")
    }
    #expect(try folder.run("chain", "warp", "3", "dayz").error.contains("did you mean \"days\"?"))
    // Behind the end of all time.
    #expect(try folder.run("chain", "warp", "10^9", "weeks").status != 0)
    #expect(try place()[0] == 62_501)
  }

  // MARK: - Going back

  @Test func goesBackToASnapshot() throws {
    let folder = try LedgerFolder()
    try folder.require(["chain", "snapshot", "before"])
    let before = try folder.status()
    try folder.require(["send", "1 USD", "to", "bob"])
    try folder.require([
      "deploy", "Club.alq", "token=USD", "shares=5", "owner=bob", "--name", "later",
    ])
    try folder.require(["chain", "snapshot", "after"])
    #expect(try folder.run("view", "later.grade_of", "member=bob").status == 0)
    let back = try folder.require(["chain", "revert", "before"])
    #expect(back.error.contains("went back from height 3 to 1"))
    #expect(try folder.status() == before)
    // What was made later is gone with its name, its snapshot and its events.
    #expect(try folder.run("view", "later.grade_of", "member=bob").status == 40)
    #expect(try folder.run("chain", "revert", "after").status == 40)
    #expect(try folder.run("chain", "revert", "before").error.contains("nothing is lost"))
    // The same things can be done again.
    try folder.require([
      "deploy", "Club.alq", "token=USD", "shares=5", "owner=bob", "--name", "later",
    ])
  }

  @Test func goesBackToAHeightAndToTheBeginning() throws {
    let folder = try LedgerFolder(.nothing)
    let first = try folder.status()
    for _ in 0..<3 { try folder.require(["send", "1 USD", "to", "bob"]) }
    try folder.require(["chain", "revert", "2"])
    #expect(try folder.result("chain", "status")["height"] as? Int == 2)
    #expect(try folder.transactions().count == 2)
    #expect(try folder.run("chain", "revert", "9").status == 40)
    let asked = try folder.run("chain", "reset")
    #expect(asked.status == 64 && asked.error.contains("--yes"))
    try folder.require(["chain", "reset", "--yes"])
    #expect(try folder.status() == first)
  }

  @Test func snapshotsHaveNamesOfTheirOwn() throws {
    let folder = try LedgerFolder(.nothing)
    let made = try folder.result("chain", "snapshot", "one")
    #expect(made["name"] as? String == "one" && made["height"] as? Int == 0)
    #expect(try folder.run("chain", "snapshot", "one").status == 64)
    for name in ["", "1", "a b", "a.b"] {
      #expect(try folder.run("chain", "snapshot", name).status == 64)
    }
    #expect(try folder.run("chain", "status").output.contains("one  (height 0)"))
  }

  // MARK: - Files that are not as they should be

  @Test(arguments: [
    ["chain", "status"], ["send", "1 USD", "to", "bob"], ["call", "club.say", "words=a"],
    ["view", "club.grade_of", "member=bob"], ["assets"], ["events"], ["tx"], ["block"],
    ["receipt", "0x1234"], ["chain", "warp", "1", "day"], ["call", "club", "--help"],
    ["chain", "snapshot", "a"], ["chain", "revert", "0"], ["chain", "reset", "--yes"],
  ])
  func aLedgerThatIsNone(words: [String]) throws {
    let folder = try LedgerFolder()
    let file = folder.path + "/aliquot.ledger"
    let whole = try Data(contentsOf: URL(fileURLWithPath: file))
    let missing = try folder.run(words + ["--store", "none.ledger"])
    #expect(missing.status == 40, "\(missing.error)")
    #expect(missing.error.contains("there is no ledger at \"none.ledger\""))
    #expect(missing.error.contains("`aliquot chain new` makes one"))
    for data in [Data("no ledger".utf8), Data(), whole.prefix(whole.count / 2)] {
      try data.write(to: URL(fileURLWithPath: file))
      let run = try folder.run(words)
      #expect(run.status == 41, "\(run.error)")
      #expect(run.error.hasPrefix("error: ") && run.output.isEmpty)
      #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == data)
    }
  }

  @Test func aLedgerThatAnotherHolds() throws {
    let folder = try LedgerFolder()
    let before = try folder.status()
    let database = try DatabaseQueue(path: folder.path + "/aliquot.ledger")
    try database.inTransaction(.immediate) { _ in
      // Readers wait for nobody, a writer is told so.
      #expect(try folder.status() == before)
      let run = try folder.run("send", "1 USD", "to", "bob")
      #expect(run.status == 41 && run.error.contains("another process"), "\(run.error)")
      return .rollback
    }
    try database.close()
    #expect(try folder.status() == before)
    try folder.require(["send", "1 USD", "to", "bob"])
  }
}
