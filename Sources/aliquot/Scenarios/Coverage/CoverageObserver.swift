import Bytecode
import Execution

/// Counts how often every instruction of some code runs, and which way its branches go.
///
/// The way out of a branch is the instruction that is shown after it, in the same run of the same
/// function: nothing is worked out a second time.
final class CoverageObserver: ExecutionObserver {
  private let codes: [CodeLayout]
  private let indices: [Identifier: Int]
  private var tallies: [[InstructionTally]]
  /// The instructions that have run since the counts were taken.
  private var touched: [(code: Int, number: Int)] = []
  /// The code that ran last.
  private var present: (hash: Identifier, index: Int)?
  /// The instruction that was shown last, if nothing has come between.
  private var last: (code: Int, number: Int)?
  /// Whether nothing is counted at present.
  var isPaused = false { didSet { last = nil } }

  init(_ codes: [CodeLayout]) {
    self.codes = codes
    indices = Dictionary(
      codes.enumerated().map { ($1.hash, $0) }, uniquingKeysWith: { first, _ in first })
    tallies = codes.map { [InstructionTally](repeating: InstructionTally(), count: $0.count) }
  }

  /// What has run since the last time.
  func take() -> ExecutionCounts {
    var counts = ExecutionCounts()
    for (code, number) in touched {
      counts.append(
        ExecutionCounts.Entry(code: code, number: number, tally: tallies[code][number]))
      tallies[code][number] = InstructionTally()
    }
    touched.removeAll(keepingCapacity: true)
    last = nil
    return counts
  }

  func willExecute(_ moment: MomentOfExecution) {
    guard !isPaused, let code = index(of: moment.codeHash),
      let number = codes[code].number(function: moment.function, instruction: moment.instruction)
    else {
      last = nil
      return
    }
    var comesByJump = false
    if let last, last.code == code {
      switch codes[code].flows[last.number] {
      case .branch:
        comesByJump = true
        if codes[code].targets[last.number] == number {
          tallies[code][last.number].jumped += 1
        } else {
          tallies[code][last.number].passed += 1
        }
      case .jump: comesByJump = true
      case .next, .leave: break
      }
    }
    if tallies[code][number].executed == 0 { touched.append((code, number)) }
    tallies[code][number].executed += 1
    if moment.instruction == 0, !comesByJump { tallies[code][number].entered += 1 }
    last = (code, number)
  }

  private func index(of hash: Identifier) -> Int? {
    if let present, present.hash == hash { return present.index }
    guard let index = indices[hash] else { return nil }
    present = (hash, index)
    return index
  }

  func willEnter(
    _ contract: Identifier, codeHash: Identifier, function: Int, caller: Identifier,
    arguments: [Value]
  ) { last = nil }

  func didLeave(_ contract: Identifier, results: [Value], failure: Failure?) { last = nil }
  func willTry() { last = nil }
  func didUndo(_ failure: Failure) { last = nil }
}
