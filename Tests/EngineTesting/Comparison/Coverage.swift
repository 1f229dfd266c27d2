public import Bytecode
public import Execution
public import Hosting
public import Integers
import Verification

/// Counts what scenarios reach.
public final class Coverage: ExecutionObserver {
  /// Instructions that ran, by opcode.
  public private(set) var opcodes: [Opcode: Int] = [:]
  /// Traps, told by receipts or seen by `try_next`.
  public private(set) var traps: [Trap: Int] = [:]
  /// Roundings of instructions that ran.
  public private(set) var roundings: [Rounding: Int] = [:]
  /// Modes of `seek` that ran.
  public private(set) var seekModes: [SeekMode: Int] = [:]
  /// Signature schemes that ran.
  public private(set) var schemes: [SignatureScheme: Int] = [:]
  /// Kinds that `check_int` and `check_bytes` required.
  public private(set) var kinds: [Kind: Int] = [:]
  /// Sorts of operands that ran, by name.
  public private(set) var operands: [String: Int] = [:]
  /// Transactions that succeeded, failed with a trap, and failed with a declared error.
  public private(set) var succeeded = 0
  /// Transactions that ended in a trap.
  public private(set) var trapped = 0
  /// Transactions that ended in a declared error.
  public private(set) var failed = 0
  /// Gas that transactions used.
  public private(set) var gas: UInt64 = 0
  private var world: World?

  /// Nothing has been reached.
  public init() {}

  /// Runs a scenario on the fast engine.
  public func run(_ scenario: Scenario) {
    let world = World(block: scenario.block, size: scenario.size)
    self.world = world
    defer { self.world = nil }
    world.observer = self
    world.begin(scenario)
    for operation in scenario.operations {
      if let receipt = world.run(operation, of: scenario) { count(receipt) }
    }
  }

  /// Counts how a transaction ended.
  public func count(_ receipt: Receipt) {
    gas += receipt.gasUsed
    switch receipt.failure?.reason {
    case nil: succeeded += 1
    case .trap(let trap):
      trapped += 1
      traps[trap, default: 0] += 1
    case .declared: failed += 1
    }
  }

  /// Counts an instruction.
  public func willExecute(_ moment: MomentOfExecution) {
    guard let module = world?.verifiedModule(moment.codeHash)?.module else { return }
    let instruction = module.functions[moment.function].code[moment.instruction]
    opcodes[instruction.opcode, default: 0] += 1
    for (index, operand) in instruction.row.operands.enumerated() {
      let value = UInt8(truncatingIfNeeded: instruction.operands[index])
      operands["\(operand.kind)", default: 0] += 1
      switch operand.kind {
      case .rounding: Rounding(rawValue: value).map { roundings[$0, default: 0] += 1 }
      case .seekMode: SeekMode(rawValue: value).map { seekModes[$0, default: 0] += 1 }
      case .scheme: SignatureScheme(rawValue: value).map { schemes[$0, default: 0] += 1 }
      case .kind: kinds[Kind.checkable[Int(value)], default: 0] += 1
      default: break
      }
    }
  }

  /// Counts a failure that was caught.
  public func didUndo(_ failure: Failure) {
    if case .trap(let trap) = failure.reason { traps[trap, default: 0] += 1 }
  }

  /// Adds what another has counted.
  public func add(_ other: Coverage) {
    opcodes.merge(other.opcodes, uniquingKeysWith: +)
    traps.merge(other.traps, uniquingKeysWith: +)
    roundings.merge(other.roundings, uniquingKeysWith: +)
    seekModes.merge(other.seekModes, uniquingKeysWith: +)
    schemes.merge(other.schemes, uniquingKeysWith: +)
    kinds.merge(other.kinds, uniquingKeysWith: +)
    operands.merge(other.operands, uniquingKeysWith: +)
    succeeded += other.succeeded
    trapped += other.trapped
    failed += other.failed
    gas += other.gas
  }

  /// All counts, most first.
  public var text: String {
    func line<Key>(_ title: String, _ counts: [Key: Int], _ name: (Key) -> String) -> String {
      let parts = counts.map { (name($0.key), $0.value) }
        .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
      return "\(title): " + parts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
    return [
      "\(succeeded) succeeded, \(trapped) trapped, \(failed) failed; \(gas) gas",
      line("opcodes", opcodes) { $0.row.mnemonic }, line("traps", traps) { $0.name },
      line("roundings", roundings) { "\($0)" }, line("seek modes", seekModes) { "\($0)" },
      line("schemes", schemes) { "\($0)" }, line("kinds", kinds) { "\($0)" },
      line("operands", operands) { $0 },
    ].joined(separator: "\n")
  }
}
