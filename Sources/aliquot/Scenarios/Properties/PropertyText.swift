import Assembly

/// Writes a case of a property as a scenario.
struct PropertyText {
  /// The suite that the property stands in.
  let suite: ScenarioSuite
  /// The property.
  let property: PropertySyntax

  /// The values as definitions, and the steps as they stand in the file.
  func scenario(_ values: [PropertyBinding], _ literal: ScenarioLiteral) -> String {
    let (indentation, lines) = steps
    let definitions = values.map { "\(indentation)let \($0.name.text) = \(literal.text($0.value))" }
    let title = ValueText.escaped(Array("\(property.title), smallest case".utf8))
    return (["scenario \"\(title)\""] + definitions + lines).joined(separator: "\n") + "\n"
  }

  /// The lines from the first step to the last, with the comments between them.
  private var steps: (indentation: String, lines: [String]) {
    guard let first = property.steps.first, let last = property.steps.last else {
      return ("    ", [])
    }
    let source = suite.sources[first.span.file]
    let from = source.line(at: first.span.start)
    let end = last.clauses.last?.span.end ?? last.span.end
    let to = max(from, source.line(at: max(first.span.start, end - 1)))
    let lines = (from...to).map { source.text(ofLine: $0) }
    let indentation = String(lines[0].prefix { $0 == " " || $0 == "\t" })
    return (indentation, lines)
  }
}
