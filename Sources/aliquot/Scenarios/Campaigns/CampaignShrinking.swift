import Bytecode
import Execution
import Integers

/// Makes a sequence of steps after which something does not hold as short and as plain as it can be.
struct CampaignShrinking {
  /// Sequences that are tried.
  static let attemptsMax = 4_000

  /// Carries out steps.
  let player: CampaignPlayer
  /// Where sequences begin.
  let start: ScenarioScope.Mark
  /// Who and what the campaign is about.
  let cast: CampaignCast
  /// What does not hold.
  let broken: CampaignBreak
  /// The steps.
  private(set) var steps: [CampaignStep]
  /// Sequences that were tried.
  private(set) var attempts = 0

  init(
    _ steps: [CampaignStep], broken: CampaignBreak, player: CampaignPlayer,
    start: ScenarioScope.Mark, cast: CampaignCast
  ) {
    self.steps = steps
    self.broken = broken
    self.player = player
    self.start = start
    self.cast = cast
  }

  /// Leaves out steps, then makes what is in them smaller, until neither goes on.
  mutating func run() {
    var isSmaller = true
    while isSmaller, attempts < Self.attemptsMax {
      isSmaller = deleteSteps()
      isSmaller = simplifySteps() || isSmaller
      isSmaller = swapActors() || isSmaller
    }
  }

  /// Takes steps if the same does not hold after them, and leaves out what comes behind.
  private mutating func take(_ candidate: [CampaignStep]) -> Bool {
    guard attempts < Self.attemptsMax else { return false }
    attempts += 1
    guard let found = player.firstBreak(in: candidate, from: start), found.broken == broken else {
      return false
    }
    steps = Array(candidate.prefix(found.count))
    return true
  }

  /// Leaves out runs of steps, long ones first, until no single step can be left out.
  private mutating func deleteSteps() -> Bool {
    var isSmaller = false
    var size = max(1, steps.count / 2)
    while true {
      var place = 0
      var hasDeleted = false
      while place < steps.count, steps.count > 1 {
        var candidate = steps
        candidate.removeSubrange(place..<min(place + size, steps.count))
        if !candidate.isEmpty, take(candidate) { hasDeleted = true } else { place += size }
      }
      isSmaller = isSmaller || hasDeleted
      if size == 1, !hasDeleted { return isSmaller }
      size = max(1, size / 2)
    }
  }

  /// Lets two who act change places everywhere, where in the end those who come first act more.
  private mutating func swapActors() -> Bool {
    var isSmaller = false
    for first in cast.actors.indices {
      for second in cast.actors.indices where second > first {
        let (a, b) = (cast.actors[first], cast.actors[second])
        var other = self
        guard other.take(steps.map { $0.exchanging(a, b) }) else {
          attempts = other.attempts
          continue
        }
        _ = other.simplifySteps()
        attempts = other.attempts
        guard ranks(other.steps) < ranks(steps) else { continue }
        steps = other.steps
        isSmaller = true
      }
    }
    return isSmaller
  }

  /// The sum of the places of those who act among the actors.
  private func ranks(_ steps: [CampaignStep]) -> Int {
    steps.reduce(0) { $0 + (cast.actors.firstIndex(of: $1.actor) ?? 0) }
  }

  private mutating func simplifySteps() -> Bool {
    var isSmaller = false
    var place = 0
    while place < steps.count {
      let candidate = simpler(steps[place]).first { step in
        var candidate = steps
        candidate[place] = step
        return take(candidate)
      }
      if candidate == nil { place += 1 } else { isSmaller = true }
    }
    return isSmaller
  }

  // MARK: - Plainer steps

  /// Steps that are plainer than one, the plainest first of each sort.
  private func simpler(_ step: CampaignStep) -> [CampaignStep] {
    var found: [CampaignStep] = []
    func add(_ action: CampaignStep.Action) {
      found.append(CampaignStep(actor: step.actor, action: action))
    }
    switch step.action {
    case .wait(let seconds):
      for less in smaller(Integer(seconds), above: 1) { add(.wait(less.asInt ?? seconds)) }
      return found
    case .send(let amount, let asset, let receiver):
      for less in smaller(amount, above: 1) { add(.send(less, of: asset, to: receiver)) }
      for other in earlier(receiver) { add(.send(amount, of: asset, to: other)) }
    case .call(let contract, let export, let arguments, let payments):
      for place in payments.indices {
        var fewer = payments
        fewer.remove(at: place)
        add(.call(contract, export: export, arguments: arguments, payments: fewer))
        for less in smaller(payments[place].amount, above: 1) {
          var changed = payments
          changed[place].amount = less
          add(.call(contract, export: export, arguments: arguments, payments: changed))
        }
      }
      let kinds = kinds(contract, export)
      for place in arguments.indices where kinds.indices.contains(place) {
        for value in simpler(arguments[place], of: kinds[place]) {
          var changed = arguments
          changed[place] = value
          add(.call(contract, export: export, arguments: changed, payments: payments))
        }
      }
    }
    found += earlier(step.actor).map { CampaignStep(actor: $0, action: step.action) }
    return found
  }

  private func kinds(_ contract: Identifier, _ export: Int) -> [Kind] {
    guard let module = player.scope.world.module(of: contract),
      module.exports.indices.contains(export)
    else { return [] }
    return module.exports[export].parameters.map(\.kind)
  }

  private func simpler(_ value: Value, of kind: Kind) -> [Value] {
    switch value {
    case .int(let integer): return smaller(integer, above: 0).map { .int($0) }
    case .bytes(let bytes):
      switch kind {
      case .address: return earlier(Identifier(bytes) ?? .zero).map { Value($0) }
      case .asset: return []
      case .addresses, .assets:
        return bytes.isEmpty ? [] : [.bytes(Array(bytes.dropLast(32)))]
      case .call: return bytes.isEmpty ? [] : [.bytes([])]
      default: return bytes.isEmpty ? [] : [.bytes([]), .bytes(Array(bytes.dropLast()))]
      }
    }
  }

  /// Integers between one and a low one; negative ones are first tried without their sign.
  private func smaller(_ integer: Integer, above low: Integer) -> [Integer] {
    if integer.isNegative { return [0, integer.negated()] }
    guard integer > low else { return [] }
    var found: [Integer] = []
    var distance = integer.minus(low)
    while distance > 0 {
      found.append(integer.minus(distance))
      distance = distance.half()
    }
    return found
  }

  /// Those who act and come before one; all of them before one who does not act.
  private func earlier(_ address: Identifier) -> [Identifier] {
    Array(cast.actors.prefix(cast.actors.firstIndex(of: address) ?? cast.actors.count))
  }
}
