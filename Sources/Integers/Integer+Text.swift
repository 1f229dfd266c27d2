import CGMP

extension Integer {
  /// The number of decimal digits in the largest magnitude.
  public static var maximumDecimalDigitCount: Int { 4_933 }

  /// The number of hexadecimal digits in the largest magnitude.
  public static var maximumHexadecimalDigitCount: Int { 4_096 }

  /// Reads an integer in decimal, such as `-1_000`, or returns nil for any other text.
  ///
  /// An optional sign comes first; single underscores may stand between digits. More than 4,933
  /// digits are refused, even when they are zeros, and so is a magnitude beyond 16,384 bits.
  public init?(decimal text: some StringProtocol) {
    self.init(text.utf8, radix: 10, digitCountMax: Integer.maximumDecimalDigitCount)
  }

  /// Reads an integer in hexadecimal, such as `-0xff_ff`, or returns nil for any other text.
  ///
  /// An optional sign comes first, then an optional `0x`; letters have any case, and single
  /// underscores may stand between digits. More than 4,096 digits are refused, even when they are
  /// zeros.
  public init?(hexadecimal text: some StringProtocol) {
    self.init(text.utf8, radix: 16, digitCountMax: Integer.maximumHexadecimalDigitCount)
  }

  /// Returns the integer in lower-case digits of a radix in 2...36, after a minus if it is negative.
  public func description(radix: Int) -> String {
    precondition(2...36 ~= radix, "a radix is in 2...36")
    if let value = asInt { return String(value, radix: radix) }
    return withLimbs { view in
      let count = view.limbCount
      // GMP destroys the limbs it converts, and may write one digit more than there are.
      let limbs = UnsafeMutablePointer<UInt>.allocate(capacity: count + 1)
      defer { limbs.deallocate() }
      limbs.initialize(from: view.limbs, count: count)
      let capacity = __gmpn_sizeinbase(limbs, count, Int32(radix)) + 2
      return String(unsafeUninitializedCapacity: capacity) { text in
        guard let start = text.baseAddress else { return 0 }
        var length = 0
        if view.isNegative {
          start[0] = UInt8(ascii: "-")
          length = 1
        }
        let digits = start + length
        let digitCount = __gmpn_get_str(digits, Int32(radix), limbs, count)
        var zeros = 0
        while zeros < digitCount && digits[zeros] == 0 { zeros += 1 }
        for index in zeros..<digitCount {
          start[length] = Integer.character(ofDigit: digits[index])
          length += 1
        }
        return length
      }
    }
  }

  /// Reads an integer from text in one of the two radices.
  private init?(_ text: some Sequence<UInt8>, radix: UInt8, digitCountMax: Int) {
    var characters = text.makeIterator()
    var next = characters.next()
    let isNegative = next == UInt8(ascii: "-")
    if isNegative || next == UInt8(ascii: "+") { next = characters.next() }

    var digits: [UInt8] = []
    var mayPrefix = radix == 16
    var follows = false  // Whether a digit came right before.
    while let character = next {
      next = characters.next()
      if mayPrefix && digits == [0] && character | 0x20 == UInt8(ascii: "x") {
        digits = []
        mayPrefix = false
        follows = false
      } else if character == UInt8(ascii: "_") {
        guard follows && next != nil else { return nil }
        follows = false
        mayPrefix = false
      } else {
        guard let digit = Integer.digit(of: character), digit < radix else { return nil }
        guard digits.count < digitCountMax else { return nil }
        digits.append(digit)
        follows = true
      }
    }
    guard follows else { return nil }
    self.init(digits: digits, radix: radix, isNegative: isNegative)
  }

  /// Converts digits, the most significant first.
  private init?(digits: [UInt8], radix: UInt8, isNegative: Bool) {
    let significant = digits.drop { $0 == 0 }
    let converted = Integer.withMemory { limbs, _ -> Integer? in
      significant.withUnsafeBufferPointer { buffer in
        guard let start = buffer.baseAddress, !buffer.isEmpty else { return Integer() }
        let count = __gmpn_set_str(limbs, start, buffer.count, Int32(radix))
        guard count <= LimbArithmetic.limbCountMax else { return nil }
        return Integer(LimbView(limbs: limbs, size: isNegative ? -count : count))
      }
    }
    guard let converted else { return nil }
    self = converted
  }

  /// Returns the value of a letter or digit, up to 15.
  private static func digit(of character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// Returns the letter or digit for a value up to 35.
  private static func character(ofDigit digit: UInt8) -> UInt8 {
    digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + (digit - 10)
  }
}

extension Integer: CustomStringConvertible {
  /// The integer in decimal.
  public var description: String { description(radix: 10) }
}
