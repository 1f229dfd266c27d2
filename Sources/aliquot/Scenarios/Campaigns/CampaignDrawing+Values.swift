import Bytecode
import Execution
import Integers
import State

/// Draws arguments by their kinds, from what there is in the world.
extension CampaignDrawing {
  /// A value of a kind for a call of a contract by an actor.
  mutating func value(
    of kind: Kind, in module: Module, _ contract: Identifier, _ actor: Identifier
  ) -> Value {
    switch kind {
    case .int: return .int(integer(in: module, contract, actor))
    case .bool: return .int(Integer(generator.below(2)))
    case .enumeration(let index):
      let isKnown = module.enums.indices.contains(Int(index))
      let count = isKnown ? module.enums[Int(index)].cases.count : 1
      return .int(Integer(generator.below(max(1, count))))
    case .address: return Value(address(contract))
    case .asset: return Value(asset(contract))
    case .bytes, .text: return .bytes(string(kind, in: module, contract))
    case .addresses:
      var bytes: [UInt8] = []
      for _ in 0..<generator.below(4) { bytes += address(contract).bytes }
      return .bytes(bytes)
    case .assets:
      var bytes: [UInt8] = []
      for _ in 0..<generator.below(4) { bytes += asset(contract).bytes }
      return .bytes(bytes)
    case .call: return .bytes(generator.happens(oneIn: 3) ? [] : encodedCall(actor))
    case .list: return Value.zero(of: kind)
    }
  }

  // MARK: - Integers

  private mutating func integer(
    in module: Module, _ contract: Identifier, _ actor: Identifier
  ) -> Integer {
    let near = Integer(generator.below(3) - 1)
    switch generator.below(20) {
    case 0, 1, 2, 3, 4: return Integer(generator.below(11))
    case 5: return generator.bits(generator.number(in: 1...16))
    case 6: return edge()
    case 7, 8, 9: return (recentInteger() ?? 1).plus(generator.happens(oneIn: 2) ? near : 0)
    case 10, 11:
      let constants = module.integers.filter { $0.bitLength <= 256 }
      return (generator.element(of: constants) ?? 1).plus(generator.happens(oneIn: 3) ? near : 0)
    case 12, 13, 14, 15:
      if case .int(let integer)? = stored(.int, contract) {
        return integer.plus(generator.happens(oneIn: 2) ? near : 0)
      }
      return Integer(generator.number(in: 1...100))
    case 16: return time()
    default:
      let asset = generator.element(of: assets()) ?? .zero
      let holder = generator.happens(oneIn: 3) ? contract : actor
      return amount(of: asset, holder: holder)
    }
  }

  private mutating func edge() -> Integer {
    let power =
      generator.happens(oneIn: 2)
      ? Integer.power(2, [8, 16, 32, 63, 64, 128, 255, 256][generator.below(8)])
      : Integer.power(10, generator.number(in: 1...30))
    let integer = power.plus(Integer(generator.below(3) - 1))
    return generator.happens(oneIn: 4) ? integer.negated() : integer
  }

  /// A time about now or later.
  private mutating func time() -> Integer {
    let spans = [0, 1, 60, 3_600, 86_400, 604_800, 2_592_000]
    let span = spans[generator.below(spans.count)]
    return Integer(world.block.time + span * generator.number(in: 1...3))
  }

  // MARK: - Identifiers

  private mutating func address(_ contract: Identifier) -> Identifier {
    switch generator.below(16) {
    case 0: return .zero
    case 1, 2, 3: return cast.contracts[generator.below(cast.contracts.count)]
    case 4, 5, 6: return stored(.address, contract)?.identifier ?? actor()
    default: return actor()
    }
  }

  private mutating func asset(_ contract: Identifier) -> Identifier {
    switch generator.below(12) {
    case 0: .zero
    case 1, 2, 3: stored(.asset, contract)?.identifier ?? generator.element(of: assets()) ?? .zero
    default: generator.element(of: assets()) ?? .zero
    }
  }

  // MARK: - Strings

  private mutating func string(
    _ kind: Kind, in module: Module, _ contract: Identifier
  ) -> [UInt8] {
    func fitting(_ bytes: [UInt8]) -> [UInt8] {
      kind == .bytes || String(validating: bytes, as: UTF8.self) != nil ? bytes : []
    }
    switch generator.below(8) {
    case 0: return []
    case 1: return Array("a".utf8)
    case 2: return fitting([UInt8](repeating: 0, count: 32))
    case 3: return fitting(generator.element(of: module.strings) ?? [])
    case 4: return fitting((0..<generator.below(8)).map { _ in UInt8(generator.below(128)) })
    default: return fitting(stored(kind, contract)?.string ?? Array("b".utf8))
    }
  }

  /// The encoding of a call without arguments, as somebody might keep it for later.
  private mutating func encodedCall(_ actor: Identifier) -> [UInt8] {
    let simple = cast.targets.filter { target in
      world.module(of: target.contract)?.exports[target.export].parameters.isEmpty ?? false
    }
    guard let target = generator.element(of: simple),
      let module = world.module(of: target.contract)
    else { return [] }
    return ContractCall(
      target: target.contract, export: module.exports[target.export], in: module, arguments: []
    ).encoded()
  }

  // MARK: - What is stored

  /// Entries of a map among which one is chosen.
  private static let entriesMax = 24

  /// A value of a kind that was emitted or is stored by a contract of the campaign, mostly by this one: a
  /// component of a key or a value.
  private mutating func stored(_ kind: Kind, _ contract: Identifier) -> Value? {
    if generator.happens(oneIn: 4),
      let value = generator.element(of: recent.filter { $0.kind == kind }.map(\.value))
    {
      return value
    }
    let owner =
      generator.below(4) > 0 ? contract : cast.contracts[generator.below(cast.contracts.count)]
    let fields = scope.world.module(of: owner)?.fields ?? []
    let fitting = fields.indices.filter { index in
      fields[index].key.contains { $0.kind == kind } || fields[index].components.contains(kind)
    }
    guard let index = generator.element(of: fitting) else { return nil }
    return generator.element(of: values(of: kind, fields[index], index, owner))
  }

  private func values(
    of kind: Kind, _ field: Field, _ index: Int, _ owner: Identifier
  ) -> [Value] {
    let state = scope.world.state
    let prefix = StateKey.field(
      contract: owner, index: UInt8(truncatingIfNeeded: index), components: []
    ).bytes
    var found: [Value] = []
    var reached: [UInt8]?
    for _ in 0..<Self.entriesMax {
      guard let slot = state.slot(within: prefix, after: reached) else { break }
      let key = Array(state.key(of: slot))
      reached = key
      let components = StateKey(key).components(of: field.key.map(\.kind)) ?? []
      found += zip(field.key, components).filter { $0.0.kind == kind }.map(\.1)
      let stored = try? field.values(decoding: state.value(in: slot).map { Array($0) })
      found += zip(field.components, stored.flatMap { $0 } ?? []).filter { $0.0 == kind }.map(\.1)
    }
    return found
  }
}
