import Bytecode
import Chain
import Hosting
import Transactions

extension TransactionText {
  // MARK: - Many

  /// A table of transactions, one on each line.
  func table(_ sent: [TransactionHistory.Entry], width: Int?) -> String {
    guard !sent.isEmpty else { return "" }
    var table = Table(
      ["height", "tx", "sender", "action", "result", "gas"], right: ["height", "gas"])
    for entry in sent {
      table.add(
        String(entry.header.height), NameBook.short(entry.transaction.id),
        names.book.text(entry.transaction.sender.address), action(entry.transaction),
        result(entry.receipt), Numbers.grouped(String(entry.receipt.outcome.gasUsed)))
    }
    return table.text(width: width, paint: paint)
  }

  private func result(_ receipt: TransactionReceipt) -> String {
    receipt.outcome.failure.map { FailureText(names: names).title($0) } ?? "ok"
  }

  /// A transaction for programs, without all that it did.
  func summaryJSON(_ sent: TransactionHistory.Entry) -> JSON {
    let transaction = sent.transaction
    let failure = sent.receipt.outcome.failure
    return [
      "id": .identifier(transaction.id), "height": .number(sent.header.height),
      "position": .number(sent.position), "time": .number(sent.header.time),
      "sender": .string(names.book.text(transaction.sender.address)),
      "senderAddress": .identifier(transaction.sender.address),
      "nonce": .string(String(transaction.nonce)), "action": .string(action(transaction)),
      "ok": .bool(failure == nil),
      "failure": failure.map { .string(FailureText(names: names).title($0)) } ?? .null,
      "gas": .gas(sent.receipt.outcome.gasUsed), "fee": .integer(sent.receipt.fee),
    ]
  }

  // MARK: - One

  /// A transaction, where it stands, what it asked for and what it did.
  func details(_ sent: TransactionHistory.Entry, path: [TraceRecorder.Place]) -> String {
    let transaction = sent.transaction
    let header = sent.header
    var table = Table(["", ""])
    table.add("transaction", "0x\(transaction.id)")
    table.add(
      "block", "\(header.height)  (\(Calendar.text(header.time))), \(place(sent))")
    table.add("sender", named(transaction.sender.address))
    table.add(
      "key",
      "0x\(Hexadecimal.encode(transaction.sender.bytes))  (\(transaction.sender.scheme))")
    table.add("nonce", String(transaction.nonce))
    table.add("size", Words.count(sent.block.transactions[sent.position].encoded().count, "byte"))
    table.add("gas limit", Numbers.grouped(String(transaction.gasLimit)))
    if let asset = names.feeAsset {
      table.add("gas price", names.amountText(transaction.gasPrice, of: asset))
    }
    return table.text() + "\n" + text(transaction, sent.receipt, header: header, path: path)
  }

  private func place(_ sent: TransactionHistory.Entry) -> String {
    "transaction \(sent.position + 1) of \(sent.block.transactions.count)"
  }

  private func named(_ address: Identifier) -> String {
    names.book.name(address).map { "\($0)  (0x\(address))" } ?? "0x\(address)"
  }

  /// A transaction with everything for programs.
  func json(_ sent: TransactionHistory.Entry, path: [TraceRecorder.Place]) -> JSON {
    json(sent.transaction, sent.receipt, header: sent.header, path: path)
      + [
        "block": .identifier(sent.header.hash), "position": .number(sent.position),
        "time": .number(sent.header.time),
        "scheme": .string("\(sent.transaction.sender.scheme)"),
        "publicKey": .bytes(sent.transaction.sender.bytes),
        "signature": .bytes(sent.block.transactions[sent.position].signature),
        "size": .number(sent.block.transactions[sent.position].encoded().count),
      ]
  }
}
