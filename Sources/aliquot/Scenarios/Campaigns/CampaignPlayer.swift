import Bytecode
import Execution
import Integers
import State

/// Carries out steps of a campaign exactly as a scenario would, and looks whether everything holds.
struct CampaignPlayer {
  /// What a step came to.
  struct Played {
    /// What the transaction did; nil where only time passed.
    var receipt: Receipt?
    /// What does not hold afterwards.
    var broken: CampaignBreak?
  }

  /// The world.
  let scope: ScenarioScope

  private var world: World { scope.world }

  /// Carries out one step.
  func play(_ step: CampaignStep, observer: (any ExecutionObserver)? = nil) -> Played {
    var played = Played()
    switch step.action {
    case .call(let contract, let export, let arguments, let payments):
      played.receipt = scope.watched(by: observer) {
        call(contract, export, arguments, payments, by: step.actor)
      }
    case .send(let amount, let asset, let receiver):
      played.receipt = scope.watched(by: observer) {
        world.send(
          amount, of: asset, from: step.actor, to: receiver, gas: scope.stepGas)
      }
    case .wait(let seconds):
      scope.sandbox.advance(blocks: 1, seconds: seconds)
    }
    guard let receipt = played.receipt else { return played }
    played.broken = broken(by: receipt)
    scope.endBlock()
    return played
  }

  private func call(
    _ contract: Identifier, _ export: Int, _ arguments: [Value], _ payments: [AttachedPayment],
    by actor: Identifier
  ) -> Receipt? {
    guard let module = world.module(of: contract), module.exports.indices.contains(export) else {
      return nil
    }
    return world.call(
      ContractCall(
        target: contract, export: module.exports[export], in: module, arguments: arguments,
        payments: payments),
      by: actor, gas: scope.stepGas)
  }

  private func broken(by receipt: Receipt) -> CampaignBreak? {
    if let (contract, invariant) = scope.brokenInvariant() {
      return .invariant(contract: contract, title: invariant.title)
    }
    let assets = Set(receipt.balanceChanges.map(\.asset)).sorted()
    return assets.first { sumOfBalances($0) != world.supply(of: $0) }.map { .conservation($0) }
  }

  private func sumOfBalances(_ asset: Identifier) -> Integer {
    var sum: Integer = 0
    for (_, balance) in holdings(of: asset) { sum = sum.plus(balance) }
    return sum
  }

  /// Everybody who holds an asset, and how much.
  func holdings(of asset: Identifier) -> [(holder: Identifier, balance: Integer)] {
    var holdings: [(holder: Identifier, balance: Integer)] = []
    var reached: [UInt8]?
    let prefix = StateKey.prefix(.balance, of: asset)
    while let slot = world.state.slot(within: prefix, after: reached) {
      let key = Array(world.state.key(of: slot))
      reached = key
      guard case .balance(_, let holder) = StateKey(key) else { continue }
      holdings.append((holder, Integer(stored: world.state.value(in: slot).map { Array($0) })))
    }
    return holdings
  }

  /// Carries out steps from where the setup ended up to the first after which something does not hold, and
  /// goes back.
  func firstBreak(
    in steps: [CampaignStep], from start: ScenarioScope.Mark
  ) -> (count: Int, broken: CampaignBreak)? {
    defer { scope.goBack(to: start) }
    for (index, step) in steps.enumerated() {
      if let broken = play(step).broken { return (index + 1, broken) }
    }
    return nil
  }
}
