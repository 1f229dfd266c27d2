import Bytecode
import Chain
import Execution
import Ledger

/// What wrote a stored value: the writes that stayed, the newest first, as far back as is asked for.
struct Provenance {
  /// The value that is asked about.
  let place: StoragePlace
  /// The height up to which is asked, and the value then.
  let height: Int
  let value: [UInt8]?
  /// The writes, the newest first.
  private(set) var writes: [StoredWrite] = []
  /// Writes of the oldest block shown that are not shown.
  private(set) var leftOut = 0
  /// The height to go on at, if older blocks wrote it too.
  private(set) var next: Int?

  /// Finds the last writes of a place, up to the last block or up to a height; so many at most.
  ///
  /// A block is executed once more for those that it holds, and only if the place held something else
  /// after it than before.
  init(
    _ place: StoragePlace, in ledger: Ledger, names: NamedWorld, limit: Int
  ) throws {
    self.place = place
    height = names.world.block.height
    let states = StateText(names: names)
    let search = BlockWrites(ledger: ledger, key: place.key, names: names)
    var history = ValueHistory(of: place.key.bytes, in: ledger, atOrBelow: height)
    var period = try history.next()
    value = period?.value
    while let newer = period {
      let older = try history.next()
      defer { period = older }
      guard !states.isSame(older?.value, newer.value, at: place) else { continue }
      guard writes.count < limit else {
        next = newer.from
        break
      }
      let found = try Self.writes(newer, after: older?.value, search).filter {
        !states.isSame($0.before, $0.after, at: place)
      }
      let shown = found.suffix(limit - writes.count)
      writes += shown.reversed()
      leftOut = found.count - shown.count
      if leftOut > 0 {
        next = older.map { _ in newer.from - 1 }
        break
      }
    }
  }

  /// The writes that made what stood at the beginning of a period, in order.
  private static func writes(
    _ period: ValueHistory.Period, after older: [UInt8]?, _ search: BlockWrites
  ) throws -> [StoredWrite] {
    guard period.from > 0 else {
      return [
        StoredWrite(
          before: nil, after: period.value, cause: .genesis, path: [],
          header: try search.ledger.header(atOrBelow: 0), origin: nil)
      ]
    }
    let writes = try search.writes(at: period.from)
    guard let first = writes.first, let last = writes.last, first.before == older,
      last.after == period.value
    else {
      throw LedgerError.damaged(
        "block \(period.from) does not write what stands under the key "
          + Hexadecimal.encode(search.key.bytes))
    }
    return writes
  }
}
