import Bytecode
import Execution
import Integers
import Ledger

/// What a state knows of an asset, beside what all balances of it come to.
struct AssetTotals {
  /// The asset.
  let asset: Identifier
  /// What the state knows of it; nil if there is no such asset.
  let description: AssetDescription?
  /// The supply as it is stored.
  var supply: Integer = 0
  /// The sum of all balances.
  var sum: Integer = 0
  /// Accounts and contracts with a balance.
  var holders = 0

  /// Whether the balances come to the supply.
  var isConserved: Bool { supply == sum && description != nil }
}

/// The totals of all assets of a state, or of one, in the order of the assets.
///
/// The spaces of assets, supplies and balances have the same order, so one walk through them adds
/// everything up, and only one asset is in memory at a time.
struct AssetTotalsStream {
  private var assets: EntryStream
  private var supplies: EntryStream
  private var balances: EntryStream
  private let progress: ProgressLine?
  private var balanceCount = 0

  init(_ snapshot: LedgerSnapshot, of asset: Identifier? = nil, progress: ProgressLine? = nil) {
    self.progress = progress
    func stream(_ space: KeySpace) -> EntryStream {
      EntryStream(
        snapshot, prefix: asset.map { StateKey.prefix(space, of: $0) } ?? [space.rawValue])
    }
    assets = stream(.asset)
    supplies = stream(.supply)
    balances = stream(.balance)
  }

  /// The totals of the next asset; nil behind the last.
  mutating func next() throws -> AssetTotals? {
    let heads = [try assets.peek(), try supplies.peek(), try balances.peek()]
    guard let asset = heads.compactMap({ $0.flatMap(Self.asset) }).min() else { return nil }
    let record = try Self.take(&assets, of: asset)
    var totals = AssetTotals(
      asset: asset, description: record.flatMap { AssetDescription(stored: $0.value) })
    totals.supply = Integer(stored: try Self.take(&supplies, of: asset)?.value)
    while let balance = try Self.take(&balances, of: asset) {
      guard let sum = try? totals.sum.adding(Integer(stored: balance.value)) else {
        throw LedgerError.damaged("the balances of asset \(asset) are too large to be added")
      }
      totals.sum = sum
      totals.holders += 1
      balanceCount += 1
      progress?.show(balanceCount, "balances")
    }
    return totals
  }

  private static func take(
    _ stream: inout EntryStream, of asset: Identifier
  ) throws -> StoredEntry? {
    guard let entry = try stream.peek(), self.asset(of: entry) == asset else { return nil }
    return try stream.next()
  }

  private static func asset(of entry: StoredEntry) -> Identifier? {
    entry.key.count >= 33 ? Identifier(entry.key[1..<33]) : nil
  }
}
