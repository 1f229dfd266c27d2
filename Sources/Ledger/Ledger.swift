public import Bytecode
public import Chain
import Foundation
import GRDB
import Synchronization
public import Transactions

/// A chain and its state in one file, or in memory: the place that contracts live in.
///
/// Transactions go in with `submit` or `append` and come back as blocks; what the ledger holds at any
/// height is read through snapshots. A block is written wholly or not at all, and when a call that
/// writes has returned, what it wrote survives the end of the process and the loss of power.
///
/// A ledger may be used by several threads and several processes at once. Writers wait for each other,
/// for ten seconds if nothing else is said; readers wait for nobody. Calls block their thread while the
/// disk works.
public final class Ledger: Sendable {
  /// Where a ledger is.
  public enum Location: Hashable, Sendable {
    /// In a file.
    case file(String)
    /// In memory, by the same code; it ends with the object.
    case memory
  }

  /// A transaction that did not get into a block.
  public struct RefusedTransaction: Hashable, Sendable {
    /// Its index among those that were given.
    public let index: Int
    /// Why.
    public let reason: TransactionRefusal
  }

  /// What `append` did.
  public struct Appended: Hashable, Sendable {
    /// The block; nil if all transactions were refused.
    public let block: SealedBlock?
    /// The transactions that were refused.
    public let refused: [RefusedTransaction]
  }

  /// What the chain began with.
  public let genesis: Genesis
  /// The chain.
  public let chain: Identifier
  let database: any DatabaseWriter
  /// The file; nil for a ledger in memory.
  let path: String?
  private let writer: Mutex<LedgerWriter>
  private let subscribers = Mutex<[Int: AsyncStream<SealedBlock>.Continuation]>([:])

  init(database: any DatabaseWriter, path: String?, genesis: Genesis) {
    self.database = database
    self.path = path
    self.genesis = genesis
    writer = Mutex(LedgerWriter(genesis: genesis))
    chain = genesis.chain
  }

  deinit { finishSubscribers() }

  /// Ends all streams of blocks; outside the lock, since each one takes itself out of the list.
  func finishSubscribers() {
    let continuations = subscribers.withLock { subscribers in
      defer { subscribers = [:] }
      return Array(subscribers.values)
    }
    for continuation in continuations { continuation.finish() }
  }

  // MARK: - Writing

  /// Makes a block of transactions, in this order, and writes it.
  ///
  /// Transactions that are refused are left out and named; if all are, there is no block. An empty list
  /// makes an empty block.
  ///
  /// - Parameters:
  ///   - transactions: The transactions, in the order that they run in: whoever calls decides it.
  ///   - input: Height, time and beacon; the next height, one block interval later if nil.
  /// - Returns: The block, and the transactions that are not in it.
  /// - Throws: A `LedgerError`, after which nothing has changed.
  public func append(
    _ transactions: [SignedTransaction], input: BlockInput? = nil
  ) throws -> Appended {
    try append(transactions, SignatureVerification(transactions), input)
  }

  /// Makes a block of transactions whose signatures are being verified already, and writes it.
  ///
  /// It does what `append` does with their array.
  public func append(batch: TransactionBatch, input: BlockInput? = nil) throws -> Appended {
    try append(batch.transactions, batch.finish(), input)
  }

  func append(
    _ transactions: [SignedTransaction], _ verification: SignatureVerification,
    _ input: BlockInput?
  ) throws -> Appended {
    try writer.withLock { writer in
      let appended = try writer.append(transactions, verification, input, to: database)
      if let block = appended.block { publish(block) }
      return appended
    }
  }

  /// Makes a block of one transaction, and gives what it did.
  ///
  /// It throws a `TransactionRefusal` if the transaction is refused.
  @discardableResult
  public func submit(_ transaction: SignedTransaction) throws -> TransactionReceipt {
    let appended = try append([transaction])
    if let refused = appended.refused.first { throw refused.reason }
    guard let receipt = appended.block?.receipts.first else {
      preconditionFailure("a transaction is in the block or refused")
    }
    return receipt
  }

  /// Executes a block that was made by another ledger of the same chain, and writes it if every figure in
  /// its header is right.
  @discardableResult
  public func apply(
    _ header: BlockHeader, _ transactions: [SignedTransaction]
  ) throws -> SealedBlock {
    let verification = SignatureVerification(transactions)
    return try writer.withLock { writer in
      let block = try writer.apply(header, transactions, verification, to: database)
      publish(block)
      return block
    }
  }

  /// Where the time of writing went.
  public var timings: LedgerTimings { writer.withLock { $0.timings } }

  // MARK: - Following

  /// The blocks that this object writes from now on.
  ///
  /// Blocks that other processes write are not among them. A subscriber that is slow loses none.
  public func blocks() -> AsyncStream<SealedBlock> {
    let (stream, continuation) = AsyncStream.makeStream(of: SealedBlock.self)
    let number = subscribers.withLock { subscribers in
      let number = (subscribers.keys.max() ?? 0) + 1
      subscribers[number] = continuation
      return number
    }
    continuation.onTermination = { [weak self] _ in
      self?.subscribers.withLock { $0[number] = nil }
    }
    return stream
  }

  /// Tells all who follow, in the order of the blocks, since whoever calls holds the writer.
  private func publish(_ block: SealedBlock) {
    let continuations = subscribers.withLock { Array($0.values) }
    for continuation in continuations { continuation.yield(block) }
  }

  // MARK: - Snapshots by name

  /// Gives the last block a name to which `goBack` can return.
  @discardableResult
  public func markSnapshot(_ name: String) throws -> SnapshotMark {
    try writer.withLock { try $0.markSnapshot(name, in: database) }
  }

  /// Goes back to a snapshot: the blocks after it are gone.
  ///
  /// Only a chain for development does that.
  @discardableResult
  public func goBack(to name: String) throws -> BlockHeader {
    try goBack(to: .snapshot(name))
  }

  /// Goes back to a height: the blocks above it are gone.
  ///
  /// Only a chain for development does that.
  @discardableResult
  public func goBack(toHeight height: Int) throws -> BlockHeader {
    try goBack(to: .height(height))
  }

  private func goBack(to destination: LedgerWriter.Destination) throws -> BlockHeader {
    guard genesis.isDevelopment else { throw LedgerError.notForDevelopment }
    return try writer.withLock { try $0.goBack(to: destination, in: database) }
  }

  // MARK: - Notes

  /// Keeps a note, in the place of one of the same kind and name.
  public func setNote(_ note: Note) throws {
    try writer.withLock { try $0.note(database) { try $0.write(note) } }
  }

  /// Removes a note, if there is one.
  public func removeNote(kind: String, name: [UInt8]) throws {
    try writer.withLock { try $0.note(database) { try $0.removeNote(kind: kind, name: name) } }
  }
}
