import Bytecode
import Integers

/// Values at the edges of what the machine and its representations can hold, and values that are met
/// again.
enum Interesting {
  private static let edges = [
    0, 1, 2, 7, 8, 31, 62, 63, 64, 65, 95, 125, 126, 127, 128, 129, 191, 192, 256, 1_024, 4_096,
    8_192, 16_383, 16_384,
  ]

  /// Powers of two, less one, themselves and one more, for all edges.
  private static let aroundEdges: [(bits: Int, value: Integer)] = edges.flatMap { edge in
    [-2, -1, 0, 1, 2].compactMap { offset in
      let power = edge == 16_384 ? Integer.power(of: edge, minus: 1) : .power(of: edge, minus: 0)
      guard let value = try? power.adding(Integer(offset)) else { return nil }
      return (value.bitLength, value)
    }
  }

  /// How many of the values around the edges have at most so many bits: they are in order.
  private static func count(bits: Int) -> Int {
    aroundEdges.firstIndex { $0.bits > bits } ?? aroundEdges.count
  }

  /// An integer of at most so many bits.
  static func integer(bits: Int, _ random: inout SplitMix64) -> Integer {
    var value: Integer
    switch random.below(10) {
    case 0...5: value = aroundEdges[random.below(count(bits: bits))].value
    case 6, 7: value = Integer(random.below(1 << min(bits, 40)))
    default:
      let count = max(1, random.below(min(bits, 2_000) / 8 + 1))
      value = (try? unsigned(random.bytes(count))) ?? 7
    }
    return random.chance(38) ? value.negated() : value
  }

  private static func unsigned(_ bytes: [UInt8]) throws -> Integer {
    guard let value = Integer(hexadecimal: Hexadecimal.encode(bytes)) else {
      throw ArithmeticFailure.tooLarge
    }
    return value
  }

  /// An address of the world.
  static func address(
    in world: WorldPlan, zeroPercent: Int, _ random: inout SplitMix64
  ) -> Identifier {
    if random.below(200) < zeroPercent { return .zero }
    if random.chance(45) { return random.pick(world.contracts).address }
    return random.pick(WorldPlan.accounts)
  }

  /// An asset of the world, or nearly.
  static func asset(in world: WorldPlan, _ random: inout SplitMix64) -> Identifier {
    let percent = random.below(100)
    if percent < 2 { return .zero }
    if percent < 4 { return Addresses.account(77) }
    if percent < 50 { return world.money[0].asset }
    return random.pick(world.assets)
  }

  private static let texts = [
    "", "a", "b", "ab", "a\u{0}b", "größer", "\u{1F600}", String(repeating: "x", count: 40),
    String(repeating: "long ", count: 60),
  ].map { Array($0.utf8) }

  /// Bytes of a kind.
  static func bytes(of kind: Kind, in world: WorldPlan, _ random: inout SplitMix64) -> [UInt8] {
    switch kind {
    case .text: return random.pick(texts)
    case .address: return address(in: world, zeroPercent: 3, &random).bytes
    case .asset: return asset(in: world, &random).bytes
    case .addresses:
      return (0..<random.below(4)).flatMap { _ in
        address(in: world, zeroPercent: 3, &random).bytes
      }
    case .assets:
      return (0..<random.below(4)).flatMap { _ in asset(in: world, &random).bytes }
    case .call: return random.chance(25) ? [] : call(in: world, &random)?.encoded() ?? []
    default:
      if random.chance(30) { return random.pick(texts) }
      return random.bytes(random.pick([0, 1, 8, 15, 16, 17, 31, 32, 33, 64, 96, 200]))
    }
  }

  /// A value of a kind, small enough to be an argument.
  static func value(
    of kind: Kind, in world: WorldPlan, _ random: inout SplitMix64
  ) -> Value {
    switch kind {
    case .bool: return .int(Integer(random.below(2)))
    case .enumeration(let index):
      let cases = world.modules[0].module.enums[Int(index)].cases.count
      return .int(Integer(random.below(cases)))
    case .int:
      if random.chance(60) { return .int(Integer(random.below(9) - 2)) }
      return .int(integer(bits: world.magnitude.bits, &random))
    case .list: return .int(0)
    default: return .bytes(bytes(of: kind, in: world, &random))
    }
  }

  /// An encoded call of a contract's export, without calls among its arguments.
  static func call(in world: WorldPlan, _ random: inout SplitMix64) -> ContractCall? {
    let contract = random.pick(world.contracts)
    let module = world.modules[contract.module].module
    let exports = module.exports.filter { $0.name != "init" }
    let export = random.pick(exports)
    var arguments: [Value] = []
    for parameter in export.parameters {
      arguments.append(
        parameter.kind == .call ? .bytes([]) : value(of: parameter.kind, in: world, &random))
    }
    return ContractCall(target: contract.address, export: export, in: module, arguments: arguments)
  }
}
