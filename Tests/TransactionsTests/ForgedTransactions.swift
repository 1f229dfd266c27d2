import Bytecode
import Crypto
import EngineTesting
import Transactions

/// Transactions with good signatures that must be refused for what they say, or for who may sign like that.
enum ForgedTransactions {
  /// Their bytes.
  static func encodings() throws -> [[UInt8]] {
    let keys = try TransactionSamples.keys()
    let transfer = TransactionSamples.actions[3].action
    let transaction = try TransactionSamples.transaction(transfer, by: keys[0])
    let bytes = transaction.encoded()
    // Version, chain, scheme and key; nonce 7; gas limit 100,000; price 0; transfer; asset; amount.
    let (head, tail) = (Array(bytes[..<66]), Array(bytes[72...]))
    let (asset, receiver) = (tail[..<32], tail[35...])
    let contents: [[UInt8]] = [
      [2] + bytes[1...], head + [0x87, 0] + bytes[67...],
      // A gas limit of 1,000,000,001; prices of -1 and 2^256; an action without a name; an amount of -1.
      head + [7, 0x81, 0x94, 0xEB, 0xDC, 0x03, 0, 3] + tail,
      head + [7, 0xA0, 0x8D, 6, 3, 1, 3] + tail,
      head + [7, 0xA0, 0x8D, 6, 66, 1] + [UInt8](repeating: 0, count: 32) + [3] + tail,
      head + [7, 0xA0, 0x8D, 6, 0, 4] + tail,
      head + [7, 0xA0, 0x8D, 6, 0, 3] + asset + [3, 1] + receiver, bytes + [0],
    ]
    var encodings = try contents.map { try $0 + signature(of: $0, by: keys[0]) }
    // The other half of P-256, which every verifier of ECDSA takes.
    let half = try TransactionSamples.transaction(transfer, by: keys[1])
    encodings.append(half.encoded() + upper)
    // Under the neutral point whoever wants to signs: R is the base point and S is 1.
    let base = [0x58] + [UInt8](repeating: 0x66, count: 31)
    let one = [1] + [UInt8](repeating: 0, count: 31)
    encodings.append(bytes[..<34] + one + bytes[66...] + base + one)
    return encodings
  }

  private static func signature(of bytes: [UInt8], by key: AccountKey) throws -> [UInt8] {
    let id = SHA256.hash(data: Array("aliquot.transaction".utf8) + bytes)
    let privateKey = try Curve25519.Signing.PrivateKey(rawRepresentation: key.seed)
    return Array(try privateKey.signature(for: Array("aliquot.signature".utf8) + id))
  }

  /// The recorded signature of the transfer by the key of P-256, with the order less s in the place of s.
  private static let upper =
    Hexadecimal.decode(
      "48d6d983c0fc463e2b10eef012a194922b9aadbba3154795fbab069de0771392"
        + "ea645a8f0ab006e8fb9078dbd120068cc6289627711ef66f1acba5afb254b0fb") ?? []
}
