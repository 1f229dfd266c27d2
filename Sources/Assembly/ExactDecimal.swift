internal import Integers

/// An exact decimal fraction: digits times a power of ten that is not positive.
///
/// Constants are closed under what they may be combined with: sums, products and powers of decimals are
/// decimals again. Quotients name a rounding and give integers.
struct ExactDecimal: Hashable {
  /// The digits.
  var digits: Integer
  /// How many of the digits stand after the point.
  var scale: Int

  /// Digits after the point beyond which a constant is refused.
  static let scaleMax = 8_192

  init(_ digits: Integer, scale: Int = 0) {
    self.digits = digits
    self.scale = scale
  }

  /// The value, if it is integral.
  var integer: Integer? {
    if scale == 0 { return digits }
    guard let unit = Folding.powerOfTen(scale) else { return nil }
    return Folding.divide(digits, unit, .exact)
  }

  /// The digits at a greater scale.
  private func digits(at scale: Int) -> Integer? {
    if scale == self.scale { return digits }
    guard let unit = Folding.powerOfTen(scale - self.scale) else { return nil }
    return Folding.multiply(digits, unit)
  }

  /// The value with digits that are as few as they can be, when it is integral.
  private static func make(_ digits: Integer?, scale: Int) -> ExactDecimal? {
    guard let digits, scale <= scaleMax else { return nil }
    let value = ExactDecimal(digits, scale: scale)
    if scale > 0, let integer = value.integer { return ExactDecimal(integer) }
    return value
  }

  func adding(_ other: ExactDecimal) -> ExactDecimal? {
    let scale = Swift.max(scale, other.scale)
    guard let a = digits(at: scale), let b = other.digits(at: scale) else { return nil }
    return .make(Folding.add(a, b), scale: scale)
  }

  func subtracting(_ other: ExactDecimal) -> ExactDecimal? {
    let scale = Swift.max(scale, other.scale)
    guard let a = digits(at: scale), let b = other.digits(at: scale) else { return nil }
    return .make(Folding.subtract(a, b), scale: scale)
  }

  func multiplied(by other: ExactDecimal) -> ExactDecimal? {
    .make(Folding.multiply(digits, other.digits), scale: scale + other.scale)
  }

  func raised(to exponent: Int) -> ExactDecimal? {
    guard scale == 0 || exponent <= ExactDecimal.scaleMax / scale else { return nil }
    return .make(Folding.power(digits, exponent), scale: scale * exponent)
  }

  /// The quotient, rounded.
  func divided(by other: ExactDecimal, _ rounding: Folding.Rounding) -> Integer? {
    let scale = Swift.max(scale, other.scale)
    guard let a = digits(at: scale), let b = other.digits(at: scale) else { return nil }
    return Folding.divide(a, b, rounding)
  }
}
