import Bytecode
import EngineTesting
import Hosting
import Integers
import Testing
import Verification

/// Both engines agree on random scenarios, to the last bit.
@Suite struct AgreementTests {
  /// Records a difference as a small scenario that shows it.
  private func agree(_ campaign: Campaign, _ seed: UInt64) {
    guard let found = campaign.difference(seed) else { return }
    let small = campaign.shrunk(found.scenario, found.difference)
    let text = ScenarioText(small.scenario)
    Issue.record(
      "\(text.story)\n\(small.difference.text)\n\(text.sources.joined(separator: "\n"))")
  }

  @Test(arguments: 0..<40) func onMachinesOfAllSizes(chunk: Int) {
    let campaign = Campaign()
    for round in 0..<Effort.rounds(50) { agree(campaign, UInt64(chunk * 1_000_000 + round)) }
  }

  @Test(arguments: 0..<10) func onTinyMachines(chunk: Int) {
    let campaign = Campaign(sizes: .tiny)
    for round in 0..<Effort.rounds(40) { agree(campaign, UInt64(chunk * 1_000_000 + round)) }
  }

  /// Every limit of gas below what a transaction uses, up to some hundreds, and at the boundaries of
  /// instructions beyond.
  @Test(arguments: 0..<12) func whereverTheGasEnds(chunk: Int) {
    var comparison = Comparison(.fast, .reference)
    comparison.gasLimits = 600
    for round in 0..<Effort.rounds(2) {
      let seed = UInt64(77_000_000 + chunk * 1_000 + round)
      let found = comparison.difference(in: ScenarioGenerator.make(seed: seed))
      #expect(found == nil, "seed \(seed): \(found?.text ?? "")")
    }
  }

  /// What the meter refuses behind a call that was tried ends the transaction with the gas used so far.
  @Test func onGasWhenMemoryEndsBehindATriedCall() throws {
    var builder = ModuleBuilder()
    let ret = Instruction(.ret, 0, 0, 0)
    builder.export(
      "main",
      builder.function(
        [.int], [],
        [
          Instruction(.selfAddress, 0), Instruction(.intSmall, 1, 240),
          Instruction(.tryNext, 2, 3, 1, 2, 1), Instruction(.call, 1, 4, 3, 0), ret,
        ]))
    builder.function([.int], [], [ret])
    let module = try Verifier.verify(builder.finished())
    var size = MachineSize()
    size.liveMemory = 60
    size.memoryBetweenCounts = 1
    var receipts: [Receipt] = []
    for engine in [EngineMaker.fast, .reference].map({ $0.make(Scenario.genesis, size) }) {
      let hash = engine.deploy(code: module)
      let creator = Addresses.account(1)
      _ = engine.create(hash, arguments: [], payments: [], by: creator, gas: 100_000)
      let call = ContractCall(
        target: Addresses.contract(creator: creator), export: module.module.exports[0],
        in: module.module, arguments: [.int(1)])
      receipts.append(engine.call(call, by: creator, gas: 10_000))
    }
    #expect(receipts[0].failure?.reason == .trap(.memoryExceeded))
    #expect(Outcome(receipts[0]) == Outcome(receipts[1]))
    #expect(receipts[0].gasUsed < 1_000)
  }
}
