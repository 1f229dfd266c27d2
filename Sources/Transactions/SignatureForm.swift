/// The one form in which a signature of 64 bytes is accepted, so that nobody can make another of it.
enum SignatureForm {
  /// Bytes of a signature of either scheme.
  static let length = 64

  /// The order of the base point of Ed25519, most significant byte first.
  private static let edwardsOrder: [UInt8] = [
    0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x14, 0xDE, 0xF9, 0xDE, 0xA2, 0xF7, 0x9C, 0xD6, 0x58, 0x12, 0x63, 0x1A, 0x5C, 0xF5, 0xD3, 0xED,
  ]

  /// The order of P-256.
  private static let order: [UInt8] = [
    0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
  ]

  /// Half the order of P-256, rounded down: the largest s.
  private static let halfOrder: [UInt8] = [
    0x7F, 0xFF, 0xFF, 0xFF, 0x80, 0x00, 0x00, 0x00, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xDE, 0x73, 0x7D, 0x56, 0xD3, 0x8B, 0xCF, 0x42, 0x79, 0xDC, 0xE5, 0x61, 0x7E, 0x31, 0x92, 0xA8,
  ]

  /// Whether S is below the order.
  static func isCanonicalEd25519(_ signature: [UInt8]) -> Bool {
    signature.count == length
      && signature[32...].reversed().lexicographicallyPrecedes(edwardsOrder)
  }

  /// Whether r is from 1 up to the order less one, and s from 1 up to half the order.
  static func isCanonicalP256(_ signature: [UInt8]) -> Bool {
    guard signature.count == length else { return false }
    let (r, s) = (signature[..<32], signature[32...])
    return r.contains { $0 != 0 } && s.contains { $0 != 0 } && r.lexicographicallyPrecedes(order)
      && !halfOrder.lexicographicallyPrecedes(s)
  }

  /// A signature of P-256 with the lower one of s and the order less s.
  static func lowered(_ signature: [UInt8]) -> [UInt8] {
    guard signature.count == length, halfOrder.lexicographicallyPrecedes(signature[32...]) else {
      return signature
    }
    var lowered = signature
    var borrow = 0
    for index in (0..<32).reversed() {
      let difference = Int(order[index]) - Int(signature[32 + index]) - borrow
      lowered[32 + index] = UInt8(truncatingIfNeeded: difference)
      borrow = difference < 0 ? 1 : 0
    }
    return lowered
  }
}
