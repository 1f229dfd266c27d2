import Bytecode
import Execution
import Integers
import State

/// Draws steps that fit the present state of the world, and some that do not.
struct CampaignDrawing {
  /// Who and what the campaign is about.
  let cast: CampaignCast
  /// The world.
  let scope: ScenarioScope
  /// What draws come from.
  var generator: SeededGenerator
  /// Values that calls of this run returned and emitted, the newest last.
  var recent: [(kind: Kind, value: Value)] = []

  private var named: [Identifier: Bool] = [:]

  /// Values that are remembered.
  private static let recentMax = 48

  var world: World { scope.world }
  var names: NamedWorld { scope.names }

  init(cast: CampaignCast, scope: ScenarioScope, generator: SeededGenerator) {
    self.cast = cast
    self.scope = scope
    self.generator = generator
  }

  // MARK: - Steps

  /// A step; sometimes one of those before it once more.
  mutating func step(
    after steps: [CampaignStep], successes: [String: CampaignReach.Tally]
  ) -> CampaignStep {
    switch generator.below(20) {
    case 0, 1:
      if var again = generator.element(of: steps.suffix(8).filter(\.isTransaction)) {
        if generator.happens(oneIn: 3) { again.actor = actor() }
        return again
      }
    case 2, 3:
      if let send = send() { return send }
    case 4, 5: return wait()
    default: break
    }
    return call(successes)
  }

  /// The same step with something changed in it.
  mutating func changed(_ step: CampaignStep) -> CampaignStep {
    var changed = step
    switch step.action {
    case .wait: return wait()
    case .send(_, let asset, let receiver):
      if generator.happens(oneIn: 3) { return send() ?? step }
      changed.action = .send(
        amount(of: asset, holder: step.actor), of: asset, to: receiver)
    case .call(let contract, let export, var arguments, var payments):
      guard let module = world.module(of: contract), module.exports.indices.contains(export) else {
        return step
      }
      let parameters = module.exports[export].parameters
      let place = generator.below(parameters.count + payments.count + 1)
      if place < parameters.count {
        arguments[place] = value(of: parameters[place].kind, in: module, contract, step.actor)
      } else if place < parameters.count + payments.count {
        let paid = payments[place - parameters.count].asset
        payments[place - parameters.count].amount = amount(of: paid, holder: step.actor)
      } else {
        changed.actor = actor()
      }
      changed.action = .call(contract, export: export, arguments: arguments, payments: payments)
    }
    return changed
  }

  /// A call; of two functions rather the one that has succeeded less.
  private mutating func call(_ successes: [String: CampaignReach.Tally]) -> CampaignStep {
    func count(_ target: CampaignCast.Target) -> Int { successes[target.name]?.succeeded ?? 0 }
    var target = cast.targets[generator.below(cast.targets.count)]
    let other = cast.targets[generator.below(cast.targets.count)]
    if generator.happens(oneIn: 2), count(other) < count(target) { target = other }
    let caller = actor()
    guard let module = world.module(of: target.contract) else { return wait() }
    let export = module.exports[target.export]
    var arguments: [Value] = []
    for parameter in export.parameters {
      arguments.append(value(of: parameter.kind, in: module, target.contract, caller))
    }
    return CampaignStep(
      actor: caller,
      action: .call(
        target.contract, export: target.export, arguments: arguments,
        payments: payments(export, target.contract, caller)))
  }

  private mutating func send() -> CampaignStep? {
    let sender = actor()
    guard let asset = generator.element(of: held(by: sender)) else { return nil }
    let receiver =
      generator.happens(oneIn: 4)
      ? cast.contracts[generator.below(cast.contracts.count)] : actor()
    return CampaignStep(
      actor: sender, action: .send(amount(of: asset, holder: sender), of: asset, to: receiver))
  }

  /// Units of time, from seconds to about a year.
  private static let spans = [1, 60, 3_600, 86_400, 604_800, 2_592_000, 31_536_000]

  private mutating func wait() -> CampaignStep {
    let span = Self.spans[generator.below(Self.spans.count)]
    let seconds = span * generator.number(in: 1...4) + (generator.happens(oneIn: 3) ? -1 : 0)
    return CampaignStep(actor: .zero, action: .wait(max(1, seconds)))
  }

