/// One key that the table knows, with its current value, in one line of the cache.
@usableFromInline
struct Entry {
  /// Bytes of a value that stand in the entry itself: integers of up to 23 bytes and everything small.
  @usableFromInline static var inlineCapacity: Int { 24 }

  /// The bytes of a short value, or in the first word the address of those of a longer one.
  ///
  /// The bytes of a longer one follow a word that says how many there is room for.
  @usableFromInline
  struct Payload {
    @usableFromInline var words: (UInt, UInt, UInt) = (0, 0, 0)

    /// The place of a value that does not stand in the entry.
    @usableFromInline var block: UnsafeMutableRawPointer {
      UnsafeMutableRawPointer(bitPattern: words.0).unsafelyUnwrapped
    }

    /// Makes a place for a value that is too long for an entry.
    init(capacity: Int) {
      let memory = UnsafeMutableRawPointer.allocate(byteCount: capacity + 8, alignment: 8)
      memory.storeBytes(of: capacity, as: Int.self)
      words.0 = UInt(bitPattern: memory + 8)
    }

    init() {}

    /// How long a value may become in its place.
    var capacity: Int { block.load(fromByteOffset: -8, as: Int.self) }

    /// Frees the place of a value of so many bytes, if it has one of its own.
    func deallocate(count: Int32) {
      if count > Entry.inlineCapacity { (block - 8).deallocate() }
    }
  }

  // In front, so that its address is the entry's.
  @usableFromInline var payload = Payload()
  /// The number of the entry.
  @usableFromInline var slot: Int32
  /// The last walk over changes that met the entry, above a bit that says whether the index has it.
  var marks: UInt32 = 0
  @usableFromInline var key: UnsafeMutableRawPointer
  @usableFromInline var keyCount: Int32
  /// Bytes of the value, or -1 while nothing is stored.
  @usableFromInline var valueCount: Int32 = -1
  /// The transaction that last touched the key.
  @usableFromInline var warmth: UInt64 = 0
  /// The stretch between two checkpoints in which the value was last written.
  @usableFromInline var epoch: UInt64 = 0

  init(slot: Int32, key: UnsafeMutableRawPointer, keyCount: Int32) {
    self.slot = slot
    self.key = key
    self.keyCount = keyCount
  }

  @inlinable
  var keyBytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: key, count: Int(keyCount))
  }

  var isIndexed: Bool {
    get { marks & 1 == 1 }
    set { marks = marks & ~1 | (newValue ? 1 : 0) }
  }

  @inline(__always)
  func keyEquals(_ other: UnsafeRawBufferPointer) -> Bool {
    guard other.count == Int(keyCount) else { return false }
    guard let base = other.baseAddress else { return true }
    return areEqual(key, base, other.count)
  }
}

extension UnsafeMutablePointer<Entry> {
  /// The value, valid until it is written.
  @inlinable @inline(__always)
  var value: UnsafeRawBufferPointer? {
    let count = Int(pointee.valueCount)
    guard count >= 0 else { return nil }
    return UnsafeRawBufferPointer(
      start: count <= Entry.inlineCapacity
        ? UnsafeRawPointer(self)
        : UnsafeRawPointer(bitPattern: pointee.payload.words.0).unsafelyUnwrapped, count: count)
  }
}

/// The bytes of a value of so many bytes.
func bytes(of payload: UnsafePointer<Entry.Payload>, count: Int) -> UnsafeRawBufferPointer {
  UnsafeRawBufferPointer(
    start: count <= Entry.inlineCapacity
      ? UnsafeRawPointer(payload) : UnsafeRawPointer(payload.pointee.block), count: count)
}

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

/// Whether bytes are equal: sixteen at a time, the last of them together with some in front of them.
@inline(__always)
func areEqual(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ count: Int) -> Bool {
  @inline(__always)
  func differs(_ offset: Int) -> UInt64 {
    a.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      ^ b.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }
  if _fastPath(count >= 16) {
    var offset = 0
    while offset &+ 16 < count {
      if differs(offset) | differs(offset &+ 8) != 0 { return false }
      offset &+= 16
    }
    return differs(count &- 16) | differs(count &- 8) == 0
  }
  for offset in 0..<count
  where a.load(fromByteOffset: offset, as: UInt8.self)
    != b.load(fromByteOffset: offset, as: UInt8.self)
  {
    return false
  }
  return true
}

/// Compares bytes as unsigned numbers.
@inline(__always)
func memoryCompare(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ count: Int) -> Int {
  var offset = 0
  while offset + 8 <= count {
    let x = a.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    let y = b.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    if x != y { return x.bigEndian < y.bigEndian ? -1 : 1 }
    offset += 8
  }
  while offset < count {
    let x = a.load(fromByteOffset: offset, as: UInt8.self)
    let y = b.load(fromByteOffset: offset, as: UInt8.self)
    if x != y { return x < y ? -1 : 1 }
    offset += 1
  }
  return 0
}

/// Orders keys as strings of bytes, a prefix before what it begins.
func compareKeys(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
  let count = min(a.count, b.count)
  if count > 0, let x = a.baseAddress, let y = b.baseAddress {
    let order = memoryCompare(x, y, count)
    if order != 0 { return order }
  }
  return a.count - b.count
}
