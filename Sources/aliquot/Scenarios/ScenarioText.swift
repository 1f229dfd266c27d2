import Bytecode
import Execution
import Integers

/// Writes values of scenarios by the names of its world.
struct ScenarioText {
  /// The names.
  let names: NamedWorld

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
