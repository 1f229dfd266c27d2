import Bytecode
import Integers

extension GasGrid {
  typealias Shape = BenchDeclarations.Shape

  func callCases(_ opcode: Opcode) -> [GasCase] {
    switch opcode {
    case .selfAddress, .caller, .chainID:
      return [one(opcode, "") { p in Body(code: [Instruction(opcode, p.reserve(.bytes))]) }]
    case .height, .time:
      return [one(opcode, "") { p in Body(code: [Instruction(opcode, p.reserve(.int))]) }]
    case .beacon:
      return [
        one(opcode, "") { p in
          let height = p.int(Integer(GasWorld.height - 5))
          return Body(code: [Instruction(opcode, p.reserve(.bytes), height)])
        }
      ]
    case .emit, .digest: return recordCases(opcode)
    case .tryNext: return tryCases()
    case .encodeCall: return encodeCases()
    case .invoke: return invokeCases()
    case .perform: return performCases()
    case .create:
      return [
        one(opcode, "without an initialiser", copies: 4, most: 400) { p in
          let (code, initialiser) = (p.bytes(world.code.bytes), p.imported("init"))
          return Body(code: [Instruction(opcode, p.reserve(.bytes), code, initialiser, 0, 0, 0)])
        }
      ]
    default: return []
    }
  }

  /// The text that takes the longest to check.
  private var letters: [UInt8] { Array(String(repeating: "ü", count: 32_768).utf8) }

  private func recordCases(_ opcode: Opcode) -> [GasCase] {
    func instruction(
      _ p: inout BenchProgram, _ shape: UInt16, _ ints: UInt16, _ strings: UInt16
    )
      -> Instruction
    {
      opcode == .emit
        ? Instruction(.emit, shape, ints, strings)
        : Instruction(.digest, p.reserve(.bytes), shape, ints, strings)
    }
    var all = [
      one(opcode, "nothing", most: 5_000) { p in
        Body(code: [instruction(&p, Shape.nothing, 0, 0)])
      }
    ]
    all += [1, 4, 64, 256].map { n in
      one(opcode, "an integer of \(n)w", most: 5_000) { p in
        let x = p.int(bits: Self.bits(n))
        return Body(code: [instruction(&p, Shape.integer, x, 0)])
      }
    }
    all += lengths.map { count in
      one(opcode, "a string of \(count) bytes", copies: count > 9_000 ? 2 : 32, most: 500) { p in
        let x = p.bytes(count: count)
        return Body(code: [instruction(&p, Shape.string, 0, x)])
      }
    }
    all += [32, 65_536].map { count in
      one(opcode, "a text of \(count) bytes", copies: count > 9_000 ? 2 : 32, most: 500) { p in
        let x = p.bytes([UInt8](repeating: 0x61, count: count))
        return Body(code: [instruction(&p, Shape.text, 0, x)])
      }
    }
    all += [0, 32, 2_000].map { count in
      one(
        opcode, "32 integers, 32 strings of \(count) bytes", copies: count > 32 ? 2 : 8, most: 500
      ) { p in
        let (ints, strings) = many(&p, 32, bytes: count)
        return Body(code: [instruction(&p, Shape.many, ints, strings)])
      }
    }
    return all
  }

  /// The registers that `try_next` writes.
  private func tryNext(_ p: inout BenchProgram) -> Instruction {
    let gas = p.int(1_000_000)
    let (ok, number) = (p.reserve(.int), p.reserve(.int))
    let (origin, arguments) = (p.reserve(.bytes), p.reserve(.bytes))
    return Instruction(.tryNext, ok, number, origin, arguments, gas)
  }

