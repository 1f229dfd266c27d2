import Transactions

/// Finds the keys of those who sign.
enum Signer {
  /// The key of an account by its name.
  static func named(_ name: String) throws -> AccountKey {
    guard NameBook.developmentAccounts.contains(name) else {
      throw CommandFailure.unknown("account", name, among: NameBook.developmentAccounts)
    }
    return try AccountKey.development(named: name)
  }
}
