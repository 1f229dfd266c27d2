import Bytecode
import Execution
import Integers
import Verification

/// Records one transaction, until it ends or the recording is full.
///
/// Which registers an instruction writes is read from the instruction table; their values are read before
/// the next instruction of the same function.
final class ExecutionRecorder: ExecutionObserver {
  /// What was recorded so far.
  private(set) var recording = ExecutionRecording()

  private let world: World
  private let limits: (steps: Int, bytes: Int)
  private var tracker: CallTracker
  private var registers = RegisterFile()
  private var outcome = Outcome.plain
  private var addressNumbers: [Identifier: UInt32] = [:]
  private var keyNumbers: [[UInt8]: Int] = [:]
  /// The last step of every frame, or -1.
  private var lastSteps = ContiguousArray<Int32>()
  /// What holds at present, as numbers, and how much of it did when each open `try` began.
  private var holding = Holding()
  private var attempts: [Holding.Mark] = []
  /// The registers that the instructions of a function write, by its code and its number.
  private var written: [SIMD2<Int>: [[RegisterAccess]]] = [:]
  /// Bytes of what stands beside the steps, the changes and the values.
  private var otherBytes = 0
  private var isFull = false

  /// Whether the last instruction of the running function ran under `try`, and how that ended.
  private enum Outcome { case plain, tried, undone }

  /// Things that have happened and are not undone, by their places in the recording.
  private struct Holding {
    struct Mark {
      let writes: Int
      let emissions: Int
      let moves: Int
    }

    var writes: [Int] = []
    var emissions: [Int] = []
    var moves: [Int] = []

    var mark: Mark {
      Mark(writes: writes.count, emissions: emissions.count, moves: moves.count)
    }
  }

  /// Makes a recorder of the next transaction of a world.
  init(
    world: World, stepsMax: Int = ExecutionRecording.stepsMax,
    bytesMax: Int = ExecutionRecording.bytesMax
  ) {
    self.world = world
    limits = (stepsMax, bytesMax)
    tracker = CallTracker { world.verifiedModule($0)?.module }
  }

  /// The recording, with what the transaction came to.
  func finish(_ receipt: Receipt) -> ExecutionRecording {
    let position = recording.steps.count
    if let failure = receipt.failure, !isFull {
      undo(to: Holding().mark)
      if recording.faults.last.map({ $0.isCaught || $0.position != position }) ?? true {
        recording.faults.append(.init(position: position, step: runningStep, failure: failure))
      }
    }
    recording.codes = tracker.codes
    recording.receipt = receipt
    return recording
  }

  private var position: Int { recording.steps.count }

  /// The step of the instruction that runs: the last one of the innermost call that has one.
  private var runningStep: Int? {
    for frame in tracker.frames.reversed() where lastSteps[frame.tag] >= 0 {
      return Int(lastSteps[frame.tag])
    }
    return nil
  }

  /// When something that happens now holds.
  private var span: ExecutionRecording.Span { .init(position: position, step: runningStep) }

  /// Whether there is still room; what comes when there is none is only counted.
  private var hasRoom: Bool {
    let bytes =
      recording.steps.count * MemoryLayout<ExecutionRecording.Step>.stride
      + recording.frames.count * MemoryLayout<ExecutionRecording.Frame>.stride
      + recording.changes.count * MemoryLayout<RegisterChange>.stride
      + (recording.references.count + lastSteps.count) * 4 + recording.values.byteCount + otherBytes
    return recording.steps.count < limits.steps && bytes < limits.bytes
  }

  // MARK: - Steps

  func willExecute(_ moment: MomentOfExecution) {
    if isFull || !hasRoom {
      isFull = true
      recording.stepsLeftOut += 1
      return
    }
    let before = tracker.frames.last
    switch tracker.willExecute(moment) {
    case .stays:
      if let before, before.instruction != nil { finish(before, moment) }
    case .enters:
      if let before, let call = before.current { enter(call, from: before) }
    case .returns: leave(before)
    }
    outcome = .plain
    if lastSteps.indices.contains(tracker.tag) { lastSteps[tracker.tag] = Int32(position) }
    recording.steps.append(
      .init(
        frame: UInt32(truncatingIfNeeded: tracker.tag),
        instruction: UInt16(truncatingIfNeeded: moment.instruction),
        gasUsed: UInt32(clamping: world.gasUsed), gasLeft: UInt32(clamping: moment.gasLeft),
        changes: UInt32(truncatingIfNeeded: recording.changes.count)))
  }

  // MARK: - Registers

  private func base(_ bank: Bank) -> Int {
    guard recording.frames.indices.contains(tracker.tag) else { return 0 }
    return Int(recording.frames[tracker.tag].bases[Int(bank.rawValue)])
  }

