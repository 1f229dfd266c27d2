import Bytecode
import Integers

extension GasGrid {
  typealias Field = BenchDeclarations.Field

  /// Keys that are stored in the prelude before a cold one is read: too many for the caches.
  private var stored: Int { 20_000 }

  func storageCases(_ opcode: Opcode) -> [GasCase] {
    switch opcode {
    case .loadInt: return loadIntCases()
    case .loadBytes: return loadBytesCases()
    case .storeInt: return storeIntCases()
    case .storeBytes: return storeBytesCases()
    case .putRecord: return putRecordCases()
    case .exists, .delete: return keyCases(opcode)
    case .seek: return seekCases()
    case .total:
      return [1, 4, 250].map { n in
        one(opcode, "\(n)w") { p in
          let (key, value) = (p.int(1), p.int(bits: 64 * n))
          p.once(.storeInt, Field.summed, 0, key, 0, value)
          return Body(code: [Instruction(opcode, p.reserve(.int), Field.summed)])
        }
      }
    default: return []
    }
  }

  /// Fills a map with so many keys, from 0 up, before the measured transaction.
  private func fill(_ p: inout BenchProgram, _ field: UInt16, count: Int) {
    let (zero, size, width) = (p.constant(0), p.constant(Integer(count)), p.constant(800))
    p.preparation = [
      Instruction(.intConst, 2, zero), Instruction(.intConst, 3, size),
      Instruction(.intConst, 4, width), Instruction(.intSmall, 5, 1),
    ]
    if field == Field.strings {
      // Keys of a long part that they share, and a number.
      p.preparation += [
        Instruction(.bytesConst, 1, p.constant(longPart)), Instruction(.intSmall, 4, 8),
        Instruction(.intToBytes, 0, 2, 4), Instruction(.concat, 0, 1, 0),
        Instruction(.storeBytes, field, 0, 0, 0, 0), Instruction(.loopLess, 2, 3, 6),
      ]
    } else {
      p.preparation += [
        Instruction(.storeInt, field, 0, 2, 0, 5), Instruction(.loopLess, 2, 3, 4),
      ]
    }
  }

  private var longPart: [UInt8] { [UInt8](repeating: 0x61, count: 890) }

  private func loadIntCases() -> [GasCase] {
    var all = [0, 1, 2, 4, 16, 64, 256].map { n in
      one(.loadInt, "warm, \(n)w") { p in
        let value = n == 0 ? p.int(0) : p.int(bits: Self.bits(n))
        p.once(.storeInt, Field.number, 0, 0, 0, value)
        return Body(code: [Instruction(.loadInt, p.reserve(.int), Field.number, 0, 0, 0)])
      }
    }
    all += [1, 16].map { n in
      one(.loadInt, "warm, key \(n == 1 ? 1 : 15)w") { p in
        let (key, value) = (p.int(bits: n == 1 ? 60 : 960), p.int(7))
        p.once(.storeInt, Field.map, 0, key, 0, value)
        return Body(code: [Instruction(.loadInt, p.reserve(.int), Field.map, 0, key, 0)])
      }
    }
    all.append(
      one(.loadInt, "cold, absent", most: 20_000) { p in
        let key = p.reserve(.int)
        p.once(.intMove, key, BenchProgram.start)
        return Body(
          setup: [Instruction(.addSmall, key, key, 1)],
          code: [Instruction(.loadInt, p.reserve(.int), Field.map, 0, key, 0)])
      })
    all.append(
      one(.loadInt, "cold, among \(stored)", most: 20_000) { p in
        fill(&p, Field.map, count: stored)
        let (key, size, stride) = (p.int(0), p.int(Integer(stored)), p.int(7_919))
        return Body(
          setup: [Instruction(.add, key, key, stride), Instruction(.mod, key, key, size)],
          code: [Instruction(.loadInt, p.reserve(.int), Field.map, 0, key, 0)])
      })
    all.append(
      one(.loadInt, "warm, key of 12 integers and 12 strings") { p in
        let (ints, strings) = many(&p, 12)
        let value = p.int(5)
        p.once(.storeInt, Field.components, 0, ints, strings, value)
        return Body(
          code: [Instruction(.loadInt, p.reserve(.int), Field.components, 0, ints, strings)])
      })
    all += [0, 63].map { component in
      one(.loadInt, "warm, component \(component) of 64") { p in
        let (key, size) = (p.int(1), p.int(1))
        let ints = p.reserve(.int, 64)
        for index in 0..<64 { p.once(.intMove, ints + UInt16(index), size) }
        p.once(.putRecord, Field.flags, key, 0, ints, 0)
        return Body(
          code: [Instruction(.loadInt, p.reserve(.int), Field.flags, UInt16(component), key, 0)])
      }
    }
    all.append(
      one(.loadInt, "warm, of a record of 131,000 bytes") { p in
        let (key, large) = (p.int(1), p.bytes(count: 65_000))
        let second = p.reserve(.bytes)
        p.once(.bytesMove, second, large)
        p.once(.putRecord, Field.large, key, 0, key, large)
        return Body(code: [Instruction(.loadInt, p.reserve(.int), Field.large, 2, key, 0)])
      })
    return all
  }

