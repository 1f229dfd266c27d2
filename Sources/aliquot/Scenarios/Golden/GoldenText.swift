import Bytecode
import Execution
import Hosting
import State

/// Writes what a golden step did: by names, to the last digit, without gas and without hashes of code.
struct GoldenText {
  /// The world whose names are used.
  let names: NamedWorld

  private var states: StateText { StateText(names: names, isExact: true) }

  /// A step: its calls with everything that happened in them, and what is stored in another way afterwards.
  func lines(
    _ recorder: TraceRecorder, _ receipt: Receipt, changes: [StateChange]
  ) -> [String] {
    let trace = TraceText(names: names, paint: .plain, isBare: true)
    var lines = trace.text(recorder, indentation: 0).split(separator: "\n").map(String.init)
    if recorder.roots.isEmpty, let failure = receipt.failure {
      lines.append("failed \(FailureText(names: names).title(failure))")
    }
    let changed = changes.flatMap { text(of: $0) }.sorted(by: NaturalOrder.isLess)
    guard !changed.isEmpty else { return lines + ["nothing changed"] }
    return lines + ["changed"] + changed.map { "  \($0)" }
  }

  /// A line for a value that changed; of a record that stays, for each component.
  private func text(of change: StateChange) -> [String] {
    let place = StoragePlace(key: StateKey(change.key))
    return states.changes(from: change.before, to: change.after, at: place).map { change in
      let component = change.component.map { ".\($0)" } ?? ""
      return
        "\(states.text(place.key, inside: nil))\(component): \(change.before) -> \(change.after)"
    }
  }

  /// What is stored: all of it, or what contracts store and hold and what there is of the assets that they
  /// issue.
  func lines(ofStateOf contracts: Set<Identifier>?) -> [String] {
    var lines: [String] = []
    for entry in names.world.entries {
      let key = StateKey(entry.key)
      if isShown(key, contracts) { lines += text(of: key, entry.value) }
    }
    return lines.isEmpty ? ["nothing is stored"] : lines.sorted(by: NaturalOrder.isLess)
  }

  private func isShown(_ key: StateKey, _ contracts: Set<Identifier>?) -> Bool {
    func isMeant(_ owner: Identifier) -> Bool { contracts?.contains(owner) ?? true }
    func isIssued(_ asset: Identifier) -> Bool {
      names.world.asset(asset).map { isMeant($0.issuer) } ?? false
    }
    switch key {
    case .field(let owner, _, _), .total(let owner, _), .admission(let owner, _):
      return isMeant(owner)
    case .balance(let asset, let holder): return isMeant(holder) || isIssued(asset)
    case .supply(let asset), .holder(let asset): return isIssued(asset)
    default: return false
    }
  }

  /// A line for a stored value; for a record, one for each component.
  private func text(of key: StateKey, _ stored: [UInt8]) -> [String] {
    let path = states.text(key, inside: nil)
    guard let entry = states.entry(stored, under: key), entry.record != nil,
      let count = entry.values?.count
    else { return ["\(path) = \(states.value(stored, under: key))"] }
    return (0..<count).map { index in
      let place = StoragePlace(key: key, component: index)
      return "\(path).\(entry.parameters[index].name) = \(states.text(stored, at: place))"
    }
  }
}

/// The order in which people expect texts with numbers in them: `a[9]` before `a[10]`.
enum NaturalOrder {
  /// Whether a text stands before another one.
  static func isLess(_ a: String, _ b: String) -> Bool {
    var (first, second) = (Array(a.utf8)[...], Array(b.utf8)[...])
    while let x = first.first, let y = second.first {
      if isDigit(x), isDigit(y) {
        let (m, n) = (number(&first), number(&second))
        if m.count != n.count { return m.count < n.count }
        if m != n { return m.lexicographicallyPrecedes(n) }
      } else {
        if x != y { return x < y }
        first.removeFirst()
        second.removeFirst()
      }
    }
    return first.isEmpty == second.isEmpty ? a < b : first.isEmpty
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  /// Takes the digits at the beginning, without what groups them and without zeros in front.
  private static func number(_ text: inout ArraySlice<UInt8>) -> [UInt8] {
    let digits = text.prefix { isDigit($0) || $0 == UInt8(ascii: "_") }
    text = text.dropFirst(digits.count)
    return Array(digits.filter(isDigit).drop { $0 == 0x30 })
  }
}
