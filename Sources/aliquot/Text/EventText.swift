import Bytecode
import Chain
import Execution
import Ledger

/// Writes events of a ledger: where they stand, who emitted them and what they say.
struct EventText {
  /// The world whose names are used.
  let names: NamedWorld
  /// Colours.
  let paint: Paint
  /// Columns of the terminal.
  let width: Int?

  /// A table of events.
  func text(_ events: [EventQuery.Found]) -> String {
    guard !events.isEmpty else { return "" }
    var table = Table(["height", "tx", "contract", "event"], right: ["height"])
    for found in events {
      table.add(
        String(found.header.height), NameBook.short(found.transaction),
        names.book.text(found.event.contract), ValueText(names: names).text(of: found.event))
    }
    return table.text(width: width, paint: paint)
  }

  /// An event on a line of its own, for lists that go on.
  func line(_ found: EventQuery.Found) -> String {
    let height = String(found.header.height)
    let margin = String(repeating: " ", count: max(0, 8 - height.count))
    let place = paint.faint("\(margin)\(height)  \(NameBook.short(found.transaction))")
    return "\(place)  \(ReceiptText(names: names, paint: paint).text(of: found.event))\n"
  }

  /// An event for programs.
  func json(_ found: EventQuery.Found) -> JSON {
    [
      "height": .number(found.header.height), "time": .number(found.header.time),
      "transaction": .identifier(found.transaction), "position": .number(found.place.position),
      "ordinal": .number(found.place.ordinal),
    ] + ReceiptText(names: names, paint: .plain).json(found.event)
  }
}
