import Bytecode
import Integers

extension Halt {
  /// The trap of a failed integer operation.
  init(arithmetic failure: ArithmeticFailure) {
    switch failure {
    case .tooLarge: self.init(Trap.integerTooLarge)
    case .divisionByZero: self.init(Trap.divisionByZero)
    case .inexact: self.init(Trap.inexact)
    case .negativeRoot, .zerothRoot: self.init(Trap.negativeRoot)
    case .negativeExponent: self.init(Trap.negativeExponent)
    case .notInvertible: self.init(Trap.notInvertible)
    case .invalidModulus: self.init(Trap.invalidModulus)
    case .invalidScale: self.init(Trap.divisionByZero)
    case .negativeShift: self.init(Trap.invalidShift)
    case .invalidWeights: self.init(Trap.invalidWeights)
    }
  }
}

/// Runs a kernel on limbs and turns its failure into a halt.
@inline(__always)
private func run<Result>(
  _ kernel: () throws(ArithmeticFailure) -> Result
) throws(Halt) -> Result {
  do { return try kernel() } catch { throw Halt(arithmetic: error) }
}

/// The bodies of the integer instructions, for operands of every size.
extension UnsafeMutablePointer<Context> {
  // MARK: - Sums and products

  func add(_ x: Word, _ y: Word, to target: UInt16) throws(Halt) {
    if x.isNarrow, y.isNarrow {
      let sum = x.narrow + y.narrow
      let word = Word(narrow: sum)
      if word.narrow == sum { return setInt(target, word) }
    }
    try charge(GasSchedule.sum(x.words, y.words))
    let left = view(x, 0)
    let right = view(y, 1)
    let size = try run { () throws(ArithmeticFailure) in
      try LimbArithmetic.add(left, right, into: place)
    }
    setInt(target, try takeWord(size: size))
  }

  func subtract(_ x: Word, _ y: Word, to target: UInt16) throws(Halt) {
    if x.isNarrow, y.isNarrow {
      let difference = x.narrow - y.narrow
      let word = Word(narrow: difference)
      if word.narrow == difference { return setInt(target, word) }
    }
    try charge(GasSchedule.sum(x.words, y.words))
    let left = view(x, 0)
    let right = view(y, 1)
    let size = try run { () throws(ArithmeticFailure) in
      try LimbArithmetic.subtract(left, right, into: place)
    }
    setInt(target, try takeWord(size: size))
  }

  func multiply(_ x: Word, _ y: Word, to target: UInt16) throws(Halt) {
    if x.isNarrow, y.isNarrow {
      let (a, b) = (x.narrow.magnitude, y.narrow.magnitude)
      let product = a.multipliedFullWidth(by: b)
      let isNegative = x.isNegative != y.isNegative
      if product.high == 0, let word = Word(magnitude: product.low, isNegative: isNegative) {
        return setInt(target, word)
      }
      try charge(GasSchedule.product(x.words, y.words))
      let size = LimbArithmetic.store(product, into: place)
      return setInt(target, try takeWord(size: isNegative ? 0 &- size : size))
    }
    try charge(GasSchedule.product(x.words, y.words))
    let size: Int
    let (wide, factor) = x.isNarrow ? (y, x) : (x, y)
    if factor.isNarrow, factor.high &>> 1 == 0, !factor.isZero {
      let limb = UInt(truncatingIfNeeded: factor.narrow)
      size = try run { () throws(ArithmeticFailure) in
        try LimbArithmetic.multiply(view(wide, 0), by: limb, into: place)
      }
    } else {
      let left = view(x, 0)
      let right = view(y, 1)
      size = try run { () throws(ArithmeticFailure) in
        try LimbArithmetic.multiply(left, right, into: place)
      }
    }
    setInt(target, try takeWord(size: size))
  }

  func negate(_ x: Word, to target: UInt16) throws(Halt) {
    if x.isNarrow {
      let negated = -x.narrow
      let word = Word(narrow: negated)
      if word.narrow == negated { return setInt(target, word) }
    }
    try charge(GasSchedule.sum(x.words, 1))
    let view = view(x, 0)
    place.update(from: view.limbs, count: view.limbCount)
    setInt(target, try takeWord(size: 0 &- view.size))
  }

  func absolute(_ x: Word, to target: UInt16) throws(Halt) {
    if x.isNegative { return try negate(x, to: target) }
    if !x.isNarrow { try charge(GasSchedule.sum(x.words, 1)) }
    setInt(target, x)
  }

