import ArgumentParser
import Assembly

/// Lays out sources.
struct Format: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt",
    abstract: "Lay out sources: the space between tokens changes, never a token.",
    discussion: """
      Prints the paths of the files that changed. With --check nothing is written, and the exit code \
      is 11 if a file would change. A source with errors is left alone.

      Examples:
        aliquot fmt
        aliquot fmt --check --diff contracts
        aliquot fmt --stdin < Shop.alq
      """)

  @Argument(help: "Sources, or directories of them; the present directory if there are none.")
  var files: [String] = []

  @Flag(help: "Write nothing; fail if a file would change.")
  var check = false

  @Flag(help: "Print what changes, line by line.")
  var diff = false

  @Flag(help: "Read standard input and print it laid out.")
  var stdin = false

  @OptionGroup var global: GlobalOptions

  func perform() throws -> Outcome {
    if stdin { return try formatInput() }
    var outcome = Outcome()
    var changed: [JSON] = []
    let paths = try ContractLoading.sources(files, withScenarios: true)
    for path in paths {
      let bytes = try FileSystem.read(path)
      switch Formatter.format(SourceText(path: path, bytes: bytes)) {
      case .failure(let errors):
        outcome.reports += errors.diagnostics.map { .source($0, errors.sources) }
        outcome.status = .diagnostics
      case .success(let text):
        guard Array(text.utf8) != bytes else { continue }
        let old = String(decoding: bytes, as: UTF8.self)
        let difference = LineDifference.unified(path: path, from: old, to: text)
        outcome.text += diff ? difference : path + "\n"
        changed.append([
          "file": .string(path), "diff": diff ? .string(difference) : .null,
        ])
        if check {
          if outcome.status == .success { outcome.status = .format }
        } else {
          try FileSystem.write(Array(text.utf8), to: path)
        }
      }
    }
    outcome.result = ["files": .number(paths.count), "changed": .array(changed)]
    outcome.remarks = [
      "\(Words.count(paths.count, "file")), \(changed.count) "
        + (check ? "not laid out" : "changed")
    ]
    return outcome
  }

  private func formatInput() throws(CommandFailure) -> Outcome {
    let bytes = try FileSystem.readInput()
    switch Formatter.format(SourceText(path: "standard input", bytes: bytes)) {
    case .failure(let errors):
      return Outcome(
        status: .diagnostics,
        reports: errors.diagnostics.map { .source($0, errors.sources) })
    case .success(let text):
      let isChanged = Array(text.utf8) != bytes
      let old = String(decoding: bytes, as: UTF8.self)
      return Outcome(
        status: check && isChanged ? .format : .success,
        text: diff
          ? LineDifference.unified(path: "standard input", from: old, to: text)
          : check ? "" : text,
        result: ["text": .string(text), "isChanged": .bool(isChanged)])
    }
  }
}
