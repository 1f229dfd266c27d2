import Testing

@testable import aliquot

private typealias Status = aliquot.ExitStatus

@Suite struct ExitCodeTests {
  /// One run for every way to end.
  private static let table: [(status: Status, arguments: [String])] = [
    (Status.success, ["--version"]),
    (Status.success, ["--help"]),
    (Status.success, ["check", "Till.alq"]),
    (Status.success, ["build", "Till.alq", "--out", "built"]),
    (Status.success, ["fmt", "--check", "Till.alq"]),
    (Status.success, ["disasm", "Till.alq"]),
    (Status.success, ["inspect", "Till.alq", "gas"]),
    (Status.success, ["explain", "exit-codes"]),
    (Status.success, ["reference"]),
    (Status.success, ["new", "shop"]),
    (Status.success, ["run", "Till.alq", "--script", "Steps.run"]),
    (Status.success, ["account"]),
    (Status.success, ["account", "list", "--keys", "keys"]),
    (Status.failure, ["new", "empty"]),
    (Status.failure, ["account", "list", "--keys", "Till.alq"]),
    (Status.failure, ["inspect", "empty"]),
    (Status.failure, ["build", "Till.alq", "--out", "Steps.run"]),
    (Status.diagnostics, ["check", "Broken.alq"]),
    (Status.diagnostics, ["check", "Garbage.alq"]),
    (Status.diagnostics, ["build", "Broken.alq"]),
    (Status.diagnostics, ["fmt", "Garbage.alq"]),
    (Status.diagnostics, ["disasm", "Garbage.alqm"]),
    (Status.diagnostics, ["run", "Broken.alq", "f"]),
    (Status.format, ["fmt", "--check", "Untidy.alq"]),
    (
      Status.unproven,
      ["proof", "check", "Till.alq", "--root", String(repeating: "0", count: 64)]
    ),
    (Status.success, ["test", "Good.scn"]),
    (Status.success, ["test", "--list", "Bad.scn"]),
    (Status.testsFailed, ["test", "Bad.scn"]),
    (Status.testsFailed, ["test", "--json", "Bad.scn", "Good.scn"]),
    (Status.noTests, ["test", "empty"]),
    (Status.noTests, ["test", "Good.scn", "--filter", "what nobody wrote"]),
    (Status.gasChanged, ["gas", "diff", "Good.scn", "--file", "Gas.txt"]),
    (Status.success, ["gas", "snapshot", "Good.scn"]),
    (Status.testsFailed, ["gas", "snapshot", "Bad.scn"]),
    (Status.testsFailed, ["test", "Good.scn", "--coverage-min", "90"]),
    (Status.notFound, ["gas", "diff", "Good.scn"]),
    (Status.notFound, ["test", "Good.scn", "--covering", "Till.alq:3"]),
    (Status.diagnostics, ["test", "Garbage.scn"]),
    (Status.notFound, ["test", "Missing.scn"]),
    (Status.usage, ["test", "--jobs", "0", "Good.scn"]),
    (Status.reverted, ["run", "Till.alq", "--script", "Steps.run", "pay()"]),
    (Status.outOfGas, ["run", "Till.alq", "spin", "--init", "token=zero_asset", "--gas", "5000"]),
    (Status.trapped, ["run", "Till.alq", "divide", "a=1", "b=0", "init.token=zero_asset"]),
    (Status.notFound, ["check", "Missing.alq"]),
    (Status.notFound, ["check", "empty"]),
    (Status.notFound, ["explain", "E9999"]),
    (Status.notFound, ["run", "Till.alq", "pya", "--init", "token=zero_asset"]),
    (Status.notFound, ["run", "Till.alq", "pay", "--init", "token=USD"]),
    (Status.notFound, ["account", "export", "dana", "--keys", "keys"]),
    (
      Status.notFound, ["account", "new", "dana", "--keys", "keys", "--passphrase-file", "none"]
    ),
    (Status.noTests, ["test", "empty"]),
    (Status.unproven, ["proof", "check", "Till.alq", "--root", String(repeating: "0", count: 64)]),
    (Status.store, ["chain", "status", "--store", "Till.alq"]),
    (Status.usage, ["frobnicate"]),
    (Status.usage, ["account", "frobnicate"]),
    (Status.usage, ["account", "list"]),
    (Status.usage, ["account", "new", "alice", "--keys", "keys"]),
    (Status.usage, ["account", "new", "dana", "--keys", "keys"]),
    (Status.usage, ["check", "--nonsense"]),
    (Status.usage, ["explain"]),
    (Status.usage, ["run", "Till.alq", "divide", "a=one", "b=2", "--init", "token=zero_asset"]),
    (Status.usage, ["run", "Till.alq", "divide", "a=1", "--init", "token=zero_asset"]),
    (Status.usage, ["run", "Till.alq", "pay(", "--init", "token=zero_asset"]),
    (Status.usage, ["run", "Till.alq", "--height", "-1"]),
  ]

