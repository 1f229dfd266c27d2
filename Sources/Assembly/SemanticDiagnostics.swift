/// What `explain` tells about the codes of the back half: names, kinds, declarations, limits, warnings.
enum SemanticDiagnostics {
  static let explanations: [Explanation] =
    names + kinds + operators + constants + declarations + flow + assets + code + limits + warnings

  /// A contract with these lines in its only function.
  static func function(_ lines: String...) -> String { function(lines) }

  /// A contract with these lines in its only function.
  static func function(_ lines: [String]) -> String {
    let body = lines.map { "    \($0)\n" }.joined()
    return """
      contract Demo

      state
          total  int
          owner  address
          paid   map holder address -> int

      error TooMuch (amount int)

      export add (amount int, who address)
      \(body)end

      """
  }

  /// A contract with these lines.
  static func contract(_ lines: String...) -> String { contract(lines) }

  /// A contract with these lines.
  static func contract(_ lines: [String]) -> String {
    "contract Demo\n\n" + lines.map { $0 + "\n" }.joined()
  }

  static func entry(
    _ code: SemanticCode, _ title: String, _ text: String, bad: String, good: String
  ) -> Explanation {
    Explanation(code: code.rawValue, title: title, text: text, bad: bad, good: good)
  }
}
