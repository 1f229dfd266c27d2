import Bytecode
import EngineTesting
import Execution
import Foundation
import Integers
import Testing

@testable import aliquot

#if canImport(FoundationXML)
import FoundationXML
#endif

/// Every unit of gas is counted once, at what used it.
@Suite struct ProfileTests {
  @Test(arguments: RecordingTests.seeds)
  func theSumIsTheGasOfTheTransaction(seed: UInt64) {
    for transaction in ObservedTransaction.all(seed: seed) {
      let profile = transaction.profile
      let byInstruction = profile.costs.joined().reduce(0) { $0 + $1.gas }
      let byNode = profile.nodes.reduce(0) { $0 + $1.gas }
      let byRoot = profile.roots.reduce(0) { $0 + profile.totalsByNode[$1] }
      #expect(profile.gasUsed == transaction.receipt.gasUsed)
      #expect(byInstruction + profile.transaction == profile.gasUsed)
      #expect(byNode == byInstruction && byRoot == byInstruction)
      #expect(profile.costs.joined().reduce(0) { $0 + $1.count } == UInt64(transaction.live.count))
      let calls = transaction.recording.frames.count
      #expect(profile.totals.reduce(0) { $0 + $1.calls } == UInt64(calls))
      #expect(profile.nodes.reduce(0) { $0 + $1.calls } == UInt64(calls))
    }
  }

  /// The prices of the instruction table, by themselves: what no formula adds to costs just that.
  @Test(arguments: RecordingTests.seeds)
  func anInstructionCostsItsPrice(seed: UInt64) {
    for transaction in ObservedTransaction.all(seed: seed)
    where transaction.recording.faults.isEmpty && transaction.receipt.failure == nil {
      let profile = transaction.profile
      for (function, costs) in zip(profile.functions, profile.costs) {
        let code = profile.codes[function.code].functions[function.function]
        for (instruction, cost) in zip(code, costs) where cost.count > 0 {
          let least = UInt64(instruction.row.gas) * cost.count
          #expect(cost.gas >= least, "\(instruction.row.mnemonic)")
          if instruction.row.formula == .none { #expect(cost.gas == least) }
        }
      }
    }
  }

  /// The gas of a path is that of the recorded calls along it.
  @Test(arguments: RecordingTests.seeds.prefix(20))
  func callsUseWhatTheyWereSeenToUse(seed: UInt64) {
    for transaction in ObservedTransaction.all(seed: seed) where transaction.receipt.failure == nil
    {
      let recording = transaction.recording
      for root in transaction.profile.roots {
        let node = transaction.profile.nodes[root]
        let frames = recording.frames.filter { frame in
          frame.parent == nil
            && node.function.map { transaction.profile.functions[$0].function }
              == Int(frame.function)
            && node.function.map { transaction.profile.functions[$0].contract }
              == recording.addresses[Int(frame.contract)]
        }
        #expect(UInt64(frames.count) == node.calls)
        // From its first step to the one behind its last, a call has used no more than its node.
        let seen = frames.reduce(UInt64(0)) { sum, frame in
          let last = max(Int(frame.firstStep), Int(frame.end) - 1)
          return sum + recording.gasUsed(at: last) - recording.gasUsed(at: Int(frame.firstStep))
        }
        #expect(seen <= transaction.profile.totalsByNode[root])
      }
    }
  }

  // MARK: - The command

  private func profile(_ arguments: String...) throws -> Tool.Run {
    try Tool.run(
      ["run", "Contracts/RevenueShares.alq", "--script", "Examples/Stories/RevenueShares.run"]
        + arguments, in: Repository.path)
  }

  @Test func tellsLinesAndFunctionsAndTheTransaction() throws {
    let run = try profile("--profile")
    #expect(run.status == 0)
    let start = try #require(run.output.range(of: "share  line"))
    let table = run.output[start.lowerBound...]
    for text in [
      "(transaction)", "send @token, amount to caller", "RevenueShares.accrue", "in all",
    ] {
      #expect(table.contains(text))
    }
  }

  @Test func annotatesEveryLineOfASource() throws {
    let run = try profile("--annotate")
    let source = try String(
      contentsOfFile: Repository.path + "/Contracts/RevenueShares.alq", encoding: .utf8)
    let annotated = run.output.split(separator: "\n", omittingEmptySubsequences: false).suffix(
      source.split(separator: "\n", omittingEmptySubsequences: false).count)
    let lines = annotated.map { line in
      line.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false).last.map {
        String($0.hasPrefix(" ") ? $0.dropFirst() : $0)
      }
    }
    #expect(lines.compactMap(\.self).joined(separator: "\n") == source)
  }

