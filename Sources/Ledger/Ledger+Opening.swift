import Bytecode
public import Chain
import Commitment
import Foundation
import GRDB

/// How ledgers are made, opened and closed.
extension Ledger {
  /// Makes a ledger that begins with a genesis.
  ///
  /// - Parameters:
  ///   - genesis: What it begins with.
  ///   - location: Where it is made; nothing may be there yet.
  ///   - patience: How long a call that writes waits for another process that writes.
  /// - Returns: The ledger, open for reading and writing.
  /// - Throws: A `LedgerError`.
  public static func create(
    _ genesis: Genesis, at location: Location, patience: Duration = .seconds(10)
  ) throws -> Ledger {
    do throws(GenesisError) { try genesis.check() } catch { throw LedgerError.genesis(error) }
    return try make(genesis, at: location, patience: patience) { _, _ in }
  }

  /// Makes a ledger, and lets a function write more into it before anybody else can see it.
  static func make(
    _ genesis: Genesis, at location: Location, patience: Duration,
    _ fill: (any DatabaseWriter, LedgerWriter) throws -> Void
  ) throws -> Ledger {
    let writer = LedgerWriter(genesis: genesis)
    guard case .file(let given) = location else {
      let database = try DatabaseQueue(
        configuration: StoreFile.configuration(
          isReadOnly: false, patience: patience, checksPages: false))
      try writer.begin(database)
      try fill(database, writer)
      return Ledger(database: database, path: nil, genesis: genesis)
    }
    let path = try StoreFile.plain(given)
    guard !FileManager.default.fileExists(atPath: path) else {
      throw LedgerError.exists(path: path)
    }
    try StoreFile.checkFolder(of: path)
    // Under another name until it is whole, so that nobody meets half a ledger.
    let draft = "\(path).\(UUID().uuidString).new"
    defer { StoreFile.remove(draft) }
    do {
      let database = try StoreFile.openForWriting(draft, patience: patience)
      defer { try? StoreFile.finish(database) }
      try writer.begin(database)
      try fill(database, writer)
      try StoreFile.finish(database)
      try StoreFile.moveIntoPlace(draft, path)
    } catch { throw StoreFile.translate(error) }
    return try open(location, patience: patience)
  }

  /// Opens a ledger, and checks that it is one: its format, its rules, its last block and the commitment
  /// to its state.
  ///
  /// A file that is refused is not changed.
  ///
  /// - Parameters:
  ///   - location: Where it is.
  ///   - isReadOnly: Whether it will only be read.
  ///   - patience: How long a call that writes waits for another process that writes.
  /// - Returns: The ledger.
  /// - Throws: A `LedgerError`.
  public static func open(
    _ location: Location, isReadOnly: Bool = false, patience: Duration = .seconds(10)
  ) throws -> Ledger {
    guard case .file(let given) = location else {
      throw LedgerError.system("what was in memory cannot be opened again")
    }
    let path = try StoreFile.plain(given)
    do {
      try StoreFile.check(path)
      let reading = try StoreFile.openReadOnly(path, patience: patience)
      let genesis = try reading.read { try inspect(StoreReader(db: $0), path) }
      if isReadOnly { return Ledger(database: reading, path: path, genesis: genesis) }
      let writing = try StoreFile.openForWriting(path, patience: patience)
      try reading.close()
      return Ledger(database: writing, path: path, genesis: genesis)
    } catch let error as DatabaseError where error.resultCode == .SQLITE_ERROR {
      throw LedgerError.damaged(error.message ?? "its tables are not those of a ledger")
    } catch { throw StoreFile.translate(error) }
  }

  /// Checks what a ledger cannot be used without, and gives its genesis.
  private static func inspect(_ reader: StoreReader, _ path: String) throws -> Genesis {
    guard let bytes = try reader.genesis() else { throw LedgerError.damaged("it has no genesis") }
    let genesis: Genesis
    do { genesis = try Genesis(decoding: bytes) } catch {
      throw LedgerError.damaged("the genesis, at \(error)")
    }
    guard genesis.schedule == MachineRules.identifier else {
      throw LedgerError.otherRules(path: path)
    }
    let head = try reader.head()
    guard head.chain == genesis.chain else {
      throw LedgerError.damaged("the genesis is not that of the last block")
    }
    let trie = try Trie(source: CommitmentPages { try reader.page(at: $0) })
    guard trie.root == head.stateRoot else {
      throw LedgerError.damaged(
        "the commitment to the state is not that of the last block, \(head.height)")
    }
    return genesis
  }

  /// Ends the use of the ledger: unless another process has it open, everything is in the one file, and
  /// others may move it.
  public func close() throws {
    finishSubscribers()
    do { try StoreFile.finish(database) } catch { throw StoreFile.translate(error) }
  }
}
