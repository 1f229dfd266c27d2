import Bytecode
import Execution
import Integers

/// Draws sequences of steps, and draws more like those that reached something new.
struct CampaignSearch {
  /// Sequences that are kept to draw more like them.
  private static let keptMax = 64

  /// A step as it is planned before the world is there in which it happens.
  private enum Planned {
    case kept(CampaignStep)
    case changed(CampaignStep)
    case fresh
  }

  private let scope: ScenarioScope
  private let start: ScenarioScope.Mark
  private let player: CampaignPlayer
  private let observer: BranchObserver
  private let names: [String: String]
  private var drawing: CampaignDrawing
  private var kept: [[CampaignStep]] = []
  private var outcomes: Set<String> = []
  private var reach = CampaignReach()
  /// Transactions so far.
  private(set) var transactions = 0

  init(
    cast: CampaignCast, scope: ScenarioScope, start: ScenarioScope.Mark,
    generator: SeededGenerator
  ) {
    self.scope = scope
    self.start = start
    player = CampaignPlayer(scope: scope)
    drawing = CampaignDrawing(cast: cast, scope: scope, generator: generator)
    var modules: [Identifier: Module] = [:]
    for contract in scope.names.contracts {
      guard let code = scope.names.code(of: contract.address) else { continue }
      modules[code.codeHash] = code.module
    }
    observer = BranchObserver(modules)
    var names: [String: String] = [:]
    for target in cast.targets {
      names["\(target.contract).\(target.export)"] = target.name
      reach.calls[target.name] = CampaignReach.Tally()
    }
    self.names = names
  }

  /// Draws and carries out one sequence; gives it up to the step after which something does not hold.
  mutating func run(
    _ depths: ClosedRange<Int>
  ) -> (steps: [CampaignStep], broken: CampaignBreak)? {
    scope.goBack(to: start)
    drawing.recent = []
    let depth = drawing.generator.number(in: depths)
    var plan = plan(depth)
    plan += Array(repeating: Planned.fresh, count: depth - plan.count)
    var steps: [CampaignStep] = []
    var newCount = 0
    for planned in plan {
      let step: CampaignStep
      switch planned {
      case .kept(let known): step = known
      case .changed(let known): step = drawing.changed(known)
      case .fresh: step = drawing.step(after: steps, successes: reach.calls)
      }
      let edgeCount = observer.edges.count
      let played = player.play(step, observer: observer)
      steps.append(step)
      let isNew = note(step, played)
      if isNew || observer.edges.count > edgeCount { newCount = steps.count }
      if let broken = played.broken { return (steps, broken) }
    }
    if newCount > 0 { keep(Array(steps.prefix(newCount))) }
    return nil
  }

  /// What was reached.
  func finish() -> CampaignReach {
    var reach = reach
    reach.edges = observer.edges
    reach.edgeCount = observer.edgeCount
    return reach
  }

  // MARK: - Noting

  /// Counts what a step came to; gives whether it is something that has not been before.
  private mutating func note(_ step: CampaignStep, _ played: CampaignPlayer.Played) -> Bool {
    guard let receipt = played.receipt else {
      reach.waits += 1
      return false
    }
    transactions += 1
    let isSuccess = receipt.failure == nil
    var outcome = receipt.failure.map { FailureText(names: scope.names).name($0) } ?? ""
    if !isSuccess { reach.errors[outcome, default: 0] += 1 }
    if case .call(let contract, let export, _, _) = step.action,
      let name = names["\(contract).\(export)"]
    {
      reach.calls[name, default: CampaignReach.Tally()].note(isSuccess)
      outcome += " of \(name)"
    } else {
      reach.sends.note(isSuccess)
    }
    if isSuccess { drawing.remember(step, receipt) }
    return outcomes.insert(outcome).inserted
  }

  private mutating func keep(_ steps: [CampaignStep]) {
    kept.append(steps)
    if kept.count > Self.keptMax { kept.removeFirst() }
  }

  // MARK: - Planning

  /// What a sequence begins with: nothing, or one that reached something new, with changes.
  private mutating func plan(_ depth: Int) -> [Planned] {
    guard drawing.generator.below(3) > 0, let known = drawing.generator.element(of: kept) else {
      return []
    }
    var plan = known.map { Planned.kept($0) }
    for _ in 0..<drawing.generator.below(3) {
      let place = drawing.generator.below(plan.count)
      switch drawing.generator.below(4) {
      case 0 where plan.count > 1: plan.remove(at: place)
      case 1: plan.insert(.fresh, at: place)
      case 2:
        let other = drawing.generator.element(of: kept) ?? []
        let from = drawing.generator.below(max(1, other.count))
        plan = plan[..<place] + other[min(from, other.count)...].map { .kept($0) }
      default: if case .kept(let step) = plan[place] { plan[place] = .changed(step) }
      }
      if plan.isEmpty { break }
    }
    return Array(plan.prefix(depth))
  }
}
