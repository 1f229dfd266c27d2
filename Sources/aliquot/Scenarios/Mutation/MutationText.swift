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
    for result in results where result.count > 0 {
      table.add(
        result.source.path, Numbers.grouped(String(result.count)),
        Numbers.grouped(String(result.noticed)), Self.percent(result.noticed, of: result.count))
    }
    let noticed = results.reduce(0) { $0 + $1.noticed }
    let count = results.reduce(0) { $0 + $1.count }
    table.add(
      "total", Numbers.grouped(String(count)), Numbers.grouped(String(noticed)),
      Self.percent(noticed, of: count))
    return text + table.text(paint: paint)
  }

  private func text(_ mutation: SourceMutation, in source: SourceText) -> String {
    let location = source.location(at: mutation.range.lowerBound)
    let line = source.text(ofLine: location.line)
    let margin = String(repeating: " ", count: String(location.line).count)
    let lead = line.prefix(max(0, location.column - 1)).map { $0 == "\t" ? "\t" : " " }.joined()
    let length = min(mutation.original.count, max(1, line.count - location.column + 1))
    return """
      \(paint.red("unnoticed")) \(source.path):\(location.line):\(location.column): \(Self.what(mutation))
        \(paint.blue("\(location.line) |")) \(line)
        \(margin) \(paint.blue("|")) \(lead)\(paint.red(String(repeating: "^", count: max(1, length))))

      """
  }

  /// What was changed, in words.
  static func what(_ mutation: SourceMutation) -> String {
    let original = short(mutation.original)
    return mutation.replacement.isEmpty
      ? "without `\(original)`" : "`\(original)` as `\(short(mutation.replacement))`"
  }

  /// A source in one line.
  private static func short(_ source: String) -> String {
    source.split { $0.isWhitespace }.joined(separator: " ")
  }

  /// A part in percent, rounded down, so that 100 is everything.
  static func percent(_ part: Int, of whole: Int) -> String {
    guard whole > 0 else { return "-" }
    let permille = part * 1_000 / whole
    return "\(permille / 10).\(permille % 10)%"
  }

  /// The same for programs.
  func json(_ results: [MutationRun.FileResult]) -> JSON {
    [
      "changes": .number(results.reduce(0) { $0 + $1.count }),
      "noticed": .number(results.reduce(0) { $0 + $1.noticed }),
      "files": .array(
        results.map { result in
          [
            "file": .string(result.source.path), "changes": .number(result.count),
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