  private func loadBytesCases() -> [GasCase] {
    lengths.map { count in
      one(.loadBytes, "warm, \(count) bytes") { p in
        let value = p.bytes(count: count)
        p.once(.storeBytes, Field.blob, 0, 0, 0, value)
        return Body(code: [Instruction(.loadBytes, p.reserve(.bytes), Field.blob, 0, 0, 0)])
      }
    } + [
      one(.loadBytes, "warm, an absent asset") { p in
        Body(code: [Instruction(.loadBytes, p.reserve(.bytes), Field.token, 0, 0, 0)])
      }
    ]
      + [1, 32, 256, 900].map { count in
        one(.loadBytes, "warm, key of \(count) bytes") { p in
          let key = p.bytes(count: count)
          p.once(.storeBytes, Field.strings, 0, 0, key, key)
          return Body(code: [Instruction(.loadBytes, p.reserve(.bytes), Field.strings, 0, 0, key)])
        }
      } + [
        one(.loadBytes, "warm, key of 480 zeros") { p in
          let key = p.bytes([UInt8](repeating: 0, count: 480))
          return Body(code: [Instruction(.loadBytes, p.reserve(.bytes), Field.strings, 0, 0, key)])
        },
        one(.loadBytes, "warm, key of 900 bytes of text") { p in
          let key = p.bytes(Array(String(repeating: "ü", count: 450).utf8))
          return Body(code: [Instruction(.loadBytes, p.reserve(.bytes), Field.texts, 0, 0, key)])
        },
        one(.loadBytes, "cold and absent, key of 900 bytes", most: 4_000) { p in
          let (number, key) = (p.reserve(.int), p.reserve(.bytes))
          let (long, part) = (p.bytes(count: 890), p.int(8))
          p.once(.intMove, number, BenchProgram.start)
          return Body(
            setup: [
              Instruction(.addSmall, number, number, 1),
              Instruction(.intToBytes, key, number, part),
              Instruction(.concat, key, long, key),
            ],
            code: [Instruction(.loadBytes, p.reserve(.bytes), Field.strings, 0, 0, key)])
        },
      ]
  }

