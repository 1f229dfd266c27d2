import Bytecode
import Chain
import Execution
import Hosting
import Integers
import Ledger
import Transactions

/// Signs transactions of one account, and sends them or tries them out.
struct TransactionSending {
  /// What became of transactions that belong together.
  struct Sent {
    /// The names for what is there now.
    let names: NamedWorld
    /// What each did, in order; those behind a failure are missing.
    let done: [Done]
    /// The block, unless it was a dry run.
    let header: BlockHeader?
  }

  /// A transaction and what it did.
  struct Done {
    let transaction: Transaction
    let receipt: TransactionReceipt
    /// The way to a failure.
    let recording: TraceRecorder?
  }

  let session: LedgerSession
  let options: SigningOptions
  /// The contract that the last transaction makes, if it makes one.
  var making: Making?

  /// A contract that is to be made.
  struct Making {
    /// Its name.
    let name: String
    /// Its code.
    let code: ContractCode
  }

  /// Sends transactions in one block, or tries them out.
  func send(_ actions: [Transaction.Action]) throws -> Sent {
    let signed = try sign(actions)
    let sent: Sent
    do {
      sent = options.dryRun ? try tryOut(signed) : try append(signed)
    } catch let refusal as TransactionRefusal {
      throw RefusalText(
        genesis: session.ledger.genesis, sender: try options.name(on: session.ledger.genesis),
        isLimitGiven: options.gas != nil
      ).failure(refusal)
    } catch { throw LedgerFailure.of(error) }
    name(sent)
    return sent
  }

  /// Gives the contract that is made its name and its source, also where it does not stay.
  private func name(_ sent: Sent) {
    guard let making, let done = sent.done.last, case .create = done.transaction.action,
      let address = done.receipt.outcome.results?.first?.identifier
        ?? done.recording?.failurePath.first?.contract,
      sent.names.book.name(address) == nil
    else { return }
    sent.names.addAccount(making.name, address)
  }

  /// Keeps the source of code that is on the ledger now, and the name of the contract if it was made.
  private func keep(_ block: SealedBlock?) throws {
    guard let making, let block else { return }
    for (sent, receipt) in zip(block.transactions, block.receipts) {
      switch sent.transaction.action {
      case .deploy:
        if receipt.outcome.failure == nil { try session.keepSource(of: making.code) }
      case .create:
        guard let address = receipt.outcome.results?.first?.identifier else { continue }
        try session.keepSource(of: making.code)
        try session.keep(contract: making.name, address)
      case .call, .transfer: continue
      }
    }
  }

  private func sign(_ actions: [Transaction.Action]) throws -> [SignedTransaction] {
    let ledger = session.ledger
    let key = try options.key(on: ledger.genesis, keys: session.keys)
    let price = try options.price(on: ledger.genesis)
    let world = try LedgerFailure.translating { try ledger.snapshot().makeWorld() }
    var nonce = world.world.nonce(of: key.address)
    let estimate = GasEstimate(world: world.world, sender: key.address)
    return try actions.map { action in
      defer { nonce += 1 }
      func signed(gas: UInt64) throws -> SignedTransaction {
        do throws(TransactionError) {
          return try key.sign(
            Transaction(
              chain: ledger.chain, sender: key.publicKey, nonce: nonce, gasLimit: gas,
              gasPrice: price, action: action))
        } catch { throw CommandFailure(.refused, "the transaction cannot be made: \(error)") }
      }
      let most = try signed(gas: options.gas ?? SigningOptions.defaultGas)
      guard options.gas == nil, !price.isZero else { return most }
      let gas = estimate.gas(of: action, atMost: SigningOptions.defaultGas)
      try LedgerFailure.translating { try world.check() }
      return try signed(gas: gas + AdmissionGas.transaction(most))
    }
  }

  private func append(_ signed: [SignedTransaction]) throws -> Sent {
    let appended = try session.ledger.append(signed)
    let block = appended.block
    let receipts = block?.receipts ?? []
    try keep(block)
    if let refused = appended.refused.first { throw refused.reason }
    let names = try session.names()
    var done: [Done] = []
    for (transaction, receipt) in zip(block?.transactions ?? [], receipts) {
      let recording =
        receipt.outcome.failure == nil
        ? nil : try session.record(receipt.transaction, detail: .path).watcher
      done.append(
        Done(
          transaction: transaction.transaction, receipt: receipt, recording: recording))
    }
    return Sent(names: names, done: done, header: block?.header)
  }

  private func tryOut(_ signed: [SignedTransaction]) throws -> Sent {
    let trial = try session.ledger.dryRun()
    let names = try session.names(in: trial.world)
    if let making { names.addCode(making.code) }
    var done: [Done] = []
    for transaction in signed {
      let recorder = TraceRecorder(names: names, detail: .path)
      let receipt = try trial.execute(transaction, observer: recorder)
      done.append(
        Done(
          transaction: transaction.transaction, receipt: receipt,
          recording: receipt.outcome.failure == nil ? nil : recorder))
    }
    return Sent(names: names, done: done, header: nil)
  }
}
