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
/// for ten seconds at most; readers wait for nobody. Calls block their thread while the disk works.
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
  private let writer: Mutex<LedgerWriter>
  private let subscribers = Mutex<[Int: AsyncStream<SealedBlock>.Continuation]>([:])

  private init(database: any DatabaseWriter, genesis: Genesis, writer: sending LedgerWriter) {
    self.database = database
    self.genesis = genesis
    self.writer = Mutex(writer)
    chain = genesis.chain
  }

  deinit { finishSubscribers() }

  /// Ends all streams of blocks; outside the lock, since each one takes itself out of the list.
  private func finishSubscribers() {
    let continuations = subscribers.withLock { subscribers in
      defer { subscribers = [:] }
      return Array(subscribers.values)
    }
    for continuation in continuations { continuation.finish() }
  }

  // MARK: - Making and opening

  /// Makes a ledger that begins with a genesis.
  public static func create(_ genesis: Genesis, at location: Location) throws -> Ledger {
    do throws(GenesisError) { try genesis.check() } catch { throw LedgerError.genesis(error) }
    let writer = LedgerWriter(genesis: genesis)
    switch location {
    case .memory:
      let database = try DatabaseQueue(
        configuration: StoreFile.configuration(isReadOnly: false))
      try writer.begin(database)
      return Ledger(
        database: database, genesis: genesis, writer: LedgerWriter(genesis: genesis))
    case .file(let path):
      guard !FileManager.default.fileExists(atPath: path) else {
        throw LedgerError.exists(path: path)
      }
      // Under another name until it is whole, so that nobody meets half a ledger.
      let draft = "\(path).\(UUID().uuidString).new"
      defer { StoreFile.remove(draft) }
      do {
        let database = try StoreFile.open(draft)
        try writer.begin(database)
        try database.close()
        try StoreFile.moveIntoPlace(draft, path)
      } catch { throw StoreFile.translate(error) }
      return try open(.file(path))
    }
  }

  /// Opens a ledger, and checks that it is one: its format, its rules, its last block and the commitment
  /// to its state.
  public static func open(
    _ location: Location, isReadOnly: Bool = false
  ) throws -> Ledger {
    guard case .file(let path) = location else {
      throw LedgerError.system("what was in memory cannot be opened again")
    }
    try StoreFile.check(path)
    do {
      let database =
        isReadOnly ? try StoreFile.openReadOnly(path) : try StoreFile.open(path)
      let genesis = try database.read { db in
        let reader = StoreReader(db: db)
        guard let bytes = try reader.genesis() else {
          throw LedgerError.damaged("it has no genesis")
        }
        let genesis: Genesis
        do { genesis = try Genesis(decoding: bytes) } catch {
          throw LedgerError.damaged("the genesis, at \(error)")
        }
        guard genesis.schedule == MachineRules.identifier else {
          throw LedgerError.otherRules(path: path)
        }
        guard try reader.head().chain == genesis.chain else {
          throw LedgerError.damaged("the genesis is not that of the last block")
        }
        return genesis
      }
      return Ledger(
        database: database, genesis: genesis, writer: LedgerWriter(genesis: genesis))
    } catch { throw StoreFile.translate(error) }
  }

  /// Ends the use of the ledger: everything is in the one file, and others may move it.
  public func close() throws {
    finishSubscribers()
    do { try database.close() } catch { throw StoreFile.translate(error) }
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
    let appended = try writer.withLock {
      try $0.append(transactions, input, to: database)
    }
    if let block = appended.block { publish(block) }
    return appended
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
    let block = try writer.withLock { try $0.apply(header, transactions, to: database) }
    publish(block)
    return block
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

  private func publish(_ block: SealedBlock) {
    let continuations = subscribers.withLock { Array($0.values) }
    for continuation in continuations { continuation.yield(block) }
  }

  // MARK: - Snapshots by name

  /// Gives the last block a name to which `goBack` can return.
  @discardableResult
  public func markSnapshot(_ name: String) throws -> SnapshotMark {
    let existing = try snapshots()
    guard !existing.contains(where: { $0.name == name }) else {
      throw LedgerError.snapshotExists(name)
    }
    let head = try head()
    let mark = SnapshotMark(name: name, height: head.height, hash: head.hash)
    try writer.withLock { try $0.note(database) { try $0.write(mark) } }
    return mark
  }

  /// Goes back to a snapshot: the blocks after it are gone.
  ///
  /// Only a chain for development does that.
  public func goBack(to name: String) throws -> BlockHeader {
    guard let mark = try snapshots().first(where: { $0.name == name }) else {
      throw LedgerError.noSuchSnapshot(name)
    }
    return try goBack(toHeight: mark.height)
  }

  /// Goes back to a height: the blocks above it are gone.
  ///
  /// Only a chain for development does that.
  @discardableResult
  public func goBack(toHeight height: Int) throws -> BlockHeader {
    guard genesis.isDevelopment else { throw LedgerError.notForDevelopment }
    let header = try header(atOrBelow: height)
    try writer.withLock { try $0.goBack(to: header, in: database) }
    return header
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
