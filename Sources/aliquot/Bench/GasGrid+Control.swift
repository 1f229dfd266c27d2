import Bytecode
import Integers

extension GasGrid {
  func controlCases(_ opcode: Opcode) -> [GasCase] {
    switch opcode {
    case .jump: return [one(opcode, "") { _ in Body(code: [Instruction(.jump, 1)]) }]
    case .jumpEqual, .jumpNotEqual, .jumpLess, .jumpLessEqual:
      return [1, 2, 3, 16, 256].flatMap { n in
        [true, false].map { isSame in
          one(opcode, "\(n)w \(isSame ? "same" : "larger")") { p in
            let x = p.int(bits: Self.bits(n))
            let y = p.reserve(.int)
            p.once(.neg, y, x)
            if !isSame { p.once(.addSmall, y, y, 1) }
            p.once(.neg, y, y)
            return Body(code: [Instruction(opcode, y, x, 1)])
          }
        }
      }
    case .jumpEqualSmall, .jumpNotEqualSmall, .jumpLessSmall, .jumpLessEqualSmall,
      .jumpGreaterSmall,
      .jumpGreaterEqualSmall:
      return [-7, 5, 7].map { value in
        one(opcode, "\(value)") { p in
          Body(code: [Instruction(opcode, p.int(Integer(value)), 5, 1)])
        }
      } + [
        one(opcode, "256w") { p in
          Body(code: [Instruction(opcode, p.int(bits: 16_384), 5, 1)])
        }
      ]
    case .jumpSame, .jumpDifferent:
      return lengths.map { count in
        one(opcode, "\(count) bytes same") { p in
          let x = p.bytes(count: count)
          let y = p.reserve(.bytes)
          // A copy in another place.
          if count > 1 {
            let (start, rest) = (p.int(0), p.int(1))
            let length = p.int(Integer(count - 1))
            let first = p.reserve(.bytes)
            p.once(.slice, first, x, start, rest)
            p.once(.slice, y, x, rest, length)
            p.once(.concat, y, first, y)
          }
          return Body(code: [Instruction(opcode, x, y, 1)])
        }
      }
    case .loopLess:
      return [1, 2, 3, 256].map { n in
        one(opcode, "\(n)w") { p in
          let (x, y) = (p.int(bits: Self.bits(n) - 1), p.int(1))
          return Body(code: [Instruction(opcode, x, y, 1)])
        }
      }
    case .call:
      let shapes = [
        (0, 0, 0), (1, 0, 0), (8, 2, 0), (64, 0, 0), (256, 0, 0), (0, 256, 0), (0, 0, 256),
        (256, 256, 256),
      ]
      return shapes.map { ints, strings, lists in
        one(opcode, "with ret, frame \(ints)/\(strings)/\(lists)") { p in
          var counts = BankCounts()
          (counts.int, counts.bytes, counts.list) = (ints, strings, lists)
          let function = p.function([], [], registers: counts, [Instruction(.ret, 0, 0, 0)])
          // The frame begins behind the registers of this one.
          return Body(code: [
            Instruction(.call, function, p.reserve(.int), p.reserve(.bytes), p.reserve(.list))
          ])
        }
      }
    case .ret:
      let shapes = [
        (0, 0, 0), (1, 0, 0), (2, 0, 0), (0, 1, 0), (0, 0, 1), (16, 0, 0), (32, 16, 16), (64, 0, 0),
        (0, 64, 0), (0, 0, 64),
      ]
      return shapes.map { ints, strings, lists in
        one(opcode, "with call, results \(ints)/\(strings)/\(lists)") { p in
          let kinds =
            [Kind](repeating: .int, count: ints) + [Kind](repeating: .bytes, count: strings)
            + [Kind](repeating: .list, count: lists)
          let function = p.function(
            [], kinds,
            [Instruction(.ret, ints > 0 ? 1 : 0, strings > 0 ? 1 : 0, lists > 0 ? 1 : 0)])
          return Body(code: [
            Instruction(
              .call, function, p.reserve(.int, max(ints, 1)), p.reserve(.bytes, max(strings, 1)),
              p.reserve(.list, max(lists, 1)))
          ])
        }
      }
    case .fail:
      typealias Shape = BenchDeclarations.Shape
      return [
        (Shape.nothing, 0), (Shape.integer, 8), (Shape.string, 32), (Shape.string, 65_536),
        (Shape.many, 32),
      ]
      .map { shape, count in
        one(opcode, "with call and try, arguments \(shape) of \(count) bytes", copies: 4, most: 200)
        { p in
          // What fails stands in a function of its own, with the arguments made there.
          let text = p.randomBytes(count)
          let string = p.constant(text)
          var code: [Instruction] = []
          if shape == Shape.string { code.append(Instruction(.bytesConst, 0, string)) }
          if shape == Shape.many {
            for index in 0..<32 { code.append(Instruction(.bytesConst, UInt16(index), string)) }
          }
          let function = p.function([], [], code + [Instruction(.fail, shape, 0, 0)])
          let (ok, number, gas) = (p.reserve(.int), p.reserve(.int), p.int(500_000))
          let (origin, arguments) = (p.reserve(.bytes), p.reserve(.bytes))
          return Body(code: [
            Instruction(.tryNext, ok, number, origin, arguments, gas),
            Instruction(.call, function, p.reserve(.int), p.reserve(.bytes), 0),
          ])
        }
      }
    default: return []
    }
  }
}
