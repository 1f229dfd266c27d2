import Testing

/// The help that contracts give of themselves.
@Suite struct ContractHelpTests {
  @Test func aContractListsWhatItCanDo() throws {
    let folder = try LedgerFolder()
    let help = try folder.require(["call", "club", "--help"])
    #expect(
      help.output.hasPrefix("OVERVIEW: A club whose members hold a pass each, and whose house"))
    #expect(help.output.contains("FUNCTIONS (aliquot call club.FUNCTION):"))
    #expect(help.output.contains("  join (id bytes, grade Grade) -> (pass asset) payable (fee)\n"))
    #expect(help.output.contains("      Joins the club for a fee. The pass has the id"))
    #expect(help.output.contains("VIEWS (aliquot view club.VIEW):\n  grade_of (member address)"))
    #expect(help.output.contains(/club\.Pass +"Club pass" +single things/))
    #expect(!help.output.contains("init") && help.error.isEmpty)
    for words in [["view", "club", "-h"], ["call", "-h", "club"], ["view", "club", "--help"]] {
      #expect(try folder.run(words).output == help.output)
    }
  }

  @Test func aFunctionTellsWhatItTakes() throws {
    let folder = try LedgerFolder()
    let fresh = try folder.run("call", "club.join", "--help").output
    #expect(fresh.hasPrefix("OVERVIEW: Joins the club for a fee. The pass has the id"))
    #expect(
      fresh.contains("USAGE: aliquot call club.join id=<bytes> grade=<Grade> --pay <payment>"))
    #expect(fresh.contains(/\n  id +bytes +0x0aff, or text as it is\n/))
    #expect(fresh.contains(/\n  grade +Grade +Plain, Gold\n/))
    #expect(fresh.contains(/PAYMENTS:\n  fee  --pay "25\.50 USD"\n/))
    #expect(fresh.contains(/RESULTS:\n  pass  asset\n/))
    // Errors of the functions that it calls are its own; those of others are not.
    #expect(fresh.contains(/WrongToken +Only money of the club is taken\./))
    #expect(fresh.contains(/Taken \(id bytes\) +Somebody has this pass already\./))
    #expect(!fresh.contains("NoShares") && !fresh.contains("GAS:"))

    try folder.require(["call", "club.join", "id=0x01", "grade=Gold", "--pay", "2.50 USD"])
    let used = try folder.result("call", "club.join", "--help")
    let id = try #require(try folder.transactions().last)
    #expect(used["lastGas"] as? String == (try folder.result("tx", id)["gas"] as? String))
    #expect(used["lastHeight"] as? Int == 2)
    #expect(try folder.run("call", "club.join", "--help").output.contains("last time, in block 2."))

    let view = try folder.run("view", "club.ratio", "--help").output
    #expect(view.contains("USAGE: aliquot view club.ratio a=<int> b=<int> [--at <height>]"))
  }

  @Test func aFileTellsWhatItsInitTakes() throws {
    let workspace = try Workspace()
    try workspace.write("Club.alq", LedgerFolder.club)
    // There need not be a ledger.
    let help = try workspace.run("deploy", "Club.alq", "--help").output
    #expect(help.hasPrefix("OVERVIEW: A club whose members hold a pass"))
    #expect(help.contains("Gives all shares to their first owner."))
    #expect(help.contains("aliquot deploy Club.alq token=<asset> shares=<int> owner=<address>"))
    #expect(help.contains(/owner +address +alice, or 64 hexadecimal digits/))
    #expect(help.contains(/NoShares +A club without shares\./) && !help.contains("WrongToken"))
    #expect(try workspace.run("build", "Club.alq", "--out", "out").status == 0)
    let module = try workspace.run("deploy", "out/Club.alqm", "--help")
    #expect(module.status == 0 && module.output.contains("token=<asset>"), "\(module.error)")
    #expect(try workspace.run("deploy", "Broken.alq", "--help").status == 10)
    #expect(try workspace.run("deploy", "None.alq", "--help").status == 40)
  }

  @Test func helpIsForProgramsToo() throws {
    let folder = try LedgerFolder()
    let contract = try folder.result("call", "club", "--help")
    #expect(contract["name"] as? String == "club" && contract["contract"] as? String == "Club")
    #expect((contract["functions"] as? [Any])?.count == 7)
    let function = try folder.result("call", "club.join", "--help")
    let parameters = try #require(function["parameters"] as? [[String: Any]])
    #expect(parameters.compactMap { $0["example"] as? String }.last == "Plain, Gold")
    let errors = try #require(function["errors"] as? [[String: Any]])
    #expect(errors.compactMap { $0["name"] as? String } == ["WrongToken", "Taken"])
    let deployed = try folder.result("deploy", "Club.alq", "--help")
    let initial = try #require(deployed["init"] as? [String: Any])
    #expect((initial["parameters"] as? [Any])?.count == 3)
  }

  @Test(arguments: ["call", "view", "deploy"])
  func theCommandHasItsOwnHelp(command: String) throws {
    let folder = try LedgerFolder(.nothing)
    let help = try folder.run(command, "--help")
    #expect(help.status == 0 && help.output.contains("USAGE: aliquot \(command) "))
    #expect(help.output.count(of: "--help") >= 2 && help.output.contains("-h, --help"))
    for words in [[command, "-h"], ["help", command], [command, "--help", "-q"]] {
      #expect(try folder.run(words).output == help.output, "\(words)")
    }
  }

  @Test func whatIsNotThereHasNoHelp() throws {
    let folder = try LedgerFolder()
    let contract = try folder.run("call", "clbu", "--help")
    #expect(contract.status == 64 || contract.status == 40)
    let function = try folder.run("call", "club.jion", "--help")
    #expect(function.status == 40 && function.error.contains("did you mean \"join\"?"))
  }
}

extension String {
  /// How often a text stands in this one.
  fileprivate func count(of text: String) -> Int { split(separator: text).count - 1 }
}