  // MARK: - Quotients

  func divide(_ x: Word, _ y: Word, _ rounding: Rounding, to target: UInt16) throws(Halt) {
    if x.isSmall, y.isSmall, !y.isZero {
      return setInt(target, Word(try rounded(x.small, y.small, rounding)))
    }
    if x.isNarrow, y.isNarrow {
      let divisor = y.narrow
      if divisor == 0 { throw Halt(.divisionByZero) }
      let quotient = try rounded(x.narrow, divisor, rounding)
      let word = Word(narrow: quotient)
      if word.narrow == quotient { return setInt(target, word) }
    }
    try charge(GasSchedule.quotient(x.words, y.words))
    let left = view(x, 0)
    let right = view(y, 1)
    let size = try run { () throws(ArithmeticFailure) in
      try LimbArithmetic.divide(
        left, by: right, rounding: rounding, into: place, scratch: pointee.scratch)
    }
    setInt(target, try takeWord(size: size))
  }

  /// The rounded quotient of integers whose quotient is in range, the divisor not zero.
  @inline(__always)
  private func rounded<Value: FixedWidthInteger & SignedInteger>(
    _ a: Value, _ b: Value, _ rounding: Rounding
  ) throws(Halt) -> Value {
    let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
    if remainder == 0 { return quotient }
    let isNegative = (remainder < 0) != (b < 0)
    switch rounding {
    case .floor: return isNegative ? quotient &- 1 : quotient
    case .ceil: return isNegative ? quotient : quotient &+ 1
    case .trunc: return quotient
    case .even:
      let half = b.magnitude &- remainder.magnitude
      let isAway =
        remainder.magnitude > half || (remainder.magnitude == half && quotient & 1 != 0)
      return isAway ? quotient &+ (isNegative ? -1 : 1) : quotient
    case .exact: throw Halt(.inexact)
    }
  }

  func modulo(_ x: Word, _ y: Word, to target: UInt16) throws(Halt) {
    if x.isNarrow, y.isNarrow {
      let divisor = y.narrow
      if divisor == 0 { throw Halt(.divisionByZero) }
      let remainder = x.narrow % divisor
      let isBelow = remainder != 0 && (remainder < 0) != (divisor < 0)
      return setInt(target, Word(narrow: isBelow ? remainder + divisor : remainder))
    }
    try charge(GasSchedule.quotient(x.words, y.words))
    let left = view(x, 0)
    let right = view(y, 1)
    let size = try run { () throws(ArithmeticFailure) in
      try LimbArithmetic.modulo(left, right, into: place, scratch: pointee.scratch)
    }
    setInt(target, try takeWord(size: size))
  }

  func divideWithRemainder(_ o: SIMD8<UInt16>) throws(Halt) {
    let x = int(o[2])
    let y = int(o[3])
    if x.isNarrow, y.isNarrow {
      let divisor = y.narrow
      if divisor == 0 { throw Halt(.divisionByZero) }
      var (quotient, remainder) = x.narrow.quotientAndRemainder(dividingBy: divisor)
      if remainder != 0, (remainder < 0) != (divisor < 0) {
        quotient -= 1
        remainder += divisor
      }
      let word = Word(narrow: quotient)
      if word.narrow == quotient {
        setInt(o[0], word)
        return setInt(o[1], Word(narrow: remainder))
      }
    }
    try charge(GasSchedule.quotient(x.words, y.words))
    let left = view(x, 0)
    let right = view(y, 1)
    let sizes: LimbArithmetic.DivisionSizes
    do {
      sizes = try LimbArithmetic.divideFloor(
        left, by: right, quotient: place, remainder: pointee.scratch)
    } catch { throw Halt(arithmetic: error) }
    setInt(o[0], try takeWord(size: sizes.quotient))
    setInt(o[1], try makeWord(pointee.scratch, size: sizes.remainder))
  }

