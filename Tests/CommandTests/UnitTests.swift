import ArgumentParser
import Bytecode
import Foundation
import Integers
import Testing

@testable import aliquot

@Suite struct UnitTests {
  @Test(arguments: [
    ("25", 6, "25000000"), ("25.50", 6, "25500000"), ("0.000001", 6, "1"),
    ("1_000.5", 1, "10005"), ("7.00", 0, "7"), ("-2.5", 2, "-250"),
  ])
  func readsAmounts(text: String, decimals: Int, units: String) throws {
    #expect(Numbers.units(text, decimals: decimals)?.description == units)
  }

  @Test(arguments: ["", ".", "1.", ".5", "1.2.3", "1.23456789", "x", "1.-5", "1 0", "1.2_3"])
  func refusesOtherAmounts(text: String) {
    #expect(Numbers.units(text, decimals: 2) == nil)
  }

  @Test(arguments: [
    (0, 6, "0"), (1, 6, "0.000001"), (25_500_000, 6, "25.5"), (-5, 1, "-0.5"),
    (1_234_567, 0, "1_234_567"), (1000, 0, "1000"), (123_456_789_000, 6, "123_456.789"),
  ])
  func writesAmounts(value: Int, decimals: Int, text: String) {
    #expect(Numbers.amount(Integer(value), decimals: decimals) == text)
  }

