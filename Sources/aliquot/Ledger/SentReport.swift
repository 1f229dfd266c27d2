import Assembly
import Bytecode
import Chain
import Hosting
import Transactions

/// What a command that sends transactions comes to.
enum SentReport {
  /// The outcome: what each transaction did, and the failure of the last.
  static func outcome(
    _ sent: TransactionSending.Sent, _ global: GlobalOptions, result: JSON = [:]
  ) -> Outcome {
    let text = TransactionText(names: sent.names, paint: global.paint(.output))
    var outcome = Outcome()
    var transactions: [JSON] = []
    for done in sent.done {
      let path = done.recording?.failurePath ?? []
      if isWorthTelling(done) || global.verbose {
        outcome.text += text.text(
          done.transaction, done.receipt, header: sent.header, path: path)
      }
      transactions.append(
        text.json(done.transaction, done.receipt, header: sent.header, path: path))
      guard let failure = done.receipt.outcome.failure else { continue }
      outcome.status = ExitStatus(failure)
      outcome.reports.append(
        .message(
          .error,
          "\"\(text.action(done.transaction))\" failed: "
            + FailureText(names: sent.names).title(failure), help: nil))
    }
    outcome.result =
      ["dryRun": .bool(sent.header == nil), "transactions": .array(transactions)] + result
    return outcome
  }

  /// That code which a contract needs is there now goes without saying.
  private static func isWorthTelling(_ done: TransactionSending.Done) -> Bool {
    if case .deploy = done.transaction.action { done.receipt.outcome.failure != nil } else { true }
  }
}
