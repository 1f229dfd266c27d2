import Chain
import EngineTesting
import Ledger
import LedgerTesting
import Testing

/// Ledgers that execute the same blocks hold the same, to the last row.
@Suite struct ReplicaTests {
  @Test(arguments: 0..<UInt64(Effort.rounds(4))) func replicasAreEqual(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.ledger")
    let ledger = try Ledger.create(
      LedgerLoad.genesis(hasFees: seed % 2 == 0), at: .file(path))
    let replica = try Ledger.create(ledger.genesis, at: .memory)
    var load = try LedgerLoad(ledger, seed: seed)
    var random = SplitMix64(seed: seed)
    func follow() throws {
      for height in try replica.head().height + 1...ledger.head().height {
        guard let block = try ledger.block(at: height) else { continue }
        #expect(try replica.apply(block.header, block.transactions) == block)
      }
    }
    for _ in 0..<8 {
      for _ in 0..<random.below(3) {
        let input = BlockInput(
          after: try ledger.head(), genesis: ledger.genesis, blocks: 1 + random.below(40))
        _ = try ledger.append(load.transactions(random.below(12)), input: input)
      }
      // Another reader of the file, with nothing in memory, makes a block as well.
      let other = try Ledger.open(.file(path))
      _ = try other.append(load.transactions(1 + random.below(4)))
      try follow()
    }
    #expect(try replica.tables() == ledger.tables())
    #expect(try LedgerCheck(ledger).problems.isEmpty)
    #expect(try replica.tables() == ledger.replica().tables())
  }
}
