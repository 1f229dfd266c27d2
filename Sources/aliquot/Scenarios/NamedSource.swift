/// A file, and perhaps a line of it, as the command line names them: `Shop.alq` or `Shop.alq:42`.
struct NamedSource: Hashable, Sendable {
  /// The path as it was given.
  let path: String
  /// The line, if one is named.
  let line: Int?

  init(_ text: String) {
    if let colon = text.lastIndex(of: ":"), let line = Int(text[text.index(after: colon)...]) {
      path = String(text[..<colon])
      self.line = line
    } else {
      path = text
      line = nil
    }
  }

  /// The path that is meant among known ones: it, or the only one that ends with it.
  func path(among paths: [String]) throws(CommandFailure) -> String {
    let wanted = Path.normalized(path)
    if paths.contains(wanted) { return wanted }
    let ends = paths.filter { $0.hasSuffix("/\(wanted)") }
    guard let only = ends.first else { throw .unknown("source", wanted, among: paths) }
    guard ends.count == 1 else {
      throw CommandFailure(
        .usage, "\"\(wanted)\" is the end of several paths",
        help: "there are: \(ends.joined(separator: ", "))")
    }
    return only
  }
}
