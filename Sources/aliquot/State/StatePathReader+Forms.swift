import Bytecode
import Execution

/// Paths that are written as a word and what it is of: `balance(USD, alice)`.
extension StatePathReader {
  /// What stands between the parentheses of a form.
  mutating func form(_ name: String) throws(CommandFailure) -> StatePath.Target {
    switch name {
    case "total": return .value(try total(), component: nil)
    case "balance":
      let asset = try asset(of: name)
      guard scanner.skip(",") else { return .balances(of: asset) }
      return .value(.balance(asset: asset, holder: try address(of: name)), component: nil)
    case "supply": return .value(.supply(try asset(of: name)), component: nil)
    case "holder": return .value(.holder(try asset(of: name)), component: nil)
    case "asset": return .value(.asset(try asset(of: name)), component: nil)
    case "admits":
      let contract = try address(of: name)
      guard scanner.skip(",") else { throw scanner.failure("expected \",\" and an issuer") }
      return .value(
        .admission(contract: contract, issuer: try address(of: name)), component: nil)
    case "contract": return .value(.contract(try address(of: name)), component: nil)
    case "creations": return .value(.creations(by: try address(of: name)), component: nil)
    case "nonce": return .value(.nonce(of: try address(of: name)), component: nil)
    case "code":
      let digits = try argument(of: name)
      guard let hash = NameBook.identifier(digits) else {
        throw CommandFailure(
          .usage, "\"\(digits)\" is not the hash of code", help: "it is 64 hexadecimal digits")
      }
      return .value(.code(hash), component: nil)
    case "key":
      let digits = try argument(of: name)
      guard digits.hasPrefix("0x"), let bytes = Hexadecimal.decode(digits.dropFirst(2)) else {
        throw CommandFailure(
          .usage, "\"\(digits)\" is not a key", help: "it is 0x and hexadecimal digits in pairs")
      }
      return .value(StateKey(bytes), component: nil)
    default:
      throw .unknown(
        "form of a path", "\(name)(…)",
        among: Self.examples.keys.sorted().map { "\($0)(…)" }, status: .usage)
    }
  }

  private mutating func argument(of form: String) throws(CommandFailure) -> String {
    let argument = scanner.phrase(until: [",", ")"], orWords: [])
    guard !argument.isEmpty else {
      throw CommandFailure(
        .usage, "\(form)(…) lacks something in \"\(text)\"",
        help: "for example \(Self.examples[form] ?? "balance(USD, alice)")")
    }
    return argument
  }

  private static let examples = [
    "total": "total(shop.sums)", "balance": "balance(USD, alice)", "supply": "supply(USD)",
    "holder": "holder(registry.Passport[\"gpu-7\"])", "asset": "asset(USD)",
    "admits": "admits(shop, rules)", "contract": "contract(shop)",
    "creations": "creations(alice)", "code": "code(0x…)", "key": "key(0x…)",
    "nonce": "nonce(alice)",
  ]

  private mutating func asset(of form: String) throws(CommandFailure) -> Identifier {
    try names.asset(try argument(of: form))
  }

  private mutating func address(of form: String) throws(CommandFailure) -> Identifier {
    try names.book.read(try argument(of: form))
  }

  private mutating func total() throws(CommandFailure) -> StateKey {
    let (contract, path) = try owner(try argument(of: "total"))
    let found = try field(path, of: contract)
    guard found.field.isSummed, found.component == nil else {
      let summed = found.module.fields.filter(\.isSummed).map(\.name)
      throw CommandFailure(
        .usage, "\(names.book.text(contract)).\(path) has no total: it is not summed",
        help: summed.isEmpty ? nil : "summed are: \(summed.joined(separator: ", "))")
    }
    return .total(contract: contract, index: found.index)
  }
}
