import Assembly
import Execution
import Hosting
import Integers

/// Gathers the values of what a case plots.
///
/// A sample is taken at the end of every block, and where time passed before a block and values changed by
/// that alone, as many in between as a line through them needs.
struct PlotSampler {
  /// A chart and what is worked out for it.
  private struct Entry {
    var plot: Plot
    let series: [Expression]
    let titleSpan: Span
    /// Why a series had no value, the first time.
    var problems: [ScenarioProblem?]
  }

  /// Values that a case plots at most.
  private static let valuesMax = 200_000
  /// Samples that are taken to find how values change while time passes, for a whole case.
  private static let probesMax = 20_000
  /// How often the time between two samples is cut into four.
  private static let cutsMax = 4
  /// Parts of a change that a point may lie beside the straight line.
  private static let tolerance = 500

  /// Parts of the whole time that a picture goes on behind the last sample.
  private static let outlook = 40

  private let scope: ScenarioScope
  private let sources: SourceSet
  private var entries: [Entry] = []
  private var probes = 0
  private var valueCount = 0

  /// What has been gathered.
  var plots: [Plot] { entries.map(\.plot) }

  /// Gathers in a world; `sources` are the files that expressions stand in.
  init(scope: ScenarioScope, sources: SourceSet) {
    self.scope = scope
    self.sources = sources
  }

  // MARK: - Moments

  /// Begins a chart at the present moment.
  mutating func begin(_ syntax: PlotSyntax) throws(ScenarioProblem) {
    guard !entries.contains(where: { $0.plot.title == syntax.title }) else {
      throw .mistake(
        "this scenario plots \"\(syntax.title)\" already", at: syntax.titleSpan,
        help: "give it another title; a plot goes on to the end, so it does not stand in a loop")
    }
    let unit = try PlotUnits(scope: scope).unit(of: syntax)
    let labels = syntax.series.map { $0.label ?? sources.line(of: $0.value.span) }
    entries.append(
      Entry(
        plot: Plot(title: syntax.title, labels: labels, unit: unit),
        series: syntax.series.map(\.value), titleSpan: syntax.titleSpan,
        problems: Array(repeating: nil, count: syntax.series.count)))
    noteBlock(entries.count - 1)
  }

  /// A block is about to begin: notes what time alone has changed.
  mutating func blockWillBegin() {
    for chart in entries.indices { pass(chart, isLast: false) }
  }

  /// A block has ended: notes what it left.
  mutating func blockDidEnd() {
    for chart in entries.indices { noteBlock(chart) }
  }

  /// The case has ended: notes the last values, and tells of expressions that never had one.
  mutating func finish() throws(ScenarioProblem) {
    for chart in entries.indices {
      pass(chart, isLast: true)
      let block = scope.world.block
      let length = block.time - (entries[chart].plot.samples.first?.time ?? block.time)
      entries[chart].plot.outlook = sample(
        chart, at: block.time + length / Self.outlook + 1, block.height, .passing)
    }
    if valueCount > Self.valuesMax, let first = entries.first {
      throw .mistake(
        "this case plots more than \(Numbers.grouped(Integer(Self.valuesMax))) values",
        at: first.titleSpan, help: "plot a part of what it does: a plot begins where it stands")
    }
    for entry in entries {
      for (series, problem) in entry.problems.enumerated() {
        guard let problem, entry.plot.samples.allSatisfy({ $0.values[series] == nil }) else {
          continue
        }
        var mistake = problem
        mistake.isFailure = false
        mistake.message = "this has no value at any moment: \(problem.message)"
        throw mistake
      }
    }
  }

  private mutating func noteBlock(_ chart: Int) {
    let block = scope.world.block
    add([sample(chart, at: block.time, block.height, .block)], to: chart)
  }

  private mutating func pass(_ chart: Int, isLast: Bool) {
    let now = scope.world.block
    guard let last = entries[chart].plot.samples.last, now.time > last.time else { return }
    let next = sample(chart, at: now.time, now.height, .passing)
    guard next.values != last.values else {
      if isLast { add([next], to: chart) }
      return
    }
    let points = points(chart, from: last, to: next, cuts: 0)
    add(needed(points, from: last, to: next) + [next], to: chart)
  }

