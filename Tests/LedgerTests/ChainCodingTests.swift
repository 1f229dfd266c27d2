import Bytecode
import Chain
import Commitment
import EngineTesting
import Fuzzing
import Hosting
import Integers
import Ledger
import LedgerTesting
import Testing
import Transactions

/// The encodings of what a chain is made of: one for each, and nothing else is read.
@Suite struct ChainCodingTests {
  private static let seeds = 1...3 as ClosedRange<UInt64>

  /// Changes bytes at random: bits, bytes, lengths.
  private func mangled(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var bytes = bytes
    for _ in 0...random.below(3) {
      guard !bytes.isEmpty else { return bytes }
      let place = random.below(bytes.count)
      switch random.below(5) {
      case 0, 1: bytes[place] ^= 1 << UInt8(random.below(8))
      case 2: bytes[place] = random.pick([0, 1, 2, 0x7F, 0x80, 0xFF])
      case 3: bytes.insert(UInt8(random.below(256)), at: place)
      default: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(4)))
      }
    }
    return bytes
  }

  /// All beginnings, and random changes, are read exactly or refused.
  private func torture(_ record: FuzzTarget.Record, _ bytes: [UInt8], seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var inputs = [bytes, bytes + [0]]
    inputs += (0..<min(bytes.count, 200)).map { Array(bytes[..<$0]) }
    inputs += (0..<Effort.rounds(60)).map { _ in mangled(bytes, &random) }
    for input in inputs {
      #expect(throws: Never.self) { try FuzzTarget.record.check([record.rawValue] + input) }
    }
  }

  // MARK: - Genesis

  @Test(arguments: seeds) func geneses(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<Effort.rounds(10) {
      let genesis = random.genesis()
      try genesis.check()
      let read = try Genesis(decoding: genesis.encoded())
      #expect(read == genesis && read.chain == genesis.chain)
      torture(.genesis, genesis.encoded(), seed: random.next())
      // Whatever is changed, it is another chain.
      var other = genesis
      switch random.below(5) {
      case 0: other.isDevelopment.toggle()
      case 1: other.time += other.time > 0 ? -1 : 1
      case 2: other.blockGasLimit ^= other.blockGasLimit > 1 ? 1 : 2
      case 3: other.name += "x"
      default: other.fees = other.fees == nil ? nil : other.fees
      }
      #expect((other == genesis) == (other.chain == genesis.chain))
    }
  }

  @Test func genesesThatCannotBe() throws {
    let good = LedgerLoad.genesis()
    let changes: [(inout Genesis) -> Void] = [
      { $0.name = "" }, { $0.name = String(repeating: "n", count: Limits.nameLength + 1) },
      { $0.time = -1 }, { $0.time = Genesis.timeMaximum + 1 }, { $0.blockInterval = 0 },
      { $0.blockInterval = (1 << 32) + 1 }, { $0.blockGasLimit = 0 }, { $0.blockSizeLimit = 0 },
      { $0.blockSizeLimit = Genesis.blockSizeMaximum + 1 },
      { $0.assets = Array(repeating: $0.assets[0], count: 2) },
      { $0.assets[0].name = "" }, { $0.assets[0].name = "1A" }, { $0.assets[0].name = "Ü" },
      { $0.assets[0].name = "A B" }, { $0.assets[0].decimals = 78 },
      { $0.assets[0].holdings[0].amount = -1 }, { $0.assets[0].holdings[0].holder = .zero },
      { $0.assets[0].holdings[0].amount = Integer.power(of: Limits.integerBits, minus: 1) },
      { $0.fees?.asset = "EUR" }, { $0.fees?.receiver = .zero },
      { $0.fees?.minimumPrice = -1 },
      { $0.fees?.minimumPrice = Integer.power(of: 256, minus: 0) },
      {
        $0.assets = (0...Genesis.assetLimit).map { Genesis.Asset(name: "A\($0)", decimals: 0) }
      },
    ]
    for (index, change) in changes.enumerated() {
      var genesis = good
      change(&genesis)
      #expect(throws: GenesisError.self, "\(index)") { try genesis.check() }
      #expect(throws: LedgerError.self) { try Ledger.create(genesis, at: .memory) }
      // Times below zero have no encoding; everything else is refused when it is read as well.
      if genesis.time >= 0 {
        #expect(throws: Refusal.self, "\(index)") { try Genesis(decoding: genesis.encoded()) }
      }
    }
  }

  // MARK: - Headers, receipts, transactions

  @Test(arguments: seeds) func headers(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<Effort.rounds(20) {
      let header = random.header()
      let read = try BlockHeader(decoding: header.encoded())
      #expect(read == header && read.hash == header.hash)
      torture(.header, header.encoded(), seed: random.next())
    }
  }

  @Test(arguments: seeds) func receipts(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var receipts: [TransactionReceipt] = []
    for _ in 0..<Effort.rounds(20) {
      let receipt = random.receipt()
      #expect(try TransactionReceipt(decoding: receipt.encoded()) == receipt)
      torture(.receipt, receipt.encoded(), seed: random.next())
      receipts.append(receipt)
      #expect(try SealedBlock.decodeReceipts(SealedBlock.encode(receipts)) == receipts)
    }
    torture(.receipts, SealedBlock.encode(Array(receipts.prefix(3))), seed: seed)
  }

  @Test func blocksOfALedger() throws {
    let ledger = try Ledger.create(LedgerLoad.genesis(), at: .memory)
    var load = try LedgerLoad(ledger, seed: 1)
    let block = try #require(try ledger.append(load.transactions(20)).block)
    #expect(
      try SealedBlock.decodeTransactions(SealedBlock.encode(block.transactions))
        == block.transactions)
    #expect(try SealedBlock.decodeReceipts(SealedBlock.encode(block.receipts)) == block.receipts)
    #expect(try SealedBlock.decodeTransactions(SealedBlock.encode([SignedTransaction]())) == [])
    for (transaction, receipt) in zip(block.transactions, block.receipts).prefix(4) {
      torture(.transaction, transaction.encoded(), seed: 1)
      torture(.receipt, receipt.encoded(), seed: 2)
    }
    torture(.transactions, SealedBlock.encode(Array(block.transactions.prefix(3))), seed: 3)
    torture(.genesis, ledger.genesis.encoded(), seed: 4)
  }

  @Test func proofsOfALedger() throws {
    let ledger = try Ledger.create(LedgerLoad.genesis(), at: .memory)
    for entry in try ledger.snapshot().entries(withPrefix: [], limit: 5) {
      let proof = try ledger.snapshot().proof(for: entry.key)
      torture(.proof, proof.encoded(), seed: 5)
    }
  }
}

