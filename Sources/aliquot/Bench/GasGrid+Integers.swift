import Bytecode
import Integers

extension GasGrid {
  func integerCases(_ opcode: Opcode) -> [GasCase] {
    switch opcode {
    case .intConst:
      return [
        one(opcode, "narrow") { p in
          let d = p.reserve(.int)
          return Body(code: [Instruction(.intConst, d, p.constant(12_345))])
        }
      ]
    case .intSmall:
      return [one(opcode, "") { p in Body(code: [Instruction(.intSmall, p.reserve(.int), 7)]) }]
    case .intMove, .neg, .abs, .bitLength, .not:
      return words.flatMap { n in
        [false, true].map { isNegative in
          one(opcode, "\(isNegative ? "-" : "")\(n)w") { p in
            let x = p.int(bits: Self.bits(n))
            if isNegative { p.once(.neg, x, x) }
            return Body(code: [Instruction(opcode, p.reserve(.int), x)])
          }
        }
      }
    case .addSmall, .mulSmall:
      return words.map { n in
        one(opcode, "\(n)w") { p in
          // The widest has room for the result.
          let x = p.int(bits: Self.bits(n) - (n == 256 ? 16 : 0))
          return Body(code: [Instruction(opcode, p.reserve(.int), x, 32_767)])
        }
      }
    case .add, .sub:
      return pairs { n, m in
        one(opcode, "\(n)w \(m)w") { p in
          let x = p.int(bits: Self.bits(n) - (n == 256 ? 2 : 0))
          let y = p.int(bits: Self.bits(m) - (m == 256 ? 2 : 0))
          return Body(code: [Instruction(opcode, p.reserve(.int), x, y)])
        }
      }
    case .mul:
      return pairs { n, m in
        n + m > 256
          ? nil
          : one(opcode, "\(n)w \(m)w") { p in
            let (x, y) = (p.int(bits: Self.bits(n)), p.int(bits: Self.bits(m)))
            return Body(code: [Instruction(opcode, p.reserve(.int), x, y)])
          }
      }
    case .min, .max, .equal, .notEqual, .less, .lessEqual:
      return pairs { n, m in
        one(opcode, "\(n)w \(m)w\(n == m ? " same" : "")") { p in
          let x = p.int(bits: Self.bits(n))
          var y = p.reserve(.int)
          if n == m {
            // The same value in another block.
            p.once(.neg, y, x)
            p.once(.neg, y, y)
          } else {
            y = p.int(bits: Self.bits(m))
          }
          return Body(code: [Instruction(opcode, p.reserve(.int), x, y)])
        }
      }
    case .bitAnd, .bitOr, .bitXor:
      return pairs { n, m in
        [false, true].map { isNegative in
          one(opcode, isNegative ? "-\(n)w -\(m)w" : "\(n)w \(m)w") { p in
            let (x, y) = (p.int(bits: Self.bits(n)), p.int(bits: Self.bits(m)))
            if isNegative {
              p.once(.neg, x, x)
              p.once(.neg, y, y)
            }
            return Body(code: [Instruction(opcode, p.reserve(.int), x, y)])
          }
        }
      }
    case .div:
      return pairs { n, m in
        Rounding.allCases.filter { $0 == .floor || ($0 == .even && n >= m) }.map { rounding in
          one(opcode, "\(rounding) \(n)w -\(m)w") { p in
            let (x, y) = (p.int(bits: Self.bits(n)), p.int(bits: Self.bits(m)))
            p.once(.neg, y, y)
            return Body(
              code: [Instruction(opcode, p.reserve(.int), x, y, UInt16(rounding.rawValue))])
          }
        }
      }
    case .mod, .divmod:
      return pairs { n, m in
        one(opcode, "\(n)w -\(m)w") { p in
          let (x, y) = (p.int(bits: Self.bits(n)), p.int(bits: Self.bits(m)))
          p.once(.neg, y, y)
          let d = p.reserve(.int)
          return Body(
            code: [
              opcode == .mod
                ? Instruction(.mod, d, x, y) : Instruction(.divmod, d, p.reserve(.int), x, y)
            ])
        }
      }
    case .muldiv:
      return pairs { n, m in
        Set([1, m, n + m]).sorted().filter { k in n + m - k <= 255 && k <= 256 }.map { k in
          one(opcode, "\(n)w \(m)w \(k)w") { p in
            let (x, y) = (p.int(bits: Self.bits(n)), p.int(bits: Self.bits(m)))
            let z = p.int(bits: Self.bits(k))
            return Body(code: [Instruction(opcode, p.reserve(.int), x, y, z, 3)])
          }
        }
      }
    case .pow:
      var all = [
        (1, 2), (1, 10), (1, 100), (2, 3), (2, 100), (4, 2), (4, 60), (32, 7), (64, 3), (128, 2),
      ]
      .map { words, exponent in power(words * 60, exponent) }
      all +=
        [2, 3, 16].flatMap { bits in [1, 3, 15, 127, 1_000].map { power(bits, $0) } } + [
          power(2, 5_000), power(3, 5_000),
        ]
      all += [power(1, 1_000_000_000), power(2, 8_191), power(2, 8_190)]
      return all
    case .root:
      return [1, 2, 3, 7, 16, 50, 100, 300, 500, 700, 1_000, 1_500, 3_000, 8_000].flatMap {
        degree in
        words.map { n in
          one(opcode, "\(n)w degree \(degree)") { p in
            let (x, y) = (p.int(bits: Self.bits(n)), p.int(Integer(degree)))
            return Body(code: [Instruction(opcode, p.reserve(.int), x, y)])
          }
        }
      }
    case .gcd, .invMod:
      return pairs { n, m in
        one(opcode, "\(n)w \(m)w", copies: 8) { p in
          let x = p.int(bits: Self.bits(n))
          let y = p.int(bits: Self.bits(m))
          if opcode == .invMod {
            // A prime modulus has no divisor in common with anything: 2^e - 1 for a fitting e.
            let exponent = [61, 127, 127, 127, 521, 607, 2_203, 4_253, 4_423, 11_213][
              words.firstIndex(of: m) ?? 0]
            let (two, power) = (p.int(2), p.int(Integer(exponent)))
            p.once(.pow, y, two, power)
            p.once(.addSmall, y, y, UInt16(bitPattern: -1))
            return Body(code: [Instruction(opcode, p.reserve(.int), x, y)])
          }
          return Body(code: [Instruction(opcode, p.reserve(.int), x, y)])
        }
      }
    case .powMod:
      return [
        (1, 1, 1), (1, 1, 4), (4, 1, 4), (4, 4, 4), (32, 4, 4), (16, 16, 16), (8, 8, 32),
        (256, 1, 1),
        (256, 256, 1), (4, 256, 4), (64, 1, 64), (64, 64, 64), (256, 1, 256), (256, 4, 256),
      ]
      .flatMap { n, e, m in
        [false, true].map { isEven in
          one(opcode, "\(n)w ^ \(e)w mod \(m)w\(isEven ? " even" : "")", copies: 1) { p in
            let (x, y) = (p.int(bits: Self.bits(n)), p.int(bits: Self.bits(e)))
            let z = p.int(bits: Self.bits(m))
            let one = p.int(1)
            p.once(.bitOr, z, z, one)
            if isEven { p.once(.sub, z, z, one) }
            return Body(code: [Instruction(opcode, p.reserve(.int), x, y, z)])
          }
        }
      }
        + [0, 1, 2, 3].map { exponent in
          one(opcode, "4w ^ \(exponent) mod 4w") { p in
            let (x, z) = (p.int(bits: 256), p.int(bits: 256))
            return Body(code: [Instruction(opcode, p.reserve(.int), x, p.int(Integer(exponent)), z)]
            )
          }
        }
    case .fixedPow:
      return [1, 2, 3, 4, 16, 64, 127].flatMap { n in
        [0, 1, 2, 1_000, 1_000_000_007].map { exponent in
          one(opcode, "\(n)w ^ \(exponent)", copies: n > 16 ? 2 : 8) { p in
            // A base little above the scale, so that powers stay small.
            let scale = p.int(bits: Self.bits(n))
            let base = p.reserve(.int)
            p.once(.addSmall, base, scale, 1)
            return Body(
              code: [
                Instruction(.fixedPow, p.reserve(.int), base, p.int(Integer(exponent)), scale, 3)
              ])
          }
        }
      }
    case .shiftLeft:
      return words.flatMap { n in
        [1, 64, 777, 8_000].filter { Self.bits(n) + $0 <= 16_384 }.map { places in
          one(opcode, "\(n)w by \(places)") { p in
            let x = p.int(bits: Self.bits(n))
            return Body(code: [Instruction(opcode, p.reserve(.int), x, p.int(Integer(places)))])
          }
        }
      }
    case .shiftRight:
      return words.flatMap { n in
        [-1, 1].flatMap { sign in
          [1, 64, 777, 8_000].map { places in
            one(opcode, "\(sign < 0 ? "-" : "")\(n)w by \(places)") { p in
              let x = p.int(bits: Self.bits(n))
              if sign < 0 { p.once(.neg, x, x) }
              return Body(code: [Instruction(opcode, p.reserve(.int), x, p.int(Integer(places)))])
            }
          }
        }
      }
    default: return []
    }
  }

  private func power(_ bits: Int, _ exponent: Int) -> GasCase {
    one(.pow, "\(bits)b ^ \(exponent)", copies: 4) { p in
      let x = bits == 1 ? p.int(-1) : p.int(bits: bits)
      return Body(code: [Instruction(.pow, p.reserve(.int), x, p.int(Integer(exponent)))])
    }
  }

  private func pairs(_ make: (Int, Int) -> GasCase?) -> [GasCase] {
    words.flatMap { n in words.compactMap { m in make(n, m) } }
  }

  private func pairs(_ make: (Int, Int) -> [GasCase]) -> [GasCase] {
    words.flatMap { n in words.flatMap { m in make(n, m) } }
  }
}
