import Bytecode
import EngineTesting
import Execution
import Hosting
import Integers
import State
import Testing

/// A state that no machine has written: whatever stands in it, the machine ends with a receipt, and says
/// that it met what it could not read.
@Suite struct MalformedStateTests {
  /// Random worlds, in whose state something is changed between any two transactions.
  @Test(arguments: 0..<12) func survivesWhateverIsStored(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed + 500))
    var malformed = 0
    for round in 0..<Effort.rounds(6) {
      let scenario = ScenarioGenerator.make(seed: UInt64(33_000_000 + seed * 1_000 + round))
      let world = World(block: scenario.block, size: scenario.size)
      world.begin(scenario)
      for operation in scenario.operations {
        for _ in 0..<random.below(4) { spoil(world.state, world.entries, &random) }
        _ = world.run(operation, of: scenario)
      }
      if world.hasMalformedState { malformed += 1 }
    }
    #expect(malformed > 0)
  }

  /// Changes one entry, or adds one whose key begins like another's.
  private func spoil(_ state: StateTable, _ entries: [StateEntry], _ random: inout SplitMix64) {
    guard var entry = random.some(of: entries) else { return }
    // Code is what most transactions need, and is looked at by its hash.
    if entry.key.first == KeySpace.code.rawValue, random.chance(90) { return }
    var value = entry.value
    switch random.below(6) {
    case 0: value = Array(value.prefix(random.below(value.count + 1)))
    case 1: value += random.bytes(1 + random.below(40))
    case 2: value = random.bytes(random.below(70))
    case 3 where !value.isEmpty: value[random.below(value.count)] ^= UInt8(1 + random.below(255))
    case 4: value = [UInt8](repeating: 0xFF, count: 1 + random.below(12)) + value
    default:
      let length = min(entry.key.count, 33 + random.below(4))
      entry = StateEntry(
        key: Array(entry.key.prefix(length)) + random.bytes(random.below(40)), value: value)
    }
    state.write(value, for: entry.key)
  }

  /// What is sound is not called malformed.
  @Test(arguments: 0..<4) func believesWhatItHasWritten(seed: Int) {
    for round in 0..<Effort.rounds(10) {
      let scenario = ScenarioGenerator.make(seed: UInt64(34_000_000 + seed * 1_000 + round))
      let world = World(block: scenario.block, size: scenario.size)
      world.begin(scenario)
      for operation in scenario.operations { _ = world.run(operation, of: scenario) }
      #expect(!world.hasMalformedState)
    }
  }
}