  /// One of those who act.
  mutating func actor() -> Identifier { cast.actors[generator.below(cast.actors.count)] }

  // MARK: - Assets

  /// The assets that exist and have a name.
  ///
  /// What has a name keeps it for the time of a campaign.
  mutating func assets() -> [Identifier] {
    var assets: [Identifier] = []
    var reached: [UInt8]?
    while assets.count < 64,
      let slot = world.state.slot(within: [KeySpace.asset.rawValue], after: reached)
    {
      let key = Array(world.state.key(of: slot))
      reached = key
      guard case .asset(let asset) = StateKey(key) else { continue }
      if isNamed(asset) { assets.append(asset) }
    }
    return assets
  }

  private mutating func isNamed(_ asset: Identifier) -> Bool {
    if let known = named[asset] { return known }
    let isNamed = ScenarioLiteral(names: names).unit(asset) != nil
    named[asset] = isNamed
    return isNamed
  }

  private mutating func held(by holder: Identifier) -> [Identifier] {
    assets().filter { world.balance(of: $0, holder: holder) > 0 }
  }

  /// The assets that a contract keeps in its fields, in whole.
  private mutating func stored(by contract: Identifier) -> [Identifier] {
    let fields = world.module(of: contract)?.fields ?? []
    return fields.indices.compactMap { index in
      guard fields[index].key.isEmpty, fields[index].value == .plain(.asset) else { return nil }
      let key = StateKey.field(
        contract: contract, index: UInt8(truncatingIfNeeded: index), components: [])
      let asset = world.state.value(for: key.bytes).flatMap { Identifier($0) }
      guard let asset, world.asset(asset) != nil, isNamed(asset) else { return nil }
      return asset
    }
  }

  private mutating func payments(
    _ export: Export, _ contract: Identifier, _ payer: Identifier
  ) -> [AttachedPayment] {
    var count = export.payments.count
    if count > 0, generator.happens(oneIn: 12) { count -= 1 }
    if export.payments.isEmpty, generator.happens(oneIn: 30) { count = 1 }
    var payments: [AttachedPayment] = []
    for _ in 0..<count {
      let fitting = generator.below(4) > 0 ? stored(by: contract) : []
      guard
        let asset = generator.element(of: fitting) ?? generator.element(of: held(by: payer))
          ?? generator.element(of: assets())
      else { break }
      payments.append(AttachedPayment(asset: asset, amount: amount(of: asset, holder: payer)))
    }
    return payments
  }

  /// An amount of an asset: mostly one that the holder has, now and then more.
  mutating func amount(of asset: Identifier, holder: Identifier) -> Integer {
    let balance = world.balance(of: asset, holder: holder)
    let unit = Integer.power(10, names.decimals(of: asset))
    let small = Integer(generator.number(in: 1...10))
    switch generator.below(16) {
    case 0: return 0
    case 1, 2: return balance
    case 3: return balance.plus(1)
    case 4: return balance.half()
    case 5, 6, 7: return min(max(1, balance), small)
    case 8, 9, 10: return min(max(1, balance), small.times(unit))
    case 11:
      if let value = recentInteger(), value >= 0 { return value }
      return balance
    default: return generator.integer(upTo: balance)
    }
  }

  // MARK: - Memory

  /// Remembers what a call returned and emitted.
  mutating func remember(_ step: CampaignStep, _ receipt: Receipt) {
    if case .call(let contract, let export, _, _) = step.action,
      let module = world.module(of: contract), module.exports.indices.contains(export),
      let results = receipt.results
    {
      for (parameter, value) in zip(module.exports[export].results, results) {
        recent.append((parameter.kind, value))
      }
    }
    for event in receipt.events {
      let declared = names.module(event.codeHash)?.events
      guard let declared, declared.indices.contains(event.index) else { continue }
      for (parameter, value) in zip(declared[event.index].parameters, event.fields) {
        recent.append((parameter.kind, value))
      }
    }
    recent.removeFirst(max(0, recent.count - Self.recentMax))
  }

  /// An integer that was returned or emitted.
  mutating func recentInteger() -> Integer? {
    generator.element(of: recent.compactMap { $0.kind == .int ? $0.value.integer : nil })
  }
}
