public import Bytecode
import Commitment
import Crypto

/// The hash of a list, in which the presence of an item can be proved: the tree of RFC 6962.
///
/// A leaf is SHA-256 of `00` and the item, a node SHA-256 of `01` and its two children, as a branch of the
/// commitment; a node without a neighbour goes up as it is. The root of an empty list is SHA-256 of nothing.
/// A path that is proved here is one that the instruction `verify_merkle` accepts.
public enum MerkleList {
  /// The way from an item to the root.
  public struct Path: Hashable, Sendable {
    /// The hashes beside the way, the lowest first.
    public let siblings: [Identifier]
    /// For each sibling, lowest bit first, whether it stands to the left of the way.
    public let index: UInt64

    /// Makes a path; bits of the index above the siblings say nothing and are dropped.
    public init(siblings: [Identifier], index: UInt64) {
      self.siblings = siblings
      self.index = siblings.count < 64 ? index & (1 << UInt64(siblings.count) - 1) : index
    }

    /// The root that the path leads to from an item.
    public func root(from item: [UInt8]) -> Identifier {
      var node = leaf(item)
      for (level, sibling) in siblings.enumerated() {
        let isRight = level < 64 && index >> UInt64(level) & 1 == 1
        node = isRight ? CommitmentHash.branch(sibling, node) : CommitmentHash.branch(node, sibling)
      }
      return node
    }
  }

  /// The root of a list.
  public static func root(of items: some Sequence<[UInt8]>) -> Identifier {
    root(ofLeaves: items.map(leaf))
  }

  /// The root of a list, from the hashes of its items.
  static func root(ofLeaves leaves: [Identifier]) -> Identifier {
    var level = leaves
    var count = level.count
    guard count > 0 else { return CommitmentHash.of([]) }
    // Each level takes the place of the one below.
    while count > 1 {
      for index in 0..<count / 2 {
        level[index] = CommitmentHash.branch(level[2 * index], level[2 * index + 1])
      }
      if count & 1 == 1 { level[count / 2] = level[count - 1] }
      count = (count + 1) / 2
    }
    return level[0]
  }

  /// The way from the item at an index to the root, or nil if there is no such item.
  public static func path(to index: Int, in items: some Sequence<[UInt8]>) -> Path? {
    var level = items.map(leaf)
    guard level.indices.contains(index) else { return nil }
    var siblings: [Identifier] = []
    var bits: UInt64 = 0
    var place = index
    while level.count > 1 {
      let sibling = place ^ 1
      if sibling < level.count {
        if place & 1 == 1 { bits |= 1 << UInt64(siblings.count) }
        siblings.append(level[sibling])
      }
      level = above(level)
      place /= 2
    }
    return Path(siblings: siblings, index: bits)
  }

  private static func above(_ level: [Identifier]) -> [Identifier] {
    stride(from: 0, to: level.count, by: 2).map {
      $0 + 1 < level.count ? CommitmentHash.branch(level[$0], level[$0 + 1]) : level[$0]
    }
  }

  /// The hash that an item has in the tree.
  public static func leaf(_ item: [UInt8]) -> Identifier {
    var hash = SHA256()
    withUnsafeBytes(of: 0 as UInt8) { hash.update(bufferPointer: $0) }
    item.withUnsafeBytes { hash.update(bufferPointer: $0) }
    return hash.finalize().withUnsafeBytes { digest in
      digest.baseAddress.map { Identifier(reading: $0) } ?? .zero
    }
  }
}
