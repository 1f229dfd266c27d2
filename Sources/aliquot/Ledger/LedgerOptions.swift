import ArgumentParser
import Ledger

/// Which ledger a command works on.
struct LedgerOptions: ParsableArguments {
  /// The name of the file where nothing else is said.
  static let defaultPath = "aliquot.ledger"

  @Option(
    help: ArgumentHelp(
      "The ledger; otherwise $ALIQUOT_STORE, or aliquot.ledger here.", valueName: "file"))
  var store: String?

  @OptionGroup var keys: KeyDirectoryOptions

  /// The path of the ledger.
  var path: String { store ?? Environment.variable("ALIQUOT_STORE") ?? Self.defaultPath }

  /// Opens the ledger with the names of what is in it.
  func open(isReadOnly: Bool = false) throws -> LedgerSession {
    do {
      return try LedgerSession(
        Ledger.open(.file(path), isReadOnly: isReadOnly), path: path, keys: keys.directory)
    } catch { throw LedgerFailure.of(error) }
  }
}
