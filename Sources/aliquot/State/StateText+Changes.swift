import Bytecode
import Execution

/// Stored values beside each other, and components of them.
extension StateText {
  /// What is not the same in two versions of a stored value.
  struct Change: Hashable {
    /// The component of a record; nil for all of the value.
    let component: String?
    /// What it was.
    let before: String
    /// What it is.
    let after: String

    /// The change on one line, with the component's name.
    var text: String { "\(component.map { "\($0): " } ?? "")\(before) -> \(after)" }
  }

  /// The component that a place means, and its value; the value is nil where no record is.
  private func component(
    _ stored: [UInt8]?, of place: StoragePlace
  ) -> (entry: Entry, parameter: Parameter, value: Value?)? {
    guard let index = place.component, let entry = entry(stored, under: place.key),
      entry.parameters.indices.contains(index)
    else { return nil }
    return (entry, entry.parameters[index], entry.values?[index])
  }

  /// Whether two versions of a stored value are the same at a place.
  func isSame(_ old: [UInt8]?, _ new: [UInt8]?, at place: StoragePlace) -> Bool {
    guard old != new else { return true }
    guard let before = component(old, of: place), let after = component(new, of: place) else {
      return false
    }
    return before.value == after.value
  }

  /// A stored value at a place: all of it, or the component.
  func text(_ stored: [UInt8]?, at place: StoragePlace) -> String {
    guard let (entry, parameter, value) = component(stored, of: place) else {
      return self.value(stored, under: place.key)
    }
    return value.map {
      values.text($0, of: parameter, in: entry.module, unit: entry.unit)
    } ?? "no record"
  }

  /// A stored value at a place, for programs.
  func json(_ stored: [UInt8]?, at place: StoragePlace) -> JSON {
    guard let (entry, parameter, value) = component(stored, of: place) else {
      return json(stored, under: place.key)
    }
    return value.map {
      values.json($0, of: parameter, in: entry.module, unit: entry.unit)
    } ?? [
      "kind": .string(entry.module.describe(parameter.kind)), "value": .null, "text": "no record",
    ]
  }

  /// What differs between two versions of a stored value: of a record that stays, the components that
  /// differ.
  ///
  /// `earlier` writes the older version, if another world's names are those of its time.
  func changes(
    from old: [UInt8]?, to new: [UInt8]?, at place: StoragePlace, earlier: StateText? = nil
  ) -> [Change] {
    let earlier = earlier ?? self
    guard !isSame(old, new, at: place) else { return [] }
    guard place.component == nil, let count = recordSize(old, new, under: place.key) else {
      return [
        Change(
          component: nil, before: earlier.text(old, at: place), after: text(new, at: place))
      ]
    }
    return (0..<count).compactMap { index in
      let inner = StoragePlace(key: place.key, component: index)
      guard !isSame(old, new, at: inner) else { return nil }
      return Change(
        component: component(new, of: inner)?.parameter.name,
        before: earlier.text(old, at: inner), after: text(new, at: inner))
    }
  }

  /// How many components a record has that is there in both versions.
  private func recordSize(_ old: [UInt8]?, _ new: [UInt8]?, under key: StateKey) -> Int? {
    guard let before = entry(old, under: key), let after = entry(new, under: key),
      after.record != nil, before.values != nil
    else { return nil }
    return after.values?.count
  }

  /// The path of a place, which can be read back.
  func path(of place: StoragePlace) -> String {
    let path = StatePath.text(of: place.key, in: names)
    guard case .field(let owner, let number, _) = place.key, let index = place.component,
      case .record(_, let components)? = field(owner, number)?.value,
      components.indices.contains(index)
    else { return path }
    return "\(path).\(components[index].name)"
  }
}
