import Execution
import Bytecode
import Integers

/// Writes values as people read them, and as programs do.
struct ValueText {
  /// The world whose names are used.
  let names: NamedWorld
  /// Whether identifiers and bytes are written to the last digit, so that they can be read back.
  var isWhole = false
  /// Whether whatever has a name goes by it, and everything else is written to the last digit, so that no two
  /// values look alike.
  var isExact = false

  /// A value of a kind.
  func text(_ value: Value, of kind: Kind, in module: Module) -> String {
    switch (kind, value) {
    case (.bool, .int(let integer)): return integer.isZero ? "false" : "true"
    case (.enumeration(let index), .int(let integer)):
      let cases = module.enums.indices.contains(Int(index)) ? module.enums[Int(index)].cases : []
      guard let number = integer.asInt, cases.indices.contains(number) else {
        return integer.description
      }
      return cases[number]
    case (_, .int(let integer)):
      return isWhole || isExact ? Numbers.grouped(integer) : Numbers.short(integer)
    case (.text, .bytes(let bytes)): return "\"\(Self.escaped(bytes))\""
    case (.address, .bytes(let bytes)):
      return Identifier(bytes).map(text(of:)) ?? hexadecimal(bytes)
    case (.asset, .bytes(let bytes)):
      return Identifier(bytes).map(text(ofAsset:)) ?? hexadecimal(bytes)
    case (.addresses, .bytes(let bytes)):
      return "[\(identifiers(bytes).map(text(of:)).joined(separator: ", "))]"
    case (.assets, .bytes(let bytes)):
      return "[\(identifiers(bytes).map(text(ofAsset:)).joined(separator: ", "))]"
    case (.call, .bytes(let bytes)) where !isWhole: return call(bytes) ?? hexadecimal(bytes)
    case (_, .bytes(let bytes)): return hexadecimal(bytes)
    }
  }

  /// Values under their names.
  ///
  /// An amount gets its unit if one asset stands beside it, or if none does and `other` is given.
  func list(
    _ values: [Value], _ parameters: [Parameter], in module: Module,
    unit other: Identifier? = nil
  ) -> String {
    let unit = unit(beside: values, parameters, or: other)
    return zip(parameters, values).map { parameter, value in
      let text = self.text(value, of: parameter, in: module, unit: unit)
      return parameter.name.isEmpty ? text : "\(parameter.name): \(text)"
    }.joined(separator: ", ")
  }

  /// A value under a name, which says whether it is an amount.
  func text(
    _ value: Value, of parameter: Parameter, in module: Module, unit: Identifier?
  ) -> String {
    guard let unit, parameter.kind == .int, parameter.name.hasSuffix("amount"),
      case .int(let amount) = value
    else { return text(value, of: parameter.kind, in: module) }
    return names.amountText(amount, of: unit)
  }

  /// The asset among values, if there is exactly one; the other if there is none.
  func unit(
    beside values: [Value], _ parameters: [Parameter], or other: Identifier?
  ) -> Identifier? {
    let assets = zip(parameters, values).filter { $0.0.kind == .asset }.map(\.1.identifier)
    let unit = assets.isEmpty ? other : assets.count == 1 ? assets[0] : nil
    return unit?.isZero == true ? nil : unit
  }

  /// An event with its fields.
  func text(of event: Event) -> String {
    guard let module = names.module(event.codeHash), module.events.indices.contains(event.index)
    else { return "event \(event.index)" }
    let declared = module.events[event.index]
    return "\(declared.name)(\(list(event.fields, declared.parameters, in: module)))"
  }

  /// An address.
  func text(of address: Identifier) -> String {
    if isExact { return names.book.name(address) ?? "0x\(address)" }
    return isWhole ? names.book.wholeText(address) : names.book.text(address)
  }

  /// An asset.
  func text(ofAsset asset: Identifier) -> String {
    if isExact, !asset.isZero, names.world.asset(asset) == nil { return "0x\(asset)" }
    return isWhole ? names.wholeAssetText(asset) : names.assetText(asset)
  }

  private func identifiers(_ bytes: [UInt8]) -> [Identifier] {
    stride(from: 0, to: bytes.count - bytes.count % 32, by: 32).compactMap {
      Identifier(bytes[$0..<$0 + 32])
    }
  }

  private func call(_ bytes: [UInt8]) -> String? {
    guard let call = try? ContractCall(decoding: bytes) else { return nil }
    let module = names.code(of: call.target)?.module
    let declared = module?.export(named: call.name)?.parameters ?? []
    let parameters = declared.count == call.arguments.count ? declared : []
    let arguments =
      module.map { list(call.arguments, parameters, in: $0) }
      ?? "\(call.arguments.count) arguments"
    return "\(text(of: call.target)).\(call.name)(\(arguments))"
  }

  private func hexadecimal(_ bytes: [UInt8]) -> String {
    if bytes.count > 64, !isWhole, !isExact {
      return "0x\(Hexadecimal.encode(bytes.prefix(32)))… (\(bytes.count) bytes)"
    }
    return "0x" + Hexadecimal.encode(bytes)
  }

  /// Text without anything that a terminal would obey.
  static func escaped(_ bytes: [UInt8]) -> String {
    var text = ""
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case _
      where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
        || scalar.properties.generalCategory == .format:
        text += "\\u{\(String(scalar.value, radix: 16))}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  // MARK: - For programs

  /// A value of a kind: integers as strings, bytes as `0x`, cases by name.
  func json(_ value: Value, of kind: Kind, in module: Module) -> JSON {
    switch (kind, value) {
    case (.bool, .int(let integer)): .bool(!integer.isZero)
    case (.enumeration, .int): .string(text(value, of: kind, in: module))
    case (_, .int(let integer)): .integer(integer)
    case (.text, .bytes(let bytes)): .string(String(decoding: bytes, as: UTF8.self))
    case (.addresses, .bytes(let bytes)), (.assets, .bytes(let bytes)):
      .array(identifiers(bytes).map(JSON.identifier))
    case (_, .bytes(let bytes)): .bytes(bytes)
    }
  }

  /// Values with their names and kinds.
  func json(_ values: [Value], _ parameters: [Parameter], in module: Module) -> JSON {
    .array(
      zip(parameters, values).map { parameter, value in
        ["name": .string(parameter.name)]
          + json(value, of: parameter, in: module, unit: nil)
      })
  }

  /// A value with its kind, and the text for people.
  func json(
    _ value: Value, of parameter: Parameter, in module: Module, unit: Identifier?
  ) -> JSON {
    [
      "kind": .string(module.describe(parameter.kind)),
      "value": json(value, of: parameter.kind, in: module),
      "text": .string(text(value, of: parameter, in: module, unit: unit)),
    ]
  }
}
