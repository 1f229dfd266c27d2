import Bytecode
import Integers

/// The memory that one transaction's large values live in, filled from one end.
///
/// When it is full, what the registers can still reach is copied to a second space of the same size. The
/// spaces grow when more than half is live, so that copying is paid by what allocating costs. None of
/// this can be observed: the limit on memory is counted by the meter, in sizes that the specification
/// gives every value, whatever an engine makes of them.
struct Arena {
  /// Words behind the end of each space, so that there is always room for a result where the next block
  /// would be: it is a block once it is known to be one.
  static let resultRoom = 1 + LimbArithmetic.resultCapacity

  var space: UnsafeMutablePointer<UInt>
  var other: UnsafeMutablePointer<UInt>
  var capacity: Int
  /// The next free word.
  var free: UnsafeMutablePointer<UInt>
  var end: UnsafeMutablePointer<UInt>
  /// What has been allocated since the last count, and what was live then.
  var metered = 0
  /// How often the space was copied, for tests and benchmarks.
  var collections = 0
  /// A lower limit on live memory, for tests with tiny machines.
  var liveLimit = Limits.liveMemory
  var countLimit = Limits.memoryBetweenCounts

  init(words: Int) {
    capacity = words
    space = .allocate(capacity: words + Arena.resultRoom)
    other = .allocate(capacity: words + Arena.resultRoom)
    free = space
    end = space + words
  }

  func deallocate() {
    space.deallocate()
    other.deallocate()
  }

  /// Forgets everything, between transactions.
  mutating func reset() {
    free = space
    metered = 0
  }
}

extension UnsafeMutablePointer<Context> {
  /// Room for a block.
  ///
  /// It may move every other block, so operands are looked up again afterwards.
  @inline(__always)
  func allocate(words: Int) -> UnsafeMutablePointer<UInt> {
    let block = pointee.arena.free
    if _fastPath(words <= pointee.arena.end - block) {
      pointee.arena.free = block + words
      return block
    }
    return allocateSlowly(words: words)
  }

  @inline(never)
  private func allocateSlowly(words: Int) -> UnsafeMutablePointer<UInt> {
    collect(needed: words)
    let block = pointee.arena.free
    pointee.arena.free = block + words
    return block
  }

  /// Counts an allocation against the memory of the transaction, or halts.
  @inline(__always)
  func meter(_ size: Int) throws(Halt) {
    pointee.arena.metered &+= size
    if _slowPath(pointee.arena.metered > pointee.arena.countLimit) { try countLive(size) }
  }

  /// Counts what is live, and halts if that is more than a transaction may hold.
  @inline(never)
  private func countLive(_ size: Int) throws(Halt) {
    let live = liveMemory() &+ size
    pointee.arena.metered = live
    if live > pointee.arena.liveLimit { throw Halt(.memoryExceeded) }
  }

  /// Calls the body with the registers of every live frame, bank by bank, from the base to the highest.
  private func liveTops() -> (
    ints: UnsafeMutableRawPointer, strings: UnsafeMutableRawPointer, lists: UnsafeMutableRawPointer
  ) {
    let now = pointee.activation
    var ints = now.ints + Int(now.function.pointee.intSize)
    var strings = now.strings + Int(now.function.pointee.bytesSize)
    var lists = now.lists + Int(now.function.pointee.listSize)
    var frame = pointee.frameBase
    while frame < pointee.frames {
      let function = frame.pointee.function.pointee
      ints = max(ints, frame.pointee.ints + Int(function.intSize))
      strings = max(strings, frame.pointee.strings + Int(function.bytesSize))
      lists = max(lists, frame.pointee.lists + Int(function.listSize))
      frame += 1
    }
    return (ints, strings, lists)
  }

  /// The first registers that no live frame uses.
  func freeRegisters() -> (
    ints: UnsafeMutableRawPointer, strings: UnsafeMutableRawPointer, lists: UnsafeMutableRawPointer
  ) { liveTops() }

