import Bytecode
import Execution
import Integers
import State

/// The world of a scenario, and what is known in it: contracts, actors and the scenario's own names.
///
/// It is made once for a file of scenarios, and every case begins where the setup ended.
final class ScenarioScope {
  /// Where a case begins.
  struct Mark {
    let checkpoint: StateTable.Checkpoint
    let block: Block
    let labels: NamedWorld.Labels
    let variables: [String: ScenarioValue]
  }

  /// The time of the first block: 2026-01-01.
  static let startTime = 1_767_225_600
  /// Who acts where nobody is named: deployments only.
  static let deployer = "deployer"

  /// The world and its blocks.
  let sandbox: Sandbox
  /// Contracts by the names under which scenarios deploy them.
  let codes: [String: ContractCode]
  /// Names of the scenario for values.
  var variables: [String: ScenarioValue] = [:]
  /// Whether transactions stand in one block at present.
  var isInBlock = false

  /// The world and its names.
  var names: NamedWorld { sandbox.names }
  /// The world.
  var world: World { sandbox.world }

  init(codes: [String: ContractCode]) {
    self.codes = codes
    sandbox = Sandbox(height: 1, time: Self.startTime)
    for code in codes.values { sandbox.add(code) }
    sandbox.addAccount(Self.deployer)
  }

  // MARK: - Forking

  /// The present moment.
  func mark() -> Mark {
    Mark(
      checkpoint: world.state.checkpoint(), block: world.block, labels: names.labels,
      variables: variables)
  }

  /// Goes back to a moment.
  func goBack(to mark: Mark) {
    world.state.revert(to: mark.checkpoint)
    world.state.endTransaction()
    world.block = mark.block
    names.labels = mark.labels
    variables = mark.variables
    isInBlock = false
  }

  // MARK: - Time

  /// Ends a block, unless several transactions are to stand in it.
  func endBlock() {
    if !isInBlock { sandbox.advance(blocks: 1, seconds: Sandbox.blockInterval) }
  }
}
