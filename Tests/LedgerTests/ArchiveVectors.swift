import Bytecode
import Chain
import EngineTesting
import Hosting
import Integers
import Ledger
import LedgerTesting
import Testing
import Transactions

/// A small chain as an export, and everything that follows from it.
struct ArchiveVectorFile: Codable, Equatable {
  struct Block: Codable, Equatable {
    let height: Int
    let hash: String
    let stateRoot: String
    let transactions: [String]
    let receipts: [String]
  }

  struct Snapshot: Codable, Equatable {
    let name: String
    let height: Int
  }

  struct Note: Codable, Equatable {
    let kind: String
    let name: String
    let contents: String
  }

  /// The export.
  let bytes: String
  let chain: String
  /// All blocks, with that of the genesis.
  let blocks: [Block]
  let snapshots: [Snapshot]
  let notes: [Note]
  /// The state after the last block, by key.
  let entries: [String: String]
}

extension ArchiveVectorFile {
  init(_ ledger: Ledger) throws {
    bytes = Hexadecimal.encode(try ArchiveTests.export(ledger))
    chain = ledger.chain.description
    blocks = try ledger.headers(limit: 1_000).reversed().map { header in
      let block = try ledger.block(at: header.height)
      return Block(
        height: header.height, hash: header.hash.description,
        stateRoot: header.stateRoot.description,
        transactions: block?.transactions.map { Hexadecimal.encode($0.encoded()) } ?? [],
        receipts: block?.receipts.map { Hexadecimal.encode($0.encoded()) } ?? [])
    }
    snapshots = try ledger.snapshots().map { Snapshot(name: $0.name, height: $0.height) }
    notes = try ledger.notes().map {
      Note(
        kind: $0.kind, name: Hexadecimal.encode($0.name), contents: Hexadecimal.encode($0.bytes))
    }
    entries = Dictionary(
      uniqueKeysWithValues: try LedgerCheck.entries(of: ledger.snapshot()).map {
        (Hexadecimal.encode($0.key), Hexadecimal.encode($0.value))
      })
  }
}

@Suite struct ArchiveVectorTests {
  private static let file = RecordedFile<ArchiveVectorFile>("archive")

  @Test func theFileIsWhatIsMade() throws {
    try Self.file.expect(ArchiveVectorFile(FairScene().ledger))
  }

  /// What the file holds becomes the ledger that it tells of.
  @Test func whatTheFileHoldsIsImported() throws {
    let content = try Self.file.content()
    let bytes = try #require(Hexadecimal.decode(content.bytes))
    #expect(try ArchiveVectorFile(ArchiveTests.import(bytes)) == content)
  }

  /// The chain is worth the name: it holds every action, and every way to end.
  @Test func theChainHoldsEverySort() throws {
    let ledger = try FairScene().ledger
    let blocks = try ledger.headers(limit: 1_000).map { try ledger.block(at: $0.height) }
    let receipts = blocks.flatMap { $0?.receipts ?? [] }
    let actions = blocks.flatMap { $0?.transactions ?? [] }.map(\.transaction.action)
    let isThere: [Bool] = [
      actions.contains { if case .deploy = $0 { true } else { false } },
      actions.contains { if case .create = $0 { true } else { false } },
      actions.contains { if case .call = $0 { true } else { false } },
      actions.contains { if case .transfer = $0 { true } else { false } },
      receipts.contains { !$0.outcome.events.isEmpty }, receipts.contains { !$0.fee.isZero },
      receipts.contains { $0.outcome.failure?.site != nil },
      receipts.contains { $0.outcome.failure != nil && $0.outcome.failure?.site == nil },
      blocks.contains { $0?.transactions.isEmpty == true && $0?.height != 0 },
      try ledger.head().height >= blocks.count,
    ]
    #expect(isThere.allSatisfy { $0 }, "\(isThere)")
    let reasons = receipts.compactMap { $0.outcome.failure?.reason }
    for trap in [Trap.outOfGas, .noSuchFunction, .insufficientBalance, .codeNotDeployed] {
      #expect(reasons.contains(.trap(trap)), "\(trap)")
    }
    #expect(reasons.contains { if case .declared = $0 { true } else { false } })
  }
}
