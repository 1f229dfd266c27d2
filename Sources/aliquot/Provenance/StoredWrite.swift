import Bytecode
import Chain
import Transactions

/// A write of a stored value that stayed, and what did it.
struct StoredWrite {
  /// What wrote it.
  enum Cause: String {
    /// The chain began with it.
    case genesis
    /// An instruction of a contract.
    case instruction
    /// A payment that was attached to the transaction's call.
    case payment
    /// The transaction sends an asset.
    case transfer
    /// The transaction makes a contract.
    case creation
    /// The transaction brings code.
    case deployment
    /// The transaction counts among those of its sender.
    case count
    /// The sender pays for gas.
    case fee
    /// Before the transaction runs, the sender lays down what its gas may cost.
    case reserve
    /// After it, what the gas did not cost comes back.
    case refund
    /// Somebody receives what the gas cost.
    case income
    /// The machine itself, for no reason that is known here.
    case machine

    /// The cause for people, where no line of a source did it.
    var text: String {
      switch self {
      case .genesis: "the genesis"
      case .instruction: "an instruction"
      case .payment: "attached payment"
      case .transfer: "transfer"
      case .creation: "creation of the contract"
      case .deployment: "deployment of the code"
      case .count: "count of the sender's transactions"
      case .fee: "fee"
      case .reserve: "gas reserved"
      case .refund: "gas returned"
      case .income: "fee received"
      case .machine: "the machine"
      }
    }
  }

  /// A transaction of a block.
  struct Origin {
    let position: Int
    let transaction: Transaction
  }

  /// What stood before; nil for nothing.
  let before: [UInt8]?
  /// What stands after; nil for nothing.
  let after: [UInt8]?
  /// What did it.
  let cause: Cause
  /// The functions that ran, outermost first, each at its instruction; none where no contract did it.
  let path: [TraceRecorder.Place]
  /// The block.
  let header: BlockHeader
  /// The transaction; nil for the genesis.
  let origin: Origin?
}
