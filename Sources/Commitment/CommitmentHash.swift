public import Bytecode
import Crypto

/// The hashes of the commitment: SHA-256, with one byte in front that tells leaves from branches.
public enum CommitmentHash {
  /// The commitment to nothing: 32 zero bytes.
  public static let empty = Identifier.zero

  /// The hash of a key or a value.
  public static func of(_ bytes: [UInt8]) -> Identifier { bytes.withUnsafeBytes { digest($0) } }

  /// A leaf: a key's hash and its value's.
  public static func leaf(keyHash: Identifier, valueHash: Identifier) -> Identifier {
    join(0, keyHash, valueHash)
  }

  /// A branch: what lies under the bit 0 and under the bit 1.
  public static func branch(_ zero: Identifier, _ one: Identifier) -> Identifier {
    join(1, zero, one)
  }

  private static func join(_ tag: UInt8, _ left: Identifier, _ right: Identifier) -> Identifier {
    withUnsafeTemporaryAllocation(byteCount: 65, alignment: 8) { buffer in
      guard let base = buffer.baseAddress else { return empty }
      buffer[0] = tag
      left.store(to: base + 1)
      right.store(to: base + 33)
      return digest(UnsafeRawBufferPointer(buffer))
    }
  }

  private static func digest(_ bytes: UnsafeRawBufferPointer) -> Identifier {
    var hash = SHA256()
    hash.update(bufferPointer: bytes)
    return hash.finalize().withUnsafeBytes { digest in
      digest.baseAddress.map { Identifier(reading: $0) } ?? empty
    }
  }
}

extension Identifier {
  /// The bit at this depth of the trie, the most significant first.
  func bit(at depth: Int) -> Bool { byte(at: depth >> 3) >> (7 - UInt8(depth & 7)) & 1 == 1 }
}
