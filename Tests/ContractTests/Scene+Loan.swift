import Bytecode
import Execution
import Integers
import Testing

extension Scene {
  /// Goes to a moment, which is the time of the next step.
  func go(to moment: Int) {
    world.block.time = moment
    world.block.height += 1
  }

  /// Makes a coin that can refuse payees, all of it held by one account.
  func makeGuardedCoin(supply: Integer, to holder: String) throws -> GuardedCoin {
    let contract = try deploy(
      "../Tests/ContractTests/Fixtures/GuardedCoin.alq", as: "coin",
      ["holder": .name(holder), "amount": .int(supply)])
    return GuardedCoin(contract: contract)
  }
}

/// A coin that can be told to refuse payees.
struct GuardedCoin {
  let contract: Contract

  var asset: Identifier { contract.asset("Coin") }

  /// Refuses a payee from now on, or no longer.
  func refuse(_ who: String, _ yes: Bool = true) throws {
    try contract.call("refuse", by: "anyone", ["who": .name(who), "yes": .bool(yes)]).ok()
  }
}

extension Outcome {
  /// The integer fields of the only event of a name.
  func only(_ event: String) throws -> [String: Integer] {
    let found = events(event)
    try #require(found.count == 1, "\(found.count) events \(event): \(description)")
    return found[0].compactMapValues(\.integer)
  }
}

extension [AttachedPayment] {
  /// One payment, as a list.
  static func of(_ amount: Integer, _ asset: Identifier) -> [AttachedPayment] {
    [AttachedPayment(asset: asset, amount: amount)]
  }
}

/// The kinds of outcomes that a campaign met, how often, and the gas that they used.
struct OutcomeTally: CustomStringConvertible {
  private(set) var counts: [String: Int] = [:]
  private var gas: [String: (least: UInt64, most: UInt64)] = [:]

  subscript(name: String) -> Int { counts[name, default: 0] }

  /// Counts an action that succeeded under its name, one that failed under its name and error.
  mutating func count(_ action: String, _ outcome: Outcome) {
    counts[outcome.error.map { "\(action) \($0.name)" } ?? action, default: 0] += 1
    guard outcome.succeeded else { return }
    let used = outcome.receipt.gasUsed
    let known = gas[action] ?? (used, used)
    gas[action] = (min(known.least, used), max(known.most, used))
  }

  /// Counts something else that happened.
  mutating func count(_ event: String) { counts[event, default: 0] += 1 }

  var description: String {
    counts.sorted { $0.key < $1.key }.map { name, count in
      let range = gas[name].map { " (gas \($0.least) to \($0.most))" } ?? ""
      return "\(name) \(count)\(range)"
    }.joined(separator: ", ")
  }
}
