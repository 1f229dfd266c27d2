import Bytecode
import Chain
import Hosting
import Ledger

/// Finds events of a ledger.
struct EventQuery {
  /// An event and where it stands.
  struct Found {
    let event: Event
    let header: BlockHeader
    let transaction: Identifier
    let place: EmissionPlace
  }

  /// Places that are read at once.
  private static let pageSize = 1_000

  let ledger: Ledger
  let filter: EventFilter
  /// Who is told how far it has come.
  var progress: ProgressLine?

  /// The last events in blocks of these heights, in the order of their emission, at most so many; and
  /// whether there are more in front of them.
  func last(
    _ limit: Int, in heights: ClosedRange<Int>
  ) throws -> (events: [Found], isMore: Bool) {
    var found: [Found] = []
    var place: EmissionPlace?
    var block: SealedBlock?
    var seen = 0
    while true {
      let page = try ledger.lastEmissions(
        contract: filter.contract, name: filter.name, heights: heights, before: place,
        limit: Self.pageSize)
      for next in page {
        seen += 1
        progress?.show(seen, "events")
        if block?.height != next.height { block = try ledger.block(at: next.height) }
        guard let event = try event(at: next, in: block), filter.matches(event.event) else {
          continue
        }
        guard found.count < limit else { return (found.reversed(), true) }
        found.append(event)
      }
      guard page.count == Self.pageSize else { return (found.reversed(), false) }
      place = page.last
    }
  }

  private func event(at place: EmissionPlace, in block: SealedBlock?) throws -> Found? {
    // The chain may have gone back meanwhile.
    guard let block else { return nil }
    guard block.receipts.indices.contains(place.position),
      block.receipts[place.position].outcome.events.indices.contains(place.ordinal)
    else {
      throw LedgerError.damaged(
        "the index of events names one that block \(place.height) does not have")
    }
    let receipt = block.receipts[place.position]
    return Found(
      event: receipt.outcome.events[place.ordinal], header: block.header,
      transaction: receipt.transaction, place: place)
  }
}
