import Bytecode
import Execution
import Integers
import State
import Testing

extension Scene {
  /// The time of the block in which the next step runs.
  var now: Int { world.block.time }

  /// Lets the next step run at a time.
  func travel(to time: Int) { world.block.time = time }

  /// Deploys a test dollar of the `Contracts` folder whose owner is the bank, and hands it out.
  func issueDollars(
    _ name: String, _ amount: Int, to holders: [String]
  ) throws -> (bank: Contract, asset: Identifier) {
    let bank = try deploy("TestDollar.alq", as: "bank of \(name)", ["owner": "bank"])
    for holder in holders {
      try bank.call(
        "issue", by: "bank", ["receiver": .name(holder), "amount": .int(Integer(amount))]
      ).ok()
    }
    return (bank, bank.asset("USD"))
  }

  /// A balance as a machine integer; the amounts of these tests are small.
  func units(_ asset: Identifier, _ holder: String) -> Int {
    balance(asset, holder).asInt ?? Int.min
  }
}

extension AttachedPayment {
  /// A payment of a small amount.
  static func of(_ asset: Identifier, _ amount: Int) -> AttachedPayment {
    AttachedPayment(asset: asset, amount: Integer(amount))
  }
}

extension Argument {
  /// A small integer that is no literal.
  static func number(_ value: Int) -> Argument { .int(Integer(value)) }
}

extension Outcome {
  /// A small integer result by its name.
  func number(_ name: String) throws -> Int { try #require(int(name).asInt) }

  /// A small integer field of each event of a name.
  func numbers(_ event: String, _ field: String) -> [Int] {
    events(event).compactMap { $0[field]?.integer?.asInt }
  }
}

extension Contract {
  /// What a field stores under a key, or a component of the record there; nil if nothing is stored.
  func peek(_ field: String, _ key: [Value] = [], _ component: String? = nil) throws -> Value? {
    guard let index = module.fields.firstIndex(where: { $0.name == field }) else {
      throw SceneError("\(name) has no field \(field)")
    }
    var bytes: [UInt8] = [4] + address.bytes + [UInt8(index)]
    for part in key {
      switch part {
      case .int(let integer): bytes += try integer.encodedKey()
      case .bytes(let string): bytes += string
      }
    }
    guard let stored = scene.world.state.value(for: bytes) else { return nil }
    var reader = ByteReader(stored)
    switch module.fields[index].value {
    case .plain(let kind): return try reader.readValue(of: kind)
    case .record(_, let components):
      for part in components {
        let value = try reader.readValue(of: part.kind)
        if part.name == component { return value }
      }
      throw SceneError("\(field) has no component \(component ?? "")")
    }
  }

  /// A small integer that a field stores; zero if nothing is stored.
  func number(_ field: String, _ key: [Value] = [], _ component: String? = nil) throws -> Int {
    guard let value = try peek(field, key, component) else { return 0 }
    return try #require(value.integer?.asInt)
  }

  /// What the contract's till keeps for a payee.
  func kept(_ asset: Identifier, _ payee: String) throws -> Int {
    try number("till.due", [Value(asset), Value(scene.address(payee))])
  }

  /// A small integer that a field stores under numbers.
  func number(_ field: String, at key: [Int], _ component: String? = nil) throws -> Int {
    try number(field, key.map { .int(Integer($0)) }, component)
  }
}

/// How often each outcome of each action was reached in a campaign.
struct StepCounts: CustomStringConvertible {
  private(set) var counts: [String: Int] = [:]

  mutating func note(_ action: String, _ outcome: Outcome) {
    counts[action + (outcome.error.map { " \($0.name)" } ?? ""), default: 0] += 1
  }

  mutating func add(_ other: StepCounts) {
    counts.merge(other.counts, uniquingKeysWith: +)
  }

  /// Expects that each of these was reached at least so often.
  func expect(
    atLeast least: Int, _ names: [String],
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) {
    let rare = names.filter { counts[$0, default: 0] < least }
    #expect(rare.isEmpty, "\(self)", sourceLocation: sourceLocation)
  }

  var description: String {
    counts.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
  }
}
