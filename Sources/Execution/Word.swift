import Bytecode
import Integers

/// One integer register: a narrow integer in place, or the address of limbs in the arena.
///
/// A narrow integer v, from -2^126 up to 2^126, is the 128-bit integer 2v. Otherwise the low word is the
/// address of a block with its lowest bit set, and the high word is zero. Every integer has one form:
/// what is narrow is never in the arena.
struct Word {
  var low: UInt
  var high: Int

  @inline(__always)
  init(low: UInt, high: Int) {
    self.low = low
    self.high = high
  }

  static let zero = Word(low: 0, high: 0)

  @inline(__always)
  init(_ value: Int) {
    low = UInt(bitPattern: value) &<< 1
    high = value &>> 63
  }

  /// The word of twice a narrow integer.
  @inline(__always)
  init(doubled: Int128) {
    low = UInt(truncatingIfNeeded: doubled)
    high = Int(truncatingIfNeeded: doubled &>> 64)
  }

  /// The word of an integer that is known to be narrow.
  @inline(__always)
  init(narrow value: Int128) { self.init(doubled: value &<< 1) }

  /// The word of an integer of this magnitude, if it is narrow.
  @inline(__always)
  init?(magnitude: UInt128, isNegative: Bool) {
    let limit: UInt128 = 1 << 126
    guard magnitude < limit || (magnitude == limit && isNegative) else { return nil }
    let doubled = Int128(truncatingIfNeeded: magnitude &<< 1)
    self.init(doubled: isNegative ? 0 &- doubled : doubled)
  }

  @inline(__always)
  init(block: UnsafeMutablePointer<UInt>) {
    low = UInt(bitPattern: block) | 1
    high = 0
  }

  @inline(__always)
  var isNarrow: Bool { low & 1 == 0 }

  /// Twice the integer, if it is narrow.
  @inline(__always)
  var doubled: Int128 { Int128(high) &<< 64 | Int128(truncatingIfNeeded: low) }

  /// The integer, if it is narrow.
  @inline(__always)
  var narrow: Int128 { doubled &>> 1 }

  /// Whether the integer lies from -2^62 up to 2^62, so that the low word alone tells it.
  @inline(__always)
  var isSmall: Bool { low & 1 == 0 && high == Int(bitPattern: low) &>> 63 }

  /// The word of twice a small integer.
  @inline(__always)
  init(doubled: Int) { self.init(low: UInt(bitPattern: doubled), high: doubled &>> 63) }

  /// The low word turned right by one place: an integer from 0 up to 2^63 - 1 is itself, and a block is
  /// above all of these.
  @inline(__always)
  private var turned: UInt { low &>> 1 | low &<< 63 }

  /// Whether the integer lies from 0 up to 255.
  @inline(__always)
  var isByte: Bool { high == 0 && turned < 256 }

  /// Whether the integer lies from 0 up to `count` - 1; then `small` is it.
  @inline(__always)
  func isIndex(below count: Int) -> Bool { high == 0 && turned < UInt(bitPattern: count) }

  /// The integer, if it is small.
  @inline(__always)
  var small: Int { Int(bitPattern: low) &>> 1 }

  @inline(__always)
  var block: UnsafeMutablePointer<UInt> {
    UnsafeMutablePointer(bitPattern: low & ~1).unsafelyUnwrapped
  }

  /// Bits of the magnitude.
  var bitCount: Int {
    if isNarrow { return 128 - narrow.magnitude.leadingZeroBitCount }
    let count = Cell.limbCount(block)
    return count * 64 - block[count].leadingZeroBitCount
  }

  /// 64-bit words of the magnitude, at least one.
  @inline(__always)
  var words: Int {
    if isNarrow { return narrow.magnitude < (1 << 64) ? 1 : 2 }
    return Cell.limbCount(block)
  }

  @inline(__always)
  var isNegative: Bool { isNarrow ? high < 0 : Cell.isNegative(block) }

  @inline(__always)
  var isZero: Bool { low == 0 && high == 0 }

  /// The integer as an `Int`, if it fits.
  @inline(__always)
  var int: Int? {
    guard isNarrow else { return nil }
    return Int(exactly: narrow)
  }
}

/// The layout of blocks in memory: one header word, then the payload.
///
/// The three low bits of a header tell the kind: 1 limbs, 2 bytes, 3 a list, 4 elements of a list that are
/// words; other elements are a block of bytes. A header whose three low bits are zero is the address that
/// the block has moved to.
enum Cell {
  static let limbsTag: UInt = 1
  static let bytesTag: UInt = 2
  static let listTag: UInt = 3
  static let elementsTag: UInt = 4

  @inline(__always)
  static func limbsHeader(count: Int, isNegative: Bool) -> UInt {
    UInt(bitPattern: count) &<< 4 | (isNegative ? 8 : 0) | limbsTag
  }

  @inline(__always)
  static func limbCount(_ block: UnsafeMutablePointer<UInt>) -> Int {
    Int(bitPattern: block.pointee &>> 4)
  }

  @inline(__always)
  static func isNegative(_ block: UnsafeMutablePointer<UInt>) -> Bool { block.pointee & 8 != 0 }

  @inline(__always)
  static func bytesHeader(count: Int) -> UInt { UInt(bitPattern: count) &<< 4 | bytesTag }

  /// Length of the string in a block of bytes, or 0 for no block.
  @inline(__always)
  static func byteCount(_ address: UInt) -> Int {
    guard let block = UnsafePointer<UInt>(bitPattern: address) else { return 0 }
    return Int(bitPattern: block.pointee &>> 4)
  }

  /// The string in a block of bytes, or none for no block.
  @inline(__always)
  static func bytes(_ address: UInt) -> UnsafeRawBufferPointer {
    guard let block = UnsafePointer<UInt>(bitPattern: address) else {
      return UnsafeRawBufferPointer(start: nil, count: 0)
    }
    return UnsafeRawBufferPointer(
      start: UnsafeRawPointer(block + 1), count: Int(bitPattern: block.pointee &>> 4))
  }
}
