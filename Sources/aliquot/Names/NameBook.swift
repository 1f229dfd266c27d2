import Bytecode
import Transactions

/// Names of accounts and contracts, both ways.
struct NameBook {
  /// The accounts that every development world has.
  static let developmentAccounts = AccountKey.developmentNames

  private var addresses: [String: Identifier] = [:]
  private var names: [Identifier: String] = [:]
  /// All names, in the order of their making.
  private(set) var all: [String] = []

  /// Makes an empty book.
  init() {}

  /// A book with the development accounts.
  static var development: NameBook {
    var book = NameBook()
    for name in developmentAccounts { book.add(name, account(name)) }
    return book
  }

  /// The address of the development account with a name.
  static func account(_ name: String) -> Identifier {
    Identifier.developmentAccount(named: name)
  }

  /// Gives an address a name; another address that had it loses it.
  mutating func add(_ name: String, _ address: Identifier) {
    if let old = addresses[name] { names[old] = nil } else { all.append(name) }
    addresses[name] = address
    names[address] = name
  }

  /// The address that a name stands for.
  func address(_ name: String) -> Identifier? { addresses[name] }

  /// The name of an address, if it has one.
  func name(_ address: Identifier) -> String? {
    address.isZero ? "zero_address" : names[address]
  }

  /// The name of an address, or the beginning and the end of its digits.
  func text(_ address: Identifier) -> String { name(address) ?? Self.short(address) }

  /// The name of an address if it can be read back, or all its digits.
  func wholeText(_ address: Identifier) -> String {
    guard let name = name(address), TextScanner.isPath(name), (try? read(name)) == address else {
      return "0x\(address)"
    }
    return name
  }

  /// The beginning and the end of the digits of an identifier.
  static func short(_ identifier: Identifier) -> String {
    let digits = identifier.description
    return "0x\(digits.prefix(8))…\(digits.suffix(4))"
  }

  /// The address that a text means: a name or 64 hexadecimal digits.
  func read(_ text: String) throws(CommandFailure) -> Identifier {
    if text == "zero_address" { return .zero }
    if let address = addresses[text] { return address }
    if let address = Self.identifier(text) { return address }
    throw .unknown("account or contract", text, among: all)
  }

  /// The identifier that 64 hexadecimal digits are, with or without `0x`.
  static func identifier(_ text: String) -> Identifier? {
    Identifier(hexadecimal: text.hasPrefix("0x") ? text.dropFirst(2) : text[...])
  }
}
