/// The state of a world: an ordered map of bytes to bytes, the keys that a transaction has used, and how
/// to undo what was done.
final class Ledger {
  private enum Undo {
    case value(key: [UInt8], old: [UInt8]?)
    case warmth(key: [UInt8])
  }

  private(set) var values: [[UInt8]: [UInt8]] = [:]
  /// The keys of `values`, in order.
  private(set) var keys: [[UInt8]] = []
  private var warmKeys: Set<[UInt8]> = []
  private var undo: [Undo] = []

  // MARK: - Reading

  subscript(key: [UInt8]) -> [UInt8]? { values[key] }

  /// The index of the lowest key at or above the given one.
  private func index(from key: [UInt8]) -> Int {
    var (low, high) = (0, keys.count)
    while low < high {
      let middle = (low + high) / 2
      if keys[middle].lexicographicallyPrecedes(key) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The lowest key at or above the given one.
  func key(from key: [UInt8]) -> [UInt8]? {
    let index = index(from: key)
    return index < keys.count ? keys[index] : nil
  }

  /// The lowest key strictly above the given one.
  func key(above key: [UInt8]) -> [UInt8]? { self.key(from: key + [0]) }

  /// The highest key strictly below the given one.
  func key(below key: [UInt8]) -> [UInt8]? {
    let index = index(from: key)
    return index > 0 ? keys[index - 1] : nil
  }

  // MARK: - Writing

  /// Stores a value, or removes what is stored.
  func write(_ value: [UInt8]?, under key: [UInt8]) {
    undo.append(.value(key: key, old: values[key]))
    put(value, under: key)
  }

  private func put(_ value: [UInt8]?, under key: [UInt8]) {
    if (values[key] == nil) != (value == nil) {
      let index = index(from: key)
      if value == nil { keys.remove(at: index) } else { keys.insert(key, at: index) }
    }
    values[key] = value
  }

  /// Marks a key as used by this transaction; gives whether it was not before.
  func warm(_ key: [UInt8]) -> Bool {
    guard warmKeys.insert(key).inserted else { return false }
    undo.append(.warmth(key: key))
    return true
  }

  // MARK: - Savepoints

  /// A transaction begins: all keys are cold, and what was done before stays.
  func begin() {
    undo = []
    warmKeys = []
  }

  /// A place to which `undo` can return: how much has been done.
  var savepoint: Int { undo.count }

  /// Undoes what has been done since a savepoint, the last first.
  func undo(to savepoint: Int) {
    while undo.count > savepoint {
      switch undo.removeLast() {
      case .value(let key, let old): put(old, under: key)
      case .warmth(let key): warmKeys.remove(key)
      }
    }
  }

  /// A key whose value has changed.
  struct Change {
    let key: [UInt8]
    let before: [UInt8]?
    let after: [UInt8]?
  }

  /// What this transaction has changed, in the order of the keys.
  var changes: [Change] {
    var before: [[UInt8]: [UInt8]?] = [:]
    for case .value(let key, let old) in undo.reversed() { before[key] = .some(old) }
    return before.map { Change(key: $0.key, before: $0.value, after: values[$0.key]) }
      .filter { $0.before != $0.after }
      .sorted { $0.key.lexicographicallyPrecedes($1.key) }
  }
}
