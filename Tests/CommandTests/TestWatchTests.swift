import Foundation
import Testing

/// A command that goes on until it is ended, and what it has written so far.
private final class Watcher {
  private let process = Process()
  private let output: String
  private let error: String

  init(_ workspace: Workspace, _ arguments: [String] = []) throws {
    output = workspace.path + "/watch.out"
    error = workspace.path + "/watch.err"
    for file in [output, error] {
      #expect(FileManager.default.createFile(atPath: file, contents: nil))
    }
    process.executableURL = URL(fileURLWithPath: Tool.path)
    process.arguments = ["test", "--watch"] + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: workspace.path)
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle(forWritingAtPath: error)
    try process.run()
  }

  var text: String {
    String(decoding: FileManager.default.contents(atPath: output) ?? Data(), as: UTF8.self)
  }

  var messages: String {
    String(decoding: FileManager.default.contents(atPath: error) ?? Data(), as: UTF8.self)
  }

  /// Waits until it is so many times ready for the next change.
  func waits(for rounds: Int) -> Bool {
    for _ in 0..<600 {
      if messages.components(separatedBy: "ctrl-C ends").count > rounds { return true }
      usleep(50_000)
    }
    return false
  }

  func end() {
    // The thread of a test may have handed down a mask that blocks all signals but this one.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}

@Suite(.serialized) struct TestWatchTests {
  private func workspace() throws -> Workspace {
    let workspace = try Workspace()
    for file in ["Broken.alq", "Untidy.alq", "Garbage.alq"] {
      try FileManager.default.removeItem(atPath: "\(workspace.path)/\(file)")
    }
    try workspace.write("Splitter.alq", PropertyTests.splitter)
    try workspace.write(
      "Split.scn",
      PropertyTests.head
        + "scenario \"splits\"\n    alice: splitter.share(9, 2)\n        returns 4\n")
    try workspace.write("Sums.scn", "scenario \"adds\"\n    expect 1 + 1 == 2\n")
    return workspace
  }

  @Test func runsAgainWhatAChangeAffects() throws {
    let workspace = try workspace()
    let watcher = try Watcher(workspace)
    defer { watcher.end() }
    #expect(watcher.waits(for: 1))
    let first = watcher.text
    #expect(first == "ok Split.scn: splits\nok Sums.scn: adds\n2 passed, 0 failed\n")
    // A contract affects what uses it, and nothing else.
    try workspace.write(
      "Splitter.alq",
      PropertyTests.splitter.replacingOccurrences(of: "floor", with: "ceil"))
    #expect(watcher.waits(for: 2))
    let second = String(watcher.text.dropFirst(first.count))
    #expect(second.contains("FAILED Split.scn: splits"))
    #expect(second.contains("0 passed, 1 failed") && !second.contains("Sums"))
    // A file that cannot be read is told, and the watch goes on.
    try workspace.write("Sums.scn", "scenario\n")
    #expect(watcher.waits(for: 3))
    #expect(watcher.messages.contains("error[E"))
    try workspace.write("Sums.scn", "scenario \"adds\"\n    expect 1 + 1 == 3\n")
    #expect(watcher.waits(for: 4))
    #expect(watcher.text.contains("FAILED Sums.scn: adds"))
    // A new file is found.
    try workspace.write("New.scn", "scenario \"is new\"\n    expect 1 == 1\n")
    #expect(watcher.waits(for: 5))
    #expect(watcher.text.hasSuffix("ok New.scn: is new\n1 passed, 0 failed\n"))
    // So are records that belong to a suite.
    try workspace.write("New.golden", "no records")
    #expect(watcher.waits(for: 6))
    #expect(watcher.messages.contains("changed: New.golden"))
  }

  @Test func endsWhenNobodyReadsAnyMore() throws {
    let workspace = try workspace()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "{ '\(Tool.path)' test --watch -q; echo $? >status; } | head -n 1"]
    process.currentDirectoryURL = URL(fileURLWithPath: workspace.path)
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(workspace.read("status") == "0\n")
  }
}