  @Test(arguments: table.indices)
  func endsWith(row: Int) throws {
    let (expected, arguments) = Self.table[row]
    let workspace = try Workspace()
    try workspace.write("Good.scn", "scenario \"good\"\n    expect 1 + 1 == 2\n")
    try workspace.write("Bad.scn", "scenario \"bad\"\n    expect 1 + 1 == 3\n")
    try workspace.write("Garbage.scn", "scenario\n")
    try workspace.write("Gas.txt", "Till.pay calls 1 min 5 median 5 max 5\n")
    let run = try Tool.run(arguments, in: workspace.path)
    #expect(run.status == expected.rawValue, "\(arguments): \(run.error)\(run.output)")
    if expected == .success {
      #expect(!run.error.contains("error:"), "\(arguments): \(run.error)")
    }
  }

  /// What takes several commands to come to.
  private static let stories: [(status: Status, files: [String: String], commands: [[String]])] = [
    (
      Status.testsFailed, ["Wrong.scn": "scenario \"a sum\"\n    expect 1 + 1 == 3\n"],
      [["test", "Wrong.scn"]]
    ),
    (
      Status.refused, [:],
      [["chain", "new", "--asset", "USD, 5 to alice"], ["send", "1 USD", "bob", "--gas", "1"]]
    ),
    (
      Status.invariantBroken,
      [
        "Small.alq": """
        contract Small
        state
            n int
        export set (value int)
            @n = value
        end
        invariant "stays small"
            @n < 5
        end

        """
      ],
      [
        ["chain", "new"], ["deploy", "Small.alq", "--name", "small"],
        ["call", "small.set", "value=7"],
        ["verify"],
      ]
    ),
  ]

  @Test(arguments: stories.indices)
  func comesTo(story: Int) throws {
    let (expected, files, commands) = Self.stories[story]
    let workspace = try Workspace()
    for (name, text) in files { try workspace.write(name, text) }
    for command in commands.dropLast() {
      let run = try Tool.run(command, in: workspace.path)
      #expect(run.status == 0, "\(command): \(run.error)\(run.output)")
    }
    let run = try Tool.run(commands[commands.count - 1], in: workspace.path)
    #expect(run.status == expected.rawValue, "\(run.error)\(run.output)")
  }

  /// One run for the ways to end where there is a ledger with a contract.
  private static let ledgerTable: [(status: Status, arguments: [String])] = [
    (Status.success, ["chain"]),
    (Status.success, ["chain", "warp", "1 day"]),
    (Status.success, ["call", "club.say", "words=hello"]),
    (Status.success, ["call", "club", "--help"]),
    (Status.success, ["view", "club.grade_of", "member=bob"]),
    (Status.success, ["send", "1 USD", "to", "bob"]),
    (Status.success, ["assets", "mallory"]),
    (Status.success, ["events", "--name", "Joined"]),
    (Status.success, ["tx"]),
    (Status.success, ["block"]),
    (Status.diagnostics, ["deploy", "Broken.alq"]),
    (Status.reverted, ["deploy", "Club.alq", "token=USD", "shares=0", "owner=bob"]),
    (Status.outOfGas, ["call", "club.spin", "--gas", "70000"]),
    (Status.trapped, ["call", "club.divide", "a=1", "b=0"]),
    (Status.trapped, ["view", "club.ratio", "a=1", "b=0"]),
    (Status.trapped, ["send", "51 USD", "to", "alice", "--as", "bob"]),
    (Status.refused, ["send", "1 USD", "to", "bob", "--gas", "5"]),
    (Status.refused, ["call", "club.say", "words=hello", "--gas-price", "1"]),
    (Status.notFound, ["call", "clbu.say", "words=hello"]),
    (Status.notFound, ["tx", "0x00000000"]),
    (Status.notFound, ["assets", "UDS"]),
    (Status.notFound, ["chain", "status", "--store", "none.ledger"]),
    (Status.store, ["chain", "status", "--store", "Garbage.alqm"]),
    (Status.store, ["send", "1 USD", "to", "bob", "--store", "Club.alq"]),
    (Status.usage, ["call", "club"]),
    (Status.usage, ["call"]),
    (Status.usage, ["chain", "new"]),
    (Status.usage, ["chain", "reset"]),
    (Status.usage, ["events", "--where", "member"]),
  ]

  @Test(arguments: ledgerTable.indices)
  func endsWithALedger(row: Int) throws {
    let (expected, arguments) = Self.ledgerTable[row]
    let run = try LedgerFolder(.club).run(arguments)
    #expect(run.status == expected.rawValue, "\(arguments): \(run.error)\(run.output)")
    if expected == .success { #expect(!run.error.contains("error:"), "\(run.error)") }
  }

  @Test func everyCodeHasARun() {
    let reached = Self.table.map { $0.status } + Self.stories.map { $0.status }
    #expect(Set(reached) == Set(Status.allCases))
  }

  @Test func everyCodeIsExplained() throws {
    let run = try Workspace().run("explain", "exit-codes")
    for status in Status.allCases {
      #expect(run.output.contains(status.meaning))
    }
  }
}
