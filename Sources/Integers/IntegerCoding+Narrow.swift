/// Integers of up to fifteen bytes in the canonical encoding, in registers instead of memory.
extension IntegerCoding {
  /// The encoding of an integer of at most sixteen bytes.
  @frozen
  public struct ShortEncoding {
    /// The bytes as they stand in memory.
    public var words: (UInt, UInt, UInt)
    /// How many bytes there are.
    public var count: Int

    /// Pairs bytes and their number.
    @inlinable
    public init(words: (UInt, UInt, UInt), count: Int) {
      self.words = words
      self.count = count
    }

    /// Writes the bytes at an address that has room for 24, and returns how many of them count.
    @inlinable @inline(__always)
    public func store(to target: UnsafeMutableRawPointer) -> Int {
      target.storeBytes(of: words.0, as: UInt.self)
      target.storeBytes(of: words.1, toByteOffset: 8, as: UInt.self)
      target.storeBytes(of: words.2, toByteOffset: 16, as: UInt.self)
      return count
    }
  }

  /// Returns the number of bytes in the encoding of an integer.
  @inlinable @inline(__always)
  public static func encodedByteCount(_ value: Int128) -> Int {
    1 &+ (135 &- value.magnitude.leadingZeroBitCount) / 8
  }

  /// Returns the encoding of an integer.
  @inlinable @inline(__always)
  public static func encode(_ value: Int128) -> ShortEncoding {
    let magnitude = value.magnitude
    let count = (135 &- magnitude.leadingZeroBitCount) / 8
    // The most significant byte first, in the lowest place.
    let shifted = count == 0 ? 0 : magnitude &<< UInt128(128 &- 8 &* count)
    let first = UInt(truncatingIfNeeded: shifted &>> 64).byteSwapped
    let second = UInt(truncatingIfNeeded: shifted).byteSwapped
    let header = UInt(2 &* count) | (value < 0 ? 1 : 0)
    return ShortEncoding(
      words: (header | first &<< 8, first &>> 56 | second &<< 8, second &>> 56),
      count: 1 &+ count)
  }

  /// Reads the integer that starts a buffer, if it is canonical and has at most fifteen bytes.
  ///
  /// For any other, `decode` says what it is.
  @inlinable @inline(__always)
  public static func decodeShort(
    _ bytes: UnsafeRawPointer, available: Int
  ) -> (value: Int128, byteCount: Int)? {
    if available < 1 { return nil }
    let header = Int(bytes.load(as: UInt8.self))
    let count = header >> 1
    if header >= 32 || count >= available { return nil }
    if count == 0 { return header == 0 ? (0, 1) : nil }
    let magnitude = bigEndian(bytes + 1, count)
    if magnitude >> UInt128(8 &* count &- 8) == 0 { return nil }
    let value = Int128(truncatingIfNeeded: magnitude)
    return (header & 1 == 1 ? 0 &- value : value, 1 &+ count)
  }

  /// The number in so many bytes, from one to fifteen, read in pieces that may overlap.
  @inlinable @inline(__always)
  static func bigEndian(_ bytes: UnsafeRawPointer, _ count: Int) -> UInt128 {
    if count >= 8 {
      let high = bytes.loadUnaligned(as: UInt64.self).bigEndian
      let low = bytes.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self).bigEndian
      let rest = UInt64(8 &* (count &- 8))
      return UInt128(high) &<< UInt128(rest) | UInt128(low & (1 &<< rest &- 1))
    }
    if count >= 4 {
      let high = UInt64(bytes.loadUnaligned(as: UInt32.self).bigEndian)
      let low = UInt64(
        bytes.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self).bigEndian)
      let rest = UInt64(8 &* (count &- 4))
      return UInt128(high &<< rest | low & (1 &<< rest &- 1))
    }
    var value: UInt64 = 0
    for index in 0..<count {
      value = value &<< 8 | UInt64(bytes.load(fromByteOffset: index, as: UInt8.self))
    }
    return UInt128(value)
  }
}

extension IntegerKeyCoding {
  /// Returns the encoding of an integer.
  @inlinable @inline(__always)
  public static func encode(_ value: Int128) -> IntegerCoding.ShortEncoding {
    let short = IntegerCoding.encode(value)
    let count = UInt(short.count &- 1)
    if value >= 0 {
      return IntegerCoding.ShortEncoding(
        words: (short.words.0 &+ 0x80 &- count, short.words.1, short.words.2), count: short.count)
    }
    // The bytes of the magnitude are complemented; what lies behind them does not matter.
    let header = short.words.0 & 0xFF
    return IntegerCoding.ShortEncoding(
      words: (
        ~(short.words.0 &- header) & ~0xFF | (0x80 &- count), ~short.words.1, ~short.words.2
      ), count: short.count)
  }
}
