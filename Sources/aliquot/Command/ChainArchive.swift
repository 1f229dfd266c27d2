import ArgumentParser
import Ledger

/// Writes a ledger to a file that can be sent and imported.
struct ChainExport: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a ledger to one file: genesis, blocks, snapshots, names and sources.",
    discussion: "The same ledger gives the same bytes; an import of them gives the same ledger.")

  @Argument(help: "The file, which must not be there; - is standard output.") var file: String
  @OptionGroup var store: LedgerOptions
  @OptionGroup var global: GlobalOptions

  func perform() throws -> Outcome {
    guard file != "-" || !global.json else {
      throw CommandFailure(.usage, "standard output is taken by --json", help: "name a file")
    }
    let session = try store.open(isReadOnly: true)
    let bar = ProgressLine("exporting", global)
    let target = try OutputFile(path: file)
    var count = 0
    do {
      try session.ledger.export {
        count += $0.count
        try target.write($0)
      } progress: {
        bar.show($0)
      }
      try target.finish()
    } catch {
      target.discard()
      throw LedgerFailure.of(error)
    }
    bar.end()
    return Outcome(
      result: ["file": .string(file), "bytes": .number(count)],
      remarks: ["wrote \(Numbers.grouped(String(count))) bytes"])
  }
}

/// Makes a ledger of an export.
struct ChainImport: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Make a ledger of an export: every block is executed and checked.")

  @Argument(help: "The file; - is standard input.") var file: String
  @OptionGroup var store: LedgerOptions
  @OptionGroup var global: GlobalOptions

  func perform() throws -> Outcome {
    let source = try InputFile(path: file)
    let bar = ProgressLine("importing", global)
    let ledger = try LedgerFailure.translating {
      try Ledger.importing(from: { try source.read($0) }, to: .file(store.path)) { bar.show($0) }
    }
    bar.end()
    return try ChainStatus.outcome(
      LedgerSession(ledger, path: store.path, keys: store.keys.directory), global)
  }
}
