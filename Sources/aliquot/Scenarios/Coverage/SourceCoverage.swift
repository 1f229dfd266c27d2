import Assembly

/// What ran of one source, whatever contracts it is part of.
struct SourceCoverage: Sendable {
  /// A branch as it stands in the source.
  struct Site: Hashable, Comparable, Sendable {
    /// The offset of the first byte of what is decided.
    let start: Int
    /// The offset behind it.
    let end: Int
    /// What is decided.
    let sort: SourceMap.Branch.Sort

    static func < (left: Site, right: Site) -> Bool {
      (left.start, left.end, left.sort.rawValue) < (right.start, right.end, right.sort.rawValue)
    }
  }

  /// How often a branch was decided one way or the other.
  struct Ways: Hashable, Sendable {
    var held: UInt64 = 0
    var failed: UInt64 = 0

    /// How many of the two ways were taken.
    var taken: Int { (held > 0 ? 1 : 0) + (failed > 0 ? 1 : 0) }
  }

  /// A function as it stands in the source.
  struct FunctionSite: Hashable, Comparable, Sendable {
    /// The line of its name.
    let line: Int
    /// Its name in the source: contracts may use a library under names of their own.
    let name: String

    static func < (left: FunctionSite, right: FunctionSite) -> Bool {
      (left.line, left.name) < (right.line, right.name)
    }
  }

  /// The path, as it is shown.
  let path: String
  /// The file.
  let text: SourceText
  /// How often each line ran that has instructions.
  private(set) var lines: [Int: UInt64] = [:]
  /// How often each branch was decided one way or the other.
  private(set) var branches: [Site: Ways] = [:]
  /// How often each function began.
  private(set) var functions: [FunctionSite: UInt64] = [:]

  init(_ path: String, _ text: SourceText) {
    self.path = path
    self.text = text
  }

  /// The parts of the whole that ran.
  var figures: CoverageFigures {
    CoverageFigures(
      lines: .init(covered: lines.values.count { $0 > 0 }, all: lines.count),
      branches: .init(
        covered: branches.values.reduce(0) { $0 + $1.taken }, all: 2 * branches.count),
      functions: .init(covered: functions.values.count { $0 > 0 }, all: functions.count))
  }

  mutating func add(line: Int, _ count: UInt64) { lines[line, default: 0] += count }

  mutating func add(branch site: Site, _ ways: Ways) {
    branches[site, default: Ways()].held += ways.held
    branches[site, default: Ways()].failed += ways.failed
  }

  mutating func add(function site: FunctionSite, _ count: UInt64) {
    functions[site, default: 0] += count
  }

  // MARK: - What is missing

  /// The lines that never ran, in order.
  var linesNeverRun: [Int] { lines.filter { $0.value == 0 }.keys.sorted() }

  /// A way out of a branch that was never taken.
  struct MissingWay: Hashable, Sendable {
    let line: Int
    let column: Int
    /// What is decided, on one line.
    let text: String
    /// How many columns of the line it takes.
    let width: Int
    /// Which way was never taken.
    let never: String
  }

  /// The ways that were never taken, of branches that ran, in order.
  ///
  /// Of a branch that never ran the line says enough.
  var missingWays: [MissingWay] {
    branches.sorted { $0.key < $1.key }.compactMap { site, ways in
      guard ways.taken == 1 else { return nil }
      let location = text.location(at: site.start)
      let line = text.text(ofLine: location.line)
      let end = min(site.end, text.range(ofLine: location.line).upperBound)
      let decided = String(decoding: text.bytes[site.start..<max(site.start, end)], as: UTF8.self)
      return MissingWay(
        line: location.line, column: location.column,
        text: site.sort.isCondition
          ? decided + (end < site.end ? " …" : "") : line.trimmingSpaces,
        width: decided.unicodeScalars.count, never: site.sort.never(holds: ways.held == 0))
    }
  }
}

/// Parts of the whole, by what they are parts of.
struct CoverageFigures: Hashable, Sendable {
  /// A part of a whole.
  struct Part: Hashable, Sendable {
    var covered = 0
    var all = 0

    /// The part in percent with one digit behind the point, rounded down: 100 is all of it.
    var text: String {
      guard all > 0 else { return "-" }
      let tenths = covered * 1_000 / all
      return tenths == 1_000 ? "100 %" : "\(tenths / 10).\(tenths % 10) %"
    }

    /// The part for programs.
    var json: JSON { ["covered": .number(covered), "all": .number(all)] }

    static func += (left: inout Part, right: Part) {
      left.covered += right.covered
      left.all += right.all
    }
  }

  var lines = Part()
  /// Ways out of branches.
  var branches = Part()
  var functions = Part()

  static func += (left: inout CoverageFigures, right: CoverageFigures) {
    left.lines += right.lines
    left.branches += right.branches
    left.functions += right.functions
  }

  /// The figures for programs.
  var json: JSON {
    ["lines": lines.json, "branches": branches.json, "functions": functions.json]
  }
}

extension SourceMap.Branch.Sort {
  /// Whether a condition in the source is decided, and not how a statement goes on.
  var isCondition: Bool {
    switch self {
    case .requirement, .condition, .loopCondition, .operand: true
    case .firstTurn, .nextTurn, .emptyLimit, .limit, .attempt, .jump: false
    }
  }

  /// Says that something never happened: that the condition held, or that it did not.
  func never(holds: Bool) -> String {
    switch self {
    case .requirement, .condition, .loopCondition, .operand:
      holds ? "never true" : "never false"
    case .firstTurn: holds ? "never has a turn" : "never without a turn"
    case .nextTurn: holds ? "never has another turn" : "never comes to its end"
    case .emptyLimit: holds ? "never with a limit below 1" : "always with a limit below 1"
    case .limit: holds ? "never comes to its limit" : "always ends at its limit"
    case .attempt: holds ? "never succeeds" : "never fails"
    case .jump: holds ? "never jumps" : "never goes on"
    }
  }
}
