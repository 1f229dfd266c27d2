import Foundation
import Fuzzing
import Testing

/// What the fuzzer found worth keeping holds still.
@Suite struct CorpusTests {
  @Test(arguments: FuzzTarget.allCases) func corpusHolds(target: FuzzTarget) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fuzzing/Corpus/\(target.corpus)")
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    #expect(!files.isEmpty)
    for file in files {
      let input = Array(try Data(contentsOf: file))
      #expect(throws: Never.self, "\(file.lastPathComponent)") { try target.check(input) }
      // What is cut off is one more input.
      #expect(throws: Never.self, "half of \(file.lastPathComponent)") {
        try target.check(Array(input.prefix(input.count / 2)))
      }
    }
  }
}