  /// What all live registers hold, by the sizes of the specification: every register counts its whole
  /// value, a list counts once.
  private func liveMemory() -> Int {
    let tops = liveTops()
    var total = 0
    func count(_ word: Word) {
      if !word.isNarrow { total &+= MemorySchedule.integer(words: Cell.limbCount(word.block)) }
    }
    var ints = pointee.intBase
    while ints < tops.ints {
      count(ints.load(as: Word.self))
      ints += 16
    }
    var strings = pointee.stringBase
    while strings < tops.strings {
      let block = strings.load(as: UInt.self)
      if block != 0 { total &+= MemorySchedule.bytes(Cell.byteCount(block)) }
      strings += 8
    }
    var seen = Set<UInt>()
    var lists = pointee.listBase
    while lists < tops.lists {
      let block = lists.load(as: UInt.self)
      lists += 8
      guard let list = UnsafePointer<ListBlock>(bitPattern: block), seen.insert(block).inserted
      else { continue }
      total &+= MemorySchedule.list(list.pointee.count)
      let elements = ListElements(block)
      if elements.form == .word { for word in elements.words { count(word) } }
    }
    return total
  }

  /// Copies what is live to the other space, and to larger spaces if more than half is.
  @inline(never)
  func collect(needed: Int) {
    pointee.arena.collections += 1
    swap(&pointee.arena.space, &pointee.arena.other)
    pointee.arena.end = pointee.arena.space + pointee.arena.capacity
    evacuate(from: pointee.arena.other, capacity: pointee.arena.capacity)
    // Registers are looked at too: what a deep stack costs is paid by allocating as well.
    let tops = liveTops()
    let registers =
      (tops.ints - pointee.intBase + (tops.strings - pointee.stringBase)
        + (tops.lists - pointee.listBase)) / 8
    let live = pointee.arena.free - pointee.arena.space + registers
    guard live + needed > pointee.arena.capacity / 2 else { return }
    let from = pointee.arena.space
    let oldCapacity = pointee.arena.capacity
    pointee.arena.other.deallocate()
    pointee.arena.capacity = (live + needed) * 4
    pointee.arena.space = .allocate(capacity: pointee.arena.capacity + Arena.resultRoom)
    pointee.arena.other = .allocate(capacity: pointee.arena.capacity + Arena.resultRoom)
    pointee.arena.end = pointee.arena.space + pointee.arena.capacity
    evacuate(from: from, capacity: oldCapacity)
    from.deallocate()
  }

  private func evacuate(from: UnsafeMutablePointer<UInt>, capacity: Int) {
    let low = UInt(bitPattern: from)
    let high = low + UInt(capacity) * 8
    var free = pointee.arena.space

    /// The new address of a block; what is not in the old space stays where it is.
    func move(_ address: UInt) -> UInt {
      guard address >= low, address < high,
        let block = UnsafeMutablePointer<UInt>(bitPattern: address)
      else { return address }
      let header = block.pointee
      if header & 7 == 0 { return header }
      let size = Cell.wordCount(block)
      free.update(from: block, count: size)
      let target = UInt(bitPattern: free)
      block.pointee = target
      free += size
      return target
    }
    func moveWord(_ place: UnsafeMutablePointer<Word>) {
      if place.pointee.low & 1 == 1 { place.pointee.low = move(place.pointee.low & ~1) | 1 }
    }

    let tops = liveTops()
    var ints = pointee.intBase
    while ints < tops.ints {
      moveWord(ints.assumingMemoryBound(to: Word.self))
      ints += 16
    }
    for (base, top) in [(pointee.stringBase, tops.strings), (pointee.listBase, tops.lists)] {
      var place = base
      while place < top {
        let register = place.assumingMemoryBound(to: UInt.self)
        if register.pointee != 0 { register.pointee = move(register.pointee) }
        place += 8
      }
    }
    var scan = pointee.arena.space
    while scan < free {
      let size = Cell.wordCount(scan)
      switch scan.pointee & 7 {
      case Cell.listTag:
        if scan[3] != 0 { scan[3] = move(scan[3]) }
      case Cell.elementsTag:
        let words = UnsafeMutableRawPointer(scan + 1).assumingMemoryBound(to: Word.self)
        for index in 0..<(size - 1) / 2 { moveWord(words + index) }
      default: break
      }
      scan += size
    }
    pointee.arena.free = free
  }
}

extension Cell {
  /// Words that a block takes, its header included.
  static func wordCount(_ block: UnsafeMutablePointer<UInt>) -> Int {
    let count = Int(bitPattern: block.pointee &>> 4)
    switch block.pointee & 7 {
    case limbsTag: return 1 + count
    case bytesTag: return 1 + (count + 7) / 8
    case listTag: return 4
    default: return 1 + 2 * count
    }
  }
}
