import Bytecode
import Execution

extension StoragePlace {
  /// The one value that a path leads to; `text` is what somebody wrote.
  static func one(_ path: StatePath?, _ text: String?) throws(CommandFailure) -> StoragePlace {
    switch path?.target {
    case .value(let key, let component):
      return StoragePlace(key: key, component: component)
    case .entries:
      throw many(text, "name an entry of it: `aliquot state \(text ?? "")` lists them")
    case .contract:
      throw many(text, "name a field of it: `aliquot state \(text ?? "")` lists them")
    case .balances:
      throw many(text, "name a holder: balance(USD, alice)")
    case nil:
      throw CommandFailure(
        .usage, "no path is given", help: "for example shop.jobs[7].payer or balance(USD, alice)")
    }
  }

  private static func many(_ text: String?, _ help: String) -> CommandFailure {
    CommandFailure(
      .usage, "\"\(text ?? "")\" means many values, and one is needed", help: help)
  }
}

extension StatePath {
  /// The contract whose fields the path leads to, if it does.
  var contract: Identifier? {
    switch target {
    case .contract(let contract), .entries(let contract, _, _): contract
    case .value(let key, _):
      switch key {
      case .field(let contract, _, _), .total(let contract, _): contract
      default: nil
      }
    case .balances: nil
    }
  }
}
