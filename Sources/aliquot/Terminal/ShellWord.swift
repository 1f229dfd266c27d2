extension String {
  /// The text as one word for a shell: between quotes if it has to be.
  var shellWord: String {
    let isPlain =
      !isEmpty
      && utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
          || "_.-/=".utf8.contains($0)
      }
    return isPlain ? self : "'\(replacing("'", with: "'\\''"))'"
  }
}

/// The line that tells how to see more.
enum NextPage {
  /// How to see what follows an entry, if something does.
  static func text(after next: String?, _ paint: Paint) -> String {
    next.map { paint.faint("… more: --after \($0.shellWord)") + "\n" } ?? ""
  }
}
