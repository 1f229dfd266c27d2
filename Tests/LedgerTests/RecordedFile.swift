import EngineTesting
import Foundation
import Testing

/// A file of vectors, for other implementations and later versions: what stands in it is what is made now.
///
/// `RECORD=1` writes the files anew; such a run fails, so that nobody takes it for a test.
struct RecordedFile<Content: Codable & Equatable> {
  private let url: URL

  /// A file of the folder `Vectors`.
  init(_ name: String) {
    url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "Vectors/\(name).json")
  }

  /// What stands in the file.
  func content() throws -> Content {
    try JSONDecoder().decode(Content.self, from: Data(contentsOf: url))
  }

  /// Holds the file against what is made, or writes it.
  func expect(_ made: Content, _ location: SourceLocation = #_sourceLocation) throws {
    guard ProcessInfo.processInfo.environment["RECORD"] != nil else {
      // Not `#expect(a == b)`, which would print both.
      let isSame = try content() == made
      #expect(isSame, "\(url.lastPathComponent)", sourceLocation: location)
      return
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try (encoder.encode(made) + Data([0x0A])).write(to: url)
    Issue.record("the vectors were recorded", sourceLocation: location)
  }
}