  func multiplyDivide(_ o: SIMD8<UInt16>, _ rounding: Rounding) throws(Halt) {
    let x = int(o[1])
    let y = int(o[2])
    let z = int(o[3])
    if x.isSmall, y.isSmall, z.isSmall, !z.isZero {
      let product = x.small.multipliedFullWidth(by: y.small)
      let low = Int(bitPattern: product.low)
      // The least integer divided by minus one has no quotient.
      if product.high == low &>> 63, low != .min {
        return setInt(o[0], Word(try rounded(low, z.small, rounding)))
      }
    }
    let isNarrow = x.isNarrow && y.isNarrow && z.isNarrow
    if isNarrow {
      let divisor = z.narrow
      if divisor == 0 { throw Halt(.divisionByZero) }
      let (product, overflow) = x.narrow.multipliedReportingOverflow(by: y.narrow)
      if !overflow {
        let quotient = try rounded(product, divisor, rounding)
        let word = Word(narrow: quotient)
        if word.narrow == quotient { return setInt(o[0], word) }
      } else {
        let isNegative = (x.isNegative != y.isNegative) != z.isNegative
        let quotient = try run { () throws(ArithmeticFailure) in
          try LimbArithmetic.multiplyDivide(
            x.narrow.magnitude, by: y.narrow.magnitude,
            dividedBy: ShortDivisor(divisor.magnitude), negative: isNegative, rounding: rounding)
        }
        if let quotient, let word = Word(magnitude: quotient, isNegative: isNegative) {
          return setInt(o[0], word)
        }
      }
    } else {
      try charge(GasSchedule.productQuotient(x.words, y.words, z.words))
    }
    let left = view(x, 0)
    let right = view(y, 1)
    let divisor = view(z, 2)
    let size = try run { () throws(ArithmeticFailure) in
      try LimbArithmetic.multiplyDivide(
        left, by: right, dividedBy: divisor, rounding: rounding, into: place,
        scratch: pointee.scratch)
    }
    if isNarrow, narrowValue(LimbView(limbs: place, size: size)) == nil {
      try charge(GasSchedule.productQuotient(x.words, y.words, z.words))
    }
    setInt(o[0], try takeWord(size: size))
  }

  // MARK: - Powers and roots

  func power(_ x: Word, _ n: Word, to target: UInt16) throws(Halt) {
    if n.isNegative { throw Halt(.negativeExponent) }
    let bits = x.bitCount
    if bits > 1 {
      // The power has more than (bits - 1) times n bits.
      guard let times = n.int, times < Limits.integerBits,
        (bits - 1) * times < Limits.integerBits
      else { throw Halt(.integerTooLarge) }
      try charge(GasSchedule.power(bits: bits, exponent: UInt64(times)))
    }
    let base = view(x, 0)
    let exponent = view(n, 1)
    let size = try run { () throws(ArithmeticFailure) in
      try LimbArithmetic.power(
        base, exponent: exponent, into: place, scratch: pointee.scratch)
    }
    setInt(target, try takeWord(size: size))
  }

  func root(_ x: Word, _ n: Word, to target: UInt16) throws(Halt) {
    if n.isNegative || n.isZero || x.isNegative { throw Halt(.negativeRoot) }
    try charge(GasSchedule.root(x.words))
    let radicand = view(x, 0)
    let degree = view(n, 1)
    let size = try run { () throws(ArithmeticFailure) in
      try LimbArithmetic.root(radicand, degree: degree, into: place)
    }
    setInt(target, try takeWord(size: size))
  }

  /// The pinned ladder of the specification, with every product paid before it is made.
  func fixedPower(_ o: SIMD8<UInt16>, _ rounding: Rounding) throws(Halt) {
    let base = int(o[1])
    let exponent = int(o[2])
    let scale = int(o[3])
    if scale.isZero || scale.isNegative { throw Halt(.divisionByZero) }
    if exponent.isNegative { throw Halt(.negativeExponent) }
    guard exponent.bitCount <= 64 else { throw Halt(.integerTooLarge) }
    var rest = UInt64(truncatingIfNeeded: exponent.narrow)
    let divisor = view(scale, 2)
    let capacity = LimbArithmetic.resultCapacity
    let working = pointee.scratch + 4 * capacity
    var total = divisor
    var totalTarget = pointee.scratch
    var totalSpare = pointee.scratch + capacity
    var square = view(base, 0)
    var squareTarget = pointee.scratch + 2 * capacity
    var squareSpare = pointee.scratch + 3 * capacity
    if divisor.limbCount <= 2, square.limbCount <= 2 {
      var ladder = ShortLadder(base: square, scale: divisor.short, exponent: rest)
      try climb(&ladder, rounding)
      rest = ladder.rest
      total = ladder.total.store(to: totalSpare)
      square = ladder.square.store(to: squareSpare)
    }
    func step(
      _ a: LimbView, _ b: LimbView, into target: UnsafeMutablePointer<UInt>
    ) throws(Halt) -> LimbView {
      let words = (max(a.limbCount, 1), max(b.limbCount, 1), max(divisor.limbCount, 1))
      try charge(GasSchedule.fixedPowerStep(words.0, words.1, words.2))
      let size = try run { () throws(ArithmeticFailure) in
        try LimbArithmetic.multiplyDivide(
          a, by: b, dividedBy: divisor, rounding: rounding, into: target, scratch: working)
      }
      return LimbView(limbs: UnsafePointer(target), size: size)
    }
    while rest > 0 {
      if rest & 1 == 1 {
        total = try step(total, square, into: totalTarget)
        swap(&totalTarget, &totalSpare)
      }
      rest >>= 1
      if rest > 0 {
        square = try step(square, square, into: squareTarget)
        swap(&squareTarget, &squareSpare)
      }
    }
    place.update(from: total.limbs, count: total.limbCount)
    setInt(o[0], try takeWord(size: total.size))
  }

