import Chain
import Ledger

/// Writes events as their blocks come, until nobody reads any more.
///
/// Other processes write the blocks, so the ledger is asked again and again.
struct EventFollowing {
  /// Milliseconds from one question to the next.
  private static let pause: Int32 = 250

  let global: GlobalOptions
  /// Makes the filter anew, since new contracts have new names.
  let makeFilter: (LedgerSession) throws -> EventFilter

  /// Writes the last events, then every one that comes.
  func run(_ session: LedgerSession, heights: ClosedRange<Int>, limit: Int) throws {
    var trail = try HeaderTrail(session.ledger)
    try write(page(session, heights.lowerBound...max(heights.lowerBound, trail.height), limit))
    while !Descriptor.output.isClosed(within: Self.pause) {
      guard let change = try trail.follow(session.ledger) else { continue }
      if change.isBack, !global.quiet {
        Descriptor.error.write("the chain went back to height \(change.start)\n")
      }
      let first = max(change.start + 1, heights.lowerBound)
      if first <= trail.height { try write(page(session, first...trail.height, .max)) }
    }
  }

  /// Events as they are written, with the names of the present.
  private func page(
    _ session: LedgerSession, _ heights: ClosedRange<Int>, _ limit: Int
  ) throws -> [String] {
    let session = LedgerSession(session.ledger, path: session.path, keys: session.keys)
    let filter = try makeFilter(session)
    let events = try LedgerFailure.translating {
      try EventQuery(ledger: session.ledger, filter: filter).last(limit, in: heights).events
    }
    let text = EventText(
      names: filter.names, paint: global.paint(.output), width: Descriptor.output.width)
    let lines = events.map {
      global.json ? (["type": "event"] + text.json($0)).text + "\n" : text.line($0)
    }
    try session.check()
    return lines
  }

  private func write(_ lines: [String]) {
    for line in lines { Descriptor.output.write(line) }
  }
}
