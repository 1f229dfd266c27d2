import Bytecode

/// The nodes of a trie that are in memory, in two tables: no node is an object of its own.
///
/// A node is nothing, an entry, a branch, or a branch of which only the hash is known, since its page has not
/// been read.
struct TrieNodes: ~Copyable {
  /// A place in the table of nodes.
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

  private var nodes = Table<Node>()
  private var entries = Table<Entry>()
  /// The topmost node.
  var top = TrieNodes.nothing

  init() { _ = nodes.insert(.nothing) }

  /// How many nodes there are.
  var count: Int { nodes.count - nodes.free.count }

  subscript(index: Index) -> Node { nodes.elements[Int(index)] }

  /// The entry that a node is.
  func entry(_ node: Node) -> Entry { entries.elements[Int(node.one)] }

  /// Forgets all but the hash on top.
  mutating func forget() {
    guard self[top].isBranch else { return }
    let hash = self[top].hash
    self = TrieNodes()
    top = insert(.unread(hash))
  }

  // MARK: - Making nodes

  mutating func insert(_ node: Node) -> Index { nodes.insert(node) }

  /// Makes the node of an entry.
  mutating func insert(_ entry: Entry) -> Index {
    insert(Node(hash: Self.hash(entry), zero: Mark.entry, one: entries.insert(entry)))
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
    nodes.elements[Int(old)] = node
    return old
  }

  /// Puts the content of one node in the place of another.
  mutating func move(_ source: Index, to target: Index) {
    nodes.elements[Int(target)] = nodes.elements[Int(source)]
    nodes.free.append(source)
  }

  /// Gives an entry another value.
  mutating func set(_ valueHash: Identifier, of index: Index) {
    let entry = entries.elements + Int(self[index].one)
    guard entry.pointee.valueHash != valueHash else { return }
    entry.pointee.valueHash = valueHash
    nodes.elements[Int(index)].hash = Self.hash(entry.pointee)
  }

  /// Takes a node away, but not what is under it.
  mutating func remove(_ index: Index) {
    guard index != Self.nothing else { return }
    if self[index].isEntry { entries.free.append(self[index].one) }
    nodes.free.append(index)
  }
}

/// Elements in one piece of memory that grows, with places that are free again.
///
/// It is no array, since one that is read while its owner changes is held and let go at every access.
private struct Table<Element>: ~Copyable {
  private(set) var elements: UnsafeMutablePointer<Element>
  private(set) var count = 0
  private var capacity = 64
  /// Places that are free again.
  var free: [TrieNodes.Index] = []

  init() { elements = .allocate(capacity: capacity) }

  deinit {
    elements.deinitialize(count: count)
    elements.deallocate()
  }

  mutating func insert(_ element: Element) -> TrieNodes.Index {
    if let place = free.popLast() {
      elements[Int(place)] = element
      return place
    }
    if count == capacity { grow() }
    (elements + count).initialize(to: element)
    count += 1
    return TrieNodes.Index(count - 1)
  }

  private mutating func grow() {
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: 2 * capacity)
    larger.moveInitialize(from: elements, count: count)
    elements.deallocate()
    elements = larger
    capacity *= 2
  }
}
