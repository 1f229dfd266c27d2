import Bytecode
import Hosting
import Ledger

/// Which events are wanted: by contract, by name, and by the values of their fields.
final class EventFilter {
  /// A field and the text of the value that it must have.
  struct Condition: Hashable {
    let field: String
    let text: String

    /// Reads `holder=alice`.
    static func parse(_ text: String) throws(CommandFailure) -> Condition {
      let (field, value) = Invocation.parts(text)
      guard let field, !value.isEmpty else {
        throw CommandFailure(
          .usage, "\"\(text)\" is no condition",
          help: "write field=value, for example holder=alice")
      }
      return Condition(field: field, text: value)
    }
  }

  private struct Wanted: Hashable {
    let codeHash: Identifier
    let index: Int
  }

  /// The contract, if only one counts.
  let contract: Identifier?
  /// The name, if only one counts.
  let name: String?
  private let conditions: [Condition]
  /// The names by which values are read.
  let names: NamedWorld
  /// The values that the fields of a declared event must have, by their index; nil if it has not all of
  /// them.
  private var values: [Wanted: [Int: Value]?] = [:]

  /// Makes a filter, and refuses what no event of the ledger can be.
  init(
    contract: String?, name: String?, conditions: [Condition], names: NamedWorld, ledger: Ledger
  ) throws {
    self.names = names
    self.name = name
    self.conditions = conditions
    if let contract {
      guard let address = names.contract(contract) else {
        throw CommandFailure.unknown("contract", contract, among: names.contracts.map(\.name))
      }
      self.contract = address
    } else {
      self.contract = nil
    }
    let codes = (self.contract.map { [$0] } ?? names.contracts.map(\.address))
      .compactMap { names.code(of: $0) }
    let declared = codes.flatMap { code in code.module.events.map { (code, $0) } }
    let meant = declared.filter { name == nil || $0.1.name == name }
    if let name, meant.isEmpty, try self.contract != nil || !isEmitted(name, ledger) {
      throw CommandFailure.unknown(
        "event", name, in: contract, among: Self.unique(declared.map { $0.1.name }))
    }
    for condition in conditions where !meant.isEmpty {
      try check(condition, meant)
    }
  }

  /// Whether a contract without a name has emitted such an event.
  private func isEmitted(_ name: String, _ ledger: Ledger) throws -> Bool {
    try !ledger.lastEmissions(name: name, heights: 0...Int.max, limit: 1).isEmpty
  }

  /// Refuses a field that no event has, and a value that no such field can have.
  private func check(
    _ condition: Condition, _ meant: [(ContractCode, Declaration)]
  ) throws(CommandFailure) {
    var failure: CommandFailure?
    for (code, event) in meant {
      for parameter in event.parameters where parameter.name == condition.field {
        do throws(CommandFailure) {
          _ = try names.reader.value(
            condition.text, for: parameter, in: code.module, as: "field")
          return
        } catch { failure = failure ?? error }
      }
    }
    throw failure
      ?? .unknown(
        "field", condition.field, in: name,
        among: Self.unique(meant.flatMap { $0.1.parameters.map(\.name) }), status: .usage)
  }

  private static func unique(_ names: [String]) -> [String] { Array(Set(names)).sorted() }

  // MARK: - Holding events against it

  /// Whether an event is wanted.
  func matches(_ event: Event) -> Bool {
    guard contract == nil || event.contract == contract else { return false }
    guard !conditions.isEmpty || name != nil else { return true }
    let key = Wanted(codeHash: event.codeHash, index: event.index)
    let wanted = values[key] ?? wantedValues(of: event)
    values[key] = wanted
    guard let wanted else { return false }
    return wanted.allSatisfy { index, value in
      event.fields.indices.contains(index) && event.fields[index] == value
    }
  }

  private func wantedValues(of event: Event) -> [Int: Value]? {
    guard let module = names.module(event.codeHash),
      module.events.indices.contains(event.index)
    else { return nil }
    let declared = module.events[event.index]
    guard name == nil || declared.name == name else { return nil }
    var wanted: [Int: Value] = [:]
    for condition in conditions {
      guard let index = declared.parameters.firstIndex(where: { $0.name == condition.field }),
        let value = try? names.reader.value(
          condition.text, for: declared.parameters[index], in: module)
      else { return nil }
      if let other = wanted[index], other != value { return nil }
      wanted[index] = value
    }
    return wanted
  }
}
