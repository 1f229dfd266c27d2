import Bytecode
import Execution
import Integers
import State

/// What is stored under a key, by the names of the contract that stores it.
extension StateText {
  /// A stored value or record, taken apart.
  struct Entry {
    /// The module that declares the field.
    let module: Module
    /// The field.
    let field: Field
    /// The names and kinds of the values: the components of a record, or the field itself.
    let parameters: [Parameter]
    /// The values; nil for a record that does not exist.
    let values: [Value]?
    /// What amounts among the values are of, if that can be only one asset.
    let unit: Identifier?

    /// The name of the record, if it is one.
    var record: String? {
      if case .record(let name, _) = field.value { name } else { nil }
    }
  }

  /// What is stored under the key of a field; nil for other keys, and where the module does not fit.
  func entry(_ stored: [UInt8]?, under key: StateKey) -> Entry? {
    guard case .field(let owner, let index, _) = key, let field = field(owner, index),
      let module = names.code(of: owner)?.module
    else { return nil }
    var decoded: [Value]?
    do { decoded = try field.values(decoding: stored) } catch { return nil }
    let parameters: [Parameter] =
      switch field.value {
      case .plain(let kind): [Parameter(field.name, kind)]
      case .record(_, let components): components
      }
    let components = key.components(of: field.key.map(\.kind)) ?? []
    let unit = values.unit(
      beside: components + (decoded ?? []), Array(field.key.prefix(components.count)) + parameters,
      or: soleAsset(of: owner, in: module))
    return Entry(
      module: module, field: field, parameters: parameters, values: decoded, unit: unit)
  }

  /// The asset that a contract holds in a field, if it has just one such field: its amounts are of that.
  private func soleAsset(of contract: Identifier, in module: Module) -> Identifier? {
    let fields = module.fields.enumerated().filter {
      $0.element.key.isEmpty && $0.element.value == .plain(.asset)
    }
    guard fields.count == 1, let index = fields.first?.offset else { return nil }
    let key = StateKey.field(
      contract: contract, index: UInt8(truncatingIfNeeded: index), components: [])
    return names.world.state.value(for: key.bytes).flatMap { Identifier($0) }
  }

  // MARK: - For people

  /// A stored value under a key; nothing is the zero of a value, or no record.
  func value(_ stored: [UInt8]?, under key: StateKey) -> String {
    if let entry = entry(stored, under: key) { return text(entry) }
    switch key {
    case .total, .creations, .nonce: return Numbers.grouped(Integer(stored: stored))
    case .supply(let asset), .balance(let asset, _):
      return names.amountText(Integer(stored: stored), of: asset)
    case .holder: return stored.flatMap { Identifier($0) }.map(text(of:)) ?? "nobody"
    case .admission: return stored == nil ? "no" : "yes"
    case .contract(let contract): if let stored { return contractText(contract, stored) }
    case .asset(let asset): if stored != nil { return assetText(asset) }
    case .field, .code, .other: break
    }
    guard let stored else { return "nothing" }
    return stored.count > 32 && !isExact
      ? Words.count(stored.count, "byte") : "0x\(Hexadecimal.encode(stored))"
  }

  private func text(_ entry: Entry) -> String {
    guard let record = entry.record else {
      return zip(entry.values ?? [], entry.parameters)
        .map { values.text($0, of: $1, in: entry.module, unit: entry.unit) }.joined()
    }
    guard let components = entry.values else { return "no record" }
    let list = values.list(components, entry.parameters, in: entry.module, unit: entry.unit)
    return "\(record)(\(list))"
  }

  private func contractText(_ contract: Identifier, _ stored: [UInt8]) -> String {
    guard stored.count == 64, let hash = Identifier(stored[..<32]),
      let creator = Identifier(stored[32...])
    else { return Words.count(stored.count, "byte") }
    let name = names.module(hash)?.name ?? "a contract"
    if isExact { return "\(name), made by \(text(of: creator))" }
    return "\(name), code \(NameBook.short(hash)), made by \(text(of: creator))"
  }

  private func assetText(_ asset: Identifier) -> String {
    guard let described = names.world.asset(asset) else { return "nothing" }
    let issuer =
      described.issuer.isZero ? "of the genesis" : "issued by \(text(of: described.issuer))"
    let decimals =
      described.isSingle ? "a single thing" : Words.count(described.decimals, "decimal")
    return "\(described.className), \(issuer), \(decimals)"
  }

  // MARK: - For programs

  /// A stored value or record with names and kinds; for what is no field, the text and the bytes.
  func json(_ stored: [UInt8]?, under key: StateKey) -> JSON {
    guard let entry = entry(stored, under: key) else {
      let number: JSON? =
        switch key {
        case .total, .supply, .balance, .creations, .nonce: .integer(Integer(stored: stored))
        default: nil
        }
      return [
        "value": number ?? stored.map(JSON.bytes) ?? .null,
        "text": .string(value(stored, under: key)),
      ]
    }
    guard let record = entry.record else {
      return zip(entry.values ?? [], entry.parameters)
        .map { values.json($0, of: $1, in: entry.module, unit: entry.unit) }.first ?? [:]
    }
    return [
      "record": .string(record), "exists": .bool(entry.values != nil),
      "components": .array(
        zip(entry.values ?? [], entry.parameters).map {
          ["name": .string($1.name)]
            + values.json($0, of: $1, in: entry.module, unit: entry.unit)
        }),
    ]
  }
}
