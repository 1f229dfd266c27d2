public import Bytecode
public import Integers
public import Transactions

/// Why a transaction does not get into a block: nothing happens, and nothing is paid.
public enum TransactionRefusal: Error, Hashable, Sendable {
  /// The transaction or its signature is not valid on this chain.
  case invalid(TransactionError)
  /// The sender has sent a transaction with this nonce before.
  case nonceUsed(expected: UInt64, found: UInt64)
  /// Transactions of the sender are missing before this one.
  case nonceTooHigh(expected: UInt64, found: UInt64)
  /// The gas limit does not even cover admitting the transaction.
  case tooLittleGas(needed: UInt64, limit: UInt64)
  /// The gas limit is above what a block of this chain may use.
  case tooMuchGas(limit: UInt64, block: UInt64)
  /// The chain asks for more for a unit of gas.
  case priceTooLow(minimum: Integer, found: Integer)
  /// The chain has no fees, so gas has no price.
  case noFees
  /// The sender cannot pay for all the gas that the transaction may use.
  case cannotPayFee(needed: Integer, balance: Integer, asset: String)
  /// The module of a deployment is not one that may run.
  case moduleRefused(Refusal)
  /// The block has no room left for it; the next one may have.
  case blockFull
}

extension TransactionRefusal: CustomStringConvertible {
  /// What is wrong, on one line.
  public var description: String {
    switch self {
    case .invalid(let error): error.description
    case .nonceUsed(let expected, let found):
      "the nonce \(found) has been used; the next one of this account is \(expected)"
    case .nonceTooHigh(let expected, let found):
      "the nonce is \(found), but the next one of this account is \(expected)"
    case .tooLittleGas(let needed, let limit):
      "a gas limit of \(limit) does not cover the \(needed) that admitting the transaction takes"
    case .tooMuchGas(let limit, let block):
      "the gas limit is \(limit), and a whole block of this chain may use \(block)"
    case .priceTooLow(let minimum, let found):
      "the gas price is \(found), and this chain asks for \(minimum) at least"
    case .noFees: "this chain has no fees, so the gas price must be 0"
    case .cannotPayFee(let needed, let balance, let asset):
      "the gas may cost \(needed) of \(asset) (smallest unit), and the sender has \(balance)"
    case .moduleRefused(let refusal): "the module may not run: \(refusal)"
    case .blockFull: "the block has no room left for the transaction"
    }
  }
}
