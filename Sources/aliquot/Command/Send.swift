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
        aliquot send "25.50 USD" bob --as alice
        aliquot send "10 rig.Share" bob
        aliquot send '1 registry.Passport["gpu-7"]' vault
      """)

  @Argument(help: "An amount and its asset: \"25.50 USD\".") var amount: String
  @Argument(help: "Who receives it.") var receiver: String
  @OptionGroup var store: LedgerOptions
  @OptionGroup var signing: SigningOptions
  @OptionGroup var global: GlobalOptions

  func perform() throws -> Outcome {
    let session = try store.open()
    let names = try session.names()
    let payment = try names.reader.payment(.parse(amount))
    let transfer = AssetTransfer(
      asset: payment.asset, amount: payment.amount, receiver: try names.book.read(receiver))
    let sent = try TransactionSending(session: session, options: signing)
      .send([.transfer(transfer)])
    return SentReport.outcome(sent, global)
  }
}
