import ArgumentParser
import Bytecode

/// Prints a module as a source.
struct Disassemble: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "disasm",
    abstract: "Print a module as a source that assembles to the same bytes.",
    discussion: """
      Examples:
        aliquot disasm build/Shop.alqm
        aliquot disasm Shop.alq
      """)

  @Argument(help: "A module or a source.")
  var file: String

  @OptionGroup var global: GlobalOptions

  func perform() throws -> Outcome {
    let loaded = try ContractLoading.load(file)
    let text = Disassembler.text(of: loaded.code.module)
    return Outcome(
      text: text,
      result: [
        "contract": .string(loaded.code.module.name),
        "codeHash": .identifier(loaded.code.codeHash), "source": .string(text),
      ])
  }
}