  private func set(_ bank: Bank, _ register: Int, _ value: UInt32, isWritten: Bool = true) {
    let index = base(bank) + register
    let old = registers[bank, index]
    guard isWritten || old != value else { return }
    note(
      RegisterChange(
        place: RegisterChange.place(of: bank), index: UInt32(index), old: old, new: value))
  }

  private func note(_ change: RegisterChange) {
    registers.apply(change)
    recording.changes.append(change)
  }

  /// Reads what the last instruction of a function wrote.
  private func finish(_ frame: CallTracker.Frame, _ moment: MomentOfExecution) {
    guard let instruction = frame.current, let index = frame.instruction else { return }
    let o = instruction.operands
    switch outcome {
    case .undone: refresh(frame, moment, after: instruction)
    case .tried:
      read(written(frame, max(0, index - 1)), moment)
      read(written(frame, index), moment)
    case .plain:
      switch instruction.opcode {
      case .intMove: set(.int, Int(o[0]), registers[.int, base(.int) + Int(o[1])])
      case .bytesMove: set(.bytes, Int(o[0]), registers[.bytes, base(.bytes) + Int(o[1])])
      default:
        read(written(frame, index), moment)
        change(listOf: instruction, moment)
      }
    }
  }

  private func written(_ frame: CallTracker.Frame, _ instruction: Int) -> [RegisterAccess] {
    let place = SIMD2(frame.code.number, frame.function)
    if let known = written[place] { return known[instruction] }
    let all = frame.code.functions[frame.function].map {
      RegisterAccess.written(by: $0, in: frame.code.module)
    }
    written[place] = all
    return all[instruction]
  }

  private func read(_ written: [RegisterAccess], _ moment: MomentOfExecution) {
    for register in written { read(register.bank, register.number, moment, isWritten: true) }
  }

  private func read(_ bank: Bank, _ number: Int, _ moment: MomentOfExecution, isWritten: Bool) {
    switch bank {
    case .int:
      set(
        .int, number, recording.values.reference(to: moment.int(number)), isWritten: isWritten)
    case .bytes:
      let reference = recording.values.reference(to: moment.bytes(number))
      set(.bytes, number, reference, isWritten: isWritten)
    case .list: break
    }
  }

  /// Reads a whole frame after a `try` that failed, which emptied its windows.
  private func refresh(
    _ frame: CallTracker.Frame, _ moment: MomentOfExecution, after instruction: Instruction
  ) {
    let size = frame.code.module.functions[frame.function].registers
    for number in 0..<size.int { read(.int, number, moment, isWritten: false) }
    for number in 0..<size.bytes { read(.bytes, number, moment, isWritten: false) }
    guard instruction.opcode == .call, instruction.operands[3] < size.list else { return }
    for number in Int(instruction.operands[3])..<size.list {
      set(.list, number, 0, isWritten: false)
    }
  }

  // MARK: - Lists

  /// Follows what an instruction does to lists: which one a register holds, and what that has in it.
  private func change(listOf instruction: Instruction, _ moment: MomentOfExecution) {
    let o = instruction.operands
    let first = Int(o[0])
    switch instruction.opcode {
    case .listNew, .listCopy, .listSlice, .bytesToList, .split:
      makeList(in: first)
      readList(first, moment)
    case .listShare:
      if number(ofList: Int(o[1])) == 0 { makeList(in: Int(o[1])) }
      set(.list, first, number(ofList: Int(o[1])))
    case .listPush:
      if number(ofList: first) == 0 { makeList(in: first) }
      let count = Int(registers.list(number(ofList: first)).count)
      setCount(first, count + 1)
      setElement(first, count, registers[.int, base(.int) + Int(o[1])])
    case .listSet:
      let index = recording.values.integer(registers[.int, base(.int) + Int(o[1])]).asInt
      setElement(first, index ?? .max, registers[.int, base(.int) + Int(o[2])])
    case .listSort, .listSortBy: readList(first, moment)
    default: break
    }
  }

  private func number(ofList register: Int) -> UInt32 {
    registers[.list, base(.list) + register]
  }

  private func makeList(in register: Int) {
    set(.list, register, registers.freeListNumber)
    otherBytes += 64
  }

  private func readList(_ register: Int, _ moment: MomentOfExecution) {
    setCount(register, moment.listCount(register))
    let elements = moment.elements(register, atMost: RegisterFile.elementsMax)
    for (index, element) in elements.enumerated() {
      setElement(register, index, recording.values.reference(to: element))
    }
  }

  private func setCount(_ register: Int, _ count: Int) {
    let number = number(ofList: register)
    let old = registers.list(number).count
    guard old != count else { return }
    note(RegisterChange(place: .count, index: number, old: old, new: UInt32(count)))
  }

