import Bytecode
import EngineTesting
import Execution
import Hosting
import Integers
import Testing

/// Nobody can tell in which form the elements of a list lie in memory.
@Suite struct ListFormTests {
  private static let ints = 8
  private static let lists = 4

  /// Lists that are given elements at the edges of all forms, on machines that collect all the time.
  @Test(arguments: 0..<16) func isInvisible(chunk: Int) throws {
    var succeeded = 0
    for round in 0..<Effort.rounds(60) {
      var random = SplitMix64(seed: UInt64(61_000_000 + chunk * 1_000 + round))
      var size = MachineSize()
      size.arenaWords = random.pick([1, 40, 400, 32_768])
      let row = try EngineRow([.fast, .reference], Self.program(&random), size: size)
      let arguments = (0..<Self.ints).map { _ in Value.int(Self.element(&random)) }
      let outcome = row.run(arguments, gas: 200_000)
      if case .succeeded = outcome.status { succeeded += 1 }
      for _ in 0..<6 where outcome.gasUsed > 0 {
        row.run(arguments, gas: random.next() % outcome.gasUsed)
      }
    }
    #expect(succeeded > 5)
  }

  /// The last element of each form and the first of the next.
  private static func element(_ random: inout SplitMix64) -> Integer {
    let edge = random.pick([0, 1, 8, 16, 61, 62, 63, 64, 125, 126, 127, 200])
    let value = Integer.power(of: edge, minus: random.below(3))
    return random.chance(25) ? value.negated() : value
  }

  private static func program(_ random: inout SplitMix64) -> ModuleBuilder {
    var builder = ModuleBuilder()
    var code: [Instruction] = []
    for list in 0..<UInt16(lists) {
      code += [
        Instruction(.intConst, UInt16(ints), builder.integer(Integer(12 + random.below(9)))),
        Instruction(.listNew, list, UInt16(ints)),
      ]
    }
    for _ in 0..<10 + random.below(30) { code += statement(&builder, &random) }
    for list in 0..<UInt16(lists) { code.append(Instruction(.listSum, list, list)) }
    code += [Instruction(.listDot, 4, 0, 0), Instruction(.ret, 0, 0, 0)]
    builder.export(
      "main",
      builder.function(
        [Kind](repeating: .int, count: ints), [Kind](repeating: .int, count: 5), code))
    return builder
  }

  private static func statement(
    _ builder: inout ModuleBuilder, _ random: inout SplitMix64
  ) -> [Instruction] {
    func int() -> UInt16 { UInt16(random.below(ints)) }
    func list() -> UInt16 { UInt16(random.below(lists)) }
    // An index within every list: none gets shorter.
    let place = UInt16(ints)
    let constant = Instruction(.intConst, place, builder.integer(Integer(random.below(12))))
    switch random.below(48) {
    case 0..<14: return [Instruction(.listPush, list(), int())]
    case 14..<26:
      return [constant, Instruction(.listSet, list(), place, int())]
    case 26..<30: return [constant, Instruction(.listGet, int(), list(), place)]
    case 30..<32: return [Instruction(.listCopy, list(), list())]
    case 32..<34: return [Instruction(.listShare, list(), list())]
    case 34..<36:
      return [
        Instruction(.intConst, place, builder.integer(12)), Instruction(.intSmall, 7, 0),
        Instruction(.listSlice, list(), list(), 7, place),
      ]
    case 36..<39: return [Instruction(.listSort, list())]
    case 39, 40:
      let keys = list()
      let copy = list()
      return [
        Instruction(.listCopy, copy, keys), Instruction(.listSort, copy),
        Instruction(.listSortBy, copy, keys),
      ]
    case 41, 42:
      let one = list()
      return [Instruction(.listDot, int(), one, one)]
    case 43:
      let width = random.pick([1, 2, 4, 7, 8, 9, 16, 32] as [UInt16])
      return [
        Instruction(.listToBytes, 0, list(), width), Instruction(.bytesToList, list(), 0, width),
      ]
    case 44: return [Instruction(.split, list(), int(), list())]
    default: return [Instruction(.intMove, int(), int())]
    }
  }
}
