import Bytecode

/// The nodes of a trie that are in memory, in two arrays without gaps: no node is an object of its own.
///
/// A node is nothing, an entry, a branch, or a branch of which only the hash is known, since its page has not
/// been read.
struct TrieNodes {
  /// A place in the array of nodes.
  typealias Index = Int32

  struct Node {
    /// What is under the node.
    var hash: Identifier
    /// The node under the bit 0; or what the node is otherwise.
    var zero: Index
    /// The node under the bit 1; the place of the entry.
    var one: Index

    static let nothing = Node(hash: CommitmentHash.empty, zero: Mark.nothing, one: 0)
    static func unread(_ hash: Identifier) -> Node { Node(hash: hash, zero: Mark.unread, one: 0) }

    var isNothing: Bool { zero == Mark.nothing }
    var isEntry: Bool { zero == Mark.entry }
    var isUnread: Bool { zero == Mark.unread }
    /// Whether more than one entry is under the node.
    var isBranch: Bool { zero >= 0 || isUnread }
  }

  /// What stands in the place of a child where a node has none.
  private enum Mark {
    static let nothing: Index = -1
    static let entry: Index = -2
    static let unread: Index = -3
  }

  /// The hashes of an entry's key and of its value.
  struct Entry {
    var keyHash: Identifier
    var valueHash: Identifier
  }

  /// The node that stands for nothing, wherever that is.
  static let nothing: Index = 0

  private var nodes: [Node] = [.nothing]
  private var entries: [Entry] = []
  private var freeNodes: [Index] = []
  private var freeEntries: [Index] = []
  /// The topmost node.
  var top = TrieNodes.nothing

  /// How many nodes there are.
  var count: Int { nodes.count - freeNodes.count }

  subscript(index: Index) -> Node { nodes[Int(index)] }

  /// The entry that a node is.
  func entry(_ node: Node) -> Entry { entries[Int(node.one)] }

  /// Forgets all but the hash on top.
  mutating func forget() {
    guard self[top].isBranch else { return }
    let hash = self[top].hash
    self = TrieNodes()
    top = insert(.unread(hash))
  }

  // MARK: - Making nodes

  mutating func insert(_ node: Node) -> Index {
    if let index = freeNodes.popLast() {
      nodes[Int(index)] = node
      return index
    }
    nodes.append(node)
    return Index(nodes.count - 1)
  }

  /// Makes the node of an entry.
  mutating func insert(_ entry: Entry) -> Index {
    let place: Index
    if let free = freeEntries.popLast() {
      entries[Int(free)] = entry
      place = free
    } else {
      entries.append(entry)
      place = Index(entries.count - 1)
    }
    return insert(Node(hash: Self.hash(entry), zero: Mark.entry, one: place))
  }

  private static func hash(_ entry: Entry) -> Identifier {
    CommitmentHash.leaf(keyHash: entry.keyHash, valueHash: entry.valueHash)
  }

  /// Makes the node above two others, in the place of one that was there; a single entry stands for every
  /// node above which it is alone.
  mutating func join(_ zero: Index, _ one: Index, inPlaceOf old: Index = nothing) -> Index {
    let (left, right) = (self[zero], self[one])
    if left.isNothing, !right.isBranch {
      remove(old)
      return one
    }
    if right.isNothing, !left.isBranch {
      remove(old)
      return zero
    }
    let node = Node(hash: CommitmentHash.branch(left.hash, right.hash), zero: zero, one: one)
    guard old != Self.nothing else { return insert(node) }
    nodes[Int(old)] = node
    return old
  }

  /// Puts the content of one node in the place of another.
  mutating func move(_ source: Index, to target: Index) {
    nodes[Int(target)] = nodes[Int(source)]
    freeNodes.append(source)
  }

  /// Gives an entry another value.
  mutating func set(_ valueHash: Identifier, of index: Index) {
    let place = Int(self[index].one)
    guard entries[place].valueHash != valueHash else { return }
    entries[place].valueHash = valueHash
    nodes[Int(index)].hash = Self.hash(entries[place])
  }

  /// Takes a node away, but not what is under it.
  mutating func remove(_ index: Index) {
    guard index != Self.nothing else { return }
    if self[index].isEntry { freeEntries.append(self[index].one) }
    freeNodes.append(index)
  }
}
