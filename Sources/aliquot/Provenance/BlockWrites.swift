import Bytecode
import Chain
import Execution
import Ledger
import State
import Transactions

/// Finds what wrote a key in a block, by executing the block once more.
struct BlockWrites {
  let ledger: Ledger
  let key: StateKey
  /// The names of the ledger, for the modules of the code that runs.
  let names: NamedWorld

  /// The writes of a block that stayed, in order; those that changed nothing are left out.
  ///
  /// From each one's value to the next one's there is no gap, whatever it was that wrote.
  func writes(at height: Int) throws -> [StoredWrite] {
    let replay = try ledger.replay(blockAt: height)
    var writes: [StoredWrite] = []
    while replay.position < replay.block.transactions.count {
      let origin = StoredWrite.Origin(
        position: replay.position,
        transaction: replay.block.transactions[replay.position].transaction)
      let before = replay.world.state.value(for: key.bytes)
      let observer = WriteObserver(key: key.bytes) { [names] in names.module($0) }
      let receipt = try replay.executeNext(observer: observer)
      // What a failed transaction wrote is gone, but not what was done to it from outside.
      let seen = receipt?.outcome.failure == nil ? observer.writes : []
      let after = replay.world.state.value(for: key.bytes)
      writes += self.writes(seen, from: before, to: after, by: origin, replay.block.header)
    }
    return writes
  }

  /// The writes of one transaction: those seen, and what the ledger did to the value without the machine.
  private func writes(
    _ seen: [WriteObserver.Seen], from start: [UInt8]?, to end: [UInt8]?,
    by origin: StoredWrite.Origin, _ header: BlockHeader
  ) -> [StoredWrite] {
    var writes: [StoredWrite] = []
    var current = start
    func add(_ new: [UInt8]?, _ cause: StoredWrite.Cause, _ path: [TraceRecorder.Place] = []) {
      defer { current = new }
      guard current != new else { return }
      writes.append(
        StoredWrite(
          before: current, after: new, cause: cause, path: path, header: header, origin: origin))
    }
    for write in seen {
      if write.before != current {
        add(write.before, cause(origin.transaction, isBefore: true, isAlone: false))
      }
      let cause = write.path.isEmpty ? cause(origin.transaction) : .instruction
      add(write.after, cause, write.path)
    }
    if current != end {
      add(end, cause(origin.transaction, isBefore: false, isAlone: seen.isEmpty))
    }
    return writes
  }

  /// Why the machine wrote the key before the first instruction of a transaction ran, or behind the last.
  private func cause(_ transaction: Transaction) -> StoredWrite.Cause {
    switch (transaction.action, key) {
    case (.transfer, _): .transfer
    case (.create, .balance), (.create, .holder), (.call, _): .payment
    case (.create, _): .creation
    case (.deploy, _): .deployment
    }
  }

  /// Why the ledger wrote the key before the machine ran, or after it.
  private func cause(
    _ transaction: Transaction, isBefore: Bool, isAlone: Bool
  ) -> StoredWrite.Cause {
    switch key {
    case .nonce: return .count
    case .code: return .deployment
    case .balance(_, let holder):
      guard holder == transaction.sender.address else { return .income }
      return isAlone ? .fee : isBefore ? .reserve : .refund
    default: return .machine
    }
  }
}
