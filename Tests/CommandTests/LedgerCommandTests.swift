import Foundation
import Testing

/// Stories that are told to a ledger through the command.
@Suite struct LedgerCommandTests {
  // MARK: - What goes well

  @Test func aStoryFromTheFirstBlockOn() throws {
    let folder = try LedgerFolder(.nothing)
    let deployed = try folder.require([
      "deploy", "Club.alq", "token=USD", "shares=10_000", "owner=alice", "--name", "club",
    ])
    #expect(deployed.output.contains("deploy Club(token: USD, shares: 10_000, owner: alice)"))
    #expect(deployed.output.contains("balance  alice  club.Share  100  (+100)"))
    #expect(deployed.error.contains("`aliquot call club --help`"))

    let joined = try folder.require([
      "call", "club.join", "id=0x07", "grade=Gold", "--pay", "2.50 USD", "--as", "bob",
    ])
    #expect(joined.output.contains("bob: club.join(id: 0x07, grade: Gold) paying 2.5 USD  block 2"))
    #expect(
      joined.output.contains("Joined(member: bob, pass: club.Pass[0x07], grade: Gold, fee: 250)"))
    #expect(joined.output.contains("balance  bob   USD              47.5  (-2.5)"))

    let viewed = try folder.result("view", "club.grade_of", "member=bob")
    let grade = try #require((viewed["results"] as? [[String: Any]])?.first)
    #expect(grade["value"] as? String == "Gold" && grade["name"] as? String == "grade")

