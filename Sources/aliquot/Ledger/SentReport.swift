import Assembly
import Bytecode
import Chain
import Execution
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
      if outcome.status == .success { outcome.status = ExitStatus(failure) }
      outcome.reports.append(
        .message(
          .error,
          "\"\(text.action(done.transaction))\" failed: "
            + FailureText(names: sent.names).title(failure),
          help: shortage(of: done, failure, sent.names)))
    }
    outcome.result =
      ["dryRun": .bool(sent.header == nil), "transactions": .array(transactions)] + result
    return outcome
  }

  /// What the sender has of what it was to pay, if that was too little.
  private static func shortage(
    of done: TransactionSending.Done, _ failure: Failure, _ names: NamedWorld
  ) -> String? {
    guard failure.reason == .trap(.insufficientBalance), failure.site == nil else { return nil }
    let payments: [AttachedPayment] =
      switch done.transaction.action {
      case .deploy: []
      case .create(let creation): creation.payments
      case .call(let call): call.payments
      case .transfer(let transfer):
        [AttachedPayment(asset: transfer.asset, amount: transfer.amount)]
      }
    let sender = done.transaction.sender.address
    let missing = payments.filter {
      names.world.balance(of: $0.asset, holder: sender) < $0.amount
    }
    guard !missing.isEmpty else { return nil }
    let held = missing.map {
      names.amountText(names.world.balance(of: $0.asset, holder: sender), of: $0.asset)
    }
    return "\(names.book.text(sender)) has \(held.joined(separator: " and "))"
  }

  /// That code which a contract needs is there now goes without saying.
  private static func isWorthTelling(_ done: TransactionSending.Done) -> Bool {
    if case .deploy = done.transaction.action { done.receipt.outcome.failure != nil } else { true }
  }
}
