public import Bytecode
public import Transactions

/// The keys of accounts, each in a file of its own, encrypted by a passphrase.
///
/// A store is a directory. It holds nothing in memory, so any number of processes may use one directory.
/// Nothing that is there is ever changed or removed.
public struct Keystore: Sendable {
  /// What the names of the files end in.
  static let suffix = ".key"

  /// The directory, which is made with the first key.
  public let directory: String
  /// What it costs to try one passphrase of a key that is written from now on.
  public let cost: ScryptCost

  /// Names a store, and touches nothing.
  public init(directory: String, cost: ScryptCost = .standard) {
    self.directory = directory.isEmpty ? "." : directory
    self.cost = cost
  }

  // MARK: - What everybody may know

  /// The accounts in the order of their names, without any passphrase.
  ///
  /// A file that cannot be used is an entry with its error, and does not hide the others. A directory that
  /// is not there has no accounts.
  public func accounts() throws(KeystoreError) -> [KeystoreEntry] {
    try files().map { file in
      let name = String(file.dropLast(Self.suffix.utf8.count))
      do throws(KeystoreError) {
        return KeystoreEntry(name: name, account: .success(try account(named: name)))
      } catch {
        return KeystoreEntry(name: name, account: .failure(error))
      }
    }
  }

  /// The account of a name, without any passphrase.
  public func account(named name: String) throws(KeystoreError) -> KeystoreAccount {
    try document(AccountName(name)).account
  }

  /// The file of an account, whether it is there or not.
  public func path(ofAccountNamed name: String) throws(KeystoreError) -> String {
    path(try AccountName(name))
  }

  /// Refuses a name that no account can have, or that one has.
  ///
  /// This is for asking before any work is done; what makes an account asks once more.
  public func requireUnused(_ name: String) throws(KeystoreError) {
    let name = try AccountName(name)
    guard try PrivateDirectory.isThere(directory), PrivateFile.exists(path(name)) else { return }
    throw .accountExists(name.text, path: path(name))
  }

  // MARK: - Keys

  /// Makes an account with a new key.
  public func create(
    _ name: String, scheme: AccountScheme = .ed25519, passphrase: Passphrase
  ) throws(KeystoreError) -> KeystoreAccount {
    guard let key = try? AccountKey.random(scheme) else { throw .developmentKey(nil) }
    return try importKey(key, as: name, passphrase: passphrase)
  }

  /// Makes an account with a key that there is already.
  ///
  /// The keys of development accounts are refused: everybody could spend what such an account has.
  public func importKey(
    _ key: AccountKey, as name: String, passphrase: Passphrase
  ) throws(KeystoreError) -> KeystoreAccount {
    try requireUnused(name)
    let name = try AccountName(name)
    try Self.requireSecret(key)
    let document = try KeyDocument(sealing: key, as: name, with: passphrase, cost: cost)
    if try !PrivateDirectory.isThere(directory) { try PrivateDirectory.make(directory) }
    do throws(KeystoreError) {
      try PrivateFile.create(path(name), Array(document.text.utf8))
    } catch .fileExists(let path) {
      throw .accountExists(name.text, path: path)
    }
    return document.account
  }

  /// The key of an account.
  public func key(
    named name: String, passphrase: Passphrase
  ) throws(KeystoreError) -> AccountKey {
    let name = try AccountName(name)
    return try document(name).key(with: passphrase, path: path(name))
  }

  private static func requireSecret(_ key: AccountKey) throws(KeystoreError) {
    guard key.publicKey.scheme != .development else { throw .developmentKey(nil) }
    for name in AccountKey.developmentNames {
      if let known = try? AccountKey.development(named: name), known.seed == key.seed {
        throw .developmentKey(name)
      }
    }
  }

  // MARK: - Documents

  /// The file of an account, to be kept elsewhere: it is opened by the same passphrase.
  public func exportDocument(ofAccountNamed name: String) throws(KeystoreError) -> [UInt8] {
    Array(try document(AccountName(name)).text.utf8)
  }

  /// A document of an account that another passphrase opens.
  public func exportDocument(
    ofAccountNamed name: String, passphrase: Passphrase, documentPassphrase: Passphrase
  ) throws(KeystoreError) -> [UInt8] {
    let key = try key(named: name, passphrase: passphrase)
    let document = try KeyDocument(
      sealing: key, as: AccountName(name), with: documentPassphrase, cost: cost)
    return Array(document.text.utf8)
  }

  /// Makes an account of a document, whatever name it had.
  ///
  /// The passphrase of the document stays that of the account, unless there is another one. The source says
  /// where the document comes from, for errors.
  public func importDocument(
    _ bytes: [UInt8], from source: String, as name: String, documentPassphrase: Passphrase,
    passphrase: Passphrase? = nil
  ) throws(KeystoreError) -> KeystoreAccount {
    try requireUnused(name)
    let document = try KeyDocument(reading: bytes, of: source)
    let key = try document.key(with: documentPassphrase, path: source)
    return try importKey(key, as: name, passphrase: passphrase ?? documentPassphrase)
  }

  /// Writes a document to a file that was not there, which nobody but its owner may read.
  public static func write(
    _ document: [UInt8], toNewFile path: String
  ) throws(KeystoreError) {
    try PrivateFile.create(path, document)
  }

  // MARK: - Files

  private func path(_ name: AccountName) -> String { "\(directory)/\(name)\(Self.suffix)" }

  private func files() throws(KeystoreError) -> [String] {
    guard try PrivateDirectory.isThere(directory) else { return [] }
    return try PrivateDirectory.names(in: directory, endingIn: Self.suffix)
  }

  private func document(_ name: AccountName) throws(KeystoreError) -> KeyDocument {
    guard try PrivateDirectory.isThere(directory), PrivateFile.exists(path(name)) else {
      throw .noSuchAccount(
        name.text, directory: directory,
        candidates: try files().map { String($0.dropLast(Self.suffix.utf8.count)) })
    }
    let bytes = try PrivateFile.read(path(name), limit: KeyDocument.lengthMax)
    let document = try KeyDocument(reading: bytes, of: path(name))
    guard document.name == name else {
      throw .malformed(
        path: path(name), "it is that of the account \(document.name.text.debugDescription)")
    }
    return document
  }
}

/// What everybody may know of an account.
public struct KeystoreAccount: Hashable, Sendable {
  /// Its name in the store.
  public let name: String
  /// Its public key.
  public let publicKey: AccountPublicKey

  /// How it signs.
  public var scheme: AccountScheme { publicKey.scheme }
  /// Its address.
  public var address: Identifier { publicKey.address }
}

/// A file of a store.
public struct KeystoreEntry: Sendable {
  /// The name of the account, which is that of the file.
  public let name: String
  /// The account, or why the file cannot be used.
  public let account: Result<KeystoreAccount, KeystoreError>
}
