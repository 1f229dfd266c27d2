import Bytecode
import Testing
import Verification

@testable import aliquot

/// What can be tested of the measuring of gas without looking at a clock.
@Suite struct GasBenchmarkTests {
  /// No instruction is forgotten, and every measured contract is one that the verifier accepts.
  @Test func coversEveryInstruction() throws {
    let grid = GasGrid(world: try GasWorld())
    for opcode in Opcode.allCases {
      let cases = grid.cases(of: opcode)
      #expect(!cases.isEmpty, "\(opcode)")
      let names = Set(cases.map(\.operands))
      #expect(names.count == cases.count, "two sizes of \(opcode) have one name")
      for item in [cases.first, cases.last].compactMap({ $0 }) {
        var program = BenchProgram()
        let body = item.make(&program)
        // What returns or fails does so in a function of its own.
        #expect(body.code.contains { $0.opcode == opcode } || opcode == .ret || opcode == .fail)
        for isEmpty in [true, false] {
          let module = program.finished(body, copies: 2, isEmpty: isEmpty)
          #expect(throws: Never.self, "\(opcode)") { try Verifier.verify(module) }
        }
      }
    }
  }

  private static func row(_ opcode: Opcode, _ operands: String, _ rate: Double) -> GasBenchmark.Row
  {
    GasBenchmark.Row(opcode: opcode, operands: operands, gas: 100, nanoseconds: rate * 100)
  }

  private static let rows = [
    row(.add, "1w 1w", 1), row(.add, "2w 1w", 2), row(.add, "3w 1w", 9), row(.mul, "1w", 0.5),
    row(.seek, "none, <found>", 3),
  ]

  @Test func summarizes() throws {
    let results = try #require(GasResults(Self.rows))
    #expect(results.lines.map(\.median) == [2, 0.5, 3])
    #expect(results.median == 2)
    #expect(results.worst.operands == "3w 1w")
    #expect(results.ratio == 4.5)
    #expect(GasResults([]) == nil)
  }

  @Test func writesValuesWithCommas() {
    let lines = GasResults.csv(Self.rows).split(separator: "\n")
    #expect(lines.count == 1 + Self.rows.count)
    #expect(lines[0] == "instruction,operands,gas,nanoseconds,nanoseconds_per_gas")
    #expect(lines[1] == "add,1w 1w,100.00,100.00,1.000")
    #expect(lines[5] == "seek,\"none, <found>\",100.00,300.00,3.000")
  }

  @Test func drawsOneRowForEachInstruction() throws {
    let svg = GasPlot(results: try #require(GasResults(Self.rows))).svg()
    #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
    #expect(svg.split(separator: "<text ").count == svg.split(separator: "</text>").count)
    #expect(!svg.contains("<found>"))
    for mnemonic in ["add", "mul", "seek"] { #expect(svg.contains(">\(mnemonic)</text>")) }
    #expect(svg.contains("nanoseconds of processor time per unit of gas"))
    #expect(svg.contains("3 × median 6.00"))
  }

  /// The programs of a search verify, and are the same for the same seed.
  @Test func searchesVerifiedPrograms() throws {
    let pool = GasSearch.Pool(world: try GasWorld())
    func programs(_ seed: UInt64) -> [Instruction] {
      var random = BenchRandom(seed: seed)
      return Opcode.allCases.compactMap { GasSearch.instruction($0, pool, &random) }
    }
    #expect(programs(7) == programs(7))
    #expect(programs(7) != programs(8))
    for seed in 1...5 {
      for instruction in programs(UInt64(seed)) {
        // Some fields have no component of an instruction's bank; those are refused, and passed over.
        switch instruction.opcode {
        case .loadInt, .loadBytes, .storeInt, .storeBytes, .putRecord, .seek, .total: continue
        default: break
        }
        #expect(throws: Never.self, "\(instruction)") {
          try Verifier.verify(GasSearch.module([instruction], pool))
        }
      }
    }
  }
}
