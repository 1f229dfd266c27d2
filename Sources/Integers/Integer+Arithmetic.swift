extension Integer {
  // MARK: - Sums and products

  /// Returns the sum of this integer and another.
  public func adding(_ other: Integer) throws(ArithmeticFailure) -> Integer {
    if let a = asInt, let b = other.asInt {
      let (sum, overflow) = a.addingReportingOverflow(b)
      if !overflow { return Integer(sum) }
    }
    return try Integer.combining(self, other) {
      (a, b, result, _) throws(ArithmeticFailure) in
      try LimbArithmetic.add(a, b, into: result)
    }
  }

  /// Returns this integer less another.
  public func subtracting(_ other: Integer) throws(ArithmeticFailure) -> Integer {
    if let a = asInt, let b = other.asInt {
      let (difference, overflow) = a.subtractingReportingOverflow(b)
      if !overflow { return Integer(difference) }
    }
    return try Integer.combining(self, other) {
      (a, b, result, _) throws(ArithmeticFailure) in
      try LimbArithmetic.subtract(a, b, into: result)
    }
  }

  /// Returns the product of this integer and another.
  public func multiplied(by other: Integer) throws(ArithmeticFailure) -> Integer {
    if let a = asInt, let b = other.asInt {
      let (product, overflow) = a.multipliedReportingOverflow(by: b)
      if !overflow { return Integer(product) }
    }
    return try Integer.combining(self, other) {
      (a, b, result, _) throws(ArithmeticFailure) in
      try LimbArithmetic.multiply(a, b, into: result)
    }
  }

  // MARK: - Division

  /// Returns the quotient of this integer and another, rounded.
  public func divided(
    by divisor: Integer, rounding: Rounding
  ) throws(ArithmeticFailure) -> Integer {
    try Integer.combining(self, divisor) { (a, b, result, scratch) throws(ArithmeticFailure) in
      try LimbArithmetic.divide(a, by: b, rounding: rounding, into: result, scratch: scratch)
    }
  }

  /// Returns the exact product of this integer and another, divided and rounded.
  ///
  /// The product may have twice the bits of an integer; only the quotient is limited.
  public func multiplied(
    by other: Integer, thenDividedBy divisor: Integer, rounding: Rounding
  ) throws(ArithmeticFailure) -> Integer {
    try Integer.combining(self, other, divisor) {
      (a, b, c, result, scratch) throws(ArithmeticFailure) in
      try LimbArithmetic.multiplyDivide(
        a, by: b, dividedBy: c, rounding: rounding, into: result, scratch: scratch)
    }
  }

  /// Returns the quotient, rounded down, and the remainder, which has the sign of the divisor.
  public func dividedFloor(
    by divisor: Integer
  ) throws(ArithmeticFailure) -> (quotient: Integer, remainder: Integer) {
    try Integer.dividing(self, divisor) { (a, b, result, scratch) throws(ArithmeticFailure) in
      try LimbArithmetic.divideFloor(a, by: b, quotient: result, remainder: scratch)
    }
  }

  /// Returns the product divided, rounded down, and the remainder, with the sign of the divisor.
  public func multipliedFloor(
    by other: Integer, thenDividedBy divisor: Integer
  ) throws(ArithmeticFailure) -> (quotient: Integer, remainder: Integer) {
    try other.withLimbs { (b) throws(ArithmeticFailure) in
      try Integer.dividing(self, divisor) { (a, c, result, scratch) throws(ArithmeticFailure) in
        try LimbArithmetic.multiplyDivideFloor(
          a, by: b, dividedBy: c, quotient: result, remainder: scratch,
          scratch: scratch + LimbArithmetic.resultCapacity)
      }
    }
  }

  /// Returns what remains after division, rounding down; it has the sign of the divisor.
  public func modulo(_ divisor: Integer) throws(ArithmeticFailure) -> Integer {
    try Integer.combining(self, divisor) { (a, b, result, scratch) throws(ArithmeticFailure) in
      try LimbArithmetic.modulo(a, b, into: result, scratch: scratch)
    }
  }

  // MARK: - Powers and roots

  /// Returns this integer to a power, where zero to the power of zero is one.
  public func power(_ exponent: Integer) throws(ArithmeticFailure) -> Integer {
    try Integer.combining(self, exponent) { (a, b, result, scratch) throws(ArithmeticFailure) in
      try LimbArithmetic.power(a, exponent: b, into: result, scratch: scratch)
    }
  }

  /// Returns the root of the given degree, rounded down.
  public func root(_ degree: Integer) throws(ArithmeticFailure) -> Integer {
    try Integer.combining(self, degree) { (a, b, result, _) throws(ArithmeticFailure) in
      try LimbArithmetic.root(a, degree: b, into: result)
    }
  }

  /// Returns this number, in units of 1 / `scale`, to a power, rounding at each step.
  ///
  /// The order of the steps is that of `LimbArithmetic.fixedPower`.
  public func fixedPower(
    _ exponent: Integer, scale: Integer, rounding: Rounding
  ) throws(ArithmeticFailure) -> Integer {
    try Integer.combining(self, exponent, scale) {
      (a, b, c, result, scratch) throws(ArithmeticFailure) in
      try LimbArithmetic.fixedPower(
        a, exponent: b, scale: c, rounding: rounding, into: result, scratch: scratch)
    }
  }

  // MARK: - Number theory

  /// Returns the greatest common divisor, which is not negative.
  public func gcd(_ other: Integer) -> Integer {
    withLimbs { a in
      other.withLimbs { b in
        Integer.withMemory { result, _ in
          let size = LimbArithmetic.gcd(a, b, into: result)
          return Integer(LimbView(limbs: result, size: size))
        }
      }
    }
  }

  /// Returns this integer to a power modulo `modulus`, in 0..<modulus.
  public func powerModulo(
    exponent: Integer, modulus: Integer
  ) throws(ArithmeticFailure) -> Integer {
    try Integer.combining(self, exponent, modulus) {
      (a, b, c, result, _) throws(ArithmeticFailure) in
      try LimbArithmetic.powerModulo(a, exponent: b, modulus: c, into: result)
    }
  }

  /// Returns the number in 0..<modulus whose product with this one is one modulo `modulus`.
  public func inverseModulo(_ modulus: Integer) throws(ArithmeticFailure) -> Integer {
    try Integer.combining(self, modulus) { (a, b, result, _) throws(ArithmeticFailure) in
      try LimbArithmetic.inverseModulo(a, modulus: b, into: result)
    }
  }

  // MARK: - Bits

  /// Returns the bits that both integers have, in two's complement with endless sign bits.
  public func bitAnd(_ other: Integer) throws(ArithmeticFailure) -> Integer {
    try Integer.combining(self, other) { (a, b, result, _) throws(ArithmeticFailure) in
      try LimbArithmetic.and(a, b, into: result)
    }
  }

  /// Returns the bits that either integer has, in two's complement with endless sign bits.
  public func bitOr(_ other: Integer) throws(ArithmeticFailure) -> Integer {
    try Integer.combining(self, other) { (a, b, result, _) throws(ArithmeticFailure) in
      try LimbArithmetic.or(a, b, into: result)
    }
  }

  /// Returns the bits that one of the integers has, in two's complement with endless sign bits.
  public func bitXor(_ other: Integer) throws(ArithmeticFailure) -> Integer {
    try Integer.combining(self, other) { (a, b, result, _) throws(ArithmeticFailure) in
      try LimbArithmetic.xor(a, b, into: result)
    }
  }

  /// Returns this integer times two to the power of `distance`.
  public func shiftedLeft(by distance: Integer) throws(ArithmeticFailure) -> Integer {
    try Integer.combining(self, distance) { (a, b, result, _) throws(ArithmeticFailure) in
      try LimbArithmetic.shiftLeft(a, by: b, into: result)
    }
  }

  /// Returns this integer divided by two to the power of `distance`, rounded down.
  public func shiftedRight(by distance: Integer) throws(ArithmeticFailure) -> Integer {
    try Integer.combining(self, distance) { (a, b, result, _) throws(ArithmeticFailure) in
      try LimbArithmetic.shiftRight(a, by: b, into: result)
    }
  }
}

