import Bytecode
import Keystore

/// Where keys are.
struct KeyDirectory {
  /// The directory that somebody named; without one, it is that of the home.
  var path: String?

  /// The key store.
  func store() throws(CommandFailure) -> Keystore {
    if let path { return Keystore(directory: path) }
    guard let home = Environment.variable("HOME"), !home.isEmpty else {
      throw CommandFailure(
        .usage, "there is no directory of keys, since HOME is not set",
        help: "give --keys DIR, or set ALIQUOT_KEYS")
    }
    return Keystore(directory: Path.join(home, ".aliquot/keys"))
  }

  /// The names and addresses of the accounts whose files can be read; those that are damaged are told by
  /// `account list`.
  var accounts: [(name: String, address: Identifier)] {
    guard let entries = try? store().accounts() else { return [] }
    return entries.compactMap { entry in
      (try? entry.account.get()).map { (entry.name, $0.address) }
    }
  }
}

extension CommandFailure {
  /// What a key store says, with the exit code that belongs to it.
  init(_ error: KeystoreError) {
    let status: ExitStatus =
      switch error {
      case .noSuchAccount: .notFound
      case .unusableName, .developmentName, .developmentKey, .emptyPassphrase, .passphraseTooLong,
        .passphraseWithZero:
        .usage
      case .accountExists, .fileExists, .wrongPassphrase, .malformed, .newerVersion, .tooOpen,
        .outOfMemory, .system:
        .failure
      }
    var help = error.advice
    switch error {
    case .noSuchAccount(let name, _, let candidates):
      let meant = Suggestion.nearest(to: name, among: candidates)
      help = meant.map { "did you mean \"\($0)\"?" } ?? help
    case .emptyPassphrase: help = "--no-passphrase says that this is meant"
    default: break
    }
    self.init(status, error.message, help: help)
  }
}
