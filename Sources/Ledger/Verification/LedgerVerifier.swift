import Bytecode
import Chain
import GRDB
import Transactions

/// Compares all that a database holds with what its chain leads to.
final class LedgerVerifier {
  private let db: Database
  private let findings: FindingList
  private let progress: (LedgerProgress) throws -> Void
  private let index: IndexComparison
  private var replay: ChainReplay?
  private var blockCount = 0

  init(
    _ db: Database, findingLimit: Int, progress: @escaping (LedgerProgress) throws -> Void
  ) {
    self.db = db
    self.progress = progress
    findings = FindingList(limit: findingLimit)
    index = IndexComparison(db, findings)
  }

  func run() throws -> VerificationReport {
    try findings.attempt(.init()) { try PageInspection(db, findings).run() }
    try FileInspection(db: db, findings: findings).run()
    let genesis = try genesis()
    replay = try genesis.map { try ChainReplay($0, db, findings, index) }
    try findings.attempt(.init(table: "block")) {
      blockCount = try Int.fetchOne(db, sql: "SELECT count(*) FROM block") ?? 0
    }
    let (head, isWhole) = try verifyBlocks(genesis?.chain)
    var report = VerificationReport()
    report.height = head?.height
    report.executedHeight = replay?.head?.height
    report.blocks = replay?.blocks ?? 0
    report.transactions = replay?.transactions ?? 0
    if isWhole, let replay {
      report.values = try replay.finish(db)
      report.pastValues = replay.pastValues
    } else {
      (report.values, report.pastValues) = try RowInspection(db: db, findings: findings).run(head)
    }
    try index.finish(withEvents: isWhole)
    try MarkInspection(db: db, findings: findings).run()
    report.findings = findings.findings
    report.omittedFindings = findings.omitted
    report.damageCount = findings.damageCount
    return report
  }

  private func genesis() throws -> Genesis? {
    var genesis: Genesis?
    let place = VerificationFinding.Place(table: "meta")
    try findings.attempt(place) {
      guard let bytes = try StoreReader(db: db).genesis() else {
        return findings.add(place, "the genesis is missing")
      }
      do throws(Refusal) { genesis = try Genesis(decoding: bytes) } catch {
        findings.add(place, "the genesis is malformed at \(error)")
      }
    }
    guard let decoded = genesis, decoded.schedule != MachineRules.identifier else {
      return genesis
    }
    findings.add(place, "the chain runs by other rules or prices than this machine")
    return nil
  }

  // MARK: - Blocks

  /// Goes through all blocks; gives the last header, and whether every block was executed.
  private func verifyBlocks(_ chain: Identifier?) throws -> (head: BlockHeader?, isWhole: Bool) {
    var inspection = BlockInspection(findings, chain: chain)
    var head: BlockHeader?
    var isExecuting = replay != nil
    var done = (blocks: 0, transactions: 0)
    try findings.attempt(.init(table: "block")) {
      var blocks = try BlockRow.pipeline(db)
      while let (row, block) = try blocks.nextBlock() {
        let header = inspection.inspect(row, block)
        head = header ?? head
        let transactions = (try? block.transactions.get()) ?? []
        for (position, transaction) in transactions.enumerated() {
          guard let id = try? transaction.get().signed.id else { continue }
          try index.take(id, height: row.height, position: position)
        }
        if isExecuting { isExecuting = try execute(row, header, block) }
        if !isExecuting, let header { inspection.inspectReceipts(row, header) }
        done = (done.blocks + 1, done.transactions + transactions.count)
        try progress(
          LedgerProgress(
            blocks: done.blocks, blockCount: blockCount, transactions: done.transactions))
      }
    }
    try inspectEnd(head)
    return (head, isExecuting && replay?.head != nil && replay?.head == head)
  }

  /// Looks for blocks that are missing at the end: what they wrote, or found by, names their heights.
  private func inspectEnd(_ head: BlockHeader?) throws {
    try findings.attempt(.init(table: "block")) {
      guard let head else { return findings.add(.init(table: "block"), "there is no block") }
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT max(height) AS height FROM (
            SELECT height FROM value UNION ALL SELECT until FROM past UNION ALL SELECT height FROM sent
          ) WHERE typeof(height) = 'integer' HAVING max(height) > ?
          """, arguments: [head.height])
      guard let last = try row?.integer("height") else { return }
      findings.add(
        .init(table: "block", height: last),
        "the store speaks of this height, and the last block is that of \(head.height)")
    }
  }

  /// Executes a block, if it follows the last one that was; gives whether the next one may be.
  private func execute(
    _ row: BlockRow, _ header: BlockHeader?, _ block: PreparedBlock
  ) throws -> Bool {
    guard let replay else { return false }
    if replay.head == nil {
      try replay.begin(row.height == 0 ? row : nil)
      if row.height == 0 { return true }
    }
    if let header, try replay.execute(row, header, block) { return true }
    findings.add(
      .init(table: "block", height: row.height),
      "the chain could not be executed from here on; what follows was looked at by itself")
    return false
  }
}
