import Hosting
import Reference

extension EngineMaker {
  /// The engine that is written to be read.
  public static let reference = EngineMaker("reference") { ReferenceWorld(block: $0, size: $1) }
}

/// Scenarios by number, each with a way to compare engines on it.
///
/// Of ten scenarios one is run on a tiny machine, and one of twenty tries a transaction with many limits
/// of gas. So a number says all there is to say about a failure.
public struct Campaign: Sendable {
  /// Which scenarios are on tiny machines.
  public enum Sizes: Sendable {
    /// One of ten.
    case mixed
    /// None.
    case normal
    /// All.
    case tiny
  }

  private let left: EngineMaker
  private let right: EngineMaker
  private let sizes: Sizes
  private let options: ScenarioOptions

  /// Compares two engines.
  public init(
    _ left: EngineMaker = .fast, _ right: EngineMaker = .reference, sizes: Sizes = .mixed,
    options: ScenarioOptions = ScenarioOptions()
  ) {
    (self.left, self.right, self.sizes, self.options) = (left, right, sizes, options)
  }

  /// The scenario with a number.
  public func scenario(_ seed: UInt64) -> Scenario {
    var options = options
    switch sizes {
    case .mixed: options.size = seed % 10 == 9 ? .tiny : .normal
    case .normal: options.size = .normal
    case .tiny: options.size = .tiny
    }
    return ScenarioGenerator.make(seed: seed, options)
  }

  private func comparison(_ seed: UInt64) -> Comparison {
    var comparison = Comparison(left, right)
    comparison.comparesEntriesAlways = seed % 4 == 0
    if seed % 20 == 3 { comparison.gasLimits = 90 }
    return comparison
  }

  /// How the engines differ in the scenario with a number, if they do.
  public func difference(_ seed: UInt64) -> (scenario: Scenario, difference: Difference)? {
    let scenario = scenario(seed)
    return comparison(seed).difference(in: scenario).map { (scenario, $0) }
  }

  /// How the engines differ in a scenario of this campaign, or in what was made of one.
  public func difference(of scenario: Scenario) -> Difference? {
    comparison(scenario.seed).difference(in: scenario)
  }

  /// A scenario as small as possible in which the engines still differ.
  public func shrunk(
    _ scenario: Scenario, _ difference: Difference, attempts: Int = 4_000
  ) -> (scenario: Scenario, difference: Difference) {
    let comparison = comparison(scenario.seed)
    return Shrinker.shrink(scenario, difference, attempts: attempts) {
      comparison.difference(in: $0)
    }
  }
}
