import ArgumentParser
import Chain

/// Shows a transaction of the past as a tree of calls.
struct Trace: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "Show a transaction as a tree of calls, with source lines, events, reads and writes.",
    discussion: """
      The transaction is executed once more, as it was, and must do what its receipt says.

      Examples:
        aliquot trace c9794bd7
        aliquot trace c9794bd7 --ops
      """)

  @Argument(help: "The id of a transaction, or enough of its digits.") var transaction: String
  @Flag(help: "Show every instruction too, with registers by name.") var ops = false
  @OptionGroup var store: LedgerOptions
  @OptionGroup var global: GlobalOptions

  func perform() throws -> Outcome {
    let session = try store.open(isReadOnly: true)
    let replayed = try session.record(
      session.transaction(transaction), detail: ops ? .ops : .calls)
    let paint = global.paint(.output)
    let text = TransactionText(names: replayed.names, paint: paint)
    let trace = TraceText(names: replayed.names, paint: paint)
    let path = replayed.watcher.failurePath
    return Outcome(
      text: trace.text(replayed.watcher, indentation: 0)
        + text.text(
          replayed.transaction, replayed.receipt, header: replayed.header, path: path),
      result: text.json(
        replayed.transaction, replayed.receipt, header: replayed.header, path: path)
        + ["trace": trace.json(replayed.watcher)])
  }
}

/// Shows what a transaction of the past used gas for.
struct ProfileCommand: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile",
    abstract: "Show what a transaction used gas for, by source line and by function.",
    discussion: """
      Examples:
        aliquot profile c9794bd7
        aliquot profile c9794bd7 --flame claim.svg --folded claim.folded
      """)

  @Argument(help: "The id of a transaction, or enough of its digits.") var transaction: String
  @OptionGroup var forms: ProfileForms
  @OptionGroup var store: LedgerOptions
  @OptionGroup var global: GlobalOptions

  func perform() throws -> Outcome {
    let session = try store.open(isReadOnly: true)
    let replayed = try session.replay(session.transaction(transaction)) {
      GasProfiler(world: $0.world)
    }
    let paint = global.json ? Paint.plain : global.paint(.output)
    let names = replayed.names
    let text = ProfileText(replayed.watcher.finish(replayed.receipt.outcome), names: names)
    var outcome = Outcome(text: text.text(paint), result: [:])
    let action = TransactionText(names: names, paint: .plain).action(replayed.transaction)
    try forms.write(text, title: "gas of \(action)", paint, &outcome)
    return outcome
  }
}

/// Goes through a transaction of the past.
struct Debug: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "debug",
    abstract: "Go through a transaction, forwards and backwards.",
    discussion: """
      It is a debugger over a recording: step, next, out, back; breakpoints by line, function, event or \
      error; watch a register or a place of the state; run to the write that set it. `help` lists the \
      commands.

      Examples:
        aliquot debug c9794bd7
        aliquot debug c9794bd7 --script steps.txt
      """)

  @Argument(help: "The id of a transaction, or enough of its digits.") var transaction: String
  @Option(
    help: ArgumentHelp("Commands in a file, one per line; - is standard input.", valueName: "file"))
  var script: String?
  @OptionGroup var store: LedgerOptions
  @OptionGroup var global: GlobalOptions

  func perform() throws -> Outcome {
    let session = try store.open(isReadOnly: true)
    let replayed = try session.replay(session.transaction(transaction)) {
      ExecutionRecorder(world: $0.world)
    }
    let recording = DebugSession(
      replayed.watcher.finish(replayed.receipt.outcome), names: replayed.names)
    let paint = global.json ? Paint.plain : global.paint(.output)
    var outcome = Outcome(result: [:])
    try DebugTerminal(DebugConsole(recording, paint: paint)).run(
      script: script, isJSON: global.json, &outcome)
    return outcome
  }
}
