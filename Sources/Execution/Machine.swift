import Bytecode
import Hosting
import Integers
import State
import Verification

/// An engine: register stacks, arena and call stack of one transaction at a time.
final class Machine {
  let size: MachineSize
  let context: ContextPointer
  let state: StateTable

  /// The frame of the outermost contract; the context points to that of the innermost.
  let contracts: UnsafeMutablePointer<ContractFrame>
  private let progress: UnsafeMutablePointer<Progress>
  /// Programs that have run, each at a place that its code's hash gives.
  private let programs: UnsafeMutablePointer<Unmanaged<Program>?>
  let assets: AssetMemo
  let settlement: UnsafeMutablePointer<Settlement>
  /// Room for what balances and supplies gained.
  private let sums: UnsafeMutablePointer<AssetSums.Sum>
  let events = EventLogWriter()
  let key = KeyBuffer()
  let bytes = GrowingBuffer()
  let places = PlaceCache()

  let exitStep: UnsafeMutablePointer<Step>
  private let rootFunction: UnsafeMutablePointer<FunctionInfo>
  private let baseGas: UnsafeMutablePointer<Int>

  init(state: StateTable, size: MachineSize) {
    self.state = state
    self.size = size
    exitStep = .allocate(capacity: 1)
    exitStep.initialize(to: Step(action: .exit, x: 0, a: 0, b: 0, c: 0))
    rootFunction = .allocate(capacity: 1)
    rootFunction.initialize(
      to: FunctionInfo(
        entry: UnsafePointer(exitStep), intSize: 0, bytesSize: 0, listSize: 0,
        intParameterSize: 0, bytesParameterSize: 0, listParameterSize: 0, intResults: 0,
        bytesResults: 0, listResults: 0, entryCharge: 0, firstInstruction: 0))
    baseGas = .allocate(capacity: 256)
    baseGas.initialize(repeating: 1, count: 256)
    for opcode in Opcode.allCases {
      baseGas[Int(unsafeBitCast(opcode, to: UInt8.self))] = opcode.row.gas
    }
    context = .allocate(capacity: 1)
    contracts = .allocate(capacity: Self.frameCapacity(size)) + 1
    progress = .allocate(capacity: 1)
    progress.initialize(to: Progress())
    programs = .allocate(capacity: Self.knownPrograms)
    programs.initialize(repeating: nil, count: Self.knownPrograms)
    assets = AssetMemo()
    sums = .allocate(capacity: AssetSums.capacity)
    settlement = .allocate(capacity: 1)
    settlement.initialize(to: Settlement(sums: sums))
    let ints = UnsafeMutableRawPointer.allocate(
      byteCount: size.integerStack * 16, alignment: 16)
    let strings = UnsafeMutableRawPointer.allocate(byteCount: size.bytesStack * 8, alignment: 16)
    let lists = UnsafeMutableRawPointer.allocate(byteCount: size.listStack * 8, alignment: 16)
    let frames = UnsafeMutablePointer<Frame>.allocate(capacity: size.frames)
    let limbs = UnsafeMutablePointer<UInt>.allocate(capacity: 8192)
    limbs.initialize(repeating: 0, count: 8192)
    var arena = Arena(words: size.arenaWords)
    arena.liveLimit = size.liveMemory
    arena.countLimit = size.memoryBetweenCounts
    context.initialize(
      to: Context(
        activation: Activation(
          pc: UnsafePointer(exitStep), limit: 0, ints: ints, strings: strings, lists: lists,
          function: UnsafePointer(rootFunction), functions: UnsafePointer(rootFunction),
          constants: UnsafeRawPointer(ints).assumingMemoryBound(to: Word.self),
          texts: UnsafeRawPointer(strings).assumingMemoryBound(to: UInt.self),
          steps: UnsafePointer(exitStep),
          instructions: UnsafeRawPointer(limbs).assumingMemoryBound(to: Instruction.self),
          stepShift: 3),
        frames: frames, frameBase: frames, frameEnd: frames + size.frames, intBase: ints,
        intEnd: ints + size.integerStack * 16, stringBase: strings,
        stringEnd: strings + size.bytesStack * 8, listBase: lists,
        listEnd: lists + size.listStack * 8, arena: arena, result: limbs,
        scratch: limbs + 1024, operandLimbs: limbs + 8176, baseGas: baseGas,
        machine: Unmanaged.passUnretained(self), contract: contracts - 1))
  }