  private func storeIntCases() -> [GasCase] {
    var all = [1, 2, 4, 16, 64, 256].map { n in
      one(.storeInt, "same key, \(n)w", most: 5_000) { p in
        let value = p.int(bits: Self.bits(n))
        return Body(code: [Instruction(.storeInt, Field.number, 0, 0, 0, value)])
      }
    }
    for (field, name) in [(Field.map, "map"), (Field.summed, "summed map")] {
      all.append(
        one(.storeInt, "new key of a \(name)", most: 5_000) { p in
          let (key, value) = (p.reserve(.int), p.int(7))
          p.once(.intMove, key, BenchProgram.start)
          return Body(
            setup: [Instruction(.addSmall, key, key, 1)],
            code: [Instruction(.storeInt, field, 0, key, 0, value)])
        })
      all.append(
        one(.storeInt, "new key of a \(name), then none", most: 5_000) { p in
          let (key, value, zero) = (p.reserve(.int), p.int(7), p.int(0))
          p.once(.intMove, key, BenchProgram.start)
          return Body(
            setup: [Instruction(.addSmall, key, key, 1)],
            code: [
              Instruction(.storeInt, field, 0, key, 0, value),
              Instruction(.storeInt, field, 0, key, 0, zero),
            ])
        })
      all.append(
        one(.storeInt, "changed key of a \(name), among \(stored)", most: 5_000) { p in
          fill(&p, field, count: stored)
          let (key, size, stride) = (p.int(0), p.int(Integer(stored)), p.int(7_919))
          return Body(
            setup: [Instruction(.add, key, key, stride), Instruction(.mod, key, key, size)],
            code: [Instruction(.storeInt, field, 0, key, 0, stride)])
        })
    }
    all.append(
      one(.storeInt, "256w in a summed map", most: 2_000) { p in
        let (key, value) = (p.int(3), p.int(bits: 16_000))
        return Body(code: [Instruction(.storeInt, Field.summed, 0, key, 0, value)])
      })
    all += [0, 63].map { component in
      one(.storeInt, "component \(component) of 64", most: 5_000) { p in
        let (key, size) = (p.int(1), p.int(1))
        let ints = p.reserve(.int, 64)
        for index in 0..<64 { p.once(.intMove, ints + UInt16(index), size) }
        p.once(.putRecord, Field.flags, key, 0, ints, 0)
        return Body(
          code: [Instruction(.storeInt, Field.flags, UInt16(component), key, 0, size)])
      }
    }
    all.append(
      one(.storeInt, "in a record of 130,000 bytes", copies: 4, most: 40) { p in
        let (key, large) = (p.int(1), p.bytes(count: 65_000))
        let second = p.reserve(.bytes)
        p.once(.bytesMove, second, large)
        p.once(.putRecord, Field.large, key, 0, key, large)
        return Body(code: [Instruction(.storeInt, Field.large, 2, key, 0, key)])
      })
    all.append(
      one(.storeInt, "key of 12 integers and 12 strings", most: 5_000) { p in
        let (ints, strings) = many(&p, 12)
        let value = p.int(5)
        return Body(code: [Instruction(.storeInt, Field.components, 0, ints, strings, value)])
      })
    return all
  }

  private func storeBytesCases() -> [GasCase] {
    lengths.filter { $0 > 0 }.map { count in
      one(.storeBytes, "same key, \(count) bytes", copies: count > 9_000 ? 4 : 32, most: 2_000) {
        p in
        let value = p.bytes(count: count)
        return Body(code: [Instruction(.storeBytes, Field.blob, 0, 0, 0, value)])
      }
    }
      + [1, 32, 256, 900].map { count in
        one(.storeBytes, "same key of \(count) bytes", most: 4_000) { p in
          let key = p.bytes(count: count)
          return Body(code: [Instruction(.storeBytes, Field.strings, 0, 0, key, key)])
        }
      } + [
        one(.storeBytes, "new key of 900 bytes", most: 4_000) { p in
          let (number, key) = (p.reserve(.int), p.reserve(.bytes))
          let (long, part) = (p.bytes(count: 890), p.int(8))
          p.once(.intMove, number, BenchProgram.start)
          return Body(
            setup: [
              Instruction(.addSmall, number, number, 1),
              Instruction(.intToBytes, key, number, part),
              Instruction(.concat, key, long, key),
            ],
            code: [Instruction(.storeBytes, Field.strings, 0, 0, key, long)])
        },
        one(.storeBytes, "65,536 bytes of text", copies: 4, most: 100) { p in
          let key = p.bytes([0x61])
          let value = p.bytes([UInt8](repeating: 0x61, count: 65_536))
          return Body(code: [Instruction(.storeBytes, Field.texts, 0, 0, key, value)])
        },
        one(.storeBytes, "a call of 64 integers", most: 2_000) { p in
          let value = p.bytes(callSamples()[1].1)
          return Body(code: [Instruction(.storeBytes, Field.call, 0, 0, 0, value)])
        },
        one(.storeBytes, "60,000 bytes of a call", copies: 4, most: 100) { p in
          let value = p.bytes(callSamples()[3].1)
          return Body(code: [Instruction(.storeBytes, Field.call, 0, 0, 0, value)])
        },
      ]
  }

