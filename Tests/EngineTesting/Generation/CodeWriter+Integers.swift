import Bytecode
import Integers

/// Statements on integers.
extension CodeWriter {
  private static let opcodes: [Opcode] = [
    .add, .add, .addSmall, .sub, .sub, .mul, .mul, .mulSmall, .neg, .abs, .min, .max, .div, .div,
    .mod, .divmod, .muldiv, .muldiv, .pow, .root, .bitLength, .gcd, .powMod, .invMod, .fixedPow,
    .bitAnd, .bitOr, .bitXor, .shiftLeft, .shiftRight, .equal, .notEqual, .less, .lessEqual, .not,
    .intMove, .intSmall, .intConst,
  ]

  private mutating func rounding() -> Int { random.below(Rounding.allCases.count) }

  private mutating func small() -> Int {
    Int(Instruction.immediate(random.pick([0, 1, -1, 2, 7, -7, 100, 32_767, -32_768])))
  }

  /// A register for a factor or the like: wide ones only while the result can have the bits.
  private mutating func factor(beside bits: Int = 0) -> Int {
    let register = int()
    if intFacts(register).bits + bits <= Integer.maximumBitCount { return register }
    return random.chance(80) ? int(.bits(max(1, Integer.maximumBitCount - bits))) : register
  }

  /// One instruction on integers.
  mutating func arithmetic() {
    let opcode = random.pick(Self.opcodes)
    switch opcode {
    case .addSmall, .mulSmall:
      let a = factor(beside: 16)
      let d = intDestination()
      emit(opcode, d, a, small())
      set(d, IntFacts(bits: intFacts(a).bits + 16))
    case .intSmall, .intConst: make(.any, in: intDestination())
    case .neg, .abs, .bitLength, .not, .intMove:
      let a = int()
      let d = intDestination()
      emit(opcode, d, a)
      switch opcode {
      case .not: set(d, IntFacts(0...1))
      case .bitLength: set(d, IntFacts(0...16_384))
      case .intMove: set(d, intFacts(a))
      default: set(d, IntFacts(bits: intFacts(a).bits, isNonNegative: opcode == .abs))
      }
    case .div, .mod, .divmod, .muldiv: division(opcode)
    case .pow, .root, .powMod, .invMod, .fixedPow: power(opcode)
    case .shiftLeft, .shiftRight: shift(opcode)
    default: combination(opcode)
    }
  }

  private mutating func combination(_ opcode: Opcode) {
    let a = factor()
    let b = opcode == .mul ? factor(beside: intFacts(a).bits) : factor(beside: 1)
    let d = intDestination()
    let (left, right) = (intFacts(a), intFacts(b))
    emit(opcode, d, a, b)
    switch opcode {
    case .mul:
      set(
        d,
        IntFacts(
          bits: left.bits + right.bits, isNonNegative: left.isNonNegative && right.isNonNegative,
          isNonZero: left.isNonZero && right.isNonZero))
    case .equal, .notEqual, .less, .lessEqual: set(d, IntFacts(0...1))
    case .sub: set(d, IntFacts(bits: max(left.bits, right.bits) + 1))
    default:
      set(
        d,
        IntFacts(
          bits: max(left.bits, right.bits) + 1,
          isNonNegative: left.isNonNegative && right.isNonNegative || opcode == .gcd))
    }
  }

  private mutating func division(_ opcode: Opcode) {
    let a = factor()
    let d = intDestination()
    switch opcode {
    case .div:
      let b = int(.nonZero)
      var rounding = rounding()
      if rounding == Int(Rounding.exact.rawValue), random.chance(70) {
        // Something that divides.
        emit(.mul, a, a, b)
        if random.chance(8) { rounding = 0 }
      }
      emit(.div, d, a, b, rounding)
    case .mod: emit(.mod, d, a, int(.nonZero))
    case .divmod:
      let r = random.chance(5) ? d : intDestination()
      emit(.divmod, d, r, a, int(.nonZero))
      set(r, IntFacts(bits: intFacts(a).bits))
    default:
      let b = factor(beside: intFacts(a).bits / 2)
      let c = int(.nonZero)
      let rounding = rounding()
      if rounding == Int(Rounding.exact.rawValue), random.chance(60) { emit(.mul, a, b, c) }
      emit(.muldiv, d, a, b, c, rounding)
      return set(d, IntFacts(bits: intFacts(a).bits + intFacts(b).bits))
    }
    set(d, IntFacts(bits: intFacts(a).bits))
  }

  private mutating func power(_ opcode: Opcode) {
    let d = intDestination()
    let exponent = magnitude.isLarge ? 300 : 40
    switch opcode {
    case .pow:
      let n = int(random.chance(97) ? .range(0...exponent) : .any)
      let limit = random.chance(90) ? Integer.maximumBitCount / exponent : 3_000
      let a = int(.bits(limit))
      emit(.pow, d, a, n)
      set(d, IntFacts(bits: min(16_384, intFacts(a).bits * exponent)))
    case .root:
      let a = int(random.chance(96) ? .nonNegative : .any)
      let n = int(random.chance(85) ? .range(1...9) : .positive)
      emit(.root, d, a, n)
      set(d, IntFacts(bits: intFacts(a).bits, isNonNegative: true))
    case .powMod:
      let bits = magnitude.isLarge ? 2_048 : 200
      let a = int(random.chance(70) ? .bits(bits) : .any)
      let n = int(random.chance(90) ? .range(0...300) : .bits(bits))
      let m = int(.positive)
      emit(.powMod, d, a, n, m)
      set(d, IntFacts(bits: intFacts(m).bits, isNonNegative: true))
    case .invMod:
      let m = int(.positive)
      let a = int(.nonZero)
      if random.chance(92) {
        // One less than the modulus has an inverse.
        emit(.addSmall, a, m, Int(Instruction.immediate(-1)))
      }
      emit(.invMod, d, a, m)
      set(d, IntFacts(bits: intFacts(m).bits, isNonNegative: true))
    default:
      let a = int(.bits(random.chance(90) ? 300 : 2_000))
      let n = int(.range(0...exponent))
      let s = int(random.chance(85) ? .positive : .nonZero)
      emit(.fixedPow, d, a, n, s, random.chance(85) ? random.below(4) : rounding())
      set(d, IntFacts(bits: 8_000))
    }
  }

  private mutating func shift(_ opcode: Opcode) {
    let a = factor()
    let free = Integer.maximumBitCount - intFacts(a).bits
    let far = random.chance(92) ? max(0, min(free, 260)) : 17_000
    let n = int(random.chance(97) ? .range(0...far) : .any)
    let d = intDestination()
    emit(opcode, d, a, n)
    let bits = intFacts(a).bits + (opcode == .shiftLeft ? far : 0)
    set(d, IntFacts(bits: min(bits, 16_384), isNonNegative: intFacts(a).isNonNegative))
  }

  /// Works at the very limit of an integer.
  mutating func extremeInteger() {
    let (a, n, d) = (intDestination(), intDestination(), intDestination())
    constant(Integer(random.pick([1, -1, 3])), in: a)
    emit(.intSmall, n, 16_381 + random.below(4))
    emit(.shiftLeft, d, a, n)
    let opcode = random.pick([.add, .sub, .bitXor, .bitOr, .min] as [Opcode])
    emit(opcode, intDestination(), d, int())
    set(d, IntFacts(bits: 16_384))
  }
}
