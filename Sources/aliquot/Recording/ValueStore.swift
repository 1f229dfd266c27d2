import Integers

/// The values of a recording, each known by 32 bits.
///
/// An integer from -2^30 up to 2^30 is its own reference; everything else is written once, behind the
/// others, unless it is what the register held before or what was written a short while ago.
struct ValueStore {
  /// What a value is known by.
  ///
  /// Zero is the integer 0 and the empty string.
  typealias Reference = UInt32

  /// Entries begin at multiples of four: the length in four bytes, then the bytes.
  private var bytes: [UInt8] = [0, 0, 0, 0]
  /// References of entries by a hash of what they hold; an entry takes the place of another one.
  private var recent = [Reference](repeating: 0, count: 1 << 12)

  /// Bytes that the values take.
  var byteCount: Int { bytes.count }

  // MARK: - Writing

  /// The reference of an integer.
  mutating func reference(to integer: Integer) -> Reference {
    if let small = integer.asInt, (-1 << 30..<1 << 30).contains(small) {
      return UInt32(bitPattern: Int32(small)) << 1
    }
    return entry(integer.encoded()) << 1 | 1
  }

  /// The reference of a string of bytes.
  mutating func reference(to string: [UInt8]) -> Reference {
    string.isEmpty ? 0 : entry(string)
  }

  private mutating func entry(_ content: [UInt8]) -> UInt32 {
    var hash: UInt32 = 2_166_136_261
    for byte in content.prefix(64) { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    let place = Int((hash ^ UInt32(truncatingIfNeeded: content.count)) & 0xFFF)
    let known = recent[place]
    if known != 0, self.content(known).elementsEqual(content) { return known }
    let offset = UInt32(truncatingIfNeeded: bytes.count / 4)
    withUnsafeBytes(of: UInt32(truncatingIfNeeded: content.count).littleEndian) { bytes += $0 }
    bytes += content
    bytes += repeatElement(0, count: (4 - content.count % 4) % 4)
    recent[place] = offset
    return offset
  }

  // MARK: - Reading

  /// The integer of a reference.
  func integer(_ reference: Reference) -> Integer {
    guard reference & 1 == 1 else { return Integer(Int(Int32(bitPattern: reference) >> 1)) }
    var offset = 0
    return (try? Integer(decoding: Array(content(reference >> 1)), at: &offset)) ?? 0
  }

  /// The string of bytes of a reference.
  func string(_ reference: Reference) -> [UInt8] {
    reference == 0 ? [] : Array(content(reference))
  }

  private func content(_ entry: UInt32) -> ArraySlice<UInt8> {
    let start = Int(entry) * 4
    var count = 0
    for byte in bytes[start..<start + 4].reversed() { count = count << 8 | Int(byte) }
    return bytes[start + 4..<start + 4 + count]
  }
}