  private func putRecordCases() -> [GasCase] {
    [false, true].map { isNew in
      one(.putRecord, isNew ? "new, 2 components" : "same key, 2 components", most: 5_000) { p in
        let (key, value, text) = (p.reserve(.int), p.int(7), p.bytes(count: 20))
        p.once(.intMove, key, BenchProgram.start)
        return Body(
          setup: isNew ? [Instruction(.addSmall, key, key, 1)] : [],
          code: [Instruction(.putRecord, Field.record, key, 0, value, text)])
      }
    } + [
      one(.putRecord, "64 flags", most: 5_000) { p in
        let (key, one) = (p.int(1), p.int(1))
        let ints = p.reserve(.int, 64)
        for index in 0..<64 { p.once(.intMove, ints + UInt16(index), one) }
        return Body(code: [Instruction(.putRecord, Field.flags, key, 0, ints, 0)])
      },
      one(.putRecord, "32 integers of 1w, 32 strings of 32 bytes", most: 2_000) { p in
        let key = p.int(1)
        let (ints, strings) = many(&p, 32, bytes: 32)
        return Body(code: [Instruction(.putRecord, Field.wide, key, 0, ints, strings)])
      },
      one(.putRecord, "32 integers of 16w, 32 strings of 2,000 bytes", copies: 4, most: 100) { p in
        let key = p.int(1)
        let (ints, strings) = many(&p, 32, bytes: 2_000, bits: 1_024)
        return Body(code: [Instruction(.putRecord, Field.wide, key, 0, ints, strings)])
      },
      one(.putRecord, "130,000 bytes", copies: 4, most: 40) { p in
        let (key, large) = (p.int(1), p.bytes(count: 65_000))
        let second = p.reserve(.bytes)
        p.once(.bytesMove, second, large)
        return Body(code: [Instruction(.putRecord, Field.large, key, 0, key, large)])
      },
    ]
  }

  private func keyCases(_ opcode: Opcode) -> [GasCase] {
    func instruction(
      _ p: inout BenchProgram, _ field: UInt16, _ ints: UInt16, _ strings: UInt16
    )
      -> Instruction
    {
      opcode == .exists
        ? Instruction(.exists, p.reserve(.int), field, ints, strings)
        : Instruction(.delete, field, ints, strings)
    }
    var all = [
      one(opcode, "warm, absent") { p in
        let key = p.int(7)
        return Body(code: [instruction(&p, Field.map, key, 0)])
      },
      one(opcode, "cold, absent", most: 20_000) { p in
        let key = p.reserve(.int)
        p.once(.intMove, key, BenchProgram.start)
        return Body(
          setup: [Instruction(.addSmall, key, key, 1)], code: [instruction(&p, Field.map, key, 0)])
      },
      one(opcode, "warm, absent, key of 900 bytes") { p in
        let key = p.bytes(count: 900)
        return Body(code: [instruction(&p, Field.strings, 0, key)])
      },
    ]
    if opcode == .exists {
      all.append(
        one(opcode, "cold, among \(stored)", most: 20_000) { p in
          fill(&p, Field.map, count: stored)
          let (key, size, stride) = (p.int(0), p.int(Integer(stored)), p.int(7_919))
          return Body(
            setup: [Instruction(.add, key, key, stride), Instruction(.mod, key, key, size)],
            code: [instruction(&p, Field.map, key, 0)])
        })
    } else {
      for (field, name) in [(Field.map, "map"), (Field.summed, "summed map")] {
        all.append(
          one(opcode, "stored in a \(name) before", most: 5_000) { p in
            let (key, value) = (p.int(1), p.int(7))
            return Body(
              setup: [Instruction(.storeInt, field, 0, key, 0, value)],
              code: [instruction(&p, field, key, 0)])
          })
      }
      all.append(
        one(opcode, "in order among \(stored)", most: 20_000) { p in
          fill(&p, Field.map, count: stored)
          let key = p.int(-1)
          return Body(
            setup: [Instruction(.addSmall, key, key, 1)], code: [instruction(&p, Field.map, key, 0)]
          )
        })
      all.append(
        one(opcode, "a record of 130,000 bytes", copies: 4, most: 40) { p in
          let (key, large) = (p.int(1), p.bytes(count: 65_000))
          let second = p.reserve(.bytes)
          p.once(.bytesMove, second, large)
          return Body(
            setup: [Instruction(.putRecord, Field.large, key, 0, key, large)],
            code: [instruction(&p, Field.large, key, 0)])
        })
    }
    return all
  }

