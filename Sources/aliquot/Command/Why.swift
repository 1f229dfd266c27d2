import ArgumentParser
import Ledger

/// Shows what wrote a stored value.
struct Why: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "why",
    abstract: "Show the transactions and the lines of source that wrote a value.",
    discussion: """
      Each block that left another value is executed once more, the newest first. What a transaction wrote \
      and took back within one block is shown only where the block left another value too.

      Examples:
        aliquot why 'escrow.jobs[7].status'
        aliquot why 'balance(USD, alice)' --limit 3
        aliquot why rig.received --at 12
      """)

  /// Writes that are shown where nothing else is asked for.
  private static let defaultLimit = 20
  /// Writes that are shown at most; each may take the execution of a block.
  private static let limitMax = 10_000

  @Argument(help: "A value: a path as `aliquot state` takes it.") var path: String
  @Option(help: ArgumentHelp("Writes up to this height.", valueName: "height"))
  var at: Int?
  @Option(help: "Writes to show.") var limit = Self.defaultLimit
  @OptionGroup var store: LedgerOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (1...Self.limitMax).contains(limit) else {
      throw ValidationError("--limit is from 1 to \(Numbers.grouped(String(Self.limitMax))).")
    }
  }

  func perform() throws -> Outcome {
    let session = try store.open(isReadOnly: true)
    let names = try session.names()
    return try LedgerFailure.translating {
      let place = try StoragePlace.one(StatePath.read(path, in: names), path)
      let then = try at.map { try session.names(at: $0) } ?? names
      let provenance = try Provenance(
        place, in: session.ledger, names: then, limit: limit)
      // Nothing that was shown counts if something could not be read.
      try session.check()
      let text = ProvenanceText(names: then, paint: global.paint(.output))
      return Outcome(text: text.text(provenance), result: text.json(provenance))
    }
  }
}
