import Bytecode
import Execution
import Integers
import State

/// Records a transaction as a tree of calls, with what happened in each.
///
/// Calls of other contracts come from the machine; calls inside a contract are seen from the
/// instructions. After `itemsMax` things nothing more is kept but counted.
final class TraceRecorder: ExecutionObserver {
  /// How much is kept.
  enum Detail: String, CaseIterable, Sendable {
    /// Only the way to a failure.
    case path
    /// Calls, events, moves, reads and writes.
    case calls
    /// Every instruction too.
    case ops
  }

  /// A place in code.
  struct Place: Hashable {
    let contract: Identifier
    let codeHash: Identifier
    let function: Int
    var instruction: Int
  }

  /// A value in a register, under the register's name.
  struct Register {
    let name: String
    let value: Value?
    /// Elements of a list, whose values are not kept.
    var count: Int?
    let kind: Kind
  }

  /// An instruction that ran.
  final class Operation {
    let instruction: Instruction
    let gasLeft: UInt64
    let reads: [Register]
    var writes: [Register] = []

    init(_ instruction: Instruction, gasLeft: UInt64, reads: [Register]) {
      self.instruction = instruction
      self.gasLeft = gasLeft
      self.reads = reads
    }
  }

  /// Something that happened in a call.
  struct Item {
    /// What it is.
    enum Content {
      case call(Call)
      case event(Event)
      case read(key: [UInt8], value: [UInt8]?)
      case write(key: [UInt8], old: [UInt8]?, new: [UInt8]?)
      case move(asset: Identifier, amount: Integer, from: Identifier, to: Identifier)
      case undone(Failure)
      case operation(Operation)
    }

    /// The instruction that did it, in the function of the call.
    let instruction: Int
    let content: Content
  }

  /// A call of a function, of another contract or of the same.
  final class Call {
    let contract: Identifier
    let codeHash: Identifier
    let function: Int
    /// Nil for a call inside the contract.
    let caller: Identifier?
    let arguments: [Value]
    var items: [Item] = []
    var results: [Value]?
    var failure: Failure?
    /// The instruction that runs.
    var instruction = 0
    /// Gas before the first instruction and behind the last one.
    var gasBefore: UInt64?
    var gasAfter: UInt64 = 0
    fileprivate var pending: Operation?

    init(
      _ contract: Identifier, _ codeHash: Identifier, _ function: Int, caller: Identifier?,
      _ arguments: [Value]
    ) {
      self.contract = contract
      self.codeHash = codeHash
      self.function = function
      self.caller = caller
      self.arguments = arguments
    }

    /// The gas that was used, that of inner calls included.
    var gasUsed: UInt64 { (gasBefore ?? gasAfter) - min(gasBefore ?? gasAfter, gasAfter) }

    fileprivate var place: Place {
      Place(
        contract: contract, codeHash: codeHash, function: function, instruction: instruction)
    }
  }

  private struct Attempt {
    let depth: Int
    let instruction: Int
  }

  /// Things that are kept.
  static let itemsMax = 200_000
  /// Calls inside each other that are kept; deeper ones are counted.
  static let depthMax = 256

  private let names: NamedWorld
  private let detail: Detail
  private var stack: [Call] = []
  private var attempts: [Attempt] = []
  private var itemCount = 0
  private var codeHash: Identifier?
  private var code: [[Instruction]] = []

  /// The outermost calls.
  private(set) var roots: [Call] = []
  /// The way to the failure, outermost first.
  private(set) var failurePath: [Place] = []
  /// Things that were not kept.
  private(set) var leftOut = 0
  /// Instructions that ran.
  private(set) var instructionCount = 0

  /// Makes a recorder.
  init(names: NamedWorld, detail: Detail) {
    self.names = names
    self.detail = detail
  }

  // MARK: - Calls

