import Bytecode
import Chain
import Hosting
import Transactions

extension LedgerSession {
  /// Transactions of the past that are looked through for the use of a function.
  private static let usesMax = 1_000

  /// What a function used the last time that an account called it and all went well, if that is not long
  /// ago.
  func lastUse(of function: String, in contract: Identifier) throws -> ContractHelp.Use? {
    try LedgerFailure.translating {
      var history = TransactionHistory(ledger)
      for _ in 0..<Self.usesMax {
        guard let entry = try history.next() else { return nil }
        guard case .call(let call) = entry.transaction.action, call.target == contract,
          call.name == function, entry.receipt.outcome.failure == nil
        else { continue }
        return ContractHelp.Use(
          gas: entry.receipt.outcome.gasUsed, height: entry.header.height)
      }
      return nil
    }
  }
}
