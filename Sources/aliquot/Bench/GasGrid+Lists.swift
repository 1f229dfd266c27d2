import Bytecode
import Integers

extension GasGrid {
  func listCases(_ opcode: Opcode) -> [GasCase] {
    let isSum = opcode == .listSum || opcode == .listDot
    return plainListCases(opcode) + (isSum ? mixedCases(opcode) : [])
  }

  private func plainListCases(_ opcode: Opcode) -> [GasCase] {
    switch opcode {
    case .listShare, .listCount, .listCopy, .listSum:
      // A long list takes longer to fill than what takes no time at all.
      let isShort = opcode == .listShare || opcode == .listCount
      return listShapes().filter { !isShort || $0.0 <= 1_000 }.map { count, bits in
        one(opcode, Self.describe(count, bits), copies: count > 5_000 ? 1 : count > 500 ? 4 : 32) {
          p in
          let list = p.list(count: count, bits: bits)
          let isInt = opcode == .listCount || opcode == .listSum
          return Body(code: [Instruction(opcode, p.reserve(isInt ? .int : .list), list)])
        }
      }
    case .listSort, .listSortBy:
      return listShapes().flatMap { count, bits in
        [false, true].map { isSorted in
          one(
            opcode, Self.describe(count, bits) + (isSorted ? " sorted" : ""),
            copies: count > 5_000 ? 1 : count > 500 ? 4 : 16
          ) { p in
            let list = p.list(count: count, bits: bits)
            let copy = p.reserve(.list)
            if isSorted { p.once(.listSort, list) }
            return Body(
              setup: [Instruction(.listCopy, copy, list)],
              code: [
                opcode == .listSort
                  ? Instruction(.listSort, copy) : Instruction(.listSortBy, copy, list)
              ])
          }
        }
      }
    case .listDot:
      return listShapes().flatMap { count, bits in
        Set([0, bits]).sorted().map { otherBits in
          one(
            opcode, Self.describe(count, bits) + " by \(otherBits == 0 ? 31 : otherBits)b",
            copies: count > 500 ? 1 : 8
          ) { p in
            let (x, y) = (p.list(count: count, bits: bits), p.list(count: count, bits: otherBits))
            return Body(code: [Instruction(opcode, p.reserve(.int), x, y)])
          }
        }
      }
    case .listNew:
      return (counts + [100_000]).map { count in
        one(opcode, "\(count) elements", copies: count > 500 ? 1 : 32) { p in
          let size = p.int(Integer(count))
          return Body(code: [Instruction(opcode, p.reserve(.list), size)])
        }
      }
    case .listSlice:
      return (counts + [100_000]).map { count in
        one(opcode, "\(count) elements", copies: count > 500 ? 1 : 32) { p in
          let list = p.list(count: count)
          let (start, size) = (p.int(0), p.int(Integer(count)))
          return Body(code: [Instruction(opcode, p.reserve(.list), list, start, size)])
        }
      }
    case .listGet, .listSet:
      return [10, 1_000, 100_000].map { count in
        one(opcode, "of \(count), in turn") { p in
          let list = p.list(count: count)
          // A stride that jumps about in the list.
          let (index, size, stride) = (p.int(0), p.int(Integer(count)), p.int(7_919))
          let value = p.int(5)
          return Body(
            setup: [
              Instruction(.add, index, index, stride), Instruction(.mod, index, index, size),
            ],
            code: [
              opcode == .listGet
                ? Instruction(.listGet, p.reserve(.int), list, index)
                : Instruction(.listSet, list, index, value)
            ])
        }
      }
    case .listPush:
      return [1, 3].map { n in
        one(opcode, "\(n)w", most: 200_000) { p in
          let (list, value) = (p.reserve(.list), p.int(bits: Self.bits(n)))
          return Body(code: [Instruction(opcode, list, value)])
        }
      } + [
        one(opcode, "second to a list of one", copies: 16) { p in
          let (list, value, size) = (p.reserve(.list), p.int(5), p.int(4))
          return Body(
            setup: [Instruction(.listNew, list, size)], code: [Instruction(opcode, list, value)])
        }
      ]
    case .listToBytes, .bytesToList:
      return [
        (0, 1), (1, 1), (1_000, 1), (65_536, 1), (1_000, 8), (8_192, 8), (1_000, 32), (2_048, 32),
        (257, 255),
      ]
      .map { count, width in
        one(opcode, "\(count) of \(width) bytes", copies: count > 500 ? 1 : 16) { p in
          if opcode == .bytesToList {
            let x = p.bytes(count: count * width)
            return Body(code: [Instruction(opcode, p.reserve(.list), x, UInt16(width))])
          }
          let (list, bytes) = (p.reserve(.list), p.bytes(count: count * width))
          p.once(.bytesToList, list, bytes, UInt16(width))
          return Body(code: [Instruction(opcode, p.reserve(.bytes), list, UInt16(width))])
        }
      }
    case .split:
      return [1, 10, 100, 1_000, 10_000].flatMap { count in
        [(1, 0), (2, 0), (4, 0), (64, 0), (1, 256), (4, 256), (64, 2_048), (120, 8_000)]
          .filter { count * max($0.0, $0.1 / 64) <= 30_000 }
          .map { total, bits in
            one(opcode, "\(total)w by \(Self.describe(count, bits))", copies: count > 50 ? 1 : 4) {
              p in
              let list = p.list(count: count, bits: bits)
              let x = p.int(bits: Self.bits(total))
              return Body(code: [Instruction(opcode, p.reserve(.list), x, list)])
            }
          }
      }
    default: return []
    }
  }

  /// A sum or a product of many narrow elements and a wide one, and of narrow ones with a wide sum.
  private func mixedCases(_ opcode: Opcode) -> [GasCase] {
    [124, 190].map { bits in
      let name =
        bits == 124
        ? "1000 of \(opcode == .listSum ? 124 : 61)b, a wide result" : "1000 of 31b, one of 190b"
      return one(opcode, name, copies: 1) { p in
        let list = p.list(count: 1_000, bits: bits == 124 ? (opcode == .listSum ? 124 : 61) : 0)
        if bits == 190 {
          let (last, wide) = (p.int(999), p.int(bits: bits))
          p.once(.listSet, list, last, wide)
        }
        let d = p.reserve(.int)
        return Body(code: [
          opcode == .listSum ? Instruction(.listSum, d, list) : Instruction(.listDot, d, list, list)
        ])
      }
    }
  }

  /// Counts and bits of elements; no bits stand for narrow elements.
  private func listShapes() -> [(Int, Int)] {
    counts.map { ($0, 0) } + [(100_000, 0)]
      + [1, 10, 100, 1_000].flatMap { count in [190, 1_024, 4_096, 8_100].map { (count, $0) } }
  }

  private static func describe(_ count: Int, _ bits: Int) -> String {
    "\(count) of \(bits == 0 ? 31 : bits)b"
  }
}
