/// One of the three banks of registers of a frame.
public enum Bank: UInt8, Sendable, CaseIterable {
  case int, bytes, list
}

/// What a value means, beyond the bank it lives in.
///
/// `bool` and `enumeration` refine integers; the others refine strings of bytes. The assembler keeps
/// kinds apart, and the machine checks them wherever a value enters a contract.
public enum Kind: Hashable, Sendable {
  case int
  case bool
  /// One case of the module's enum with this index.
  case enumeration(UInt8)
  case bytes
  /// Bytes that are well-formed UTF-8.
  case text
  /// 32 bytes that name an account or a contract.
  case address
  /// 32 bytes that name an asset.
  case asset
  /// The canonical encoding of a call, or nothing: its zero.
  case call
  /// Addresses side by side, 32 bytes each.
  case addresses
  /// Assets side by side, 32 bytes each.
  case assets
  case list

  /// The bank whose registers hold values of this kind.
  public var bank: Bank {
    switch self {
    case .int, .bool, .enumeration: .int
    case .bytes, .text, .address, .asset, .call, .addresses, .assets: .bytes
    case .list: .list
    }
  }

  /// Whether values of this kind are exactly 32 bytes.
  public var isIdentifier: Bool { self == .address || self == .asset }
}

/// Registers of each bank that a row of values needs.
public struct BankCounts: Hashable, Sendable {
  /// Integer registers.
  public var int = 0
  /// Bytes registers.
  public var bytes = 0
  /// List registers.
  public var list = 0

  /// No registers.
  public init() {}

  /// Counts the registers that values of `kinds` need.
  public init(_ kinds: some Sequence<Kind>) {
    for kind in kinds {
      switch kind.bank {
      case .int: int += 1
      case .bytes: bytes += 1
      case .list: list += 1
      }
    }
  }
}

extension Kind: CustomStringConvertible {
  /// The kind's name.
  public var description: String {
    switch self {
    case .int: "int"
    case .bool: "bool"
    case .enumeration(let index): "enumeration(\(index))"
    case .bytes: "bytes"
    case .text: "text"
    case .address: "address"
    case .asset: "asset"
    case .call: "call"
    case .addresses: "addresses"
    case .assets: "assets"
    case .list: "list"
    }
  }
}
