import Bytecode
public import Chain
public import Commitment
public import Execution
import Foundation
import GRDB
import State

/// The state of a ledger after a block, whatever is written later.
///
/// Where the ledger goes back behind the block, questions are answered with
/// `LedgerError.noSuchBlock`.
public struct LedgerSnapshot: Sendable {
  let ledger: Ledger
  /// The block after which it is.
  public let header: BlockHeader

  /// The height.
  public var height: Int { header.height }

  private func read<Result>(_ body: (StoreReader) throws -> Result) throws -> Result {
    try ledger.read { reader in
      try reader.require(header)
      return try body(reader)
    }
  }

  /// What stands under a key, with the height that wrote it.
  public func entry(for key: [UInt8]) throws -> StoredEntry? {
    try read { reader in
      try reader.value(for: Data(key), at: height).map {
        StoredEntry(key: key, height: $0.height, value: $0.bytes)
      }
    }
  }

  /// Entries whose keys begin with these bytes, in order, at most so many, beginning at a key.
  public func entries(
    withPrefix prefix: [UInt8], from start: [UInt8]? = nil, limit: Int
  ) throws -> [StoredEntry] {
    try read {
      try $0.entries(from: Data(start ?? prefix), upward: true, limit: limit, at: height)
    }.filter { $0.key.starts(with: prefix) }
  }

  /// A world with this state, in which views and questions by name can be tried.
  ///
  /// What is done in it stays in it.
  public func makeWorld() throws -> LedgerWorld { try LedgerWorld(self) }

  /// A proof of what stands under a key, or that nothing does, for the block's state root.
  ///
  /// It is read from the commitment to the state after the last block; for an earlier block, what was
  /// written since is taken back first.
  public func proof(for key: [UInt8]) throws -> TrieProof {
    try read { reader in
      var trie = try Trie(source: CommitmentPages { try reader.page(at: $0) })
      if try reader.head() != header { try trie.update(reader.overwritten(since: height)) }
      guard trie.root == header.stateRoot else {
        throw LedgerError.damaged(
          "the state at height \(height) is not what its block commits to")
      }
      return try trie.proof(for: key)
    }
  }
}

extension Ledger {
  /// The state after a block: the last one, or the last at or below a height.
  public func snapshot(at height: Int? = nil) throws -> LedgerSnapshot {
    LedgerSnapshot(
      ledger: self, header: try height.map { try header(atOrBelow: $0) } ?? head())
  }
}

/// A world that reads from a snapshot what it does not know yet.
///
/// It is used by one thread at a time.
public final class LedgerWorld {
  /// The world, whose block is the snapshot's.
  public let world: World
  /// The snapshot.
  public let snapshot: LedgerSnapshot
  private let source: StoreSource

  init(_ snapshot: LedgerSnapshot) throws {
    self.snapshot = snapshot
    let ledger = snapshot.ledger
    source = StoreSource(height: snapshot.height) { body in try ledger.read(body) }
    world = World(
      state: StateTable(source: source),
      block: Block(
        chain: ledger.chain, height: snapshot.height, time: snapshot.header.time,
        beacons: try ledger.read {
          try LedgerReading.beacons(before: snapshot.height, $0)
        }))
  }

  /// Throws if something could not be read: then nothing that the world said counts.
  public func check() throws {
    try source.check(world)
    try snapshot.ledger.read { try $0.require(snapshot.header) }
  }
}
