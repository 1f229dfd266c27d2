import Chain
import Integers

/// Writes why a ledger refuses a transaction, with amounts in the units of their asset.
struct RefusalText {
  /// What the chain began with, which says what fees are paid in.
  let genesis: Genesis
  /// The name of who signed.
  let sender: String
  /// Whether the gas limit was asked for, or is what the transaction takes at present.
  let isLimitGiven: Bool

  /// The failure that a refusal is.
  func failure(_ refusal: TransactionRefusal) -> CommandFailure {
    switch refusal {
    case .cannotPayFee(let needed, let balance, _):
      return Self.failure(
        "the gas may cost \(text(needed)), and \(sender) has \(text(balance))",
        help: isLimitGiven ? "a lower --gas, or none, reserves less" : nil)
    case .tooLittleGas(let needed, let limit):
      return Self.failure(
        "a gas limit of \(grouped(limit)) does not cover the \(grouped(needed)) that admitting "
          + "the transaction takes", help: "a higher --gas, or none")
    case .tooMuchGas(let limit, let block):
      return Self.failure(
        "the gas limit is \(grouped(limit)), and a whole block of this chain may use "
          + grouped(block), help: "a lower --gas")
    case .priceTooLow(let minimum, let found):
      return Self.failure(
        "a unit of gas costs \(text(minimum)) at least on this chain, and \(text(found)) is "
          + "offered")
    case .invalid, .nonceUsed, .nonceTooHigh, .noFees, .moduleRefused, .blockFull:
      return Self.failure(refusal.description)
    }
  }

  /// The failure with a reason.
  static func failure(_ reason: String, help: String? = nil) -> CommandFailure {
    CommandFailure(.refused, "the ledger refuses the transaction: \(reason)", help: help)
  }

  private func text(_ amount: Integer) -> String { GasPrice.text(amount, genesis) }

  private func grouped(_ gas: UInt64) -> String { Numbers.grouped(String(gas)) }
}
