import Foundation
import Integers
import Testing

@testable import aliquot

/// What is measured beside peers comes to what the oracle says, which is another implementation.
@Suite struct WorkBenchmarkTests {
  /// The oracle's lines: row, operations and checksum.
  private static let expected: [String: String] = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Benchmarks/checksums.txt")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    return Dictionary(
      lines.filter { $0.count == 3 }.map { ("\($0[0]) \($0[1])", $0[2]) },
      uniquingKeysWith: { first, _ in first })
  }()

  @Test func comesToTheOraclesChecksums() throws {
    let run = try Tool.run(["bench", "work", "--quick", "--json"], in: NSTemporaryDirectory())
    #expect(run.status == 0, "\(run.error)")
    let document = try run.document()
    let result = try #require(document["result"] as? [String: Any])
    let rows = try #require(result["rows"] as? [[String: Any]])
    #expect(rows.count == Self.expected.count)
    for row in rows {
      let name = try #require(row["name"] as? String)
      let operations = try #require(row["operations"] as? Int)
      #expect(row["checksum"] as? String == Self.expected["\(name) \(operations)"], "\(name)")
    }
  }

  /// A row is found by its name, several by what their names share, and a wrong name by its neighbour.
  @Test func findsRows() throws {
    #expect(try Workload.matching("transfer", isQuick: true).map(\.name) == ["transfer"])
    #expect(try Workload.matching("top", isQuick: true).allSatisfy { $0.name.hasPrefix("top-") })
    #expect(Set(Workload.all.map(\.name)).count == Workload.all.count)
    let failure = #expect(throws: CommandFailure.self) {
      try Workload.matching("trasnfer", isQuick: true)
    }
    #expect(failure?.help == "did you mean \"transfer\"?")
  }

  /// More operations than one do not change what one is.
  @Test func measuresAsManyOperationsAsAsked() throws {
    let workload = try #require(Workload.matching("fib", isQuick: true).first)
    #expect(try workload.measure(operations: 10, rounds: 2).value == 55)
    #expect(try workload.measure(operations: 90, rounds: 1).value == 2_880_067_194_370_816_120)
  }
}
