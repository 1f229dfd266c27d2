import Bytecode
import Integers

extension GasGrid {
  typealias Class = BenchDeclarations.Class

  func assetCases(_ opcode: Opcode) -> [GasCase] {
    switch opcode {
    case .assetOf:
      return [0, 32, 256].map { count in
        one(opcode, "id of \(count) bytes") { p in
          let id = p.bytes(count: count)
          return Body(code: [Instruction(opcode, p.reserve(.bytes), Class.keyed, id)])
        }
      }
    case .createAsset: return createAssetCases()
    case .mint, .burn, .send, .force: return movingCases(opcode)
    case .balance:
      return ["own", "absent"].map { label in
        one(opcode, label) { p in
          let asset = p.asset(ofClass: 0)
          let holder = label == "own" ? p.reserve(.bytes) : p.bytes(count: 32)
          if label == "own" { p.once(.selfAddress, holder) }
          return Body(code: [Instruction(opcode, p.reserve(.int), asset, holder)])
        }
      } + [
        one(opcode, "cold, absent", most: 5_000) { p in
          let asset = p.asset(ofClass: 0)
          let (number, holder, width) = (p.reserve(.int), p.reserve(.bytes), p.int(32))
          p.once(.intMove, number, BenchProgram.start)
          return Body(
            setup: [
              Instruction(.addSmall, number, number, 1),
              Instruction(.intToBytes, holder, number, width),
            ], code: [Instruction(opcode, p.reserve(.int), asset, holder)])
        }
      ]
    case .supply, .holder, .issuer, .className, .assetID:
      return [0, 4].map { hooks in
        one(opcode, "\(hooks) hooks") { p in
          let asset = p.asset(ofClass: hooks)
          return Body(
            code: [Instruction(opcode, p.reserve(opcode == .supply ? .int : .bytes), asset)])
        }
      } + [
        one(opcode, "absent") { p in
          let asset = p.bytes(count: 32)
          return Body(
            code: [Instruction(opcode, p.reserve(opcode == .supply ? .int : .bytes), asset)])
        },
        one(opcode, "single, id of 256 bytes") { p in
          let (asset, id) = (p.reserve(.bytes), p.bytes(count: 256))
          p.once(.createAsset, asset, Class.single, id, 0)
          let (holder, amount) = (p.bytes(count: 32), p.int(1))
          p.once(.mint, asset, amount, holder)
          return Body(
            code: [Instruction(opcode, p.reserve(opcode == .supply ? .int : .bytes), asset)])
        },
      ]
    case .admit, .dismiss:
      return [
        one(opcode, "same issuer", most: 5_000) { p in
          let issuer = p.bytes(count: 32)
          return Body(
            setup: opcode == .dismiss ? [Instruction(.admit, issuer)] : [],
            code: [Instruction(opcode, issuer)])
        },
        one(opcode, "new issuer", most: 5_000) { p in
          let (number, issuer, width) = (p.reserve(.int), p.reserve(.bytes), p.int(32))
          p.once(.intMove, number, BenchProgram.start)
          return Body(
            setup: [
              Instruction(.addSmall, number, number, 1),
              Instruction(.intToBytes, issuer, number, width),
            ], code: [Instruction(opcode, issuer)])
        },
      ]
    default: return []
    }
  }

  private func createAssetCases() -> [GasCase] {
    [32, 256].map { width in
      one(.createAsset, "keyed, id of \(width) bytes", copies: 8, most: 1_000) { p in
        createBody(&p, Class.keyed, width: width, hooks: 0)
      }
    }
      + [(Class.foreign, 1), (Class.foreignAll, 4)].map { index, hooks in
        one(.createAsset, "\(hooks) foreign hooks", copies: 8, most: 1_000) { p in
          createBody(&p, index, width: 32, hooks: hooks)
        }
      }
  }

  private func createBody(
    _ p: inout BenchProgram, _ index: UInt16, width: Int, hooks: Int
  ) -> Body {
    let (number, id, size) = (p.reserve(.int), p.reserve(.bytes), p.int(Integer(width)))
    p.once(.intMove, number, BenchProgram.start)
    let contracts = hooks > 0 ? hookers(&p, hooks) : 0
    return Body(
      setup: [
        Instruction(.addSmall, number, number, 1), Instruction(.intToBytes, id, number, size),
      ], code: [Instruction(.createAsset, p.reserve(.bytes), index, id, contracts)])
  }

