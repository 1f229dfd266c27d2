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
public struct Trie<Source: TriePageSource> {
  private let source: Source
  private var pages: [TriePath: TriePage] = [:]
  private var changed: [TriePath: [UInt8]?] = [:]
  private let keptPages: Int
  /// The root.
  public private(set) var root: Identifier

  /// Makes the trie that a source holds; so many pages stay in memory between updates.
  public init(source: Source, keptPages: Int = 65_536) throws {
    self.source = source
    self.keptPages = keptPages
    root = .zero
    var top = try page(at: .root) ?? TriePage()
    root = top.hash()
  }

  // MARK: - Pages

  private mutating func page(at path: TriePath) throws -> TriePage? {
    if let page = pages[path] { return page }
    if let pending = changed[path], pending == nil { return nil }
    guard let bytes = try source.page(at: path) else { return nil }
    guard let page = TriePage(decoding: bytes) else { throw DamagedPage(path: path) }
    return page
  }

  /// The page that its parent says is there; what a source gives is held against the parent's hash once.
  private mutating func page(at path: TriePath, hash: Identifier) throws -> TriePage {
    if let page = pages[path] { return page }
    guard var page = try page(at: path), page.hash() == hash else { throw DamagedPage(path: path) }
    pages[path] = page
    return page
  }

  private mutating func store(_ page: TriePage?, at path: TriePath) {
    pages[path] = page
    changed.updateValue(page?.encoded(), forKey: path)
  }

  /// The pages that changed since they were last taken: their bytes, or nil for those that are gone.
  ///
  /// The caller stores them before the source is asked again.
  public mutating func takeChangedPages() -> [(path: TriePath, bytes: [UInt8]?)] {
    defer {
      changed.removeAll(keepingCapacity: true)
      if pages.count > keptPages { pages.removeAll(keepingCapacity: true) }
    }
    return changed.sorted { $0.key.key.lexicographicallyPrecedes($1.key.key) }
      .map { ($0.key, $0.value) }
  }

  // MARK: - Updating

  /// An entry that changes: the hash of its key, and of its value if it is there afterwards.
  private struct Change {
    let keyHash: Identifier
    let valueHash: Identifier?
  }

  /// Takes changes of the map into account and gives the new root.
  ///
  /// The changes are keys, each once, and their values afterwards; nil for what is removed.
  @discardableResult
  public mutating func update(
    _ changes: some Sequence<(key: [UInt8], value: [UInt8]?)>
  ) throws
    -> Identifier
  {
    let sorted = changes.map {
      Change(
        keyHash: CommitmentHash.of($0.key), valueHash: $0.value.map { CommitmentHash.of($0) })
    }.sorted { $0.keyHash < $1.keyHash }
    guard !sorted.isEmpty else { return root }
    let old = try page(at: .root)
    let result = try update(.root, old, sorted[...])
    // The topmost page stays a page, also for a single entry.
    if case .leaf(let key, _) = result {
      var page = TriePage()
      page.set(result, at: nibble(of: key, at: 0))
      store(page, at: .root)
    }
    root = result.hash
    return root
  }

  /// Applies changes under a page and gives what the page becomes in its parent.
  private mutating func update(
    _ path: TriePath, _ old: TriePage?, _ changes: ArraySlice<Change>
  ) throws -> TrieSlot {
    var page = old ?? TriePage()
    var rest = changes
    while let first = rest.first {
      let place = nibble(of: first.keyHash, at: path.depth)
      let end = rest.firstIndex { nibble(of: $0.keyHash, at: path.depth) != place } ?? rest.endIndex
      page.set(try update(path.appending(place), page.slots[place], rest[..<end]), at: place)
      rest = rest[end...]
    }
    let result = page.collapsed()
    if case .page = result {
      if page.slots != old?.slots { store(page, at: path) }
    } else if old != nil {
      store(nil, at: path)
    }
    return result
  }

  /// Applies changes at one place of a page; `path` is that of the page that stands there, if one does.
  private mutating func update(
    _ path: TriePath, _ slot: TrieSlot, _ changes: ArraySlice<Change>
  ) throws -> TrieSlot {
    if case .page(let hash) = slot {
      return try update(path, try page(at: path, hash: hash), changes)
    }
    var entries = changes.filter { $0.valueHash != nil }
    if case .leaf(let key, let value) = slot, !changes.contains(where: { $0.keyHash == key }) {
      let place = entries.firstIndex { key < $0.keyHash } ?? entries.endIndex
      entries.insert(Change(keyHash: key, valueHash: value), at: place)
    }
    switch (entries.count, entries.first?.valueHash) {
    case (0, _): return .empty
    case (1, let value?):
      return .leaf(keyHash: entries[entries.startIndex].keyHash, valueHash: value)
    default: return try update(path, nil, entries[...])
    }
  }

  private func nibble(of hash: Identifier, at depth: Int) -> Int {
    let byte = hash.byte(at: depth >> 1)
    return Int(depth & 1 == 0 ? byte >> 4 : byte & 15)
  }

  // MARK: - Proofs

  /// A proof of what the map holds under a key, or that it holds nothing.
  public mutating func proof(for key: [UInt8]) throws -> TrieProof {
    let keyHash = CommitmentHash.of(key)
    var siblings: [Identifier] = []
    var path = TriePath.root
    var page = try page(at: .root) ?? TriePage()
    while true {
      let place = nibble(of: keyHash, at: path.depth)
      let (more, end) = page.siblings(of: place)
      siblings += more
      switch end {
      case .empty: return TrieProof(siblings: siblings, end: .nothing)
      case .leaf(let key, let value):
        return TrieProof(siblings: siblings, end: .entry(keyHash: key, valueHash: value))
      case .page(let hash):
        path = path.appending(place)
        page = try self.page(at: path, hash: hash)
      }
    }
  }
}
