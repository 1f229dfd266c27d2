import Bytecode
import Integers

extension Word {
  /// The rounded quotient of a product of small integers that are not negative, where it fits in 64 bits;
  /// else nil, and so too where the divisor is zero or the rounding refuses a remainder.
  ///
  /// A division of one word, or one call for two, where that of 128 bits is made twice.
  @inline(__always)
  static func quotient(
    of x: Word, times y: Word, by z: Word, _ rounding: Rounding
  ) -> Word? {
    guard x.isSmall, y.isSmall, z.isSmall, x.high | y.high | z.high == 0 else { return nil }
    let product = x.low.multipliedFullWidth(by: y.low &>> 1)
    // Product, divisor and remainder are doubled, the quotient is not.
    var quotient: UInt
    let remainder: UInt
    if product.high == 0 {
      guard z.low != 0 else { return nil }
      (quotient, remainder) = product.low.quotientAndRemainder(dividingBy: z.low)
    } else {
      guard product.high < z.low else { return nil }
      let dividend = UInt128(product.high) &<< 64 | UInt128(product.low)
      quotient = UInt(truncatingIfNeeded: dividend / UInt128(z.low))
      remainder = product.low &- quotient &* z.low
    }
    switch rounding {
    case .floor, .trunc: break
    case .ceil:
      if remainder != 0 {
        guard quotient < .max else { return nil }
        quotient += 1
      }
    case .even, .exact: if remainder != 0 { return nil }
    }
    return Word(low: quotient &<< 1, high: Int(truncatingIfNeeded: quotient &>> 63))
  }
}
