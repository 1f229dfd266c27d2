import Bytecode
import Integers

/// Results of integer instructions, which are written where the next block of the arena would be.
extension UnsafeMutablePointer<Context> {
  /// Where the limbs of a result go; there is room for those of any.
  @inline(__always)
  var place: UnsafeMutablePointer<UInt> { pointee.arena.free + 1 }

  /// Makes a word of the limbs at `place`.
  ///
  /// It may move blocks, as an allocation does.
  @inline(__always)
  func takeWord(size: Int) throws(Halt) -> Word {
    let limbs = place
    let count = size < 0 ? 0 &- size : size
    if count <= 2, let narrow = narrowValue(LimbView(limbs: limbs, size: size)) {
      return Word(narrow: narrow)
    }
    try meter(MemorySchedule.integer(words: count))
    if _slowPath(count >= pointee.arena.end - pointee.arena.free) {
      return takeWordSlowly(count: count, isNegative: size < 0)
    }
    let block = pointee.arena.free
    block.pointee = Cell.limbsHeader(count: count, isNegative: size < 0)
    pointee.arena.free = block + (count &+ 1)
    return Word(block: block)
  }

  /// Makes a word of the limbs at `place` when the arena is full.
  @inline(never)
  private func takeWordSlowly(count: Int, isNegative: Bool) -> Word {
    pointee.result.update(from: place, count: count)
    let block = allocate(words: count &+ 1)
    block.pointee = Cell.limbsHeader(count: count, isNegative: isNegative)
    (block + 1).update(from: pointee.result, count: count)
    return Word(block: block)
  }
}
