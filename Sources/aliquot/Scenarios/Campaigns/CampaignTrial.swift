import Assembly
import Bytecode
import Execution
import Integers

/// Looks for a sequence of steps after which something does not hold.
struct CampaignTrial {
  /// Sequences of a campaign that says nothing of them.
  static let runsDefault = 100
  /// Steps of a sequence where the campaign says nothing of them.
  static let depthDefault = 1...30
  /// Steps that a sequence may have.
  static let depthMax = 10_000

  /// The suite.
  let suite: ScenarioSuite
  /// The campaign.
  let campaign: CampaignSyntax
  /// What draws depend on.
  let options: TrialOptions
  /// The world, which stands where the setup ended.
  let scope: ScenarioScope

  private var evaluator: ScenarioEvaluator { ScenarioEvaluator(scope: scope) }

  /// Tries the sequences of one part up to the first after which something does not hold, and shrinks that.
  func run(part: Int) -> TrialPart {
    var result = TrialPart()
    let start = scope.mark()
    defer { scope.goBack(to: start) }
    do throws(ScenarioProblem) {
      result.runCount = try options.runs(
        campaign.runs, otherwise: Self.runsDefault, evaluator)
      let cast = try self.cast()
      let depths = try self.depths()
      var search = CampaignSearch(
        cast: cast, scope: scope, start: start,
        generator: options.generator(suite, campaign.title, part))
      for _ in TrialOptions.runs(ofPart: part, of: result.runCount) {
        result.runs += 1
        guard let found = search.run(depths) else { continue }
        scope.count(false)
        result.finding = finding(found.steps, found.broken, cast, start)
        break
      }
      result.steps = search.transactions
      result.reach = search.finish()
    } catch { result.finding = TrialFinding(problem: error) }
    return result
  }

  // MARK: - What the campaign says

  private func cast() throws(ScenarioProblem) -> CampaignCast {
    var actors: [Identifier] = []
    for name in campaign.actors {
      switch try evaluator.value(Expression(kind: .name(name), span: name.span)) {
      case .identifier(let address): actors.append(address)
      case .list(let elements):
        for case .identifier(let address) in elements { actors.append(address) }
      case let other: throw .mistake("expected an actor, found \(other.sort)", at: name.span)
      }
    }
    var contracts: [Identifier] = []
    var targets: [CampaignCast.Target] = []
    for name in campaign.contracts {
      let address = try evaluator.address(Expression(kind: .name(name), span: name.span))
      guard let module = scope.world.module(of: address) else {
        throw .mistake("\(name.text) is no contract", at: name.span)
      }
      contracts.append(address)
      for (index, export) in module.exports.enumerated()
      where !export.isView && export.name != "init" {
        targets.append(
          CampaignCast.Target(
            contract: address, name: "\(name.text).\(export.name)", export: index,
            function: export.name))
      }
    }
    guard !targets.isEmpty, !actors.isEmpty else {
      throw .mistake(
        "there is nothing to call: the contracts have views only", at: campaign.titleSpan)
    }
    return CampaignCast(actors: actors, contracts: contracts, targets: targets)
  }

  private func depths() throws(ScenarioProblem) -> ClosedRange<Int> {
    switch campaign.depth {
    case nil: return Self.depthDefault
    case .elements(let depth): return 1...(try evaluator.count(depth, in: 1...Self.depthMax))
    case .range(let first, let last, let isClosed):
      let low = try evaluator.count(first, in: 1...Self.depthMax)
      let high = try evaluator.count(last, in: 1...Self.depthMax) - (isClosed ? 0 : 1)
      guard low <= high else { throw .mistake("this range is empty", at: first.span) }
      return low...high
    }
  }

  // MARK: - What was found

  private func finding(
    _ steps: [CampaignStep], _ broken: CampaignBreak, _ cast: CampaignCast,
    _ start: ScenarioScope.Mark
  ) -> TrialFinding {
    scope.goBack(to: start)
    var shrinking = CampaignShrinking(
      steps, broken: broken, player: CampaignPlayer(scope: scope), start: start, cast: cast)
    shrinking.run()
    let text = CampaignText(scope: scope, suite: suite)
    let title = "\(campaign.title): \(broken.title)"
    let scenario = text.scenario(title, shrinking.steps, broken: broken, from: start)
    let again = text.problem(in: scenario, from: start)
    var finding = TrialFinding(
      problem: again?.problem
        ?? ScenarioProblem("afterwards this does not hold: \(broken.title)", at: campaign.titleSpan),
      sources: again?.sources)
    finding.notes = [
      (
        "shrunk",
        "from \(Words.count(steps.count, "step")) to \(shrinking.steps.count), after "
          + Words.count(shrinking.attempts, "attempt")
      )
    ]
    finding.scenario = scenario
    finding.members = [
      JSON.Member(name: "drawnSteps", value: .number(steps.count)),
      JSON.Member(name: "steps", value: .number(shrinking.steps.count)),
      JSON.Member(name: "attempts", value: .number(shrinking.attempts)),
      JSON.Member(name: "broken", value: .string(broken.title)),
    ]
    return finding
  }
}
