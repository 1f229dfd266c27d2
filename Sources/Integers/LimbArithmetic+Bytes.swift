extension LimbArithmetic {
  /// The number of bytes in the largest magnitude.
  @inlinable
  public static var byteCountMax: Int { 2_048 }

  /// Returns the number of bytes in the magnitude, and 0 for zero.
  @inlinable
  public static func byteCount(_ a: LimbView) -> Int {
    (bitLength(a) &+ 7) / 8
  }

  /// Writes the magnitude in `byteCount(a)` bytes, the most significant first.
  ///
  /// Each byte is combined with `mask` by "exclusive or". Returns the number of bytes written.
  @discardableResult
  public static func storeBytes(
    of a: LimbView, to bytes: UnsafeMutableRawPointer, mask: UInt8 = 0
  ) -> Int {
    let count = byteCount(a)
    var end = count
    var index = 0
    while end >= 8 {
      end &-= 8
      let limb = a.limbs[index] ^ repeated(mask)
      bytes.storeBytes(of: limb.bigEndian, toByteOffset: end, as: UInt.self)
      index &+= 1
    }
    guard end > 0 else { return count }
    var limb = a.limbs[index] ^ repeated(mask)
    if end & 4 != 0 {
      end &-= 4
      let part = UInt32(truncatingIfNeeded: limb)
      bytes.storeBytes(of: part.bigEndian, toByteOffset: end, as: UInt32.self)
      limb &>>= 32
    }
    while end > 0 {
      end &-= 1
      bytes.storeBytes(of: UInt8(truncatingIfNeeded: limb), toByteOffset: end, as: UInt8.self)
      limb &>>= 8
    }
    return count
  }

  /// Reads a magnitude of at most `byteCountMax` bytes, the most significant first.
  ///
  /// Each byte is combined with `mask` by "exclusive or". Writes (count + 7) / 8 limbs and returns
  /// how many of them the magnitude has, since leading bytes may be zero.
  public static func loadBytes(
    _ bytes: UnsafeRawPointer, count: Int, mask: UInt8 = 0,
    into result: UnsafeMutablePointer<UInt>
  ) -> Int {
    var end = count
    var index = 0
    while end >= 8 {
      end &-= 8
      let limb = bytes.loadUnaligned(fromByteOffset: end, as: UInt.self).bigEndian
      result[index] = limb ^ repeated(mask)
      index &+= 1
    }
    if end > 0 {
      var limb: UInt = 0
      var offset = 0
      if end & 4 != 0 {
        limb = UInt(bytes.loadUnaligned(as: UInt32.self).bigEndian) ^ repeated(mask) &>> 32
        offset = 4
      }
      while offset < end {
        let byte = bytes.load(fromByteOffset: offset, as: UInt8.self) ^ mask
        limb = limb &<< 8 | UInt(byte)
        offset &+= 1
      }
      result[index] = limb
      index &+= 1
    }
    return trimmed(result, count: index)
  }

  /// A limb of which each byte is the given one.
  @inline(__always)
  private static func repeated(_ byte: UInt8) -> UInt { UInt(byte) &* (.max / 0xFF) }
}
