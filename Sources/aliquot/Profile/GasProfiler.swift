import Bytecode
import Execution
import Verification

/// Counts what a transaction uses gas for, while it runs.
///
/// Between two things that the machine tells, one instruction ran, or none: what the gas went down by in
/// between is its. A call's price is the caller's, the price of results the callee's; gas that a failure
/// or a limit takes away is the failing instruction's.
final class GasProfiler: ExecutionObserver {
  private let world: World
  private var tracker: CallTracker
  private var profile = Profile()
  private var gasUsed: UInt64 = 0
  /// The functions of the tracker's frames by their numbers, with the gas that was used when they were
  /// entered.
  private var entries: [(function: Int, gasUsed: UInt64)] = []
  private var numbers: [Profile.Function: Int] = [:]
  /// How many frames run each function.
  private var active: [Int] = []
  private var children: [NodeKey: Int] = [:]

  private struct NodeKey: Hashable {
    let parent: Int
    let function: Int?
  }

  /// Makes a profiler of the next transaction of a world.
  init(world: World) {
    self.world = world
    tracker = CallTracker { world.verifiedModule($0)?.module }
  }

  /// The profile, with what the transaction used in all.
  func finish(_ receipt: Receipt) -> Profile {
    profile.codes = tracker.codes
    profile.gasUsed = receipt.gasUsed
    profile.transaction += receipt.gasUsed - min(receipt.gasUsed, gasUsed)
    return profile
  }

  // MARK: - Gas

  /// Puts the gas that was used since the last time to what ran.
  private func spend() {
    let used = world.gasUsed
    let spent = used - min(used, gasUsed)
    gasUsed = max(used, gasUsed)
    guard let frame = tracker.frames.last, let function = entries.last?.function else {
      profile.transaction += spent
      return
    }
    profile.nodes[frame.tag].gas += spent
    profile.costs[function][frame.instruction ?? 0].gas += spent
  }

  func willExecute(_ moment: MomentOfExecution) {
    spend()
    let transition = tracker.willExecute(moment)
    if case .stays = transition {} else { settle() }
    guard let function = entries.last?.function else { return }
    profile.costs[function][moment.instruction].count += 1
  }

  // MARK: - Calls

  func willEnter(
    _ contract: Identifier, codeHash: Identifier, function: Int, caller: Identifier,
    arguments: [Value]
  ) {
    spend()
    tracker.willEnter(contract, codeHash, function)
    settle()
  }

  func didLeave(_ contract: Identifier, results: [Value], failure: Failure?) {
    spend()
    tracker.didLeave()
    settle()
  }

  func willTry() {
    spend()
    tracker.willTry()
  }

  func didTry() {
    spend()
    _ = tracker.didTry()
    settle()
  }

  func didUndo(_ failure: Failure) {
    spend()
    tracker.didUndo()
    settle()
  }

  /// Brings the entries to the frames that there are.
  private func settle() {
    while entries.count > tracker.frames.count, let entry = entries.popLast() {
      active[entry.function] -= 1
      if active[entry.function] == 0 {
        profile.totals[entry.function].gas += gasUsed - entry.gasUsed
      }
    }
    guard entries.count < tracker.frames.count, let frame = tracker.frames.last else { return }
    let function = number(of: frame)
    let parent = entries.isEmpty ? nil : tracker.frames[tracker.frames.count - 2].tag
    entries.append((function, gasUsed))
    active[function] += 1
    profile.totals[function].calls += 1
    tracker.tag = node(of: function, under: parent)
    profile.nodes[tracker.tag].calls += 1
  }

  private func number(of frame: CallTracker.Frame) -> Int {
    let function = Profile.Function(
      contract: frame.contract, code: frame.code.number, function: frame.function)
    if let number = numbers[function] { return number }
    numbers[function] = profile.functions.count
    profile.functions.append(function)
    profile.totals.append(Profile.Total())
    active.append(0)
    let count = frame.code.functions[frame.function].count
    profile.costs.append([Profile.Cost](repeating: Profile.Cost(), count: max(1, count)))
    return profile.functions.count - 1
  }

  /// The node of a function's calls under another node.
  private func node(of function: Int, under parent: Int?) -> Int {
    if let parent, profile.nodes[parent].function == nil { return parent }
    let exact = NodeKey(parent: parent ?? -1, function: function)
    if let known = children[exact] { return known }
    let depth = parent.map { profile.nodes[$0].depth + 1 } ?? 1
    let isToldApart = depth <= Profile.depthMax && profile.nodes.count < Profile.nodesMax
    let key = isToldApart ? exact : NodeKey(parent: parent ?? -1, function: nil)
    if let known = children[key] { return known }
    let number = profile.nodes.count
    profile.nodes.append(Profile.Node(function: key.function, parent: parent, depth: depth))
    children[key] = number
    if let parent {
      profile.nodes[parent].children.append(number)
    } else {
      profile.roots.append(number)
    }
    return number
  }
}
