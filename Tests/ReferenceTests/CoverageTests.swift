import Bytecode
import EngineTesting
import Integers
import Testing
import Verification

/// Random scenarios reach what there is.
@Suite struct CoverageTests {
  private func missing(_ coverage: Coverage) -> [String] {
    var missing = Opcode.allCases.filter { coverage.opcodes[$0] == nil }.map(\.row.mnemonic)
    missing += Trap.allCases.filter { coverage.traps[$0] == nil }.map(\.name)
    missing += Rounding.allCases.filter { coverage.roundings[$0] == nil }.map { "\($0)" }
    missing += SeekMode.allCases.filter { coverage.seekModes[$0] == nil }.map { "\($0)" }
    missing += SignatureScheme.allCases.filter { coverage.schemes[$0] == nil }.map { "\($0)" }
    missing += Kind.checkable.filter { coverage.kinds[$0] == nil }.map { "\($0)" }
    let operands = Set(Opcode.allCases.flatMap { $0.row.operands.map { "\($0.kind)" } })
    return missing + operands.filter { coverage.operands[$0] == nil }
  }

  /// Every instruction, trap, rounding, way to seek, scheme, kind and sort of operand; and more
  /// transactions succeed than fail.
  @Test func everythingIsReached() {
    let campaign = Campaign()
    let coverage = Coverage()
    var left: [String] = []
    for seed in 0..<UInt64(6_000) {
      coverage.run(campaign.scenario(seed))
      if seed % 100 == 99 {
        left = missing(coverage)
        if left.isEmpty { break }
      }
    }
    #expect(left == [])
    #expect(coverage.succeeded > coverage.trapped)
    #expect(coverage.failed > 0)
  }

  /// The same seed gives the same scenario: its operations and its code.
  @Test(arguments: 0..<5) func seedsSayAll(seed: Int) {
    let scenarios = [0, 1].map { _ in ScenarioGenerator.make(seed: UInt64(seed)) }
    #expect(scenarios[0].modules.map(\.codeHash) == scenarios[1].modules.map(\.codeHash))
    #expect(ScenarioText(scenarios[0]).story == ScenarioText(scenarios[1]).story)
  }
}
