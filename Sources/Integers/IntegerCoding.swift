/// The reason why bytes are not the encoding of an integer, and where.
public struct IntegerCodingError: Error, Sendable, Hashable {
  /// A reason to refuse bytes.
  public enum Reason: UInt8, Sendable, Hashable, CaseIterable {
    /// The bytes end before the integer does.
    case truncated = 1
    /// The header has a byte more than it needs.
    case nonMinimalHeader = 2
    /// The magnitude starts with a zero byte.
    case leadingZero = 3
    /// The header says zero with a minus.
    case negativeZero = 4
    /// The magnitude has more bytes than the encoding allows.
    case tooLarge = 5
  }

  /// The reason.
  public var reason: Reason
  /// The offset in bytes at which the encoding went wrong.
  public var offset: Int

  /// Creates an error.
  public init(_ reason: Reason, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }
}

/// The canonical encoding of integers: a header and the fewest bytes of magnitude.
///
/// The header is twice the number of bytes, plus one for a negative integer, in one byte below 128
/// and else in two: the low seven bits with the top bit set, then the rest. The magnitude follows,
/// most significant byte first. Each integer has one encoding, which says where it ends; zero is the
/// byte 0.
public enum IntegerCoding {
  /// What a decoder found: an integer and where the next one starts.
  @frozen
  public struct Decoded {
    /// The signed size in limbs.
    public var size: Int
    /// The number of bytes read.
    public var byteCount: Int

    /// Pairs the two counts.
    @inlinable
    public init(size: Int, byteCount: Int) {
      self.size = size
      self.byteCount = byteCount
    }
  }

  /// The number of bytes in the longest encoding.
  @inlinable
  public static var encodedByteCountMax: Int { 2_050 }

  /// Returns the number of bytes in the encoding of an integer.
  @inlinable
  public static func encodedByteCount(_ a: LimbView) -> Int {
    let count = LimbArithmetic.byteCount(a)
    return count < 64 ? count &+ 1 : count &+ 2
  }

  /// Writes the encoding, which has `encodedByteCount(a)` bytes, and returns that number.
  @discardableResult
  public static func encode(_ a: LimbView, to bytes: UnsafeMutableRawPointer) -> Int {
    let header = 2 &* LimbArithmetic.byteCount(a) &+ (a.isNegative ? 1 : 0)
    if header < 0x80 {
      bytes.storeBytes(of: UInt8(header), as: UInt8.self)
      return 1 &+ LimbArithmetic.storeBytes(of: a, to: bytes + 1)
    }
    bytes.storeBytes(of: UInt8(header & 0x7F | 0x80), as: UInt8.self)
    bytes.storeBytes(of: UInt8(header >> 7), toByteOffset: 1, as: UInt8.self)
    return 2 &+ LimbArithmetic.storeBytes(of: a, to: bytes + 2)
  }

  /// Reads the integer that starts a buffer, which may go on after it.
  ///
  /// The result needs as many limbs as the magnitude has, at most 256.
  public static func decode(
    _ bytes: UnsafeRawBufferPointer, into result: UnsafeMutablePointer<UInt>
  ) throws(IntegerCodingError) -> Decoded {
    guard bytes.count > 0 else { throw IntegerCodingError(.truncated, at: 0) }
    var header = Int(bytes[0])
    var start = 1
    if header >= 0x80 {
      guard bytes.count > 1 else { throw IntegerCodingError(.truncated, at: 1) }
      guard bytes[1] < 0x80 else { throw IntegerCodingError(.tooLarge, at: 1) }
      guard bytes[1] > 0 else { throw IntegerCodingError(.nonMinimalHeader, at: 1) }
      header = header & 0x7F | Int(bytes[1]) << 7
      start = 2
    }
    let count = header >> 1
    let isNegative = header & 1 == 1
    guard count <= LimbArithmetic.byteCountMax else {
      throw IntegerCodingError(.tooLarge, at: 0)
    }
    guard count > 0 else {
      if isNegative { throw IntegerCodingError(.negativeZero, at: 0) }
      return Decoded(size: 0, byteCount: 1)
    }
    guard let base = bytes.baseAddress, bytes.count - start >= count else {
      throw IntegerCodingError(.truncated, at: bytes.count)
    }
    guard bytes[start] != 0 else { throw IntegerCodingError(.leadingZero, at: start) }
    let size = LimbArithmetic.loadBytes(base + start, count: count, into: result)
    return Decoded(size: isNegative ? -size : size, byteCount: start + count)
  }
}

/// The encoding of integers as keys: the order of the bytes is the order of the integers.
///
/// A magnitude has at most 127 bytes. The first byte is 0x80 plus the number of bytes of a positive
/// integer, or 0x80 minus that of a negative one; the magnitude follows, most significant byte first,
/// and for a negative integer in complement. Zero is the byte 0x80. Each integer has one encoding,
/// which says where it ends.
public enum IntegerKeyCoding {
  /// The number of bytes in the largest magnitude of a key.
  @inlinable
  public static var magnitudeByteCountMax: Int { 127 }

  /// The number of bytes in the longest encoding.
  @inlinable
  public static var encodedByteCountMax: Int { 128 }

  /// Returns the number of bytes in the encoding of an integer, if it is not too large for a key.
  @inlinable
  public static func encodedByteCount(_ a: LimbView) -> Int? {
    let count = LimbArithmetic.byteCount(a)
    return count <= magnitudeByteCountMax ? count &+ 1 : nil
  }

  /// Writes the encoding, which has `encodedByteCount(a)` bytes, and returns that number.
  @discardableResult
  public static func encode(
    _ a: LimbView, to bytes: UnsafeMutableRawPointer
  ) throws(IntegerCodingError) -> Int {
    guard encodedByteCount(a) != nil else { throw IntegerCodingError(.tooLarge, at: 0) }
    return store(a, to: bytes)
  }

  /// Writes the encoding of an integer that is not too large for a key.
  @discardableResult
  static func store(_ a: LimbView, to bytes: UnsafeMutableRawPointer) -> Int {
    let count = LimbArithmetic.byteCount(a)
    let first = a.isNegative ? 0x80 &- count : 0x80 &+ count
    bytes.storeBytes(of: UInt8(first), as: UInt8.self)
    return 1 &+ LimbArithmetic.storeBytes(of: a, to: bytes + 1, mask: a.isNegative ? 0xFF : 0)
  }

  /// Reads the integer that starts a buffer, which may go on after it.
  ///
  /// The result needs as many limbs as the magnitude has, at most 16.
  public static func decode(
    _ bytes: UnsafeRawBufferPointer, into result: UnsafeMutablePointer<UInt>
  ) throws(IntegerCodingError) -> IntegerCoding.Decoded {
    guard let base = bytes.baseAddress, bytes.count > 0 else {
      throw IntegerCodingError(.truncated, at: 0)
    }
    let isNegative = bytes[0] < 0x80
    let count = abs(Int(bytes[0]) - 0x80)
    guard count <= magnitudeByteCountMax else { throw IntegerCodingError(.tooLarge, at: 0) }
    guard bytes.count - 1 >= count else {
      throw IntegerCodingError(.truncated, at: bytes.count)
    }
    guard count > 0 else { return IntegerCoding.Decoded(size: 0, byteCount: 1) }
    let mask: UInt8 = isNegative ? 0xFF : 0
    guard bytes[1] ^ mask != 0 else { throw IntegerCodingError(.leadingZero, at: 1) }
    let size = LimbArithmetic.loadBytes(base + 1, count: count, mask: mask, into: result)
    return IntegerCoding.Decoded(size: isNegative ? -size : size, byteCount: 1 + count)
  }
}
