/// Writes results as the XML that servers of continuous integration read: a `testsuite` for each file, a
/// `testcase` for each case.
///
/// An expectation that is not met is a `failure`; a scenario that cannot be run as it is written, and one
/// whose setup fails, is an `error`. All times are 0, so that the same results give the same bytes.
struct JUnitReport {
  /// Writes what went wrong.
  let report: ScenarioReport
  /// What draws depended on.
  let seed: UInt64

  /// The document.
  func text(_ results: [ScenarioResult]) -> String {
    var order: [String] = []
    var files: [String: [ScenarioResult]] = [:]
    for result in results {
      if files[result.path] == nil { order.append(result.path) }
      files[result.path, default: []].append(result)
    }
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    text += tag("testsuites", [("name", "aliquot test")] + counts(results)) + ">\n"
    for path in order {
      let cases = files[path] ?? []
      text += "  " + tag("testsuite", [("name", path)] + counts(cases) + [("file", path)]) + ">\n"
      text += "    <properties>\n      "
      text += tag("property", [("name", "seed"), ("value", String(seed))])
      text += "/>\n    </properties>\n"
      for result in cases { text += self.text(of: result) }
      text += "  </testsuite>\n"
    }
    return text + "</testsuites>\n"
  }

  private func text(of result: ScenarioResult) -> String {
    var text =
      "    "
      + tag(
        "testcase",
        [
          ("name", result.title), ("classname", className(result.path)), ("file", result.path),
          ("line", String(result.line)), ("time", "0"),
        ])
    guard let problem = result.problem else { return text + "/>\n" }
    let element = isError(result) ? "error" : "failure"
    text += ">\n      "
    text += tag(
      element,
      [("message", problem.message), ("type", problem.isFailure ? "failure" : "mistake")])
    text += ">\(XMLText.lines(report.text(ofFailed: result)))</\(element)>\n"
    let again = report.commandAgain(result)
    return text + "      <system-out>\(XMLText.escaped(again))</system-out>\n    </testcase>\n"
  }

  private func isError(_ result: ScenarioResult) -> Bool {
    result.isSetupBroken || result.problem?.isFailure == false
  }

  private func counts(_ results: [ScenarioResult]) -> [(String, String)] {
    let failed = results.filter { $0.problem != nil }
    let errors = failed.count(where: isError)
    return [
      ("tests", String(results.count)), ("failures", String(failed.count - errors)),
      ("errors", String(errors)), ("skipped", "0"), ("time", "0"),
    ]
  }

  /// Readers take the words before the last point for a package.
  private func className(_ path: String) -> String {
    let whole =
      path.hasSuffix(ScenarioSuite.suffix) ? path.dropLast(ScenarioSuite.suffix.count) : path[...]
    return whole.split(separator: "/").filter { $0 != "." && $0 != ".." }.joined(separator: ".")
  }

  /// The beginning of a tag.
  private func tag(_ name: String, _ attributes: [(String, String)]) -> String {
    attributes.reduce("<\(name)") { "\($0) \($1.0)=\"\(XMLText.escaped($1.1))\"" }
  }
}
