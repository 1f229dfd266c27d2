import Bytecode
import Execution
import Integers
import State

/// What stands at a place of the state, in rows: a value, a record, a page of a map, or a whole contract.
///
/// It reads what it shows and little more, however large the state is.
struct StateListing {
  /// A name and what stands there.
  struct Row: Hashable {
    /// The path, which can be read back.
    let path: String
    /// The value for people.
    let value: String
    /// The row for programs.
    let json: JSON
  }

  /// Entries of a map that are shown at once where nothing else is asked for.
  static let pageSize = 50
  /// Entries up to which the maps of a contract are counted.
  static let countedMax = 100

  /// The rows.
  private(set) var rows: [Row] = []
  /// The last key shown, if there are more entries behind it.
  private(set) var last: StateKey?

  private let names: NamedWorld
  private let path: StatePath

  /// Reads what stands at a path.
  ///
  /// Of many entries, so many are shown at most, in the order of their keys, from the first one behind the
  /// key `after`.
  init(
    _ path: StatePath, in names: NamedWorld, limit: Int = pageSize, after: StateKey? = nil
  ) {
    self.path = path
    self.names = names
    switch path.target {
    case .contract(let contract): addFields(of: contract)
    case .value(let key, let component): add(key, component)
    case .entries, .balances: addPage(limit, after: after)
    }
  }

  private var texts: StateText { StateText(names: names) }

  private func pathText(_ key: StateKey) -> String { StatePath.text(of: key, in: names) }

  private func stored(_ key: StateKey) -> [UInt8]? { names.world.state.value(for: key.bytes) }

  // MARK: - One key

  /// A value, or each component of a record.
  private mutating func add(_ key: StateKey, _ component: Int?) {
    let bytes = stored(key)
    let count = texts.entry(bytes, under: key).flatMap { $0.record == nil ? nil : $0.values?.count }
    guard component == nil, let count else {
      rows.append(row(StoragePlace(key: key, component: component), bytes))
      return
    }
    for index in 0..<count {
      rows.append(row(StoragePlace(key: key, component: index), bytes))
    }
  }

  private func row(_ place: StoragePlace, _ bytes: [UInt8]?) -> Row {
    let path = texts.path(of: place)
    return Row(
      path: path, value: texts.text(bytes, at: place),
      json: ["path": .string(path), "key": .bytes(place.key.bytes)] + texts.json(bytes, at: place))
  }

  // MARK: - Many entries

  private mutating func addPage(_ limit: Int, after: StateKey?) {
    let state = names.world.state
    var reached = after?.bytes
    while let slot = state.slot(within: path.prefix, after: reached) {
      guard rows.count < limit else {
        last = reached.map { StateKey($0) }
        return
      }
      let key = Array(state.key(of: slot))
      let value = state.value(in: slot).map { Array($0) }
      reached = key
      rows.append(row(StoragePlace(key: StateKey(key)), value))
    }
  }

  // MARK: - A contract

  /// Plain values and records as they are, maps with their number of entries and their totals.
  private mutating func addFields(of contract: Identifier) {
    guard let module = names.world.module(of: contract) else { return }
    for (index, field) in module.fields.enumerated() {
      let index = UInt8(truncatingIfNeeded: index)
      let key = StateKey.field(contract: contract, index: index, components: [])
      if field.key.isEmpty {
        add(key, nil)
      } else {
        rows.append(row(ofMap: field, key, in: module))
      }
    }
  }

  private func row(ofMap field: Field, _ key: StateKey, in module: Module) -> Row {
    let name = StateText(names: names, isWhole: true).text(key, inside: nil)
    let (count, isMore) = entryCount(below: key.bytes)
    var value = count == 0 ? "empty" : Words.count(count, "entry", "entries")
    if isMore { value = "more than \(value)" }
    var json: JSON = [
      "path": .string(name), "kind": .string(module.text(of: field)), "entries": .number(count),
      "isMore": .bool(isMore),
    ]
    if field.isSummed, case .field(let contract, let index, _) = key {
      let total = Integer(stored: stored(.total(contract: contract, index: index)))
      value += ", total \(Numbers.grouped(total))"
      json = json + ["total": .integer(total)]
    }
    return Row(path: name, value: value, json: json)
  }

  private func entryCount(below prefix: [UInt8]) -> (count: Int, isMore: Bool) {
    let state = names.world.state
    var count = 0
    var key: [UInt8]?
    while let slot = state.slot(within: prefix, after: key) {
      if count == Self.countedMax { return (count, true) }
      count += 1
      key = Array(state.key(of: slot))
    }
    return (count, false)
  }

  // MARK: - Writing

  /// Where to go on, as `--after` takes it, if there are more entries.
  var next: String? { last.map(pathText) }

  /// The rows as a table that is no wider than `width`.
  func text(width: Int? = nil, paint: Paint = .plain) -> String {
    guard !rows.isEmpty else { return "no entries\n" }
    var table = Table(["path", "value"])
    for row in rows { table.add(row.path, row.value) }
    return table.text(width: width, paint: paint) + NextPage.text(after: next, paint)
  }

  /// The rows for programs, and where to go on.
  var json: JSON {
    ["rows": .array(rows.map(\.json)), "next": next.map { .string($0) } ?? .null]
  }
}
