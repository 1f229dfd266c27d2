/// 32 bytes that name an account, a contract, an asset, a chain or a piece of code.
public struct Identifier: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The bytes in four groups of eight, each most significant first.
  private var words: SIMD4<UInt64>

  /// 32 zero bytes: nobody, and no asset.
  public static let zero = Identifier()

  private init() { words = SIMD4() }

  /// Makes an identifier from exactly 32 bytes.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self = bytes.withUnsafeBytes { buffer in
      buffer.baseAddress.map { Identifier(reading: $0) } ?? .zero
    }
  }

  /// Makes an identifier from exactly 32 bytes.
  public init?(_ bytes: ArraySlice<UInt8>) {
    guard bytes.count == 32 else { return nil }
    self = bytes.withUnsafeBytes { buffer in
      buffer.baseAddress.map { Identifier(reading: $0) } ?? .zero
    }
  }

  /// Reads the 32 bytes at an address.
  @inline(__always)
  public init(reading bytes: UnsafeRawPointer) {
    words = SIMD4(
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)))
  }

  /// Reads 64 hexadecimal digits.
  public init?(hexadecimal text: some StringProtocol) {
    guard let bytes = Hexadecimal.decode(text) else { return nil }
    self.init(bytes)
  }

  /// The 32 bytes.
  public var bytes: [UInt8] {
    Array(unsafeUninitializedCapacity: 32) { buffer, count in
      if let base = buffer.baseAddress { store(to: base) }
      count = 32
    }
  }

  /// Writes the 32 bytes at an address.
  @inline(__always)
  public func store(to target: UnsafeMutableRawPointer) {
    for index in 0..<4 {
      target.storeBytes(
        of: words[index].bigEndian, toByteOffset: index * 8, as: UInt64.self)
    }
  }

  /// The byte at this index, from 0 to 31.
  public func byte(at index: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: words[index >> 3] >> UInt64(56 - 8 * (index & 7)))
  }

  /// Whether all bytes are zero.
  public var isZero: Bool { words == SIMD4() }

  /// 64 hexadecimal digits.
  public var description: String { Hexadecimal.encode(bytes) }

  /// Orders identifiers as strings of bytes.
  public static func < (left: Identifier, right: Identifier) -> Bool {
    for index in 0..<4 where left.words[index] != right.words[index] {
      return left.words[index] < right.words[index]
    }
    return false
  }
}

/// Bytes as pairs of hexadecimal digits.
public enum Hexadecimal {
  /// Two lower-case digits per byte.
  public static func encode(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes of pairs of digits, or nil if that is not what the text is.
  public static func decode(_ text: some StringProtocol) -> [UInt8]? {
    var bytes: [UInt8] = []
    var high: UInt8?
    for character in text.utf8 {
      let digit: UInt8
      switch character {
      case 0x30...0x39: digit = character - 0x30
      case 0x41...0x46: digit = character - 0x41 + 10
      case 0x61...0x66: digit = character - 0x61 + 10
      default: return nil
      }
      if let first = high {
        bytes.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    return high == nil ? bytes : nil
  }
}
