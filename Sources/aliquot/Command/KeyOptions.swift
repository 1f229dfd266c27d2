import ArgumentParser
import Keystore

/// Where keys are, and what opens them.
struct KeyOptions: ParsableArguments {
  @OptionGroup var directory: KeyDirectoryOptions
  @OptionGroup var passphrase: PassphraseOptions
}

/// Where keys are.
struct KeyDirectoryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The directory of keys; else $ALIQUOT_KEYS, else ~/.aliquot/keys.", valueName: "dir"))
  var keys: String?

  /// The directory that the option or the environment names.
  var directory: KeyDirectory {
    let given = [keys, Environment.variable("ALIQUOT_KEYS")].compactMap { $0 }
    return KeyDirectory(path: given.first { !$0.isEmpty })
  }

  /// The key store.
  func store() throws(CommandFailure) -> Keystore { try directory.store() }
}

/// Where passphrases come from: never from the command line, which others can read.
struct PassphraseOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A file with the passphrase, - for standard input; else $ALIQUOT_PASSPHRASE_FILE; else the "
        + "terminal is asked.", valueName: "file"))
  var passphraseFile: String?

  @Flag(help: "The passphrase is empty: whoever can read the file has the key.")
  var noPassphrase = false

  func validate() throws {
    if noPassphrase, passphraseFile != nil {
      throw ValidationError("Give --passphrase-file or --no-passphrase, not both.")
    }
  }

  /// Whether the passphrase is read from standard input, so that nothing else can be.
  var readsInput: Bool { !noPassphrase && source.file == "-" }

  /// The source that the options and the environment name.
  var source: PassphraseSource {
    PassphraseSource(
      file: passphraseFile ?? Environment.variable("ALIQUOT_PASSPHRASE_FILE"),
      isEmpty: noPassphrase)
  }
}
