import Bytecode
import Execution

/// Learns which ways out of branches an execution takes.
final class BranchObserver: ExecutionObserver {
  /// A way out of a branch.
  struct Edge: Hashable, Sendable {
    let code: Identifier
    let function: Int
    let from: Int
    let to: Int
  }

  /// Which instructions are branches, by function.
  private let branches: [Identifier: [[Bool]]]
  /// The ways out of all branches that are watched.
  let edgeCount: Int
  private var left: (code: Identifier, function: Int, instruction: Int)?
  /// The ways that were taken, ever.
  private(set) var edges: Set<Edge> = []

  /// Watches the functions of modules that transactions can lead to.
  init(_ modules: [Identifier: Module]) {
    var count = 0
    branches = modules.mapValues { module in
      let reachable = Self.reachable(in: module)
      return module.functions.enumerated().map { index, function in
        function.code.enumerated().map { place, instruction in
          guard reachable.contains(index), instruction.row.flow == .branch else { return false }
          count += instruction.target == place + 1 ? 1 : 2
          return true
        }
      }
    }
    edgeCount = count
  }

  private static func reachable(in module: Module) -> Set<Int> {
    var pending = module.exports.filter { !$0.isView && $0.name != "init" }.map(\.function)
    pending += module.hooks.map(\.function)
    var seen: Set<Int> = []
    while let index = pending.popLast() {
      guard module.functions.indices.contains(index), seen.insert(index).inserted else { continue }
      for instruction in module.functions[index].code {
        let called = instruction.operand { if case .function = $0 { true } else { false } }
        if let called { pending.append(called) }
      }
    }
    return seen
  }

  func willExecute(_ moment: MomentOfExecution) {
    if let left {
      edges.insert(
        Edge(
          code: left.code, function: left.function, from: left.instruction,
          to: moment.instruction))
    }
    let functions = branches[moment.codeHash] ?? []
    let isBranch =
      functions.indices.contains(moment.function)
      && functions[moment.function].indices.contains(moment.instruction)
      && functions[moment.function][moment.instruction]
    left = isBranch ? (moment.codeHash, moment.function, moment.instruction) : nil
  }

  func willEnter(
    _ contract: Identifier, codeHash: Identifier, function: Int, caller: Identifier,
    arguments: [Value]
  ) { left = nil }

  func didLeave(_ contract: Identifier, results: [Value], failure: Failure?) { left = nil }
  func willTry() { left = nil }
  func didUndo(_ failure: Failure) { left = nil }
}
