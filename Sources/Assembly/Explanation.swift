/// What `explain` tells about a code.
public struct Explanation: Sendable {
  /// The code, such as `E0207`.
  public let code: String
  /// A few words, as a heading.
  public let title: String
  /// What the matter is and what to do, in a few sentences.
  public let text: String
  /// A whole contract that has the fault.
  public let bad: String
  /// The same contract without it.
  public let good: String
  /// Whether each character of the wrong contract is saved as one byte, and not as UTF-8.
  let isLatin: Bool

  /// Makes an explanation.
  public init(code: String, title: String, text: String, bad: String, good: String) {
    self.init(code: code, title: title, text: text, bad: bad, good: good, isLatin: false)
  }

  init(code: String, title: String, text: String, bad: String, good: String, isLatin: Bool) {
    self.code = code
    self.title = title
    self.text = text
    self.bad = bad
    self.good = good
    self.isLatin = isLatin
  }

  /// The wrong contract as it is in its file.
  public var badBytes: [UInt8] {
    isLatin ? bad.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } : Array(bad.utf8)
  }

  /// The wrong contract as a page shows it: of a long one only the beginning.
  public var badExcerpt: String {
    let lineCount = bad.utf8.count { $0 == UInt8(ascii: "\n") }
    let shown = bad.utf8.count > 2_000 ? 12 : 60
    let lines = bad.prefix(20_000).split(separator: "\n", omittingEmptySubsequences: false)
      .prefix(lineCount > shown ? shown : lineCount)
      .map { $0.count > 80 ? "\($0.prefix(80))…" : "\($0)" }
    let rest = lineCount > shown ? "; … and \(lineCount - shown) more lines like these\n" : ""
    return lines.map { $0 + "\n" }.joined() + rest
  }
}

/// The explanations of all codes.
public enum Explanations {
  /// All of them, by code.
  public static let all: [Explanation] =
    (SyntaxDiagnostics.explanations + ScenarioDiagnostics.explanations
    + SemanticDiagnostics.explanations)
    .sorted { $0.code < $1.code }

  /// The explanation of a code, in capitals or not.
  public static func explanation(of code: String) -> Explanation? {
    let code = code.uppercased()
    return all.first { $0.code == code }
  }
}
