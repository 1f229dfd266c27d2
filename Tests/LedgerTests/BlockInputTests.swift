import Bytecode
import Chain
import Commitment
import EngineTesting
import Execution
import Integers
import Ledger
import LedgerTesting
import State
import Testing
import Transactions
import Verification

/// Heights, times and beacons of blocks, and blocks that were made elsewhere.
@Suite struct BlockInputTests {
  private func ledger() throws -> (ledger: Ledger, load: LedgerLoad) {
    let ledger = try Ledger.create(LedgerLoad.genesis(hasFees: false), at: .memory)
    return (ledger, try LedgerLoad(ledger, seed: 1))
  }

  private func input(_ ledger: Ledger, blocks: Int) throws -> BlockInput {
    BlockInput(after: try ledger.head(), genesis: ledger.genesis, blocks: blocks)
  }

  // MARK: - Refused inputs

  @Test func heightsAndTimesThatCannotFollow() throws {
    let (ledger, _) = try ledger()
    _ = try ledger.append([], input: input(ledger, blocks: 7))
    let head = try ledger.head()
    let before = try ledger.tables()
    for height in [Int.min, -1, 0, head.height - 1, head.height, Genesis.timeMaximum + 1, .max] {
      let input = BlockInput(height: height, time: head.time, beacon: .zero)
      let refusal = BlockRefusal.heightOutOfRange(parent: head.height, found: height)
      #expect(throws: LedgerError.block(refusal)) { try ledger.append([], input: input) }
    }
    for time in [Int.min, -1, 0, head.time - 1, Genesis.timeMaximum + 1, .max] {
      let input = BlockInput(height: head.height + 1, time: time, beacon: .zero)
      let refusal = BlockRefusal.timeOutOfRange(parent: head.time, found: time)
      #expect(throws: LedgerError.block(refusal)) { try ledger.append([], input: input) }
    }
    for blocks in [Int.min, -1, 0, Genesis.timeMaximum, .max] {
      let input = try input(ledger, blocks: blocks)
      #expect(throws: LedgerError.self) { try ledger.append([], input: input) }
    }
    #expect(try ledger.tables() == before)
    let same = BlockInput(height: head.height + 1, time: head.time, beacon: .zero)
    #expect(try ledger.append([], input: same).block?.header.time == head.time)
    // The last block of all, after which there is none.
    let end = BlockInput(
      height: Genesis.timeMaximum, time: Genesis.timeMaximum, beacon: .zero)
    #expect(try ledger.append([], input: end).block != nil)
    #expect(throws: LedgerError.self) { try ledger.append([]) }
  }

  // MARK: - Beacons

  /// What a contract sees of the beacons of all heights from one on; nil where it sees none.
  private func beacons(
    _ ledger: Ledger, _ load: LedgerLoad, from first: Int
  ) throws -> [Identifier?] {
    let bob = try Signer("bob", on: ledger)
    let nonce = try ledger.snapshot().makeWorld().world.nonce(of: bob.address)
    let head = try ledger.head().height
    let dry = try ledger.dryRun()
    return try (first...head + 1).enumerated().map { index, height in
      let receipt = try dry.execute(
        bob.sign(load.call("past", [.int(Integer(height))]), nonce: nonce + UInt64(index)))
      return receipt.outcome.results?.first?.identifier
    }
  }

  /// The rule of the specification, from headers alone.
  private func expectedBeacons(_ ledger: Ledger, from first: Int) throws -> [Identifier?] {
    let head = try ledger.head().height
    return try (first...head + 1).map { height in
      guard height <= head, height >= 0, head + 1 - height <= 256 else { return nil }
      let header = try ledger.header(atOrBelow: height)
      return header.height == height
        ? header.beacon : BlockHeader.derivedBeacon(after: header.hash, height: height)
    }
  }

