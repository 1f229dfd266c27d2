import ArgumentParser
import Bytecode
import Transactions

/// Sends an asset to somebody.
struct Send: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "send",
    abstract: "Send an asset to an account or a contract.",
    discussion: """
      Examples:
        aliquot send 25.50 USD to bob --as alice
        aliquot send "10 rig.Share" bob
        aliquot send '1 registry.Passport["gpu-7"]' to vault
      """)

  @Argument(
    help: ArgumentHelp(
      "An amount, its asset, and who receives it: 25.50 USD to bob.", valueName: "words"))
  var words: [String]
  @OptionGroup var store: LedgerOptions
  @OptionGroup var signing: SigningOptions
  @OptionGroup var global: GlobalOptions

  func perform() throws -> Outcome {
    let session = try store.open()
    let names = try session.names()
    let (amount, receiver) = try Self.parts(words)
    let payment = try names.reader.payment(amount)
    let transfer = AssetTransfer(
      asset: payment.asset, amount: payment.amount, receiver: try names.book.read(receiver))
    let sent = try TransactionSending(session: session, options: signing)
      .send([.transfer(transfer)])
    let outcome = SentReport.outcome(sent, global)
    try session.check()
    return outcome
  }

  /// The amount and the receiver in `25.50 USD to bob`, in one word or many, with or without `to`.
  static func parts(
    _ words: [String]
  ) throws(CommandFailure) -> (amount: Invocation.Payment, receiver: String) {
    let text = words.joined(separator: " ")
    var scanner = TextScanner(text)
    var amount = try? scanner.payment(endingAt: ["to"])
    var receiver = scanner.skip(word: "to") ? scanner.rest : ""
    if receiver.isEmpty, words.count > 1, let last = words.last {
      amount = try? .parse(words.dropLast().joined(separator: " "))
      receiver = last
    }
    if let amount, !receiver.isEmpty, !receiver.contains(" ") { return (amount, receiver) }
    throw CommandFailure(
      .usage, "\"\(text)\" does not say what is sent and to whom",
      help: Numbers.helpWithComma(in: text) ?? "for example: 25.50 USD to bob")
  }
}