  /// Does the steps of a ladder up to the first whose quotient has more than 128 bits.
  private func climb(_ ladder: inout ShortLadder, _ rounding: Rounding) throws(Halt) {
    let divisor = ladder.divisor
    var total = ladder.total
    var square = ladder.square
    var rest = ladder.rest
    while rest > 0 {
      if rest & 1 == 1 {
        guard let next = try step(total, square, divisor, rounding) else { break }
        total = next
        rest &-= 1
      }
      if rest > 1 {
        guard let next = try step(square, square, divisor, rounding) else { break }
        square = next
      }
      rest >>= 1
    }
    ladder.total = total
    ladder.square = square
    ladder.rest = rest
  }

  /// One step of a ladder, which is paid if its quotient has at most 128 bits; nil otherwise.
  @inline(__always)
  private func step(
    _ a: ShortFactor, _ b: ShortFactor, _ divisor: ShortDivisor, _ rounding: Rounding
  ) throws(Halt) -> ShortFactor? {
    let product = a.magnitude.multipliedFullWidth(by: b.magnitude)
    guard let (quotient, remainder) = divisor.divide(product.high, product.low), quotient < .max
    else { return nil }
    try charge(
      GasSchedule.fixedPowerStep(
        a.magnitude.words, b.magnitude.words, divisor.value.words))
    let isNegative = a.isNegative != b.isNegative
    let isAway = try run { () throws(ArithmeticFailure) in
      try rounding.isAway(
        quotient, remainder: remainder, divisor: divisor.value, negative: isNegative)
    }
    return ShortFactor(magnitude: isAway ? quotient &+ 1 : quotient, isNegative: isNegative)
  }

  func greatestCommonDivisor(_ x: Word, _ y: Word, to target: UInt16) throws(Halt) {
    try charge(GasSchedule.gcd(x.words, y.words))
    let size = LimbArithmetic.gcd(view(x, 0), view(y, 1), into: place)
    setInt(target, try takeWord(size: size))
  }

  func modularPower(_ o: SIMD8<UInt16>) throws(Halt) {
    let x = int(o[1])
    let n = int(o[2])
    let m = int(o[3])
    if m.isZero || m.isNegative { throw Halt(.invalidModulus) }
    if n.isNegative { throw Halt(.negativeExponent) }
    try charge(GasSchedule.modularPower(bits: n.bitCount, x.words, m.words))
    let base = view(x, 0)
    let exponent = view(n, 1)
    let modulus = view(m, 2)
    let size = try run { () throws(ArithmeticFailure) in
      try LimbArithmetic.powerModulo(
        base, exponent: exponent, modulus: modulus, into: place)
    }
    setInt(o[0], try takeWord(size: size))
  }

  func modularInverse(_ x: Word, _ m: Word, to target: UInt16) throws(Halt) {
    if m.isZero || m.isNegative { throw Halt(.invalidModulus) }
    try charge(GasSchedule.gcd(x.words, m.words))
    let value = view(x, 0)
    let modulus = view(m, 1)
    let size = try run { () throws(ArithmeticFailure) in
      try LimbArithmetic.inverseModulo(value, modulus: modulus, into: place)
    }
    setInt(target, try takeWord(size: size))
  }

  // MARK: - Bits

