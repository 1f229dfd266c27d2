import ArgumentParser
import Bytecode
import Chain
import Execution
import Hosting
import Transactions
import Verification

/// Makes a contract on a ledger.
struct Deploy: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "deploy",
    abstract: "Make a contract on a ledger, and give it a name.",
    discussion: """
      Arguments are those of the contract's init, by name. `aliquot deploy FILE --help` lists them.

      Examples:
        aliquot deploy RevenueShares.alq token=USD shares=100 owner=alice --name rig --as operator
        aliquot deploy Shop.alq --dry-run owner=bob token=USD price="25.50 USD"
      """)

  @Argument(help: "A source or a module.") var file: String?
  @Argument(help: "Arguments of init as name=value.") var arguments: [String] = []
  @Option(help: ArgumentHelp("The contract's name; otherwise that of its code.", valueName: "name"))
  var name: String?
  @Option(help: ArgumentHelp("A payment that goes with it: \"25.50 USD\".", valueName: "payment"))
  var pay: [String] = []
  @OptionGroup var store: LedgerOptions
  @OptionGroup var signing: SigningOptions
  @OptionGroup var global: GlobalOptions
  @OptionGroup var help: HelpOption

  func validate() throws {
    if file == nil, !help.isWanted {
      throw ValidationError("Say which contract: a source or a module.")
    }
  }

  func perform() throws -> Outcome {
    guard let file else { throw CleanExit.helpRequest(self) }
    let loaded = try ContractLoading.load(file)
    let code = loaded.code
    if help.isWanted { return helpOutcome(code, file) }
    let session = try store.open()
    let names = try session.names()
    let label = try label(code, names)
    let invocation = try Invocation.parse("init", arguments, payments: pay)
    let parameters = code.module.export(named: "init")?.parameters ?? []
    let creation = ContractCreation(
      codeHash: code.codeHash, parameters: parameters.map { WireKind($0.kind, in: code.module) },
      arguments: try names.reader.values(
        invocation.arguments, for: parameters, of: "init", in: code.module),
      payments: try names.reader.payments(of: invocation))
    let isKnown = names.world.verifiedModule(code.codeHash) != nil
    let sent = try TransactionSending(
      session: session, options: signing, making: .init(name: label, code: code)
    ).send((isKnown ? [] : [.deploy(module: code.verified.encoded)]) + [.create(creation)])
    var outcome = SentReport.outcome(sent, global, result: ["name": .string(label)])
    try session.check()
    outcome.reports =
      loaded.reports.filter { global.verbose || $0.isError } + outcome.reports
    if outcome.status == .success, !signing.dryRun {
      outcome.remarks.append("\(label) stands; `aliquot call \(label) --help` tells what it can do")
    }
    return outcome
  }

  /// What making the contract takes.
  private func helpOutcome(_ code: ContractCode, _ file: String) -> Outcome {
    let help = ContractHelp(code: code, paint: global.paint(.output), width: Paragraph.width)
    let gas = AdmissionGas.deployment(of: code.verified)
    return Outcome(
      text: help.deploymentText(of: file, gas: gas),
      result: help.deploymentJSON(of: file, gas: gas))
  }

  /// The name given, which must be free, or that of the code with a number if need be.
  private func label(_ code: ContractCode, _ names: NamedWorld) throws -> String {
    guard let name else { return names.freeName(code.module.name) }
    try Label.check(name)
    guard names.book.address(name) == nil, !names.hasGenesisAsset(name) else {
      throw CommandFailure(
        .usage, "the name \"\(name)\" is taken", help: "give another one with --name")
    }
    return name
  }
}

/// What may be the name of a contract or an account in a ledger.
enum Label {
  /// Refuses a name that could not be told from something else.
  static func check(_ name: String) throws(CommandFailure) {
    let isWord =
      name.utf8.count <= Limits.nameLength && Invocation.isName(name) && !name.contains(".")
      && name.first.map { !$0.isNumber } ?? false
    guard isWord, NameBook.identifier(name) == nil else {
      throw CommandFailure(
        .usage, "\"\(name)\" cannot be a name",
        help: "letters, digits and _, a letter first; up to \(Limits.nameLength) of them")
    }
  }
}
