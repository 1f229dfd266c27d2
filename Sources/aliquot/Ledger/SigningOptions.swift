import ArgumentParser
import Bytecode
import Chain
import Integers
import Transactions

/// Who acts, and what it may cost.
struct SigningOptions: ParsableArguments {
  /// The most gas that a transaction gets where nothing else is said.
  static let defaultGas: UInt64 = 100_000_000

  @Option(name: .customLong("as"), help: ArgumentHelp("Who acts.", valueName: "name"))
  var actor: String?

  @Option(
    help: ArgumentHelp(
      "The gas limit of a transaction; otherwise, where gas has a price, what it takes at present and a "
        + "quarter more."),
    transform: Self.option)
  var gas: UInt64?

  @Option(
    help: ArgumentHelp(
      "The price of a unit of gas: \"0.000002 USD\", or a number of the smallest unit.",
      valueName: "amount"))
  var gasPrice: String?

  @OptionGroup var passphrase: PassphraseOptions

  @Flag(help: "Show what would happen, and leave everything as it is.")
  var dryRun = false

  /// The gas limit that a text behind the word `gas` means.
  static func gas(_ text: String) throws(CommandFailure) -> UInt64 {
    guard let gas = Integer(decimal: text)?.asUInt64, (1...Limits.gas).contains(gas) else {
      throw CommandFailure(
        .usage, "\"\(text)\" is not a gas limit",
        help: "it is from 1 to \(Numbers.grouped(String(Limits.gas)))")
    }
    return gas
  }

  /// The gas limit that a text behind `--gas` means.
  static func option(_ text: String) throws -> UInt64 {
    do throws(CommandFailure) { return try gas(text) } catch {
      throw ValidationError(error.help ?? error.message)
    }
  }

  /// The name of who acts: the one that is given, or `alice` on a chain for development.
  func name(on genesis: Genesis) throws(CommandFailure) -> String {
    guard let name = actor ?? (genesis.isDevelopment ? "alice" : nil) else {
      throw CommandFailure(.usage, "nobody is named who acts", help: "add --as and an account")
    }
    return name
  }

  /// The key of who acts.
  func key(on genesis: Genesis, keys: KeyDirectory) throws -> AccountKey {
    try Signers(directory: keys, passphrase: passphrase.source).named(name(on: genesis)).key
  }

  /// The price of gas: the one given, or the least that the chain takes.
  func price(on genesis: Genesis) throws -> Integer {
    guard let gasPrice else { return genesis.fees?.minimumPrice ?? 0 }
    return try GasPrice.read(
      gasPrice, asset: genesis.assets.first { $0.name == genesis.fees?.asset })
  }
}
