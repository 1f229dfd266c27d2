import Assembly

/// What calls of functions cost, from the steps of scenarios and setups.
///
/// What properties and campaigns draw is left out: it would hide what people wrote.
struct GasFigures: Sendable {
  /// What the calls of a function cost that succeeded, or those that failed.
  struct Range: Hashable, Sendable {
    let calls: Int
    let min: UInt64
    /// The middle one; of two, their mean, rounded down.
    let median: UInt64
    let max: UInt64

    /// Nil if there were no calls.
    init?(_ gases: [UInt64]) {
      let sorted = gases.sorted()
      guard let first = sorted.first, let last = sorted.last else { return nil }
      calls = sorted.count
      min = first
      max = last
      let (low, high) = (sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2])
      median = low + (high - low) / 2
    }

    init(calls: Int, min: UInt64, median: UInt64, max: UInt64) {
      self.calls = calls
      self.min = min
      self.median = median
      self.max = max
    }

    /// The range for programs.
    var json: JSON {
      ["calls": .number(calls), "min": .gas(min), "median": .gas(median), "max": .gas(max)]
    }
  }

  /// What a function cost.
  struct Row: Sendable {
    let target: GasTarget
    /// Calls that succeeded.
    let succeeded: Range?
    /// Calls that failed.
    let failed: Range?
    /// The step that cost most of those that succeeded.
    let dearest: SourcePlace?
  }

  private struct Cost: Sendable {
    let gas: UInt64
    let place: SourcePlace
  }

  private var succeeded: [GasTarget: [Cost]] = [:]
  private var failed: [GasTarget: [Cost]] = [:]

  /// Adds the calls of the setup and the scenarios of a suite.
  mutating func note(_ outcome: ScenarioOutcome, of suite: ScenarioSuite) {
    for log in [outcome.setup] + outcome.results.map(\.log) {
      for call in log.calls {
        let (path, location) = suite.sources.location(of: call.span)
        let cost = Cost(gas: call.gas, place: SourcePlace(path: path, line: location.line))
        if call.isSuccess {
          succeeded[call.target, default: []].append(cost)
        } else {
          failed[call.target, default: []].append(cost)
        }
      }
    }
  }

  /// The functions that were called, in order.
  var rows: [Row] {
    Set(succeeded.keys).union(failed.keys).sorted().map { target in
      let costs = succeeded[target] ?? []
      let dearest = costs.min { ($1.gas, $0.place) < ($0.gas, $1.place) }
      return Row(
        target: target, succeeded: Range(costs.map(\.gas)),
        failed: Range((failed[target] ?? []).map(\.gas)), dearest: dearest?.place)
    }
  }

  /// The names of the functions: with the path in front where contracts of several files share a name.
  static func names(of rows: [Row]) -> [GasTarget: String] {
    let paths = Dictionary(grouping: Set(rows.map(\.target)), by: \.contract)
      .mapValues { Set($0.map(\.path)).count }
    return Dictionary(
      uniqueKeysWithValues: rows.map { row in
        let isShared = (paths[row.target.contract] ?? 1) > 1
        return (row.target, (isShared ? "\(row.target.path):" : "") + row.target.name)
      })
  }
}
