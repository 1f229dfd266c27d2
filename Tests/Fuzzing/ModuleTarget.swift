import Bytecode

/// The encoding of modules is canonical: there is one string of bytes for each.
func checkModule(_ input: [UInt8]) throws(Violation) {
  let (module, layout): (Module, ModuleLayout)
  do { (module, layout) = try Module.decode(input) } catch {
    try require((0...input.count).contains(error.offset), "\(error) lies outside of the module")
    return
  }
  try require(module.encoded() == input, "\(module.name) encodes to other bytes")
  try require(
    layout.instructionOffsets.map(\.count) == module.functions.map(\.code.count),
    "the layout of \(module.name) does not fit")
}
