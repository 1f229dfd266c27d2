import ArgumentParser
import Bytecode
import Keystore
import Transactions

/// Makes an account of a key that comes from elsewhere.
struct AccountImport: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Make an account of a secret, or of a document that export wrote.",
    discussion: """
      A secret is 32 bytes as 64 hexadecimal digits: the seed of Ed25519, or the scalar of P-256. A \
      document is opened by its passphrase, which is also that of the account from then on.

      Examples:
        aliquot account import dana --document dana.json
        aliquot account import ops --scheme p256 --seed-file seed.txt --passphrase-file ops.txt
      """)

  @Argument(help: "The name of the account.")
  var name: String

  @Option(
    help: ArgumentHelp("A file with the secret; - is standard input.", valueName: "file"))
  var seedFile: String?

  @Option(help: ArgumentHelp("A document; - is standard input.", valueName: "file"))
  var document: String?

  @Option(help: "How the account of a secret signs: ed25519 or p256; else ed25519.")
  var scheme: SchemeChoice?

  @OptionGroup var keys: KeyOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (seedFile == nil) != (document == nil) else {
      throw ValidationError("Give --seed-file or --document.")
    }
    if document != nil, scheme != nil {
      throw ValidationError("The document says how the account signs: leave --scheme out.")
    }
    if (seedFile ?? document) == "-", keys.passphrase.readsInput {
      throw ValidationError("Only one thing can be read from standard input.")
    }
  }

  func perform() throws -> Outcome {
    let store = try keys.directory.store()
    return try AccountText.outcome {
      try store.requireUnused(name)
      let account: KeystoreAccount
      if let document {
        let bytes = document == "-" ? try FileSystem.readInput() : try FileSystem.read(document)
        account = try store.importDocument(
          bytes, from: document == "-" ? "standard input" : document, as: name,
          documentPassphrase: keys.passphrase.source.passphrase(toOpen: "the document"))
      } else {
        let key = try readKey()
        account = try store.importKey(
          key, as: name, passphrase: keys.passphrase.source.passphrase(toMake: name))
      }
      return AccountText.made(account, try store.path(ofAccountNamed: name))
    }
  }

  private func readKey() throws(CommandFailure) -> AccountKey {
    let file = seedFile ?? "-"
    var digits =
      file == "-" && SecretPrompt.isPossible
      ? try SecretPrompt.ask("secret of \(name): ") : try SecretFile.line(file, "a secret")
    defer { SecretMemory.wipe(&digits) }
    let text = String(decoding: digits, as: UTF8.self)
    guard
      var seed = Hexadecimal.decode(text.hasPrefix("0x") ? text.dropFirst(2) : text[...]),
      seed.count == 32
    else {
      throw CommandFailure(
        .usage, "there is no secret in \(file == "-" ? "standard input" : "\"\(file)\"")",
        help: "a secret is 64 hexadecimal digits, on one line")
    }
    defer { SecretMemory.wipe(&seed) }
    do {
      return try AccountKey(scheme: scheme?.scheme ?? .ed25519, seed: seed)
    } catch {
      throw CommandFailure(
        .usage, "the secret is no key of P-256",
        help: "it must be a number from 1 on, below the order of the curve")
    }
  }
}

/// Gives an account away, encrypted or not.
struct AccountExport: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write an account's document, or its secret.",
    discussion: """
      The document is the encrypted file of the account, to standard output or to a new file. It keeps \
      its passphrase, unless there is a new one. `aliquot account import` takes it, under any name.

      Examples:
        aliquot account export dana > dana.json
        aliquot account export dana --document dana.json --new-passphrase
        aliquot account export dana --secret
      """)

  @Argument(help: "The name of the account.")
  var name: String

  @Option(help: ArgumentHelp("A new file for the document.", valueName: "file"))
  var document: String?

  @Flag(help: "Write the secret itself, as 64 hexadecimal digits.")
  var secret = false

  @Flag(help: "Ask the terminal for another passphrase of the document.")
  var newPassphrase = false

  @Option(
    help: ArgumentHelp(
      "A file with another passphrase of the document; - is standard input.", valueName: "file"))
  var newPassphraseFile: String?

  @OptionGroup var keys: KeyOptions
  @OptionGroup var global: GlobalOptions

  private var hasNewPassphrase: Bool { newPassphrase || newPassphraseFile != nil }

  func validate() throws {
    if secret, document != nil || hasNewPassphrase {
      throw ValidationError(
        "The secret goes to standard output, without a passphrase: give --secret alone.")
    }
    if newPassphrase, newPassphraseFile != nil {
      throw ValidationError("Give --new-passphrase or --new-passphrase-file, not both.")
    }
    if newPassphraseFile == "-", keys.passphrase.readsInput {
      throw ValidationError("Only one thing can be read from standard input.")
    }
  }

  func perform() throws -> Outcome {
    let store = try keys.directory.store()
    return try AccountText.outcome {
      let account = try store.account(named: name)
      guard !secret else {
        let key = try store.key(
          named: name, passphrase: keys.passphrase.source.passphrase(toOpen: name))
        let digits = Hexadecimal.encode(key.seed)
        return Outcome(
          text: digits + "\n",
          result: ["name": .string(name), "scheme": .string(account.scheme.keyword)]
            + ["secret": .string(digits)],
          remarks: ["whoever reads this has the account"])
      }
      let bytes = try makeDocument(store)
      guard let document, document != "-" else {
        let text = String(decoding: bytes, as: UTF8.self)
        return Outcome(
          text: text, result: ["name": .string(name), "document": .string(text)])
      }
      try Keystore.write(bytes, toNewFile: document)
      return Outcome(
        text: document + "\n", result: ["name": .string(name), "file": .string(document)])
    }
  }

  private func makeDocument(_ store: Keystore) throws -> [UInt8] {
    guard hasNewPassphrase else { return try store.exportDocument(ofAccountNamed: name) }
    let other = PassphraseSource(file: newPassphraseFile, option: "--new-passphrase-file")
    return try store.exportDocument(
      ofAccountNamed: name, passphrase: keys.passphrase.source.passphrase(toOpen: name),
      documentPassphrase: other.passphrase(toMake: "the document"))
  }
}
