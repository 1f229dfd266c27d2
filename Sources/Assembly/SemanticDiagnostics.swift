/// The codes of name resolution and code generation.
enum SemanticDiagnostics {
  static let explanations: [Explanation] = []
}
