import Bytecode
import Chain
import Execution
import Ledger
import Transactions

/// A ledger with the names for what is in it.
final class LedgerSession {
  /// The kinds of notes that this command keeps in a ledger.
  private enum NoteKind {
    static let account = "account"
    static let contract = "contract"
    static let source = "source"
  }

  /// The ledger.
  let ledger: Ledger
  /// Its path, as it was given.
  let path: String
  /// Where the keys of accounts are, whose names are known everywhere.
  let keys: KeyDirectory
  private var worlds: [LedgerWorld] = []

  init(_ ledger: Ledger, path: String, keys: KeyDirectory) {
    self.ledger = ledger
    self.path = path
    self.keys = keys
  }

  // MARK: - Names

  /// The state after the last block or at a height, with names.
  ///
  /// `check` says afterwards whether everything could be read.
  func names(at height: Int? = nil) throws -> NamedWorld {
    try LedgerFailure.translating {
      try names(of: ledger.snapshot(at: height).makeWorld())
    }
  }

  /// A world of this ledger with names.
  func names(of world: LedgerWorld) throws -> NamedWorld {
    worlds.append(world)
    return try names(in: world.world)
  }

  /// Any world with the names of this ledger.
  func names(in world: World) throws -> NamedWorld {
    try LedgerFailure.translating {
      let names = NamedWorld(
        world: world, book: ledger.genesis.isDevelopment ? .development : NameBook()
      ) { [ledger] hash in
        guard let note = try? ledger.note(kind: NoteKind.source, name: hash.bytes) else {
          return nil
        }
        return (try? SourceBundle(decoding: note.bytes))?.code()
      }
      names.feeAsset = ledger.genesis.feeAsset
      for asset in ledger.genesis.assets { names.addGenesisAsset(asset.name) }
      for account in keys.accounts { names.addAccount(account.name, account.address) }
      for (name, address) in try labels(NoteKind.account) { names.addAccount(name, address) }
      for (name, address) in try labels(NoteKind.contract) { names.addContract(name, address) }
      return names
    }
  }

  private func labels(_ kind: String) throws -> [(String, Identifier)] {
    try ledger.notes(kind: kind).map { note in
      guard let name = String(validating: note.name, as: UTF8.self),
        let address = Identifier(note.bytes)
      else { throw LedgerError.damaged("a name of a \(kind) is not one") }
      return (name, address)
    }
  }

  /// Throws if something could not be read in one of the worlds that were given out.
  func check() throws {
    try LedgerFailure.translating { for world in worlds { try world.check() } }
  }

  // MARK: - Keeping

  /// Keeps the name of a contract.
  func keep(contract name: String, _ address: Identifier) throws {
    try keep(Note(kind: NoteKind.contract, name: Array(name.utf8), bytes: address.bytes))
  }

  /// Keeps the name of an account.
  func keep(account name: String, _ address: Identifier) throws {
    try keep(Note(kind: NoteKind.account, name: Array(name.utf8), bytes: address.bytes))
  }

  /// Keeps the source of code, if there is one.
  func keepSource(of code: ContractCode) throws {
    guard let bundle = SourceBundle(code) else { return }
    try keep(
      Note(kind: NoteKind.source, name: code.codeHash.bytes, bytes: bundle.encoded()))
  }

  /// Forgets the names of contracts that are not there any more.
  func forgetNamesOfTheLost() throws {
    let names = try names()
    try LedgerFailure.translating {
      for (name, address) in names.contracts where names.world.codeHash(of: address) == nil {
        try ledger.removeNote(kind: NoteKind.contract, name: Array(name.utf8))
      }
    }
  }

  private func keep(_ note: Note) throws {
    try LedgerFailure.translating { try ledger.setNote(note) }
  }
}

// MARK: - The past

extension LedgerSession {
  /// A transaction of the past, executed once more under the eyes of a watcher.
  struct Replayed<Watcher> {
    /// The names in the world in which it ran.
    let names: NamedWorld
    /// What watched it.
    let watcher: Watcher
    /// The transaction.
    let transaction: Transaction
    /// What it did.
    let receipt: TransactionReceipt
    /// The block that holds it.
    let header: BlockHeader
  }

  /// Executes a transaction once more, as it was, under the eyes of a watcher.
  func replay<Watcher: ExecutionObserver>(
    _ id: Identifier, watcher make: (NamedWorld) -> Watcher
  ) throws -> Replayed<Watcher> {
    try LedgerFailure.translating {
      let replay = try ledger.replay(before: id)
      let names = try names(in: replay.world)
      let watcher = make(names)
      let transaction = replay.block.transactions[replay.position].transaction
      guard let receipt = try replay.executeNext(observer: watcher) else {
        throw LedgerError.noSuchTransaction(id)
      }
      return Replayed(
        names: names, watcher: watcher, transaction: transaction, receipt: receipt,
        header: replay.block.header)
    }
  }

  /// Executes a transaction once more, as it was, and records it.
  func record(_ id: Identifier, detail: TraceRecorder.Detail) throws -> Replayed<TraceRecorder> {
    try replay(id) { TraceRecorder(names: $0, detail: detail) }
  }
}
