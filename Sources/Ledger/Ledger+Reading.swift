public import Bytecode
public import Chain
import GRDB

/// What a ledger holds of its chain.
extension Ledger {
  func read<Result>(_ body: (StoreReader) throws -> Result) throws -> Result {
    do { return try database.read { try body(StoreReader(db: $0)) } } catch {
      throw StoreFile.translate(error)
    }
  }

  /// The last header.
  public func head() throws -> BlockHeader { try read { try $0.head() } }

  /// The last header at or below a height that is not above the last block's.
  public func header(atOrBelow height: Int) throws -> BlockHeader {
    try read { try $0.standingHeader(atOrBelow: height) }
  }

  /// Headers from a height down, the highest first, at most so many.
  public func headers(atOrBelow height: Int = .max, limit: Int) throws -> [BlockHeader] {
    try read { try $0.headers(atOrBelow: height, limit: limit) }
  }

  /// The block at a height, or nil if none has exactly this height.
  public func block(at height: Int) throws -> SealedBlock? {
    try read { try $0.block(at: height) }
  }

  /// The block with a hash.
  public func block(_ hash: Identifier) throws -> SealedBlock {
    try read { reader in
      guard let height = try reader.height(of: hash), let block = try reader.block(at: height)
      else { throw LedgerError.noSuchBlock(hash) }
      return block
    }
  }

  /// The heights of the blocks whose hashes are in a range, at most so many.
  public func heights(
    ofBlocksIn range: ClosedRange<Identifier>, limit: Int
  ) throws -> [Int] {
    try read { try $0.heights(ofBlocksIn: range, limit: limit) }
  }

  /// Where a transaction stands.
  public func place(of transaction: Identifier) throws -> TransactionPlace {
    guard let place = try read({ try $0.place(of: transaction) }) else {
      throw LedgerError.noSuchTransaction(transaction)
    }
    return place
  }

  /// The ids of transactions in a range of ids, in order, at most so many.
  public func transactions(
    in range: ClosedRange<Identifier>, limit: Int
  ) throws -> [Identifier] {
    try read { try $0.transactions(in: range, limit: limit) }
  }

  /// Where events of a contract, or of a name, or of both stand, in the order of their emission.
  public func emissions(
    contract: Identifier? = nil, name: String? = nil, heights: ClosedRange<Int>
  ) throws -> [EmissionPlace] {
    try read {
      try $0.emissions(
        contract: contract, name: name, from: heights.lowerBound, to: heights.upperBound)
    }
  }

  /// Where the last events of a contract, or of a name, or of both stand, the last first; at most so many,
  /// all before a place if one is given.
  public func lastEmissions(
    contract: Identifier? = nil, name: String? = nil, heights: ClosedRange<Int>,
    before place: EmissionPlace? = nil, limit: Int
  ) throws -> [EmissionPlace] {
    try read {
      try $0.emissions(
        contract: contract, name: name, from: heights.lowerBound, to: heights.upperBound,
        lastFirst: true, before: place, limit: limit)
    }
  }

  /// What stood under a key at a height and before, the newest first, at most so many, each with the height
  /// from which it did not stand there any more.
  ///
  /// Where one ends before the next begins, nothing stood there in between.
  public func history(
    of key: [UInt8], atOrBelow height: Int = .max, limit: Int = .max
  ) throws -> [(entry: StoredEntry, until: Int?)] {
    try read { try $0.history(of: .init(key), atOrBelow: height, limit: limit) }
  }

  /// Keys that begin with these bytes and that blocks above a height up to another wrote, in order, at
  /// most so many.
  public func writtenKeys(
    withPrefix prefix: [UInt8], from start: [UInt8]? = nil, after first: Int, upTo last: Int,
    limit: Int
  ) throws -> [[UInt8]] {
    try read {
      try $0.writtenKeys(
        from: .init(start ?? prefix), upTo: prefix.raised.map { .init($0) }, after: first,
        upTo: last, limit: limit)
    }
  }

  /// All snapshots with a name, by height.
  public func snapshots() throws -> [SnapshotMark] { try read { try $0.snapshots() } }

  /// The note of a kind and a name.
  public func note(kind: String, name: [UInt8]) throws -> Note? {
    try read { try $0.note(kind: kind, name: name) }
  }

  /// All notes of a kind, by name; those of every kind without one.
  public func notes(kind: String? = nil) throws -> [Note] { try read { try $0.notes(kind: kind) } }
}

extension [UInt8] {
  /// The lowest string above all that begin with these bytes; nil if there is none.
  var raised: [UInt8]? {
    var bytes = self
    while let last = bytes.last, last == 0xFF { bytes.removeLast() }
    guard let last = bytes.popLast() else { return nil }
    return bytes + [last + 1]
  }
}
