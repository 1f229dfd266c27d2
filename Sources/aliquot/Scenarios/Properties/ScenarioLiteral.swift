import Assembly
import Bytecode
import Integers

/// Writes values as expressions of scenarios, so that they can be read back.
struct ScenarioLiteral {
  /// The names.
  let names: NamedWorld

  /// A value of a scenario.
  func text(_ value: ScenarioValue) -> String {
    switch value {
    case .int(let integer): Numbers.grouped(integer)
    case .choice(let choice): "\(choice.type).\(choice.name)"
    case .bytes(let bytes): Self.bytes(bytes)
    case .identifier(let identifier): text(identifier)
    case .list(let elements): "[\(elements.map(text).joined(separator: ", "))]"
    default: value.text
    }
  }

  /// Named values: `n = 3, who = alice`.
  func list(_ values: [PropertyBinding]) -> String {
    values.map { "\($0.name.text) = \(text($0.value))" }.joined(separator: ", ")
  }

  /// A value of the machine, of a kind.
  func text(_ value: Value, of kind: Kind, in module: Module) -> String {
    switch (kind, value) {
    case (.asset, .bytes(let bytes)):
      return Identifier(bytes).flatMap(asset) ?? Self.bytes(bytes)
    case (.address, .bytes(let bytes)):
      return Identifier(bytes).flatMap(address) ?? Self.bytes(bytes)
    case (.addresses, .bytes(let bytes)): return list(bytes, address)
    case (.assets, .bytes(let bytes)): return list(bytes, asset)
    default: return text(ScenarioValue(value, of: kind, in: module))
    }
  }

  private func list(_ bytes: [UInt8], _ name: (Identifier) -> String?) -> String {
    let elements = stride(from: 0, to: bytes.count, by: 32).map { start in
      let element = Array(bytes[start..<min(start + 32, bytes.count)])
      return Identifier(element).flatMap(name) ?? Self.bytes(element)
    }
    return "[\(elements.joined(separator: ", "))]"
  }

  private func text(_ identifier: Identifier) -> String {
    address(identifier) ?? asset(identifier) ?? Self.bytes(identifier.bytes)
  }

  /// The expression that names an address, if there is one: a name, or a place in a crowd.
  func address(_ address: Identifier) -> String? {
    if let name = names.book.name(address), name.hasSuffix("]"),
      names.book.address(name) == address
    {
      return name
    }
    let text = names.book.wholeText(address)
    return text.hasPrefix("0x") ? nil : text
  }

  /// The expression that names an asset, if there is one.
  func asset(_ asset: Identifier) -> String? {
    guard let unit = unit(asset) else { return nil }
    guard let open = unit.firstRange(of: "[0x") else { return unit }
    return "\(unit[..<open.lowerBound])[x\"\(unit[open.upperBound...].dropLast())\"]"
  }

  /// The name of an asset as it stands behind an amount, if it has one that can be read back.
  func unit(_ asset: Identifier) -> String? {
    let text = names.wholeAssetText(asset)
    return text.hasPrefix("0x") ? nil : text
  }

  /// An amount of an asset that has a name.
  func amount(_ amount: Integer, of asset: Identifier) -> String? {
    unit(asset).map { "\(Numbers.amount(amount, decimals: names.decimals(of: asset))) \($0)" }
  }

  private static func bytes(_ bytes: [UInt8]) -> String { "x\"\(Hexadecimal.encode(bytes))\"" }
}
