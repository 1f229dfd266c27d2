/// The reason why an exact operation has no result.
///
/// The raw values are stable: they may be stored and compared between versions.
public enum ArithmeticFailure: UInt8, Error, Sendable, Hashable, CaseIterable {
  /// The result has more than 16,384 bits of magnitude, or an exponent is beyond its range.
  case tooLarge = 1
  /// The divisor is zero.
  case divisionByZero = 2
  /// The rounding is `exact` and the division leaves a remainder.
  case inexact = 3
  /// The radicand is negative.
  case negativeRoot = 4
  /// The degree of the root is below one.
  case zerothRoot = 5
  /// The exponent is negative.
  case negativeExponent = 6
  /// The value and the modulus have a common divisor above one.
  case notInvertible = 7
  /// The modulus is not positive.
  case invalidModulus = 8
  /// The scale of a fixed-point number is not positive.
  case invalidScale = 9
  /// The number of bits to shift by is negative.
  case negativeShift = 10
  /// The total or a weight is negative, or the weights sum to zero.
  case invalidWeights = 11
}

/// The direction in which a quotient is rounded to an integer.
public enum Rounding: UInt8, Sendable, Hashable, CaseIterable {
  /// Toward negative infinity.
  case floor
  /// Toward positive infinity.
  case ceil
  /// Toward zero.
  case trunc
  /// To the nearest, and halves to the even neighbor.
  case even
  /// Not at all: a remainder is the failure `inexact`.
  case exact
}
