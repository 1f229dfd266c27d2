import Bytecode
import Execution
import Integers

/// Writes keys and stored values by the names of their fields.
struct StateText {
  /// The world whose names are used.
  let names: NamedWorld
  /// Whether keys are written to the last digit, so that they can be read back.
  var isWhole = false
  /// Whether whatever has a name goes by it, and everything else is written to the last digit.
  var isExact = false

  var values: ValueText { ValueText(names: names, isWhole: isWhole, isExact: isExact) }

  // MARK: - Keys

  /// A key: `@seen[alice]`; with the contract's name in front of a field of another contract.
  ///
  /// Of a field's key that ends behind its first components, the entry of all that begin so is written.
  func text(_ key: StateKey, inside contract: Identifier?) -> String {
    switch key {
    case .field(let owner, let index, let bytes):
      let name = prefix(owner, inside: contract) + fieldName(owner, index)
      guard let field = field(owner, index), !bytes.isEmpty else { return name }
      return "\(name)[\(components(key, of: field, owner) ?? "0x\(Hexadecimal.encode(bytes))")]"
    case .total(let owner, let index):
      return "total(\(prefix(owner, inside: contract))\(fieldName(owner, index)))"
    case .balance(let asset, let holder):
      return "balance(\(text(ofAsset: asset)), \(text(of: holder)))"
    case .supply(let asset): return "supply(\(text(ofAsset: asset)))"
    case .holder(let asset): return "holder(\(text(ofAsset: asset)))"
    case .asset(let asset): return "asset(\(text(ofAsset: asset)))"
    case .admission(let owner, let issuer):
      return "admits(\(text(of: owner)), \(text(of: issuer)))"
    case .contract(let contract): return "contract(\(text(of: contract)))"
    case .creations(let creator): return "creations(\(text(of: creator)))"
    case .nonce(let account): return "nonce(\(text(of: account)))"
    case .code(let hash): return "code(\(isWhole ? "0x\(hash)" : NameBook.short(hash)))"
    case .other(let bytes): return "key(0x\(Hexadecimal.encode(bytes)))"
    }
  }

  private func prefix(_ owner: Identifier, inside contract: Identifier?) -> String {
    owner == contract ? "@" : "\(text(of: owner))."
  }

  func text(of address: Identifier) -> String { values.text(of: address) }

  private func text(ofAsset asset: Identifier) -> String { values.text(ofAsset: asset) }

  func field(_ owner: Identifier, _ index: UInt8) -> Field? {
    names.code(of: owner).map(\.module).flatMap {
      $0.fields.indices.contains(Int(index)) ? $0.fields[Int(index)] : nil
    }
  }

  private func fieldName(_ owner: Identifier, _ index: UInt8) -> String {
    field(owner, index)?.name ?? "field \(index)"
  }

  private func components(_ key: StateKey, of field: Field, _ owner: Identifier) -> String? {
    guard let module = names.code(of: owner)?.module,
      let components = key.components(of: field.key.map(\.kind))
    else { return nil }
    return zip(components, field.key)
      .map { values.text($0, of: $1.kind, in: module) }.joined(separator: ", ")
  }
}
