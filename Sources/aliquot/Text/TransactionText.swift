import Bytecode
import Chain
import Execution
import Hosting
import Integers
import Transactions

/// Writes transactions of a ledger: who did what, and what came of it.
struct TransactionText {
  /// The world whose names are used.
  let names: NamedWorld
  /// Colours.
  let paint: Paint

  private var values: ValueText { ValueText(names: names) }

  /// What a transaction was to do, on one line, without who sent it.
  func action(_ transaction: Transaction) -> String {
    switch transaction.action {
    case .deploy(let module):
      let name = declarations(of: transaction).module?.name ?? "a module"
      return "bring the code of \(name) (\(Numbers.grouped(String(module.count))) bytes)"
    case .create(let creation):
      let module = names.module(creation.codeHash)
      let parameters = module?.export(named: "init")?.parameters ?? []
      let list = module.map { values.list(creation.arguments, parameters, in: $0) } ?? "…"
      return "deploy \(module?.name ?? NameBook.short(creation.codeHash))(\(list))"
        + paid(creation.payments)
    case .call(let call):
      let code = names.code(of: call.target)
      let parameters = code?.module.export(named: call.name)?.parameters ?? []
      let list =
        code.map { values.list(call.arguments, parameters, in: $0.module) }
        ?? call.arguments.map(\.description).joined(separator: ", ")
      return "\(names.book.text(call.target)).\(call.name)(\(list))" + paid(call.payments)
    case .transfer(let transfer):
      return "send \(names.amountText(transfer.amount, of: transfer.asset)) to "
        + names.book.text(transfer.receiver)
    }
  }

  private func paid(_ payments: [AttachedPayment]) -> String {
    payments.isEmpty
      ? ""
      : " paying "
        + payments.map { names.amountText($0.amount, of: $0.asset) }.joined(separator: ", ")
  }

  /// The declared results of what a transaction calls, and the module that declares them.
  func declarations(of transaction: Transaction) -> (results: [Parameter], module: Module?) {
    switch transaction.action {
    case .deploy(let bytes):
      return ([], (try? Module.decode(bytes))?.module)
    case .create(let creation):
      let module = names.module(creation.codeHash)
      return ([Parameter(module?.name ?? "contract", .address)], module)
    case .call(let call):
      let module = names.code(of: call.target)?.module
      return (module?.export(named: call.name)?.results ?? [], module)
    case .transfer: return ([], nil)
    }
  }

  /// Who did what, what came of it, and where it stands.
  func text(
    _ transaction: Transaction, _ receipt: TransactionReceipt, header: BlockHeader?,
    path: [TraceRecorder.Place]
  ) -> String {
    let sender = names.book.text(transaction.sender.address)
    let place =
      header.map { "block \($0.height)  tx \(NameBook.short(transaction.id))" } ?? "dry run"
    let (results, module) = declarations(of: transaction)
    return paint.bold("\(sender): \(action(transaction))") + paint.faint("  \(place)") + "\n"
      + ReceiptText(names: names, paint: paint).text(
        receipt.outcome, results: results, in: module, path: path)
      + "  gas      \(Numbers.grouped(String(receipt.outcome.gasUsed)))\(fee(receipt))\n"
  }

  private func fee(_ receipt: TransactionReceipt) -> String {
    guard !receipt.fee.isZero, let asset = names.feeAsset else { return "" }
    return "  (\(names.amountText(receipt.fee, of: asset)))"
  }

  // MARK: - For programs

  /// A transaction with what it did.
  func json(
    _ transaction: Transaction, _ receipt: TransactionReceipt, header: BlockHeader?,
    path: [TraceRecorder.Place]
  ) -> JSON {
    let (results, module) = declarations(of: transaction)
    return [
      "id": .identifier(transaction.id), "height": header.map { .number($0.height) } ?? .null,
      "sender": .string(names.book.text(transaction.sender.address)),
      "senderAddress": .identifier(transaction.sender.address),
      "nonce": .string(String(transaction.nonce)),
      "action": .string(action(transaction)), "ok": .bool(receipt.outcome.failure == nil),
      "gasLimit": .gas(transaction.gasLimit), "gasPrice": .integer(transaction.gasPrice),
      "fee": .integer(receipt.fee), "schedule": .identifier(receipt.schedule),
    ]
      + ReceiptText(names: names, paint: .plain).json(
        receipt.outcome, results: results, in: module, path: path)
  }
}
