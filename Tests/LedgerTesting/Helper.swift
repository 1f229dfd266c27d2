import Foundation

/// A run of `killrun` in another process.
///
/// What it says goes to a file, so that it is there however the process ends.
public final class Helper {
  private let process = Process()
  private let log: String

  /// Starts it.
  ///
  /// - Parameters:
  ///   - executable: the path of `killrun`.
  ///   - arguments: its arguments.
  ///   - folder: where its log is written.
  /// - Throws: why it cannot be started.
  public init(_ executable: String, _ arguments: [String], folder: String) throws {
    log = folder + "/" + UUID().uuidString + ".log"
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    try Data().write(to: URL(fileURLWithPath: log))
    process.standardOutput = FileHandle(forWritingAtPath: log)
    try process.run()
  }

  deinit { if process.isRunning { kill() } }

  /// Ends it at once, wherever it is.
  public func kill() { _ = Foundation.kill(process.processIdentifier, SIGKILL) }

  /// Waits for its end.
  public func wait() { process.waitUntilExit() }

  /// Waits for its end, and gives what it said.
  public func finish() -> [String] {
    wait()
    return lines()
  }

  /// How it ended: its status, or the signal that ended it.
  public var end: End {
    process.terminationReason == .exit
      ? .exited(process.terminationStatus) : .signalled(process.terminationStatus)
  }

  /// How a process ended.
  public enum End: Hashable, Sendable {
    /// By itself, with a status.
    case exited(Int32)
    /// By a signal.
    case signalled(Int32)
  }

  /// The lines that it has said so far.
  ///
  /// What stands behind the last line break was cut off and does not count.
  public func lines() -> [String] {
    let text = String(
      decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self)
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  /// Waits until it has said a line that begins like this, or has ended; gives whether it has said it.
  public func waitForLine(_ beginning: String) -> Bool {
    while true {
      let isRunning = process.isRunning
      if lines().contains(where: { $0.hasPrefix(beginning) }) { return true }
      if !isRunning { return false }
      Thread.sleep(forTimeInterval: 0.002)
    }
  }

  /// The path of `killrun`, which stands beside the tests.
  public static func executable() -> String {
    let own =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
    var folder = URL(fileURLWithPath: own)
    for _ in 0..<5 {
      folder.deleteLastPathComponent()
      let candidate = folder.appending(path: "killrun").path
      if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
    }
    return "killrun"
  }
}
