import Ledger

/// What the benchmark of a ledger measured, for people and for programs.
struct LedgerBenchmarkResults {
  /// The workloads in order.
  let rows: [LedgerBenchmark.Row]
  /// What verifying the file took.
  let verified: LedgerBenchmark.Verified

  /// A table of the workloads, and a line about verifying.
  func text(paint: Paint) -> String {
    let columns = [
      "blocks", "tx", "tx/s", "us/tx", "verify", "run", "read", "commit", "write", "sync",
      "queries/tx",
      "changes/tx", "bytes/tx",
    ]
    var table = Table(["workload"] + columns, right: Set(columns))
    for row in rows {
      let timings = row.timings
      let perTransaction = { (count: Int) in
        Numbers.decimal(Double(count) / Double(max(1, row.transactions)), 2)
      }
      let microseconds = { Numbers.decimal(row.microseconds($0), 1) }
      table.add(
        row.name, String(row.blocks), String(row.transactions), Numbers.decimal(row.perSecond, 0),
        microseconds(row.elapsed), microseconds(timings.verification),
        microseconds(timings.execution), microseconds(timings.reading),
        microseconds(timings.commitment), microseconds(timings.writing),
        microseconds(timings.sync), perTransaction(timings.queries),
        perTransaction(timings.changes), perTransaction(row.bytes))
    }
    let report = verified.report
    return table.text(paint: paint)
      + """

      verified \(Words.count(report.transactions, "transaction")) in \
      \(Words.count(report.blocks, "block")), \
      \(Words.count(report.values + report.pastValues, "value")) and \
      \(Numbers.grouped(String(verified.bytes / 1_000_000))) MB in \
      \(Numbers.decimal(verified.elapsed.seconds, 1)) s: \
      \(Numbers.decimal(verified.perSecond, 0)) tx/s

      """
  }

  /// The same for programs; durations in nanoseconds.
  var json: JSON {
    [
      "suite": "ledger", "workloads": .array(rows.map(json)),
      "verification": [
        "blocks": .number(verified.report.blocks),
        "transactions": .number(verified.report.transactions),
        "values": .number(verified.report.values),
        "pastValues": .number(verified.report.pastValues), "bytes": .number(verified.bytes),
        "nanoseconds": .number(Int(verified.elapsed.seconds * 1e9)),
      ],
    ]
  }

  private func json(_ row: LedgerBenchmark.Row) -> JSON {
    let phases: [(String, Duration)] = [
      ("elapsed", row.elapsed), ("verification", row.timings.verification),
      ("execution", row.timings.execution),
      ("reading", row.timings.reading), ("commitment", row.timings.commitment),
      ("writing", row.timings.writing), ("sync", row.timings.sync),
    ]
    return [
      "name": .string(row.name), "blocks": .number(row.blocks),
      "transactions": .number(row.transactions), "bytes": .number(row.bytes),
      "queries": .number(row.timings.queries), "changes": .number(row.timings.changes),
      "nanoseconds": .object(
        phases.map { name, duration in
          JSON.Member(name: name, value: .number(Int(duration.seconds * 1e9)))
        }),
    ]
  }
}
