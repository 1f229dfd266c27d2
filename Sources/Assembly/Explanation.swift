/// What `explain` tells about a code.
public struct Explanation: Sendable {
  /// The code, such as `E0207`.
  public let code: String
  /// A few words, as a heading.
  public let title: String
  /// What the matter is and what to do, in a few sentences.
  public let text: String
  /// A whole contract that has the fault; empty where one cannot be shown, as for a file too large.
  public let bad: String
  /// The same contract without it.
  public let good: String

  /// Makes an explanation.
  public init(code: String, title: String, text: String, bad: String, good: String) {
    self.code = code
    self.title = title
    self.text = text
    self.bad = bad
    self.good = good
  }
}

/// The explanations of all codes.
public enum Explanations {
  /// All of them, by code.
  public static let all: [Explanation] =
    (SyntaxDiagnostics.explanations + SemanticDiagnostics.explanations).sorted { $0.code < $1.code }

  /// The explanation of a code, in capitals or not.
  public static func explanation(of code: String) -> Explanation? {
    let code = code.uppercased()
    return all.first { $0.code == code }
  }
}
