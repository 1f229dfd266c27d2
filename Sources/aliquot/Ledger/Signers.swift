import Bytecode
import Keystore
import Transactions

/// Who can sign: the development accounts by their names, and the accounts of a key store.
struct Signers {
  /// Where keys are; looked at only for names that are not those of development accounts.
  let directory: KeyDirectory
  /// Where the passphrase comes from.
  let passphrase: PassphraseSource

  /// The account of a name, with its key.
  func named(_ name: String) throws(CommandFailure) -> Signer {
    if let signer = Signer(developmentAccount: name) { return signer }
    let store = try directory.store()
    // A name that is not there is told before anybody is asked for a passphrase.
    _ = try address(named: name)
    let passphrase = try passphrase.passphrase(toOpen: name)
    do {
      return Signer(name: name, key: try store.key(named: name, passphrase: passphrase))
    } catch { throw CommandFailure(error) }
  }

  /// The address of a name, without any passphrase.
  func address(named name: String) throws(CommandFailure) -> Identifier {
    if let signer = Signer(developmentAccount: name) { return signer.key.address }
    do {
      return try directory.store().account(named: name).address
    } catch let error as KeystoreError {
      guard case .noSuchAccount(_, _, let known) = error else { throw CommandFailure(error) }
      throw .unknown("account", name, among: known + AccountKey.developmentNames)
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw CommandFailure(.failure, "\(error)")
    }
  }
}

/// Somebody who signs transactions.
struct Signer: Sendable {
  /// The account's name.
  let name: String
  /// The account's key.
  let key: AccountKey

  /// Whether everybody could sign for the account.
  var isDevelopment: Bool { key.publicKey.scheme == .development }
}

extension Signer {
  /// A development account, if the name is that of one.
  init?(developmentAccount name: String) {
    guard AccountKey.developmentNames.contains(name),
      let key = try? AccountKey.development(named: name)
    else { return nil }
    self.init(name: name, key: key)
  }
}
