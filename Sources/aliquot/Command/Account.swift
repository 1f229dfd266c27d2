import ArgumentParser
import Bytecode
import Keystore
import Transactions

/// The commands about keys.
struct Account: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "account",
    abstract: "Make, list, import and export the keys of accounts.",
    discussion: """
      Every key is a file of its own, encrypted by a passphrase: NAME.key in the directory that --keys \
      or $ALIQUOT_KEYS names, else in ~/.aliquot/keys. A passphrase comes from --passphrase-file or \
      $ALIQUOT_PASSPHRASE_FILE, or it is asked for on the terminal; it never stands on the command line.

      The development accounts (alice, bob and more) need no file: everybody knows their keys, and only \
      chains for development take them.
      """,
    subcommands: [AccountNew.self, AccountList.self, AccountImport.self, AccountExport.self])
}

/// How a new account signs.
enum SchemeChoice: String, CaseIterable, ExpressibleByArgument {
  case ed25519, p256

  var scheme: AccountScheme {
    switch self {
    case .ed25519: .ed25519
    case .p256: .p256
    }
  }
}

/// Makes an account with a new key.
struct AccountNew: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Make an account with a new key.",
    discussion: """
      Examples:
        aliquot account new dana
        aliquot account new ops --scheme p256 --passphrase-file ops.txt
      """)

  @Argument(help: "The name of the account.")
  var name: String

  @Option(help: "How it signs: ed25519 or p256.")
  var scheme = SchemeChoice.ed25519

  @OptionGroup var keys: KeyOptions
  @OptionGroup var global: GlobalOptions

  func perform() throws -> Outcome {
    let store = try keys.directory.store()
    return try AccountText.outcome {
      try store.requireUnused(name)
      let account = try store.create(
        name, scheme: scheme.scheme, passphrase: keys.passphrase.source.passphrase(toMake: name))
      return AccountText.made(account, try store.path(ofAccountNamed: name))
    }
  }
}

/// Shows the accounts that there are.
struct AccountList: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the accounts of the key store, and those for development.",
    discussion: """
      No passphrase is needed. A file that cannot be used is reported, and the others are shown.

      Examples:
        aliquot account list
        aliquot account list --json | jq -r '.result.accounts[] | "\\(.name) \\(.address)"'
      """)

  @OptionGroup var directory: KeyDirectoryOptions
  @OptionGroup var global: GlobalOptions

  func perform() throws -> Outcome {
    let store = try directory.store()
    return try AccountText.outcome {
      var outcome = Outcome()
      var table = Table(["name", "scheme", "address", ""])
      var accounts: [JSON] = []
      for entry in try store.accounts() {
        switch entry.account {
        case .success(let account):
          table.add(
            account.name, account.scheme.keyword, AccountText.address(account.address), "")
          accounts.append(
            AccountText.json(
              account.name, account.publicKey, try store.path(ofAccountNamed: account.name)))
        case .failure(let error):
          let failure = CommandFailure(error)
          outcome.status = failure.status
          outcome.reports += failure.allReports
        }
      }
      for name in AccountKey.developmentNames {
        guard let key = Signer(developmentAccount: name)?.key else { continue }
        table.add(
          name, key.publicKey.scheme.keyword, AccountText.address(key.address),
          "everybody knows the key")
        accounts.append(AccountText.json(name, key.publicKey, nil))
      }
      outcome.text = table.text(paint: global.paint(.output))
      outcome.result = [
        "directory": .string(store.directory), "accounts": .array(accounts),
      ]
      return outcome
    }
  }
}

/// What the commands about keys tell.
enum AccountText {
  /// Does work with a key store, whose errors become those of commands.
  static func outcome(_ work: () throws -> Outcome) throws -> Outcome {
    do {
      return try work()
    } catch let error as KeystoreError {
      throw CommandFailure(error)
    }
  }

  /// The result of making an account.
  static func made(_ account: KeystoreAccount, _ path: String) -> Outcome {
    var table = Table(["", ""])
    table.add("account", account.name)
    table.add("scheme", account.scheme.keyword)
    table.add("address", address(account.address))
    table.add("file", path)
    return Outcome(
      text: table.text(), result: json(account.name, account.publicKey, path),
      remarks: ["keep the file and its passphrase: without either of them the account is lost"])
  }

  /// An account for programs; those without a file are for development.
  static func json(_ name: String, _ key: AccountPublicKey, _ path: String?) -> JSON {
    [
      "name": .string(name), "scheme": .string(key.scheme.keyword),
      "address": .identifier(key.address), "publicKey": .bytes(key.bytes),
      "isDevelopment": .bool(key.scheme == .development),
      "file": path.map { .string($0) } ?? .null,
    ]
  }

  /// An address as other commands take it.
  static func address(_ address: Identifier) -> String { "0x\(address)" }
}