extension Integer {
  // MARK: - Memory for the operations on limbs

  /// Provides memory for a result and for scratch that is enough for any operation.
  static func withMemory<Result, Failure: Error>(
    _ body: (UnsafeMutablePointer<UInt>, UnsafeMutablePointer<UInt>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let capacity = LimbArithmetic.resultCapacity + LimbArithmetic.scratchCapacity
    let memory = UnsafeMutablePointer<UInt>.allocate(capacity: capacity)
    defer { memory.deallocate() }
    return try body(memory, memory + LimbArithmetic.resultCapacity)
  }

  /// Applies an operation of two operands, which gets memory for its result and scratch.
  private static func combining(
    _ a: Integer, _ b: Integer,
    _ operation: (
      LimbView, LimbView, UnsafeMutablePointer<UInt>, UnsafeMutablePointer<UInt>
    ) throws(ArithmeticFailure) -> Int
  ) throws(ArithmeticFailure) -> Integer {
    try a.withLimbs { (a) throws(ArithmeticFailure) in
      try b.withLimbs { (b) throws(ArithmeticFailure) in
        try withMemory { (result, scratch) throws(ArithmeticFailure) in
          let size = try operation(a, b, result, scratch)
          return Integer(LimbView(limbs: result, size: size))
        }
      }
    }
  }

  /// Applies an operation of three operands, which gets memory for its result and scratch.
  private static func combining(
    _ a: Integer, _ b: Integer, _ c: Integer,
    _ operation: (
      LimbView, LimbView, LimbView, UnsafeMutablePointer<UInt>, UnsafeMutablePointer<UInt>
    ) throws(ArithmeticFailure) -> Int
  ) throws(ArithmeticFailure) -> Integer {
    try c.withLimbs { (c) throws(ArithmeticFailure) in
      try combining(a, b) { (a, b, result, scratch) throws(ArithmeticFailure) in
        try operation(a, b, c, result, scratch)
      }
    }
  }

  /// Applies an operation that writes a quotient and, at the start of the scratch, a remainder.
  private static func dividing(
    _ a: Integer, _ b: Integer,
    _ operation: (
      LimbView, LimbView, UnsafeMutablePointer<UInt>, UnsafeMutablePointer<UInt>
    ) throws(ArithmeticFailure) -> LimbArithmetic.DivisionSizes
  ) throws(ArithmeticFailure) -> (quotient: Integer, remainder: Integer) {
    try a.withLimbs { (a) throws(ArithmeticFailure) in
      try b.withLimbs { (b) throws(ArithmeticFailure) in
        try withMemory { (result, scratch) throws(ArithmeticFailure) in
          let sizes = try operation(a, b, result, scratch)
          return (
            Integer(LimbView(limbs: result, size: sizes.quotient)),
            Integer(LimbView(limbs: scratch, size: sizes.remainder))
          )
        }
      }
    }
  }
}
