import Crypto
import Foundation

/// Hashes as whoever checks a proof computes them.
enum Hash {
  /// SHA-256.
  static func sha256(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

  /// The bytes that `0x` and hexadecimal digits say.
  static func bytes(_ text: String?) -> [UInt8] {
    let digits = Array((text ?? "").dropFirst(2))
    return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
      UInt8(String(digits[$0...$0 + 1]), radix: 16)
    }
  }

  /// `0x` and hexadecimal digits.
  static func hexadecimal(_ bytes: [UInt8]) -> String {
    "0x" + bytes.map { String(format: "%02x", $0) }.joined()
  }
}
