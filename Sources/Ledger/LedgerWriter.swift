import Bytecode
import Chain
import Commitment
import Execution
import GRDB
import Hosting
import State
import Transactions

/// Makes blocks and writes them: the executor with what it has in memory, and the connection it may use.
///
/// Whatever goes wrong, the executor is thrown away and made anew from what the database holds.
final class LedgerWriter {
  /// Keys that stay in memory from one block to the next.
  private static let keptKeys = 1 << 20

  private let genesis: Genesis
  private var executor: ChainExecutor?
  private var source: StoreSource?
  private var connection: Database?
  private let clock = ContinuousClock()
  /// Where the time went.
  private(set) var timings = LedgerTimings()

  init(genesis: Genesis) { self.genesis = genesis }

  // MARK: - The executor

  /// The executor at the last block, which another process may have made.
  private func executor(_ reader: StoreReader) throws -> ChainExecutor {
    let head = try reader.head()
    if let executor, executor.head == head { return executor }
    let source = makeSource()
    let executor = try ChainExecutor(
      genesis: genesis, state: StateTable(source: source), pages: pages, head: head,
      beacons: LedgerReading.beacons(before: head.height + 1, reader))
    guard executor.stateRoot == head.stateRoot else {
      throw LedgerError.damaged(
        "the commitment to the state is not that of the last block, \(head.height)")
    }
    self.source = source
    self.executor = executor
    return executor
  }

  private func makeSource() -> StoreSource {
    StoreSource(height: nil) { [unowned self] body in
      let start = clock.now
      defer { timings.reading += clock.now - start }
      guard let connection else { throw LedgerError.system("the state was read outside a block") }
      try body(StoreReader(db: connection))
    }
  }

  private var pages: CommitmentPages {
    CommitmentPages { [unowned self] path in
      guard let connection else { throw LedgerError.system("a page was read outside a block") }
      return try StoreReader(db: connection).page(at: path)
    }
  }

  private func forget() {
    executor = nil
    source = nil
  }

  // MARK: - Writing

  /// Runs a function in one transaction of the database, and forgets everything if it fails.
  private func write<Result>(
    _ database: any DatabaseWriter, _ body: (Database) throws -> Result
  ) throws -> Result {
    guard !database.configuration.readonly else { throw LedgerError.readOnly }
    do {
      var done = clock.now
      let result = try database.write { db in
        connection = db
        defer { connection = nil }
        let result = try body(db)
        done = clock.now
        return result
      }
      timings.sync += clock.now - done
      return result
    } catch {
      forget()
      throw StoreFile.translate(error)
    }
  }

  /// Makes the first block.
  func begin(_ database: any DatabaseWriter) throws {
    try write(database) { db in
      try StoreSchema.create(in: db)
      let writer = StoreWriter(db: db)
      try writer.writeGenesis(genesis)
      let executor = try ChainExecutor(
        genesis: genesis, state: StateTable(source: makeSource()), pages: pages, head: nil,
        beacons: [:])
      try writer.write(executor.sealGenesis()) { _ in "" }
    }
  }

  /// Makes a block of transactions that are not refused; none if all are.
  ///
  /// What is wrong with a transaction beside its signature is said first.
  func append(
    _ transactions: [SignedTransaction], _ verification: SignatureVerification,
    _ input: BlockInput?, to database: any DatabaseWriter
  ) throws -> Ledger.Appended {
    timings.verification += verification.elapsed
    var refused: [Ledger.RefusedTransaction] = []
    let sealed: ChainExecutor.Sealed? = try write(database) { db in
      let executor = try executor(StoreReader(db: db))
      guard let head = executor.head else { return nil }
      let start = clock.now
      let readBefore = timings.reading
      do throws(BlockRefusal) {
        try executor.open(input ?? BlockInput(after: head, genesis: genesis))
      } catch { throw LedgerError.block(error) }
      for (index, transaction) in transactions.enumerated() {
        do throws(TransactionRefusal) {
          if case .success(let verified) = verification.results[index] {
            try executor.execute(verified)
          } else {
            try executor.execute(transaction)
          }
        } catch {
          refused.append(Ledger.RefusedTransaction(index: index, reason: error))
        }
      }
      timings.execution += clock.now - start - (timings.reading - readBefore)
      try source?.check(executor.world)
      if refused.count == transactions.count, !transactions.isEmpty {
        try executor.abandon()
        forgetIfLarge()
        return nil
      }
      return try store({ try executor.seal() }, executor, db)
    }
    if sealed != nil { commit() }
    return Ledger.Appended(block: sealed?.block, refused: refused)
  }

