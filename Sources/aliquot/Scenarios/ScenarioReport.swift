import Assembly

/// Writes the results of scenarios, for people and for programs.
struct ScenarioReport {
  /// The files that places speak of, by the path of the suite.
  let suites: [String: ScenarioSuite]
  /// Colours.
  let paint: Paint
  /// Whether trees of calls are shown to the last line.
  var showsTraces = false

  /// Lines of the beginning and of the end of a tree of calls that is not shown whole.
  private static let traceLines = (first: 8, last: 32)

  /// All results, in order.
  func text(_ results: [ScenarioResult], isQuiet: Bool) -> String {
    var text = ""
    var brokenSetups: Set<String> = []
    for result in results {
      if let problem = result.problem {
        guard result.isSetupBroken else {
          text += self.text(result, problem)
          continue
        }
        guard brokenSetups.insert(result.path).inserted else { continue }
        let count = results.count { $0.path == result.path }
        text += self.text(
          result, problem, "the setup, and with it \(Words.count(count, "scenario"))")
      } else if !isQuiet {
        let summary = result.trial.map { " \(paint.faint("(\($0.summary))"))" } ?? ""
        text += "\(paint.green("ok")) \(result.path): \(result.title)\(summary)\n"
        text += reach(of: result)
      }
    }
    return text
  }

  /// A result that does not pass, with everything that helps.
  private func text(
    _ result: ScenarioResult, _ problem: ScenarioProblem, _ title: String? = nil
  ) -> String {
    var text = "\(paint.red("FAILED")) \(result.path): \(paint.bold(title ?? result.title))\n"
    if let sources = sources(of: result) {
      let (path, location) = sources.location(of: problem.span)
      let width = String(location.line).count
      func numbered(_ number: Int) -> String {
        let text = String(number)
        return paint.blue(String(repeating: " ", count: width - text.count) + text + " |")
      }
      let line = sources[problem.span.file].text(ofLine: location.line)
      let margin = String(repeating: " ", count: String(location.line).count)
      let lead = sources[problem.span.file].space(
        beforeColumn: location.column, ofLine: location.line)
      let marks = max(
        1, min(problem.span.end - problem.span.start, line.count - location.column + 1))
      text += "  \(paint.blue("-->")) \(path):\(location.line):\(location.column)\n"
      if let step = problem.step, step.file == problem.span.file {
        let above = sources[step.file].location(at: step.start).line
        if above < location.line {
          text += "  \(numbered(above)) \(sources[step.file].text(ofLine: above))\n"
        }
      }
      text += "  \(numbered(location.line)) \(line)\n"
      text += "  \(margin) \(paint.blue("|")) \(lead)"
      text += paint.red(String(repeating: "^", count: marks) + " " + problem.message) + "\n"
    } else {
      text += "  \(problem.message)\n"
    }
    if !problem.bindings.isEmpty {
      text += "    with \(problem.bindings.joined(separator: ", "))\n"
    }
    for detail in (problem.difference?.lines ?? []) + problem.details { text += "    \(detail)\n" }
    for note in result.trial?.finding?.notes ?? [] {
      text += "  \(paint.blue(note.label)): \(note.text)\n"
    }
    if let help = problem.help { text += "  \(paint.green("help")): \(help)\n" }
    for line in trace(problem) { text += "    \(line)\n" }
    text += reach(of: result)
    if let scenario = result.trial?.finding?.scenario {
      text += "  ready to paste:\n\n\(scenario)\n"
    }
    return text + "  again: \(commandAgain(result))\n"
  }

  /// A result that does not pass, with everything that helps.
  func text(ofFailed result: ScenarioResult) -> String {
    guard let problem = result.problem else { return "" }
    return text(result, problem, result.isSetupBroken ? "the setup" : nil)
  }

  /// The command that runs only this again.
  func commandAgain(_ result: ScenarioResult) -> String {
    let line = result.line == 0 ? "" : ":\(result.line)"
    return "aliquot test \(result.path.shellWord)\(line)\(result.trial?.arguments ?? "")"
  }

  /// What a campaign reached.
  private func reach(of result: ScenarioResult) -> String {
    (result.trial?.lines ?? []).map { "  \($0)\n" }.joined()
  }

  /// The files that the places of a problem are in.
  func sources(of result: ScenarioResult) -> SourceSet? {
    result.trial?.finding?.sources ?? suites[result.path]?.sources
  }

  /// The tree of calls; of a long one the beginning and the end.
  private func trace(_ problem: ScenarioProblem) -> [Substring] {
    let lines = problem.trace.split(separator: "\n")
    let (first, last) = Self.traceLines
    guard !showsTraces, lines.count > first + last + 1 else { return lines }
    return lines.prefix(first)
      + ["… \(Words.count(lines.count - first - last, "more line")), which --trace shows"]
      + lines.suffix(last)
  }

  /// A result for programs.
  func json(_ result: ScenarioResult) -> JSON {
    [
      "file": .string(result.path), "line": .number(result.line),
      "title": .string(result.title), "ok": .bool(result.problem == nil),
      "transactions": .number(result.log.steps),
      "problem": result.problem.map { problem(of: result, $0) } ?? .null,
      "trial": result.trial?.json ?? .null,
    ]
  }

  private func problem(of result: ScenarioResult, _ problem: ScenarioProblem) -> JSON {
    let place = sources(of: result)?.location(of: problem.span)
    return [
      "sort": .string(problem.isFailure ? "failure" : "mistake"),
      "message": .string(problem.message),
      "file": place.map { .string($0.path) } ?? .null,
      "line": place.map { .number($0.1.line) } ?? .null,
      "column": place.map { .number($0.1.column) } ?? .null,
      "difference": problem.difference?.json ?? .null,
      "with": .array(problem.bindings.map { .string($0) }),
      "details": .array(problem.details.map { .string($0) }),
      "help": problem.help.map { .string($0) } ?? .null, "trace": .string(problem.trace),
    ]
  }
}
