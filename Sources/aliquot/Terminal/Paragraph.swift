/// Running text in lines.
enum Paragraph {
  /// Columns of a line where no terminal tells how many there are.
  static let defaultWidth = 80
  /// Columns beyond which lines are hard to read.
  private static let widest = 100

  /// Columns of a line on standard output.
  static var width: Int { min(Descriptor.output.width ?? defaultWidth, widest) }

  /// The words of a text in lines of so many columns, each with a margin and a line break.
  ///
  /// A word that is longer than a line has one for itself.
  static func text(_ text: String, width: Int = defaultWidth, indentation: Int = 0) -> String {
    let margin = String(repeating: " ", count: indentation)
    var lines: [String] = []
    var line = ""
    for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      if line.isEmpty {
        line = String(word)
      } else if indentation + line.count + 1 + word.count <= width {
        line += " \(word)"
      } else {
        lines.append(line)
        line = String(word)
      }
    }
    if !line.isEmpty { lines.append(line) }
    return lines.map { "\(margin)\($0)\n" }.joined()
  }
}
