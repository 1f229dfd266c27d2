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
      Run.self, Test.self, GasCommand.self, ChainCommand.self, Deploy.self, Call.self, View.self,
      Send.self, Account.self, StateCommand.self, Why.self, ProofCommand.self, Assets.self,
      Events.self, TransactionCommand.self, BlockCommand.self, ReceiptCommand.self, Trace.self,
      ProfileCommand.self, Debug.self, Verify.self, Reference.self, Bench.self,
    ])

  /// Parses the command line, runs the command and ends the process.
  static func main() {
    Descriptor.ignoreBrokenPipes()
    let line = CommandLineWords(Array(CommandLine.arguments.dropFirst()), root: Self.self)
    do {
      try line.requireKnownCommand()
      var command = try parseAsRoot(line.arguments)
      try command.run()
    } catch {
      end(with: error, line)
    }
  }

  private static func end(with error: any Error, _ line: CommandLineWords) -> Never {
    if let code = error as? ExitCode { Self.exit(withError: code) }
    let isUsage = exitCode(for: error) == .validationFailure
    let status: ExitStatus =
      exitCode(for: error) == .success ? .success : isUsage ? .usage : .failure
    guard line.arguments.contains("--json"), status != .success else {
      let text = fullMessage(for: error)
      (status == .success ? Descriptor.output : .error).write(text.isEmpty ? "" : text + "\n")
      Self.exit(withError: ExitCode(status.rawValue))
    }
    let outcome = Outcome(
      status: status, reports: [.message(.error, message(for: error), help: nil)])
    let schema = Envelope.schema(line.path.isEmpty ? ["usage"] : line.path)
    Descriptor.output.write(Envelope.text(schema, outcome))
    Self.exit(withError: ExitCode(status.rawValue))
  }
}
