public import Bytecode

/// What a key of the state is about: the first byte of every key.
public enum KeySpace: UInt8, Sendable, CaseIterable {
  /// A contract's code hash and creator, by its address.
  case contract = 1
  /// How many contracts a creator has made.
  case creations = 2
  /// Modules, by the hash of their code.
  case code = 3
  /// Values and records, by contract, index of the field and components of the key.
  case field = 4
  /// Sums of summed maps, by contract and index of the field.
  case total = 5
  /// Issuer, class, id and hooks of an asset.
  case asset = 6
  /// Supplies, by asset.
  case supply = 7
  /// Balances, by asset and holder.
  case balance = 8
  /// Holders of single things, by asset.
  case holder = 9
  /// The issuers whose hooks a contract admits, by contract and issuer.
  case admission = 10
  /// How many transactions an account has sent, by its address.
  case nonce = 11
}

/// A key of the state, taken apart.
///
/// Everything that a world knows is stored under a key, and every key takes apart into one of these: the
/// first byte is the `KeySpace`, what follows are identifiers of 32 bytes, the index of a field, and the
/// components of its key. `Values.md` specifies the bytes.
///
/// Whoever reads a state (a store, a proof, a tool) makes the bytes of a key here, and learns here what
/// bytes are the key of.
public enum StateKey: Hashable, Sendable {
  /// Where a contract's code hash and creator are stored.
  case contract(Identifier)
  /// Where it is stored how many contracts a creator has made.
  case creations(by: Identifier)
  /// Where a module is stored, by the hash of its code.
  case code(Identifier)
  /// Where a field's value or record is stored: the components of the key, encoded one behind the other,
  /// nothing for a field that is no map.
  case field(contract: Identifier, index: UInt8, components: [UInt8])
  /// Where the total of a summed map is stored.
  case total(contract: Identifier, index: UInt8)
  /// Where it is stored what the machine knows of an asset.
  case asset(Identifier)
  /// Where the supply of an asset is stored.
  case supply(Identifier)
  /// Where a balance is stored.
  case balance(asset: Identifier, holder: Identifier)
  /// Where the holder of a single thing is stored.
  case holder(Identifier)
  /// Where it is stored that a contract admits an issuer's hooks.
  case admission(contract: Identifier, issuer: Identifier)
  /// Where it is stored how many transactions an account has sent.
  case nonce(of: Identifier)
  /// Bytes that the machine stores nothing under.
  case other([UInt8])

  /// Takes a key apart.
  public init(_ bytes: [UInt8]) {
    self = Self.parts(bytes) ?? .other(bytes)
  }

  private static func parts(_ bytes: [UInt8]) -> StateKey? {
    guard let space = bytes.first.flatMap(KeySpace.init), bytes.count >= 33,
      let first = Identifier(bytes[1..<33])
    else { return nil }
    switch space {
    case .contract: return bytes.count == 33 ? .contract(first) : nil
    case .creations: return bytes.count == 33 ? .creations(by: first) : nil
    case .code: return bytes.count == 33 ? .code(first) : nil
    case .field:
      guard bytes.count >= KeyBuffer.fieldPrefix else { return nil }
      return .field(
        contract: first, index: bytes[33], components: Array(bytes[KeyBuffer.fieldPrefix...]))
    case .total: return bytes.count == 34 ? .total(contract: first, index: bytes[33]) : nil
    case .asset: return bytes.count == 33 ? .asset(first) : nil
    case .supply: return bytes.count == 33 ? .supply(first) : nil
    case .balance: return Identifier(bytes[33...]).map { .balance(asset: first, holder: $0) }
    case .holder: return bytes.count == 33 ? .holder(first) : nil
    case .admission:
      return Identifier(bytes[33...]).map { .admission(contract: first, issuer: $0) }
    case .nonce: return bytes.count == 33 ? .nonce(of: first) : nil
    }
  }

  /// The key.
  public var bytes: [UInt8] {
    switch self {
    case .contract(let address): Self.bytes(.contract, address)
    case .creations(let creator): Self.bytes(.creations, creator)
    case .code(let hash): Self.bytes(.code, hash)
    case .field(let contract, let index, let components):
      Self.bytes(.field, contract) + [index] + components
    case .total(let contract, let index): Self.bytes(.total, contract) + [index]
    case .asset(let asset): Self.bytes(.asset, asset)
    case .supply(let asset): Self.bytes(.supply, asset)
    case .balance(let asset, let holder): Self.bytes(.balance, asset) + holder.bytes
    case .holder(let asset): Self.bytes(.holder, asset)
    case .admission(let contract, let issuer): Self.bytes(.admission, contract) + issuer.bytes
    case .nonce(let account): Self.bytes(.nonce, account)
    case .other(let bytes): bytes
    }
  }

  /// The bytes with which all keys of a space begin that are about an identifier: all fields of a contract,
  /// all balances of an asset, all issuers that a contract admits.
  public static func prefix(_ space: KeySpace, of identifier: Identifier) -> [UInt8] {
    bytes(space, identifier)
  }

  private static func bytes(_ space: KeySpace, _ identifier: Identifier) -> [UInt8] {
    [space.rawValue] + identifier.bytes
  }
}
