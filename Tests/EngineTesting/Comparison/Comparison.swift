import Bytecode
public import Hosting

/// Something that two engines say differently.
public struct Difference: Sendable {
  /// The operation after which they differ.
  public let operation: Int
  /// What they say, in words.
  public let text: String
}

/// Runs scenarios on two engines and compares all that can be seen.
public struct Comparison: Sendable {
  private let left: EngineMaker
  private let right: EngineMaker
  /// Whether everything stored is compared after every operation, or only at the end.
  public var comparesEntriesAlways = false
  /// How many limits of gas below what it uses one transaction of the scenario is tried with.
  public var gasLimits = 0

  /// Compares two engines.
  public init(_ left: EngineMaker, _ right: EngineMaker) {
    self.left = left
    self.right = right
  }

  /// The first difference, if there is one.
  ///
  /// `observe` is given every receipt of the first engine.
  public func difference(
    in scenario: Scenario, observe: (Operation, Receipt) -> Void = { _, _ in }
  ) -> Difference? {
    let sweeps = gasLimits > 0 ? sweep(of: scenario) : nil
    let a = left.make(scenario.block, scenario.size)
    let b = right.make(scenario.block, scenario.size)
    a.begin(scenario)
    b.begin(scenario)
    for (index, operation) in scenario.operations.enumerated() {
      if let sweeps, sweeps.operation == index {
        for gas in sweeps.limits {
          var limited = operation
          limited.gas = gas
          if let difference = step(limited, index, scenario, a, b, observe) { return difference }
        }
      }
      if let difference = step(operation, index, scenario, a, b, observe) { return difference }
      if comparesEntriesAlways, let difference = entries(index, scenario, a, b) {
        return difference
      }
    }
    return entries(scenario.operations.count - 1, scenario, a, b)
  }

  private func step(
    _ operation: Operation, _ index: Int, _ scenario: Scenario, _ a: any ContractEngine,
    _ b: any ContractEngine, _ observe: (Operation, Receipt) -> Void
  ) -> Difference? {
    let first = a.run(operation, of: scenario)
    let second = b.run(operation, of: scenario)
    if let first { observe(operation, first) }
    if first.map(Outcome.init) == second.map(Outcome.init) { return nil }
    let text = ScenarioText(scenario)
    let says = [first, second].map { $0.map(text.lines) ?? [] }
    var lines = ["operation \(index): \(text.text(operation))"]
    for (name, own, other) in [(left.name, says[0], says[1]), (right.name, says[1], says[0])] {
      lines.append("  \(name):")
      for line in own { lines.append("  \(other.contains(line) ? " " : ">") \(line)") }
    }
    return Difference(operation: index, text: lines.joined(separator: "\n"))
  }

  private func entries(
    _ index: Int, _ scenario: Scenario, _ a: any ContractEngine, _ b: any ContractEngine
  ) -> Difference? {
    let (first, second) = (a.entries, b.entries)
    if first == second { return nil }
    var lines = ["after operation \(index) the entries differ"]
    for (name, own, other) in [(left.name, first, Set(second)), (right.name, second, Set(first))] {
      lines.append("  \(name):")
      for entry in own where !other.contains(entry) {
        lines.append(
          "    > \(Value.bytes(entry.key)): \(ScenarioText(scenario).text(.bytes(entry.value)))")
      }
    }
    return Difference(operation: index, text: lines.joined(separator: "\n"))
  }

  // MARK: - Out of gas

  /// One transaction of a scenario and the limits of gas to try it with, lowest first.
  private struct Sweep {
    let operation: Int
    let limits: [UInt64]
  }

  /// Limits below what a transaction uses: all of them, or as many as are wanted at random and around
  /// the boundaries of instructions.
  private func sweep(of scenario: Scenario) -> Sweep? {
    var random = SplitMix64(seed: scenario.seed ^ 0x5EED)
    let engine = GasRecorder.world(of: scenario)
    engine.world.begin(scenario)
    var candidates: [(operation: Int, used: UInt64, boundaries: [UInt64])] = []
    for (index, operation) in scenario.operations.enumerated() {
      engine.recorder.moments = []
      guard let receipt = engine.world.run(operation, of: scenario), let gas = operation.gas
      else { continue }
      if receipt.gasUsed == 0 { continue }
      let boundaries = engine.recorder.moments.map { gas - min($0.gasLeft, gas) }
      candidates.append((index, receipt.gasUsed, boundaries))
    }
    if candidates.isEmpty { return nil }
    let (operation, used, boundaries) = random.pick(candidates)
    guard used > gasLimits else { return Sweep(operation: operation, limits: Array(0..<used)) }
    var limits = Set<UInt64>()
    for _ in 0..<gasLimits / 3 {
      limits.insert(random.next() % used)
      guard !boundaries.isEmpty else { continue }
      let edge = random.pick(boundaries)
      for limit in [edge &- 1, edge, edge &+ 1] where limit < used { limits.insert(limit) }
    }
    return Sweep(operation: operation, limits: limits.sorted())
  }
}
