public import Bytecode
public import Integers
public import State

/// For each asset the sum of all balances, followed from block to block, which must be its supply.
public struct BalanceSums {
  private var sums: [Identifier: Integer] = [:]

  /// Sums of no balances at all.
  public init() {}

  /// The sums of all balances of a state.
  public init(of state: StateTable) {
    var key: [UInt8] = [KeySpace.balance.rawValue]
    while let slot = key.withUnsafeBytes({ state.slot(above: $0, orEqual: false) }) {
      key = Array(state.key(of: slot))
      guard key.first == KeySpace.balance.rawValue else { break }
      _ = add(key, before: nil, after: state.value(in: slot).map { Array($0) })
    }
  }

  /// The assets of which there is something.
  public var assets: [Identifier] { sums.keys.sorted() }

  /// The sum of all balances of an asset.
  public func sum(of asset: Identifier) -> Integer { sums[asset] ?? 0 }

  /// Takes changes into account, and gives the assets of which a balance or the supply changed, in order.
  public mutating func add(_ changes: [StateChange]) -> [Identifier] {
    Set(changes.compactMap { add($0.key, before: $0.before, after: $0.after) }).sorted()
  }

  /// A sum that would be too large stays as it is, and so is not the supply.
  private mutating func add(_ key: [UInt8], before: [UInt8]?, after: [UInt8]?) -> Identifier? {
    guard let space = key.first.flatMap(KeySpace.init), key.count >= 33,
      space == .balance || space == .supply, let asset = Identifier(key[1..<33])
    else { return nil }
    if space == .balance,
      let sum = try? sum(of: asset).adding(Conservation.gain(from: before, to: after))
    {
      sums[asset] = sum.isZero ? nil : sum
    }
    return asset
  }
}

extension World {
  /// The assets that exist, in the order of their identifiers.
  public var assets: [Identifier] {
    var assets: [Identifier] = []
    var key: [UInt8] = [KeySpace.asset.rawValue]
    while let slot = key.withUnsafeBytes({ state.slot(above: $0, orEqual: false) }) {
      key = Array(state.key(of: slot))
      guard key.first == KeySpace.asset.rawValue, let asset = Identifier(key[1...]) else { break }
      assets.append(asset)
    }
    return assets
  }
}
