/// A hash table from keys to the numbers of entries, by open addressing.
///
/// The hash is seeded per table, because contracts choose the keys; nothing that can be observed
/// depends on it.
struct KeyTable: ~Copyable {
  /// A place of the table: the entry's number, or -1, and its hash, so that others are passed over without
  /// looking at their entries.
  private struct Cell {
    var hash: UInt32 = 0
    var slot: Int32 = -1
  }

  private var cells: UnsafeMutablePointer<Cell>
  private var mask: Int
  private var count = 0
  private let secrets: (UInt64, UInt64, UInt64, UInt64)

  private static let initialCapacity = 1024

  init() {
    mask = Self.initialCapacity - 1
    cells = Self.makeCells(Self.initialCapacity)
    var random = SystemRandomNumberGenerator()
    secrets = (random.next(), random.next(), random.next(), random.next())
  }

  deinit { cells.deallocate() }

  private static func makeCells(_ count: Int) -> UnsafeMutablePointer<Cell> {
    let cells = UnsafeMutablePointer<Cell>.allocate(capacity: count)
    cells.initialize(repeating: Cell(), count: count)
    return cells
  }

  /// Folds products of sixteen bytes with secrets, as wyhash does (Wang Yi, 2019); what is left at the end
  /// is read together with bytes in front of it.
  @inline(__always)
  func hash(_ key: UnsafeRawBufferPointer) -> UInt32 {
    let count = key.count
    var state = secrets.0
    if let base = key.baseAddress, count > 0 {
      if count >= 16 {
        var offset = 0
        while offset &+ 16 < count {
          state = fold(word(base, offset) ^ secrets.1, word(base, offset &+ 8) ^ state)
          offset &+= 16
        }
        state = fold(word(base, count &- 16) ^ secrets.2, word(base, count &- 8) ^ state)
      } else {
        var low: UInt64 = 0
        var high: UInt64 = 0
        for offset in 0..<count {
          high = high << 8 | low >> 56
          low = low << 8 | UInt64(base.load(fromByteOffset: offset, as: UInt8.self))
        }
        state = fold(low ^ secrets.2, high ^ state)
      }
    }
    let end = fold(state ^ secrets.3, UInt64(count) ^ secrets.1)
    return UInt32(truncatingIfNeeded: end ^ end >> 32)
  }

  @inline(__always)
  private func word(_ base: UnsafeRawPointer, _ offset: Int) -> UInt64 {
    base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }

  @inline(__always)
  private func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }

  /// The entry of a key with its hash, or nil.
  @inline(__always)
  func find(
    _ hash: UInt32, _ entries: borrowing EntryStore, _ key: UnsafeRawBufferPointer
  ) -> UnsafeMutablePointer<Entry>? {
    var place = Int(hash) & mask
    while true {
      let cell = cells[place]
      if cell.slot < 0 { return nil }
      if cell.hash == hash {
        let entry = entries[cell.slot]
        if _fastPath(entry.pointee.keyEquals(key)) { return entry }
      }
      place = (place &+ 1) & mask
    }
  }

  mutating func insert(_ hash: UInt32, slot: Int32) {
    if (count + 1) * 2 > mask { grow() }
    place(Cell(hash: hash, slot: slot))
    count += 1
  }

  private func place(_ cell: Cell) {
    var place = Int(cell.hash) & mask
    while cells[place].slot >= 0 { place = (place &+ 1) & mask }
    cells[place] = cell
  }

  /// Forgets all slots, and the memory that they needed.
  mutating func removeAll() {
    cells.deallocate()
    mask = Self.initialCapacity - 1
    cells = Self.makeCells(Self.initialCapacity)
    count = 0
  }

  private mutating func grow() {
    let old = cells
    let oldCount = mask + 1
    mask = oldCount * 4 - 1
    cells = Self.makeCells(mask + 1)
    for index in 0..<oldCount where old[index].slot >= 0 { place(old[index]) }
    old.deallocate()
  }
}
