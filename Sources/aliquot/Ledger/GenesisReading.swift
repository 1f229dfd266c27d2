import Bytecode
import Chain
import Integers

/// Reads what a chain begins with.
enum GenesisReading {
  /// The asset that `USD decimals 6, 1_000 to alice` says.
  static func asset(_ text: String, _ book: NameBook) throws(CommandFailure) -> Genesis.Asset {
    guard case .asset(let name, let digits, let holdings) = try StepParser.parseAsset(text).action
    else { throw CommandFailure(.usage, "\"\(text)\" is not an asset") }
    guard let decimals = UInt8(digits), decimals <= Limits.decimals else {
      throw CommandFailure(
        .usage, "asset \(name) cannot have \"\(digits)\" decimals",
        help: "a number up to \(Limits.decimals)")
    }
    var asset = Genesis.Asset(name: name, decimals: decimals)
    for holding in holdings {
      guard let amount = Numbers.units(holding.amount, decimals: Int(decimals)),
        !amount.isNegative
      else {
        throw CommandFailure(
          .usage,
          "\"\(holding.amount)\" is not an amount of \(name), which has "
            + Words.count(Int(decimals), "decimal"),
          help: Numbers.helpWithComma(in: holding.amount))
      }
      asset.holdings.append(
        Genesis.Holding(holder: try book.read(holding.holder), amount: amount))
    }
    return asset
  }
}
