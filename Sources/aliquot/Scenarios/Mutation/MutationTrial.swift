import Assembly
import Bytecode

/// Finds out whether cases notice a change in a source.
struct MutationTrial {
  /// A suite and those of its cases that are to pass.
  typealias Selection = (suite: ScenarioSuite, cases: [ScenarioCase])

  /// What became of a change.
  enum Verdict: Hashable, Sendable {
    /// A case did not pass.
    case noticed
    /// All cases passed.
    case survived
    /// The assembler or the verifier refuses it, or it makes the same code.
    case pointless
  }

  /// Gas of a step that says nothing of it: a change may make a loop endless.
  static let stepGas: UInt64 = 5_000_000

  /// The suites.
  let selections: [Selection]
  /// How properties and campaigns draw.
  let options: TrialOptions

  /// The contracts that the suites deploy, whose sources are known, by their paths.
  private let codes: [String: ContractCode]

  init(selections: [Selection], options: TrialOptions) {
    self.selections = selections
    self.options = options
    var codes: [String: ContractCode] = [:]
    for (suite, _) in selections {
      for code in suite.codes.values where code.artifact != nil { codes[code.path] = code }
    }
    self.codes = codes
  }

  /// The sources of the contracts that the suites deploy, and of the libraries in them, by their paths.
  var sources: [SourceText] {
    var sources: [String: SourceText] = [:]
    for code in codes.values {
      for file in code.sources.files { sources[file.path] = file }
    }
    return sources.values.sorted { $0.path < $1.path }
  }

  /// The sources that the suites are about: those that have a suite's name, or all if none has.
  var subjects: [SourceText] {
    let names = Set(selections.map { Self.name($0.suite.path) })
    let named = sources.filter { names.contains(Self.name($0.path)) }
    return named.isEmpty ? sources : named
  }

  /// The name of a file without its ending.
  private static func name(_ path: String) -> Substring {
    let file = path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]
    return file.prefix { $0 != "." }
  }

  /// The first case that does not pass as things are; nil if all do.
  func firstProblem(workers: Int) -> ScenarioResult? {
    for (suite, cases) in selections {
      let results = run(suite, cases, workers: workers)
      if let broken = results.first(where: { $0.problem != nil }) { return broken }
    }
    return nil
  }

  /// What becomes of a change: scenarios are asked first, since campaigns take longer.
  func verdict(on mutation: SourceMutation, in source: SourceText) -> Verdict {
    let text = mutation.applied(to: source)
    var changed: [String: ContractCode] = [:]
    for code in codes.values where code.sources.files.contains(where: { $0.path == source.path }) {
      guard let other = assemble(code, with: text, at: source.path) else { return .pointless }
      if other.codeHash != code.codeHash { changed[code.path] = other }
    }
    guard !changed.isEmpty else { return .pointless }
    let concerned = selections.filter { suite, _ in
      suite.codes.values.contains { changed[$0.path] != nil }
    }
    for isTrial in [false, true] {
      for (suite, cases) in concerned {
        let cases = cases.filter { ($0.sort != "scenario") == isTrial }
        guard !cases.isEmpty else { continue }
        let results = run(suite.replacing(changed), cases, workers: 1)
        if results.contains(where: { $0.problem != nil }) { return .noticed }
      }
    }
    return .survived
  }

  private func run(
    _ suite: ScenarioSuite, _ cases: [ScenarioCase], workers: Int
  ) -> [ScenarioResult] {
    var run = ScenarioRun(suite: suite, options: options, stepGas: Self.stepGas)
    // A record notices every change, and says of none that it is wrong.
    run.isReview = true
    return run.results(of: cases, workers: workers, failFast: true)
  }

  /// The contract with another text of one of its files.
  private func assemble(
    _ code: ContractCode, with text: [UInt8], at path: String
  ) -> ContractCode? {
    let files = code.sources.files
    let assembler = Assembler { wanted, from in
      let target = ContractLoading.path(of: wanted, from: from)
      if target == path { return (path, text) }
      return files.first { $0.path == target }.map { (target, $0.bytes) }
    }
    let own = code.path == path ? text : files.first { $0.path == code.path }?.bytes ?? []
    return code.isLibrary
      ? try? ContractLoading.loadLibrary(code.path, own, assembler: assembler).code
      : try? ContractLoading.loadSource(code.path, own, assembler: assembler).code
  }
}