  deinit {
    context.pointee.arena.deallocate()
    context.pointee.intBase.deallocate()
    context.pointee.stringBase.deallocate()
    context.pointee.listBase.deallocate()
    context.pointee.frameBase.deallocate()
    context.pointee.result.deallocate()
    context.deallocate()
    (contracts - 1).deallocate()
    progress.deinitialize(count: 1)
    progress.deallocate()
    programs.deallocate()
    settlement.deinitialize(count: 1)
    settlement.deallocate()
    sums.deallocate()
    exitStep.deallocate()
    rootFunction.deallocate()
    baseGas.deallocate()
  }

  /// Puts the machine at the start of a transaction, in a frame of its own without registers.
  func reset(gas: Int) {
    context.pointee.arena.reset()
    context.pointee.frames = context.pointee.frameBase
    context.pointee.activation.ints = context.pointee.intBase
    context.pointee.activation.strings = context.pointee.stringBase
    context.pointee.activation.lists = context.pointee.listBase
    context.pointee.activation.function = UnsafePointer(rootFunction)
    context.pointee.activation.pc = UnsafePointer(exitStep)
    context.setGasLeft(gas)
    progress.pointee.gasLimit = gas
    progress.pointee.gasKept = 0
    progress.pointee.depth = 0
    if progress.pointee.hasFailed { failure = nil }
    context.pointee.contract = contracts - 1
    events.removeAll()
    if progress.pointee.nextObserver != nil || context.pointee.isObserved {
      progress.pointee.observer = progress.pointee.nextObserver
      context.pointee.isObserved = progress.pointee.observer != nil
    }
  }

  /// Gas that the transaction has used so far.
  var gasUsed: Int { progress.pointee.gasLimit - gasKept - max(0, context.gasLeft) }

  // MARK: - Progress

  /// What changes while a transaction runs: behind a pointer, since Swift would check every access to a
  /// variable of an object for overlap.
  private struct Progress {
    var depth = 0
    var gasLimit = 0
    var gasKept = 0
    var serial: UInt64 = 0
    var failure: Failure?
    var hasFailed = false
    var observer: (any ExecutionObserver)?
    var nextObserver: (any ExecutionObserver)?
    unowned(unsafe) var world: World?
  }

  /// The world that the machine works for, and that outlives it.
  var world: World {
    get { progress.pointee.world.unsafelyUnwrapped }
    set { progress.pointee.world = newValue }
  }

  /// Calls between contracts, hooks and `try` that are open.
  var depth: Int {
    get { progress.pointee.depth }
    set { progress.pointee.depth = newValue }
  }

  /// Gas that the callers of what runs keep: beyond the limits of hooks and of `try`.
  var gasKept: Int {
    get { progress.pointee.gasKept }
    set { progress.pointee.gasKept = newValue }
  }

  /// The number of the latest entry into a contract; it goes on from transaction to transaction.
  var serial: UInt64 {
    get { progress.pointee.serial }
    set { progress.pointee.serial = newValue }
  }

  /// Why the transaction or its innermost failed call failed.
  var failure: Failure? {
    get { progress.pointee.failure }
    set {
      progress.pointee.failure = newValue
      progress.pointee.hasFailed = newValue != nil
    }
  }

  /// Watches the transaction; whether there is one stands in the context as well.
  var observer: (any ExecutionObserver)? { progress.pointee.observer }

