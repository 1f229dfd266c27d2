import ArgumentParser
import Assembly

/// What the command line says of charts.
struct PlotOptions: ParsableArguments {
  @Option(
    name: .customLong("plot"),
    help: ArgumentHelp(
      "Draw what scenarios plot, as SVG and CSV files in this directory.", valueName: "directory"))
  var directory: String?

  /// Writes a picture and a table for each chart of results; gives the paths.
  func write(
    _ results: [ScenarioResult], of suites: [String: ScenarioSuite]
  ) throws(CommandFailure) -> [String] {
    guard let directory else { return [] }
    let names = PlotNames(suites.values.sorted { $0.path < $1.path })
    var paths: [String] = []
    for result in results {
      for plot in result.log.plots {
        guard let name = names.name(of: plot, in: result) else { continue }
        if paths.isEmpty { try FileSystem.makeDirectory(directory) }
        let path = Path.join(directory, name)
        let subtitle = "\(Path.stem(of: result.path)): \(result.title)"
        try FileSystem.write(
          Array(PlotDrawing(plot, subtitle: subtitle).svg.utf8), to: path + ".svg")
        try FileSystem.write(Array(PlotTable(plot: plot).text.utf8), to: path + ".csv")
        paths += [path + ".svg", path + ".csv"]
      }
    }
    return paths
  }

  /// What there is to say of the files, if any were asked for.
  func remark(_ paths: [String]) -> String? {
    guard let directory else { return nil }
    return paths.isEmpty
      ? "no scenario that ran plots anything, so nothing is drawn"
      : "drew \(Words.count(paths.count / 2, "plot")) into \(directory)"
  }
}

/// Names for the files of charts: made of letters, digits and hyphens, the same whatever is chosen to run, and
/// no two alike even where capitals do not count.
struct PlotNames {
  private struct Key: Hashable {
    let path: String
    let line: Int
    let scenario: String
    let plot: String
  }

  private static let lengthMax = 60

  private var names: [Key: String] = [:]
  private var taken: Set<String> = []

  /// Names for all charts that suites can draw.
  init(_ suites: [ScenarioSuite]) {
    let stems = Dictionary(
      grouping: Set(suites.map(\.path)), by: { Path.stem(of: $0).lowercased() })
    for suite in suites where !suite.isReplay {
      let stem = Path.stem(of: suite.path)
      let isShared = stems[stem.lowercased(), default: []].count > 1
      let first = isShared ? Self.safe(suite.path.dropLast(ScenarioSuite.suffix.count)) : stem
      for item in ScenarioRun(suite: suite).cases {
        guard case .scenario(let steps, let row) = item.subject else { continue }
        // The number of a row stands at the end, and is not cut off.
        let number = row.isEmpty ? nil : item.title.split(separator: " ").last
        let scenario =
          number.map { "\(Self.safe(item.title.dropLast(", case \($0)".count)))-case-\($0)" }
          ?? Self.safe(item.title)
        for title in Self.titles(in: steps) {
          let key = Key(path: item.path, line: item.line, scenario: item.title, plot: title)
          guard names[key] == nil else { continue }
          names[key] = free("\(Self.safe(first)).\(scenario).\(Self.safe(title))")
        }
      }
    }
  }

  /// The name of the files of a chart, without what follows their last dot.
  func name(of plot: Plot, in result: ScenarioResult) -> String? {
    names[
      Key(path: result.path, line: result.line, scenario: result.title, plot: plot.title)]
  }

  private mutating func free(_ name: String) -> String {
    var free = name
    var number = 2
    while !taken.insert(free.lowercased()).inserted {
      free = "\(name)-\(number)"
      number += 1
    }
    return free
  }

  /// A text with nothing in it that means something to a shell or a file system.
  private static func safe(_ text: some StringProtocol) -> String {
    var safe = ""
    for character in text {
      if character.isASCII, character.isLetter || character.isNumber {
        safe.append(character)
      } else if !safe.isEmpty, !safe.hasSuffix("-") {
        safe.append("-")
      }
      if safe.utf8.count == lengthMax { break }
    }
    while safe.hasSuffix("-") { safe.removeLast() }
    return safe.isEmpty ? "untitled" : safe
  }

  private static func titles(in steps: [ScenarioStep]) -> [String] {
    steps.flatMap { step -> [String] in
      switch step.kind {
      case .plot(let plot): [plot.title]
      case .block(let inner), .loop(_, _, let inner): titles(in: inner)
      case .conditional(_, let first, let second): titles(in: first) + titles(in: second)
      default: []
      }
    }
  }
}
