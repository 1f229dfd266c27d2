import Assembly
import Bytecode
import Verification

/// What the verifier accepts has a source.
func checkVerifier(_ input: [UInt8]) throws(Violation) {
  let verified: VerifiedModule
  do { verified = try Verifier.verify(input) } catch {
    try require((0...input.count).contains(error.offset), "\(error) lies outside of the module")
    return
  }
  try require(verified.module.encoded() == input, "what is verified is not what was given")
  try checkDisassembly(of: verified.module)
}

/// The disassembly of a module assembles to it.
func checkDisassembly(of module: Module) throws(Violation) {
  let text = Disassembler.text(of: module)
  let again = Assembler().assemble(path: "module.alq", text: text)
  guard let artifact = again.artifact else {
    let errors = DiagnosticRenderer().render(again.diagnostics, in: again.sources)
    throw Violation("the disassembly does not assemble:\n\(errors)\n\(text)")
  }
  try require(artifact.module == module, "the disassembly assembles to another module:\n\(text)")
}
