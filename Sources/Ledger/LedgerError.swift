public import Bytecode
public import Chain

/// Why a ledger cannot do what it was asked; nothing in it has changed.
public enum LedgerError: Error, Hashable, Sendable {
  /// There is no file.
  case noLedger(path: String)
  /// There is a file already where a ledger was to be made.
  case exists(path: String)
  /// The file is something else.
  case notALedger(path: String, reason: String)
  /// The file was made by a later version.
  case newerFormat(path: String, found: Int, known: Int)
  /// The file's chain is run by other rules or prices than this machine's.
  case otherRules(path: String)
  /// The file ends before it should.
  case truncated(path: String, expected: Int, found: Int)
  /// Something in the file is not what was written: what, and where.
  case damaged(String)
  /// Another process writes, and did not end in time.
  case busy
  /// The file, or its folder, cannot be written.
  case readOnly
  /// The disk has no room left.
  case diskFull
  /// The system says no.
  case system(String)
  /// There is no such height, or not yet.
  case noSuchHeight(Int, head: Int)
  /// No block has this hash.
  case noSuchBlock(Identifier)
  /// No block holds this transaction.
  case noSuchTransaction(Identifier)
  /// There is no snapshot of this name.
  case noSuchSnapshot(String)
  /// There is a snapshot of this name already.
  case snapshotExists(String)
  /// No snapshot or note can be called so.
  case unusableName(String)
  /// Only a chain for development goes back.
  case notForDevelopment
  /// A chain cannot begin like this.
  case genesis(GenesisError)
  /// A block cannot follow the last.
  case block(BlockRefusal)
  /// A block of an export cannot follow the one before.
  case refusedBlock(height: Int, BlockRefusal)
  /// The bytes of an export are not one: where, and why.
  case malformedArchive(Refusal)
}

extension LedgerError: CustomStringConvertible {
  /// What is wrong, and what to do where that is known, on one line.
  public var description: String {
    switch self {
    case .noLedger(let path): "there is no ledger at \(Self.quoted(path))"
    case .exists(let path): "there is a file at \(Self.quoted(path)) already"
    case .notALedger(let path, let reason): "\(Self.quoted(path)) is no ledger: \(reason)"
    case .newerFormat(let path, let found, let known):
      "\(Self.quoted(path)) has the format \(found), and this version knows formats up to \(known)"
    case .otherRules(let path):
      "the chain of \(Self.quoted(path)) runs by other rules or prices than this machine; use the version that "
        + "made it"
    case .truncated(let path, let expected, let found):
      "\(Self.quoted(path)) should have \(expected) bytes and ends after \(found); restore it from a copy"
    case .damaged(let what): "the ledger is damaged: \(what)"
    case .busy: "another process writes to the ledger; try again when it is done"
    case .readOnly: "the ledger cannot be written: the file or its folder is read-only"
    case .diskFull: "the disk is full; nothing was written"
    case .system(let reason): "the ledger cannot be used: \(reason)"
    case .noSuchHeight(let height, let head):
      "there is no height \(height); the last block has height \(head)"
    case .noSuchBlock(let hash): "there is no block \(hash)"
    case .noSuchTransaction(let id): "there is no transaction \(id)"
    case .noSuchSnapshot(let name): "there is no snapshot \"\(name)\""
    case .snapshotExists(let name): "there is a snapshot \"\(name)\" already"
    case .unusableName: "a name holds no zero byte"
    case .notForDevelopment: "only a chain that is for development can go back"
    case .genesis(let error): error.description
    case .block(let refusal): refusal.description
    case .refusedBlock(let height, let refusal): "block \(height) of the export: \(refusal)"
    case .malformedArchive(let refusal): "the export is malformed at \(refusal)"
    }
  }

  /// A path as it is usually written: without the `./` that keeps it from being read as an address.
  private static func quoted(_ path: String) -> String {
    "\"\(path.hasPrefix("./") ? String(path.dropFirst(2)) : path)\""
  }
}
