public import Bytecode

/// Where the pages of a trie come from.
public protocol TriePageSource {
  /// The bytes of the page at a path, or nil if there is none.
  func page(at path: TriePath) throws -> [UInt8]?
}

/// A page that cannot be right: the store is damaged.
public struct DamagedPage: Error, Hashable, CustomStringConvertible {
  /// Where it stands.
  public let path: TriePath

  /// What happened.
  public var description: String {
    "the page of the commitment at \(Hexadecimal.encode(path.key)) is missing or damaged"
  }
}

/// The commitment to an ordered map of bytes: a binary Merkle trie over the hashes of its keys.
///
/// The root of an empty map is 32 zero bytes; of a single entry its leaf; of more, the branch of the
/// entries whose key hash begins with the bit 0 and of those with the bit 1, and so on below. So the root
/// depends on the entries alone and not on the order in which they came. An update costs work in
/// proportion to what changes, and to the logarithm of what is there.
///
/// Pages of four levels are read from a source when they are needed, kept, and given back when they
/// changed.
public struct Trie<Source: TriePageSource>: ~Copyable {
  private var nodes = TrieNodes()
  private var pages: TriePages
  private let keptNodes: Int

  /// The root.
  public var root: Identifier { nodes[nodes.top].hash }

  /// Makes the trie that a source holds; so many nodes, of about 80 bytes, stay in memory between updates.
  public init(source: Source, keptNodes: Int = 3 << 19) throws {
    self.keptNodes = keptNodes
    pages = TriePages(read: { try source.page(at: $0) }, changed: [:])
    guard let bytes = try source.page(at: .root) else { return }
    guard let top = nodes.insert(page: bytes) else { throw DamagedPage(path: .root) }
    nodes.top = top
  }

  /// The pages that changed since they were last taken, in the order of their keys: their bytes, or nil for
  /// those that are gone.
  ///
  /// The caller stores them before the source is asked again.
  public mutating func takeChangedPages() -> [(path: TriePath, bytes: [UInt8]?)] {
    defer {
      pages.changed.removeAll(keepingCapacity: true)
      if nodes.count > keptNodes { nodes.forget() }
    }
    return pages.changed.map { (path: $0.key, bytes: $0.value) }.sorted { $0.path < $1.path }
  }

  // MARK: - Updating

  /// Takes changes of the map into account and gives the new root.
  ///
  /// The changes are keys, each once, and their values afterwards; nil for what is removed. When it throws,
  /// the trie is of no more use.
  @discardableResult
  public mutating func update(
    _ changes: some Sequence<(key: [UInt8], value: [UInt8]?)>
  ) throws -> Identifier {
    let sorted = changes.map { change in
      TrieChange(
        keyHash: CommitmentHash.of(change.key),
        valueHash: change.value.map { CommitmentHash.of($0) })
    }.sorted { $0.keyHash < $1.keyHash }
    try sorted.withUnsafeBufferPointer { try nodes.update($0, &pages) }
    return root
  }

  // MARK: - Proofs

  /// A proof of what the map holds under a key, or that it holds nothing.
  public mutating func proof(for key: [UInt8]) throws -> TrieProof {
    let keyHash = CommitmentHash.of(key)
    var siblings: [Identifier] = []
    var index = nodes.top
    while true {
      if nodes[index].isUnread {
        try nodes.readPage(at: index, depth: siblings.count, of: keyHash, pages.read)
      }
      let node = nodes[index]
      if node.isNothing { return TrieProof(siblings: siblings, end: .nothing) }
      if node.isEntry {
        let entry = nodes.entry(node)
        return TrieProof(
          siblings: siblings,
          end: .entry(keyHash: entry.keyHash, valueHash: entry.valueHash))
      }
      let isOne = keyHash.bit(at: siblings.count)
      siblings.append(nodes[isOne ? node.zero : node.one].hash)
      index = isOne ? node.one : node.zero
    }
  }
}
