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
    var limb: UInt = 0
    var index = 0
    while index < count {
      if index & 7 == 0 { limb = a.limbs[index >> 3] }
      let byte = UInt8(truncatingIfNeeded: limb) ^ mask
      bytes.storeBytes(of: byte, toByteOffset: count &- 1 &- index, as: UInt8.self)
      limb >>= 8
      index &+= 1
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
    let limbCount = (count &+ 7) / 8
    var remaining = count
    var index = 0
    while index < limbCount {
      var limb: UInt = 0
      var shift: UInt = 0
      while shift < 64 && remaining > 0 {
        remaining &-= 1
        let byte = bytes.load(fromByteOffset: remaining, as: UInt8.self) ^ mask
        limb |= UInt(byte) &<< shift
        shift &+= 8
      }
      result[index] = limb
      index &+= 1
    }
    return trimmed(result, count: limbCount)
  }
}