  func willEnter(
    _ contract: Identifier, codeHash: Identifier, function: Int, caller: Identifier,
    arguments: [Value]
  ) {
    push(Call(contract, codeHash, function, caller: caller, arguments))
  }

  func didLeave(_ contract: Identifier, results: [Value], failure: Failure?) {
    if let failure, failurePath.isEmpty { notePath(failure) }
    while let call = stack.popLast() {
      call.failure = failure
      if failure == nil { call.results = results }
      attempts.removeAll { $0.depth > stack.count }
      if call.caller != nil { return }
    }
  }

  private func notePath(_ failure: Failure) {
    failurePath = stack.map(\.place)
    // The machine knows the instruction even where its gas was not enough to show it.
    if let site = failure.site, let last = failurePath.last, last.codeHash == site.codeHash,
      last.function == site.function
    {
      failurePath[failurePath.count - 1].instruction = site.instruction
    }
  }

  func didUndo(_ failure: Failure) {
    failurePath = []
    if let attempt = attempts.popLast() {
      while stack.count > attempt.depth { stack.removeLast().failure = failure }
    }
    keep(.undone(failure))
  }

  private func push(_ call: Call) {
    if stack.isEmpty { roots.append(call) } else { keep(.call(call)) }
    stack.append(call)
  }

  private func keep(_ content: Item.Content) {
    guard detail != .path else { return }
    guard let top = stack.last else { return }
    guard itemCount < Self.itemsMax, stack.count <= Self.depthMax else {
      leftOut += 1
      return
    }
    itemCount += 1
    top.items.append(Item(instruction: top.instruction, content: content))
  }

  // MARK: - Instructions

  func willExecute(_ moment: MomentOfExecution) {
    instructionCount += 1
    if codeHash != moment.codeHash {
      codeHash = moment.codeHash
      code = names.module(moment.codeHash)?.functions.map(\.code) ?? []
    }
    settle(moment)
    guard let call = stack.last, code.indices.contains(moment.function),
      code[moment.function].indices.contains(moment.instruction)
    else { return }
    let instruction = code[moment.function][moment.instruction]
    call.instruction = moment.instruction
    if detail != .path { observe(instruction, call, moment) }
    switch instruction.opcode {
    case .tryNext:
      attempts.append(Attempt(depth: stack.count, instruction: moment.instruction + 1))
    case .call: enter(instruction, moment)
    case .ret: leave(instruction, moment)
    default: break
    }
  }

  private func observe(
    _ instruction: Instruction, _ call: Call, _ moment: MomentOfExecution
  ) {
    finishPending(call, moment)
    if call.gasBefore == nil { call.gasBefore = moment.gasLeft }
    call.gasAfter = moment.gasLeft - min(moment.gasLeft, UInt64(instruction.row.gas))
    if detail == .ops, itemCount < Self.itemsMax, stack.count <= Self.depthMax {
      note(instruction, call, moment)
    } else if detail == .ops {
      leftOut += 1
    }
  }

  /// Forgets attempts that have ended, and calls that were left by a failure that was caught.
  private func settle(_ moment: MomentOfExecution) {
    while let attempt = attempts.last,
      stack.count < attempt.depth
        || stack.count == attempt.depth && moment.instruction != attempt.instruction
          && !(moment.instruction == attempt.instruction - 1)
    {
      attempts.removeLast()
    }
    while let top = stack.last, top.caller == nil, top.function != moment.function {
      stack.removeLast()
    }
  }

  /// A call inside the contract: its arguments stand in the windows that the instruction names.
  private func enter(_ instruction: Instruction, _ moment: MomentOfExecution) {
    let index = Int(instruction.operands[0])
    guard code.indices.contains(index) else { return }
    var arguments: [Value] = []
    if detail != .path, stack.count < Self.depthMax,
      let function = names.module(moment.codeHash)?.functions[index]
    {
      arguments = values(function.parameters, instruction, moment)
    }
    push(Call(moment.contract, moment.codeHash, index, caller: nil, arguments))
  }

