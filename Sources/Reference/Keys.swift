import BigInt
import Bytecode

/// The keys of the state: a byte that says what the entry is about, and what names it.
enum Key {
  /// Address -> code hash and creator.
  static func contract(_ address: Identifier) -> [UInt8] { [1] + address.bytes }
  /// Creator -> how many contracts it made.
  static func creations(_ creator: Identifier) -> [UInt8] { [2] + creator.bytes }
  /// Code hash -> module.
  static func code(_ hash: Identifier) -> [UInt8] { [3] + hash.bytes }
  /// Contract, field, key components -> value or record.
  static func field(_ contract: Identifier, _ field: UInt16) -> [UInt8] {
    [4] + contract.bytes + [UInt8(field)]
  }
  /// Contract, field -> sum of a summed map.
  static func total(_ contract: Identifier, _ field: UInt16) -> [UInt8] {
    [5] + contract.bytes + [UInt8(field)]
  }
  /// Asset -> issuer, class, id and hooks.
  static func asset(_ asset: Identifier) -> [UInt8] { [6] + asset.bytes }
  /// Asset -> supply.
  static func supply(_ asset: Identifier) -> [UInt8] { [7] + asset.bytes }
  /// Asset, holder -> balance.
  static func balance(_ asset: Identifier, _ holder: Identifier) -> [UInt8] {
    [8] + asset.bytes + holder.bytes
  }
  /// Single asset -> holder.
  static func holder(_ asset: Identifier) -> [UInt8] { [9] + asset.bytes }
  /// Contract, issuer -> 1, while the contract admits the issuer.
  static func admission(_ contract: Identifier, _ issuer: Identifier) -> [UInt8] {
    [10] + contract.bytes + issuer.bytes
  }

  // MARK: - Components

  /// An integer, so that keys are in the order of the integers: 0x80 and the number of bytes added or, for
  /// a negative integer, taken away; then the bytes, in complement for a negative integer.
  static func component(_ integer: BigInt) -> [UInt8]? {
    let bytes = integer.bytes
    guard bytes.count <= 127 else { return nil }
    return integer.isNegative
      ? [UInt8(0x80 - bytes.count)] + bytes.map { ~$0 } : [UInt8(0x80 + bytes.count)] + bytes
  }

  /// A string, so that keys are in the order of the strings and tell where it ends: a zero byte is
  /// followed by 0xFF, and the end is two zero bytes.
  static func component(_ string: [UInt8]) -> [UInt8] {
    string.flatMap { $0 == 0 ? [0, 0xFF] : [$0] } + [0, 0]
  }

  /// The component of a kind that starts at an offset.
  static func readComponent(_ key: [UInt8], of kind: Kind, at offset: inout Int) -> Datum {
    if kind.bank == .int {
      let isNegative = key[offset] < 0x80
      let count = abs(Int(key[offset]) - 0x80)
      let bytes = key[offset + 1..<offset + 1 + count]
      offset += 1 + count
      return .int(BigInt(bytes: bytes.map { isNegative ? ~$0 : $0 }, isNegative: isNegative))
    }
    if kind.isIdentifier {
      defer { offset += 32 }
      return .bytes(Array(key[offset..<offset + 32]))
    }
    var string: [UInt8] = []
    while true {
      let byte = key[offset]
      let next = key[offset + 1]
      offset += byte == 0 ? 2 : 1
      if byte == 0, next == 0 { return .bytes(string) }
      string.append(byte)
    }
  }
}

extension Interpreter {
  /// The key of a field of the running contract, from its components in the windows, or the first few.
  func fieldKey(
    _ field: UInt16, ints: UInt16, strings: UInt16, components: Int? = nil
  ) throws(Halt) -> [UInt8] {
    let kinds = module.fields[Int(field)].key.map(\.kind)
    var key = Key.field(contract.address, field)
    var (nextInt, nextString) = (ints, strings)
    for kind in kinds.prefix(components ?? kinds.count) {
      if kind.bank == .int {
        let integer = int(nextInt)
        nextInt += 1
        guard Datum.int(integer).isOf(kind, in: module) else { throw .trap(.kindMismatch) }
        guard let component = Key.component(integer) else { throw .trap(.keyTooLong) }
        key += component
      } else {
        let string = bytes(nextString)
        nextString += 1
        try charge(Gas.kindCheck(kind, string.count))
        guard Datum.bytes(string).isOf(kind, in: module) else { throw .trap(.kindMismatch) }
        if string.count > Limits.keyLength { throw .trap(.keyTooLong) }
        key += kind.isIdentifier ? string : Key.component(string)
      }
      if key.count > Limits.keyLength { throw .trap(.keyTooLong) }
    }
    let prefix = Key.field(contract.address, field).count
    try charge(
      Gas.key(components: components ?? kinds.count, bytes: key.count - prefix))
    return key
  }

  /// Charges for the first use of a key in the transaction.
  func warm(_ key: [UInt8]) throws(Halt) {
    if ledger.warm(key) { try charge(Gas.cold) }
  }
}
