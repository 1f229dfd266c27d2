import Bytecode
import EngineTesting
import Execution
import Hosting
import Integers
import Testing

/// Nobody can tell whether sequences of steps are fused.
@Suite struct FusionTests {
  private static let ints = 6
  private static let lists = 2

  /// Programs that are little but sequences that are fused, with jumps into their middles, under every limit
  /// of gas up to what they use.
  @Test(arguments: 0..<16) func isInvisibleWhateverTheGas(chunk: Int) throws {
    var ends: [Trap?: Int] = [:]
    for round in 0..<Effort.rounds(12) {
      var random = SplitMix64(seed: UInt64(51_000_000 + chunk * 1_000 + round))
      let row = try EngineRow(
        [.fast, .unfused, .reference], Self.program(&random), size: MachineSize())
      let arguments = (0..<4).map { _ in Value.int(Self.argument(&random)) }
      let most = row.run(arguments, gas: 2_000)
      for gas in 0..<min(most.gasUsed, 700) { row.run(arguments, gas: gas) }
      if case .failed(let failure) = most.status, case .trap(let trap) = failure.reason {
        ends[trap, default: 0] += 1
      } else {
        ends[nil, default: 0] += 1
      }
    }
    #expect(ends[nil] != nil)
    #expect(ends[.outOfGas] != nil || ends[.indexOutOfRange] != nil)
  }

  /// Random scenarios of all kinds.
  @Test(arguments: 0..<8) func isInvisibleInScenarios(chunk: Int) {
    let campaign = Campaign(.fast, .unfused)
    for round in 0..<Effort.rounds(20) {
      let seed = UInt64(52_000_000 + chunk * 1_000 + round)
      let found = campaign.difference(seed)
      #expect(found == nil, "seed \(seed): \(found?.difference.text ?? "")")
    }
  }

  private static func argument(_ random: inout SplitMix64) -> Integer {
    random.chance(60) ? Integer(random.below(12)) : random.integer(bits: 200)
  }

  private static func program(_ random: inout SplitMix64) -> ModuleBuilder {
    var builder = ModuleBuilder()
    var code = [
      Instruction(.intSmall, 4, 9), Instruction(.listNew, 0, 4), Instruction(.listNew, 1, 4),
    ]
    let statements = 3 + random.below(6)
    var shapes = (0..<statements).map { _ in random.pick(sequences) }
    if random.chance(50) { shapes.append([.loopLess]) }
    let end = code.count + shapes.reduce(0) { $0 + $1.count }
    for shape in shapes {
      let start = code.count
      for opcode in shape { code.append(instruction(opcode, end: end, &builder, &random)) }
      if random.chance(70) { chain(&code, from: start) }
      if random.chance(50), shape.last == .jumpLess || shape.last == .loopLess {
        code[code.count - 1].operands[2] = UInt16(start)
      }
    }
    code += [Instruction(.listSum, 4, 0), Instruction(.listSum, 5, 1), Instruction(.ret, 0, 0, 0)]
    let kinds = [Kind](repeating: .int, count: 4)
    builder.export(
      "main", builder.function(kinds, [Kind](repeating: .int, count: ints), code))
    return builder
  }

  /// What is fused, and its parts.
  private static let sequences: [[Opcode]] = [
    [.intSmall, .listSet, .add, .jumpLess], [.add, .intConst, .bitAnd], [.intMove, .intMove],
    [.intConst, .bitAnd], [.intConst, .mul], [.intSmall, .listSet], [.add, .jumpLess],
    [.addSmall, .loopLess], [.listGet, .jumpNotEqualSmall], [.listGet, .jumpLessEqual],
    [.intMove, .intMove, .loopLess], [.listSet], [.listPush], [.intSmall], [.min], [.max],
    [.shiftRight],
  ]

  /// Lets the instructions of a sequence hand on what they make, as compiled ones do.
  private static func chain(_ code: inout [Instruction], from start: Int) {
    switch code[start...].map(\.opcode) {
    case [.intSmall, .listSet, .add, .jumpLess]:
      code[start + 1].operands[2] = code[start].operands[0]
      let index = code[start + 1].operands[1]
      code[start + 2].operands[0] = index
      code[start + 2].operands[1] = index
      code[start + 3].operands[0] = index
      code[start + 3].operands[2] = UInt16(start)
    case [.add, .intConst, .bitAnd]:
      code[start + 2].operands[1] = code[start].operands[0]
      code[start + 2].operands[2] = code[start + 1].operands[0]
    case [.intConst, .bitAnd], [.intConst, .mul]:
      code[start + 1].operands[2] = code[start].operands[0]
    default: break
    }
  }

  private static func instruction(
    _ opcode: Opcode, end: Int, _ builder: inout ModuleBuilder, _ random: inout SplitMix64
  ) -> Instruction {
    func int() -> UInt16 { UInt16(random.below(ints)) }
    func list() -> UInt16 { UInt16(random.below(lists)) }
    // Anywhere behind where the lists are made, the middles of sequences included.
    func target() -> UInt16 { UInt16(3 + random.below(end - 2)) }
    func small() -> UInt16 { UInt16(bitPattern: Int16(random.below(12) - 2)) }
    switch opcode {
    case .intSmall: return Instruction(.intSmall, int(), small())
    case .intConst:
      let value = random.chance(50) ? Integer.power(of: 64, minus: 1) : random.integer(bits: 200)
      return Instruction(.intConst, int(), builder.integer(value))
    case .intMove: return Instruction(.intMove, int(), int())
    case .add, .mul, .bitAnd, .min, .max, .shiftRight:
      return Instruction(opcode, int(), int(), int())
    case .addSmall: return Instruction(.addSmall, int(), int(), small())
    case .listGet: return Instruction(.listGet, int(), list(), int())
    case .listSet: return Instruction(.listSet, list(), int(), int())
    case .listPush: return Instruction(.listPush, list(), int())
    case .jumpNotEqualSmall: return Instruction(.jumpNotEqualSmall, int(), small(), target())
    default: return Instruction(opcode, int(), int(), target())
    }
  }
}