  @Test func readsSteps() throws {
    let step = try #require(
      try StepParser.parse(
        "alice: market.buy(id: 5, \"a, b)\", [bob, carol]) paying 2.50 USD, 1 of Shop.Token[\"x\"] "
          + "gas 50_000  # a comment"))
    #expect(step.actor == "alice")
    guard case .call(let invocation) = step.action else {
      Issue.record("not a call: \(step)")
      return
    }
    #expect(invocation.function == "market.buy")
    #expect(
      invocation.arguments == [
        Invocation.Argument(label: "id", text: "5"),
        Invocation.Argument(label: nil, text: "\"a, b)\""),
        Invocation.Argument(label: nil, text: "[bob, carol]"),
      ])
    #expect(
      invocation.payments == [
        Invocation.Payment(amount: "2.50", asset: "USD"),
        Invocation.Payment(amount: "1", asset: "Shop.Token[\"x\"]"),
      ])
    #expect(invocation.gas == "50_000")
  }

  @Test func readsOtherSteps() throws {
    #expect(try StepParser.parse("  # nothing") == nil)
    #expect(try StepParser.parse("") == nil)
    #expect(try StepParser.parse("warp 30 days")?.action == .warp(count: "30", unit: "days"))
    #expect(try StepParser.parse("actors x, y")?.action == .actors(["x", "y"]))
    #expect(
      try StepParser.parse("bob: send 5 USD to carol")?.action
        == .send(Invocation.Payment(amount: "5", asset: "USD"), to: "carol"))
    #expect(
      try StepParser.parse("asset USD decimals 6, 1_000 to alice, 5 USD to bob")?.action
        == .asset(
          name: "USD", decimals: "6",
          holdings: [
            Step.Holding(amount: "1_000", holder: "alice"),
            Step.Holding(amount: "5", holder: "bob"),
          ]))
    #expect(
      try StepParser.parse("m = deploy Market(token: USD)")?.action
        == .deploy(
          name: "m", contract: "Market",
          Invocation(
            function: "Market", arguments: [Invocation.Argument(label: "token", text: "USD")])))
    // A function may be named like a word of the steps.
    #expect(
      try StepParser.parse("send(5)")?.action
        == .call(
          Invocation(function: "send", arguments: [Invocation.Argument(label: nil, text: "5")])))
  }

  @Test(arguments: [
    "f(", "f(1", "f(1,", "f(1))", "x =", "x = f()", "send 5", "warp 5", "f() paying",
    "f() paying 5", "asset A decimals", "asset A, 5", ":", "alice:", "f(a:)", "f() gas", "\"",
    "f(\"", "f(]",
  ])
  func refusesOtherSteps(text: String) {
    #expect(throws: CommandFailure.self) { try StepParser.parse(text) }
  }

  @Test func namesWhatWasMeant() {
    #expect(Suggestion.nearest(to: "distribut", among: ["claim", "distribute"]) == "distribute")
    #expect(Suggestion.nearest(to: "xyz", among: ["claim"]) == nil)
    #expect(Suggestion.nearest(to: "", among: ["claim", "a"]) == nil)
  }

  @Test func writesJSON() throws {
    let value: JSON = [
      "a": .string("\"\\\n\t\u{1}\u{7F}é"), "b": [.null, true, .number(-5)], "c": [:],
    ]
    for text in [value.text, value.prettyText] {
      let read = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
      #expect(read?["a"] as? String == "\"\\\n\t\u{1}\u{7F}é")
      #expect((read?["b"] as? [Any])?.count == 3)
    }
  }

  @Test(arguments: [
    ("--json check x", "check --json x"), ("-q --color never fmt", "fmt -q --color never"),
    ("--color=always fmt --json", "fmt --color=always --json"),
    ("--json account new --keys k x", "account new --json --keys k x"),
    ("-q account --json list -v", "account list -q --json -v"),
    ("account new --color never new", "account new --color never new"),
    // A word that is no command, or stands for a value, stays where it is.
    ("--json run account new", "run --json account new"),
    ("--json nothing new", "--json nothing new"), ("--help", "--help"), ("--color", "--color"),
    ("", ""),
  ])
  func putsGlobalFlagsBehindTheCommand(words: String, arranged: String) {
    let line = CommandLineWords(words.split(separator: " ").map(String.init), root: Aliquot.self)
    #expect(line.arguments.joined(separator: " ") == arranged)
  }

  @Test func everyCommandKnowsItsPath() throws {
    #expect(Aliquot.path(to: AccountNew.self) == ["account", "new"])
    #expect(AccountNew.schema == "aliquot.account.new/1" && New.schema == "aliquot.new/1")
    func check(_ command: any ParsableCommand.Type, _ path: [String]) {
      let line = CommandLineWords(path + ["x"], root: Aliquot.self)
      #expect(line.path == path && Aliquot.path(to: command) == (path.isEmpty ? nil : path))
      #expect(command is any AliquotCommand.Type == command.configuration.subcommands.isEmpty)
      for inner in command.configuration.subcommands {
        check(inner, path + [inner.configuration.commandName ?? ""])
      }
    }
    check(Aliquot.self, [])
  }

  @Test func colorsWhereTheyAreSeen() {
    #expect(ColorChoice.auto.applies(isTerminal: true, noColor: nil))
    #expect(!ColorChoice.auto.applies(isTerminal: true, noColor: "1"))
    #expect(!ColorChoice.auto.applies(isTerminal: false, noColor: nil))
    #expect(ColorChoice.always.applies(isTerminal: false, noColor: "1"))
    #expect(!ColorChoice.never.applies(isTerminal: true, noColor: nil))
  }

  @Test func showsDifferences() {
    let old = (1...20).map { "line \($0)\n" }.joined()
    let new = old.replacingOccurrences(of: "line 10\n", with: "line ten\n")
    let text = LineDifference.unified(path: "f", from: old, to: new)
    #expect(text.contains("@@ -7,7 +7,7 @@\n"))
    #expect(text.contains("-line 10\n+line ten\n"))
    #expect(LineDifference.unified(path: "f", from: old, to: old).isEmpty)
  }

  @Test func namesContractsOfProjects() throws {
    #expect(try Scaffold.contractName(for: "a/gpu-shop") == "GpuShop")
    for path in ["", "1x", "a b!", "ü", "..", "-"] {
      #expect(throws: CommandFailure.self) { try Scaffold.contractName(for: path) }
    }
  }

  @Test func normalizesPaths() {
    #expect(Path.normalized("a/./b/../c") == "a/c")
    #expect(Path.normalized("../a") == "../a")
    #expect(Path.normalized("/a/../b") == "/b")
    #expect(Path.directory(of: "/a") == "/")
    #expect(Path.directory(of: "a") == "")
    #expect(Path.stem(of: "x/Shop.alq") == "Shop")
  }

  private func source(_ path: String) throws -> String {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Sources/Bytecode/\(path)")
    return try String(contentsOf: file, encoding: .utf8)
  }

  @Test func theReferencePagesAreCurrent() throws {
    #expect(
      try source("Bytecode.docc/Instructions.md") == InstructionReference.markdown(),
      "run: aliquot reference > Sources/Bytecode/Bytecode.docc/Instructions.md")
    #expect(
      try source("Bytecode.docc/Limits.md") == LimitsReference.markdown(),
      "run: aliquot reference limits > Sources/Bytecode/Bytecode.docc/Limits.md")
  }

  @Test func everyLimitIsInTheReference() throws {
    let declaration = /public static let (\w+)/
    let declared = try source("Limits.swift").matches(of: declaration).map { String($0.output.1) }
    #expect(declared.count > 20)
    #expect(LimitsReference.entries.map(\.name) == declared)
  }

  @Test func everyInstructionIsInTheReference() {
    let page = InstructionReference.markdown()
    for opcode in Opcode.allCases {
      #expect(page.contains("`\(opcode.row.mnemonic)"), "\(opcode)")
    }
  }
}