  private func setElement(_ register: Int, _ index: Int, _ value: UInt32) {
    guard index < RegisterFile.elementsMax else { return }
    let number = number(ofList: register)
    let elements = registers.list(number).elements
    let old = index < elements.count ? elements[index] : 0
    guard old != value else { return }
    otherBytes += 4
    note(
      RegisterChange(
        place: .element, element: UInt8(index), index: number, old: old, new: value))
  }

  // MARK: - Calls

  /// A call inside the contract, whose arguments stand at the beginning of the callee's registers.
  private func enter(_ call: Instruction, from caller: CallTracker.Frame) {
    let parent = recording.frames[caller.tag]
    let o = call.operands
    let windows = SIMD4(UInt32(o[1]), UInt32(o[2]), UInt32(o[3]), 0)
    push(
      parent: caller.tag, bases: parent.bases &+ windows, caller: parent.contract,
      contract: parent.contract)
    guard let function = topFunction else { return }
    clear(function.registers, from: BankCounts(function.parameters))
    keepReferences(function.parameters)
  }

  func willEnter(
    _ contract: Identifier, codeHash: Identifier, function: Int, caller: Identifier,
    arguments: [Value]
  ) {
    guard !isFull else { return }
    let parent = tracker.frames.last?.tag
    tracker.willEnter(contract, codeHash, function)
    push(
      parent: parent, bases: parent.map { recording.frames[$0].tops } ?? SIMD4(),
      caller: number(of: caller), contract: number(of: contract))
    guard let function = topFunction else { return }
    clear(function.registers, from: BankCounts())
    var next = BankCounts()
    for argument in arguments {
      switch argument {
      case .int(let integer):
        set(.int, next.int, recording.values.reference(to: integer), isWritten: false)
        next.int += 1
      case .bytes(let bytes):
        set(.bytes, next.bytes, recording.values.reference(to: bytes), isWritten: false)
        next.bytes += 1
      }
    }
    keepReferences(function.parameters)
  }

  private var topFunction: Function? {
    guard let frame = tracker.frames.last,
      frame.code.module.functions.indices.contains(frame.function)
    else { return nil }
    return frame.code.module.functions[frame.function]
  }

  private func push(parent: Int?, bases: SIMD4<UInt32>, caller: UInt32, contract: UInt32) {
    guard let top = tracker.frames.last else { return }
    let size = topFunction?.registers ?? BankCounts()
    let tops =
      bases &+ SIMD4(UInt32(size.int), UInt32(size.bytes), UInt32(size.list), 0)
    let parentTops = parent.map { recording.frames[$0].tops } ?? SIMD4()
    tracker.tag = recording.frames.count
    lastSteps.append(-1)
    recording.frames.append(
      .init(
        parent: parent.map { Int32($0) }, callStep: parent.map { lastSteps[$0] },
        firstStep: Int32(position), contract: contract, code: UInt32(top.code.number),
        function: UInt16(top.function),
        depth: UInt16(parent.map { Int(recording.frames[$0].depth) + 1 } ?? 1),
        isEntry: top.isEntry, bases: bases,
        tops: pointwiseMax(tops, parentTops),
        arguments: UInt32(recording.references.count), caller: caller))
  }

  /// Empties the registers of the running function from some counts on.
  private func clear(_ size: BankCounts, from start: BankCounts) {
    for number in start.int..<max(start.int, size.int) {
      set(.int, number, 0, isWritten: false)
    }
    for number in start.bytes..<max(start.bytes, size.bytes) {
      set(.bytes, number, 0, isWritten: false)
    }
    for number in start.list..<max(start.list, size.list) {
      set(.list, number, 0, isWritten: false)
    }
  }

  /// Keeps the values of kinds that stand at the beginning of the running function's registers.
  private func keepReferences(_ kinds: [Kind]) {
    var next = BankCounts()
    for kind in kinds {
      switch kind.bank {
      case .int:
        recording.references.append(registers[.int, base(.int) + next.int])
        next.int += 1
      case .bytes:
        recording.references.append(registers[.bytes, base(.bytes) + next.bytes])
        next.bytes += 1
      case .list:
        recording.references.append(
          registers.list(registers[.list, base(.list) + next.list]).count)
        next.list += 1
      }
    }
  }

