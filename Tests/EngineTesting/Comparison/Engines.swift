import Bytecode
import Execution
public import Hosting
import Integers
import Verification

/// A way to make an engine.
public struct EngineMaker: Sendable {
  /// What the engine is called in reports.
  public let name: String
  /// Makes an empty world.
  public let make: @Sendable (Block, MachineSize) -> any ContractEngine

  /// Names a way to make an engine.
  public init(
    _ name: String, _ make: @escaping @Sendable (Block, MachineSize) -> any ContractEngine
  ) {
    self.name = name
    self.make = make
  }

  /// The fast engine.
  public static let fast = EngineMaker("fast") { World(block: $0, size: $1) }

  /// The fast engine with a step for every instruction.
  public static let unfused = EngineMaker("unfused") {
    let world = World(block: $0, size: $1)
    world.fusesSteps = false
    return world
  }
}

/// Everything about a receipt that engines must agree on.
public struct Outcome: Hashable, Sendable {
  /// Whether it succeeded, and with what.
  public let status: Receipt.Status
  /// The gas that it used.
  public let gasUsed: UInt64
  /// The events in order.
  public let events: [Event]
  /// The balances that changed.
  public let balanceChanges: [BalanceChange]

  /// What is to be compared of a receipt.
  public init(_ receipt: Receipt) {
    status = receipt.status
    gasUsed = receipt.gasUsed
    events = Array(receipt.events)
    balanceChanges = receipt.balanceChanges
  }
}

extension ContractEngine {
  /// Deploys the modules of a scenario and makes its money.
  public func begin(_ scenario: Scenario) {
    for module in scenario.modules { deploy(code: module) }
    for item in scenario.money {
      createGenesisAsset(named: item.name, decimals: 6, supply: item.supply, holder: item.holder)
    }
  }

  /// Runs one operation of a scenario; gives nil if it is no transaction.
  public func run(_ operation: Operation, of scenario: Scenario) -> Receipt? {
    switch operation {
    case .create(let module, let arguments, let payments, let creator, let gas):
      let hash = Identifier(scenario.modules[module].codeHash) ?? .zero
      return create(hash, arguments: arguments, payments: payments, by: creator, gas: gas)
    case .call(let call, let caller, let gas):
      return self.call(call, by: caller, gas: gas)
    case .view(let call, let caller, let gas):
      return view(call, by: caller, gas: gas)
    case .send(let amount, let asset, let from, let to, let gas):
      return send(amount, of: asset, from: from, to: to, gas: gas)
    case .check(let module, let invariant, let contract, let gas):
      let invariants = scenario.modules[module].module.invariants
      guard invariants.indices.contains(invariant) else { return nil }
      return check(invariants[invariant], of: contract, gas: gas)
    case .warp(let height, let time):
      block.height = height
      block.time = time
      return nil
    }
  }
}
