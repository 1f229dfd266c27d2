import ArgumentParser
import Bytecode

/// Prints a page of the reference.
struct Reference: AliquotCommand {
  enum Page: String, CaseIterable, ExpressibleByArgument { case instructions, limits }

  static let configuration = CommandConfiguration(
    commandName: "reference",
    abstract: "Print the reference of instructions, gas and traps, or of limits, as Markdown.",
    discussion: "It is generated from the machine's own tables, so it is never out of date.")

  @OptionGroup var global: GlobalOptions
  @Argument(help: "Which page.") var page = Page.instructions

  func perform() throws -> Outcome {
    let text =
      switch page {
      case .instructions: InstructionReference.markdown()
      case .limits: LimitsReference.markdown()
      }
    return Outcome(text: text, result: ["markdown": .string(text)])
  }
}
