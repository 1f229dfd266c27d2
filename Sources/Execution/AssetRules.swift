import Bytecode

/// The rules by which an asset moves: what its record says besides class, id and decimals.
struct AssetRules {
  let issuer: Identifier
  let isSingle: Bool
  let isBurnable: Bool
  let isForceable: Bool
  let hooks: [AssetRecord.BoundHook]

  /// Reads them from a record where it stands; nil if it is none.
  ///
  /// A record of the common form, with short names in ASCII and without hooks, needs no other memory.
  init?(decoding record: UnsafeRawBufferPointer) {
    if let (issuer, flags) = Self.plainParts(record) {
      self.issuer = issuer
      isSingle = flags & 1 != 0
      isBurnable = flags & 2 != 0
      isForceable = flags & 4 != 0
      hooks = []
    } else {
      guard let record = AssetRecord(decoding: Array(record)) else { return nil }
      issuer = record.issuer
      isSingle = record.isSingle
      isBurnable = record.isBurnable
      isForceable = record.isForceable
      hooks = record.hooks
    }
  }

  /// Issuer and flags of a record without hooks whose lengths have one byte each and whose class is ASCII.
  private static func plainParts(
    _ record: UnsafeRawBufferPointer
  ) -> (issuer: Identifier, flags: UInt8)? {
    guard let base = record.baseAddress, record.count > 32 else { return nil }
    let nameCount = Int(record[32])
    let idPlace = 33 + nameCount
    guard nameCount < 0x80, idPlace < record.count else { return nil }
    var joined: UInt8 = 0
    for offset in 33..<idPlace { joined |= record[offset] }
    let idCount = Int(record[idPlace])
    let decimals = idPlace + 1 + idCount
    guard joined < 0x80, idCount < 0x80, decimals + 2 < record.count, record[decimals + 2] == 0
    else { return nil }
    return (Identifier(reading: base), record[decimals + 1])
  }
}
