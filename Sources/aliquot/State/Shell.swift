/// Words for a shell.
enum Shell {
  /// A word as a shell takes it.
  static func quoted(_ word: String) -> String {
    TextScanner.isPath(word) ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }

  /// The line that tells how to see the next page, if there is one.
  static func more(_ next: String?, _ paint: Paint) -> String {
    next.map { paint.faint("… more: --after \(quoted($0))") + "\n" } ?? ""
  }
}
