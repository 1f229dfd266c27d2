import Bytecode

/// Where a page of the trie stands: the nibbles of the key hashes that lead to it.
public struct TriePath: Hashable, Sendable {
  /// How many nibbles.
  public let depth: Int
  /// The nibbles, two to a byte, the first one high; what is beyond `depth` is zero.
  public let nibbles: [UInt8]

  /// The path to the topmost page.
  public static let root = TriePath(depth: 0, nibbles: [])

  /// The path with one nibble more.
  func appending(_ nibble: Int) -> TriePath {
    var longer = nibbles
    if depth & 1 == 0 {
      longer.append(UInt8(nibble) << 4)
    } else {
      longer[depth >> 1] |= UInt8(nibble)
    }
    return TriePath(depth: depth + 1, nibbles: longer)
  }

  /// The path as the key that a store keeps its page under: the depth in a byte, then the nibbles.
  public var key: [UInt8] { [UInt8(depth)] + nibbles }
}

/// What stands at one of the sixteen places of a page.
enum TrieSlot: Hashable, Sendable {
  case empty
  /// The only entry under this place.
  case leaf(keyHash: Identifier, valueHash: Identifier)
  /// Another page, by the hash of all that is under it.
  case page(Identifier)

  var hash: Identifier {
    switch self {
    case .empty: CommitmentHash.empty
    case .leaf(let key, let value): CommitmentHash.leaf(keyHash: key, valueHash: value)
    case .page(let hash): hash
    }
  }

  var isLeaf: Bool { if case .leaf = self { true } else { false } }
}

/// Four levels of the trie, which are stored together: sixteen places.
///
/// Pages are only a way to store. The commitment is that of a binary trie, whatever is grouped.
struct TriePage: Sendable {
  private(set) var slots = [TrieSlot](repeating: .empty, count: 16)
  /// Hashes of the subtrees that are branches, in the order of a heap; nil where it is not known.
  private var branches = [Identifier?](repeating: nil, count: 16)

  /// Puts something at a place.
  mutating func set(_ slot: TrieSlot, at place: Int) {
    guard slots[place] != slot else { return }
    slots[place] = slot
    var node = (16 + place) / 2
    while node > 0 {
      branches[node] = nil
      node /= 2
    }
  }

  /// What the subtree of a node of the heap is: nothing, its only entry, or a branch.
  private mutating func summary(_ node: Int) -> TrieSlot {
    if node >= 16 { return slots[node - 16] }
    if let hash = branches[node] { return .page(hash) }
    let zero = summary(2 * node)
    let one = summary(2 * node + 1)
    switch (zero, one) {
    case (.empty, .empty): return .empty
    // A single entry stands for every subtree in which it is alone.
    case (.leaf, .empty): return zero
    case (.empty, .leaf): return one
    default:
      let hash = CommitmentHash.branch(zero.hash, one.hash)
      branches[node] = hash
      return .page(hash)
    }
  }

  /// What this page is in its parent: nothing, its only entry, or a page.
  mutating func collapsed() -> TrieSlot { summary(1) }

  /// The commitment to all that is under the page.
  mutating func hash() -> Identifier { summary(1).hash }

  /// The hashes beside the way to a place, the topmost first, and what the way ends in.
  ///
  /// A way ends above the place where a subtree holds nothing or a single entry.
  mutating func siblings(of place: Int) -> (siblings: [Identifier], end: TrieSlot) {
    var siblings: [Identifier] = []
    var node = 1
    for level in (0..<4).reversed() {
      let here = summary(node)
      if here == .empty || here.isLeaf { return (siblings, here) }
      let next = 2 * node + (place >> level & 1)
      siblings.append(summary(next ^ 1).hash)
      node = next
    }
    return (siblings, slots[place])
  }

  // MARK: - Encoding

  /// Two bits a place say what it is, lowest place first; then the hashes.
  func encoded() -> [UInt8] {
    var kinds: UInt32 = 0
    var bytes: [UInt8] = []
    for (place, slot) in slots.enumerated() {
      switch slot {
      case .empty: break
      case .leaf(let key, let value):
        kinds |= 1 << (2 * place)
        bytes += key.bytes + value.bytes
      case .page(let hash):
        kinds |= 2 << (2 * place)
        bytes += hash.bytes
      }
    }
    return (0..<4).map { UInt8(truncatingIfNeeded: kinds >> (8 * $0)) } + bytes
  }

  init() {}

  /// Reads a page, or nil if the bytes are none.
  init?(decoding bytes: [UInt8]) {
    guard bytes.count >= 4 else { return nil }
    let kinds = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[$1]) << (8 * $1) }
    var offset = 4
    func identifier() -> Identifier? {
      guard offset + 32 <= bytes.count else { return nil }
      defer { offset += 32 }
      return Identifier(bytes[offset..<offset + 32])
    }
    for place in 0..<16 {
      switch kinds >> (2 * place) & 3 {
      case 0: break
      case 1:
        guard let key = identifier(), let value = identifier() else { return nil }
        slots[place] = .leaf(keyHash: key, valueHash: value)
      case 2:
        guard let hash = identifier() else { return nil }
        slots[place] = .page(hash)
      default: return nil
      }
    }
    guard offset == bytes.count else { return nil }
  }
}
