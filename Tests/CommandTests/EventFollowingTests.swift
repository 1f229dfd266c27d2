import Foundation
import Testing

/// A command that goes on until it is ended, with its output in files.
final class RunningTool {
  private let process = Process()
  private let folder: Workspace

  /// Starts the command, or a line of the shell.
  init(_ arguments: [String], shell: Bool = false, in folder: LedgerFolder) throws {
    self.folder = folder.workspace
    process.executableURL = URL(fileURLWithPath: shell ? "/bin/sh" : Tool.path)
    process.arguments = shell ? ["-c"] + arguments : arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.environment = ["PATH": "/usr/bin:/bin"].merging(folder.environment) { $1 }
    // A pipe would keep whoever reads it waiting for a process that leaked.
    for name in ["running.out", "running.err"] { try self.folder.write(name, "") }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(forWritingAtPath: folder.path + "/running.out")
    process.standardError = FileHandle(forWritingAtPath: folder.path + "/running.err")
    try process.run()
  }

  var isRunning: Bool { process.isRunning }
  var status: Int32 { process.terminationStatus }
  var output: [String] { lines("running.out") }
  var error: [String] { lines("running.err") }

  /// Whole lines that were written so far.
  private func lines(_ name: String) -> [String] {
    folder.read(name).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .map(String.init)
  }

  /// Looks again and again, but not for ever, until something holds.
  func wait(until holds: () -> Bool) -> Bool {
    for _ in 0..<600 {
      if holds() { return true }
      Thread.sleep(forTimeInterval: 0.1)
    }
    return false
  }

  /// Ends it and what it started, whatever they do.
  func end() {
    let leader = process.processIdentifier
    // They may have inherited that other signals are blocked.
    if process.isRunning { kill(getpgid(leader) == leader ? -leader : leader, SIGKILL) }
    process.waitUntilExit()
  }
}

/// `aliquot events --follow` while other processes write.
@Suite struct EventFollowingTests {
  /// What somebody said, in a line of the follower.
  private static func words(_ line: String) -> String {
    let event = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    guard event?["type"] as? String == "event" else { return "no event: \(line)" }
    return (event?["fields"] as? [[String: Any]])?.last?["value"] as? String ?? "no words: \(line)"
  }

  @Test func followsWhatOthersDo() throws {
    let folder = try LedgerFolder(.members)
    let follower = try RunningTool(
      ["events", "--follow", "--json", "--name", "Said"], in: folder)
    defer { follower.end() }
    #expect(follower.wait { follower.output.count == 1 })
    try folder.require(["call", "club.say", "words=second"])
    try folder.require(["send", "1 USD", "to", "bob"])
    try folder.require(["call", "club.say", "words=third"])
    #expect(follower.wait { follower.output.count == 3 })
    #expect(follower.output.map(Self.words) == ["hello there", "second", "third"])
    #expect(follower.error == [] && follower.isRunning)
  }

  /// Events of a new block are told though the chain stands no higher than before.
  @Test func tellsThatTheChainWentBack() throws {
    let folder = try LedgerFolder(.members)
    let follower = try RunningTool(
      ["events", "--follow", "--json", "--name", "Said"], in: folder)
    defer { follower.end() }
    #expect(follower.wait { follower.output.count == 1 })
    try folder.require(["chain", "revert", "4"])
    #expect(follower.wait { !follower.error.isEmpty })
    #expect(follower.error == ["the chain went back to height 4"])
    try folder.require(["call", "club.say", "words=instead"])
    #expect(follower.wait { follower.output.count == 2 })
    try folder.require(["chain", "revert", "4"])
    try folder.require(["call", "club.say", "words=once more"])
    #expect(follower.wait { follower.output.count == 3 })
    #expect(follower.output.map(Self.words) == ["hello there", "instead", "once more"])
    #expect(follower.error.allSatisfy { $0 == "the chain went back to height 4" })
    #expect(follower.error.count == 2 && follower.isRunning)
  }

  @Test func aQuietFollowerSaysNothingOfIt() throws {
    let folder = try LedgerFolder(.members)
    let follower = try RunningTool(
      ["events", "--follow", "--quiet", "--contract", "club"], in: folder)
    defer { follower.end() }
    #expect(follower.wait { !follower.output.isEmpty })
    let before = follower.output.count
    try folder.require(["chain", "revert", "4"])
    try folder.require(["call", "club.say", "words=instead"])
    #expect(follower.wait { follower.output.count > before })
    #expect(follower.output.last?.contains("Said(who: alice, words: \"instead\")") == true)
    #expect(follower.error == [])
  }

  @Test func endsWhenNobodyReads() throws {
    let folder = try LedgerFolder(.members)
    let line = "{ '\(Tool.path)' events --follow; echo $? >status; } | head -n 1"
    let shell = try RunningTool([line], shell: true, in: folder)
    defer { shell.end() }
    #expect(shell.wait { !shell.isRunning && !folder.workspace.read("status").isEmpty })
    #expect(folder.workspace.read("status") == "0\n")
    #expect(shell.output.count == 1 && shell.error == [])
  }
}
