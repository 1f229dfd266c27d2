import Bytecode

/// How often an instruction ran, and which way it went on.
struct InstructionTally: Hashable, Sendable {
  /// How often it ran.
  var executed: UInt64 = 0
  /// How often it went on at its target; of branches only.
  var jumped: UInt64 = 0
  /// How often it went on with the next instruction; of branches only.
  var passed: UInt64 = 0
  /// How often its function began with it.
  var entered: UInt64 = 0

  static func += (left: inout InstructionTally, right: InstructionTally) {
    left.executed += right.executed
    left.jumped += right.jumped
    left.passed += right.passed
    left.entered += right.entered
  }
}

/// The instructions of some code, numbered through all functions.
struct CodeLayout: Sendable {
  /// The hash of the code.
  let hash: Identifier
  /// The number of the first instruction of every function.
  let starts: [Int]
  /// How control goes on after every instruction.
  let flows: [Flow]
  /// The number of the instruction that every branch may jump to; of others -1.
  let targets: [Int]

  init(_ code: ContractCode) {
    hash = code.codeHash
    var starts: [Int] = []
    var flows: [Flow] = []
    var targets: [Int] = []
    for function in code.module.functions {
      let start = flows.count
      starts.append(start)
      for instruction in function.code {
        flows.append(instruction.row.flow)
        targets.append(instruction.target.map { start + $0 } ?? -1)
      }
    }
    self.starts = starts
    self.flows = flows
    self.targets = targets
  }

  /// How many instructions there are.
  var count: Int { flows.count }

  /// The number of an instruction; nil if there is none like this.
  func number(function: Int, instruction: Int) -> Int? {
    guard starts.indices.contains(function) else { return nil }
    let end = function + 1 < starts.count ? starts[function + 1] : count
    let number = starts[function] + instruction
    return instruction >= 0 && number < end ? number : nil
  }
}

/// What ran: only instructions that did, by code and number.
struct ExecutionCounts: Sendable {
  /// An instruction.
  struct Entry: Sendable {
    /// The index of the code among those that were watched.
    let code: Int
    /// The number of the instruction.
    let number: Int
    /// How often it ran.
    let tally: InstructionTally
  }

  /// The instructions, in the order of first runs.
  private(set) var entries: [Entry] = []

  mutating func append(_ entry: Entry) { entries.append(entry) }

  /// Adds what ran somewhere else; an instruction may then stand here several times.
  static func += (left: inout ExecutionCounts, right: ExecutionCounts) {
    left.entries += right.entries
  }
}
