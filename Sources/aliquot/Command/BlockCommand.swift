import ArgumentParser
import Chain
import Ledger

/// Lists blocks, or shows one.
struct BlockCommand: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "block",
    abstract: "List the last blocks of a ledger, or show one with its transactions and roots.",
    discussion: """
      The newest stands at the end of the list. A block is named by its height, or by 0x and the first \
      digits of its hash.

      Examples:
        aliquot block
        aliquot block 12
        aliquot block 0x2f070994
      """)

  @Argument(help: ArgumentHelp("A height, or a hash.", valueName: "block")) var block: String?
  @Option(
    help: ArgumentHelp(
      "Blocks, or transactions of the one block, that are listed at most.", valueName: "count"))
  var limit = 20
  @OptionGroup var store: LedgerOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws { try PageOptions.check(limit) }

  func perform() throws -> Outcome {
    let session = try store.open(isReadOnly: true)
    let text = BlockText(
      names: try session.names(), paint: global.paint(.output), width: Descriptor.output.width)
    guard let block else {
      let headers = try LedgerFailure.translating { try session.ledger.headers(limit: limit) }
      return Outcome(
        text: text.table(headers.reversed()),
        result: ["blocks": .array(headers.reversed().map(text.json))])
    }
    let found = try session.block(block)
    let outcome = Outcome(text: text.text(found, limit: limit), result: text.json(found))
    try session.check()
    return outcome
  }
}
