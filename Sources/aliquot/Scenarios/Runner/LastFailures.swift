/// What failed when it ran last, kept in the present directory for `--rerun`.
///
/// A line for each case: its file as seen from the directory of the record, and its title. The record is made
/// when something fails first; a run changes only what it is about.
struct LastFailures {
  /// The directory of what the tool remembers of a project; it tells git to pass it over.
  static let directory = ".aliquot"
  /// The file.
  static let path = Path.join(directory, "failed-scenarios")

  private var lines: Set<String> = []

  /// Reads what is kept, if anything is.
  init() {
    guard FileSystem.entry(at: Self.path) == .file, let bytes = try? FileSystem.read(Self.path)
    else { return }
    lines = Set(String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init))
  }

  /// Whether a case failed when it ran last.
  func contains(_ item: ScenarioCase) -> Bool { lines.contains(Self.line(item.path, item.title)) }

  /// Notes what became of cases, and writes that down if it changes anything.
  mutating func note(_ results: [ScenarioResult]) throws(CommandFailure) {
    let old = lines
    // A whole file is no case that could run again by itself.
    for result in results where result.line > 0 {
      let line = Self.line(result.path, result.title)
      if result.problem == nil { lines.remove(line) } else { lines.insert(line) }
    }
    guard lines != old else { return }
    // Nobody can run again what is in a file that is gone.
    lines = lines.filter { line in
      line.split(separator: "\t").first.map { FileSystem.entry(at: String($0)) == .file } ?? false
    }
    try FileSystem.makeDirectory(Self.directory)
    let ignored = Path.join(Self.directory, ".gitignore")
    if FileSystem.entry(at: ignored) == .nothing {
      try FileSystem.write(Array("*\n".utf8), to: ignored)
    }
    let text = lines.sorted().map { $0 + "\n" }.joined()
    try FileSystem.write(Array(text.utf8), to: Self.path)
  }

  private static func line(_ path: String, _ title: String) -> String {
    let file = (try? FileSystem.path(of: path, from: ".")) ?? path
    return "\(file)\t\(ValueText.escaped(Array(title.utf8)))"
  }
}
