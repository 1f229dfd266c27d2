public import Bytecode
public import Hosting
public import Integers
public import State

/// What a ledger keeps in a world besides what contracts do: how often an account has spoken, and fees.
extension World {
  /// How many transactions an account has sent.
  public func nonce(of account: Identifier) -> UInt64 {
    Integer(stored: state.value(in: nonceSlot(of: account)).map { Array($0) }).asUInt64 ?? 0
  }

  /// Notes how many transactions an account has sent.
  public func setNonce(_ nonce: UInt64, of account: Identifier) {
    let slot = nonceSlot(of: account)
    Integer(nonce).encoded().withUnsafeBytes { state.write($0, to: slot) }
  }

  private func nonceSlot(of account: Identifier) -> StateTable.Slot {
    withUnsafeTemporaryAllocation(byteCount: 33, alignment: 8) { key in
      key[0] = KeySpace.nonce.rawValue
      if let base = key.baseAddress { account.store(to: base + 1) }
      return state.slot(for: UnsafeRawBufferPointer(key))
    }
  }

  /// Adds to a balance, or takes from it, without a hook and without a change of the supply.
  ///
  /// Whoever calls it sees to it that what one gains another loses. It gives whether there was enough.
  public func adjustBalance(of asset: Identifier, holder: Identifier, by amount: Integer) -> Bool {
    guard let balance = try? balance(of: asset, holder: holder).adding(amount),
      !balance.isNegative
    else { return false }
    state.write(
      balance.isZero ? nil : balance.encoded(),
      for: StateKey.balance(asset: asset, holder: holder).bytes)
    return true
  }

  /// Sets a supply, for the money of a genesis: whoever calls it gives balances the same sum.
  public func setSupply(_ supply: Integer, of asset: Identifier) {
    state.write(supply.encoded(), for: StateKey.supply(asset).bytes)
  }

  /// The balances that changed since a checkpoint, by asset and holder.
  public func balanceChanges(since checkpoint: StateTable.Checkpoint) -> [BalanceChange] {
    Conservation.balanceChanges(state.changes(since: checkpoint))
  }
}
