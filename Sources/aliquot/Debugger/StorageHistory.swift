import Bytecode
import Execution
import State

/// A stored value that a person means: a key, and the component of a record.
struct StoragePlace: Hashable {
  /// The key.
  let key: StateKey
  /// The index of a component of the record that the key holds; nil for all of it.
  var component: Int?
}

/// Reads and writes the stored values of a recording by names.
struct StorageHistory {
  /// The recording.
  let recording: ExecutionRecording
  /// The world whose names are used.
  let names: NamedWorld

  private var states: StateText { StateText(names: names) }

  /// All changes of a place, in order, as text.
  struct Change {
    let position: Int
    let old: String
    let new: String
    /// Whether it is the old value again, since a `try` or the transaction failed.
    let isUndone: Bool
  }

  /// The changes of a place, in order.
  func changes(of place: StoragePlace) -> [Change] {
    recording.storedChanges(of: place.key.bytes).compactMap { change in
      let old = text(change.old, of: place)
      let new = text(change.new, of: place)
      guard old != new, change.position <= recording.end else { return nil }
      return Change(position: change.position, old: old, new: new, isUndone: change.isUndone)
    }
  }

  /// What a place holds at a position: what the transaction wrote, or what was there before and after.
  func text(_ place: StoragePlace, at position: Int) -> String {
    let stored = recording.value(place.key.bytes, at: position)
    return text(stored ?? names.world.state.value(for: place.key.bytes), of: place)
  }

  /// The name of a place, as the code of a contract writes it.
  func name(_ place: StoragePlace, inside contract: Identifier?) -> String {
    let name = states.text(place.key, inside: contract)
    guard let index = place.component, let field = field(place.key)?.field,
      case .record(_, let components) = field.value, components.indices.contains(index)
    else { return name }
    return "\(name).\(components[index].name)"
  }

  /// A stored value, or the component of a record.
  func text(_ stored: [UInt8]?, of place: StoragePlace) -> String {
    guard let index = place.component, let (module, field) = field(place.key), stored != nil,
      case .record(_, let components) = field.value,
      let values = try? field.values(decoding: stored), values.indices.contains(index)
    else { return states.value(stored, under: place.key) }
    return ValueText(names: names).text(values[index], of: components[index].kind, in: module)
  }

  private func field(_ key: StateKey) -> (module: Module, field: Field)? {
    guard case .field(let owner, let index, _) = key,
      let module = names.world.module(of: owner), module.fields.indices.contains(Int(index))
    else { return nil }
    return (module, module.fields[Int(index)])
  }

  /// The place that a path means, seen from the code of a contract: `@owed[bob]`, `owed[bob]` or
  /// `rig.owed[bob]`, and behind it `.payer` for a component of a record.
  func place(
    _ path: String, inside contract: Identifier?
  ) throws(CommandFailure) -> StoragePlace {
    guard
      case .value(let key, let component) = try target(path, inside: contract)
    else {
      throw CommandFailure(
        .usage, "\"\(path)\" means many values, and one is needed",
        help: "name an entry, for example @owed[alice]")
    }
    return StoragePlace(key: key, component: component)
  }

  /// What a path leads to; inside a contract its fields need no `@`.
  private func target(
    _ path: String, inside contract: Identifier?
  ) throws(CommandFailure) -> StatePath.Target {
    let name = path.prefix { $0 != "[" && $0 != "." }
    if let contract, let module = names.world.module(of: contract),
      module.fields.contains(where: { $0.name == name })
    {
      return try StatePath.read("@\(path)", in: names, inside: contract).target
    }
    return try StatePath.read(path, in: names, inside: contract).target
  }
}
