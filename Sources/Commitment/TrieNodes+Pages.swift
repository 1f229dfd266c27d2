import Bytecode

/// How nodes are stored: pages of four levels, with sixteen places at their lower end.
///
/// Pages are only a way to store. The commitment is that of a binary trie, whatever is grouped. Two bits a
/// place say what stands there, lowest place first: nothing, the only entry under it, by two hashes, or
/// another page, by the hash of all that is under it. The hashes follow.
extension TrieNodes {
  private static let levels = 4
  private static let headLength = 4

  /// The page whose topmost node this is, so many nibbles below the top of the trie.
  func page(_ index: Index, depth: Int) -> [UInt8] {
    var kinds: UInt32 = 0
    return Array(unsafeUninitializedCapacity: Self.headLength + 16 * 64) { buffer, count in
      guard let base = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
      count = Self.headLength
      write(index, level: 0, place: 0, depth, to: base, &count, &kinds)
      base.storeBytes(of: kinds.littleEndian, as: UInt32.self)
    }
  }

  private func write(
    _ index: Index, level: Int, place: Int, _ depth: Int, to bytes: UnsafeMutableRawPointer,
    _ count: inout Int, _ kinds: inout UInt32
  ) {
    let node = self[index]
    if node.isNothing { return }
    if node.isEntry {
      let entry = entry(node)
      kinds |= 1 << (2 * UInt32(nibble(of: entry.keyHash, at: depth)))
      entry.keyHash.store(to: bytes + count)
      entry.valueHash.store(to: bytes + count + 32)
      count += 64
    } else if level == Self.levels {
      kinds |= 2 << (2 * UInt32(place))
      node.hash.store(to: bytes + count)
      count += 32
    } else {
      write(node.zero, level: level + 1, place: 2 * place, depth, to: bytes, &count, &kinds)
      write(node.one, level: level + 1, place: 2 * place + 1, depth, to: bytes, &count, &kinds)
    }
  }

  private func nibble(of hash: Identifier, at depth: Int) -> Int {
    let byte = hash.byte(at: depth >> 1)
    return Int(depth & 1 == 0 ? byte >> 4 : byte & 15)
  }

  /// Makes the nodes of a page and gives the topmost, or nil if the bytes are no page.
  mutating func insert(page bytes: [UInt8]) -> Index? {
    guard bytes.count >= Self.headLength else { return nil }
    var offset = Self.headLength
    return bytes.withUnsafeBytes { bytes in
      let kinds = UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))
      guard let top = read(level: 0, place: 0, kinds, bytes, &offset), offset == bytes.count else {
        return nil
      }
      return top
    }
  }

  private mutating func read(
    level: Int, place: Int, _ kinds: UInt32, _ bytes: UnsafeRawBufferPointer, _ offset: inout Int
  ) -> Index? {
    guard level == Self.levels else {
      guard let zero = read(level: level + 1, place: 2 * place, kinds, bytes, &offset),
        let one = read(level: level + 1, place: 2 * place + 1, kinds, bytes, &offset)
      else { return nil }
      return join(zero, one)
    }
    func identifier() -> Identifier? {
      guard let base = bytes.baseAddress, offset + 32 <= bytes.count else { return nil }
      defer { offset += 32 }
      return Identifier(reading: base + offset)
    }
    switch kinds >> (2 * UInt32(place)) & 3 {
    case 0: return Self.nothing
    case 1:
      guard let keyHash = identifier(), let valueHash = identifier() else { return nil }
      return insert(Entry(keyHash: keyHash, valueHash: valueHash))
    case 2: return identifier().map { insert(.unread($0)) }
    default: return nil
    }
  }
}
