import Execution
import Bytecode
import Integers

/// A key of the state, taken apart.
enum StateKey: Hashable {
  /// A field of a contract, and the components of its key.
  case field(contract: Identifier, field: Int, components: [UInt8])
  /// The total of a summed map.
  case total(contract: Identifier, field: Int)
  /// A balance.
  case balance(asset: Identifier, holder: Identifier)
  /// A supply.
  case supply(asset: Identifier)
  /// The holder of a single thing.
  case holder(asset: Identifier)
  /// What the machine knows of an asset.
  case asset(Identifier)
  /// Whether a contract admits an issuer's hooks.
  case admission(contract: Identifier, issuer: Identifier)
  /// Anything else.
  case other([UInt8])

  /// Takes a key apart.
  init(_ key: [UInt8]) {
    self = .other(key)
    guard let space = key.first, key.count >= 33, let first = Identifier(key[1..<33]) else {
      return
    }
    let second = key.count == 65 ? Identifier(key[33...]) : nil
    switch space {
    case 4 where key.count >= 34:
      self = .field(contract: first, field: Int(key[33]), components: Array(key[34...]))
    case 5 where key.count == 34: self = .total(contract: first, field: Int(key[33]))
    case 6: self = .asset(first)
    case 7: self = .supply(asset: first)
    case 8:
      if let second { self = .balance(asset: first, holder: second) }
    case 9: self = .holder(asset: first)
    case 10:
      if let second { self = .admission(contract: first, issuer: second) }
    default: break
    }
  }

  /// Whether it belongs to a balance, which is told as a move.
  var isBookkeeping: Bool {
    switch self {
    case .balance, .supply, .holder: true
    default: false
    }
  }
}

/// Writes keys and stored values by the names of their fields.
struct StateText {
  /// The world whose names are used.
  let names: NamedWorld

  /// A key: `@seen[alice]`; with the contract's name in front of a field of another contract.
  func text(_ key: StateKey, inside contract: Identifier?) -> String {
    switch key {
    case .field(let owner, let index, let components):
      let name = "\(prefix(owner, inside: contract))\(fieldName(owner, index))"
      guard let field = field(owner, index), !field.key.isEmpty else { return name }
      return "\(name)[\(decode(components, field.key, owner).joined(separator: ", "))]"
    case .total(let owner, let index):
      return "total(\(prefix(owner, inside: contract))\(fieldName(owner, index)))"
    case .balance(let asset, let holder):
      return "balance(\(names.assetText(asset)), \(names.book.text(holder)))"
    case .supply(let asset): return "supply(\(names.assetText(asset)))"
    case .holder(let asset): return "holder(\(names.assetText(asset)))"
    case .asset(let asset): return "asset \(names.assetText(asset))"
    case .admission(let owner, let issuer):
      return "\(names.book.text(owner)) admits \(names.book.text(issuer))"
    case .other(let bytes): return "0x\(Hexadecimal.encode(bytes))"
    }
  }

  private func prefix(_ owner: Identifier, inside contract: Identifier?) -> String {
    owner == contract ? "@" : "\(names.book.text(owner))."
  }

  private func field(_ owner: Identifier, _ index: Int) -> Field? {
    names.world.module(of: owner).flatMap {
      $0.fields.indices.contains(index) ? $0.fields[index] : nil
    }
  }

  private func fieldName(_ owner: Identifier, _ index: Int) -> String {
    field(owner, index)?.name ?? "field \(index)"
  }

  /// The components of a key as text.
  func decode(_ bytes: [UInt8], _ components: [Parameter], _ owner: Identifier) -> [String] {
    guard let module = names.world.module(of: owner) else { return [] }
    var texts: [String] = []
    var offset = 0
    for component in components {
      guard let value = Self.component(component.kind, bytes, at: &offset) else {
        texts.append("0x\(Hexadecimal.encode(bytes[min(offset, bytes.count)...]))")
        break
      }
      texts.append(ValueText(names: names).text(value, of: component.kind, in: module))
    }
    return texts
  }

  /// One component of a key: integers in their ordered form, identifiers as they are, strings with
  /// every zero byte doubled by 0xFF up to two zero bytes.
  static func component(_ kind: Kind, _ bytes: [UInt8], at offset: inout Int) -> Value? {
    switch kind.bank {
    case .int: return (try? Integer(decodingKey: bytes, at: &offset)).map { .int($0) }
    case .bytes, .list:
      if kind.isIdentifier {
        guard offset + 32 <= bytes.count else { return nil }
        defer { offset += 32 }
        return .bytes(Array(bytes[offset..<offset + 32]))
      }
      var string: [UInt8] = []
      while offset + 1 < bytes.count {
        if bytes[offset] == 0 {
          offset += 2
          if bytes[offset - 1] == 0 { return .bytes(string) }
          string.append(0)
        } else {
          string.append(bytes[offset])
          offset += 1
        }
      }
      return nil
    }
  }

  /// A stored value under a key; nothing is the zero of a value, or no record.
  func value(_ stored: [UInt8]?, under key: StateKey) -> String {
    switch key {
    case .field(let owner, let index, _):
      guard let field = field(owner, index), let module = names.world.module(of: owner) else {
        break
      }
      return value(stored, of: field, in: module)
    case .total, .balance, .supply: return integer(stored)
    case .holder: return stored.flatMap { Identifier($0) }.map(names.book.text) ?? "nobody"
    case .admission: return stored == nil ? "no" : "yes"
    case .asset, .other: break
    }
    guard let stored else { return "nothing" }
    return stored.count > 32
      ? "\(stored.count) bytes" : "0x\(Hexadecimal.encode(stored))"
  }

  private func integer(_ stored: [UInt8]?) -> String {
    var offset = 0
    let value = stored.flatMap { try? Integer(decoding: $0, at: &offset) } ?? 0
    return Numbers.grouped(value)
  }

  private func value(_ stored: [UInt8]?, of field: Field, in module: Module) -> String {
    let values = ValueText(names: names)
    switch field.value {
    case .plain(let kind):
      guard let stored else { return values.text(.zero(of: kind), of: kind, in: module) }
      var reader = ByteReader(stored)
      guard let value = try? reader.readValue(of: kind) else { break }
      return values.text(value, of: kind, in: module)
    case .record(let name, let components):
      guard let stored else { return "no record" }
      var reader = ByteReader(stored)
      var texts: [String] = []
      for component in components {
        guard let value = try? reader.readValue(of: component.kind) else { break }
        texts.append(
          "\(component.name): \(values.text(value, of: component.kind, in: module))")
      }
      return "\(name)(\(texts.joined(separator: ", ")))"
    }
    return stored.map { "0x\(Hexadecimal.encode($0))" } ?? "nothing"
  }
}
