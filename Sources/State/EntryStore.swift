/// All entries by their numbers.
///
/// An entry never moves while it is there: it stands in a block of its own size class that is not made
/// larger, but followed by another.
struct EntryStore: ~Copyable {
  private static let shift = 10
  private static let blockSize = 1 << shift

  private var blocks: UnsafeMutablePointer<UnsafeMutablePointer<Entry>>
  private var blockCount = 0
  private var blockCapacity = 64
  private(set) var count = 0

  init() { blocks = .allocate(capacity: 64) }

  deinit {
    for block in 0..<blockCount { UnsafeMutableRawPointer(blocks[block]).deallocate() }
    blocks.deallocate()
  }

  subscript(_ slot: Int32) -> UnsafeMutablePointer<Entry> {
    @inline(__always)
    get { blocks[Int(slot) &>> Self.shift] + Int(slot) & (Self.blockSize &- 1) }
  }

  /// Adds an entry for a key that it takes over.
  mutating func append(
    key: UnsafeMutableRawPointer, count keyCount: Int
  ) -> UnsafeMutablePointer<Entry> {
    if count == blockCount &<< Self.shift { addBlock() }
    let slot = Int32(count)
    count += 1
    let entry = self[slot]
    entry.initialize(to: Entry(slot: slot, key: key, keyCount: Int32(keyCount)))
    return entry
  }

  private mutating func addBlock() {
    if blockCount == blockCapacity {
      let larger = UnsafeMutablePointer<UnsafeMutablePointer<Entry>>.allocate(
        capacity: blockCapacity * 2)
      larger.moveInitialize(from: blocks, count: blockCount)
      blocks.deallocate()
      blocks = larger
      blockCapacity *= 2
    }
    // An entry lies in one line of the cache.
    let block = UnsafeMutableRawPointer.allocate(
      byteCount: Self.blockSize * MemoryLayout<Entry>.stride, alignment: 64)
    (blocks + blockCount).initialize(
      to: block.bindMemory(to: Entry.self, capacity: Self.blockSize))
    blockCount += 1
  }

  /// Keeps the first entries only; the others have given back what they own.
  mutating func truncate(to newCount: Int) {
    count = newCount
    let needed = (newCount + Self.blockSize - 1) >> Self.shift
    while blockCount > needed {
      blockCount -= 1
      UnsafeMutableRawPointer(blocks[blockCount]).deallocate()
    }
  }
}
