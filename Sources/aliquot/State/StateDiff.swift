import Bytecode
import Execution
import Ledger
import State

/// What changed in the state between two heights, by path.
struct StateDiff {
  /// Something stored that is not the same at both heights.
  struct Row {
    let key: StateKey
    let before: [UInt8]?
    let after: [UInt8]?
    /// Whether it came, went or changed.
    let change: Change
  }

  /// What became of something stored.
  enum Change: String {
    case added, removed, changed

    fileprivate var mark: String {
      switch self {
      case .added: "+"
      case .removed: "-"
      case .changed: "~"
      }
    }
  }

  /// The rows, in the order of their keys.
  private(set) var rows: [Row] = []
  /// Whether there are more behind them.
  private(set) var isMore = false

  private let earlier: StateText
  private let later: StateText
  private let component: Int?

  /// Compares what stands at a path, or everywhere, in two worlds of a ledger.
  ///
  /// So many rows are shown at most, from the first one behind the key `after`. The worlds are those after
  /// two blocks, the earlier one first.
  init(
    _ path: StatePath?, in ledger: Ledger, from earlier: NamedWorld, to later: NamedWorld,
    limit: Int, after: StateKey? = nil
  ) throws {
    self.earlier = StateText(names: earlier)
    self.later = StateText(names: later)
    if case .value(let key, let component)? = path?.target {
      self.component = component
      add(key)
      return
    }
    component = nil
    var start = after.map { $0.bytes + [0] }
    while rows.count <= limit {
      let keys = try ledger.writtenKeys(
        withPrefix: path?.prefix ?? [], from: start, after: earlier.world.block.height,
        upTo: later.world.block.height, limit: limit + 1)
      for key in keys where rows.count <= limit { add(StateKey(key)) }
      guard keys.count > limit, let last = keys.last else { break }
      start = last + [0]
    }
    isMore = rows.count > limit
    if isMore { rows.removeLast() }
  }

  private mutating func add(_ key: StateKey) {
    let before = earlier.names.world.state.value(for: key.bytes)
    let after = later.names.world.state.value(for: key.bytes)
    guard !later.isSame(before, after, at: place(key)) else { return }
    rows.append(
      Row(key: key, before: before, after: after, change: change(of: key, before, after)))
  }

  /// A number that is no entry of anything has always been there, as zero.
  private func change(of key: StateKey, _ before: [UInt8]?, _ after: [UInt8]?) -> Change {
    switch key {
    case .field(let contract, let index, let components):
      let field = later.field(contract, index)
      if components.isEmpty, field?.key.isEmpty == true, field?.isRecord == false {
        return .changed
      }
    case .total, .supply, .creations, .nonce: return .changed
    default: break
    }
    return before == nil ? .added : after == nil ? .removed : .changed
  }

  private func place(_ key: StateKey) -> StoragePlace {
    StoragePlace(key: key, component: component)
  }

  /// Writes the earlier values; by the later world's names for what nobody knew of then.
  private func earlierText(_ row: Row) -> StateText { row.before == nil ? later : earlier }

  /// Where to go on, as `--after` takes it, if there are more rows.
  var next: String? {
    isMore ? rows.last.map { StatePath.text(of: $0.key, in: later.names) } : nil
  }

  /// The key behind which a page begins, from what `--after` says.
  static func cursor(
    _ text: String, of path: StatePath?, in names: NamedWorld
  ) throws(CommandFailure) -> StateKey {
    switch path?.target {
    case .entries, .balances: if let path { return try path.cursor(text, in: names) }
    case .contract, .value, nil: break
    }
    guard let key = try StatePath.read(text, in: names).key,
      key.bytes.starts(with: path?.prefix ?? [])
    else {
      throw CommandFailure(
        .usage, "\"\(text)\" is no place in what is compared",
        help: "give the path of the last row shown")
    }
    return key
  }

  // MARK: - Writing

  /// The rows as a table that is no wider than `width`; of records that stay, the components that changed.
  func text(width: Int? = nil, paint: Paint = .plain) -> String {
    guard !rows.isEmpty else { return "nothing changed\n" }
    var table = Table(["", "path", "before", "after"])
    for row in rows {
      let path = later.path(of: place(row.key))
      for change in later.changes(
        from: row.before, to: row.after, at: place(row.key), earlier: earlierText(row))
      {
        let name = change.component.map { "\(path).\($0)" } ?? path
        table.add(row.change.mark, name, change.before, change.after)
      }
    }
    return table.text(width: width, paint: paint) + NextPage.text(after: next, paint)
  }

  /// The rows for programs, with all of each value, and where to go on.
  var json: JSON {
    [
      "rows": .array(rows.map(json)),
      "next": next.map { .string($0) } ?? .null,
    ]
  }

  private func json(_ row: Row) -> JSON {
    [
      "path": .string(later.path(of: place(row.key))), "key": .bytes(row.key.bytes),
      "change": .string(row.change.rawValue),
      "before": earlierText(row).json(row.before, at: place(row.key)),
      "after": later.json(row.after, at: place(row.key)),
    ]
  }
}
