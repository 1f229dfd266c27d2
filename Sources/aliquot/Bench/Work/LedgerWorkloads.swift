import Bytecode
import Chain
import Integers
import Verification
import Hosting
import Execution
import Ledger
import Transactions

extension Workload {
  /// Transfers that are written to a file, in blocks of 10,000: with history, root and sync.
  static var ledgers: [Workload] {
    [
      Workload(
        name: "ledger", title: "a signed transfer, durably in a block of 10,000",
        operations: 50_000, few: 500, countsAllThreads: true
      ) { count in try DurableTransfers(count).prepared }
    ]
  }
}

/// A ledger in a file of its own, and signed transfers for it.
///
/// A ledger takes nothing without a signature. What verifying signatures takes is therefore measured by
/// itself, and taken off for the figure without signatures.
private final class DurableTransfers {
  private static let perBlock = 10_000
  private let folder: String
  private let path: String
  private let ledger: Ledger
  private let asset: Identifier
  private let keys: [AccountKey]
  private var blocks: [[SignedTransaction]] = []
  private var signature = 0.0
  private var processor = 0.0
  private var wall = Duration.zero

  init(_ count: Int) throws {
    keys = try (0..<WorkHolders.count).map { try .development(named: "holder\($0)") }
    let money = Genesis.Asset(
      name: "Coin", decimals: 18,
      holdings: keys.map { Genesis.Holding(holder: $0.address, amount: WorkHolders.given) })
    asset = money.identifier
    folder = try FileSystem.makeTemporaryDirectory()
    path = Path.join(folder, "bench.ledger")
    ledger = try Ledger.create(
      Genesis(name: "bench", isDevelopment: true, time: 0, assets: [money]),
      at: .file(path))
    try sign(count)
  }

  deinit { FileSystem.removeAll(folder) }

  private func sign(_ count: Int) throws {
    var nonces = keys.map { _ in UInt64(0) }
    var block: [SignedTransaction] = []
    for payment in WorkHolders.payments(count) {
      let key = keys[payment.payer]
      let transfer = AssetTransfer(
        asset: asset, amount: payment.amount, receiver: keys[payment.payee].address)
      block.append(
        try key.sign(
          Transaction(
            chain: ledger.chain, sender: key.publicKey, nonce: nonces[payment.payer],
            gasLimit: 1_000_000, action: .transfer(transfer))))
      nonces[payment.payer] += 1
      if block.count == Self.perBlock {
        blocks.append(block)
        block = []
      }
    }
    if !block.isEmpty { blocks.append(block) }
  }

  var prepared: Workload.Prepared {
    Workload.Prepared(
      run: { [self] in
        let clock = ContinuousClock()
        let (start, begin) = (clock.now, ThreadClock.process())
        for block in blocks {
          guard try ledger.append(block).refused.isEmpty else {
            throw CommandFailure(.failure, "the ledger refused a transfer of the benchmark")
          }
        }
        wall = clock.now - start
        processor = ThreadClock.process() - begin
        return nil
      },
      value: { [self] in
        try measureSignature()
        let reading = try ledger.snapshot().makeWorld()
        var sum: Integer = 0
        for (index, key) in keys.enumerated() {
          let balance = reading.world.balance(of: asset, holder: key.address)
          sum = try sum.adding(try balance.multiplied(by: Integer(index + 1)))
        }
        try reading.check()
        return sum
      },
      figures: { [self] in figures })
  }

  private func measureSignature() throws {
    let start = ThreadClock.now()
    for transaction in blocks[0] { _ = try VerifiedTransaction(verifying: transaction) }
    signature = (ThreadClock.now() - start) / Double(blocks[0].count)
  }

  private var figures: [Workload.Figure] {
    let timings = ledger.timings
    let count = Double(max(1, timings.transactions))
    func each(_ name: String, _ duration: Duration) -> Workload.Figure {
      Workload.Figure(name: name, value: duration.seconds * 1e9 / count, unit: "ns")
    }
    return [
      each("wall", wall),
      each("wall without signatures", wall - timings.verification),
      Workload.Figure(
        name: "processor without signatures", value: processor / count - signature, unit: "ns"),
      Workload.Figure(name: "signature", value: signature, unit: "ns"),
      each("verification", timings.verification), each("execution", timings.execution),
      each("reading", timings.reading), each("commitment", timings.commitment),
      each("writing", timings.writing), each("sync", timings.sync),
      Workload.Figure(
        name: "file", value: Double(FileSystem.size(of: path)) / count, unit: "bytes"),
    ]
  }
}
