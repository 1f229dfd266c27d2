import Assembly
import Bytecode

/// Laying out changes neither what a source means nor what is laid out.
func checkFormatter(_ input: [UInt8]) throws(Violation) {
  guard case .success(let text) = Formatter.format(SourceText(path: "a.alq", bytes: input)) else {
    return
  }
  guard case .success(let again) = Formatter.format(SourceText(path: "a.alq", text: text)) else {
    throw Violation("what is laid out has errors:\n\(text)")
  }
  try require(again == text, "what is laid out is laid out anew:\n\(text)\n\(again)")
  let before = Assembler().assemble(path: "a.alq", text: input)
  let after = Assembler().assemble(path: "a.alq", text: text)
  try require(
    before.artifact?.module == after.artifact?.module, "the layout changes the module:\n\(text)")
  try require(
    before.artifact?.documentation == after.artifact?.documentation,
    "the layout changes the documentation:\n\(text)")
  try require(
    before.diagnostics.map(\.message) == after.diagnostics.map(\.message),
    "the layout changes the errors:\n\(text)")
}
