import ArgumentParser
import Bytecode

/// Help on what a ledger holds, for the commands that call it.
enum FunctionHelp {
  /// Refuses to go on without the name of a function, unless help is wanted.
  static func requireName(_ name: String?, _ help: HelpOption, _ example: String) throws {
    if name == nil, !help.isWanted {
      throw ValidationError("Say which function of which contract, for example \(example).")
    }
  }

  /// The help on a contract, on one of its functions, or on the command where nothing is named.
  static func outcome(
    _ text: String?, of command: some ParsableCommand, _ store: LedgerOptions,
    _ global: GlobalOptions
  ) throws -> Outcome {
    guard let text else { throw CleanExit.helpRequest(command) }
    let name = try Invocation.parse(text, [], payments: []).function
    let session = try store.open(isReadOnly: true)
    let names = try session.names()
    let outcome: Outcome
    if let address = names.contract(name), let code = names.code(of: address) {
      let help = ContractHelp(code: code, paint: global.paint(.output), width: Paragraph.width)
      let label = names.book.wholeText(address)
      outcome = Outcome(
        text: help.text(of: label, address: address),
        result: help.json(of: label, address: address))
    } else {
      let (address, code, export) = try names.resolve(name)
      let help = ContractHelp(code: code, paint: global.paint(.output), width: Paragraph.width)
      let use = export.isView ? nil : try session.lastUse(of: export.name, in: address)
      outcome = Outcome(
        text: help.text(of: export, named: name, lastUse: use),
        result: help.json(of: export, named: name, lastUse: use))
    }
    try session.check()
    return outcome
  }
}
