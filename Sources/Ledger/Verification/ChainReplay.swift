import Bytecode
import Chain
import Execution
import GRDB
import Hosting
import Integers
import State
import Transactions

/// Executes a chain once more from its genesis, in memory, and compares what every block leads to with
/// what the store holds.
final class ChainReplay {
  private let findings: FindingList
  private let executor: ChainExecutor
  private let history: HistoryComparison
  private let commitment: CommitmentComparison
  private let index: IndexComparison
  private var sums = BalanceSums()
  /// Invariants that were reported, so that each is reported once.
  private var broken: [Identifier: Set<Invariant>] = [:]

  /// The last block that was executed; nil before the first.
  var head: BlockHeader? { executor.head }
  /// How many blocks and transactions were executed.
  private(set) var blocks = 0
  private(set) var transactions = 0
  /// Values of earlier states that were compared.
  var pastValues: Int { history.pastCount }

  init(_ genesis: Genesis, _ db: Database, _ findings: FindingList, _ index: IndexComparison) throws
  {
    self.findings = findings
    self.index = index
    commitment = CommitmentComparison()
    let state = StateTable()
    executor = try ChainExecutor(
      genesis: genesis, state: state, pages: commitment.source, head: nil, beacons: [:])
    history = HistoryComparison(db, findings, state)
  }

  // MARK: - Blocks

  /// Makes the first block of the genesis, and compares it with the one that is stored; nil if none is.
  func begin(_ row: BlockRow?) throws {
    let sealed = try executor.sealGenesis()
    if let row {
      try take(sealed, row)
    } else {
      findings.add(.init(table: "block", height: 0), "the first block is missing")
      try commit(sealed)
    }
  }

  /// Executes a block and compares it; gives whether the next one can follow.
  func execute(
    _ row: BlockRow, _ header: BlockHeader, _ block: PreparedBlock
  ) throws -> Bool {
    guard header.parent == executor.head?.hash,
      let verified = try? block.verifiedTransactions(), (try? block.transactions.get()) != nil
    else { return false }
    let place = VerificationFinding.Place(table: "block", height: row.height)
    do throws(BlockRefusal) {
      try executor.open(
        BlockInput(height: header.height, time: header.time, beacon: header.beacon))
    } catch {
      findings.add(place, "the block cannot be executed: \(error)")
      return false
    }
    for transaction in verified {
      do throws(TransactionRefusal) { try executor.execute(transaction) } catch {
        findings.add(
          .init(table: "block", height: row.height, transaction: transaction.signed.id),
          "the transaction is refused: \(error)")
        try executor.abandon()
        return false
      }
    }
    return try take(executor.seal(), row)
  }

  /// Compares a sealed block with the stored one and makes it the last; gives whether it is the same.
  @discardableResult
  private func take(_ sealed: ChainExecutor.Sealed, _ row: BlockRow) throws -> Bool {
    let place = VerificationFinding.Place(table: "block", height: row.height)
    let header = sealed.block.header
    let stored = try? BlockHeader(decoding: row.raw.header)
    if let stored, let difference = header.difference(from: stored) {
      findings.add(place, "\(difference) is not what executing the block leads to")
    }
    compareReceipts(sealed, row)
    try commit(sealed)
    // A damaged copy of a header does not matter to what follows it.
    return stored == header || header.hash.bytes == row.hash
  }

  private func compareReceipts(_ sealed: ChainExecutor.Sealed, _ row: BlockRow) {
    guard sealed.encodedReceipts != row.receipts else { return }
    let block = sealed.block
    let place = VerificationFinding.Place(table: "block", height: row.height)
    let stored: [TransactionReceipt]
    do { stored = try SealedBlock.decodeReceipts(row.receipts) } catch {
      return findings.add(place, "the receipts are malformed at \(error)")
    }
    for (receipt, found) in zip(block.receipts, stored) where receipt != found {
      findings.add(
        .init(table: "block", height: row.height, transaction: receipt.transaction),
        "the receipt is not what executing the transaction leads to")
    }
    if stored.count != block.receipts.count {
      findings.add(
        place, "there are \(stored.count) receipts of \(block.receipts.count) transactions")
    }
  }

  /// Compares the rows of a block with what it changed, commits it, and looks after what must hold.
  private func commit(_ sealed: ChainExecutor.Sealed) throws {
    let height = sealed.block.height
    let changes = sealed.changes
    for (position, receipt) in sealed.block.receipts.enumerated() {
      try index.take(
        Array(receipt.outcome.events), of: receipt.transaction, height: height, position: position
      ) { LedgerReading.name(of: $0, in: executor.world) }
    }
    try history.take(changes, height: height)
    commitment.take(sealed.pages)
    executor.commit()
    checkSums(of: sums.add(changes), height: height)
    checkInvariants(changes, height: height)
    history.compact()
    blocks += 1
    transactions += sealed.block.transactions.count
  }

  // MARK: - What must hold

  private func checkSums(of assets: [Identifier], height: Int) {
    for asset in assets {
      let (sum, supply) = (sums.sum(of: asset), executor.world.supply(of: asset))
      guard sum != supply else { continue }
      findings.add(
        .init(table: "value", height: height, key: asset.bytes),
        "the balances of the asset add up to \(sum), and its supply is \(supply)",
        kind: .conservation)
    }
  }

  private func checkInvariants(_ changes: [StateChange], height: Int) {
    for contract in executor.world.contracts(touchedBy: changes) {
      for invariant in executor.world.brokenInvariants(of: contract)
      where broken[contract, default: []].insert(invariant).inserted {
        findings.add(
          .init(table: "value", height: height, key: contract.bytes),
          "the invariant \"\(invariant.title)\" of the contract does not hold", kind: .invariant)
      }
    }
  }

  // MARK: - The end

  /// Compares the present state, its commitment and the sums of all balances; gives how many values there
  /// are.
  func finish(_ db: Database) throws -> Int {
    let count = try history.finish()
    try commitment.finish(db, findings)
    sums = BalanceSums(of: executor.world.state)
    let assets = Set(sums.assets).union(executor.world.assets).sorted()
    checkSums(of: assets, height: executor.head?.height ?? 0)
    return count
  }
}