  @Test func skippedHeightsHaveBeacons() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.ledger")
    let ledger = try Ledger.create(LedgerLoad.genesis(hasFees: false), at: .file(path))
    let load = try LedgerLoad(ledger, seed: 1)
    var random = SplitMix64(seed: 4)
    for blocks in [1, 3, 1, 200, 1, 54, 2, 255, 1, 256, 1, 257, 1, 1_000, 5, 1] {
      var input = try input(ledger, blocks: blocks)
      if random.chance(50) { input.beacon = Identifier(random.bytes(32)) ?? .zero }
      _ = try ledger.append([], input: input)
      let first = max(0, try ledger.head().height - 258)
      let seen = try beacons(ledger, load, from: first)
      #expect(seen == (try expectedBeacons(ledger, from: first)))
      // The same for whoever reads the ledger anew.
      #expect(seen == (try beacons(Ledger.open(.file(path)), load, from: first)))
    }
    // And for whoever executes the same blocks.
    #expect(try ledger.replica().head() == ledger.head())
  }

  /// A block that is refused as a whole leaves nothing behind, also of the heights it would have skipped.
  @Test func refusedBlocksLeaveNoTrace() throws {
    let (ledger, load) = try ledger()
    let bob = try Signer("bob", on: ledger)
    for _ in 0..<5 { _ = try ledger.append([]) }
    let bad = try bob.sign(RefusalTests.transfer(), nonce: 9)
    let far = try ledger.append([bad], input: input(ledger, blocks: 10_000))
    #expect(far.block == nil)
    let receipt = try ledger.submit(bob.sign(load.call("past", [.int(3)])))
    #expect(receipt.outcome.results == [Value(try ledger.header(atOrBelow: 3).beacon)])
    #expect(try ledger.replica().head() == ledger.head())
  }

  // MARK: - Blocks from elsewhere

  @Test func blocksWithAnythingChanged() throws {
    let (ledger, load) = try ledger()
    var others = load
    _ = try ledger.append(others.transactions(6))
    let replica = try ledger.replica()
    let block = try #require(try ledger.append(others.transactions(6)).block)
    let before = try replica.tables()
    let header = block.header
    let wrong = Identifier([UInt8](repeating: 0xEE, count: 32)) ?? .zero

    func refuse(
      _ refusal: BlockRefusal, _ header: BlockHeader,
      _ transactions: [SignedTransaction] = block.transactions
    ) throws {
      #expect(throws: LedgerError.block(refusal)) { try replica.apply(header, transactions) }
      #expect(try replica.tables() == before)
    }
    try refuse(.wrongChain(expected: ledger.chain, found: wrong), header.with(chain: wrong))
    try refuse(.wrongParent(expected: header.parent, found: wrong), header.with(parent: wrong))
    try refuse(
      .heightOutOfRange(parent: header.height - 1, found: header.height - 1),
      header.with(height: header.height - 1))
    let time = try replica.head().time
    try refuse(.timeOutOfRange(parent: time, found: time - 1), header.with(time: time - 1))
    try refuse(.mismatch("the number of transactions"), header.with(transactionCount: 7))
    try refuse(.mismatch("the transaction root"), header.with(transactionRoot: wrong))
    try refuse(.mismatch("the receipt root"), header.with(receiptRoot: wrong))
    try refuse(.mismatch("the gas"), header.with(gasUsed: header.gasUsed + 1))
    try refuse(.mismatch("the state root"), header.with(stateRoot: wrong))

    // Transactions that are missing, or more, or in another order.
    try refuse(.mismatch("the number of transactions"), header, block.transactions.dropLast())
    try refuse(.mismatch("the number of transactions"), header, [])
    let first = block.transactions[0]
    let nonce = first.transaction.nonce
    try refuse(
      .transaction(index: 6, .nonceUsed(expected: nonce + uses(block, of: first), found: nonce)),
      header, block.transactions + [first])
    #expect(try replica.apply(header, block.transactions) == block)
    #expect(try replica.tables() == ledger.tables())
    #expect(throws: LedgerError.self) { try replica.apply(header, block.transactions) }
  }

  private func uses(_ block: SealedBlock, of transaction: SignedTransaction) -> UInt64 {
    UInt64(
      block.transactions.count { $0.transaction.sender == transaction.transaction.sender })
  }

  /// Height, time and beacon are what whoever orders the transactions says: another block, but a block.
  @Test func inputsAreTakenAsTheyAre() throws {
    let (ledger, load) = try ledger()
    var others = load
    let block = try #require(
      try ledger.append([others.transaction(RefusalTests.transfer(), by: Self.key("alice"))]).block)
    for header in [
      block.header.with(height: block.height + 300), block.header.with(time: block.header.time + 9),
      block.header.with(beacon: .zero),
    ] {
      let replica = try ledger.replica()
      try replica.goBack(toHeight: block.height - 1)
      try replica.apply(header, block.transactions)
      #expect(try replica.head() == header)
    }
  }

  private static func key(_ name: String) throws -> AccountKey { try .development(named: name) }

  // MARK: - The executor by itself

  /// Code of a block that is abandoned is unknown afterwards, as it is to whoever never saw the block.
  @Test func abandonedCodeIsUnknown() throws {
    let genesis = LedgerLoad.genesis(hasFees: false)
    let pages = MemoryPages()
    let executor = try ChainExecutor(
      genesis: genesis, state: StateTable(), pages: pages.source, head: nil, beacons: [:])
    pages.take(try executor.sealGenesis())
    executor.commit()
    let ledger = try Ledger.create(genesis, at: .memory)
    let bob = try Signer("bob", on: ledger)
    let head = try ledger.head()
    let block = executor.world.block
    try executor.open(BlockInput(after: head, genesis: genesis, blocks: 500))
    try executor.execute(bob.sign(.deploy(module: Bazaar.module.encoded)))
    try executor.abandon()
    #expect(executor.world.block.height == block.height)
    #expect(executor.world.block.beacons == block.beacons)
    #expect(executor.stateRoot == head.stateRoot)

    let creation = try bob.sign(.create(ContractCreation(codeHash: Bazaar.codeHash)))
    try executor.open(BlockInput(after: head, genesis: genesis))
    try executor.execute(creation)
    let sealed = try executor.seal()
    #expect(sealed.block.receipts[0].outcome.failure?.reason == .trap(.codeNotDeployed))
    #expect(try ledger.append([creation]).block == sealed.block)
  }
}

/// Pages of a commitment in a dictionary.
final class MemoryPages {
  private var pages: [[UInt8]: [UInt8]] = [:]

  var source: CommitmentPages { CommitmentPages { self.pages[$0.key] } }

  func take(_ sealed: ChainExecutor.Sealed) {
    for page in sealed.pages { pages[page.path.key] = page.bytes }
  }
}
