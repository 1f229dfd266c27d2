public import Bytecode

/// A proof of what a map holds under a key, or that it holds nothing there, for a holder of the root.
///
/// It is the way through the trie by the bits of the key's hash: the hashes beside it, and what it ends
/// in: the key's own entry, another entry that is alone there, or nothing.
public struct TrieProof: Hashable, Sendable {
  /// What the way ends in.
  public enum End: Hashable, Sendable {
    /// No entry begins with these bits.
    case nothing
    /// The only entry that begins with these bits.
    case entry(keyHash: Identifier, valueHash: Identifier)
  }

  /// The hashes beside the way, the topmost first: at most 256.
  public let siblings: [Identifier]
  /// What the way ends in.
  public let end: End

  /// Makes a proof.
  public init(siblings: [Identifier], end: End) {
    self.siblings = siblings
    self.end = end
  }

  /// Whether the map with this root holds exactly this value under the key; nil for nothing.
  public func shows(_ value: [UInt8]?, under key: [UInt8], inMapWithRoot root: Identifier) -> Bool {
    guard siblings.count <= 256 else { return false }
    let keyHash = CommitmentHash.of(key)
    var hash: Identifier
    switch end {
    case .nothing:
      if value != nil { return false }
      hash = CommitmentHash.empty
    case .entry(let entryKey, let valueHash):
      // The entry must lie on the key's way, or it says nothing about it.
      for depth in siblings.indices where entryKey.bit(at: depth) != keyHash.bit(at: depth) {
        return false
      }
      if let value {
        if entryKey != keyHash || valueHash != CommitmentHash.of(value) { return false }
      } else if entryKey == keyHash {
        return false
      }
      hash = CommitmentHash.leaf(keyHash: entryKey, valueHash: valueHash)
    }
    for (depth, sibling) in siblings.enumerated().reversed() {
      hash =
        keyHash.bit(at: depth)
        ? CommitmentHash.branch(sibling, hash) : CommitmentHash.branch(hash, sibling)
    }
    return hash == root
  }

  // MARK: - Encoding

  /// The number of siblings in two bytes, the siblings, a byte for the end (0 nothing, 1 an entry), and
  /// the entry's two hashes.
  public func encoded() -> [UInt8] {
    var bytes = [UInt8(siblings.count >> 8), UInt8(siblings.count & 0xFF)]
    for sibling in siblings { bytes += sibling.bytes }
    switch end {
    case .nothing: bytes.append(0)
    case .entry(let key, let value): bytes += [1] + key.bytes + value.bytes
    }
    return bytes
  }

  /// Reads a proof; nil if the bytes are not exactly the encoding of one.
  public init?(decoding bytes: [UInt8]) {
    guard bytes.count >= 3 else { return nil }
    let count = Int(bytes[0]) << 8 | Int(bytes[1])
    let tail = 2 + 32 * count
    guard count <= 256, bytes.count > tail else { return nil }
    siblings = (0..<count).compactMap { Identifier(bytes[(2 + 32 * $0)..<(34 + 32 * $0)]) }
    switch (bytes[tail], bytes.count - tail) {
    case (0, 1): end = .nothing
    case (1, 65):
      guard let key = Identifier(bytes[(tail + 1)..<(tail + 33)]),
        let value = Identifier(bytes[(tail + 33)...])
      else { return nil }
      end = .entry(keyHash: key, valueHash: value)
    default: return nil
    }
  }
}
