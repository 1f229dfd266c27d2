import Bytecode
import EngineTesting
import Hosting
import Integers
import Testing
import Verification

/// Engines with one contract each, the same in all, and asked the same.
struct EngineRow {
  private let makers: [EngineMaker]
  private let engines: [any ContractEngine]
  private let module: Module
  private let contract: Identifier
  private let creator = Addresses.account(1)

  /// Makes the contract in every engine; its first export is the one to call.
  init(_ makers: [EngineMaker], _ builder: ModuleBuilder, size: MachineSize) throws {
    let verified = try Verifier.verify(builder.finished())
    self.makers = makers
    engines = makers.map { $0.make(Scenario.genesis, size) }
    module = verified.module
    contract = Addresses.contract(creator: creator)
    for engine in engines {
      let hash = engine.deploy(code: verified)
      _ = engine.create(hash, arguments: [], payments: [], by: creator, gas: 1_000_000)
    }
  }

  /// What all engines say of a call, which must be the same.
  @discardableResult
  func run(_ arguments: [Value], gas: UInt64) -> Outcome {
    let call = ContractCall(
      target: contract, export: module.exports[0], in: module, arguments: arguments)
    let outcomes = engines.map { Outcome($0.call(call, by: creator, gas: gas)) }
    for (maker, outcome) in zip(makers, outcomes).dropFirst() where outcome != outcomes[0] {
      Issue.record(
        """
        gas \(gas): \(makers[0].name) says \(outcomes[0]), \(maker.name) \(outcome)
        \(arguments)
        \(module.integers)
        \(module.functions[0].code.enumerated().map { "\($0) \($1)" }.joined(separator: "\n"))
        """)
    }
    return outcomes[0]
  }
}