    let sent = try folder.require(["send", "25.5", "club.Share", "to", "bob"])
    #expect(sent.output.contains("balance  bob    club.Share  25.5  (+25.5)"))
    #expect(try folder.status().contains("\"height\":3"))
  }

  @Test(arguments: [
    ["send", "5 USD", "bob"], ["send", "5 USD", "to", "bob"], ["send", "5", "USD", "to", "bob"],
    ["send", "5", "USD", "bob"], ["send", "5 USD to bob"], ["send", "5", "of", "USD", "to", "bob"],
  ])
  func sendsAreWrittenAsTheyAreSpoken(words: [String]) throws {
    let folder = try LedgerFolder(.nothing)
    #expect(try folder.require(words).output.hasPrefix("alice: send 5 USD to bob"))
    #expect(try folder.result("assets", "bob").description.contains("5500"))
  }

  @Test func aWholeCallIsOneWord() throws {
    let folder = try LedgerFolder()
    let run = try folder.run("call", "club.join(id: 0x01, grade: Plain) paying 1 USD gas 90_000")
    #expect(
      run.status == 0 && run.output.contains("club.join(id: 0x01, grade: Plain) paying 1 USD"))
    let id = try #require(try folder.transactions().last)
    #expect(try folder.result("tx", id)["gasLimit"] as? String == "90000")
    #expect(try folder.run("call", "club.say(words: \"a\") gas 0").status == 64)
  }

  @Test func theStoreIsFoundByTheEnvironment() throws {
    let folder = try LedgerFolder(.nothing)
    try FileManager.default.moveItem(
      atPath: folder.path + "/aliquot.ledger", toPath: folder.path + "/other.ledger")
    #expect(try folder.run("chain", "status").status == 40)
    #expect(try folder.run("chain", "status", "--store", "other.ledger").status == 0)
    folder.environment["ALIQUOT_STORE"] = "other.ledger"
    #expect(try folder.status().contains("\"path\":\"other.ledger\""))
    let named = try folder.run("chain", "status", "--store", "third.ledger")
    #expect(named.status == 40 && named.error.contains("third.ledger"))
  }

  @Test func twoContractsOfOneCodeHaveTwoNames() throws {
    let folder = try LedgerFolder()
    let words = ["deploy", "Club.alq", "token=USD", "shares=5", "owner=bob"]
    let taken = try folder.run(words + ["--name", "club"])
    #expect(taken.status == 64 && taken.error.contains("the name \"club\" is taken"))
    for name in [
      "USD", "alice", "9lives", "a.b", "a-b", "", "0x12", String(repeating: "a", count: 200),
    ] {
      let run = try folder.run(words + ["--name", name])
      #expect(run.status == 64, "\(name): \(run.error)")
    }
    try folder.require(words)
    try folder.require(words)
    let contracts = try folder.result("chain", "status")["contracts"] as? [String: Any]
    #expect(contracts.map { Set($0.keys) } == ["club", "Club", "Club2"])
    // The code was brought once.
    let actions = try folder.result("tx")["transactions"] as? [[String: Any]]
    let brought = actions?.filter { ($0["action"] as? String)?.hasPrefix("bring") ?? false }
    #expect(brought?.count == 1)
  }

  // MARK: - What does not

  @Test func everyEndHasItsExitCode() throws {
    let folder = try LedgerFolder()
    let reverted = try folder.run(
      "call", "club.join", "id=0x01", "grade=Gold", "--pay", "1 club.Share")
    #expect(reverted.status == 30 && reverted.output.contains("failed   WrongToken"))
    #expect(reverted.output.contains("--> Club.alq:"))
    #expect(reverted.output.contains("require fee.asset == @token else WrongToken"))
    #expect(reverted.error.contains("failed: WrongToken"))
    let trapped = try folder.run("call", "club.divide", "a=1", "b=0")
    #expect(trapped.status == 32 && trapped.output.contains("in club.divide at Club.alq:"))
    let spun = try folder.run("call", "club.spin", "--gas", "60_000".filter { $0 != "_" })
    #expect(spun.status == 31 && spun.output.contains("OutOfGas"))
    let viewed = try folder.run("view", "club.ratio", "a=1", "b=0")
    #expect(viewed.status == 32 && viewed.output.contains("DivisionByZero"))
    let poor = try folder.run("send", "51", "USD", "to", "alice", "--as", "bob")
    #expect(poor.status == 32 && poor.error.contains("help: bob has 50 USD"))
    let refused = try folder.run("call", "club.say", "words=hello", "--gas", "50")
    #expect(refused.status == 33 && refused.error.contains("the ledger refuses the transaction"))
    // All that failed stands in blocks; what was refused does not.
    #expect(try folder.transactions().count == 6)
  }

  @Test func aContractThatIsNotMadeHasASourceToo() throws {
    let folder = try LedgerFolder(.nothing)
    for flags in [["--dry-run"], []] {
      let run = try folder.run(
        ["deploy", "Club.alq", "token=USD", "shares=0", "owner=alice", "--name", "poor"] + flags)
      #expect(run.status == 30)
      #expect(run.output.contains("require shares > 0 else NoShares"), "\(run.output)")
      #expect(run.output.contains("in poor.init at Club.alq:"), "\(run.output)")
      #expect(!run.error.contains("stands"))
    }
    // Nothing has the name, so it is free.
    #expect(try folder.run("call", "poor.say", "words=a").status == 40)
    try folder.require([
      "deploy", "Club.alq", "token=USD", "shares=1", "owner=alice", "--name", "poor",
    ])
  }

  @Test(arguments: [
    ["call", "club.say", "words=hello", "--dry-run"],
    ["call", "club.join", "id=0x01", "grade=Gold", "--pay", "5 USD", "--dry-run"],
    ["call", "club.divide", "a=1", "b=0", "--dry-run"],
    ["call", "club.spin", "--gas", "70000", "--dry-run"],
    ["call", "club.say", "words=hello", "--gas", "5", "--dry-run"],
    ["send", "5 USD", "to", "bob", "--dry-run"],
    ["deploy", "Club.alq", "token=USD", "shares=1", "owner=bob", "--name", "two", "--dry-run"],
    ["deploy", "Till.alq", "token=USD", "--dry-run"],
    ["view", "club.grade_of", "member=bob"],
  ])
  func nothingIsLeftOfADryRun(words: [String]) throws {
    let folder = try LedgerFolder()
    let before = try folder.status()
    let dry = try folder.run(words)
    #expect(try folder.status() == before)
    guard words.last == "--dry-run" else { return }
    #expect(dry.status == 33 || dry.output.contains("  dry run\n"))
    // What it says comes true.
    let wet = try folder.run(words.dropLast())
    #expect(wet.status == dry.status)
    let place = /\ \ (dry run|block [0-9]+  tx [0-9a-fx…]+)\n/
    #expect(
      wet.output.replacing(place, with: "\n") == dry.output.replacing(place, with: "\n"))
  }

  // MARK: - Arguments and names

  @Test(
    arguments: [
      (
        ["call", "club.divide", "a=1"], 64, "parameter \"b\" of \"divide\" is missing",
        "divide(a int, b int)"
      ),
      (["call", "club.divide", "a=1", "b=x"], 64, "parameter \"b\" is of kind int", "1_000"),
      (
        ["call", "club.divide", "a=1", "bb=2"], 64, "\"divide\" has no parameter \"bb\"",
        "did you mean \"b\"?"
      ),
      (
        ["call", "club.divide", "a=1", "b=2", "a=3"], 64,
        "parameter \"a\" of \"divide\" is given twice", nil
      ),
      (
        ["call", "club.divide", "1", "2", "3"], 64, "takes 2 arguments, not 3",
        "divide(a int, b int)"
      ),
      (
        ["call", "club.join", "id=0x01", "grade=Silver"], 64,
        "parameter \"grade\" is of kind Grade", "Plain, Gold"
      ),
      (
        ["call", "club.join", "id=0x01", "grade=Gold", "--pay", "5 UDS"], 40,
        "there is no asset \"UDS\"", "did you mean \"USD\"?"
      ),
      (
        ["call", "club.join", "id=0x01", "grade=Gold", "--pay", "1.234 USD"], 64,
        "is not an amount of USD", "25.50 USD"
      ),
      (
        ["call", "club.jion", "id=0x01"], 40, "club has no function \"jion\"",
        "did you mean \"join\"?"
      ),
      (["call", "clbu.join"], 40, "there is no contract \"clbu\"", "did you mean \"club\"?"),
      (["call", "join"], 64, "\"join\" names no contract", "club.join"),
      (["call", "club"], 64, "\"club\" is a contract", "club.join, club.say"),
      (["view", "club"], 64, "\"club\" is a contract", "club.grade_of, club.ratio"),
      (
        ["call", "club.say", "words=a", "--as", "alcie"], 40, "there is no account",
        "did you mean \"alice\"?"
      ),
      (
        ["view", "club.grade_of", "member=bbo"], 40,
        "parameter \"member\": there is no account or contract \"bbo\"", "did you mean \"bob\"?"
      ),
      (["view", "club.say", "words=a"], 64, "\"club.say\" is not a view", "--dry-run"),
      (
        ["view", "club.grade_of", "member=bob", "--at", "9"], 40,
        "there is no height 9; the last block has height 1", nil
      ),
      (["send", "5 UDS", "bob"], 40, "there is no asset \"UDS\"", "did you mean \"USD\"?"),
      (
        ["send", "5 USD", "bbo"], 40, "there is no account or contract \"bbo\"",
        "did you mean \"bob\"?"
      ),
      (["send", "5.123 USD", "bob"], 64, "is not an amount of USD", "2 decimals"),
      (["send", "5", "USD"], 64, "does not say what is sent and to whom", "25.50 USD to bob"),
      (["send", "USD", "to", "bob"], 64, "does not say what is sent and to whom", nil),
      (["deploy", "Clbu.alq"], 40, "there is no file \"Clbu.alq\"", nil),
      (["deploy", "Broken.alq"], 10, "error[E", nil),
      (
        ["deploy", "Club.alq", "token=USD"], 64, "parameter \"shares\" of \"init\" is missing",
        "init(token asset, shares int, owner address)"
      ),
      (["deploy"], 64, "which contract", "aliquot deploy"),
      (["call"], 64, "which function", "aliquot call"),
      (["call", "club.say", "words=a", "--gas-price", "1"], 33, "no fees", nil),
      (
        ["call", "club.say", "words=a", "--gas-price", "cheap"], 64,
        "\"cheap\" is not a price of gas", nil
      ),
      (["call", "club.say", "words=a", "--gas", "0"], 64, "it is from 1 to 1_000_000_000", nil),
    ] as [([String], Int32, String, String?)])
  func helpsWithArguments(words: [String], status: Int32, message: String, help: String?) throws {
    let folder = try LedgerFolder()
    let before = try folder.status()
    let run = try folder.run(words)
    #expect(run.status == status, "\(run.error)")
    #expect(run.error.contains(message), "\(run.error)")
    if let help { #expect(run.error.contains(help), "\(run.error)") }
    #expect(run.output.isEmpty)
    #expect(try folder.status() == before)
    // Programs are told the same.
    let document = try folder.run(words + ["--json"]).document()
    #expect(document["ok"] as? Bool == false)
    #expect((document["diagnostics"] as? [[String: Any]])?.isEmpty == false)
  }

  @Test func aViewMayBeCalledButNeedNotBe() throws {
    let folder = try LedgerFolder()
    let run = try folder.run("call", "club.grade_of", "member=bob")
    #expect(run.status == 0 && run.error.contains("`aliquot view` asks it without a transaction"))
  }

  // MARK: - Fees

  @Test func feesAndRefusalsAreInUnits() throws {
    let folder = try LedgerFolder(chain: ["--fees", "USD", "--gas-price", "0.01 USD"])
    let status = try folder.result("chain", "status")
    let fees = try #require(status["fees"] as? [String: Any])
    #expect(fees["asset"] as? String == "USD" && fees["minimumPrice"] as? String == "1")
    #expect(fees["receiver"] as? String == "treasury")
    let shown = try folder.run("chain", "status").output
    #expect(shown.contains("fees    0.01 USD per gas at least, to treasury"))

    let poor = try folder.run("send", "1 USD", "to", "alice", "--as", "bob")
    #expect(poor.status == 33)
    #expect(poor.error.contains(/the gas may cost [0-9]+(\.[0-9]+)? USD, and bob has 50 USD/))
    let cheap = try folder.run("send", "1 USD", "to", "bob", "--gas-price", "0")
    #expect(cheap.status == 33)
    #expect(cheap.error.contains("a unit of gas costs 0.01 USD at least on this chain, and 0 USD"))
    let wrong = try folder.run("send", "1 USD", "to", "bob", "--gas-price", "0.001 USD")
    #expect(wrong.status == 64 && wrong.error.contains("is not a price of gas"))
    // The price is given to a chain in the smallest unit as well.
    let same = try LedgerFolder(chain: ["--fees", "USD", "--gas-price", "1"])
    #expect(try same.run("chain", "status").output.contains("0.01 USD per gas"))
  }

  @Test func thePriceOfATransactionIsPaidAndShown() throws {
    let folder = try LedgerFolder(
      chain: [
        "--asset", "GAS decimals 9, 1_000 to alice, 1_000 to bob", "--fees", "GAS",
        "--gas-price", "0.000001 GAS",
      ])
    let sent = try folder.result("send", "1 USD", "to", "bob")
    let done = try #require((sent["transactions"] as? [[String: Any]])?.first)
    let gas = try #require((done["gas"] as? String).flatMap { Int($0) })
    #expect(done["fee"] as? String == String(gas * 1_000))
    let run = try folder.require(["send", "1 USD", "to", "bob", "--gas-price", "0.000002 GAS"])
    #expect(run.output.contains(/gas      [0-9_]+  \(0\.[0-9]+ GAS\)/))
  }

  /// A hook is given all of its gas, and uses little of it: the limit has room for what it is given.
  @Test func theGasOfHooksIsEstimated() throws {
    let folder = try LedgerFolder(
      chain: [
        "--asset", "GAS decimals 9, 1_000 to alice, 1_000 to bob", "--fees", "GAS",
        "--gas-price", "0.000001 GAS",
      ])
    try folder.workspace.write(
      "Shares.alq",
      """
      contract Shares

      class Share "Share" decimals 0 hook settle gas 90_000

      state
          moved  int

      init (owner address)
          mint Share, 100 to owner
      end

      hook settle (share asset, from address, to address, amount int, operator address)
          @moved = @moved + amount
      end

      """)
    try folder.require(["deploy", "Shares.alq", "owner=alice", "--name", "shares"])
    try folder.require(["send", "5 shares.Share", "to", "bob", "--as", "alice"])
  }
}
