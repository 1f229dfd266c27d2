import EngineTesting
import Foundation
import GRDB
import Ledger

/// Kills processes that write to a ledger, over and over, and looks whether what they said is there.
public struct KillCampaign {
  /// What was done and found.
  public struct Figures {
    /// Kills, by the phase that the process was in.
    public var kills: [KillExpectation.Phase: Int] = [:]
    /// Kills in the middle of a write, or in front of a truncation or removal.
    public var killsInCalls = 0
    /// Processes that came to their end before they were killed.
    public var spared = 0
    /// Blocks that were acknowledged.
    public var acknowledged = 0
    /// Blocks that were whole on the disk, and not yet acknowledged.
    public var extra = 0
    /// Ledgers that were executed once more, block by block, in the end.
    public var replayed = 0
    /// Drafts of ledgers that killed processes left.
    public var drafts = 0
    /// What was not as it must be.
    public var problems: [String] = []

    /// All kills.
    public var killCount: Int { kills.values.reduce(0, +) }
  }

  private let executable: String
  private let folder: String
  private var random: SplitMix64
  /// What was done and found so far.
  public private(set) var figures = Figures()

  /// Makes a campaign with a folder of its own in the one that is given.
  public init(executable: String, folder: String, seed: UInt64) throws {
    self.executable = executable
    self.folder = folder + "/kills-\(seed)"
    random = SplitMix64(seed: seed)
    try FileManager.default.createDirectory(
      atPath: self.folder, withIntermediateDirectories: true)
  }

  /// Goes on until so many processes were killed, or something is wrong.
  public mutating func run(kills: Int) throws {
    while figures.killCount < kills, figures.problems.isEmpty {
      let place = folder + "/" + UUID().uuidString
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      do { try runOne(in: place) } catch { figures.problems.append("\(place): \(error)") }
      if figures.problems.isEmpty { try FileManager.default.removeItem(atPath: place) }
    }
    if figures.problems.isEmpty { try FileManager.default.removeItem(atPath: folder) }
  }

  // MARK: - One ledger

  private mutating func runOne(in place: String) throws {
    let path = place + "/a.ledger"
    var expectation = KillExpectation()
    for _ in 0..<8 + random.below(8) {
      try killOne(path, place, &expectation)
      // Left as it is, the next process recovers it, and may be killed while it does.
      if random.chance(60) { try check(path, &expectation, blocks: 3) }
      figures.problems += expectation.problems.map { "\(place): \($0)" }
      guard figures.problems.isEmpty else { return }
    }
    try check(path, &expectation, blocks: .max)
    figures.acknowledged += expectation.acknowledged
    figures.drafts += try FileManager.default.contentsOfDirectory(atPath: place)
      .count { $0.hasSuffix(".new") }
    guard FileManager.default.fileExists(atPath: path) else { return }
    try finish(path)
    figures.problems += expectation.problems.map { "\(place): \($0)" }
  }

  /// Starts a process and kills it.
  private mutating func killOne(
    _ path: String, _ place: String, _ expectation: inout KillExpectation
  ) throws {
    let isInCall = random.chance(50)
    let call = random.below(random.pick([20, 100, 400, 1_500]))
    let helper = try Helper(
      executable,
      ["load", path, "\(random.next())", "60"] + (isInCall ? ["\(1 + call)"] : []), folder: place)
    if !isInCall {
      Thread.sleep(forTimeInterval: Double(random.below(random.pick([20, 80, 300]))) / 1_000)
      helper.kill()
    }
    helper.wait()
    expectation.begin()
    for line in helper.lines() { expectation.hear(line) }
    switch helper.end {
    case .signalled(SIGKILL):
      figures.kills[expectation.phase, default: 0] += 1
      if isInCall { figures.killsInCalls += 1 }
    case .exited(0): figures.spared += 1
    case let end: figures.problems.append("\(place): \(end) while \(expectation.phase)")
    }
  }

  /// Opens the ledger without any repair, and looks at what it holds.
  private mutating func check(
    _ path: String, _ expectation: inout KillExpectation, blocks: Int
  ) throws {
    guard expectation.isCreated || FileManager.default.fileExists(atPath: path) else { return }
    if random.chance(50) { try verify(path) }
    let ledger = try Ledger.open(.file(path))
    figures.extra += try expectation.check(ledger)
    figures.problems += try LedgerCheck(ledger, blocks: blocks).problems.map { "\(path): \($0)" }
    try ledger.close()
  }

  /// Holds what a kill left against its chain.
  private mutating func verify(_ path: String) throws {
    figures.problems += try Ledger.verify(fileAt: path).findings.map { "\(path): \($0)" }
  }

  /// Goes on writing to the ledger, executes it once more, and lets SQLite look at the file.
  private mutating func finish(_ path: String) throws {
    let ledger = try Ledger.open(.file(path))
    var load = try LedgerLoad(ledger, seed: random.next())
    let appended = try ledger.append(load.transactions(5))
    if appended.block == nil { figures.problems.append("\(path): it does not go on") }
    let replica = try ledger.replica()
    if try replica.head() != ledger.head() {
      figures.problems.append("\(path): the replica differs")
    }
    figures.replayed += 1
    try ledger.close()
    let verdict = try DatabaseQueue(path: path).read {
      try String.fetchOne($0, sql: "PRAGMA integrity_check")
    }
    try verify(path)
    if verdict != "ok" { figures.problems.append("\(path): \(verdict ?? "no verdict")") }
  }
}

extension KillCampaign.Figures: CustomStringConvertible {
  /// A few lines.
  public var description: String {
    let phases = KillExpectation.Phase.allCases.compactMap { phase in
      kills[phase].map { "\(phase) \($0)" }
    }
    return """
      \(killCount) kills: \(phases.joined(separator: ", "))
      \(killsInCalls) of them inside a call that changes a file; \(spared) processes ended before
      \(acknowledged) blocks acknowledged, \(problems.count) problems; \(extra) written that were not \
      yet acknowledged
      \(replayed) ledgers executed once more with the same roots; \(drafts) drafts left behind
      """ + problems.map { "\n\($0)" }.joined()
  }
}