  /// Watches the next transaction.
  var nextObserver: (any ExecutionObserver)? {
    get { progress.pointee.nextObserver }
    set { progress.pointee.nextObserver = newValue }
  }

  // MARK: - Programs

  private static let knownPrograms = 64

  /// The program of deployed code that runs now, with or without an observer.
  ///
  /// Some are remembered by a part of the code's hash, so that most calls need no table.
  func program(ofCode hash: Identifier) -> Unmanaged<Program>? {
    let place = programs + Int(hash.byte(at: 31)) % Self.knownPrograms
    if let known = place.pointee,
      known._withUnsafeGuaranteedRef({
        $0.codeHash == hash && $0.isRecording == context.pointee.isObserved
      })
    {
      return known
    }
    guard let program = world.program(hash, isRecording: context.pointee.isObserved) else {
      return nil
    }
    place.pointee = .passUnretained(program)
    return place.pointee
  }

  /// Whether code has an invariant that is enforced; code that is not there has none.
  func hasEnforcedInvariants(code hash: Identifier) -> Bool {
    let place = programs + Int(hash.byte(at: 31)) % Self.knownPrograms
    if let known = place.pointee, known._withUnsafeGuaranteedRef({ $0.codeHash == hash }) {
      return known.interface.pointee.hasEnforcedInvariants
    }
    return world.verifiedModule(hash)?.module.invariants.contains { $0.isEnforced } ?? false
  }

  /// Forgets the programs, which the world is about to drop.
  func forgetPrograms() {
    precondition(contractCount == 0, "code is forgotten while it runs")
    programs.update(repeating: nil, count: Self.knownPrograms)
  }

  // MARK: - Runs

  /// What a nested run leaves to restore: where its caller was.
  struct Suspension {
    let activation: Activation
    let frames: UnsafeMutablePointer<Frame>
  }

  /// Remembers where the caller is and keeps its registers alive while a nested run goes on.
  func suspend() throws(Halt) -> Suspension {
    let suspension = Suspension(
      activation: context.pointee.activation, frames: context.pointee.frames)
    guard context.pointee.frames < context.pointee.frameEnd else { throw Halt(.stackOverflow) }
    let now = context.pointee.activation
    context.pointee.frames.initialize(
      to: Frame(
        pc: UnsafePointer(exitStep), ints: now.ints, strings: now.strings, lists: now.lists,
        function: now.function))
    context.pointee.frames += 1
    return suspension
  }

  /// Returns to the caller with the gas that is left.
  func resume(_ suspension: Suspension, gasLeft: Int) {
    context.pointee.activation = suspension.activation
    context.pointee.frames = suspension.frames
    context.setGasLeft(gasLeft)
  }

