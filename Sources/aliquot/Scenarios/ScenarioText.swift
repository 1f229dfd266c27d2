import Bytecode
import Execution
import Integers
import State

/// Writes values of scenarios by the names of its world.
struct ScenarioText {
  /// The names.
  let names: NamedWorld

  /// What changed in the state, a line for each of the first values.
  func lines(of changes: [StateChange]) -> [String] {
    let most = 20
    let states = StateText(names: names, isWhole: false)
    let lines = changes.prefix(most).map { change in
      let key = StateKey(change.key)
      return "\(states.text(key, inside: nil)): \(states.value(change.before, under: key)) -> "
        + states.value(change.after, under: key)
    }
    return lines + (changes.count > most ? ["… and \(changes.count - most) more"] : [])
  }

  /// A value.
  func text(_ value: ScenarioValue) -> String {
    switch value {
    case .int(let integer): Numbers.short(integer)
    case .choice(let choice): choice.name
    case .identifier(let identifier):
      names.book.name(identifier)
        ?? (names.world.asset(identifier) == nil
          ? NameBook.short(identifier) : names.assetText(identifier))
    case .list(let elements): "[\(elements.map(text).joined(separator: ", "))]"
    default: value.text
    }
  }
}