  /// Executes a block that was made elsewhere, and writes it.
  func apply(
    _ header: BlockHeader, _ transactions: [SignedTransaction],
    _ verification: SignatureVerification, to database: any DatabaseWriter
  ) throws -> SealedBlock {
    timings.verification += verification.elapsed
    let sealed = try write(database) { db in
      let executor = try executor(StoreReader(db: db))
      do {
        guard let verified = verification.transactions else {
          return try store({ try executor.apply(header, transactions) }, executor, db)
        }
        return try store({ try executor.apply(header, verified) }, executor, db)
      } catch let refusal as BlockRefusal { throw LedgerError.block(refusal) }
    }
    commit()
    return sealed.block
  }

  /// A block that was made elsewhere, with its signatures verified.
  typealias VerifiedBlock = (header: BlockHeader, transactions: [VerifiedTransaction])

  /// Executes blocks that were made elsewhere, and writes all of them together or none.
  func apply(_ blocks: [VerifiedBlock], to database: any DatabaseWriter) throws {
    try write(database) { db in
      let executor = try executor(StoreReader(db: db))
      for (header, transactions) in blocks {
        do {
          _ = try store({ try executor.apply(header, transactions) }, executor, db)
        } catch let refusal as BlockRefusal {
          throw LedgerError.refusedBlock(height: header.height, refusal)
        }
        commit()
      }
    }
  }

  private func store(
    _ seal: () throws -> ChainExecutor.Sealed, _ executor: ChainExecutor, _ db: Database
  ) throws -> ChainExecutor.Sealed {
    let start = clock.now
    let sealed = try seal()
    let middle = clock.now
    try source?.check(executor.world)
    try StoreWriter(db: db).write(sealed) { event in
      LedgerReading.name(of: event, in: executor.world)
    }
    timings.commitment += middle - start
    timings.writing += clock.now - middle
    timings.blocks += 1
    timings.transactions += sealed.block.transactions.count
    timings.changes += sealed.changes.count
    return sealed
  }

  private func commit() {
    executor?.commit()
    timings.queries += source?.takeQueryCount() ?? 0
    forgetIfLarge()
  }

  /// Lets go of the state in memory when it has become large; no block may be open.
  private func forgetIfLarge() {
    if let state = executor?.world.state, state.knownCount > Self.keptKeys { state.forget() }
  }

  /// Where a ledger goes back to.
  enum Destination: Sendable {
    /// The last block at or below a height.
    case height(Int)
    /// The block of a snapshot.
    case snapshot(String)
  }

  /// Goes back to a block, which is looked for in the same moment.
  func goBack(
    to destination: Destination, in database: any DatabaseWriter
  ) throws -> BlockHeader {
    try write(database) { db in
      let reader = StoreReader(db: db)
      let height: Int
      switch destination {
      case .height(let number): height = number
      case .snapshot(let name):
        guard let mark = try reader.snapshots().first(where: { $0.name == name }) else {
          throw LedgerError.noSuchSnapshot(name)
        }
        height = mark.height
      }
      let header = try reader.standingHeader(atOrBelow: height)
      forget()
      try StoreWriter(db: db).goBack(to: header)
      return header
    }
  }

  /// Gives the last block a name.
  func markSnapshot(_ name: String, in database: any DatabaseWriter) throws -> SnapshotMark {
    try write(database) { db in
      let reader = StoreReader(db: db)
      guard try !reader.snapshots().contains(where: { $0.name == name }) else {
        throw LedgerError.snapshotExists(name)
      }
      let head = try reader.head()
      let mark = SnapshotMark(name: name, height: head.height, hash: head.hash)
      try StoreWriter(db: db).write(mark)
      return mark
    }
  }

  /// Writes something that is no block.
  func note(_ database: any DatabaseWriter, _ body: (StoreWriter) throws -> Void) throws {
    try write(database) { try body(StoreWriter(db: $0)) }
  }
}
