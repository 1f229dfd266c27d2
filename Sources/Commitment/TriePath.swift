import Bytecode

/// Where a page of the trie stands: the nibbles of the key hashes that lead to it.
///
/// Paths are ordered as their keys are.
public struct TriePath: Hashable, Comparable, Sendable {
  /// How many nibbles.
  public let depth: Int
  /// The nibbles, two to a byte, the first one high; what is beyond `depth` is zero.
  public let nibbles: [UInt8]

  /// The path to the topmost page.
  public static let root = TriePath(depth: 0, nibbles: [])

  private init(depth: Int, nibbles: [UInt8]) {
    self.depth = depth
    self.nibbles = nibbles
  }

  /// The first nibbles of a key hash.
  init(_ depth: Int, of keyHash: Identifier) {
    let count = (depth + 1) / 2
    self.init(
      depth: depth,
      nibbles: Array(unsafeUninitializedCapacity: count) { buffer, initialized in
        for index in 0..<count { buffer[index] = keyHash.byte(at: index) }
        if depth & 1 == 1 { buffer[count - 1] &= 0xF0 }
        initialized = count
      })
  }

  /// Whether a path's key is before another's.
  public static func < (left: TriePath, right: TriePath) -> Bool {
    left.depth != right.depth
      ? left.depth < right.depth : left.nibbles.lexicographicallyPrecedes(right.nibbles)
  }

  /// The path as the key that a store keeps its page under: the depth in a byte, then the nibbles.
  public var key: [UInt8] { [UInt8(depth)] + nibbles }
}
