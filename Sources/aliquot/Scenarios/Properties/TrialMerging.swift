import Assembly

/// Makes one report of the parts of a property or a campaign, up to the first that found something.
struct TrialMerging {
  /// How was drawn.
  let options: TrialOptions
  /// The parts, at least one.
  let parts: [TrialPart]

  private var runs: Int { parts.reduce(0) { $0 + $1.runs } }
  private var runCount: Int { parts.map(\.runCount).max() ?? 0 }
  private var steps: Int { parts.reduce(0) { $0 + $1.steps } }
  private var finding: TrialFinding? { parts.last?.finding }

  /// The report of a property.
  var property: TrialReport {
    let isExhaustive = parts.contains(where: \.isExhaustive)
    let count = Words.count(runCount, "case")
    return TrialReport(
      summary: isExhaustive ? "all \(count)" : count,
      json: json(["isExhaustive": .bool(isExhaustive)]), finding: finding,
      arguments: options.arguments)
  }

  /// The report of a campaign; one in which no call ever succeeded has shown nothing.
  func campaign(_ campaign: CampaignSyntax) -> TrialReport {
    var reach = CampaignReach()
    for part in parts { if let other = part.reach { reach.add(other) } }
    var report = TrialReport(
      summary: "\(Words.count(runs, "run")), \(Words.count(steps, "transaction"))",
      json: .null, lines: reach.calls.isEmpty ? [] : reach.lines, finding: finding,
      arguments: options.arguments)
    if finding == nil, reach.successCount == 0 {
      report.finding = TrialFinding(
        problem: ScenarioProblem(
          "no call of this campaign ever succeeded, so that it has shown nothing",
          at: campaign.titleSpan,
          help: "give the actors what the calls need in the setup: assets, roles, time"))
    }
    report.json = json(["reach": reach.json])
    return report
  }

  private func json(_ more: JSON) -> JSON {
    let head: JSON = [
      "seed": .string(String(options.seed)), "runs": .number(runs),
      "wanted": .number(runCount),
    ]
    let found = JSON.object(
      (finding?.members ?? []) + [
        JSON.Member(name: "scenario", value: finding?.scenario.map { .string($0) } ?? .null)
      ])
    return head + more + (finding == nil ? [:] : ["finding": found])
  }
}