// MARK: - Random parts of a chain

extension SplitMix64 {
  private mutating func address() -> Identifier { Identifier(bytes(32)) ?? .zero }

  private mutating func count(_ limit: Int) -> Int {
    min(limit, pick([0, 1, 127, 128, 16_383, 16_384, limit, below(limit)]))
  }

  fileprivate mutating func header() -> BlockHeader {
    BlockHeader(
      chain: address(), height: count(Genesis.timeMaximum), parent: address(),
      time: count(Genesis.timeMaximum), beacon: address(),
      transactionCount: count(BlockHeader.transactionLimit), gasUsed: pick([0, next(), .max]),
      transactionRoot: address(), receiptRoot: address(), stateRoot: address())
  }

  fileprivate mutating func genesis() -> Genesis {
    let names = ["A", "USD", "_", "a1", String(repeating: "z", count: Limits.nameLength)]
    let assets = names.prefix(below(6)).map { name in
      Genesis.Asset(
        name: name, decimals: UInt8(below(78)),
        holdings: (0..<below(4)).map { _ in
          Genesis.Holding(holder: address(), amount: integer(bits: 1_000).magnitude)
        })
    }
    var genesis = Genesis(
      name: pick(["n", "test", "ü\u{301}🜚", String(repeating: "n", count: Limits.nameLength)]),
      isDevelopment: chance(50), time: count(Genesis.timeMaximum),
      blockInterval: 1 + count((1 << 32) - 1), blockGasLimit: pick([1, next() | 1, .max]),
      blockSizeLimit: 1 + count(Genesis.blockSizeMaximum - 1), assets: assets)
    if chance(60), let asset = some(of: assets) {
      genesis.fees = Genesis.Fees(
        asset: asset.name, receiver: address(),
        minimumPrice: integer(bits: 256).magnitude)
    }
    return genesis
  }

  private mutating func values() -> [Value] {
    (0..<pick([0, 1, 3, Limits.parameters])).map { _ in
      chance(50) ? .int(integer()) : .bytes(bytes(pick([0, 1, 32, 127, 128, 300])))
    }
  }

  private mutating func status() -> Receipt.Status {
    if chance(50) { return .succeeded(values()) }
    let reason: Failure.Reason =
      chance(50)
      ? .trap(pick(Trap.allCases))
      : .declared(
        index: count(Limits.declarations), number: count(.max), arguments: values())
    return .failed(
      Failure(
        reason: reason, origin: address(),
        site: chance(50)
          ? FailureSite(
            codeHash: address(), function: count(Limits.functions),
            instruction: count(Limits.instructions)) : nil))
  }

  fileprivate mutating func receipt() -> TransactionReceipt {
    TransactionReceipt(
      transaction: address(), schedule: address(),
      outcome: Receipt(
        status: status(), gasUsed: pick([0, next(), .max]),
        events: (0..<below(4)).map { _ in
          Event(
            contract: address(), codeHash: address(), index: count(Limits.declarations),
            fields: values())
        },
        balanceChanges: (0..<below(4)).map { _ in
          BalanceChange(
            asset: address(), holder: address(), before: integer(), after: integer())
        }), fee: integer())
  }
}
