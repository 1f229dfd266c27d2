extension Integer {
  /// Returns the canonical encoding.
  public func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    encode(to: &bytes)
    return bytes
  }

  /// Appends the canonical encoding.
  public func encode(to bytes: inout [UInt8]) {
    withLimbs { view in
      let start = bytes.count
      bytes.append(contentsOf: repeatElement(0, count: IntegerCoding.encodedByteCount(view)))
      bytes.withUnsafeMutableBytes { buffer in
        guard let base = buffer.baseAddress else { return }
        IntegerCoding.encode(view, to: base + start)
      }
    }
  }

  /// Reads the canonical encoding that starts at an offset, and moves the offset to its end.
  ///
  /// The offset of an error counts from the start of the bytes.
  public init(decoding bytes: [UInt8], at offset: inout Int) throws(IntegerCodingError) {
    self = try Integer.decoding(bytes, at: &offset, by: IntegerCoding.decode)
  }

  /// Returns the encoding as a key, whose bytes are in the order of the integers.
  public func encodedKey() throws(IntegerCodingError) -> [UInt8] {
    try withLimbs { (view) throws(IntegerCodingError) in
      guard let count = IntegerKeyCoding.encodedByteCount(view) else {
        throw IntegerCodingError(.tooLarge, at: 0)
      }
      var bytes = [UInt8](repeating: 0, count: count)
      bytes.withUnsafeMutableBytes { buffer in
        guard let base = buffer.baseAddress else { return }
        IntegerKeyCoding.store(view, to: base)
      }
      return bytes
    }
  }

  /// Reads the key that starts at an offset, and moves the offset to its end.
  ///
  /// The offset of an error counts from the start of the bytes.
  public init(decodingKey bytes: [UInt8], at offset: inout Int) throws(IntegerCodingError) {
    self = try Integer.decoding(bytes, at: &offset, by: IntegerKeyCoding.decode)
  }

  /// Reads an integer in either encoding.
  private static func decoding(
    _ bytes: [UInt8], at offset: inout Int,
    by decode: (UnsafeRawBufferPointer, UnsafeMutablePointer<UInt>) throws(IntegerCodingError)
      -> IntegerCoding.Decoded
  ) throws(IntegerCodingError) -> Integer {
    let start = offset
    guard 0...bytes.count ~= start else { throw IntegerCodingError(.truncated, at: start) }
    let (value, byteCount) = try bytes.span.bytes.withUnsafeBytes {
      (buffer) throws(IntegerCodingError) -> (Integer, Int) in
      try withMemory { (limbs, _) throws(IntegerCodingError) in
        do throws(IntegerCodingError) {
          let decoded = try decode(UnsafeRawBufferPointer(rebasing: buffer[start...]), limbs)
          return (Integer(LimbView(limbs: limbs, size: decoded.size)), decoded.byteCount)
        } catch {
          throw IntegerCodingError(error.reason, at: start + error.offset)
        }
      }
    }
    offset = start + byteCount
    return value
  }
}
