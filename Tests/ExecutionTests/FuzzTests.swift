import Bytecode
import EngineTesting
import Execution
import Integers
import Testing
import Verification

/// Random code that the verifier accepts, run with random inputs.
@Suite struct FuzzTests {
  @Test(arguments: 0..<40) func runsWhateverIsAccepted(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    for round in 0..<25 {
      let modules = try RandomModule.pair(seed: UInt64(seed * 1000 + round))
      let fixture = Fixture()
      for module in modules {
        _ = try? fixture.add(module, arguments: [.int(1)])
      }
      guard fixture.contracts.count == 2 else { continue }
      for _ in 0..<3 {
        let before = fixture.contents
        let call = fixture.randomCall(&random)
        let receipt = fixture.world.call(
          call, by: Fixture.alice, gas: UInt64(random.pick([100, 2_000, 20_000, 300_000])))
        check(receipt, fixture)
        if receipt.failure != nil { #expect(fixture.contents == before) }
      }
    }
  }

  /// A trap is one that the instruction's row names.
  private func check(_ receipt: Receipt, _ fixture: Fixture) {
    guard let failure = receipt.failure, case .trap(let trap) = failure.reason,
      let site = failure.site, let module = fixture.world.verifiedModule(site.codeHash)?.module
    else { return }
    let instruction = module.functions[site.function].code[site.instruction]
    let common: [Trap] = [.outOfGas, .memoryExceeded, .stackOverflow]
    var named = common + instruction.row.traps
    if instruction.opcode == .tryNext {
      named += module.functions[site.function].code[site.instruction + 1].row.traps
    }
    #expect(
      named.contains(trap), "\(instruction.row.mnemonic) trapped with \(trap.name)")
  }
}

extension RandomModule {
  /// Two different modules.
  static func pair(seed: UInt64, options: Options = Options()) throws -> [Module] {
    [make(seed: seed &* 2, options: options), make(seed: seed &* 2 + 1, options: options)]
  }
}

extension Fixture {
  /// A call of `main`, `look` or `pay` of the first contract.
  func randomCall(_ random: inout SplitMix64) -> ContractCall {
    let first = contracts[0]
    let second = contracts[1]
    switch random.below(10) {
    case 0: return call(first, "look", [.int(random.integer())])
    case 1:
      return call(
        first, "pay", [.int(random.integer(bits: 70))],
        paying: [AttachedPayment(asset: money, amount: Integer(random.below(50)))])
    default:
      let asset = random.pick([
        money, World.asset(issuer: first, className: "Coin"),
        World.asset(issuer: first, className: "Hooked"),
      ])
      return call(
        first, "main",
        [
          .int(random.integer()), Value(random.pick([first, second, Fixture.bob])),
          Value(asset), .bytes(random.bytes(random.below(100))),
        ])
    }
  }
}
