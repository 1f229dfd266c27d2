import Assembly

/// Writes results in the Test Anything Protocol, version 14; what went wrong stands in a YAML block.
struct TAPReport {
  /// Writes what went wrong.
  let report: ScenarioReport

  /// The document.
  func text(_ results: [ScenarioResult], summary: String) -> String {
    var text = "TAP version 14\n1..\(results.count)\n"
    for (index, result) in results.enumerated() {
      let trial = result.trial.map { " (\($0.summary))" } ?? ""
      let title = escaped("\(result.path): \(result.title)\(trial)")
      text += "\(result.problem == nil ? "ok" : "not ok") \(index + 1) - \(title)\n"
      if let problem = result.problem { text += diagnostics(result, problem) }
    }
    return text + "# \(summary)\n"
  }

  /// Lines that are no results.
  static func comment(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .map { $0.isEmpty ? "#\n" : "# \($0)\n" }.joined()
  }

  /// A number sign would begin a directive.
  private func escaped(_ text: String) -> String {
    printable(text).replacing("\\", with: "\\\\").replacing("#", with: "\\#")
  }

  private func diagnostics(_ result: ScenarioResult, _ problem: ScenarioProblem) -> String {
    var lines = [
      "---", "message: \(quoted(problem.message))",
      "severity: \(problem.isFailure ? "fail" : "error")",
    ]
    if let (path, location) = report.sources(of: result)?.location(of: problem.span) {
      lines += [
        "at:", "  file: \(quoted(path))", "  line: \(location.line)",
        "  column: \(location.column)",
      ]
    }
    lines += ["again: \(quoted(report.commandAgain(result)))", "text: |2"]
    lines += report.text(ofFailed: result).split(separator: "\n").map {
      "  \(printable(String($0)))"
    }
    return (lines + ["..."]).map { "  \($0)\n" }.joined()
  }

  /// A string of YAML is one of JSON.
  private func quoted(_ text: String) -> String { JSON.string(text).text }

  private func printable(_ text: String) -> String {
    var written = ""
    for scalar in text.unicodeScalars {
      let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      if isControl {
        written += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        written.unicodeScalars.append(scalar)
      }
    }
    return written
  }
}
