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

  /// All beginnings, and random changes, are read exactly or refused.
  private func torture(_ record: FuzzTarget.Record, _ bytes: [UInt8], seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var inputs = [bytes, bytes + [0]]
    inputs += (0..<min(bytes.count, 200)).map { Array(bytes[..<$0]) }
    inputs += (0..<Effort.rounds(60)).map { _ in random.mangled(bytes) }
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
