import Assembly
import Bytecode
import EngineTesting
import Hosting
import Testing
import Verification

/// A comparison that finds nothing proves something only if it would have found it.
@Suite struct CanaryTests {
  /// Every engine that is wrong on purpose is caught, and what it gets wrong is shown by little.
  @Test(arguments: Canary.all) func isCaughtAndShrunk(canary: Canary) throws {
    let campaign = Campaign(.fast, canary.maker, sizes: .normal)
    var found: (scenario: Scenario, difference: Difference)?
    var seed: UInt64 = 0
    while found == nil, seed < 2_000 {
      found = campaign.difference(seed)
      seed += 1
    }
    let caught = try #require(found, "\(canary.name) is not caught")
    let small = campaign.shrunk(caught.scenario, caught.difference, attempts: 1_500)
    let count = small.scenario.modules.reduce(0) { $0 + Self.instructionCount($1.module) }
    #expect(count <= 40)
    #expect(small.scenario.operations.count <= 5)
    #expect(campaign.difference(of: small.scenario) != nil)
    // What is printed is what was run.
    for (module, source) in zip(small.scenario.modules, ScenarioText(small.scenario).sources) {
      let assembled = Assembler().assemble(path: "Small.alq", text: source)
      #expect(assembled.artifact?.module == module.module, "\(source)")
    }
  }

  private static func instructionCount(_ module: Module) -> Int {
    module.functions.reduce(0) { $0 + $1.code.count }
  }

  /// An engine whose code differs in what cannot be seen is not caught: what wraps a canary is not seen.
  @Test func wrappersAreNotSeen() {
    let campaign = Campaign(.fast, Canary.harmless.maker)
    for seed in 0..<UInt64(80) { #expect(campaign.difference(seed) == nil) }
  }
}
