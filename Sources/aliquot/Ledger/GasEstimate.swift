import Bytecode
import Chain
import Execution
import Ledger
import Transactions
import Verification

/// How much gas transactions get where nothing is said: what they use on the present state, and a quarter
/// more, since the state may be another when they run.
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
    let used: UInt64
    switch action {
    case .deploy(let bytes):
      guard let module = try? Verifier.verify(bytes) else { return 0 }
      world.deploy(code: module)
      return min(limit, AdmissionGas.deployment(of: module))
    case .create(let creation):
      used =
        world.create(
          creation.codeHash, arguments: creation.arguments, payments: creation.payments,
          by: sender, gas: limit
        ).gasUsed
    case .call(let call): used = world.call(call, by: sender, gas: limit).gasUsed
    case .transfer(let transfer):
      used =
        world.send(
          transfer.amount, of: transfer.asset, from: sender, to: transfer.receiver, gas: limit
        ).gasUsed
    }
    return min(limit, used + used / 4 + 1_000)
  }
}
