/// Something that a ledger keeps for people and that is no part of its chain: names of contracts, the
/// sources of code.
public struct Note: Hashable, Sendable {
  /// What sort of note it is.
  public let kind: String
  /// What it is about, unique in its sort.
  public let name: [UInt8]
  /// What it says.
  public let bytes: [UInt8]

  /// Makes a note.
  public init(kind: String, name: [UInt8], bytes: [UInt8]) {
    self.kind = kind
    self.name = name
    self.bytes = bytes
  }
}
