import Bytecode
import Chain
import Execution
import Integers
import Ledger
import LedgerTesting
import Testing
import Transactions

/// Many tasks use one ledger.
@Suite(.timeLimit(.minutes(2))) struct ConcurrencyTests {
  /// Transfers of one person with the nonces from 0 up.
  private static func transfers(
    _ count: Int, by name: String, on ledger: Ledger
  ) throws -> [SignedTransaction] {
    let key = try AccountKey.development(named: name)
    return try (0..<count).map { nonce in
      try key.sign(
        Transaction(
          chain: ledger.chain, sender: key.publicKey, nonce: UInt64(nonce), gasLimit: 1_000_000,
          gasPrice: 1,
          action: .transfer(
            AssetTransfer(
              asset: LedgerLoad.assets[1], amount: 1, receiver: LedgerLoad.account("r0")))))
    }
  }

  /// Tasks of different people, and three that all send the same transactions of one person.
  @Test(arguments: [false, true]) func everyNonceOnce(inFile: Bool) async throws {
    let folder = try TemporaryFolder()
    let ledger = try Ledger.create(
      LedgerLoad.genesis(), at: inFile ? .file(folder.file("a.ledger")) : .memory)
    let count = 20
    let accepted = try await withThrowingTaskGroup(of: [Identifier].self) { group in
      for name in ["alice", "bob", "carol", "dave", "dave", "dave"] {
        let transactions = try Self.transfers(count, by: name, on: ledger)
        group.addTask {
          var accepted: [Identifier] = []
          for transaction in transactions {
            do { accepted.append(try ledger.submit(transaction).transaction) } catch let refusal
              as TransactionRefusal
            {
              // Another task was faster.
              guard case .nonceUsed = refusal else { throw refusal }
            }
            await Task.yield()
          }
          return accepted
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(accepted.count == 4 * count && Set(accepted).count == 4 * count)
    #expect(try ledger.head().height == 4 * count)
    let world = try ledger.snapshot().makeWorld()
    for name in ["alice", "bob", "carol", "dave"] {
      #expect(world.world.nonce(of: LedgerLoad.account(name)) == UInt64(count))
    }
    #expect(
      world.world.balance(of: LedgerLoad.assets[1], holder: LedgerLoad.account("r0"))
        == Integer(4 * count))
    #expect(try LedgerCheck(ledger).problems.isEmpty)
  }

  @Test func followersSeeBlocksInTheirOrder() async throws {
    let ledger = try Ledger.create(LedgerLoad.genesis(), at: .memory)
    let count = 30
    let streams = (0..<3).map { _ in ledger.blocks() }
    try await withThrowingTaskGroup(of: [Int].self) { group in
      for stream in streams {
        group.addTask {
          var heights: [Int] = []
          for await block in stream {
            heights.append(block.height)
            if heights.count == 4 * count { break }
          }
          return heights
        }
      }
      for name in ["alice", "bob", "carol", "dave"] {
        let transactions = try Self.transfers(count, by: name, on: ledger)
        group.addTask {
          for transaction in transactions { try ledger.submit(transaction) }
          return Array(1...4 * count)
        }
      }
      for try await heights in group { #expect(heights == Array(1...4 * count)) }
    }
  }

  /// Whatever others do at the same time, a snapshot is one state, whose root is that of its entries.
  @Test func readersSeeWholeBlocks() async throws {
    let folder = try TemporaryFolder()
    let ledger = try Ledger.create(LedgerLoad.genesis(), at: .file(folder.file("a.ledger")))
    var load = try LedgerLoad(ledger, seed: 9)
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<3 {
        group.addTask {
          var count = 0
          repeat {
            let snapshot = try ledger.snapshot()
            let root = try LedgerCheck.root(of: LedgerCheck.entries(of: snapshot))
            #expect(root == snapshot.header.stateRoot)
            #expect(try ledger.block(at: snapshot.height)?.header == snapshot.header)
            count += 1
            await Task.yield()
          } while try ledger.head().height < 41
          return count
        }
      }
      for _ in 0..<40 {
        _ = try ledger.append(load.transactions(4))
        await Task.yield()
      }
      for try await count in group { #expect(count > 0) }
    }
  }

  /// What stood behind a block that is gone is not mixed with what came instead.
  @Test func snapshotsOfBlocksThatAreGone() throws {
    let ledger = try Ledger.create(LedgerLoad.genesis(), at: .memory)
    var load = try LedgerLoad(ledger, seed: 10)
    for _ in 0..<4 { _ = try ledger.append(load.transactions(4)) }
    let snapshot = try ledger.snapshot()
    let kept = try ledger.snapshot(at: 2)
    let world = try snapshot.makeWorld()
    let entries = try LedgerCheck.entries(of: kept)
    try ledger.goBack(toHeight: 3)
    try load.readNonces()
    let gone = LedgerError.noSuchBlock(snapshot.header.hash)
    for _ in 0..<2 {
      #expect(throws: gone) { try snapshot.entry(for: entries[0].key) }
      #expect(throws: gone) { try snapshot.entries(withPrefix: [], limit: 3) }
      #expect(throws: gone) { try snapshot.proof(for: entries[0].key) }
      _ = world.world.balance(of: LedgerLoad.assets[0], holder: LedgerLoad.account("r2"))
      #expect(throws: gone) { try world.check() }
      #expect(try LedgerCheck.entries(of: kept) == entries)
      // Another block of the same height is not this one either.
      _ = try ledger.append(load.transactions(3))
      _ = try ledger.append(load.transactions(3))
    }
  }
}
