/// A place in a line of text.
///
/// It goes by scalars and not by what looks like one character: a quote is a quote, whatever accent
/// follows it.
struct TextScanner {
  private let characters: [Unicode.Scalar]
  private var index = 0

  init(_ text: String) { characters = Array(text.unicodeScalars) }

  private func text(_ range: Range<Int>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: characters[range])
    return String(view)
  }

  /// What is wrong with the text.
  func failure(_ message: String, help: String? = nil) -> CommandFailure {
    CommandFailure(.usage, "\(message) in \"\(text(characters.indices))\"", help: help)
  }

  /// What to do about a comma between digits, if there is one.
  var helpWithComma: String? { Numbers.helpWithComma(in: text(characters.indices)) }

  /// Refuses a text of which something is left.
  func finish(help: String? = nil) throws(CommandFailure) {
    if !isAtEnd { throw failure("\"\(rest)\" is not understood", help: help) }
  }

  private mutating func skipSpaces() {
    while index < characters.count, characters[index] == " " || characters[index] == "\t" {
      index += 1
    }
  }

  var isAtEnd: Bool { characters[index...].allSatisfy { $0 == " " || $0 == "\t" } }

  var rest: String { text(index..<characters.count).trimmingSpaces }

  func peek(_ character: Unicode.Scalar) -> Bool {
    characters[index...].first { $0 != " " && $0 != "\t" } == character
  }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpaces()
    guard index < characters.count, characters[index] == character else { return false }
    index += 1
    return true
  }

  mutating func skip(word: String) -> Bool {
    let start = index
    if self.word() == word { return true }
    index = start
    return false
  }

  /// Letters, digits and `_`.
  mutating func word() -> String? {
    skipSpaces()
    let start = index
    while index < characters.count, Self.isNamed(characters[index]) { index += 1 }
    return start == index ? nil : text(start..<index)
  }

  /// Words with points between them.
  mutating func path() -> String? {
    skipSpaces()
    let start = index
    while index < characters.count, Self.isNamed(characters[index]) || characters[index] == "." {
      index += 1
    }
    return start == index ? nil : text(start..<index)
  }

  /// What comes before one of the characters.
  mutating func text(until ends: Set<Unicode.Scalar>) -> String {
    skipSpaces()
    let start = index
    while index < characters.count, !ends.contains(characters[index]) { index += 1 }
    return text(start..<index)
  }

  /// What comes before one of the characters or words, outside of brackets and quotes.
  mutating func phrase(until ends: Set<Unicode.Scalar>, orWords words: [String]) -> String {
    skipSpaces()
    let start = index
    var depth = 0
    var isQuoted = false
    while index < characters.count {
      let character = characters[index]
      if isQuoted {
        if character == "\\" { index += 1 }
        if character == "\"" { isQuoted = false }
      } else if depth == 0, ends.contains(character) || isWord(words, at: index) {
        break
      } else if character == "\"" {
        isQuoted = true
      } else if character == "(" || character == "[" {
        depth += 1
      } else if character == ")" || character == "]" {
        depth -= 1
      }
      index += 1
    }
    index = min(index, characters.count)
    return text(start..<index).trimmingSpaces
  }

  private func isWord(_ words: [String], at index: Int) -> Bool {
    guard index > 0, characters[index - 1] == " " else { return false }
    return words.contains { word in
      let end = index + word.unicodeScalars.count
      return end <= characters.count && text(index..<end) == word
        && (end == characters.count || !Self.isNamed(characters[end]))
    }
  }

  /// Whether a text is words with points between them, which ends nowhere but where it ends.
  static func isPath(_ text: String) -> Bool {
    !text.isEmpty && text.unicodeScalars.allSatisfy { isNamed($0) || $0 == "." || $0 == "-" }
  }

  private static func isNamed(_ character: Unicode.Scalar) -> Bool {
    let properties = character.properties
    return character == "_" || properties.isAlphabetic || properties.numericType != nil
      || properties.isGraphemeExtend
  }
}