  private func seekCases() -> [GasCase] {
    var all = SeekMode.allCases.map { mode in
      one(.seek, "\(mode), among \(stored)", most: 20_000) { p in
        fill(&p, Field.map, count: stored)
        let (number, size, stride) = (p.int(0), p.int(Integer(stored)), p.int(7_919))
        let key = p.reserve(.int)
        return Body(
          setup: [
            Instruction(.add, number, number, stride), Instruction(.mod, number, number, size),
            Instruction(.intMove, key, number),
          ],
          code: [
            Instruction(.seek, p.reserve(.int), Field.map, 0, UInt16(mode.rawValue), key, 0)
          ])
      }
    }
    all += [SeekMode.after, .upto].map { mode in
      one(.seek, "\(mode), none found") { p in
        let number = p.int(5)
        return Body(
          code: [
            Instruction(.seek, p.reserve(.int), Field.map, 0, UInt16(mode.rawValue), number, 0)
          ])
      }
    }
    all += [SeekMode.first, .after, .last, .before, .upto].map { mode in
      one(.seek, "\(mode), keys of 900 bytes among 2,000") { p in
        fill(&p, Field.strings, count: 2_000)
        let (number, width, long) = (p.int(1_000), p.int(8), p.bytes(longPart))
        let (middle, key) = (p.reserve(.bytes), p.reserve(.bytes))
        p.once(.intToBytes, middle, number, width)
        p.once(.concat, middle, long, middle)
        return Body(
          setup: [Instruction(.bytesMove, key, middle)],
          code: [
            Instruction(.seek, p.reserve(.int), Field.strings, 0, UInt16(mode.rawValue), 0, key)
          ])
      }
    }
    all += [0, 23].map { prefix in
      one(.seek, "first of 24 components, prefix of \(prefix)") { p in
        let (ints, strings) = many(&p, 12)
        let value = p.int(5)
        p.once(.storeInt, Field.components, 0, ints, strings, value)
        return Body(
          code: [
            Instruction(
              .seek, p.reserve(.int), Field.components, UInt16(prefix),
              UInt16(SeekMode.first.rawValue), ints, strings)
          ])
      }
    }
    return all
  }

  /// Windows of so many integers and strings.
  func many(
    _ p: inout BenchProgram, _ count: Int, bytes: Int = 4, bits: Int = 60
  ) -> (
    ints: UInt16, strings: UInt16
  ) {
    let (int, string) = (p.int(bits: bits), p.bytes(count: bytes))
    let (ints, strings) = (p.reserve(.int, count), p.reserve(.bytes, count))
    for index in 0..<UInt16(count) {
      p.once(.intMove, ints + index, int)
      p.once(.bytesMove, strings + index, string)
    }
    return (ints, strings)
  }
}
