import Assembly
import ArgumentParser

/// The command line tool.
@main
struct Aliquot: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "aliquot",
    abstract: "Write, check, run and inspect contracts for the Aliquot machine.",
    discussion: """
      Every command takes --json, --color, -q and -v at any place. Standard output is the result and \
      nothing else. `aliquot explain exit-codes` lists the exit codes.

      Start with:
        aliquot new shop
        aliquot check shop
        aliquot run shop/Shop.alq --script shop/Story.run
      """,
    version: "0.1.0",
    subcommands: [
      New.self, Build.self, Check.self, Format.self, Disassemble.self, Inspect.self, Explain.self,
      Run.self, Test.self, ChainCommand.self, Deploy.self, Call.self, View.self, Send.self,
      StateCommand.self, Why.self, ProofCommand.self, Trace.self, ProfileCommand.self, Debug.self,
      Reference.self, Bench.self,
    ])

  /// Parses the command line, runs the command and ends the process.
  static func main() {
    Descriptor.ignoreBrokenPipes()
    let arguments = CommandLineArguments.arranged(Array(CommandLine.arguments.dropFirst()))
    do {
      try requireKnownCommand(arguments)
      var command = try parseAsRoot(arguments)
      try command.run()
    } catch {
      end(with: error, arguments)
    }
  }

  private static func requireKnownCommand(_ arguments: [String]) throws {
    guard let word = arguments.first(where: { GlobalOptions.words[$0] == nil }),
      !word.hasPrefix("-"), word != "help"
    else { return }
    let names = configuration.subcommands.compactMap { $0.configuration.commandName }
    guard !names.contains(word) else { return }
    let meant = Suggestion.nearest(to: word, among: names).map { "; did you mean \"\($0)\"?" }
    throw ValidationError("there is no command \"\(word)\"\(meant ?? "")")
  }

  private static func end(with error: any Error, _ arguments: [String]) -> Never {
    if let code = error as? ExitCode { Self.exit(withError: code) }
    let isUsage = exitCode(for: error) == .validationFailure
    let status: ExitStatus =
      exitCode(for: error) == .success ? .success : isUsage ? .usage : .failure
    guard arguments.contains("--json"), status != .success else {
      let text = fullMessage(for: error)
      (status == .success ? Descriptor.output : .error).write(text.isEmpty ? "" : text + "\n")
      Self.exit(withError: ExitCode(status.rawValue))
    }
    let name = arguments.first { !$0.hasPrefix("-") }
    let command = name.flatMap { name in
      configuration.subcommands.first { $0.configuration.commandName == name }
    }
    let outcome = Outcome(
      status: status, reports: [.message(.error, message(for: error), help: nil)])
    let schema = "aliquot.\(command?.configuration.commandName ?? "usage")/1"
    Descriptor.output.write(Envelope.text(schema, outcome))
    Self.exit(withError: ExitCode(status.rawValue))
  }
}

/// The words of a command line.
enum CommandLineArguments {
  /// Puts global flags that stand before the command behind it, where the parser expects them.
  static func arranged(_ arguments: [String]) -> [String] {
    let arguments = arguments.map {
      $0 == "--trace=ops" ? "--trace-ops" : $0 == "--trace=calls" ? "--trace" : $0
    }
    var index = 0
    while index < arguments.count {
      let word = arguments[index]
      if let values = GlobalOptions.words[word] {
        index += 1 + values
      } else if word.hasPrefix("--color=") {
        index += 1
      } else {
        break
      }
    }
    guard index > 0, index < arguments.count, !arguments[index].hasPrefix("-") else {
      return arguments
    }
    return [arguments[index]] + arguments[..<index] + arguments[(index + 1)...]
  }
}
