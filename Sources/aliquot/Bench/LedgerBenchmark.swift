import Assembly
import Bytecode
import Chain
import Hosting
import Integers
import Ledger
import Transactions
import Verification

/// Measures a ledger in a file: what a transaction costs, and which layer takes it.
struct LedgerBenchmark {
  /// One workload.
  struct Row {
    let name: String
    let blocks: Int
    let transactions: Int
    /// From the first `append` to the last.
    let elapsed: Duration
    /// Where the time went.
    let timings: LedgerTimings
    /// How much the file grew, log included.
    let bytes: Int

    var perSecond: Double { Double(transactions) / max(elapsed.seconds, 1e-9) }

    /// Microseconds per transaction.
    func microseconds(_ duration: Duration) -> Double {
      duration.seconds * 1e6 / Double(max(1, transactions))
    }
  }

  /// What verifying the file came to.
  struct Verified {
    let report: VerificationReport
    let elapsed: Duration
    /// The size of the file.
    let bytes: Int

    var perSecond: Double { Double(report.transactions) / max(elapsed.seconds, 1e-9) }
  }

  /// Fewer transactions say nothing.
  static let transactionsMin = 100
  /// Transactions of a block.
  private static let perBlock = 200

  private static let source = """
    contract Tally
    event Counted (who address, amount int)
    state
        counts map int -> int
        total int
    export add (slot int, amount int)
        @counts[slot] = @counts[slot] + amount
        @total = @total + amount
        emit Counted(caller, amount)
    end
    """

  private static let holders = 256

  private let path: String
  private let transactions: Int
  private let keys: [AccountKey]
  private var nonces: [UInt64]

  /// Makes a benchmark with a file of its own at a path, and about so many transactions in all.
  init(path: String, transactions: Int) throws {
    self.path = path
    self.transactions = transactions
    keys = try (0..<Self.holders).map { try .development(named: "holder\($0)") }
    nonces = keys.map { _ in 0 }
  }

  /// Runs all workloads and verifies what they wrote: blocks of transfers, of calls, of single transfers,
  /// and calls after the ledger has been opened anew, with keys in an order that no cache helps.
  mutating func results() throws -> LedgerBenchmarkResults {
    var rows: [Row] = []
    let asset = Genesis.Asset(
      name: "USD", decimals: 6,
      holdings: keys.map { Genesis.Holding(holder: $0.address, amount: 1_000_000_000) })
    let ledger = try Ledger.create(
      Genesis(name: "bench", isDevelopment: true, time: 0, assets: [asset]), at: .file(path))
    let quarter = max(1, transactions / 4 / Self.perBlock)
    func transfer(_ bench: LedgerBenchmark, _ number: Int) -> Transaction.Action {
      .transfer(
        AssetTransfer(
          asset: asset.identifier, amount: 1,
          receiver: bench.keys[(number * 7 + 1) % Self.holders].address))
    }
    rows.append(
      try run("transfers", ledger, blocks: quarter, perBlock: Self.perBlock, transfer))
    let (contract, module) = try deploy(on: ledger)
    guard let export = module.export(named: "add") else {
      throw CommandFailure(.failure, "the contract of the benchmark has no function to call")
    }
    func call(_ slot: Int) -> Transaction.Action {
      .call(
        ContractCall(
          target: contract, export: export, in: module,
          arguments: [.int(Integer(slot)), .int(1)]))
    }
    rows.append(
      try run("calls, new keys", ledger, blocks: 2 * quarter, perBlock: Self.perBlock) {
        _, number in call(number)
      })
    rows.append(
      try run(
        "one transfer a block", ledger, blocks: max(1, transactions / 200), perBlock: 1, transfer))
    try ledger.close()
    let reopened = try Ledger.open(.file(path))
    // 7,919 is a prime that does not divide the number of keys.
    let slots = 2 * quarter * Self.perBlock
    rows.append(
      try run("calls, cold keys", reopened, blocks: quarter, perBlock: Self.perBlock) {
        _, number in call(number * 7_919 % slots)
      })
    try reopened.close()
    return LedgerBenchmarkResults(rows: rows, verified: try verify())
  }

  private func verify() throws -> Verified {
    let clock = ContinuousClock()
    let start = clock.now
    let report = try Ledger.verify(fileAt: path)
    guard report.isIntact else {
      throw CommandFailure(.failure, "the ledger of the benchmark is not what its chain leads to")
    }
    return Verified(report: report, elapsed: clock.now - start, bytes: FileSystem.size(of: path))
  }

  private mutating func deploy(on ledger: Ledger) throws -> (Identifier, Module) {
    let code = try ContractLoading.loadSource("Tally.alq", Array(Self.source.utf8)).code
    let actions: [Transaction.Action] = [
      .deploy(module: code.verified.encoded), .create(ContractCreation(codeHash: code.codeHash)),
    ]
    var transactions: [SignedTransaction] = []
    for action in actions { transactions.append(try sign(action, by: 0, on: ledger)) }
    let receipts = try ledger.append(transactions).block?.receipts ?? []
    let address = receipts.last?.outcome.results?.first?.identifier ?? .zero
    return (address, code.module)
  }

  private mutating func sign(
    _ action: Transaction.Action, by index: Int, on ledger: Ledger
  ) throws -> SignedTransaction {
    let key = keys[index]
    defer { nonces[index] += 1 }
    return try key.sign(
      Transaction(
        chain: ledger.chain, sender: key.publicKey, nonce: nonces[index], gasLimit: 1_000_000,
        action: action))
  }

  private mutating func run(
    _ name: String, _ ledger: Ledger, blocks: Int, perBlock: Int,
    _ action: (LedgerBenchmark, Int) -> Transaction.Action
  ) throws -> Row {
    var batches: [[SignedTransaction]] = []
    for block in 0..<blocks {
      var batch: [SignedTransaction] = []
      for index in 0..<perBlock {
        let number = block * perBlock + index
        batch.append(try sign(action(self, number), by: number % Self.holders, on: ledger))
      }
      batches.append(batch)
    }
    let before = ledger.timings
    let size = FileSystem.size(of: path) + FileSystem.size(of: path + "-wal")
    let clock = ContinuousClock()
    let start = clock.now
    // The signatures of a block are verified while the one before is written.
    var rest = batches[...]
    var next = rest.popFirst().map { TransactionBatch($0) }
    while let batch = next {
      next = rest.popFirst().map { TransactionBatch($0) }
      guard try ledger.append(batch: batch).refused.isEmpty else {
        throw CommandFailure(.failure, "the ledger refused a transaction of the benchmark")
      }
    }
    return Row(
      name: name, blocks: blocks, transactions: blocks * perBlock, elapsed: clock.now - start,
      timings: ledger.timings.since(before),
      bytes: FileSystem.size(of: path) + FileSystem.size(of: path + "-wal") - size)
  }
}

extension Duration {
  /// The duration in seconds.
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