  /// Runs a function of a program in registers of its own.
  ///
  /// `fill` puts the arguments in place and is told where the caller is, `collect` takes the results; both
  /// find the function's registers as the current ones. A failure of the function is a halt of the caller, and `failure` tells it.
  func run(
    _ program: Unmanaged<Program>, function index: Int, gas: Int,
    fill: (_ suspension: Suspension) throws(Halt) -> Void, collect: () throws(Halt) -> Void
  ) throws(Halt) {
    let tops = context.freeRegisters()
    let before = context.gasLeft
    let suspension = try suspend()
    let info = program._withUnsafeGuaranteedRef { $0.functions + index }
    let ints = tops.ints
    let strings = tops.strings
    let lists = tops.lists
    guard ints + Int(info.pointee.intSize) <= context.pointee.intEnd,
      strings + Int(info.pointee.bytesSize) <= context.pointee.stringEnd,
      lists + Int(info.pointee.listSize) <= context.pointee.listEnd
    else {
      resume(suspension, gasLeft: before)
      throw Halt(.stackOverflow)
    }
    clear(ints, info.pointee.intSize)
    clear(strings, info.pointee.bytesSize)
    clear(lists, info.pointee.listSize)
    var registers = suspension.activation
    registers.ints = ints
    registers.strings = strings
    registers.lists = lists
    registers.function = UnsafePointer(info)
    program._withUnsafeGuaranteedRef { program in
      registers.functions = UnsafePointer(program.functions)
      registers.constants = UnsafePointer(program.constants)
      registers.texts = UnsafePointer(program.strings)
      registers.steps = UnsafePointer(program.steps)
      registers.instructions = UnsafePointer(program.instructions)
      registers.stepShift = program.isRecording ? 4 : 3
    }
    registers.pc = info.pointee.entry
    context.pointee.activation = registers
    context.setGasLeft(gas)
    gasKept += before - gas
    var isRunning = false
    do {
      try fill(suspension)
      isRunning = true
      try runToEnd()
      isRunning = false
      context.pointee.activation.ints = ints
      context.pointee.activation.strings = strings
      context.pointee.activation.lists = lists
      context.pointee.activation.function = UnsafePointer(info)
      // The registers stay alive while the results are taken.
      context.pointee.frames = suspension.frames + 1
      try collect()
      gasKept -= before - gas
      resume(suspension, gasLeft: before - gas + context.gasLeft)
    } catch {
      let left = error == Halt(.outOfGas) ? 0 : max(0, context.gasLeft)
      noteFailure(error, isAtInstruction: isRunning)
      gasKept -= before - gas
      resume(suspension, gasLeft: before - gas + left)
      throw .failed
    }
  }

  @inline(__always)
  private func clear(_ registers: UnsafeMutableRawPointer, _ size: Int32) {
    if size > 0 { registers.initializeMemory(as: UInt8.self, repeating: 0, count: Int(size)) }
  }

  /// Runs the loop until the function returns, or halts with what it halted with.
  func runToEnd() throws(Halt) {
    if runLoop(context) != .returned { throw context.pointee.halt }
  }

  /// Makes a failure of a trap, at the instruction where the loop stopped if it did at one.
  func noteFailure(_ halt: Halt, isAtInstruction: Bool = true) {
    guard halt != .failed, let trap = Trap(rawValue: halt.code) else { return }
    failure = Failure(
      reason: .trap(trap), origin: running?.address ?? .zero,
      site: isAtInstruction ? site(trap) : nil)
  }

  /// Where in the running contract the loop stopped.
  func site(_ trap: Trap?) -> FailureSite? {
    guard let frame = running else { return nil }
    let program = frame.program
    let activation = context.pointee.activation
    guard activation.steps == UnsafePointer(program.steps) else { return nil }
    // The place is behind a step; in a recording program, behind either of an instruction's two.
    let behind = Int(bitPattern: activation.pc) - Int(bitPattern: activation.steps)
    var index = (behind - 1) >> activation.stepShift
    if trap == .outOfGas { index = exhaustedInstruction(program, before: index) }
    let (function, instruction) = program.location(ofInstruction: index)
    return FailureSite(
      codeHash: program.codeHash, function: function,
      instruction: instruction)
  }

  /// The first instruction of the straight run up to `index` that the gas did not pay for.
  private func exhaustedInstruction(_ program: Program, before index: Int) -> Int {
    var index = index
    // Gas that was left in front of the instruction; below zero if an earlier one was not paid. A
    // `record` has given back the unit that the place is ahead.
    let behind = Int(bitPattern: context.pointee.activation.pc) - Int(bitPattern: program.steps)
    let isAtRecord = program.isRecording && behind / Step.size % 2 == 1
    var left = context.gasLeft + (isAtRecord ? 0 : 1)
    let first = program.functions[program.location(ofInstruction: index).function].firstInstruction
    while left < 0, index > first {
      index -= 1
      left += baseGas[Int(unsafeBitCast(program.instructions[index].opcode, to: UInt8.self))]
    }
    return index
  }
}
