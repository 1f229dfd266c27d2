import ArgumentParser
import Bytecode

/// Prints the instruction reference.
struct Reference: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "reference",
    abstract: "Print the reference of instructions, gas and traps as Markdown.",
    discussion: "It is generated from the instruction table, so it is never out of date.")

  @OptionGroup var global: GlobalOptions

  func perform() throws -> Outcome {
    let page = InstructionReference.markdown()
    return Outcome(text: page, result: ["markdown": .string(page)])
  }
}
