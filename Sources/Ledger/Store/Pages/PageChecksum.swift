/// The checksum that ends every page of a ledger's file: eight bytes that tell whether the page is as it was
/// written, where it was written.
///
/// It finds accidents. Any change within eight bytes that stand together is found for certain, since every
/// step below is one to one in what came before; other changes but for one in 2^64.
enum PageChecksum {
  /// Bytes of a page of the file.
  static let pageSize = 4_096
  /// Bytes at the end of each page that SQLite leaves to the checksum.
  static let byteCount = 8

  /// The checksum of a page's other bytes: they are taken as numbers of eight bytes, the lowest first.
  static func of(_ page: UnsafeRawBufferPointer, number: Int) -> UInt64 {
    var sum = UInt64(truncatingIfNeeded: number) &* 0x9E37_79B9_7F4A_7C15 ^ 0x416C_6971_756F_7421
    for offset in stride(from: 0, to: page.count - byteCount, by: 8) {
      let word = UInt64(littleEndian: page.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      sum = (sum ^ word) &* 0xD6E8_FEB8_6659_FD93
      sum ^= sum >> 32
    }
    return sum
  }

  /// Whether a page ends in its checksum, or was never written and holds nothing but zeros.
  static func isRight(_ page: UnsafeRawBufferPointer, number: Int) -> Bool {
    stored(in: page) == of(page, number: number) || page.allSatisfy { $0 == 0 }
  }

  /// Puts the checksum at the end of a page.
  static func put(in page: UnsafeMutableRawBufferPointer, number: Int) {
    let sum = of(UnsafeRawBufferPointer(page), number: number)
    page.storeBytes(
      of: sum.littleEndian, toByteOffset: page.count - byteCount, as: UInt64.self)
  }

  private static func stored(in page: UnsafeRawBufferPointer) -> UInt64 {
    UInt64(
      littleEndian: page.loadUnaligned(
        fromByteOffset: page.count - byteCount, as: UInt64.self))
  }
}
