import ArgumentParser
import Assembly
import Ledger

/// Executes a ledger once more and compares everything.
struct Verify: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Execute a ledger once more from its genesis, and compare everything it holds.",
    discussion: """
      Every signature, receipt and root, every value of the present and the past, the commitment and the \
      indices are held against what the blocks lead to; so are the sums of all balances and the \
      invariants of contracts. The exit code is 41 if the ledger is damaged, and 42 if it is whole but an \
      invariant of a contract does not hold.
      """)

  @Option(help: "How many findings are listed.") var limit = 100
  @OptionGroup var store: LedgerOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard limit >= 1 else { throw ValidationError("The limit is at least 1.") }
  }

  func perform() throws -> Outcome {
    let bar = ProgressLine("verifying", global)
    let report = try LedgerFailure.translating {
      try Ledger.verify(fileAt: store.path, findingLimit: limit) { bar.show($0) }
    }
    bar.end()
    var outcome = Outcome()
    outcome.result = json(report)
    let omitted =
      report.omittedFindings > 0
      ? "and \(Words.count(report.omittedFindings, "more finding"))\n" : ""
    outcome.text = report.findings.map { "\($0)\n" }.joined() + omitted + summary(report)
    if !report.isIntact {
      outcome.status = .store
      outcome.reports = [
        .message(
          .error, "\"\(store.path)\" is damaged",
          help: "restore it from a copy or an export; what it says cannot be relied on")
      ]
    } else if !report.findings.isEmpty {
      outcome.status = .invariantBroken
    }
    return outcome
  }

  private func summary(_ report: VerificationReport) -> String {
    func grouped(_ number: Int) -> String { Numbers.grouped(String(number)) }
    let size =
      "\(grouped(report.blocks)) blocks, \(grouped(report.transactions)) transactions, "
      + "\(grouped(report.values)) values and \(grouped(report.pastValues)) of the past"
    return report.isIntact
      ? "whole: \(size)\n"
      : "damaged: \(Words.count(report.findings.count, "finding")) in \(size)\n"
  }

  private func json(_ report: VerificationReport) -> JSON {
    [
      "isIntact": .bool(report.isIntact), "height": report.height.map { .number($0) } ?? .null,
      "executedHeight": report.executedHeight.map { .number($0) } ?? .null,
      "blocks": .number(report.blocks), "transactions": .number(report.transactions),
      "values": .number(report.values), "pastValues": .number(report.pastValues),
      "findings": .array(
        report.findings.map { finding in
          [
            "kind": .string("\(finding.kind)"),
            "table": finding.place.table.map { .string($0) } ?? .null,
            "height": finding.place.height.map { .number($0) } ?? .null,
            "transaction": finding.place.transaction.map { .identifier($0) } ?? .null,
            "key": finding.place.key.map { .bytes($0) } ?? .null,
            "reason": .string(finding.reason),
          ]
        }),
      "omittedFindings": .number(report.omittedFindings),
    ]
  }
}
