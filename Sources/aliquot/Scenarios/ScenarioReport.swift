import Assembly

/// Writes the results of scenarios, for people and for programs.
struct ScenarioReport {
  /// The files that places speak of, by the path of the suite.
  let suites: [String: ScenarioSuite]
  /// Colours.
  let paint: Paint

  /// A result that passes, on one line; one that does not, with everything that helps.
  func text(_ result: ScenarioResult) -> String {
    guard let problem = result.problem else {
      return "\(paint.green("ok")) \(result.path): \(result.title)\n"
    }
    var text = "\(paint.red("FAILED")) \(result.path): \(paint.bold(result.title))\n"
    if let sources = suites[result.path]?.sources {
      let (path, location) = sources.location(of: problem.span)
      let line = sources[problem.span.file].text(ofLine: location.line)
      let margin = String(repeating: " ", count: String(location.line).count)
      let lead = line.prefix(max(0, location.column - 1)).map { $0 == "\t" ? "\t" : " " }.joined()
      let width = max(
        1, min(problem.span.end - problem.span.start, line.count - location.column + 1))
      text += "  \(paint.blue("-->")) \(path):\(location.line):\(location.column)\n"
      text += "  \(paint.blue("\(location.line) |")) \(line)\n"
      text += "  \(margin) \(paint.blue("|")) \(lead)"
      text += paint.red(String(repeating: "^", count: width) + " " + problem.message) + "\n"
    } else {
      text += "  \(problem.message)\n"
    }
    for detail in problem.details { text += "    \(detail)\n" }
    if let help = problem.help { text += "  \(paint.green("help")): \(help)\n" }
    if !problem.trace.isEmpty {
      text += problem.trace.split(separator: "\n").map { "    \($0)\n" }.joined()
    }
    return text + "  again: aliquot test \(result.path):\(result.line)\n"
  }

  /// A result for programs.
  func json(_ result: ScenarioResult) -> JSON {
    [
      "file": .string(result.path), "line": .number(result.line),
      "title": .string(result.title), "ok": .bool(result.problem == nil),
      "transactions": .number(result.steps),
      "problem": result.problem.map { problem(of: result, $0) } ?? .null,
    ]
  }

  private func problem(of result: ScenarioResult, _ problem: ScenarioProblem) -> JSON {
    let place = suites[result.path]?.sources.location(of: problem.span)
    return [
      "sort": .string(problem.isFailure ? "failure" : "mistake"),
      "message": .string(problem.message),
      "file": place.map { .string($0.path) } ?? .null,
      "line": place.map { .number($0.1.line) } ?? .null,
      "column": place.map { .number($0.1.column) } ?? .null,
      "details": .array(problem.details.map { .string($0) }),
      "help": problem.help.map { .string($0) } ?? .null, "trace": .string(problem.trace),
    ]
  }
}
