import Bytecode
import Execution

/// What a campaign reached.
struct CampaignReach: Sendable {
  /// How often something was tried.
  struct Tally: Hashable, Sendable {
    var succeeded = 0
    var reverted = 0

    var all: Int { succeeded + reverted }

    mutating func note(_ isSuccess: Bool) {
      if isSuccess { succeeded += 1 } else { reverted += 1 }
    }

    mutating func add(_ other: Tally) {
      succeeded += other.succeeded
      reverted += other.reverted
    }
  }

  /// Calls by contract and function: every function stands here, also those that were not called.
  var calls: [String: Tally] = [:]
  /// Transfers between actors.
  var sends = Tally()
  /// Jumps in time.
  var waits = 0
  /// Failures by error.
  var errors: [String: Int] = [:]
  /// Ways out of branches that were taken.
  var edges: Set<BranchObserver.Edge> = []
  /// Ways out of branches that there are.
  var edgeCount = 0

  /// Calls that succeeded.
  var successCount: Int { calls.values.reduce(0) { $0 + $1.succeeded } }

  /// Adds what another part reached.
  mutating func add(_ other: CampaignReach) {
    for (name, tally) in other.calls { calls[name, default: Tally()].add(tally) }
    sends.add(other.sends)
    waits += other.waits
    errors.merge(other.errors) { $0 + $1 }
    edges.formUnion(other.edges)
    edgeCount = max(edgeCount, other.edgeCount)
  }

  // MARK: - Writing

  private var failures: [(name: String, count: Int)] {
    errors.map { (name: $0.key, count: $0.value) }
      .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
  }

  /// The report for people, in lines.
  var lines: [String] {
    var table = Table(
      ["function", "calls", "ok", "reverted", ""], right: ["calls", "ok", "reverted"])
    for (name, tally) in calls.sorted(by: { $0.key < $1.key }) {
      let remark = tally.all == 0 ? "never called" : tally.succeeded == 0 ? "never succeeded" : ""
      table.add(name, "\(tally.all)", "\(tally.succeeded)", "\(tally.reverted)", remark)
    }
    table.add("send", "\(sends.all)", "\(sends.succeeded)", "\(sends.reverted)", "")
    var lines = table.text().split(separator: "\n").map(String.init)
    if !failures.isEmpty {
      lines.append(
        "reverted with: " + failures.map { "\($0.name) \($0.count)" }.joined(separator: ", "))
    }
    lines.append("branches: \(edges.count) of \(edgeCount); jumps in time: \(waits)")
    return lines
  }

  /// The report for programs.
  var json: JSON {
    [
      "calls": .array(
        calls.sorted { $0.key < $1.key }.map { name, tally in
          [
            "function": .string(name), "succeeded": .number(tally.succeeded),
            "reverted": .number(tally.reverted),
          ]
        }),
      "sends": ["succeeded": .number(sends.succeeded), "reverted": .number(sends.reverted)],
      "waits": .number(waits),
      "errors": .array(
        failures.map { ["name": .string($0.name), "count": .number($0.count)] }),
      "branches": ["reached": .number(edges.count), "all": .number(edgeCount)],
    ]
  }
}