  private func tryCases() -> [GasCase] {
    [
      one(.tryNext, "a call of a function") { p in
        let function = p.function([], [], [Instruction(.ret, 0, 0, 0)])
        let next = tryNext(&p)
        return Body(code: [
          next, Instruction(.call, function, p.reserve(.int), p.reserve(.bytes), 0),
        ])
      },
      one(.tryNext, "an invoke", copies: 8, most: 5_000) { p in
        let (nothing, target) = (p.imported("nothing"), p.bytes(world.target.bytes))
        let next = tryNext(&p)
        return Body(code: [next, Instruction(.invoke, nothing, target, 0, 0, 0)])
      },
      one(.tryNext, "an invoke that fails", copies: 8, most: 5_000) { p in
        let (refuse, target) = (p.imported("refuse"), p.bytes(world.target.bytes))
        let next = tryNext(&p)
        return Body(code: [next, Instruction(.invoke, refuse, target, 0, 0, 0)])
      },
      one(.tryNext, "an invoke of what is not there", copies: 8, most: 5_000) { p in
        let (refuse, target) = (p.imported("absent"), p.bytes(world.target.bytes))
        let next = tryNext(&p)
        return Body(code: [next, Instruction(.invoke, refuse, target, 0, 0, 0)])
      },
      one(.tryNext, "a perform", copies: 8, most: 5_000) { p in
        let (call, d) = (p.bytes(callSamples()[0].1), p.reserve(.bytes))
        let next = tryNext(&p)
        return Body(code: [next, Instruction(.perform, d, call)])
      },
      one(.tryNext, "a create", copies: 4, most: 400) { p in
        let (code, initialiser) = (p.bytes(world.code.bytes), p.imported("init"))
        let next = tryNext(&p)
        return Body(
          code: [next, Instruction(.create, p.reserve(.bytes), code, initialiser, 0, 0, 0)])
      },
      one(.tryNext, "a send", copies: 8, most: 2_000) { p in
        let asset = p.asset(ofClass: 0)
        let (amount, to) = (p.int(1), p.bytes(count: 32))
        let next = tryNext(&p)
        return Body(code: [next, Instruction(.send, asset, amount, to)])
      },
      one(.tryNext, "a send that fails", copies: 8, most: 2_000) { p in
        let asset = p.asset(ofClass: 0)
        let (amount, to) = (p.int(bits: 100), p.bytes(count: 32))
        let next = tryNext(&p)
        return Body(code: [next, Instruction(.send, asset, amount, to)])
      },
      one(.tryNext, "a function that stores 20 keys and fails", copies: 4, most: 100) { p in
        let value = p.constant(1_000)
        var code = [Instruction(.intConst, 0, value), Instruction(.intSmall, 1, 20)]
        code += [Instruction(.addSmall, 0, 0, 1), Instruction(.storeInt, Field.map, 0, 0, 0, 0)]
        code += [
          Instruction(.addSmall, 1, 1, UInt16(bitPattern: -1)),
          Instruction(.jumpGreaterSmall, 1, 0, 2),
        ]
        let function = p.function([], [], code + [Instruction(.fail, 0, 0, 0)])
        let next = tryNext(&p)
        return Body(code: [
          next, Instruction(.call, function, p.reserve(.int), p.reserve(.bytes), 0),
        ])
      },
    ]
  }

  private func encodeCases() -> [GasCase] {
    [
      one(.encodeCall, "no arguments") { p in
        let (nothing, target) = (p.imported("nothing"), p.bytes(world.target.bytes))
        return Body(code: [Instruction(.encodeCall, p.reserve(.bytes), nothing, target, 0, 0, 0)])
      },
      one(.encodeCall, "64 arguments", copies: 8) { p in
        let kinds = BenchDeclarations.manyKinds
        let (echo, target) = (p.imported("many", kinds, kinds), p.bytes(world.target.bytes))
        let (ints, strings) = many(&p, 32)
        return Body(
          code: [Instruction(.encodeCall, p.reserve(.bytes), echo, target, ints, strings, 0)])
      },
      one(.encodeCall, "60,000 bytes", copies: 2) { p in
        let (echo, target) = (p.imported("echo", [.bytes], [.bytes]), p.bytes(world.target.bytes))
        let x = p.bytes(count: 60_000)
        return Body(code: [Instruction(.encodeCall, p.reserve(.bytes), echo, target, 0, x, 0)])
      },
      one(.encodeCall, "4 payments", copies: 8) { p in
        let (pay, target) = (p.imported("pay"), p.bytes(world.target.bytes))
        let (ints, strings) = many(&p, 4, bytes: 32)
        return Body(code: [
          Instruction(.encodeCall, p.reserve(.bytes), pay, target, ints, strings, 4)
        ])
      },
    ]
  }

