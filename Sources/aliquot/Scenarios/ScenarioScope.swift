import Assembly
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
    let last: Block?
    fileprivate let established: Set<LibraryInvariant>
  }

  /// An invariant of a library that stands for itself.
  fileprivate struct LibraryInvariant: Hashable {
    let contract: Identifier
    let function: Int
  }

  /// The time of the first block: 2026-01-01.
  static let startTime = 1_767_225_600
  /// Functions of the scenario that are inside each other.
  static let depthMax = 64
  /// Who acts where nobody is named: deployments only.
  static let deployer = "deployer"

  /// The world and its blocks.
  let sandbox: Sandbox
  /// Contracts by the names under which scenarios deploy them.
  let codes: [String: ContractCode]
  /// Gas of a step that says nothing of it.
  let stepGas: UInt64
  /// Names of the scenario for values.
  var variables: [String: ScenarioValue] = [:]
  /// What stands in the row of the table that the case is, by the names of the columns.
  var row: [String: Expression] = [:]
  /// Functions of the scenario.
  var functions: [String: ScenarioFunction] = [:]
  /// Functions that are being worked out, inside each other.
  var depth = 0
  /// The last block in which something happened.
  private(set) var last: Block?
  /// The invariants of libraries that have held.
  private var established: Set<LibraryInvariant> = []
  /// Whether transactions stand in one block at present.
  var isInBlock = false
  /// Counts all that runs, also views and invariants; nil if nobody wants to know.
  private let coverage: CoverageObserver?

  /// The world and its names.
  var names: NamedWorld { sandbox.names }
  /// The world.
  var world: World { sandbox.world }

  /// Gas of a step that says nothing of it, if nothing else is asked for.
  static let stepGas: UInt64 = 100_000_000

  init(
    codes: [String: ContractCode], stepGas: UInt64 = stepGas, coverage: CoverageObserver? = nil
  ) {
    self.codes = codes
    self.stepGas = stepGas
    self.coverage = coverage
    sandbox = Sandbox(height: 1, time: Self.startTime)
    sandbox.world.observer = coverage
    for code in codes.values { sandbox.add(code) }
    sandbox.addAccount(Self.deployer)
  }

  // MARK: - Watching

  /// Runs something that an observer watches, beside what counts all that runs.
  func watched<Result>(by observer: (any ExecutionObserver)?, _ body: () -> Result) -> Result {
    world.observer = ObserverPair.of(coverage, observer)
    defer { world.observer = coverage }
    return body()
  }

  /// Runs something once more that an observer watches, and that is not counted again.
  func retold<Result>(to observer: any ExecutionObserver, _ body: () -> Result) -> Result {
    world.observer = observer
    defer { world.observer = coverage }
    return body()
  }

  /// Lets what runs from now on be counted, or not.
  func count(_ isCounting: Bool) { coverage?.isPaused = !isCounting }

  /// What ran since the last time, if that is counted.
  func takeCounts() -> ExecutionCounts { coverage?.take() ?? ExecutionCounts() }

  // MARK: - Forking

  /// The present moment.
  func mark() -> Mark {
    Mark(
      checkpoint: world.state.checkpoint(), block: world.block, labels: names.labels,
      variables: variables, last: last, established: established)
  }

  /// Goes back to a moment.
  func goBack(to mark: Mark) {
    world.state.revert(to: mark.checkpoint)
    world.state.endTransaction()
    world.block = mark.block
    names.labels = mark.labels
    variables = mark.variables
    last = mark.last
    established = mark.established
    row = [:]
    depth = 0
    isInBlock = false
  }

  // MARK: - Naming

  /// Gives a value a name; one of many assets of a class is spoken of by it from then on.
  func define(_ name: String, _ value: ScenarioValue) {
    variables[name] = value
    if case .identifier(let asset) = value, world.asset(asset)?.id.isEmpty == false {
      names.nameAsset(asset, name)
    }
  }

  // MARK: - Invariants

  /// Looks for the first invariant of a contract that does not hold at present.
  ///
  /// A library has no `init` of its own: its invariants count from the moment when they hold first.
  func brokenInvariant() -> (contract: String, invariant: Invariant)? {
    for contract in names.contracts {
      let isLibrary = names.code(of: contract.address)?.isLibrary == true
      for invariant in world.module(of: contract.address)?.invariants ?? [] {
        let place = LibraryInvariant(contract: contract.address, function: invariant.function)
        if world.check(invariant, of: contract.address).results?.first == .int(1) {
          if isLibrary { established.insert(place) }
        } else if !isLibrary || established.contains(place) {
          return (contract.name, invariant)
        }
      }
    }
    return nil
  }

  // MARK: - Time

  /// Ends a block, unless several transactions are to stand in it.
  func endBlock() {
    guard !isInBlock else { return }
    last = world.block
    sandbox.advance(blocks: 1, seconds: Sandbox.blockInterval)
  }

  /// The earliest time of the next block.
  var earliestTime: Int { last?.time ?? Self.startTime }
  /// The lowest height of the next block.
  var lowestHeight: Int { last.map { $0.height + 1 } ?? 1 }

  /// Lets the next block be at a time, which is not before the last one's.
  func setTime(_ time: Int) { sandbox.advance(blocks: 0, seconds: time - world.block.time) }

  /// Lets the next block have a height, which is above the last one's.
  ///
  /// The blocks between are empty and come at their interval.
  func setHeight(_ height: Int) {
    let count = height - world.block.height
    let time = max(earliestTime, world.block.time + count * Sandbox.blockInterval)
    sandbox.advance(blocks: count, seconds: time - world.block.time)
  }
}
