import ArgumentParser
import Bytecode
import Chain
import Ledger

/// Lists what contracts told.
struct Events: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "events",
    abstract: "List the events of a ledger, by contract, name and fields.",
    discussion: """
      The last ones, in the order of their emission. Values are written by the kind of their field: \
      alice, 25.50 USD, Active. What no contract declares is an error; where nothing happened that \
      fits, the list is empty and the exit code is 0. With --follow and --json, each event is a \
      document on its own line.

      Examples:
        aliquot events
        aliquot events --contract rig --name Claimed --where holder=alice --where "amount=25 USD"
        aliquot events --contract escrow --follow
      """)

  @Option(help: ArgumentHelp("Only of this contract.", valueName: "name")) var contract: String?
  @Option(help: ArgumentHelp("Only events of this name.", valueName: "event")) var name: String?
  @Option(
    name: .customLong("where"),
    help: ArgumentHelp("Only with this value of a field.", valueName: "field=value"))
  var conditions: [String] = []
  @Option(help: ArgumentHelp("Only in this block or a later one.", valueName: "height"))
  var from: Int?
  @Option(help: ArgumentHelp("Only in this block or an earlier one.", valueName: "height"))
  var to: Int?
  @Option(help: ArgumentHelp("Events that are shown at most, the last ones.", valueName: "count"))
  var limit = 50
  @Flag(help: "Go on with new events until interrupted.") var follow = false
  @OptionGroup var store: LedgerOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    try PageOptions.check(limit)
    if (from ?? 0) > (to ?? .max) { throw ValidationError("--from is above --to.") }
    if follow, to != nil { throw ValidationError("--follow goes on, and --to ends: give one.") }
  }

  func perform() throws -> Outcome {
    let session = try store.open(isReadOnly: true)
    let filter = try filter(session)
    let heights = max(0, from ?? 0)...max(0, from ?? 0, to ?? .max)
    if follow {
      let following = EventFollowing(global: global, makeFilter: self.filter)
      try following.run(session, heights: heights, limit: limit)
      return Outcome()
    }
    let text = EventText(
      names: filter.names, paint: global.paint(.output), width: Descriptor.output.width)
    let progress = ProgressLine("looking through", global)
    let (events, isMore) = try LedgerFailure.translating {
      try EventQuery(ledger: session.ledger, filter: filter, progress: progress)
        .last(limit, in: heights)
    }
    progress.end()
    var outcome = Outcome(
      text: text.text(events),
      result: ["events": .array(events.map(text.json)), "isMore": .bool(isMore)])
    try session.check()
    if events.isEmpty {
      let isAny = contract == nil && name == nil && conditions.isEmpty && from == nil && to == nil
      outcome.remarks = [isAny ? "there are no events yet" : "no event fits"]
    }
    if isMore {
      outcome.remarks = [
        "these are the last \(events.count); --limit shows more, and --to those before a height"
      ]
    }
    return outcome
  }

  /// The filter, by the names that a ledger has now.
  private func filter(_ session: LedgerSession) throws -> EventFilter {
    let names = try session.names()
    return try LedgerFailure.translating {
      try EventFilter(
        contract: contract, name: name, conditions: conditions.map { try .parse($0) },
        names: names, ledger: session.ledger)
    }
  }
}
