import ArgumentParser

/// In which forms results are written beside the usual one.
struct TestReportOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Write the results to a file of JUnit XML too.", valueName: "file"))
  var junit: String?
  @Flag(help: "Write the Test Anything Protocol instead of text.") var tap = false

  /// Writes the file of XML, if one is wanted, and the directory that it is in.
  func writeJUnit(
    _ results: [ScenarioResult], _ report: ScenarioReport, seed: UInt64
  ) throws(CommandFailure) {
    guard let junit else { return }
    let directory = Path.directory(of: junit)
    if !directory.isEmpty { try FileSystem.makeDirectory(directory) }
    let text = JUnitReport(report: report, seed: seed).text(results)
    try FileSystem.write(Array(text.utf8), to: junit)
  }
}
