import CryptoExtras

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import Crypto

/// What it costs to try one passphrase: the parameters of scrypt, RFC 7914.
///
/// It takes 128·N·r bytes of memory, and time in proportion to N·r·p. Every value is within bounds, so that
/// no file that somebody sends can exhaust the memory or the time of who reads it.
public struct ScryptCost: Hashable, Sendable {
  /// The largest 128·N·r·p: eight times the standard one.
  public static let byteMax = 1 << 30

  /// The cost in memory and time, a power of two.
  public let n: Int
  /// The size of a block, in units of 128 bytes.
  public let r: Int
  /// How many times all is done, one after the other.
  public let p: Int

  /// 128 MiB: the first choice of the OWASP Password Storage Cheat Sheet for scrypt.
  public static let standard = ScryptCost(unchecked: 1 << 17, 8, 1)

  /// Takes what scrypt allows and this library can do within bounds, and nothing else: N is a power of two
  /// from 2 on, below 2^16 if r is 1; r and p are from 1 to 16; 128·N·r·p is at most `byteMax`.
  public init?(n: Int, r: Int, p: Int) {
    // Above an r of 16 the limit of memory that the library sets itself leaves no room for p = 1.
    guard (2...Self.byteMax).contains(n), n & (n - 1) == 0, (1...16).contains(r),
      (1...16).contains(p), r > 1 || n < 1 << 16, 128 * n * r * p <= Self.byteMax
    else { return nil }
    self.init(unchecked: n, r, p)
  }

  private init(unchecked n: Int, _ r: Int, _ p: Int) {
    self.n = n
    self.r = r
    self.p = p
  }

  /// The key of a passphrase and a salt.
  func key(
    of passphrase: Passphrase, salt: [UInt8], byteCount: Int
  ) throws(KeystoreError) -> SymmetricKey {
    do {
      return try passphrase.secret.withBytes { bytes in
        try KDF.Scrypt.deriveKey(
          from: bytes, salt: salt, outputByteCount: byteCount, rounds: n, blockSize: r,
          parallelism: p)
      }
    } catch { throw .outOfMemory(byteCount: 128 * n * r) }
  }
}