  /// The forms for programs say the same as each other.
  @Test func writesStacksThatAddUp() throws {
    let workspace = try Workspace()
    let run = try profile(
      "--profile", "--json", "--folded", workspace.path + "/gas.folded", "--flame",
      workspace.path + "/gas.svg")
    let result = try #require(try run.document()["result"] as? [String: Any])
    let profile = try #require(result["profile"] as? [String: Any])
    let gas = try #require((profile["gas"] as? String).flatMap(Int.init))
    let lines = try #require(profile["lines"] as? [[String: Any]])
    let transaction = try #require((profile["transaction"] as? String).flatMap(Int.init))
    let byLine = lines.compactMap { ($0["gas"] as? String).flatMap(Int.init) }.reduce(0, +)
    #expect(byLine + transaction == gas)
    let folded = workspace.read("gas.folded").split(separator: "\n").map { line in
      line.split(separator: " ").last.flatMap { Int($0) } ?? 0
    }
    #expect(folded.reduce(0, +) == gas)
    let svg = workspace.read("gas.svg")
    #expect(svg.contains("<title>RevenueShares.accrue: "))
    let parser = XMLParser(data: Data(svg.utf8))
    #expect(parser.parse())
  }

  /// A graph of names that are not kind to it: still a document, and no box is wider than its caller's.
  @Test func aFlameGraphFitsWhateverTheNamesAre() throws {
    let workspace = try Workspace()
    try workspace.write(
      "Odd.alq",
      """
      contract Odd

      state
          sums  map int -> int

      export go (n int)
          call deep(n)
          call deep(1)
      end

      fn deep (n int)
          @sums[n] = n
          if n > 0
              call deep(n - 1)
          end
      end

      invariant enforced "a; \\"b\\" <c> & d"
          true
      end

      """)
    let run = try workspace.run(
      "run", "Odd.alq", "init()", "go(1_000)", "--profile", "--flame", "odd.svg", "--folded",
      "odd.folded")
    #expect(run.status == 0, "\(run.error)")
    let svg = workspace.read("odd.svg")
    #expect(XMLParser(data: Data(svg.utf8)).parse())
    #expect(svg.contains("(deeper calls)"))
    #expect(svg.contains("a; &quot;b&quot; &lt;c&gt; &amp; d"))
    let folded = workspace.read("odd.folded").split(separator: "\n")
    #expect(folded.count == Profile.depthMax + 3)
    #expect(folded.contains { $0.hasPrefix("Odd.a, ") })
    let boxes = svg.matches(of: /<rect x="([0-9.]+)" y="([0-9]+)" width="([0-9.]+)"/)
    #expect(boxes.count > Profile.depthMax)
    for box in boxes {
      let left = try #require(Double(box.output.1))
      let width = try #require(Double(box.output.3))
      #expect(left >= 10 && width > 0 && left + width <= 1_190)
    }
  }

  @Test func aRunIsExaminedInOneWayAtATime() throws {
    #expect(try profile("--profile", "--trace").status == 64)
    #expect(try profile("--profile", "--debug").status == 64)
    #expect(try profile("--debug", "--trace").status == 64)
  }
}

/// The checkout that the tests are in.
enum Repository {
  static let path: String = {
    var url = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { url.deleteLastPathComponent() }
    return url.path
  }()
}
