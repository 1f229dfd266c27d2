import Assembly
import Bytecode

/// A file of scenarios with everything it uses, ready to run.
struct ScenarioSuite: Sendable {
  /// A setup and the file that it stands in, shared ones first.
  struct Beginning: Sendable {
    var actors: [ScenarioActor] = []
    var assets: [ScenarioAsset] = []
    var definitions: [(name: Name, value: Expression)] = []
    var functions: [ScenarioFunction] = []
    /// The names of libraries, which are there without being deployed.
    var libraries: [Name] = []
    var setups: [[ScenarioStep]] = []
  }

  /// The path of the file.
  let path: String
  /// All files that its places speak of: scenarios only, not the contracts.
  private(set) var sources = SourceSet()
  /// What is there before every case.
  private(set) var beginning = Beginning()
  /// Contracts by the names under which scenarios deploy them.
  private(set) var codes: [String: ContractCode] = [:]
  /// The scenarios in order.
  private(set) var scenarios: [ScenarioSyntax] = []
  private(set) var properties: [PropertySyntax] = []
  private(set) var campaigns: [CampaignSyntax] = []
  /// What is recorded of golden steps.
  private(set) var golden = GoldenFile()
  /// Whether the scenarios are kept sequences of a campaign: whatever their steps come to, only what must
  /// always hold counts.
  var isReplay = false

  /// The paths of all files that it is made of: scenarios, contracts and what they use, and records, also
  /// where there are none yet.
  var files: [String] {
    [GoldenFile.path(of: path)] + sources.files.map(\.path)
      + codes.values.flatMap { [$0.path] + $0.sources.files.map(\.path) }
  }

  // MARK: - Loading

  /// Files of scenarios inside each other.
  private static let depthMax = 16

  /// Reads a file of scenarios; throws everything that is wrong with it at once.
  static func load(_ path: String) throws(CommandFailure) -> ScenarioSuite {
    var suite = ScenarioSuite(path: path)
    var diagnostics = Diagnostics()
    var reports: [Report] = []
    try suite.read(path, &diagnostics, &reports, inside: [])
    try suite.readGolden(&diagnostics.sources)
    suite.sources = diagnostics.sources
    let found = diagnostics.sorted.map { Report.source($0, diagnostics.sources) } + reports
    if found.contains(where: \.isError) {
      throw CommandFailure(.diagnostics, "", reports: found)
    }
    return suite
  }

  private init(path: String) { self.path = path }

  /// The suite with other contracts in the place of some, by the paths of their files.
  func replacing(_ codes: [String: ContractCode]) -> ScenarioSuite {
    var suite = self
    suite.codes = suite.codes.mapValues { codes[$0.path] ?? $0 }
    return suite
  }

  private mutating func readGolden(_ sources: inout SourceSet) throws(CommandFailure) {
    let path = GoldenFile.path(of: path)
    guard FileSystem.entry(at: path) == .file else { return }
    let file = sources.add(SourceText(path: path, bytes: try FileSystem.read(path)))
    golden = try GoldenFile(reading: file, in: sources)
  }

  private mutating func read(
    _ path: String, _ diagnostics: inout Diagnostics, _ reports: inout [Report],
    inside stack: [String]
  ) throws(CommandFailure) {
    let bytes = try FileSystem.read(path)
    let file = diagnostics.sources.add(SourceText(path: path, bytes: bytes))
    let tree = ScenarioParser.parse(file: file, reporting: &diagnostics)
    for item in tree.items {
      switch item.kind {
      case .use(let wanted, let span, let alias):
        let target = ContractLoading.path(of: wanted, from: path)
        guard FileSystem.entry(at: target) == .file else {
          diagnostics.add(
            Diagnostic("E0306", "there is no file \"\(wanted)\"", at: span, severity: .error))
          continue
        }
        if target.hasSuffix(Self.suffix) {
          guard !stack.contains(target), target != path, stack.count < Self.depthMax else {
            diagnostics.add(
              Diagnostic("E0307", "the files use each other in turn", at: span, severity: .error))
            continue
          }
          try read(target, &diagnostics, &reports, inside: stack + [path])
        } else {
          do throws(CommandFailure) {
            let loaded = try Self.loadCode(target)
            let name = alias ?? Name(text: loaded.code.module.name, span: span)
            codes[name.text] = loaded.code
            if loaded.code.isLibrary { beginning.libraries.append(name) }
            reports += loaded.reports.filter(\.isError)
          } catch { reports += error.allReports }
        }
      case .actors(let actors): beginning.actors += actors
      case .asset(let asset): beginning.assets.append(asset)
      case .define(let name, let value): beginning.definitions.append((name, value))
      case .function(let function): beginning.functions.append(function)
      case .setup(let steps): beginning.setups.append(steps)
      case .scenario(let scenario): if stack.isEmpty { scenarios.append(scenario) }
      case .property(let property): if stack.isEmpty { properties.append(property) }
      case .campaign(let campaign): if stack.isEmpty { campaigns.append(campaign) }
      }
    }
  }

  /// A contract, or a library as a contract of its own.
  private static func loadCode(
    _ path: String
  ) throws(CommandFailure) -> ContractLoading.Loaded {
    guard !path.hasSuffix(ContractLoading.moduleSuffix) else {
      return try ContractLoading.load(path)
    }
    let text = try FileSystem.read(path)
    return ContractLoading.isLibrary(text)
      ? try ContractLoading.loadLibrary(path, text) : try ContractLoading.loadSource(path, text)
  }

  /// The ending of files of scenarios.
  static let suffix = ".scn"
}