  /// Contracts that admit this one, side by side.
  private func hookers(_ p: inout BenchProgram, _ count: Int) -> UInt16 {
    let contracts = p.reserve(.bytes, count)
    let own = p.reserve(.bytes)
    let argument = p.reserve(.bytes)
    p.once(.selfAddress, own)
    let admit = p.imported("admit", [.address])
    for index in 0..<count {
      let address = p.bytes(world.others[index].bytes)
      p.once(.bytesMove, contracts + UInt16(index), address)
      p.once(.bytesMove, argument, own)
      p.once(.invoke, admit, address, 0, argument, 0)
    }
    return contracts
  }

  private func movingCases(_ opcode: Opcode) -> [GasCase] {
    var all = (0...4).map { hooks in
      one(opcode, "\(hooks) hooks", copies: 8, most: 2_000) { p in
        let asset = p.asset(ofClass: hooks)
        let (amount, to) = (p.int(1), p.bytes(count: 32))
        return Body(code: [move(&p, opcode, asset, amount, to)])
      }
    }
    all.append(
      one(opcode, "amount of 0") { p in
        let asset = p.asset(ofClass: 0)
        let (amount, to) = (p.int(0), p.bytes(count: 32))
        return Body(code: [move(&p, opcode, asset, amount, to)])
      })
    all.append(
      one(opcode, "amount of 200w", copies: 8, most: 500) { p in
        let (asset, id) = (p.asset(ofClass: 0, minted: false), p.reserve(.bytes))
        _ = id
        let (all, amount) = (p.int(bits: 16_000), p.int(bits: 12_800))
        let (to, own) = (p.bytes(count: 32), p.reserve(.bytes))
        p.once(.selfAddress, own)
        p.once(.mint, asset, all, own)
        return Body(code: [move(&p, opcode, asset, amount, to)])
      })
    if opcode != .burn {
      all.append(
        one(opcode, "to new holders", copies: 8, most: 2_000) { p in
          let asset = p.asset(ofClass: 0)
          let (number, holder, width) = (p.reserve(.int), p.reserve(.bytes), p.int(32))
          let amount = p.int(1)
          p.once(.intMove, number, BenchProgram.start)
          return Body(
            setup: [
              Instruction(.addSmall, number, number, 1),
              Instruction(.intToBytes, holder, number, width),
            ], code: [move(&p, opcode, asset, amount, holder)])
        })
      all.append(
        one(opcode, "to a contract", copies: 8, most: 2_000) { p in
          let asset = p.asset(ofClass: 0)
          let (amount, to) = (p.int(1), p.bytes(world.target.bytes))
          return Body(code: [move(&p, opcode, asset, amount, to)])
        })
    }
    if opcode == .send || opcode == .mint {
      all.append(
        one(
          opcode, opcode == .mint ? "single thing, then burn" : "single thing and back", copies: 8,
          most: 1_000
        ) { p in
          let (asset, id) = (p.reserve(.bytes), p.bytes(count: 32))
          p.once(.createAsset, asset, Class.single, id, 0)
          let (own, amount) = (p.reserve(.bytes), p.int(1))
          p.once(.selfAddress, own)
          if opcode == .send {
            p.once(.mint, asset, amount, own)
            return Body(code: [Instruction(.send, asset, amount, own)])
          }
          return Body(code: [
            Instruction(.mint, asset, amount, own), Instruction(.burn, asset, amount),
          ])
        })
      all.append(
        one(opcode, "a foreign hook", copies: 8, most: 1_000) { p in
          let contracts = hookers(&p, 1)
          let (asset, id) = (p.reserve(.bytes), p.bytes(count: 32))
          p.once(.createAsset, asset, Class.foreign, id, contracts)
          let (own, amount, to) = (p.reserve(.bytes), p.int(1), p.bytes(count: 32))
          let all = p.int(1_000_000)
          p.once(.selfAddress, own)
          p.once(.mint, asset, all, own)
          return Body(code: [move(&p, opcode, asset, amount, to)])
        })
    }
    return all
  }

  private func move(
    _ p: inout BenchProgram, _ opcode: Opcode, _ asset: UInt16, _ amount: UInt16, _ to: UInt16
  ) -> Instruction {
    switch opcode {
    case .burn: return Instruction(.burn, asset, amount)
    case .force:
      let from = p.reserve(.bytes)
      p.once(.selfAddress, from)
      return Instruction(.force, asset, amount, from, to)
    default: return Instruction(opcode, asset, amount, to)
    }
  }
}
