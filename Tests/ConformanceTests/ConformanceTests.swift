import EngineTesting
import Execution
import Foundation
import Reference
import Testing

/// The vectors of the specification: every engine does what they say, and they are what the makers make.
///
/// `RECORD=1` writes the files anew; that run fails, so that nobody takes it for a test.
@Suite struct ConformanceTests {
  /// A file of vectors and what makes it.
  struct Source: Sendable, CustomTestStringConvertible {
    let name: String
    let make: @Sendable (_ engine: any ContractEngine) throws -> VectorFile

    var testDescription: String { name }

    var url: URL {
      URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "Vectors/\(name).json")
    }
  }

  static let sources =
    [
      Source(name: "integers", make: IntegerVectors.file),
      Source(name: "bytes", make: BytesVectors.file),
      Source(name: "lists", make: ListVectors.file),
      Source(name: "control", make: ControlVectors.file),
      Source(name: "acceptance", make: AcceptanceVectors.file),
      Source(name: "ledger", make: LedgerVectors.file),
    ]
    + WorldVectors.seeds.map { seed in
      Source(name: "worlds/\(seed)") { try WorldVectors.file(seed: seed, engine: $0) }
    }

  @Test(arguments: sources)
  func theMakersMakeTheFiles(_ source: Source) throws {
    let made = try source.make(World()).text()
    if ProcessInfo.processInfo.environment["RECORD"] != nil {
      try made.write(to: source.url, atomically: true, encoding: .utf8)
      Issue.record("\(source.name) was recorded")
      return
    }
    let stored = try String(contentsOf: source.url, encoding: .utf8)
    if made != stored {
      let (new, old) = (made.split(separator: "\n"), stored.split(separator: "\n"))
      let difference = zip(new, old).first { $0 != $1 }
      Issue.record(
        """
        \(source.name).json is not what its maker makes; RECORD=1 writes it anew. First difference:
        made:   \(difference?.0.prefix(400) ?? "")
        stored: \(difference?.1.prefix(400) ?? "")
        """)
    }
  }

  @Test(arguments: sources)
  func theFastEngineDoesWhatTheFilesSay(_ source: Source) throws {
    try check(source, World())
  }

  @Test(arguments: sources)
  func theReferenceEngineDoesWhatTheFilesSay(_ source: Source) throws {
    try check(source, ReferenceWorld())
  }

  private func check(_ source: Source, _ engine: any ContractEngine) throws {
    let file = try JSONDecoder().decode(VectorFile.self, from: Data(contentsOf: source.url))
    #expect(!file.steps.isEmpty)
    let done = try file.done(by: engine)
    if done == file { return }
    let (new, old) = (try done.text(), try file.text())
    let lines = zip(new.split(separator: "\n"), old.split(separator: "\n"))
    for (given, stored) in lines.filter({ $0 != $1 }).prefix(3) {
      Issue.record(
        """
        \(source.name).json
        given:  \(given.prefix(600))
        stored: \(stored.prefix(600))
        """)
    }
  }
}
