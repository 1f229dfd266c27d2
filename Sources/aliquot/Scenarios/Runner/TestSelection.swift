import ArgumentParser
import Assembly

/// What the command line says of which scenarios are meant.
struct TestSelectionOptions: ParsableArguments {
  @Argument(help: "Files, directories, or a file and a line: Shop.scn:42.") var paths: [String] = []
  @Option(
    help: ArgumentHelp("Only scenarios whose title holds this.", valueName: "text"))
  var filter: String?
  @Option(
    help: ArgumentHelp("Only one of so many parts of all scenarios: 2/5.", valueName: "part"))
  var shard: TestShard?
  @Flag(help: "Only what failed when it ran last; all of it if nothing did.") var rerun = false
}

/// Which scenarios are meant.
struct TestSelection {
  /// A file, and the line in it that is meant, if one is.
  struct File: Hashable {
    let path: String
    var line: Int?

    /// Whether a case is meant: its scenario or its row holds the line.
    func includes(_ item: ScenarioCase, of suite: ScenarioSuite) -> Bool {
      guard let line else { return true }
      if item.line == line { return true }
      let rows = suite.scenarios.flatMap { $0.cases?.rows ?? [] }
        .map { suite.sources.location(of: $0.span).1.line }
      guard !rows.contains(line) else { return false }
      let titles =
        suite.scenarios.map(\.titleSpan) + suite.properties.map(\.titleSpan)
        + suite.campaigns.map(\.titleSpan)
      let lines = titles.map { suite.sources.location(of: $0).1.line }
      let title = lines.filter { $0 <= item.line }.max() ?? 0
      let next = lines.filter { $0 > item.line }.min() ?? .max
      return title <= line && line < next
    }
  }

  /// The files in order.
  let files: [File]
  /// What a title must hold.
  let filter: String?
  /// The part of all cases that is meant.
  let shard: TestShard?
  /// Whether only what failed the last time is meant.
  let isRerun: Bool

  /// Finds the files that options mean; no path means the present directory.
  init(_ options: TestSelectionOptions) throws(CommandFailure) {
    var files: [File] = []
    for path in options.paths.isEmpty ? ["."] : options.paths {
      if FileSystem.entry(at: path) == .directory {
        for file in try FileSystem.files(below: path, endingIn: ScenarioSuite.suffix) {
          files.append(File(path: file))
        }
        continue
      }
      var file = File(path: path)
      if FileSystem.entry(at: path) == .nothing {
        let named = NamedSource(path)
        file = File(path: named.path, line: named.line)
      }
      files.append(file)
    }
    self.files = files
    filter = options.filter
    shard = options.shard
    isRerun = options.rerun
  }

  /// The cases of a file that are meant, before they are parted.
  func cases(of suite: ScenarioSuite, in file: File) -> [ScenarioCase] {
    ScenarioRun(suite: suite).cases.filter { item in
      file.includes(item, of: suite) && (filter.map { item.title.contains($0) } ?? true)
    }
  }

  /// Those of cases that the part holds.
  func part(of cases: [ScenarioCase]) -> [ScenarioCase] {
    guard let shard else { return cases }
    return cases.filter { shard.includes(title: $0.title, path: $0.path) }
  }

  /// Why nothing is meant.
  var nothingFound: CommandFailure {
    CommandFailure(
      .noTests, filter.map { "no scenario has \"\($0)\" in its title" } ?? "there is no scenario",
      help: "files of scenarios end in \(ScenarioSuite.suffix)")
  }
}
