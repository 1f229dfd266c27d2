import ArgumentParser
import Bytecode
import Chain
import Execution
import Hosting
import Ledger
import Transactions

/// Lists transactions, or shows one.
struct TransactionCommand: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "tx",
    abstract: "List the last transactions of a ledger, or show one.",
    discussion: """
      The newest stands at the end of the list. An id is written with as many of its first digits as \
      make it the only one.

      Examples:
        aliquot tx
        aliquot tx --from alice --limit 5
        aliquot tx 0x39cb36d1
      """)

  @Argument(help: ArgumentHelp("The id of a transaction.", valueName: "id")) var id: String?
  @Option(help: ArgumentHelp("Only those that this account sent.", valueName: "name"))
  var from: String?
  @Option(help: ArgumentHelp("Transactions that are listed at most.", valueName: "count"))
  var limit = 20
  @OptionGroup var store: LedgerOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws { try PageOptions.check(limit) }

  func perform() throws -> Outcome {
    let session = try store.open(isReadOnly: true)
    let names = try session.names()
    let text = TransactionText(names: names, paint: global.paint(.output))
    guard let id else { return try list(session, text) }
    let sent = try session.sent(session.transaction(id))
    let path = try session.failurePath(of: sent)
    let outcome = Outcome(
      text: text.details(sent, path: path), result: text.json(sent, path: path))
    try session.check()
    return outcome
  }

  private func list(_ session: LedgerSession, _ text: TransactionText) throws -> Outcome {
    let sender = try from.map { try text.names.book.read($0) }
    var found: [TransactionHistory.Entry] = []
    let progress = ProgressLine("looking through", global)
    try LedgerFailure.translating {
      var seen = 0
      var history = TransactionHistory(session.ledger)
      // An account has sent as many as its nonce says, so that behind the first nothing is to be found.
      var left = sender.map { text.names.world.nonce(of: $0) } ?? .max
      while left > 0, found.count < limit, let entry = try history.next() {
        seen += 1
        progress.show(seen, "transactions")
        guard sender == nil || entry.transaction.sender.address == sender else { continue }
        found.append(entry)
        left -= 1
      }
    }
    progress.end()
    found.reverse()
    var outcome = Outcome(
      text: text.table(found, width: Descriptor.output.width),
      result: ["transactions": .array(found.map(text.summaryJSON))])
    if found.isEmpty {
      outcome.remarks = [
        from.map { "\($0) has sent nothing" } ?? "there are no transactions yet"
      ]
    }
    try session.check()
    return outcome
  }
}
