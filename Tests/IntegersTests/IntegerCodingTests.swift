import Integers
import Testing

/// The two encodings: round trips, order, and what they refuse.
@Suite struct IntegerCodingTests {
  /// Decodes bytes that hold one integer and nothing else.
  private func decode(_ bytes: [UInt8], isKey: Bool = false) -> Result<Integer, IntegerCodingError>
  {
    var offset = 0
    do throws(IntegerCodingError) {
      let value =
        isKey
        ? try Integer(decodingKey: bytes, at: &offset) : try Integer(decoding: bytes, at: &offset)
      #expect(offset == bytes.count)
      return .success(value)
    } catch {
      #expect(offset == 0)
      return .failure(error)
    }
  }

  private func ones(_ count: Int) -> [UInt8] { [UInt8](repeating: 1, count: count) }

  @Test func returnsWhatWasEncoded() throws {
    var random = SplitMix64(seed: 11)
    for _ in 0..<500 {
      let value = Integer(random.integer(bitsBelow: Integer.maximumBitCount))
      let bytes = value.encoded()
      #expect(decode(bytes) == .success(value))
      #expect(bytes.count <= IntegerCoding.encodedByteCountMax)
      #expect(bytes.count == value.withLimbs { IntegerCoding.encodedByteCount($0) })
      // Any shorter is truncated.
      for count in [0, 1, bytes.count / 2, bytes.count - 1] where count < bytes.count {
        #expect(
          decode(Array(bytes[..<count])) == .failure(IntegerCodingError(.truncated, at: count)))
      }
      guard value.bitLength <= 1_016 else {
        #expect(throws: IntegerCodingError(.tooLarge, at: 0)) { try value.encodedKey() }
        continue
      }
      let key = try value.encodedKey()
      #expect(decode(key, isKey: true) == .success(value))
      for count in 0..<key.count {
        let found = decode(Array(key[..<count]), isKey: true)
        #expect(found == .failure(IntegerCodingError(.truncated, at: count)))
      }
    }
  }

  @Test func delimitsItself() throws {
    var random = SplitMix64(seed: 12)
    let values = (0..<200).map { _ in Integer(random.integer(bitsBelow: 1_016)) }
    var bytes: [UInt8] = []
    var keys: [UInt8] = []
    for value in values {
      value.encode(to: &bytes)
      keys += try value.encodedKey()
    }
    var offset = 0
    var keyOffset = 0
    for value in values {
      #expect(try Integer(decoding: bytes, at: &offset) == value)
      #expect(try Integer(decodingKey: keys, at: &keyOffset) == value)
    }
    #expect(offset == bytes.count && keyOffset == keys.count)
    #expect(throws: IntegerCodingError(.truncated, at: bytes.count)) {
      try Integer(decoding: bytes, at: &offset)
    }
    var outside = bytes.count + 1
    #expect(throws: IntegerCodingError(.truncated, at: outside)) {
      try Integer(decoding: bytes, at: &outside)
    }
    // The offset of an error counts from the start of the bytes.
    var second = 1
    #expect(throws: IntegerCodingError(.leadingZero, at: 2)) {
      try Integer(decoding: [0, 2, 0], at: &second)
    }
  }

  @Test func refusesWhatIsNotCanonical() {
    let cases: [([UInt8], IntegerCodingError.Reason, Int)] = [
      ([], .truncated, 0), ([1], .negativeZero, 0), ([2], .truncated, 1),
      ([2, 0], .leadingZero, 1),
      ([3, 0], .leadingZero, 1), ([4, 0, 1], .leadingZero, 1), ([4, 1], .truncated, 2),
      ([0x80], .truncated, 1), ([0x80, 0], .nonMinimalHeader, 1),
      ([0x82, 0, 1], .nonMinimalHeader, 1),
      ([0xFF, 0], .nonMinimalHeader, 1), ([0x80, 0x80, 0], .tooLarge, 1),
      ([0x80, 0x80, 1], .tooLarge, 1), ([0xFF, 0xFF, 0xFF], .tooLarge, 1),
      ([0x82, 0x20] + ones(2_049), .tooLarge, 0), ([0x83, 0x20] + ones(2_049), .tooLarge, 0),
      ([0xFF, 0x7F] + ones(8_191), .tooLarge, 0), ([0x80, 0x20] + ones(2_047), .truncated, 2_049),
      ([0x80, 0x20, 0] + ones(2_047), .leadingZero, 2), ([0x80, 1, 0] + ones(63), .leadingZero, 2),
    ]
    for (bytes, reason, offset) in cases {
      #expect(decode(bytes) == .failure(IntegerCodingError(reason, at: offset)))
    }
    #expect(
      decode([0x80, 0x20] + ones(2_048))
        == .success(Integer(hex: String(repeating: "01", count: 2_048))))
    #expect(decode([0x7E] + ones(63)) == .success(Integer(hex: String(repeating: "01", count: 63))))
    #expect(
      decode([0x80, 1] + ones(64)) == .success(Integer(hex: String(repeating: "01", count: 64))))
  }

  /// Decodes every text of up to three bytes: what is accepted is what the encoder writes.
  @Test func acceptsOnlyWhatIsEncoded() throws {
    var accepted = 0
    let seconds: [UInt8] = [0, 1, 2, 0x1F, 0x20, 0x7F, 0x80, 0x81, 0xFE, 0xFF]
    for first in UInt8.min...UInt8.max {
      for tail in [[]] + seconds.map({ [$0] }) + seconds.flatMap({ a in seconds.map { [a, $0] } }) {
        let bytes = [first] + tail
        var offset = 0
        if let value = try? Integer(decoding: bytes, at: &offset) {
          #expect(value.encoded() == Array(bytes[..<offset]))
          accepted += 1
        }
        offset = 0
        if let value = try? Integer(decodingKey: bytes, at: &offset) {
          #expect(try value.encodedKey() == Array(bytes[..<offset]))
          accepted += 1
        }
      }
    }
    #expect(accepted > 500)
  }

  @Test func refusesOtherKeys() {
    let cases: [([UInt8], IntegerCodingError.Reason, Int)] = [
      ([], .truncated, 0), ([0], .tooLarge, 0), ([0] + ones(128), .tooLarge, 0),
      ([0x81], .truncated, 1), ([0x7F], .truncated, 1), ([0x81, 0], .leadingZero, 1),
      ([0x7F, 0xFF], .leadingZero, 1), ([0x82, 0, 1], .leadingZero, 1),
      ([0x7E, 0xFF, 1], .leadingZero, 1), ([0xFF] + ones(126), .truncated, 127),
    ]
    for (bytes, reason, offset) in cases {
      #expect(decode(bytes, isKey: true) == .failure(IntegerCodingError(reason, at: offset)))
    }
  }

  @Test func keepsTheOrderInKeys() throws {
    var random = SplitMix64(seed: 13)
    var previous: Integer = 0
    for round in 0..<3_000 {
      let a = Integer(random.integer(bitsBelow: 1_016))
      // Neighbors as often as strangers.
      let b = round % 2 == 0 ? previous : try a.adding(Integer(round % 5 - 2))
      previous = a
      guard b.bitLength <= 1_016 else { continue }
      let (x, y) = (try a.encodedKey(), try b.encodedKey())
      #expect(x.lexicographicallyPrecedes(y) == (a < b))
      #expect((x == y) == (a == b))
    }
  }

  @Test func worksOnRawMemory() throws {
    var random = SplitMix64(seed: 14)
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 2_060, alignment: 1)
    defer { bytes.deallocate() }
    let limbs = UnsafeMutablePointer<UInt>.allocate(capacity: LimbArithmetic.limbCountMax)
    defer { limbs.deallocate() }
    let start = try #require(bytes.baseAddress)
    for _ in 0..<200 {
      let value = Integer(random.integer(bitsBelow: Integer.maximumBitCount))
      // An odd address, and a byte that must stay.
      bytes.initializeMemory(as: UInt8.self, repeating: 0xA5)
      let count = value.withLimbs { IntegerCoding.encode($0, to: start + 1) }
      #expect(bytes[0] == 0xA5 && bytes[count + 1] == 0xA5)
      #expect(Array(bytes[1...count]) == value.encoded())
      let decoded = try IntegerCoding.decode(
        UnsafeRawBufferPointer(rebasing: bytes[1...]), into: limbs)
      #expect(decoded.byteCount == count)
      #expect(Integer(LimbView(limbs: limbs, size: decoded.size)) == value)
      guard value.bitLength <= 1_016 else { continue }
      let keyCount = try value.withLimbs { try IntegerKeyCoding.encode($0, to: start + 1) }
      #expect(Array(bytes[1...keyCount]) == (try value.encodedKey()))
      let key = try IntegerKeyCoding.decode(
        UnsafeRawBufferPointer(rebasing: bytes[1...]), into: limbs)
      #expect(key.byteCount == keyCount)
      #expect(Integer(LimbView(limbs: limbs, size: key.size)) == value)
    }
  }

  @Test func loadsAndStoresMagnitudes() {
    var random = SplitMix64(seed: 15)
    let limbs = UnsafeMutablePointer<UInt>.allocate(capacity: LimbArithmetic.limbCountMax)
    defer { limbs.deallocate() }
    for _ in 0..<200 {
      let value = Integer(random.integer(bitsBelow: 900)).magnitude
      let count = value.withLimbs { LimbArithmetic.byteCount($0) }
      var bytes = [UInt8](repeating: 0, count: count + 5)
      // Leading zeros are only refused by the encodings.
      value.withLimbs { view in
        bytes.withUnsafeMutableBytes { buffer in
          if let start = buffer.baseAddress { LimbArithmetic.storeBytes(of: view, to: start + 5) }
        }
      }
      let size = bytes.withUnsafeBytes { buffer in
        buffer.baseAddress.map {
          LimbArithmetic.loadBytes($0, count: buffer.count, into: limbs)
        } ?? 0
      }
      #expect(Integer(LimbView(limbs: limbs, size: size)) == value)
    }
  }
}
