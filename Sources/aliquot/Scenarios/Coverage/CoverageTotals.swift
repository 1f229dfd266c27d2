import Assembly
import Bytecode

/// A line of a source.
struct SourcePlace: Hashable, Comparable, Sendable {
  /// The path of the file.
  let path: String
  /// The line, from 1.
  let line: Int

  /// The path and the line.
  var text: String { "\(path):\(line)" }

  static func < (left: SourcePlace, right: SourcePlace) -> Bool {
    (left.path, left.line) < (right.path, right.line)
  }
}

/// Adds up what ran in the cases of all suites, and tells it by source.
struct CoverageTotals: Sendable {
  /// A contract and what ran of it.
  fileprivate struct Counted: Sendable {
    let code: ContractCode
    let layout: CodeLayout
    /// The lines that instructions come from, by their numbers.
    let places: [SourcePlace]
    /// The functions that count.
    let counting: Set<Int>
    var tallies: [InstructionTally]

    init(_ code: ContractCode, _ map: SourceMap) {
      self.code = code
      layout = CodeLayout(code)
      let paths = code.sources.files.map { Path.normalized($0.path) }
      places = map.functions.flatMap { function in
        function.spans.map { span in
          SourcePlace(
            path: paths[span.file], line: code.sources[span.file].line(at: span.start))
        }
      }
      counting = code.module.usedFunctions
      tallies = [InstructionTally](repeating: InstructionTally(), count: layout.count)
    }

    /// The numbers of the instructions of a function.
    func numbers(ofFunction index: Int) -> Range<Int> {
      let end = index + 1 < layout.starts.count ? layout.starts[index + 1] : layout.count
      return layout.starts[index]..<end
    }
  }

  /// Contracts by the paths of their files.
  private var contracts: [String: Counted] = [:]
  /// Files and directories whose sources do not count.
  private let excluded: [String]

  init(excluding paths: [String] = []) { excluded = paths.map(Path.normalized) }

  /// Whether a contract is there already.
  func contains(_ path: String) -> Bool { contracts[Path.normalized(path)] != nil }

  /// Makes a contract count, also if nothing of it runs; one without a source cannot.
  mutating func add(_ code: ContractCode) {
    guard let map = code.map, !contains(code.path) else { return }
    contracts[Path.normalized(code.path)] = Counted(code, map)
  }

  /// The contracts of a suite that count, each once, in the order of their files.
  func contracts(of suite: ScenarioSuite) -> [(path: String, layout: CodeLayout)] {
    Set(suite.codes.values.map { Path.normalized($0.path) }).sorted().compactMap { path in
      contracts[path].map { (path, $0.layout) }
    }
  }

  /// Adds what ran in a case of a suite.
  mutating func add(_ counts: ExecutionCounts, of watched: [String]) {
    for entry in counts.entries {
      contracts[watched[entry.code]]?.tallies[entry.number] += entry.tally
    }
  }

  // MARK: - By case

  /// How often each line ran in a case of a suite: those that did.
  func lines(of counts: ExecutionCounts, of watched: [String]) -> [SourcePlace: UInt64] {
    var sums: [[Int: UInt64]] = watched.map { _ in [:] }
    for entry in counts.entries {
      sums[entry.code][entry.number, default: 0] += entry.tally.executed
    }
    var lines: [SourcePlace: UInt64] = [:]
    for (path, sum) in zip(watched, sums) {
      guard let counted = contracts[path] else { continue }
      var own: [SourcePlace: UInt64] = [:]
      for number in counted.counting.flatMap(counted.numbers) {
        guard let count = sum[number], !isExcluded(counted.places[number].path) else { continue }
        own[counted.places[number]] = max(own[counted.places[number]] ?? 0, count)
      }
      lines.merge(own) { $0 + $1 }
    }
    return lines
  }

  // MARK: - By source

  /// What ran, by source, in the order of the paths.
  ///
  /// A line ran as often as that of its instructions that ran most, in every contract that it is part of.
  var sources: [SourceCoverage] {
    var sources: [String: SourceCoverage] = [:]
    for (_, counted) in contracts.sorted(by: { $0.key < $1.key }) { counted.tell(&sources) }
    return sources.values.filter { !$0.lines.isEmpty && !isExcluded($0.path) }.sorted {
      $0.path < $1.path
    }
  }

  private func isExcluded(_ path: String) -> Bool {
    excluded.contains { path == $0 || path.hasPrefix($0 + "/") }
  }
}

extension CoverageTotals.Counted {
  /// Adds what ran of a contract to its sources.
  fileprivate func tell(_ sources: inout [String: SourceCoverage]) {
    guard let map = code.map else { return }
    for file in code.sources.files {
      let path = Path.normalized(file.path)
      if sources[path] == nil { sources[path] = SourceCoverage(path, file) }
    }
    var lines: [SourcePlace: UInt64] = [:]
    for index in counting.sorted() where !map.functions[index].spans.isEmpty {
      let function = map.functions[index]
      let numbers = numbers(ofFunction: index)
      for number in numbers {
        lines[places[number]] = max(lines[places[number]] ?? 0, tallies[number].executed)
      }
      let file = code.sources[function.declaration.file]
      sources[Path.normalized(file.path)]?.add(
        function: .init(
          line: file.line(at: function.declaration.start),
          name: code.sources.text(of: function.declaration)),
        tallies[numbers.lowerBound].entered)
      for branch in function.branches {
        add(branch, of: function, from: numbers.lowerBound, &sources)
      }
    }
    for (place, count) in lines { sources[place.path]?.add(line: place.line, count) }
  }

  private func add(
    _ branch: SourceMap.Branch, of function: SourceMap.Function, from start: Int,
    _ sources: inout [String: SourceCoverage]
  ) {
    let number = start + branch.instruction
    // Where both ways lead to the same place nothing is decided.
    guard layout.targets[number] != number + 1 else { return }
    let span = function.spans[branch.instruction]
    let tally = tallies[number]
    sources[places[number].path]?.add(
      branch: .init(start: span.start, end: span.end, sort: branch.sort),
      branch.holdsAtTarget
        ? .init(held: tally.jumped, failed: tally.passed)
        : .init(held: tally.passed, failed: tally.jumped))
  }
}

extension Module {
  /// The functions that count: all but invariants and what only they call.
  ///
  /// Invariants are what is checked: in a contract that is right, the ways on which they do not hold can
  /// never be taken.
  fileprivate var usedFunctions: Set<Int> {
    let used = reached(from: exports.map(\.function) + hooks.map(\.function))
    let checked = reached(from: invariants.map(\.function))
    return Set(functions.indices).subtracting(checked.subtracting(used))
  }

  /// Some functions and all that they call, directly or not.
  private func reached(from starts: [Int]) -> Set<Int> {
    var pending = starts
    var reached: Set<Int> = []
    while let index = pending.popLast() {
      guard functions.indices.contains(index), reached.insert(index).inserted else { continue }
      for instruction in functions[index].code {
        let called = instruction.operand { if case .function = $0 { true } else { false } }
        if let called { pending.append(called) }
      }
    }
    return reached
  }
}
