import Assembly

/// Tells what became of changes, for people and for programs.
struct MutationText {
  /// Colours.
  let paint: Paint

  /// Every change that nobody noticed, under its line, and a table of the files.
  func text(_ results: [MutationRun.FileResult]) -> String {
    var text = ""
    for result in results {
      for mutation in result.survivors { text += self.text(mutation, in: result.source) }
    }
    let columns = ["changes", "noticed", "score"]
    var table = Table(["contract"] + columns, right: Set(columns))
    func add(_ name: String, _ part: CoverageFigures.Part) {
      table.add(
        name, Numbers.grouped(String(part.all)), Numbers.grouped(String(part.covered)), part.text)
    }
    for result in results where result.part.all > 0 { add(result.source.path, result.part) }
    add("in all", Self.total(results))
    return text + table.text(paint: paint)
  }

  /// The changes of all files together.
  static func total(_ results: [MutationRun.FileResult]) -> CoverageFigures.Part {
    results.reduce(into: .init()) { $0 += $1.part }
  }

  private func text(_ mutation: SourceMutation, in source: SourceText) -> String {
    let location = source.location(at: mutation.range.lowerBound)
    let line = source.text(ofLine: location.line)
    let margin = String(repeating: " ", count: String(location.line).count)
    let lead = source.space(beforeColumn: location.column, ofLine: location.line)
    let length = min(mutation.original.count, max(1, line.count - location.column + 1))
    return """
      \(paint.red("unnoticed")) \(source.path):\(location.line):\(location.column): \(Self.what(mutation))
        \(paint.blue("\(location.line) |")) \(line)
        \(margin) \(paint.blue("|")) \(lead)\(paint.red(String(repeating: "^", count: max(1, length))))

      """
  }

  /// What was changed, in words.
  private static func what(_ mutation: SourceMutation) -> String {
    let original = mutation.original.onOneLine
    return mutation.replacement.isEmpty
      ? "without `\(original)`" : "`\(original)` as `\(mutation.replacement.onOneLine)`"
  }

  /// The same for programs.
  func json(_ results: [MutationRun.FileResult]) -> JSON {
    let total = Self.total(results)
    return [
      "changes": .number(total.all), "noticed": .number(total.covered),
      "files": .array(
        results.map { result in
          [
            "file": .string(result.source.path), "changes": .number(result.part.all),
            "noticed": .number(result.noticed), "pointless": .number(result.pointless),
            "unnoticed": .array(result.survivors.map { json($0, in: result.source) }),
          ]
        }),
    ]
  }

  private func json(_ mutation: SourceMutation, in source: SourceText) -> JSON {
    let location = source.location(at: mutation.range.lowerBound)
    return [
      "line": .number(location.line), "column": .number(location.column),
      "sort": .string(mutation.kind.rawValue), "original": .string(mutation.original),
      "replacement": .string(mutation.replacement),
    ]
  }
}
