import Bytecode
import Chain
import Ledger

/// The last blocks that were seen, by which one that looks now and then knows which blocks are new, and that others are
/// gone.
struct HeaderTrail {
  /// How a chain got from where it was to where it is.
  struct Change: Hashable {
    /// The last block that stands as it was seen.
    let start: Int
    /// Whether blocks that were seen are gone.
    let isBack: Bool
  }

  private struct Seen {
    let height: Int
    let hash: Identifier

    init(_ header: BlockHeader) {
      height = header.height
      hash = header.hash
    }
  }

  /// Headers that are kept: a chain that goes back further is taken to have changed up to there.
  private let limit: Int
  /// By height.
  private var seen: [Seen]
  /// The height of the last block that was seen.
  var height: Int { seen.last?.height ?? 0 }

  /// Begins where a ledger stands.
  init(_ ledger: Ledger, limit: Int = 10_000) throws {
    self.limit = limit
    seen = try LedgerFailure.translating {
      try ledger.headers(limit: limit).reversed().map(Seen.init)
    }
  }

  /// Goes to where the ledger stands now; nil if that is where it stood.
  mutating func follow(_ ledger: Ledger) throws -> Change? {
    try LedgerFailure.translating {
      let head = Seen(try ledger.head())
      guard head.hash != seen.last?.hash else { return nil }
      let before = seen.count
      var start = height
      while let last = seen.last {
        start = last.height
        if try ledger.headers(atOrBelow: start, limit: 1).first?.hash == last.hash { break }
        start -= 1
        seen.removeLast()
      }
      let isBack = seen.count < before
      if seen.isEmpty { start = min(start, head.height) }
      let new = try ledger.headers(limit: min(limit, max(1, head.height - start)))
      seen += new.reversed().filter { $0.height > start }.map(Seen.init)
      if seen.isEmpty { seen = [head] }
      seen.removeFirst(max(0, seen.count - limit))
      return Change(start: start, isBack: isBack)
    }
  }
}
