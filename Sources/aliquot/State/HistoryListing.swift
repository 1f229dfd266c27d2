import Bytecode
import Chain
import Execution
import Ledger
import Transactions

/// Everything that ever stood at a place of the state, in rows, the newest first.
struct HistoryListing {
  /// A stretch of heights in which the place held the same.
  struct Row {
    let period: ValueHistory.Period
    /// What it held before; nil for nothing.
    let before: [UInt8]?
    /// Whether nothing ever stood there before.
    let isFirst: Bool
    /// When the period began.
    let header: BlockHeader
    /// The transaction that began it, if it is the only one of its block.
    let transaction: Identifier?
  }

  /// The rows.
  private(set) var rows: [Row] = []
  /// Whether there are older ones.
  private(set) var isMore = false

  private let place: StoragePlace
  private let states: StateText
  private let isNow: Bool

  /// Reads what stood at a place, after the last block or at a height and before; so many rows at most.
  init(
    _ place: StoragePlace, in ledger: Ledger, names: NamedWorld, at height: Int?, limit: Int
  ) throws {
    self.place = place
    states = StateText(names: names)
    isNow = height == nil
    var history = ValueHistory(
      of: place.key.bytes, in: ledger, atOrBelow: height ?? .max)
    var pending = try history.next()
    while let newest = pending {
      guard rows.count < limit else {
        isMore = true
        break
      }
      var oldest = newest
      pending = try history.next()
      while let older = pending, states.isSame(older.value, newest.value, at: place) {
        oldest = older
        pending = try history.next()
      }
      rows.append(
        try Self.row(
          ValueHistory.Period(from: oldest.from, until: newest.until, value: newest.value),
          after: pending, ledger))
    }
  }

  private static func row(
    _ period: ValueHistory.Period, after older: ValueHistory.Period?, _ ledger: Ledger
  ) throws -> Row {
    let header = try ledger.header(atOrBelow: period.from)
    // More than one could have written it, and only doing them again would tell which did.
    let block = header.transactionCount == 1 ? try ledger.block(at: header.height) : nil
    return Row(
      period: period, before: older?.value, isFirst: older == nil, header: header,
      transaction: block?.transactions.first?.id)
  }

  /// The height to go on at, if there are older rows.
  var next: Int? { isMore ? rows.last.map { $0.period.from - 1 } : nil }

  // MARK: - Writing

  /// The rows as a table that is no wider than `width`; of records that stay, the components that changed.
  func text(width: Int? = nil, paint: Paint = .plain) -> String {
    guard !rows.isEmpty else { return "no block left anything at \(states.path(of: place))\n" }
    var table = Table(["from", "until", "written by", "value"], right: ["from", "until"])
    for row in rows {
      table.add(
        String(row.period.from), row.period.until.map(String.init) ?? (isNow ? "now" : ""),
        writer(row), value(row))
    }
    return table.text(width: width, paint: paint)
      + (next.map { paint.faint("… older: --at \($0)") + "\n" } ?? "")
  }

  private func writer(_ row: Row) -> String {
    if let transaction = row.transaction { return "tx \(NameBook.short(transaction))" }
    if row.period.from == 0 { return "the genesis" }
    return "one of \(Words.count(row.header.transactionCount, "transaction"))"
  }

  /// All of the value; of a record that has been there before, what is new in it.
  private func value(_ row: Row) -> String {
    let changes =
      row.isFirst ? [] : states.changes(from: row.before, to: row.period.value, at: place)
    guard changes.contains(where: { $0.component != nil }) else {
      return states.text(row.period.value, at: place)
    }
    return changes.map { "\($0.component ?? ""): \($0.after)" }.joined(separator: ", ")
  }

  /// The rows for programs, and where to go on.
  var json: JSON {
    [
      "path": .string(states.path(of: place)), "key": .bytes(place.key.bytes),
      "rows": .array(rows.map(json)), "next": next.map { .number($0) } ?? .null,
    ]
  }

  private func json(_ row: Row) -> JSON {
    [
      "from": .number(row.period.from), "until": row.period.until.map { .number($0) } ?? .null,
      "time": .number(row.header.time), "exists": .bool(row.period.value != nil),
      "transaction": row.transaction.map { .identifier($0) } ?? .null,
      "transactionCount": .number(row.header.transactionCount),
    ] + states.json(row.period.value, at: place)
  }
}
