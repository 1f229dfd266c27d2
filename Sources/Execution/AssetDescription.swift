public import Bytecode

/// What the ledger knows of an asset.
public struct AssetDescription: Hashable, Sendable {
  /// The contract that issued it; zero for an asset of the genesis.
  public let issuer: Identifier
  /// The name of its class.
  public let className: String
  /// Its id in the class.
  public let id: [UInt8]
  /// Digits after the decimal point.
  public let decimals: Int
  /// Whether it is a single thing.
  public let isSingle: Bool

  /// Reads what is stored under the key `StateKey.asset`; nil if it is no such thing.
  public init?(stored bytes: [UInt8]) {
    guard let record = AssetRecord(decoding: bytes) else { return nil }
    issuer = record.issuer
    className = record.className
    id = record.id
    decimals = Int(record.decimals)
    isSingle = record.isSingle
  }
}
