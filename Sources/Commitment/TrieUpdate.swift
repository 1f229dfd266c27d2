import Bytecode

/// An entry that changes: the hash of its key, and of its value if it is there afterwards.
struct TrieChange {
  let keyHash: Identifier
  let valueHash: Identifier?
}

/// Takes changes into the nodes of a trie, and collects the pages that are others afterwards.
struct TrieUpdate {
  typealias Index = TrieNodes.Index
  /// Changes in the order of their key hashes, each key once.
  typealias Changes = UnsafeBufferPointer<TrieChange>

  /// Bits of the way that one page takes.
  private static let pageBits = 4

  var nodes: TrieNodes
  var pages: [TriePath: [UInt8]?]
  let read: (TriePath) throws -> [UInt8]?

  mutating func run(_ changes: Changes) throws {
    nodes.top = try update(nodes.top, depth: 0, changes)
  }

  /// Applies changes under a node, so many bits below the top, and gives the node that stands there then.
  private mutating func update(
    _ index: Index, depth: Int, _ changes: Changes
  ) throws -> Index {
    guard let first = changes.first else { return index }
    let old = nodes[index]
    let result = try apply(changes, to: index, depth: depth)
    guard depth % Self.pageBits == 0 else { return result }
    let new = nodes[result]
    // The topmost page is there also for a single entry.
    let (wasPage, isPage) =
      depth == 0 ? (!old.isNothing, !new.isNothing) : (old.isBranch, new.isBranch)
    guard wasPage || isPage, wasPage != isPage || old.hash != new.hash else { return result }
    let path = TriePath(depth / Self.pageBits, of: first.keyHash)
    pages.updateValue(isPage ? nodes.page(result, depth: path.depth) : nil, forKey: path)
    return result
  }

  private mutating func apply(
    _ changes: Changes, to index: Index, depth: Int
  ) throws -> Index {
    if nodes[index].isUnread, let first = changes.first {
      try nodes.readPage(at: index, depth: depth, of: first.keyHash, read)
    }
    let node = nodes[index]
    guard !node.isBranch else {
      let part = Self.partition(changes, depth)
      let (left, right) = (nodes[node.zero].hash, nodes[node.one].hash)
      let zero = try update(node.zero, depth: depth + 1, part.zero)
      let one = try update(node.one, depth: depth + 1, part.one)
      if zero == node.zero, one == node.one, nodes[zero].hash == left, nodes[one].hash == right {
        return index
      }
      return nodes.join(zero, one, inPlaceOf: index)
    }
    guard node.isEntry else { return try insert(changes, depth: depth) }
    let entry = nodes.entry(node)
    if changes.count == 1, changes[0].keyHash == entry.keyHash, let valueHash = changes[0].valueHash
    {
      nodes.set(valueHash, of: index)
      return index
    }
    nodes.remove(index)
    if changes.contains(where: { $0.keyHash == entry.keyHash }) {
      return try insert(changes, depth: depth)
    }
    var entries = Array(changes)
    let place = entries.firstIndex { entry.keyHash < $0.keyHash } ?? entries.endIndex
    entries.insert(
      TrieChange(keyHash: entry.keyHash, valueHash: entry.valueHash), at: place)
    return try entries.withUnsafeBufferPointer { try insert($0, depth: depth) }
  }

  /// Makes the nodes of what changes leave where nothing was.
  private mutating func insert(_ changes: Changes, depth: Int) throws -> Index {
    guard changes.count > 1 else {
      guard let change = changes.first, let valueHash = change.valueHash else {
        return TrieNodes.nothing
      }
      return nodes.insert(TrieNodes.Entry(keyHash: change.keyHash, valueHash: valueHash))
    }
    let part = Self.partition(changes, depth)
    let zero = try update(TrieNodes.nothing, depth: depth + 1, part.zero)
    let one = try update(TrieNodes.nothing, depth: depth + 1, part.one)
    return nodes.join(zero, one)
  }

  /// Changes with the bit 0 at a depth, and those with the bit 1.
  private static func partition(
    _ changes: Changes, _ depth: Int
  ) -> (zero: Changes, one: Changes) {
    var (low, high) = (0, changes.count)
    while low < high {
      let middle = (low + high) / 2
      if changes[middle].keyHash.bit(at: depth) { high = middle } else { low = middle + 1 }
    }
    return (
      UnsafeBufferPointer(rebasing: changes[..<low]),
      UnsafeBufferPointer(rebasing: changes[low...])
    )
  }
}

extension TrieNodes {
  /// Reads the page of a branch of which only the hash is known, and holds it against this hash.
  mutating func readPage(
    at index: Index, depth: Int, of keyHash: Identifier,
    _ read: (TriePath) throws -> [UInt8]?
  ) throws {
    let path = TriePath(depth / 4, of: keyHash)
    guard let bytes = try read(path), let top = insert(page: bytes), self[top].isBranch,
      self[top].hash == self[index].hash
    else { throw DamagedPage(path: path) }
    move(top, to: index)
  }
}
