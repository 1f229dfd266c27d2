import Bytecode
import Chain
import Execution
import Hosting
import Ledger
import State
import Transactions
import Verification

/// How much gas transactions get where nothing is said: what they use on the present state, and a quarter
/// more, since the state may be another when they run.
///
/// Where that is not enough, because a hook or a `try` is given gas of its own that it need not use, it is as
/// much more as the transaction needs.
///
/// All of a limit is reserved before anything runs, so a limit far too high would keep the sender from
/// using his own money.
struct GasEstimate {
  /// The world in which they are tried, each after the one before.
  let world: World
  /// Who sends them.
  let sender: Identifier

  /// The gas that an action uses, admission aside, at most so much.
  func gas(of action: Transaction.Action, atMost limit: UInt64) -> UInt64 {
    if case .deploy(let bytes) = action {
      guard let module = try? Verifier.verify(bytes) else { return 0 }
      world.deploy(code: module)
      return min(limit, AdmissionGas.deployment(of: module))
    }
    let start = world.state.checkpoint()
    let outcome = run(action, gas: limit)
    var gas = min(limit, outcome.gasUsed + outcome.gasUsed / 4 + 1_000)
    while gas < limit {
      world.state.revert(to: start)
      if run(action, gas: gas) == outcome { return gas }
      gas = min(limit, gas + gas / 4)
    }
    world.state.revert(to: start)
    _ = run(action, gas: limit)
    return limit
  }

  private func run(_ action: Transaction.Action, gas: UInt64) -> Receipt {
    switch action {
    case .deploy: preconditionFailure("deploying code runs nothing")
    case .create(let creation):
      world.create(
        creation.codeHash, arguments: creation.arguments, payments: creation.payments,
        by: sender, gas: gas)
    case .call(let call): world.call(call, by: sender, gas: gas)
    case .transfer(let transfer):
      world.send(
        transfer.amount, of: transfer.asset, from: sender, to: transfer.receiver, gas: gas)
    }
  }
}
