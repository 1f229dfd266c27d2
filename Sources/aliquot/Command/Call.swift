import ArgumentParser
import Assembly
import Bytecode
import Execution
import Hosting
import Transactions

/// Calls a function of a contract on a ledger.
struct Call: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "call",
    abstract: "Call a function of a contract on a ledger.",
    discussion: """
      `aliquot call CONTRACT --help` lists what a contract can do, and `aliquot call CONTRACT.FUNCTION \
      --help` what a function takes.

      Examples:
        aliquot call rig.distribute --as operator --pay "300 USD"
        aliquot call escrow.open payee=bob amount="25.50 USD" --dry-run
        aliquot call 'escrow.open(payee: bob, amount: 25.50 USD) paying 25.50 USD'
      """)

  @Argument(help: "The contract and the function: escrow.open.") var function: String?
  @Argument(help: "Arguments as name=value.") var arguments: [String] = []
  @Option(help: ArgumentHelp("A payment of the call: \"25.50 USD\".", valueName: "payment"))
  var pay: [String] = []
  @OptionGroup var store: LedgerOptions
  @OptionGroup var signing: SigningOptions
  @OptionGroup var global: GlobalOptions
  @OptionGroup var help: HelpOption

  func validate() throws { try FunctionHelp.requireName(function, help, "escrow.open") }

  func perform() throws -> Outcome {
    guard let function, !help.isWanted else {
      return try FunctionHelp.outcome(function, of: self, store, global)
    }
    let session = try store.open()
    let names = try session.names()
    let invocation = try Invocation.parse(function, arguments, payments: pay)
    let call = try names.call(invocation)
    var signing = signing
    if let gas = invocation.gas { signing.gas = try SigningOptions.gas(gas) }
    let sent = try TransactionSending(session: session, options: signing).send([.call(call)])
    var outcome = SentReport.outcome(sent, global)
    try session.check()
    if try names.resolve(invocation.function).export.isView {
      outcome.remarks.append(
        "\(invocation.function) is a view; `aliquot view` asks it without a transaction")
    }
    return outcome
  }
}

/// Asks a view of a contract on a ledger, and leaves nothing behind.
struct View: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "view",
    abstract: "Ask a view of a contract on a ledger: nothing is signed, paid or changed.",
    discussion: """
      `aliquot view CONTRACT --help` lists what a contract can be asked, and `aliquot view \
      CONTRACT.VIEW --help` what a view takes.

      Examples:
        aliquot view rig.owed holder=alice
        aliquot view rig.owed holder=alice --at 12
      """)

  @Argument(help: "The contract and the view: rig.owed.") var function: String?
  @Argument(help: "Arguments as name=value.") var arguments: [String] = []
  @Option(help: ArgumentHelp("After the block of this height.", valueName: "height"))
  var at: Int?
  @Option(name: .customLong("as"), help: ArgumentHelp("Who asks.", valueName: "name"))
  var actor: String?
  @OptionGroup var store: LedgerOptions
  @OptionGroup var global: GlobalOptions
  @OptionGroup var help: HelpOption

  func validate() throws { try FunctionHelp.requireName(function, help, "rig.owed") }

  func perform() throws -> Outcome {
    guard let function, !help.isWanted else {
      return try FunctionHelp.outcome(function, of: self, store, global)
    }
    let session = try store.open(isReadOnly: true)
    let names = try session.names(at: at)
    let invocation = try Invocation.parse(function, arguments, payments: [])
    let (_, code, export) = try names.resolve(invocation.function)
    guard export.isView else {
      throw CommandFailure(
        .usage, "\"\(invocation.function)\" is not a view",
        help: "`aliquot call \(invocation.function) --dry-run` shows what it would do")
    }
    let call = try names.call(invocation)
    let receipt = names.world.view(
      call, by: try actor.map { try names.book.read($0) } ?? .zero)
    try session.check()
    let text = ReceiptText(names: names, paint: global.paint(.output))
    var outcome = Outcome()
    outcome.text = text.text(receipt, results: export.results, in: code.module, path: [])
    outcome.result = text.json(receipt, results: export.results, in: code.module, path: [])
    if let failure = receipt.failure {
      outcome.status = ExitStatus(failure)
      outcome.reports = [
        .message(
          .error, "\"\(invocation.text)\" failed: \(FailureText(names: names).title(failure))",
          help: nil)
      ]
    }
    return outcome
  }
}
