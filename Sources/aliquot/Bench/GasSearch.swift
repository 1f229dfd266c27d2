import Bytecode
import Execution
import Hosting
import Integers
import State

/// Looks for programs that are slow for their gas: random mixes of instructions in a loop, changed step
/// by step for as long as that makes them slower per gas.
///
/// All programs come from one seed; which of them are kept depends on what was measured.
struct GasSearch {
  /// A program and what it came to.
  struct Finding {
    let module: Module
    /// The instructions of the loop.
    let body: [Instruction]
    let gas: Double
    let nanoseconds: Double

    var nanosecondsPerGas: Double { nanoseconds / gas }
  }

  /// What the search came to.
  struct Summary {
    let best: Finding
    /// Programs that were measured, and those that trapped.
    let tried: Int
    let failed: Int
    /// The worst of every start from nothing, in their order.
    let climbs: [Double]
  }

  private let world: GasWorld
  private var random: BenchRandom
  private static let copies = 1

  init(seed: UInt64) throws {
    world = try GasWorld()
    random = BenchRandom(seed: seed)
  }

  // MARK: - Programs

  /// Registers with operands of many sizes, the same in every program.
  struct Pool {
    var program = BenchProgram()
    var ints: [UInt16] = []
    var strings: [UInt16] = []
    var lists: [UInt16] = []
    /// Registers that results go to; they begin where windows of many registers have room.
    let intResults: UInt16
    let stringResults: UInt16
    let listResults: UInt16
    let leaf: UInt16
    let imported: [UInt16]

    static let resultCount = 4
    static let windowCount = 32

    init(world: GasWorld) {
      var p = BenchProgram()
      leaf = p.function(
        [.int, .bytes], [.int, .bytes],
        [Instruction(.add, 0, 0, 0), Instruction(.ret, 0, 0, 0)])
      for bits in [1, 7, 31, 60, 64, 100, 126, 127, 128, 190, 256, 500, 1_024, 2_048, 4_000, 8_100]
      {
        ints.append(p.int(bits: bits))
        if bits % 2 == 0 {
          let negative = p.reserve(.int)
          p.once(.neg, negative, ints[ints.count - 1])
          ints.append(negative)
        }
      }
      for small in [0, 1, 2, 3, 5, 17, 100] { ints.append(p.int(Integer(small))) }
      for count in [0, 1, 31, 33, 100, 500, 900, 4_000, 30_000] {
        strings.append(p.bytes(count: count))
      }
      strings.append(p.bytes(Array(String(repeating: "ü", count: 400).utf8)))
      strings.append(p.bytes([UInt8](repeating: 0, count: 450)))
      strings.append(p.bytes(world.target.bytes))
      strings.append(p.bytes(GasGrid(world: world).callSamples()[1].1))
      strings += [0, 4].map { p.asset(ofClass: $0) }
      let own = p.reserve(.bytes)
      p.once(.selfAddress, own)
      strings.append(own)
      for (count, bits) in [(0, 0), (1, 0), (7, 0), (300, 0), (40, 300), (6, 6_000)] {
        lists.append(p.list(count: count, bits: bits))
      }
      // Something is stored under some keys, and a large record.
      p.once(.storeInt, BenchDeclarations.Field.number, 0, 0, 0, ints[3])
      p.once(.storeInt, BenchDeclarations.Field.summed, 0, ints[2], 0, ints[3])
      p.once(.storeBytes, BenchDeclarations.Field.blob, 0, 0, 0, strings[7])
      let flags = p.reserve(.int, 64)
      p.once(.putRecord, BenchDeclarations.Field.flags, ints[3], 0, flags, 0)
      imported = [
        p.imported("nothing"), p.imported("look", [.int], [.int], isView: true),
        p.imported("echo", [.bytes], [.bytes]), p.imported("number", [.int], [.int]),
        p.imported("refuse"), p.imported("init"),
      ]
      intResults = p.reserve(.int, Self.resultCount)
      stringResults = p.reserve(.bytes, Self.resultCount)
      listResults = p.reserve(.list, Self.resultCount)
      // Windows may begin at any of the registers above, and end behind them.
      _ = (p.reserve(.int, 64), p.reserve(.bytes, 64), p.reserve(.list, 4))
      program = p
    }
  }

