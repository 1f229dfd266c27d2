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
    /// The step that changed it; nil if none did.
    let step: Int?
    /// The old value and the new one; of a record the components that differ.
    let text: String
    /// Whether it is the old value again, since a `try` or the transaction failed.
    let isUndone: Bool
  }

  /// The changes of a place, in order.
  func changes(of place: StoragePlace) -> [Change] {
    recording.storedChanges(of: place.key.bytes).compactMap { change in
      let old = text(change.old, of: place)
      let new = text(change.new, of: place)
      guard old != new, change.position <= recording.end else { return nil }
      let parts = differences(change.old, change.new, of: place.key).map { part in
        let name = part.place.component == nil ? "" : "\(componentName(part.place)): "
        return "\(name)\(part.old) -> \(part.new)"
      }
      return Change(
        position: change.position, step: change.step,
        text: place.component == nil ? parts.joined(separator: ", ") : "\(old) -> \(new)",
        isUndone: change.isUndone)
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
    return place.component == nil ? name : "\(name).\(componentName(place))"
  }

  private func componentName(_ place: StoragePlace) -> String {
    guard let index = place.component, let field = field(place.key)?.field,
      case .record(_, let components) = field.value, components.indices.contains(index)
    else { return "?" }
    return components[index].name
  }

  /// A stored value, or the component of a record.
  func text(_ stored: [UInt8]?, of place: StoragePlace) -> String {
    guard let index = place.component, let (module, field) = field(place.key), stored != nil,
      case .record(_, let components) = field.value,
      let values = try? field.values(decoding: stored), values.indices.contains(index)
    else { return states.value(stored, under: place.key) }
    return ValueText(names: names).text(values[index], of: components[index].kind, in: module)
  }

  /// What differs between two values of a key: the key, or the components of its record that do.
  ///
  /// Values that are the same are one difference, since somebody wrote them.
  func differences(
    _ old: [UInt8]?, _ new: [UInt8]?, of key: StateKey
  ) -> [(place: StoragePlace, old: String, new: String)] {
    let whole = StoragePlace(key: key)
    if old != nil, new != nil, old != new, let (_, field) = field(key), field.isRecord {
      let parts = field.components.indices.map { StoragePlace(key: key, component: $0) }
        .map { ($0, text(old, of: $0), text(new, of: $0)) }.filter { $0.1 != $0.2 }
      if !parts.isEmpty { return parts }
    }
    return [(whole, text(old, of: whole), text(new, of: whole))]
  }

  private func field(_ key: StateKey) -> (module: Module, field: Field)? {
    guard case .field(let owner, let index, _) = key,
      let module = names.code(of: owner)?.module, module.fields.indices.contains(Int(index))
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
    if let contract, let module = names.code(of: contract)?.module,
      module.fields.contains(where: { $0.name == name })
    {
      return try StatePath.read("@\(path)", in: names, inside: contract).target
    }
    return try StatePath.read(path, in: names, inside: contract).target
  }
}
