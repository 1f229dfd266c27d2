import Bytecode
import Execution
import Integers
import Ledger

/// Answers who holds what after a block, in pages, and adds up what it shows.
struct AssetQuery {
  let snapshot: LedgerSnapshot
  let names: NamedWorld
  /// Rows of a page.
  let limit: Int
  /// Who is told how far it has come.
  var progress: ProgressLine?

  // MARK: - All assets

  /// An asset, or all assets of a class that have ids of their own.
  struct Group {
    /// The first asset.
    let asset: Identifier
    let description: AssetDescription?
    /// Assets in the class; nil for an asset that stands alone.
    var count: Int?
    var supply: Integer
    var sum: Integer
    var holders: Int
  }

  /// All assets of a state.
  struct Overview {
    var groups: [Group] = []
    /// Assets that are in no group because there are too many groups.
    var leftOut = 0
    /// The assets that are not conserved, the first ones.
    var broken: [AssetTotals] = []
  }

  /// Groups that are kept; of other assets only the sums are checked.
  private static let groupsMax = 10_000
  /// Assets that are not conserved and are named.
  private static let brokenMax = 20

  private struct GroupKey: Hashable {
    var issuer: Identifier
    var className: String
  }

  /// All assets: first those of the genesis, then those of contracts by name.
  func overview() throws -> Overview {
    var overview = Overview()
    var places: [GroupKey: Int] = [:]
    var stream = AssetTotalsStream(snapshot, progress: progress)
    while let totals = try stream.next() {
      if !totals.isConserved, overview.broken.count < Self.brokenMax {
        overview.broken.append(totals)
      }
      let isKeyed = !(totals.description?.id.isEmpty ?? true)
      let key = totals.description.map { GroupKey(issuer: $0.issuer, className: $0.className) }
      if isKeyed, let place = key.flatMap({ places[$0] }) {
        overview.groups[place].add(totals)
      } else if overview.groups.count < Self.groupsMax {
        if isKeyed, let key { places[key] = overview.groups.count }
        overview.groups.append(
          Group(
            asset: totals.asset, description: totals.description, count: isKeyed ? 1 : nil,
            supply: totals.supply, sum: totals.sum, holders: totals.holders))
      } else {
        overview.leftOut += 1
      }
    }
    overview.groups.sort { order($0) < order($1) }
    return overview
  }

  private func order(_ group: Group) -> (Int, String) {
    guard let description = group.description else { return (2, group.asset.description) }
    return (description.issuer.isZero ? 0 : 1, names.classText(description))
  }

  // MARK: - Pages

  /// What a holder has of an asset.
  struct Holding {
    let asset: Identifier
    /// Nil where many hold it, or nobody.
    let holder: Identifier?
    /// The balance, or the supply where no holder is named.
    let amount: Integer
    /// How many hold it, where no holder is named.
    var holders = 0
  }

  /// A page of holdings.
  struct Page {
    /// What the page is about.
    enum Subject {
      case asset(AssetTotals)
      case things(issuer: Identifier, AssetClass)
      case holder(Identifier)
      case balance(AssetTotals, holder: Identifier)
    }

    let subject: Subject
    var holdings: [Holding] = []
    /// Whether there are more behind the last.
    var isMore = false
    /// The assets shown that are not conserved.
    var broken: [AssetTotals] = []
  }

  /// The holders of an asset.
  func holders(of asset: Identifier, after last: Identifier?) throws -> Page {
    let totals = try totals(of: asset)
    var page = Page(subject: .asset(totals), broken: totals.isConserved ? [] : [totals])
    var stream = EntryStream(
      snapshot, prefix: StateKey.prefix(.balance, of: asset),
      after: last.map { StateKey.balance(asset: asset, holder: $0).bytes })
    while let entry = try stream.next() {
      guard case .balance(_, let holder) = StateKey(entry.key) else { continue }
      let holding = Holding(asset: asset, holder: holder, amount: Integer(stored: entry.value))
      guard add(holding, to: &page) else { break }
    }
    return page
  }

  /// The assets of a class that have ids of their own, each with its holder.
  func things(
    of declared: AssetClass, by issuer: Identifier, holder: Identifier?, after last: Identifier?
  ) throws -> Page {
    var page = Page(subject: .things(issuer: issuer, declared))
    try eachAsset(after: last) { asset, description in
      guard description.issuer == issuer, description.className == declared.name else {
        return true
      }
      let totals = try totals(of: asset)
      if !totals.isConserved { page.broken.append(totals) }
      let key = StateKey.holder(asset).bytes
      let found = try snapshot.entry(for: key).flatMap { Identifier($0.value) }
      var holding = Holding(
        asset: asset, holder: found, amount: totals.supply, holders: totals.holders)
      if let holder {
        let amount = try balance(asset, holder)
        guard !amount.isZero else { return true }
        holding = Holding(asset: asset, holder: holder, amount: amount)
      }
      return add(holding, to: &page)
    }
    return page
  }

  /// What a holder has.
  func holdings(of holder: Identifier, after last: Identifier?) throws -> Page {
    var page = Page(subject: .holder(holder))
    try eachAsset(after: last) { asset, _ in
      let amount = try balance(asset, holder)
      guard !amount.isZero else { return true }
      return add(Holding(asset: asset, holder: holder, amount: amount), to: &page)
    }
    return page
  }

  /// What a holder has of one asset.
  func balance(of asset: Identifier, holder: Identifier) throws -> Page {
    let totals = try totals(of: asset)
    return Page(
      subject: .balance(totals, holder: holder),
      holdings: [
        Holding(asset: asset, holder: holder, amount: try balance(asset, holder))
      ], broken: totals.isConserved ? [] : [totals])
  }

  /// Adds a row, unless the page is full.
  private func add(_ holding: Holding, to page: inout Page) -> Bool {
    page.isMore = page.holdings.count == limit
    if !page.isMore { page.holdings.append(holding) }
    return !page.isMore
  }

  private func eachAsset(
    after last: Identifier?, _ body: (Identifier, AssetDescription) throws -> Bool
  ) throws {
    var stream = EntryStream(
      snapshot, prefix: [KeySpace.asset.rawValue], after: last.map { StateKey.asset($0).bytes })
    while let entry = try stream.next() {
      guard case .asset(let asset) = StateKey(entry.key),
        let description = AssetDescription(stored: entry.value)
      else { continue }
      guard try body(asset, description) else { return }
    }
  }

  private func totals(of asset: Identifier) throws -> AssetTotals {
    var stream = AssetTotalsStream(snapshot, of: asset, progress: progress)
    return try stream.next() ?? AssetTotals(asset: asset, description: nil)
  }

  private func balance(_ asset: Identifier, _ holder: Identifier) throws -> Integer {
    let key = StateKey.balance(asset: asset, holder: holder).bytes
    return Integer(stored: try snapshot.entry(for: key)?.value)
  }
}

extension AssetQuery.Group {
  fileprivate mutating func add(_ totals: AssetTotals) {
    count = (count ?? 1) + 1
    supply = (try? supply.adding(totals.supply)) ?? supply
    sum = (try? sum.adding(totals.sum)) ?? sum
    holders += totals.holders
  }
}
