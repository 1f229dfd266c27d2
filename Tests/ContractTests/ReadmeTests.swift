import Foundation
import Testing

@Suite struct ReadmeTests {
  private let root = ArtifactCache.folder.deletingLastPathComponent()

  private func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  @Test func showsTheProgramThatIsBuilt() throws {
    let program = try text("Examples/Embed/main.swift")
      .trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(try text("README.md").contains("```swift\n\(program)\n```"))
  }

  @Test func quotesTheContractThatIsThere() throws {
    let readme = try text("README.md")
    let contract = try text("Contracts/RevenueShares.alq")
    let start = try #require(readme.range(of: ";; Spreads the attached payment"))
    let end = try #require(readme.range(of: "\n```", range: start.lowerBound..<readme.endIndex))
    #expect(contract.contains(readme[start.lowerBound..<end.lowerBound]))
  }

  @Test func linksToWhatExists() throws {
    let readme = try text("README.md")
    for match in readme.matches(of: #/\]\(([A-Za-z][^)]*)\)/#) {
      let path = root.appendingPathComponent(String(match.1)).path
      #expect(FileManager.default.fileExists(atPath: path), "\(match.1) is not there")
    }
  }
}
