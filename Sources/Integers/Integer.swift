/// An exact integer with a magnitude of at most 16,384 bits.
///
/// Operations that have no result throw the reason, and nothing wraps around. Equal values have
/// equal representations: an integer is small exactly when an `Int` holds it.
public struct Integer: Sendable, Hashable {
  /// The number of bits in the largest magnitude.
  public static var maximumBitCount: Int { LimbArithmetic.bitCountMax }

  /// The two representations.
  private enum Storage: Sendable, Hashable {
    /// Any value that fits.
    case small(Int)
    /// Any other value, whose magnitude has no zero limb at the top.
    case large(limbs: [UInt], isNegative: Bool)
  }

  private let storage: Storage

  /// Creates zero.
  public init() {
    storage = .small(0)
  }

  /// Creates an integer from a word.
  public init(_ value: Int) {
    storage = .small(value)
  }

  /// Creates an integer from a value of a standard type, which is at most 16,384 bits wide.
  public init(_ value: some FixedWidthInteger) {
    if let value = Int(exactly: value) {
      storage = .small(value)
    } else {
      let limbs = Array(value.magnitude.words)
      self = limbs.withUnsafeBufferPointer { buffer in
        let count = buffer.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
        return Integer(buffer, count: count, isNegative: value < 0)
      }
    }
  }

  /// Creates an integer from two words.
  public init(_ value: Int128) {
    if let small = Int(exactly: value) {
      storage = .small(small)
    } else {
      let magnitude = value.magnitude
      let words = [UInt(truncatingIfNeeded: magnitude), UInt(truncatingIfNeeded: magnitude >> 64)]
      storage = .large(limbs: words[1] == 0 ? [words[0]] : words, isNegative: value < 0)
    }
  }

  /// Copies the integer that a view shows.
  ///
  /// The view is canonical and has at most 256 limbs.
  public init(_ view: LimbView) {
    let buffer = UnsafeBufferPointer(start: view.limbs, count: view.limbCount)
    self.init(buffer, count: view.limbCount, isNegative: view.size < 0)
  }

  /// Copies the first limbs of a buffer, the last of which is not zero.
  private init(_ buffer: UnsafeBufferPointer<UInt>, count: Int, isNegative: Bool) {
    precondition(count <= LimbArithmetic.limbCountMax, "an integer has at most 16,384 bits")
    if count == 0 {
      storage = .small(0)
    } else if count == 1 && buffer[0] <= UInt(Int.max) {
      storage = .small(isNegative ? -Int(buffer[0]) : Int(buffer[0]))
    } else if count == 1 && isNegative && buffer[0] == Int.min.magnitude {
      storage = .small(.min)
    } else {
      storage = .large(limbs: Array(buffer[..<count]), isNegative: isNegative)
    }
  }

  // MARK: - Properties

  /// The value as a word, if it fits.
  public var asInt: Int? {
    guard case .small(let value) = storage else { return nil }
    return value
  }

  /// The value as an unsigned word, if it fits.
  public var asUInt64: UInt64? {
    switch storage {
    case .small(let value): UInt64(exactly: value)
    case .large(let limbs, let isNegative):
      limbs.count == 1 && !isNegative ? UInt64(limbs[0]) : nil
    }
  }

  /// Whether the integer is zero.
  public var isZero: Bool { asInt == 0 }

  /// Whether the integer is below zero.
  public var isNegative: Bool { signum < 0 }

  /// The sign: -1, 0 or 1.
  public var signum: Int {
    switch storage {
    case .small(let value): value.signum()
    case .large(_, let isNegative): isNegative ? -1 : 1
    }
  }

  /// The number of bits in the magnitude, and 0 for zero.
  public var bitLength: Int {
    if case .small(let value) = storage { return 64 - value.magnitude.leadingZeroBitCount }
    return withLimbs { LimbArithmetic.bitLength($0) }
  }

  /// The integer without its sign.
  public var magnitude: Integer {
    isNegative ? negated() : self
  }

  /// Returns the integer with the opposite sign.
  public func negated() -> Integer {
    withLimbs { Integer($0.negated) }
  }

  /// Shows the limbs of the integer to a function, for the time of the call.
  public func withLimbs<Result, Failure: Error>(
    _ body: (LimbView) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    switch storage {
    case .small(let value):
      let size = value.signum()
      return try withUnsafePointer(to: value.magnitude) { (limb) throws(Failure) in
        try body(LimbView(limbs: limb, size: size))
      }
    case .large(let limbs, let isNegative):
      return try limbs.span.withUnsafeBufferPointer { (buffer) throws(Failure) in
        // A large integer has limbs, so that the address exists.
        guard let start = buffer.baseAddress else { fatalError("a large integer without limbs") }
        return try body(
          LimbView(limbs: start, size: isNegative ? -buffer.count : buffer.count))
      }
    }
  }
}

extension Integer: Comparable {
  /// Whether the first integer is below the second.
  public static func < (a: Integer, b: Integer) -> Bool {
    if let a = a.asInt, let b = b.asInt { return a < b }
    return a.withLimbs { a in b.withLimbs { b in LimbArithmetic.compare(a, b) < 0 } }
  }
}

extension Integer: ExpressibleByIntegerLiteral {
  /// Creates an integer from a literal that fits a word.
  public init(integerLiteral value: Int) {
    self.init(value)
  }
}
