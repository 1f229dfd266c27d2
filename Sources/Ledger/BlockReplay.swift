public import Bytecode
public import Chain
public import Execution
import State
public import Transactions

/// An executor on the state after a block, whose blocks are never written.
private struct DetachedExecutor {
  let executor: ChainExecutor
  let source: StoreSource

  init(_ ledger: Ledger, after header: BlockHeader, _ input: BlockInput) throws {
    source = StoreSource(height: header.height) { body in try ledger.read(body) }
    executor = try ChainExecutor(
      genesis: ledger.genesis, state: StateTable(source: source),
      pages: CommitmentPages { _ in nil }, head: header,
      beacons: try ledger.read {
        try LedgerReading.beacons(before: header.height + 1, $0)
      })
    do throws(BlockRefusal) { try executor.open(input) } catch { throw LedgerError.block(error) }
  }
}

/// Transactions that are executed in the block that would come next, and of which nothing stays.
///
/// It is used by one thread at a time.
public final class DryRun {
  private let detached: DetachedExecutor

  /// The world that the transactions run in.
  public var world: World { detached.executor.world }

  init(_ ledger: Ledger, _ input: BlockInput?) throws {
    let head = try ledger.head()
    detached = try DetachedExecutor(
      ledger, after: head, input ?? BlockInput(after: head, genesis: ledger.genesis))
  }

  /// Executes a transaction, watched by an observer if one is given, and gives the receipt that it would
  /// have.
  ///
  /// It throws a `TransactionRefusal` if the transaction would be refused.
  public func execute(
    _ transaction: SignedTransaction, observer: (any ExecutionObserver)? = nil
  ) throws -> TransactionReceipt {
    world.observer = observer
    defer { world.observer = nil }
    let receipt = try detached.executor.execute(transaction)
    try detached.source.check(world)
    return receipt
  }
}

/// A block that is executed once more, transaction by transaction, from the state before it: for traces,
/// for the debugger, and to find what wrote a value.
///
/// Nothing of it is written. It is used by one thread at a time.
public final class BlockReplay {
  /// The block.
  public let block: SealedBlock
  private let detached: DetachedExecutor
  /// How many transactions have been executed.
  public private(set) var position = 0

  /// The world that the transactions run in.
  public var world: World { detached.executor.world }

  init(_ ledger: Ledger, _ block: SealedBlock) throws {
    self.block = block
    detached = try DetachedExecutor(
      ledger, after: ledger.header(atOrBelow: block.height - 1),
      BlockInput(
        height: block.header.height, time: block.header.time, beacon: block.header.beacon))
  }

  /// Executes the next transaction, watched by an observer if one is given; nil if there is none left.
  ///
  /// It throws if the transaction does not do what its receipt says: then the ledger is damaged.
  @discardableResult
  public func executeNext(
    observer: (any ExecutionObserver)? = nil
  ) throws -> TransactionReceipt? {
    guard position < block.transactions.count else { return nil }
    world.observer = observer
    defer { world.observer = nil }
    let receipt: TransactionReceipt
    do throws(TransactionRefusal) {
      receipt = try detached.executor.execute(block.transactions[position])
    } catch {
      throw LedgerError.damaged(
        "transaction \(position) of block \(block.height) is refused: \(error)")
    }
    try detached.source.check(world)
    guard receipt == block.receipts[position] else {
      throw LedgerError.damaged(
        "transaction \(position) of block \(block.height) does not do what its receipt says")
    }
    position += 1
    return receipt
  }
}

extension Ledger {
  /// A dry run in the block that would come next, or in one with another height and time.
  public func dryRun(in input: BlockInput? = nil) throws -> DryRun { try DryRun(self, input) }

  /// The block at a height, to be executed once more from its beginning.
  public func replay(blockAt height: Int) throws -> BlockReplay {
    guard height > 0, let block = try block(at: height) else {
      throw LedgerError.noSuchHeight(height, head: try head().height)
    }
    return try BlockReplay(self, block)
  }

  /// The block of a transaction, executed up to it.
  public func replay(before transaction: Identifier) throws -> BlockReplay {
    let place = try place(of: transaction)
    let replay = try replay(blockAt: place.height)
    guard replay.block.transactions.indices.contains(place.position) else {
      throw LedgerError.damaged("block \(place.height) has no transaction \(place.position)")
    }
    while replay.position < place.position { try replay.executeNext() }
    return replay
  }
}
