import Bytecode
import Chain
import Hosting
import Integers
import Verification
import Execution
import Ledger
import Transactions

extension Workload {
  /// A registry of assets in a file, three for each ten operations, read and updated at random.
  static var passports: Workload {
    Workload(
      name: "scale", title: "a read and an update among 300,000 GPU passports in a ledger",
      operations: 1_000_000, few: 3_000, countsAllThreads: true
    ) { operations in try PassportLedger(operations: operations).prepared }
  }
}

/// A ledger in a file of its own, with a registry of passports in it.
private final class PassportLedger {
  /// Passports registered, and operations done, in one transaction; and transactions in one block.
  private static let registrations = 1_000
  private static let operationsAtOnce = 10_000
  private static let perBlock = 10

  private let folder: String
  private let path: String
  private let ledger: Ledger
  private let key: AccountKey
  private var nonce: UInt64 = 0
  private let count: Int
  private let operations: Int
  private let module: Module
  private var contract = Identifier.zero
  private var registration = 0.0
  private var registered = LedgerTimings()
  private var sum: Integer = 0

  init(operations: Int) throws {
    self.operations = operations
    count = max(1, operations * 3 / 10)
    key = try .development(named: "registrar")
    folder = try FileSystem.makeTemporaryDirectory()
    path = Path.join(folder, "scale.ledger")
    ledger = try Ledger.create(
      Genesis(name: "bench", isDevelopment: true, time: 0), at: .file(path))
    let code = try WorkContracts.code("Passports")
    module = code.module
    let receipts = try append([
      .deploy(module: code.encoded),
      .create(ContractCreation(codeHash: Identifier(code.codeHash) ?? .zero)),
    ])
    contract = receipts.last?.outcome.results?.first?.identifier ?? .zero
    let start = ThreadClock.process()
    try register()
    registration = ThreadClock.process() - start
    registered = ledger.timings
  }

  deinit { FileSystem.removeAll(folder) }

  /// Makes a block of the actions, all of which must succeed.
  private func append(_ actions: [Transaction.Action]) throws -> [TransactionReceipt] {
    let signed = try actions.map { action in
      defer { nonce += 1 }
      return try key.sign(
        Transaction(
          chain: ledger.chain, sender: key.publicKey, nonce: nonce, gasLimit: Limits.gas,
          action: action))
    }
    let appended = try ledger.append(signed)
    guard let receipts = appended.block?.receipts, appended.refused.isEmpty else {
      throw CommandFailure(.failure, "the ledger refused a transaction: \(appended.refused)")
    }
    if let failure = receipts.compactMap(\.outcome.failure).first {
      throw CommandFailure(.failure, "the work on passports failed: \(failure.reason)")
    }
    return receipts
  }

  private func call(_ function: String, _ arguments: [Value]) throws -> Transaction.Action {
    guard let export = module.export(named: function) else {
      throw CommandFailure(.failure, "there is no function \(function)")
    }
    return .call(ContractCall(target: contract, export: export, in: module, arguments: arguments))
  }

  private func register() throws {
    var calls: [Transaction.Action] = []
    for start in stride(from: 0, to: count, by: Self.registrations) {
      calls.append(
        try call(
          "register",
          [
            .int(Integer(start)), .int(Integer(min(Self.registrations, count - start))),
            WorkHolders.list,
          ]))
      if calls.count == Self.perBlock || start + Self.registrations >= count {
        _ = try append(calls)
        calls = []
      }
    }
  }

  var prepared: Workload.Prepared {
    Workload.Prepared(
      run: { [self] in
        var seed: Integer = 1
        var gas: UInt64 = 0
        sum = 0
        for start in stride(from: 0, to: operations, by: Self.operationsAtOnce) {
          let part = min(Self.operationsAtOnce, operations - start)
          let receipts = try append([
            try call("work", [.int(seed), .int(Integer(part)), .int(Integer(count))])
          ])
          let results = receipts.last?.outcome.results?.compactMap(\.integer) ?? []
          guard results.count == 2 else {
            throw CommandFailure(.failure, "the work on passports gave nothing")
          }
          seed = results[0]
          sum = try sum.adding(results[1])
          gas += receipts.last?.outcome.gasUsed ?? 0
        }
        return gas
      },
      value: { [self] in sum },
      figures: { [self] in figures })
  }

  private var figures: [Workload.Figure] {
    let timings = ledger.timings.since(registered)
    func each(_ name: String, _ duration: Duration) -> Workload.Figure {
      Workload.Figure(name: name, value: duration.seconds * 1e9 / Double(operations), unit: "ns")
    }
    return [
      Workload.Figure(name: "passports", value: Double(count), unit: ""),
      Workload.Figure(name: "registration", value: registration / Double(count), unit: "ns"),
      each("execution", timings.execution), each("reading", timings.reading),
      each("commitment", timings.commitment), each("writing", timings.writing),
      each("sync", timings.sync),
      Workload.Figure(name: "memory", value: Double(ThreadClock.mostMemory()) / 1e6, unit: "MB"),
      Workload.Figure(name: "file", value: Double(FileSystem.size(of: path)) / 1e6, unit: "MB"),
    ]
  }
}
