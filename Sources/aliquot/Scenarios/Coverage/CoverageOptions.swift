import ArgumentParser

/// What the command line says of coverage.
struct CoverageOptions: ParsableArguments {
  @Flag(help: "Tell which lines, branches and functions of the contracts ran.")
  var coverage = false
  @Flag(help: "List every line that never ran, and every way out of a branch never taken.")
  var uncovered = false
  @Flag(help: "Show the sources with how often each line ran beside it.")
  var annotate = false
  @Option(
    help: ArgumentHelp(
      "Write coverage for genhtml and others, in the format of LCOV.", valueName: "file"))
  var lcov: String?
  @Option(
    help: ArgumentHelp(
      "Fail where less is covered: 90, or lines=90,branches=80.", valueName: "percent"))
  var coverageMin: CoverageMinimum?
  @Flag(help: "Tell for every scenario how many lines it runs, and how many nothing else does.")
  var coverageByScenario = false
  @Option(
    help: ArgumentHelp(
      "Tell which scenarios run a line of a contract: Shop.alq:42.", valueName: "line"))
  var covering: [String] = []
  @Option(
    help: ArgumentHelp(
      "Leave a source, or a directory of them, out of coverage.", valueName: "path"))
  var coverageExcept: [String] = []

  /// Whether what runs is counted.
  var areWanted: Bool {
    showsTable || annotate || lcov != nil || coverageMin != nil || !covering.isEmpty
      || coverageByScenario
  }

  /// Whether the table of figures is shown.
  var showsTable: Bool { coverage || uncovered }

  /// Whether it is noted which scenario runs what.
  var attributes: Bool { coverageByScenario || !covering.isEmpty }
}
