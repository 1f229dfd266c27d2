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
          help: help(with: failure, of: done, sent.names)))
    }
    outcome.result =
      ["dryRun": .bool(sent.header == nil), "transactions": .array(transactions)] + result
    return outcome
  }

  /// What whoever sent a transaction can do so that it does not fail like that.
  private static func help(
    with failure: Failure, of done: TransactionSending.Done, _ names: NamedWorld
  ) -> String? {
    let limit = done.transaction.gasLimit
    if failure.reason == .trap(.outOfGas), done.receipt.outcome.gasUsed == limit,
      limit < SigningOptions.defaultGas
    {
      return "the limit was \(Numbers.grouped(String(limit))): a higher --gas, or none"
    }
    return shortage(of: done, failure, names) ?? forgottenPayment(of: done, failure, names)
  }

  /// The payments that a function takes and was not given any of.
  private static func forgottenPayment(
    of done: TransactionSending.Done, _ failure: Failure, _ names: NamedWorld
  ) -> String? {
    guard case .declared = failure.reason, case .call(let call) = done.transaction.action,
      call.payments.isEmpty, failure.origin == call.target,
      let export = names.code(of: call.target)?.module.export(named: call.name),
      !export.payments.isEmpty
    else { return nil }
    let payments = export.payments.joined(separator: ", ")
    return "\(call.name) takes a payment (\(payments)), and none was attached: --pay \"25.50 USD\""
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
