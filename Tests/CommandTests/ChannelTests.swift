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
  ]

  @Test(arguments: commands)
  func writesOneDocument(command: [String]) throws {
    let workspace = try Workspace()
    // The flag stands in front once and behind once.
    for arguments in [command + ["--json"], ["--json"] + command] {
      let run = try Tool.run(arguments, in: workspace.path)
      let document = try run.document()
      #expect(document["schema"] as? String == "aliquot.\(command[0])/1")
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
        "new", "build", "check", "fmt", "disasm", "inspect", "explain", "run", "reference",
        "bench", "See",
      ])
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
