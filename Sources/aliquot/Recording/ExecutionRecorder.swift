import Bytecode
import Execution
import Integers
import Verification

/// Records one transaction, until it ends or the recording is full.
final class ExecutionRecorder: ExecutionObserver {
  private let world: World
  private let limits: (steps: Int, bytes: Int)
  private var recording = ExecutionRecording()
  private var tape = RegisterTape()
  private var effects = EffectTape()
  private var tracker: CallTracker
  private var addressNumbers: [Identifier: UInt32] = [:]
  /// The last step of every frame, or -1.
  private var lastSteps = ContiguousArray<Int32>()
  private var outcome = Outcome.plain
  private var isFull = false

  /// Whether the last instruction of the running function ran under `try`, and how that ended.
  private enum Outcome { case plain, tried, undone }

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
    if let failure = receipt.failure, !isFull {
      effects.undoAll(at: position)
      effects.fail(failure, at: position, step: runningStep)
    }
    recording.changes = tape.changes
    recording.values = tape.values
    recording.effects = effects.recorded
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
      + recording.frames.count * (MemoryLayout<ExecutionRecording.Frame>.stride + 4)
      + recording.references.count * 4 + recording.addresses.count * 96 + tape.byteCount
      + effects.byteCount
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
    case .stays: if let before { finish(before, moment) }
    case .enters: if let before, let call = before.current { enter(call, from: before) }
    case .returns: if let before { leave(before) }
    }
    outcome = .plain
    if lastSteps.indices.contains(tracker.tag) { lastSteps[tracker.tag] = Int32(position) }
    recording.steps.append(
      .init(
        frame: UInt32(truncatingIfNeeded: tracker.tag),
        instruction: UInt16(truncatingIfNeeded: moment.instruction),
        gasUsed: UInt32(clamping: world.gasUsed), gasLeft: UInt32(clamping: moment.gasLeft),
        changes: UInt32(truncatingIfNeeded: tape.changes.count)))
  }

  /// Reads what the last instruction of a function wrote.
  private func finish(_ frame: CallTracker.Frame, _ moment: MomentOfExecution) {
    guard let instruction = frame.current, let index = frame.instruction else { return }
    let bases = recording.frames[frame.tag].bases
    switch outcome {
    case .plain: tape.finish(instruction, of: frame, bases, moment)
    case .tried:
      tape.readWritten(by: max(0, index - 1), of: frame, bases, moment)
      tape.readWritten(by: index, of: frame, bases, moment)
    case .undone: tape.refresh(frame, bases, moment, after: instruction)
    }
  }

  // MARK: - Calls

  /// A call inside the contract, whose arguments stand at the beginning of the callee's registers.
  private func enter(_ call: Instruction, from caller: CallTracker.Frame) {
    let parent = recording.frames[caller.tag]
    let o = call.operands
    let windows = SIMD4(UInt32(o[1]), UInt32(o[2]), UInt32(o[3]), 0)
    push(
      parent: caller.tag, bases: parent.bases &+ windows, caller: parent.contract,
      contract: parent.contract, arguments: nil)
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
      caller: number(of: caller), contract: number(of: contract), arguments: arguments)
  }

  /// Begins a call: its arguments are put in place, or stand there already, and the rest is emptied.
  private func push(
    parent: Int?, bases: SIMD4<UInt32>, caller: UInt32, contract: UInt32, arguments: [Value]?
  ) {
    guard let top = tracker.frames.last, top.code.functions.indices.contains(top.function) else {
      return
    }
    let function = top.code.module.functions[top.function]
    let size = function.registers
    let tops = bases &+ SIMD4(UInt32(size.int), UInt32(size.bytes), UInt32(size.list), 0)
    tracker.tag = recording.frames.count
    lastSteps.append(-1)
    recording.frames.append(
      .init(
        parent: parent.map { Int32($0) },
        callStep: parent.flatMap { lastSteps[$0] >= 0 ? lastSteps[$0] : nil },
        firstStep: Int32(position), contract: contract, code: UInt32(top.code.number),
        function: UInt16(top.function), isEntry: top.isEntry, bases: bases,
        tops: pointwiseMax(tops, parent.map { recording.frames[$0].tops } ?? SIMD4()),
        arguments: UInt32(recording.references.count), caller: caller))
    let start = arguments == nil ? BankCounts(function.parameters) : BankCounts()
    tape.clear(size, from: start, bases)
    var next = BankCounts()
    for argument in arguments ?? [] {
      if argument.integer != nil {
        tape.set(argument, next.int, bases)
        next.int += 1
      } else {
        tape.set(argument, next.bytes, bases)
        next.bytes += 1
      }
    }
    keepReferences(function.parameters, bases)
  }

  /// Keeps the values of kinds that stand at the beginning of a frame.
  private func keepReferences(_ kinds: [Kind], _ bases: SIMD4<UInt32>) {
    var next = SIMD4<Int>()
    for kind in kinds {
      let bank = Int(kind.bank.rawValue)
      recording.references.append(tape.reference(kind, next[bank], bases))
      next[bank] += 1
    }
  }

  /// The end of a function inside the contract: its results go to the beginning of its registers.
  private func leave(_ frame: CallTracker.Frame) {
    guard let ret = frame.current, recording.frames.indices.contains(frame.tag) else { return }
    let results = frame.code.module.functions[frame.function].results
    let bases = recording.frames[frame.tag].bases
    tape.moveResults(BankCounts(results), of: ret, bases)
    recording.frames[frame.tag].results = UInt32(recording.references.count)
    keepReferences(results, bases)
    end(frame.tag, .returned)
  }

  private func end(_ frame: Int, _ ending: ExecutionRecording.Ending) {
    recording.frames[frame].end = Int32(position)
    recording.frames[frame].ending = ending
  }

  func didLeave(_ contract: Identifier, results: [Value], failure: Failure?) {
    guard !isFull else { return }
    if let failure { effects.fail(failure, at: position, step: runningStep) }
    for frame in tracker.frames.reversed() {
      end(frame.tag, failure == nil ? .returned : .failed)
      guard frame.isEntry else { continue }
      if failure == nil {
        recording.frames[frame.tag].results = UInt32(recording.references.count)
        recording.references += results.map { tape.reference(to: $0) }
      }
      break
    }
    tracker.didLeave()
    effects.forgetAttempts(above: tracker.attemptCount)
    outcome = .plain
  }

  private func number(of address: Identifier) -> UInt32 {
    if let number = addressNumbers[address] { return number }
    let number = UInt32(recording.addresses.count)
    addressNumbers[address] = number
    recording.addresses.append(address)
    return number
  }

  // MARK: - Try

  func willTry() {
    guard !isFull else { return }
    tracker.willTry()
    effects.beginAttempt()
  }

  func didTry() {
    guard !isFull else { return }
    let top = tracker.frames.last
    if tracker.didTry(), let top { leave(top) }
    effects.forgetAttempts(above: tracker.attemptCount)
    outcome = .tried
  }

  func didUndo(_ failure: Failure) {
    guard !isFull else { return }
    effects.fail(failure, at: position, step: runningStep)
    let frames = tracker.frames
    let left = tracker.didUndo()
    for frame in frames[left...] { end(frame.tag, .failed) }
    effects.undoAttempt(at: position)
    outcome = .undone
  }

  // MARK: - The world

  func willWrite(
    key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer?, new: UnsafeRawBufferPointer?
  ) {
    guard !isFull else { return }
    effects.write(Array(key), old: old.map { Array($0) }, new: new.map { Array($0) }, span)
  }

  func didEmit(_ event: Event) {
    guard !isFull else { return }
    effects.emit(event, span)
  }

  func willMove(_ asset: Identifier, amount: Integer, from: Identifier, to: Identifier) {
    guard !isFull else { return }
    effects.move(.init(span: span, asset: asset, amount: amount, from: from, to: to))
  }
}
