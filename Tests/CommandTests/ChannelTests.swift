import Foundation
import Testing

@Suite struct ChannelTests {
  private static let commands: [[String]] = [
    ["new", "shop"], ["build", "Till.alq"], ["check", "Till.alq"], ["check", "Broken.alq"],
    ["check", "Missing.alq"], ["fmt", "--check", "--diff", "Untidy.alq"], ["disasm", "Till.alq"],
    ["inspect", "Till.alq"], ["inspect", "Till.alq", "gas"], ["explain", "muldiv"],
    ["explain", "--list"], ["explain", "nothing"], ["reference"],
    ["run", "Till.alq", "--script", "Steps.run", "--trace"],
    ["run", "Till.alq", "--script", "Steps.run", "--trace=ops"],
    ["run", "Till.alq", "divide", "a=1", "b=0", "init.token=zero_asset"],
    ["run", "Till.alq", "--wrong"],
    ["account", "list", "--keys", "keys"], ["account", "list", "--keys", "Till.alq"],
    ["account", "export", "dana", "--keys", "keys"], ["account", "new", "--wrong"],
    ["account", "new", "alice", "--keys", "keys"],
  ]

  /// The words that name a command, of those that have commands of their own too.
  private static func path(_ command: [String]) -> [String] {
    Array(command.prefix(command[0] == "account" ? 2 : 1))
  }

  @Test(arguments: commands)
  func writesOneDocument(command: [String]) throws {
    let workspace = try Workspace()
    let path = Self.path(command)
    // The flag stands in front once, behind once, and at every place between the names.
    for place in [command.count] + Array(0...path.count) {
      var arguments = command
      arguments.insert("--json", at: place)
      let run = try Tool.run(arguments, in: workspace.path)
      let document = try run.document()
      #expect(document["schema"] as? String == "aliquot.\(path.joined(separator: "."))/1")
      #expect(document["ok"] as? Bool == (run.status == 0))
      #expect(document["result"] != nil)
      let diagnostics = try #require(document["diagnostics"] as? [[String: Any]])
      if run.status != 0, run.status != 11 {
        #expect(diagnostics.contains { $0["severity"] as? String == "error" })
      }
      #expect(run.output.hasSuffix("}\n") && run.output.count { $0 == "\n" } == 1)
      if command[0] == "new" { break }
    }
  }

  @Test func keepsDiagnosticsOffStandardOutput() throws {
    let workspace = try Workspace()
    let run = try workspace.run("check", "Broken.alq")
    #expect(run.output.isEmpty)
    #expect(run.error.contains("error[E"))
    #expect(run.error.contains("Broken.alq:4:"))
    let short = try workspace.run("check", "Broken.alq", "--format", "short", "-q")
    #expect(short.error.hasPrefix("Broken.alq:4:"))
    let lines = try workspace.run("check", "Broken.alq", "--format", "json")
    #expect(lines.output.hasPrefix("{\"code\":\"E"))
  }

  @Test func quietAndVerboseLeaveTheResultAlone() throws {
    let workspace = try Workspace()
    let plain = try workspace.run("inspect", "Till.alq")
    #expect(try workspace.run("inspect", "Till.alq", "-q").output == plain.output)
    #expect(try workspace.run("-v", "inspect", "Till.alq").output == plain.output)
    #expect(try workspace.run("check", "Till.alq", "-q").error.isEmpty)
  }

  @Test func colorsOnlyWhenAsked() throws {
    let workspace = try Workspace()
    #expect(!(try workspace.run("check", "Broken.alq").error.contains("\u{1B}")))
    #expect(try workspace.run("check", "Broken.alq", "--color", "always").error.contains("\u{1B}"))
    #expect(try workspace.run("--color=always", "inspect", "Till.alq").output.contains("\u{1B}"))
  }

  @Test func survivesAClosedPipe() throws {
    let workspace = try Workspace()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "{ '\(Tool.path)' reference; echo $? >status; } | true; sleep 0.2"]
    process.currentDirectoryURL = URL(fileURLWithPath: workspace.path)
    try process.run()
    process.waitUntilExit()
    #expect(workspace.read("status") == "0\n")
  }

  @Test func namesItsCommands() throws {
    let help = try Workspace().run("--help").output
    let names = help.split(separator: "\n").drop { !$0.hasPrefix("SUBCOMMANDS") }
      .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
      .compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(
      names == [
        "new", "build", "check", "fmt", "disasm", "inspect", "explain", "run", "test", "gas",
        "chain", "deploy", "call", "view", "send", "account", "state", "why", "proof", "assets",
        "events", "tx", "block", "receipt", "trace", "profile", "debug", "verify", "reference",
        "bench", "See",
      ])
  }

  @Test func findsTheCommandBehindGlobalFlags() throws {
    let workspace = try Workspace()
    let plain = try workspace.run("account", "list", "--keys", "keys", "--color", "always")
    #expect(plain.status == 0 && plain.output.contains("\u{1B}"))
    for arguments in [
      ["--color", "always", "account", "list", "--keys", "keys"],
      ["-q", "account", "--color", "always", "-v", "list", "--keys", "keys"],
      ["account", "--color=always", "list", "--keys", "keys", "-q"],
    ] {
      let run = try Tool.run(arguments, in: workspace.path)
      #expect(run.output == plain.output, "\(arguments): \(run.error)")
    }
  }

  @Test(arguments: [
    (["chekc"], "usage", "there is no command \"chekc\"; did you mean \"check\"?"),
    (
      ["account", "lits"], "account",
      "there is no command \"account lits\"; did you mean \"account list\"?"
    ),
    (
      ["account", "frobnicate"], "account",
      "there is no command \"account frobnicate\"; there are: new, list, import, export"
    ),
  ])
  func saysWhichCommandWasMeant(words: [String], schema: String, message: String) throws {
    let workspace = try Workspace()
    let run = try Tool.run(words, in: workspace.path)
    #expect(run.status == 64 && run.output.isEmpty && run.error.contains(message))
    for arguments in [["--json"] + words, words + ["--json"]] {
      let run = try Tool.run(arguments, in: workspace.path)
      let document = try run.document()
      #expect(run.status == 64 && document["schema"] as? String == "aliquot.\(schema)/1")
      let diagnostics = document["diagnostics"] as? [[String: Any]]
      #expect(diagnostics?.first?["message"] as? String == message)
    }
  }

  @Test func aGroupOfCommandsShowsItsHelp() throws {
    let workspace = try Workspace()
    for arguments in [
      ["account"], ["account", "--help"], ["help", "account"], ["--json", "account", "-h"],
    ] {
      let run = try Tool.run(arguments, in: workspace.path)
      #expect(run.status == 0 && run.output.contains("USAGE: aliquot account <subcommand>"))
    }
    let run = try workspace.run("account", "--json")
    #expect(run.status == 64)
    #expect(try run.document()["schema"] as? String == "aliquot.account/1")
    // A group with a command that stands in for the others asks for none.
    let status = try workspace.run("chain", "--json")
    #expect(status.status == 40)
    #expect(try status.document()["schema"] as? String == "aliquot.chain.status/1")
    let help = try workspace.run("help", "account", "new").output
    #expect(help.contains("USAGE: aliquot account new <name>"))
  }

  @Test func startsQuickly() throws {
    let workspace = try Workspace()
    _ = try workspace.run("--version")
    let start = Date()
    for _ in 0..<5 { _ = try workspace.run("--version") }
    // The goal is 20 ms in a release build; this catches only what is much too slow.
    #expect(Date().timeIntervalSince(start) < 5)
  }
}
