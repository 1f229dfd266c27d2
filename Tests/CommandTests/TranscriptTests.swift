import Foundation
import Testing

/// Sessions of the debugger with real contracts, word for word.
///
/// A transcript begins with the run; its commands stand behind `> `, and below each is what it shows. With
/// `RECORD=1` in the environment the tests write down what the commands show now, to be read and kept.
@Suite struct TranscriptTests {
  static let directory = Repository.path + "/Tests/CommandTests/Transcripts"
  static let names =
    ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [])
    .filter { $0.hasSuffix(".txt") }.sorted()

  /// The words of a command line; what stands between quotes is one.
  private func words(_ line: String) -> [String] {
    var words: [String] = []
    for (index, part) in line.split(separator: "'", omittingEmptySubsequences: false).enumerated() {
      words += index % 2 == 1 ? [String(part)] : part.split(separator: " ").map(String.init)
    }
    return words
  }

  @Test(arguments: names)
  func showsWhatIsWritten(name: String) throws {
    let path = "\(Self.directory)/\(name)"
    let expected = try String(contentsOfFile: path, encoding: .utf8)
    let lines = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let call = try #require(lines.first { $0.hasPrefix("$ ") }).dropFirst(2)
    let commands = lines.filter { $0.hasPrefix("> ") }.map { $0.dropFirst(2) + "\n" }.joined()
    let run = try Tool.run(
      words(String(call)) + ["--debug-script", "-"], in: Repository.path, input: commands)
    let start = try #require(run.output.range(of: "\nstep 0 of "))
    let shown = "$ \(call)\n" + run.output[run.output.index(after: start.lowerBound)...]
    if ProcessInfo.processInfo.environment["RECORD"] != nil {
      try shown.write(toFile: path, atomically: true, encoding: .utf8)
    }
    #expect(shown == expected)
  }

  @Test func thereAreTranscripts() { #expect(Self.names.count >= 5) }
}