  /// A random instruction over the pool, or nil if it would not verify.
  static func instruction(
    _ opcode: Opcode, _ pool: Pool, _ random: inout BenchRandom
  ) -> Instruction? {
    switch opcode {
    case .ret, .fail, .tryNext, .create, .createAsset, .listPush: return nil
    default: break
    }
    var instruction = Instruction(opcode, vector: SIMD8())
    let module = pool.program.declarations
    for (index, operand) in opcode.row.operands.enumerated() {
      func below(_ count: Int) -> UInt16 { UInt16(random.below(max(1, count))) }
      let value: UInt16
      switch operand.kind {
      case .int(.write): value = pool.intResults + below(Pool.resultCount)
      case .bytes(.write): value = pool.stringResults + below(Pool.resultCount)
      case .list(.write): value = pool.listResults + below(Pool.resultCount)
      case .int(.read): value = random.pick(pool.ints)
      case .bytes(.read): value = random.pick(pool.strings)
      case .list(.read): value = random.pick(pool.lists)
      // Results of calls go to windows, which must not be operands of others.
      case .window(let bank, let shape):
        let isWritten = shape == .function || shape == .imported || opcode == .seek
        switch bank {
        case .int: value = isWritten ? pool.intResults : random.pick(pool.ints)
        case .bytes: value = isWritten ? pool.stringResults : random.pick(pool.strings)
        case .list: value = pool.listResults
        }
      case .immediate: value = opcode == .checkEnum ? 256 : below(100)
      case .target: value = 1
      case .intConstant, .bytesConstant: return nil
      case .function: value = pool.leaf
      case .imported: value = pool.imported[random.below(5)]
      case .field: value = below(module.fields.count)
      case .component: value = below(fieldOf(instruction, module)?.components.count ?? 1)
      case .prefix: value = below(fieldOf(instruction, module)?.key.count ?? 1)
      case .event: value = below(module.events.count)
      case .error: value = below(module.errors.count)
      case .assetClass: value = below(module.classes.count)
      case .message: value = below(module.messages.count)
      case .rounding: value = below(Rounding.allCases.count)
      case .scheme: value = below(2)
      case .seekMode: value = below(SeekMode.allCases.count)
      case .kind: value = opcode == .checkInt ? 0 : 1 + below(Kind.checkable.count - 1)
      case .payments: value = 0
      case .width: value = 1 + below(64)
      }
      instruction.operands[index] = value
    }
    // Windows that hold nothing are named by 0.
    for (index, operand) in opcode.row.operands.enumerated() {
      guard case .window(let bank, let shape) = operand.kind, opcode != .call else { continue }
      if pool.program.windowCount(shape, bank, instruction) == 0 { instruction.operands[index] = 0 }
    }
    return instruction
  }

  private static func fieldOf(_ instruction: Instruction, _ module: Module) -> Field? {
    instruction.operand { if case .field = $0 { true } else { false } }.map { module.fields[$0] }
  }

  /// A module whose loop holds the instructions.
  static func module(_ body: [Instruction], _ pool: Pool) -> Module {
    pool.program.finished(BenchProgram.Body(code: body), copies: copies)
  }

  // MARK: - Climbing

