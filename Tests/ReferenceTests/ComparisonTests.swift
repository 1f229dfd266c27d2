import Bytecode
import EngineTesting
import Execution
import Hosting
import Integers
import Reference
import Testing
import Verification

/// The fast engine and the reference agree on random modules, to the last bit.
@Suite struct ComparisonTests {
  /// A pair of contracts from two random modules, or nil where one of them cannot be made.
  private func pair(
    seed: UInt64, options: RandomModule.Options = .init(), size: MachineSize = MachineSize()
  ) throws -> EnginePair? {
    let pair = EnginePair(size: size)
    for seed in [seed &* 2, seed &* 2 + 1] {
      let module = RandomModule.make(seed: seed, options: options)
      guard try pair.add(module, arguments: [.int(1)]) != nil else { return nil }
    }
    return pair
  }

  private func runCalls(
    _ pair: EnginePair, _ count: Int, _ random: inout SplitMix64, gas: [Int], seed: UInt64
  ) {
    for round in 0..<count {
      let call = pair.randomCall(&random)
      let limit = UInt64(random.pick(gas) + random.below(50))
      let isView = random.chance(10)
      let what = "seed \(seed), call \(round) of \(call.name) with \(limit) gas"
      pair.run(what) { engine in
        isView
          ? engine.view(call, by: Fixture.alice, gas: limit)
          : engine.call(call, by: Fixture.alice, gas: limit)
      }
      pair.compareEntries(what)
    }
  }

  @Test(arguments: 0..<16) func agreeOnRandomModules(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    for round in 0..<Effort.rounds(12) {
      let seed = UInt64(1_000_000 + seed * 1_000 + round)
      guard let pair = try pair(seed: seed) else { continue }
      runCalls(pair, 4, &random, gas: [10, 500, 3_000, 20_000, 60_000, 200_000], seed: seed)
    }
  }

  @Test(arguments: 0..<16) func agreeOnTinyMachines(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed + 500))
    for round in 0..<Effort.rounds(12) {
      var options = RandomModule.Options()
      options.bits = random.pick([200, 1_000, 16_384])
      var size = MachineSize()
      if random.chance(60) {
        size.memoryBetweenCounts = random.pick([0, 100, 1_000, 5_000, 20_000])
        size.liveMemory = random.pick([500, 2_000, 6_000, 20_000, 60_000])
      }
      if random.chance(30) { size.frames = 1 + random.below(6) }
      if random.chance(30) { size.callDepth = 1 + random.below(5) }
      if random.chance(20) { size.integerStack = 20 + random.below(60) }
      if random.chance(20) { size.bytesStack = 20 + random.below(60) }
      if random.chance(20) { size.listStack = 5 + random.below(30) }
      size.arenaWords = random.pick([1, 100, 32_768])
      let seed = UInt64(2_000_000 + seed * 1_000 + round)
      guard let pair = try pair(seed: seed, options: options, size: size) else { continue }
      runCalls(pair, 4, &random, gas: [3_000, 20_000, 60_000], seed: seed)
    }
  }

  /// Every instruction alone, behind constants.
  @Test(arguments: Opcode.allCases) func agreeOnEveryInstruction(opcode: Opcode) throws {
    for seed in 0..<UInt64(Effort.rounds(10)) {
      let pair = EnginePair()
      guard
        let contract = try pair.add(
          RandomModule.single(opcode, seed: seed), arguments: [.int(1)]),
        let other = try pair.add(RandomModule.make(seed: seed), arguments: [.int(1)]),
        let module = pair.fast.module(of: contract), let main = module.export(named: "main")
      else { continue }
      let call = ContractCall(
        target: contract, export: main, in: module,
        arguments: [.int(3), Value(other), Value(pair.money), .bytes([1, 2, 3])])
      for gas: UInt64 in [500, 2_000, 20_000, 1_000_000] {
        let what = "\(opcode) with seed \(seed) and \(gas) gas"
        pair.run(what) { $0.call(call, by: Fixture.alice, gas: gas) }
        pair.compareEntries(what)
      }
    }
  }

  /// Every limit of gas below what a run takes ends at the same instruction.
  @Test(arguments: 0..<8) func agreeWhereTheGasEnds(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed + 900))
    for round in 0..<Effort.rounds(2) {
      let seed = UInt64(3_000_000 + seed * 1_000 + round)
      guard let pair = try pair(seed: seed) else { continue }
      let call = pair.randomCall(&random)
      for gas in stride(from: UInt64(0), to: 4_000, by: 7) {
        pair.run("seed \(seed) with \(gas) gas") { $0.view(call, by: Fixture.alice, gas: gas) }
        pair.run("seed \(seed) with \(gas) gas") { $0.call(call, by: Fixture.alice, gas: gas) }
      }
      pair.compareEntries("seed \(seed)")
    }
  }
}