  private func leave(_ instruction: Instruction, _ moment: MomentOfExecution) {
    guard let call = stack.last, call.caller == nil else { return }
    if detail != .path, stack.count <= Self.depthMax,
      let function = names.module(moment.codeHash)?.functions[call.function]
    {
      call.results = values(function.results, instruction, moment)
    }
    stack.removeLast()
    if let below = stack.last { below.gasAfter = call.gasAfter }
  }

  /// The values of kinds in the windows of an instruction; lists are left out.
  private func values(
    _ kinds: [Kind], _ instruction: Instruction, _ moment: MomentOfExecution
  ) -> [Value] {
    var next: [Bank: Int] = [:]
    for (index, operand) in instruction.row.operands.enumerated() {
      if case .window(let bank, _) = operand.kind { next[bank] = Int(instruction.operands[index]) }
    }
    return kinds.map { kind in
      let register = next[kind.bank] ?? 0
      next[kind.bank] = register + 1
      return switch kind.bank {
      case .int: .int(moment.int(register))
      case .bytes: .bytes(moment.bytes(register))
      case .list: .int(Integer(moment.listCount(register)))
      }
    }
  }

  // MARK: - Registers

  private func note(
    _ instruction: Instruction, _ call: Call, _ moment: MomentOfExecution
  ) {
    let operation = Operation(
      instruction, gasLeft: moment.gasLeft,
      reads: registers(instruction, .read, call, moment, at: moment.instruction))
    call.pending = operation
    keep(.operation(operation))
  }

  private func finishPending(_ call: Call, _ moment: MomentOfExecution) {
    guard let pending = call.pending else { return }
    call.pending = nil
    pending.writes = registers(
      pending.instruction, .write, call, moment, at: moment.instruction)
  }

  private func registers(
    _ instruction: Instruction, _ wanted: Access, _ call: Call, _ moment: MomentOfExecution,
    at position: Int
  ) -> [Register] {
    let code = names.code(call.codeHash)
    var found: [Register] = []
    for (index, operand) in instruction.row.operands.enumerated() {
      let number = Int(instruction.operands[index])
      let bank: Bank
      switch operand.kind {
      case .int(let access) where access == wanted: bank = .int
      case .bytes(let access) where access == wanted: bank = .bytes
      case .list(let access) where access == wanted: bank = .list
      default: continue
      }
      let name =
        code?.registerName(
          number, in: bank, function: call.function, instruction: position)
        ?? "\("\(bank)".prefix(1))\(number)"
      let kind = code?.registerKind(number, in: bank, function: call.function, at: position)
      switch bank {
      case .int:
        found.append(
          Register(name: name, value: .int(moment.int(number)), kind: kind ?? .int))
      case .bytes:
        let bytes = moment.bytes(number)
        // A register that holds nothing yet has no 32 bytes to show.
        let shown = kind?.isIdentifier == true && bytes.count != 32 ? .bytes : kind ?? .bytes
        found.append(Register(name: name, value: .bytes(bytes), kind: shown))
      case .list:
        found.append(
          Register(name: name, value: nil, count: moment.listCount(number), kind: .list))
      }
    }
    return found
  }

  // MARK: - The world

  func didRead(key: UnsafeRawBufferPointer) {
    guard detail != .path else { return }
    let key = Array(key)
    keep(.read(key: key, value: names.world.state.value(for: key)))
  }

  func willWrite(
    key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer?, new: UnsafeRawBufferPointer?
  ) {
    guard detail != .path else { return }
    keep(.write(key: Array(key), old: old.map { Array($0) }, new: new.map { Array($0) }))
  }

  func didEmit(_ event: Event) { keep(.event(event)) }

  func willMove(_ asset: Identifier, amount: Integer, from: Identifier, to: Identifier) {
    keep(.move(asset: asset, amount: amount, from: from, to: to))
  }
}