  /// Searches for so many seconds of processor time.
  mutating func run(seconds: Double) throws -> Summary? {
    let pool = Pool(world: world)
    let end = ThreadClock.now() + seconds * 1e9
    var genes = soundGenes(pool, until: ThreadClock.now() + seconds * 0.3e9)
    guard !genes.isEmpty else { return nil }
    var best: Finding?
    var (tried, failed) = (0, 0)
    var climbs: [Double] = []
    while ThreadClock.now() < end {
      var body = (0..<(1 + random.below(12))).map { _ in random.pick(genes) }
      guard var current = measure(body, pool) else {
        failed += 1
        continue
      }
      tried += 1
      var patience = 40
      while patience > 0, ThreadClock.now() < end {
        let next = mutate(body, genes, pool)
        guard let finding = measure(next, pool) else {
          failed += 1
          patience -= 1
          continue
        }
        tried += 1
        if finding.nanosecondsPerGas > current.nanosecondsPerGas * 1.01 {
          // What looks better once must do so again.
          if let again = measure(next, pool), again.nanosecondsPerGas > current.nanosecondsPerGas {
            (body, current, patience) = (next, again, 40)
            genes.append(random.pick(next))
            continue
          }
        }
        patience -= 1
      }
      climbs.append(current.nanosecondsPerGas)
      if current.nanosecondsPerGas > best?.nanosecondsPerGas ?? 0,
        let sure = measure(body, pool, rounds: 15)
      {
        if sure.nanosecondsPerGas > best?.nanosecondsPerGas ?? 0 { best = sure }
      }
    }
    return best.map { Summary(best: $0, tried: tried, failed: failed, climbs: climbs) }
  }

  /// Instructions of all sorts that run without a trap, found one by one.
  private mutating func soundGenes(_ pool: Pool, until end: Double) -> [Instruction] {
    var genes: [Instruction] = []
    while ThreadClock.now() < end || genes.isEmpty {
      for opcode in Opcode.allCases {
        guard let gene = Self.instruction(opcode, pool, &random) else { continue }
        if measure([gene], pool, rounds: 1, isQuick: true) != nil { genes.append(gene) }
      }
    }
    return genes
  }

  private mutating func mutate(
    _ body: [Instruction], _ genes: [Instruction], _ pool: Pool
  ) -> [Instruction] {
    var next = body
    let place = random.below(next.count)
    switch random.below(5) {
    case 0 where next.count > 1: next.remove(at: place)
    case 1 where next.count < 40: next.insert(random.pick(genes), at: place)
    case 2 where next.count < 40: next.insert(next[random.below(next.count)], at: place)
    case 3:
      // The same instruction on other operands.
      if let gene = Self.instruction(next[place].opcode, pool, &random) { next[place] = gene }
    default: next[place] = random.pick(genes)
    }
    return next
  }

  /// Measures whole transactions with two counts of rounds, so that the prelude drops out.
  private func measure(
    _ body: [Instruction], _ pool: Pool, rounds: Int = 3, isQuick: Bool = false
  ) -> Finding? {
    let module = Self.module(body, pool)
    let checkpoint = world.world.state.checkpoint()
    defer { world.world.state.revert(to: checkpoint) }
    guard let address = try? world.create(module) else { return nil }
    func run(_ count: Int) -> (gas: Int, nanoseconds: Double)? {
      let (receipt, time) = world.run(world.call(address, module, rounds: count, start: 1 << 40))
      return receipt.failure == nil ? (Int(receipt.gasUsed), time) : nil
    }
    guard let once = run(1), let twice = run(2) else { return nil }
    if isQuick { return Finding(module: module, body: body, gas: 1, nanoseconds: 1) }
    // About 200 microseconds at one nanosecond for a unit.
    let more = max(2, min(5_000, 200_000 / max(1, twice.gas - once.gas)))
    var (low, high) = (once, (gas: 0, nanoseconds: Double.infinity))
    for _ in 0..<rounds {
      guard let first = run(1), let second = run(1 + more) else { return nil }
      low.nanoseconds = min(low.nanoseconds, first.nanoseconds)
      high = (second.gas, min(high.nanoseconds, second.nanoseconds))
    }
    let gas = Double(high.gas - low.gas) / Double(more)
    guard gas > 0 else { return nil }
    return Finding(
      module: module, body: body, gas: gas,
      nanoseconds: max(0, high.nanoseconds - low.nanoseconds) / Double(more))
  }
}
