import Bytecode
import Execution

/// A place in the state, as people name it: `escrow.jobs[7].payer`.
struct StatePath: Hashable {
  /// What a path leads to.
  enum Target: Hashable {
    /// Everything that a contract stores in its fields.
    case contract(Identifier)
    /// What is stored under one key; of a record perhaps one component.
    case value(StateKey, component: Int?)
    /// The entries of a map whose keys begin with these components, or with any.
    case entries(contract: Identifier, index: UInt8, components: [UInt8])
    /// The balances of all holders of an asset.
    case balances(of: Identifier)
  }

  /// What it leads to.
  let target: Target

  /// The bytes with which every key begins that the path leads to; for one value, its key.
  var prefix: [UInt8] {
    switch target {
    case .contract(let contract): StateKey.prefix(.field, of: contract)
    case .value(let key, _): key.bytes
    case .entries(let contract, let index, let components):
      StateKey.field(contract: contract, index: index, components: components).bytes
    case .balances(let asset): StateKey.prefix(.balance, of: asset)
    }
  }

  /// The key, if the path leads to one.
  var key: StateKey? {
    if case .value(let key, _) = target { key } else { nil }
  }

  /// The path that a text names.
  ///
  /// It is a contract, one of its fields, an entry of a map by the components of its key or all entries
  /// below the first of them, and a component of a record; or one of `total(shop.sums)`,
  /// `balance(USD, alice)`, `balance(USD)` for all holders, `supply(USD)`, `holder(rig.Passport["gpu-7"])`,
  /// `asset(USD)`, `admits(shop, rules)`, `contract(shop)`, `creations(alice)`, `nonce(alice)`, `code(0x…)`, and
  /// `key(0x…)` for any key by its bytes. Within a contract, its fields may be named as `@jobs`.
  static func read(
    _ text: String, in names: NamedWorld, inside contract: Identifier? = nil
  ) throws(CommandFailure) -> StatePath {
    var reader = StatePathReader(text: text, names: names, home: contract)
    return StatePath(target: try reader.read())
  }

  /// The text by which a key is read back: of any world, always.
  static func text(of key: StateKey, in names: NamedWorld) -> String {
    let text = StateText(names: names, isWhole: true).text(key, inside: nil)
    let isReadBack = (try? read(text, in: names))?.key == key
    return isReadBack ? text : "key(0x\(Hexadecimal.encode(key.bytes)))"
  }
}
