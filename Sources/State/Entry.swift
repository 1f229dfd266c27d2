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
    var block: UnsafeMutableRawPointer {
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
    return bytes(of: UnsafeRawPointer(self).assumingMemoryBound(to: Entry.Payload.self), count)
  }
}

/// A value of so many bytes where it stands: in its payload, or where that says.
@inlinable @inline(__always)
func bytes(of payload: UnsafePointer<Entry.Payload>, _ count: Int) -> UnsafeRawBufferPointer {
  UnsafeRawBufferPointer(
    start: count <= Entry.inlineCapacity
      ? UnsafeRawPointer(payload)
      : UnsafeRawPointer(bitPattern: payload.pointee.words.0).unsafelyUnwrapped, count: count)
}
