import Bytecode
import Hosting
import Integers
import State

/// The sums that no transaction changes: per asset, what balances gain is what the supply gains.
enum Conservation {
  /// Halts our own mistakes: the machine's rules keep the sums, so a difference is a bug in them.
  static func check(_ changes: [StateChange]) throws(Halt) {
    var differences: [Identifier: Integer] = [:]
    for change in changes {
      guard let space = change.key.first.flatMap(KeySpace.init), change.key.count >= 33,
        space == .balance || space == .supply,
        let asset = Identifier(change.key[1..<33])
      else { continue }
      let gained = gain(from: change.before, to: change.after)
      let signed = space == .balance ? gained : gained.negated()
      do {
        differences[asset] = try (differences[asset] ?? 0).adding(signed)
      } catch { throw Halt(.integerTooLarge) }
    }
    for (asset, difference) in differences {
      precondition(difference.isZero, "asset \(asset) is not conserved: \(difference)")
    }
  }

  /// How much more a stored integer is than another; nothing stored is zero.
  static func gain(from before: [UInt8]?, to after: [UInt8]?) -> Integer {
    (try? Integer(stored: after).subtracting(Integer(stored: before))) ?? 0
  }

  /// The balances among changes of the state.
  static func balanceChanges(_ changes: [StateChange]) -> [BalanceChange] {
    changes.compactMap { change in
      guard change.key.first == KeySpace.balance.rawValue, change.key.count == 65,
        let asset = Identifier(change.key[1..<33]), let holder = Identifier(change.key[33...])
      else { return nil }
      return BalanceChange(
        asset: asset, holder: holder, before: Integer(stored: change.before),
        after: Integer(stored: change.after))
    }
  }

  /// The addresses whose fields or balances changed, each once, in order.
  static func touchedContracts(_ changes: [StateChange]) -> [Identifier] {
    var touched = Set<Identifier>()
    for change in changes {
      switch change.key.first.flatMap(KeySpace.init) {
      case .field, .total, .contract:
        if let address = Identifier(change.key[1..<33]) { touched.insert(address) }
      case .balance:
        if let holder = Identifier(change.key[33...]) { touched.insert(holder) }
      default: break
      }
    }
    return touched.sorted()
  }
}