  func bitwise(_ opcode: Opcode, _ x: Word, _ y: Word, to target: UInt16) throws(Halt) {
    if x.isNarrow, y.isNarrow {
      let combined =
        switch opcode {
        case .bitAnd: x.doubled & y.doubled
        case .bitOr: x.doubled | y.doubled
        default: x.doubled ^ y.doubled
        }
      return setInt(target, Word(doubled: combined))
    }
    try charge(GasSchedule.bitwise(x.words, y.words))
    let left = view(x, 0)
    let right = view(y, 1)
    let size = try run { () throws(ArithmeticFailure) in
      switch opcode {
      case .bitAnd: try LimbArithmetic.and(left, right, into: place)
      case .bitOr: try LimbArithmetic.or(left, right, into: place)
      default: try LimbArithmetic.xor(left, right, into: place)
      }
    }
    setInt(target, try takeWord(size: size))
  }

  func shiftLeft(_ x: Word, _ n: Word, to target: UInt16) throws(Halt) {
    if n.isNegative { throw Halt(.invalidShift) }
    if x.isZero { return setInt(target, x) }
    guard let places = n.int, x.bitCount + min(places, Limits.integerBits) <= Limits.integerBits
    else { throw Halt(.integerTooLarge) }
    if x.isNarrow, x.bitCount + places < Int128.bitWidth {
      let shifted = x.narrow << Int128(places)
      let word = Word(narrow: shifted)
      if word.narrow == shifted { return setInt(target, word) }
    }
    try charge(GasSchedule.shift(GasSchedule.words(bits: x.bitCount + places)))
    let value = view(x, 0)
    let distance = view(n, 1)
    let size = try run { () throws(ArithmeticFailure) in
      try LimbArithmetic.shiftLeft(value, by: distance, into: place)
    }
    setInt(target, try takeWord(size: size))
  }

  func shiftRight(_ x: Word, _ n: Word, to target: UInt16) throws(Halt) {
    if n.isNegative { throw Halt(.invalidShift) }
    if x.isNarrow {
      let places = min(n.int ?? 127, 127)
      return setInt(target, Word(narrow: x.narrow >> Int128(places)))
    }
    try charge(GasSchedule.sum(x.words, 1))
    let value = view(x, 0)
    let distance = view(n, 1)
    let size = try run { () throws(ArithmeticFailure) in
      try LimbArithmetic.shiftRight(value, by: distance, into: place)
    }
    setInt(target, try takeWord(size: size))
  }

  // MARK: - Comparisons

  /// Orders two integers: negative, zero or positive.
  func compare(_ x: Word, _ y: Word) throws(Halt) -> Int {
    if x.isNarrow, y.isNarrow {
      return x.doubled < y.doubled ? -1 : x.doubled == y.doubled ? 0 : 1
    }
    try charge(GasSchedule.comparison(x.words, y.words))
    return LimbArithmetic.compare(view(x, 0), view(y, 1))
  }

  /// Goes on at an instruction of the current function.
  func jump(to target: UInt16) {
    let index = pointee.activation.function.pointee.firstInstruction &+ Int(target)
    let pc = pointee.activation.steps + index << (pointee.activation.stepShift - 3)
    pointee.activation.limit &+= Int(bitPattern: pc) &- Int(bitPattern: pointee.activation.pc)
    pointee.activation.pc = pc
  }
}

/// The ladder of a fixed-point power as long as its numbers have at most 128 bits.
private struct ShortLadder {
  let divisor: ShortDivisor
  var total: ShortFactor
  var square: ShortFactor
  /// What is left of the exponent; it is even once its last factor has been multiplied.
  var rest: UInt64

  init(base: LimbView, scale: UInt128, exponent: UInt64) {
    divisor = ShortDivisor(scale)
    total = ShortFactor(magnitude: scale, isNegative: false)
    square = ShortFactor(magnitude: base.short, isNegative: base.isNegative)
    rest = exponent
  }
}

private struct ShortFactor {
  var magnitude: UInt128
  var isNegative: Bool

  func store(to limbs: UnsafeMutablePointer<UInt>) -> LimbView {
    let size = LimbArithmetic.store(magnitude, into: limbs)
    return LimbView(limbs: limbs, size: isNegative ? 0 &- size : size)
  }
}

extension UInt128 {
  /// 64-bit words, at least one.
  @inline(__always)
  fileprivate var words: Int { self &>> 64 == 0 ? 1 : 2 }
}
