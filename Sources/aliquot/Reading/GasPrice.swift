import Chain
import Integers

/// Prices of gas as people write them.
enum GasPrice {
  /// The price that `0.000002 USD` says, or a number of the smallest unit, in that unit.
  static func read(_ text: String, asset: Genesis.Asset?) throws(CommandFailure) -> Integer {
    if let price = Integer(decimal: text), !price.isNegative { return price }
    let words = text.split(separator: " ").map(String.init)
    if let asset, words.count == 2, words[1] == asset.name,
      let price = Numbers.units(words[0], decimals: Int(asset.decimals)), !price.isNegative
    {
      return price
    }
    throw CommandFailure(
      .usage, "\"\(text)\" is not a price of gas",
      help: "a number of the smallest unit" + (asset.map { ", or an amount of \($0.name)" } ?? ""))
  }

  /// A price with the name of the asset that fees are paid in.
  static func text(_ price: Integer, _ genesis: Genesis) -> String {
    let asset = genesis.assets.first { $0.name == genesis.fees?.asset }
    return "\(Numbers.amount(price, decimals: Int(asset?.decimals ?? 0))) \(asset?.name ?? "")"
  }
}