  /// The end of a function inside the contract: its results go to the beginning of its registers.
  private func leave(_ frame: CallTracker.Frame?) {
    guard let frame, let instruction = frame.current,
      recording.frames.indices.contains(frame.tag)
    else { return }
    let ended = recording.frames[frame.tag]
    let o = instruction.operands
    let results = frame.code.module.functions[frame.function].results
    let count = BankCounts(results)
    recording.frames[frame.tag].results = UInt32(recording.references.count)
    for (bank, count) in [(Bank.int, count.int), (.bytes, count.bytes), (.list, count.list)] {
      let window = Int(o[Int(bank.rawValue)])
      let base = Int(ended.bases[Int(bank.rawValue)])
      for number in 0..<count where window != 0 {
        let new = registers[bank, base + window + number]
        let index = base + number
        note(
          RegisterChange(
            place: RegisterChange.place(of: bank), index: UInt32(index),
            old: registers[bank, index], new: new))
      }
    }
    var next = BankCounts()
    for kind in results {
      let base = Int(ended.bases[Int(kind.bank.rawValue)])
      switch kind.bank {
      case .int:
        recording.references.append(registers[.int, base + next.int])
        next.int += 1
      case .bytes:
        recording.references.append(registers[.bytes, base + next.bytes])
        next.bytes += 1
      case .list:
        recording.references.append(registers.list(registers[.list, base + next.list]).count)
        next.list += 1
      }
    }
    end(frame.tag, .returned)
  }

  private func end(_ frame: Int, _ ending: ExecutionRecording.Ending) {
    recording.frames[frame].end = Int32(position)
    recording.frames[frame].ending = ending
  }

  func didLeave(_ contract: Identifier, results: [Value], failure: Failure?) {
    guard !isFull else { return }
    for frame in tracker.frames.reversed() {
      end(frame.tag, failure == nil ? .returned : .failed)
      guard frame.isEntry else { continue }
      if failure == nil {
        recording.frames[frame.tag].results = UInt32(recording.references.count)
        for result in results {
          switch result {
          case .int(let integer):
            recording.references.append(recording.values.reference(to: integer))
          case .bytes(let bytes):
            recording.references.append(recording.values.reference(to: bytes))
          }
        }
      }
      break
    }
    if let failure { fail(failure) }
    tracker.didLeave()
    outcome = .plain
    attempts.removeLast(max(0, attempts.count - tracker.attemptCount))
  }

  private func fail(_ failure: Failure) {
    if let last = recording.faults.last, last.position == position, !last.isCaught { return }
    otherBytes += 128
    recording.faults.append(.init(position: position, step: runningStep, failure: failure))
  }

  // MARK: - Try

  func willTry() {
    guard !isFull else { return }
    tracker.willTry()
    attempts.append(holding.mark)
  }

  func didTry() {
    guard !isFull else { return }
    let top = tracker.frames.last
    if tracker.didTry() { leave(top) }
    attempts.removeLast(min(1, attempts.count))
    outcome = .tried
  }

  func didUndo(_ failure: Failure) {
    guard !isFull else { return }
    fail(failure)
    if !recording.faults.isEmpty {
      recording.faults[recording.faults.count - 1].isCaught = true
    }
    let frames = tracker.frames
    let left = tracker.didUndo()
    for frame in frames[left...] { end(frame.tag, .failed) }
    if let mark = attempts.popLast() { undo(to: mark) }
    outcome = .undone
  }

  private func undo(to mark: Holding.Mark) {
    while holding.writes.count > mark.writes, let index = holding.writes.popLast() {
      recording.writes[index].span.undone = position
    }
    while holding.emissions.count > mark.emissions, let index = holding.emissions.popLast() {
      recording.emissions[index].span.undone = position
    }
    while holding.moves.count > mark.moves, let index = holding.moves.popLast() {
      recording.moves[index].span.undone = position
    }
  }

  // MARK: - The world

  func willWrite(
    key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer?, new: UnsafeRawBufferPointer?
  ) {
    guard !isFull else { return }
    let key = Array(key)
    let number = keyNumbers[key] ?? recording.keys.count
    if number == recording.keys.count {
      keyNumbers[key] = number
      recording.keys.append(key)
      otherBytes += key.count * 2 + 96
    }
    otherBytes += (old?.count ?? 0) + (new?.count ?? 0) + 128
    holding.writes.append(recording.writes.count)
    recording.writes.append(
      .init(
        span: span, key: number, old: old.map { Array($0) },
        new: new.map { Array($0) }))
  }

  func didEmit(_ event: Event) {
    guard !isFull else { return }
    otherBytes += event.fields.reduce(160) { $0 + 32 + ($1.string?.count ?? 16) }
    holding.emissions.append(recording.emissions.count)
    recording.emissions.append(.init(span: span, event: event))
  }

  func willMove(_ asset: Identifier, amount: Integer, from: Identifier, to: Identifier) {
    guard !isFull else { return }
    otherBytes += 192
    holding.moves.append(recording.moves.count)
    recording.moves.append(
      .init(span: span, asset: asset, amount: amount, from: from, to: to))
  }

  private func number(of address: Identifier) -> UInt32 {
    if let number = addressNumbers[address] { return number }
    let number = UInt32(recording.addresses.count)
    addressNumbers[address] = number
    recording.addresses.append(address)
    otherBytes += 96
    return number
  }
}
