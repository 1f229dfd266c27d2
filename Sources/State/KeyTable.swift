/// A hash table from keys to slot numbers, by open addressing.
///
/// The hash is seeded per table, because contracts choose the keys; nothing that can be observed
/// depends on it.
struct KeyTable: ~Copyable {
  private var cells: UnsafeMutablePointer<Int32>
  private var mask: Int
  private var count = 0
  private let seed: UInt64

  init() {
    mask = 1023
    cells = UnsafeMutablePointer<Int32>.allocate(capacity: mask + 1)
    cells.initialize(repeating: -1, count: mask + 1)
    seed = UInt64.random(in: .min ... .max) | 1
  }

  deinit { cells.deallocate() }

  func hash(_ key: UnsafeRawBufferPointer) -> UInt64 {
    var state = seed ^ (UInt64(key.count) &* 0x9E37_79B9_7F4A_7C15)
    var offset = 0
    while offset + 8 <= key.count {
      state = fold(state ^ key.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset += 8
    }
    var tail: UInt64 = 0
    while offset < key.count {
      tail = tail << 8 | UInt64(key[offset])
      offset += 1
    }
    return fold(state ^ tail)
  }

  private func fold(_ word: UInt64) -> UInt64 {
    let product = (word ^ 0x2D35_8DCC_AA6C_78A5).multipliedFullWidth(
      by: 0x8BB8_4B93_962E_ACC9 ^ seed)
    return product.high ^ product.low
  }

  /// The slot for which `matches` holds among those with the hash, or nil.
  func find(
    _ hash: UInt64, _ entries: UnsafeMutablePointer<Entry>, _ key: UnsafeRawBufferPointer
  )
    -> Int32?
  {
    var cell = Int(truncatingIfNeeded: hash) & mask
    while true {
      let slot = cells[cell]
      if slot < 0 { return nil }
      let entry = entries + Int(slot)
      if entry.pointee.hash == hash, entry.pointee.keyEquals(key) { return slot }
      cell = (cell + 1) & mask
    }
  }

  mutating func insert(_ hash: UInt64, slot: Int32, entries: UnsafeMutablePointer<Entry>) {
    if (count + 1) * 2 > mask { grow(entries) }
    place(hash, slot)
    count += 1
  }

  private func place(_ hash: UInt64, _ slot: Int32) {
    var cell = Int(truncatingIfNeeded: hash) & mask
    while cells[cell] >= 0 { cell = (cell + 1) & mask }
    cells[cell] = slot
  }

  /// Forgets all slots, and the memory that they needed.
  mutating func removeAll() {
    cells.deallocate()
    mask = 1023
    cells = UnsafeMutablePointer<Int32>.allocate(capacity: mask + 1)
    cells.initialize(repeating: -1, count: mask + 1)
    count = 0
  }

  private mutating func grow(_ entries: UnsafeMutablePointer<Entry>) {
    let old = cells
    let oldCount = mask + 1
    mask = oldCount * 4 - 1
    cells = UnsafeMutablePointer<Int32>.allocate(capacity: mask + 1)
    cells.initialize(repeating: -1, count: mask + 1)
    for index in 0..<oldCount where old[index] >= 0 {
      place(entries[Int(old[index])].hash, old[index])
    }
    old.deallocate()
  }
}

/// One key that the table knows, with its current value.
struct Entry {
  var hash: UInt64
  var key: UnsafeMutableRawPointer
  var keyCount: Int32
  /// Bytes of the value, or -1 while nothing is stored.
  var valueCount: Int32
  var value: UnsafeMutableRawPointer?
  /// The transaction that last touched the key.
  var warmth: UInt64

  var keyBytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: key, count: Int(keyCount))
  }

  func keyEquals(_ other: UnsafeRawBufferPointer) -> Bool {
    guard other.count == Int(keyCount) else { return false }
    guard let base = other.baseAddress else { return true }
    return memoryCompare(key, base, other.count) == 0
  }
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
