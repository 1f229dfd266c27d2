import Bytecode
import Chain

/// Writes blocks of a ledger.
struct BlockText {
  /// The world whose names are used.
  let names: NamedWorld
  /// Colours.
  let paint: Paint
  /// Columns of the terminal.
  let width: Int?

  private var transactions: TransactionText { TransactionText(names: names, paint: paint) }

  // MARK: - Many

  /// A table of blocks, one on each line.
  func table(_ headers: [BlockHeader]) -> String {
    var table = Table(
      ["height", "time", "transactions", "gas", "hash"], right: ["height", "transactions", "gas"])
    for header in headers {
      table.add(
        String(header.height), Calendar.text(header.time),
        Numbers.grouped(String(header.transactionCount)),
        Numbers.grouped(String(header.gasUsed)), NameBook.short(header.hash))
    }
    return table.text(width: width, paint: paint)
  }

  /// A header for programs.
  func json(_ header: BlockHeader) -> JSON {
    [
      "height": .number(header.height), "hash": .identifier(header.hash),
      "parent": .identifier(header.parent), "time": .number(header.time),
      "beacon": .identifier(header.beacon), "transactionCount": .number(header.transactionCount),
      "gas": .gas(header.gasUsed), "transactionRoot": .identifier(header.transactionRoot),
      "receiptRoot": .identifier(header.receiptRoot), "stateRoot": .identifier(header.stateRoot),
    ]
  }

  // MARK: - One

  /// A block: its header, and of its transactions at most so many.
  func text(_ block: SealedBlock, limit: Int) -> String {
    let header = block.header
    var table = Table(["", ""])
    table.add("height", Numbers.grouped(String(header.height)))
    table.add("hash", "0x\(header.hash)")
    table.add("parent", "0x\(header.parent)")
    table.add("time", "\(header.time)  (\(Calendar.text(header.time)))")
    table.add("beacon", "0x\(header.beacon)")
    table.add("gas", Numbers.grouped(String(header.gasUsed)))
    table.add("transactions", "0x\(header.transactionRoot)")
    table.add("receipts", "0x\(header.receiptRoot)")
    table.add("state", "0x\(header.stateRoot)")
    var text = table.text()
    let shown = entries(block).prefix(limit)
    if !shown.isEmpty { text += "\n" + transactions.table(Array(shown), width: width) }
    let left = block.transactions.count - shown.count
    if left > 0 {
      text += paint.faint("… \(Words.count(left, "more")): --limit \(shown.count + left)") + "\n"
    }
    return text
  }

  /// A block for programs, with all its transactions.
  func json(_ block: SealedBlock) -> JSON {
    json(block.header) + ["transactions": .array(entries(block).map(transactions.summaryJSON))]
  }

  private func entries(_ block: SealedBlock) -> [TransactionHistory.Entry] {
    block.transactions.indices.map { TransactionHistory.Entry(block, $0) }
  }
}