  private func invokeCases() -> [GasCase] {
    var all = [
      one(.invoke, "no arguments", copies: 8, most: 5_000) { p in
        let (nothing, target) = (p.imported("nothing"), p.bytes(world.target.bytes))
        return Body(code: [Instruction(.invoke, nothing, target, 0, 0, 0)])
      },
      one(.invoke, "a view", copies: 8, most: 5_000) { p in
        let look = p.imported("look", [.int], [.int], isView: true)
        let (target, x) = (p.bytes(world.target.bytes), p.int(5))
        return Body(code: [Instruction(.invoke, look, target, x, 0, 0)])
      },
      one(.invoke, "first call of a contract", copies: 8, most: GasWorld.otherCount) { p in
        let nothing = p.imported("nothing")
        let all = p.bytes(world.others.flatMap(\.bytes))
        let (target, index) = (p.reserve(.bytes), p.int(-1))
        return Body(
          setup: [
            Instruction(.addSmall, index, index, 1), Instruction(.element, target, all, index),
          ],
          code: [Instruction(.invoke, nothing, target, 0, 0, 0)])
      },
    ]
    all += [64, 256].map { n in
      one(.invoke, "an integer of \(n)w and back", copies: 8, most: 5_000) { p in
        let number = p.imported("number", [.int], [.int])
        let (target, x) = (p.bytes(world.target.bytes), p.int(bits: 64 * n))
        return Body(code: [Instruction(.invoke, number, target, x, 0, 0)])
      }
    }
    all += [32, 1_024, 65_536].map { count in
      one(.invoke, "\(count) bytes and back", copies: count > 9_000 ? 2 : 8, most: 1_000) { p in
        let echo = p.imported("echo", [.bytes], [.bytes])
        let (target, x) = (p.bytes(world.target.bytes), p.bytes(count: count))
        return Body(code: [Instruction(.invoke, echo, target, 0, x, 0)])
      }
    }
    all.append(
      one(.invoke, "65,536 bytes of two-byte letters and back", copies: 2, most: 1_000) { p in
        let echo = p.imported("letters", [.text], [.text])
        let (target, x) = (p.bytes(world.target.bytes), p.bytes(letters))
        return Body(code: [Instruction(.invoke, echo, target, 0, x, 0)])
      })
    all += [0, 32, 2_000].map { count in
      one(.invoke, "32 integers, 32 strings of \(count) bytes and back", copies: 4, most: 500) {
        p in
        let kinds = BenchDeclarations.manyKinds
        let (echo, target) = (p.imported("many", kinds, kinds), p.bytes(world.target.bytes))
        let (ints, strings) = many(&p, 32, bytes: count)
        return Body(code: [Instruction(.invoke, echo, target, ints, strings, 0)])
      }
    }
    all += [1, 4].map { count in
      one(.invoke, "\(count) payments", copies: 4, most: 500) { p in
        let (pay, target) = (p.imported("pay"), p.bytes(world.target.bytes))
        let assets = (0..<count).map { p.asset(ofClass: $0) }
        let (one, ints, strings) = (p.int(1), p.reserve(.int, count), p.reserve(.bytes, count))
        for index in 0..<count {
          p.once(.intMove, ints + UInt16(index), one)
          p.once(.bytesMove, strings + UInt16(index), assets[index])
        }
        return Body(code: [Instruction(.invoke, pay, target, ints, strings, UInt16(count))])
      }
    }
    return all
  }

  private func performCases() -> [GasCase] {
    let plain = Module(name: "Call")
    func wire(_ kinds: [Kind]) -> [WireKind] { kinds.map { WireKind($0, in: plain) } }
    func call(_ name: String, _ kinds: [Kind], _ arguments: [Value]) -> [UInt8] {
      ContractCall(
        target: world.target, name: name, parameters: wire(kinds), results: wire(kinds),
        arguments: arguments
      ).encoded()
    }
    let many = BenchDeclarations.manyKinds.map { $0 == .int ? Value.int(5) : .bytes([1, 2, 3, 4]) }
    let samples = [
      (
        "30,000 two-byte letters and back",
        call("letters", [.text], [.bytes(Array(letters.prefix(60_000)))])
      ),
      ("no arguments", call("nothing", [], [])), ("an integer", call("number", [.int], [.int(7)])),
      (
        "60,000 bytes and back",
        call("echo", [.bytes], [.bytes([UInt8](repeating: 1, count: 60_000))])
      ),
      ("64 arguments and back", call("many", BenchDeclarations.manyKinds, many)),
    ]
    return samples.map { label, encoded in
      one(.perform, label, copies: 4, most: 1_000) { p in
        Body(code: [Instruction(.perform, p.reserve(.bytes), p.bytes(encoded))])
      }
    }
  }
}
