/// The codes of the lexer and the parser.
enum SyntaxDiagnostics {
  static let explanations: [Explanation] = []
}
