import Bytecode

/// An entry that changes: the hash of its key, and of its value if it is there afterwards.
struct TrieChange {
  let keyHash: Identifier
  let valueHash: Identifier?
}

/// The pages of a trie outside its nodes: where they are read, and those that are others than what was read.
struct TriePages {
  /// The bytes of a page, or nil if there is none.
  let read: (TriePath) throws -> [UInt8]?
  /// Pages that changed; nil for those that are gone.
  var changed: [TriePath: [UInt8]?]
}

/// How changes are taken into the nodes of a trie.
extension TrieNodes {
  /// Changes in the order of their key hashes, each key once.
  typealias Changes = UnsafeBufferPointer<TrieChange>

  /// Bits of the way that one page takes.
  private static var pageBits: Int { 4 }

  /// Applies changes.
  mutating func update(_ changes: Changes, _ pages: inout TriePages) throws {
    top = try update(top, depth: 0, changes, &pages)
  }

  /// Applies changes under a node, so many bits below the top, and gives the node that stands there then.
  private mutating func update(
    _ index: Index, depth: Int, _ changes: Changes, _ pages: inout TriePages
  ) throws -> Index {
    guard let first = changes.first else { return index }
    let old = self[index]
    let result = try apply(changes, to: index, depth: depth, &pages)
    guard depth % Self.pageBits == 0 else { return result }
    let new = self[result]
    // The topmost page is there also for a single entry.
    let (wasPage, isPage) =
      depth == 0 ? (!old.isNothing, !new.isNothing) : (old.isBranch, new.isBranch)
    guard wasPage || isPage, wasPage != isPage || old.hash != new.hash else { return result }
    let path = TriePath(depth / Self.pageBits, of: first.keyHash)
    pages.changed.updateValue(isPage ? page(result, depth: path.depth) : nil, forKey: path)
    return result
  }

  private mutating func apply(
    _ changes: Changes, to index: Index, depth: Int, _ pages: inout TriePages
  ) throws -> Index {
    if self[index].isUnread, let first = changes.first {
      try readPage(at: index, depth: depth, of: first.keyHash, pages.read)
    }
    let node = self[index]
    guard !node.isBranch else {
      let part = Self.partition(changes, depth)
      let (left, right) = (self[node.zero].hash, self[node.one].hash)
      let zero = try update(node.zero, depth: depth + 1, part.zero, &pages)
      let one = try update(node.one, depth: depth + 1, part.one, &pages)
      if zero == node.zero, one == node.one, self[zero].hash == left, self[one].hash == right {
        return index
      }
      return join(zero, one, inPlaceOf: index)
    }
    guard node.isEntry else { return try insert(changes, depth: depth, &pages) }
    let entry = entry(node)
    if changes.count == 1, changes[0].keyHash == entry.keyHash, let valueHash = changes[0].valueHash
    {
      set(valueHash, of: index)
      return index
    }
    remove(index)
    if changes.contains(where: { $0.keyHash == entry.keyHash }) {
      return try insert(changes, depth: depth, &pages)
    }
    var all = Array(changes)
    let place = all.firstIndex { entry.keyHash < $0.keyHash } ?? all.endIndex
    all.insert(TrieChange(keyHash: entry.keyHash, valueHash: entry.valueHash), at: place)
    return try all.withUnsafeBufferPointer { try insert($0, depth: depth, &pages) }
  }

  /// Makes the nodes of what changes leave where nothing was.
  private mutating func insert(
    _ changes: Changes, depth: Int, _ pages: inout TriePages
  ) throws -> Index {
    guard changes.count > 1 else {
      guard let change = changes.first, let valueHash = change.valueHash else {
        return TrieNodes.nothing
      }
      return insert(Entry(keyHash: change.keyHash, valueHash: valueHash))
    }
    let part = Self.partition(changes, depth)
    let zero = try update(TrieNodes.nothing, depth: depth + 1, part.zero, &pages)
    let one = try update(TrieNodes.nothing, depth: depth + 1, part.one, &pages)
    return join(zero, one)
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

  /// Reads the page of a branch of which only the hash is known, and holds it against this hash.
  mutating func readPage(
    at index: Index, depth: Int, of keyHash: Identifier,
    _ read: (TriePath) throws -> [UInt8]?
  ) throws {
    let path = TriePath(depth / Self.pageBits, of: keyHash)
    guard let bytes = try read(path), let top = insert(page: bytes), self[top].isBranch,
      self[top].hash == self[index].hash
    else { throw DamagedPage(path: path) }
    move(top, to: index)
  }
}
