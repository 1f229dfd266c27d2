import Bytecode
import Execution
import Hosting
import Integers
import State
import Verification

/// Measures what a unit of gas takes: nanoseconds per gas of every instruction, over operand sizes.
///
/// Each measurement runs a loop whose body holds the instruction many times, and subtracts the same loop
/// without it. Both are run in turns, and the fastest of several rounds counts, since noise only adds.
/// Every run is a whole transaction, which is undone: what is left to its end, such as collecting the
/// changes, is measured with the instruction that caused it.
struct GasBenchmark {
  /// What one case took.
  struct Row {
    let opcode: Opcode
    let operands: String
    let gas: Double
    let nanoseconds: Double

    var mnemonic: String { opcode.row.mnemonic }
    var nanosecondsPerGas: Double { nanoseconds / gas }
  }

  /// Nanoseconds that one run should take.
  var target = 250_000.0
  var rounds = 7

  private let grid: GasGrid

  init() throws { grid = GasGrid(world: try GasWorld()) }

  /// Measures the instructions whose mnemonics contain the text.
  ///
  /// What looks slow is measured again at the end, in new worlds: a disturbance does not come back.
  func rows(matching filter: String?) throws -> [Row] {
    var measured: [(item: GasCase, row: Row)] = []
    for opcode in Opcode.allCases where filter.map({ opcode.row.mnemonic.contains($0) }) ?? true {
      for item in grid.cases(of: opcode) { measured.append((item, try measure(item))) }
    }
    for _ in 0..<Self.repetitions
    where measured.contains(where: { $0.row.nanosecondsPerGas > Self.doubtful }) {
      let other = try GasBenchmark()
      for index in measured.indices
      where measured[index].row.nanosecondsPerGas > Self.doubtful {
        let again = try other.measure(measured[index].item)
        if again.nanosecondsPerGas < measured[index].row.nanosecondsPerGas {
          measured[index].row = again
        }
      }
    }
    return measured.map(\.row)
  }

  private static let repetitions = 3
  /// Nanoseconds per gas above which a measurement is repeated.
  private static let doubtful = 1.5

  func measure(_ item: GasCase) throws -> Row {
    var program = BenchProgram()
    let body = item.make(&program)
    let world = grid.world
    let full = program.finished(body, copies: item.copies)
    let empty = program.finished(body, copies: item.copies, isEmpty: true)
    let checkpoint = world.world.state.checkpoint()
    defer { world.world.state.revert(to: checkpoint) }
    let fullAddress = try world.create(full)
    let emptyAddress = try world.create(empty)
    var start = 1_000_000
    func run(_ iterations: Int) throws -> (gas: Int, full: Double, empty: Double) {
      start += 1_000_000
      let empty = world.run(world.call(emptyAddress, empty, rounds: iterations, start: start))
      let full = world.run(world.call(fullAddress, full, rounds: iterations, start: start))
      for receipt in [full.receipt, empty.receipt] {
        if let failure = receipt.failure {
          throw CommandFailure(
            .failure, "\(item.opcode.row.mnemonic) (\(item.operands)) failed: \(failure.reason)")
        }
      }
      return (
        Int(full.receipt.gasUsed) - Int(empty.receipt.gasUsed), full.nanoseconds, empty.nanoseconds
      )
    }
    // Go round as often as the target asks for, and the case allows.
    _ = try run(1)
    let first = try run(1)
    let once = max(first.full - first.empty, Double(item.copies))
    let wanted = max(target, first.empty / 4)
    let iterations = max(
      1, min(Int(wanted / once), item.most / item.copies, 800_000_000 / max(1, first.gas), 50_000))
    var best = (gas: 0, full: Double.infinity, empty: Double.infinity)
    for _ in 0..<(once > 20 * target ? 2 : once > target ? 4 : rounds) {
      let next = try run(iterations)
      best = (next.gas, min(best.full, next.full), min(best.empty, next.empty))
    }
    let count = Double(item.copies * iterations)
    return Row(
      opcode: item.opcode, operands: item.operands, gas: Double(best.gas) / count,
      nanoseconds: max(0, best.full - best.empty) / count)
  }
}