  private mutating func add(_ samples: [Plot.Sample], to chart: Int) {
    valueCount += samples.count * entries[chart].series.count
    if valueCount <= Self.valuesMax { entries[chart].plot.samples += samples }
  }

  // MARK: - Between blocks

  /// The points between two samples that a line needs to be near the values everywhere.
  private mutating func points(
    _ chart: Int, from start: Plot.Sample, to end: Plot.Sample, cuts: Int
  ) -> [Plot.Sample] {
    let length = end.time - start.time
    guard length >= 4, cuts < Self.cutsMax, probes + 3 <= Self.probesMax else { return [] }
    probes += 3
    var inner: [Plot.Sample] = []
    for part in 1...3 {
      let height = start.height + (end.height - start.height) * part / 4
      inner.append(sample(chart, at: start.time + length * part / 4, height, .passing))
    }
    guard !inner.allSatisfy({ isBetween($0, start, end) }) else { return [] }
    var found: [Plot.Sample] = []
    var last = start
    for point in inner + [end] {
      found += points(chart, from: last, to: point, cuts: cuts + 1)
      if point.time != end.time { found.append(point) }
      last = point
    }
    return found
  }

  /// Those of points without which a line would leave one of them.
  private func needed(
    _ points: [Plot.Sample], from start: Plot.Sample, to end: Plot.Sample
  ) -> [Plot.Sample] {
    var found: [Plot.Sample] = []
    var passed: [Plot.Sample] = []
    for (point, next) in zip(points, points.dropFirst() + [end]) {
      passed.append(point)
      let last = found.last ?? start
      guard !passed.allSatisfy({ isBetween($0, last, next) }) else { continue }
      found.append(point)
      passed = []
    }
    return found
  }

  /// Whether a point is so near the straight line between two others that nobody sees it.
  private func isBetween(
    _ point: Plot.Sample, _ start: Plot.Sample, _ end: Plot.Sample
  ) -> Bool {
    let part = Integer(point.time - start.time)
    let length = Integer(end.time - start.time)
    for (index, value) in point.values.enumerated() {
      switch (start.values[index], value, end.values[index]) {
      case (nil, nil, nil): continue
      case (let first?, let value?, let last?):
        let isNear = try? { () throws(ArithmeticFailure) -> Bool in
          let change = try last.subtracting(first)
          let beside = try value.subtracting(first).multiplied(by: length)
            .subtracting(change.multiplied(by: part)).magnitude
          // One unit is what rounding takes.
          let room = try change.magnitude.multiplied(by: length)
            .divided(by: Integer(Self.tolerance), rounding: .floor).adding(length)
          return beside <= room
        }()
        guard isNear ?? true else { return false }
      default: return false
      }
    }
    return true
  }

  /// The values at a moment, with the state that there is.
  private mutating func sample(
    _ chart: Int, at time: Int, _ height: Int, _ sort: Plot.Sample.Sort
  ) -> Plot.Sample {
    let block = scope.world.block
    defer { scope.world.block = block }
    scope.world.block.time = time
    scope.world.block.height = height
    var values: [Integer?] = []
    for (index, expression) in entries[chart].series.enumerated() {
      switch scope.uncounted({ number(expression) }) {
      case .success(let value): values.append(value)
      case .failure(let problem):
        values.append(nil)
        if entries[chart].problems[index] == nil { entries[chart].problems[index] = problem }
      }
    }
    return Plot.Sample(time: time, height: height, values: values, sort: sort)
  }

  private func number(_ expression: Expression) -> Result<Integer, ScenarioProblem> {
    do throws(ScenarioProblem) {
      switch try ScenarioEvaluator(scope: scope).value(expression) {
      case .int(let integer): return .success(integer)
      case .bool(let flag): return .success(flag ? 1 : 0)
      case .nothing:
        return .failure(.mistake("there is nothing stored here", at: expression.span))
      case let other:
        return .failure(
          .mistake("expected an integer, found \(other.sort)", at: expression.span))
      }
    } catch { return .failure(error) }
  }
}
