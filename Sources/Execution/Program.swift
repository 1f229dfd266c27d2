import Bytecode
import Integers
import Verification

/// What the loop does with an instruction: the common ones at once, the rest in `performStep`.
enum Action: UInt8 {
  case step, record, exit
  case const, small, move, bytesConst, bytesMove
  case add, addSmall, sub, mul, mulSmall, neg, divFloor, mod
  case bitAnd, bitOr, bitXor, shiftRight, min, max
  case equal, notEqual, less, lessEqual, not
  case jump, jumpEqual, jumpNotEqual, jumpLess, jumpLessEqual
  case jumpEqualSmall, jumpNotEqualSmall, jumpLessSmall, jumpLessEqualSmall
  case jumpGreaterSmall, jumpGreaterEqualSmall, loopLess
  case call, ret, retInt
  case length, listGet, listSet, listPush, listCount
  // Fused, see `fused`.
  case stride, wrappingAdd, moveMoveLoopLess, moveMove, constBitAnd, constMul, smallListSet
  case addJumpLess, addSmallLoopLess, listGetJumpNotEqualSmall, listGetJumpLessEqual
}

/// An instruction in the form that the loop runs: registers are byte offsets into the frame, targets are
/// distances in steps from the next one.
struct Step {
  var action: Action
  /// Gas beyond the first unit, or for a call the window of lists.
  var x: UInt8
  var a: UInt16
  var b: UInt16
  var c: Int16

  static let size = 8
}

/// What the loop knows of a function.
struct FunctionInfo {
  var entry: UnsafePointer<Step>
  /// Bytes of the frame's part in each bank, and of the parameters at its start.
  var intSize: Int32
  var bytesSize: Int32
  var listSize: Int32
  var intParameterSize: Int32
  var bytesParameterSize: Int32
  var listParameterSize: Int32
  var intResults: Int32
  var bytesResults: Int32
  var listResults: Int32
  /// Gas of entering beyond the first unit, in bytes of the limit.
  var entryCharge: Int
  /// Index of the first instruction among those of the module.
  var firstInstruction: Int
}

/// A verified module translated to the form that the loop runs.
///
/// Nothing here can be observed: gas, listing and traces speak of the module's own instructions, which
/// stand beside the steps, one for one. A fused step stands at the place of its first instruction and
/// reads the steps behind it, which jumps into the middle find as they were. In a recording program a
/// `record` step stands before each, and none is fused.
final class Program {
  let verified: VerifiedModule
  let isRecording: Bool
  let codeHash: Identifier
  let steps: UnsafeMutablePointer<Step>
  let stepCount: Int
  let instructions: UnsafeMutablePointer<Instruction>
  let functions: UnsafeMutablePointer<FunctionInfo>
  let constants: UnsafeMutablePointer<Word>
  let strings: UnsafeMutablePointer<UInt>
  let fields: UnsafeMutablePointer<FieldPlan>
  let events: UnsafeMutablePointer<OutputPlan>
  /// The texts by which imported functions are found.
  let importSignatures: [String]
  /// What imported functions take and give.
  let importWires: [(parameters: [WireKind], results: [WireKind])]
  let interface: UnsafeMutablePointer<ProgramInterface>
  /// The signatures of the messages, as they are signed.
  let messageSignatures: [String]
  /// The numbers of the errors.
  let errorNumbers: [Int]
  private var staticBlocks: [UnsafeMutablePointer<UInt>] = []

  var module: Module { verified.module }

  init(_ verified: VerifiedModule, isRecording: Bool, isFused: Bool = true) {
    self.verified = verified
    self.isRecording = isRecording
    codeHash = Identifier(verified.codeHash) ?? .zero
    let module = verified.module
    fields = .allocate(capacity: max(module.fields.count, 1))
    for (index, field) in module.fields.enumerated() {
      (fields + index).initialize(to: FieldPlan(field, in: module))
    }
    events = .allocate(capacity: max(module.events.count, 1))
    for (index, event) in module.events.enumerated() {
      (events + index).initialize(to: OutputPlan(event, in: module))
    }
    importSignatures = module.imports.map { module.signature(of: $0) }
    importWires = module.imports.map { imported in
      (
        imported.parameters.map { WireKind($0, in: module) },
        imported.results.map { WireKind($0, in: module) }
      )
    }
    interface = .allocate(capacity: 1)
    interface.initialize(to: ProgramInterface(module))
    messageSignatures = module.messages.map { module.signature(of: $0) }
    errorNumbers = module.errors.indices.map { module.errorNumber($0) }
    let count = module.functions.reduce(0) { $0 + $1.code.count }
    stepCount = isRecording ? count * 2 : count
    steps = .allocate(capacity: max(stepCount, 1))
    instructions = .allocate(capacity: max(count, 1))
    functions = .allocate(capacity: max(module.functions.count, 1))
    constants = .allocate(capacity: max(module.integers.count, 1))
    strings = .allocate(capacity: max(module.strings.count, 1))
    for (index, integer) in module.integers.enumerated() {
      constants[index] = makeConstant(integer)
    }
    for (index, string) in module.strings.enumerated() { strings[index] = makeString(string) }
    translate(module)
    if isFused, !isRecording { fuse(module) }
  }

  deinit {
    steps.deallocate()
    instructions.deallocate()
    functions.deallocate()
    constants.deallocate()
    strings.deallocate()
    for block in staticBlocks { block.deallocate() }
    for index in module.fields.indices { fields[index].deallocate() }
    for index in module.events.indices { events[index].deallocate() }
    fields.deallocate()
    events.deallocate()
    interface.pointee.deallocate()
    interface.deinitialize(count: 1)
    interface.deallocate()
  }

  private func makeConstant(_ integer: Integer) -> Word {
    integer.withLimbs { view in
      if let narrow = narrowValue(view) { return Word(narrow: narrow) }
      let count = abs(view.size)
      let block = UnsafeMutablePointer<UInt>.allocate(capacity: count + 1)
      block[0] = Cell.limbsHeader(count: count, isNegative: view.size < 0)
      for index in 0..<count { block[index + 1] = view.limbs[index] }
      staticBlocks.append(block)
      return Word(block: block)
    }
  }

  private func makeString(_ string: [UInt8]) -> UInt {
    if string.isEmpty { return 0 }
    let block = UnsafeMutablePointer<UInt>.allocate(capacity: 1 + (string.count + 7) / 8)
    block[0] = Cell.bytesHeader(count: string.count)
    string.withUnsafeBytes {
      UnsafeMutableRawBufferPointer(start: block + 1, count: string.count).copyMemory(from: $0)
    }
    staticBlocks.append(block)
    return UInt(bitPattern: block)
  }

  private func translate(_ module: Module) {
    let stride = isRecording ? 2 : 1
    var next = 0
    for (index, function) in module.functions.enumerated() {
      let taken = BankCounts(function.parameters)
      let given = BankCounts(function.results)
      let registers = function.registers
      functions[index] = FunctionInfo(
        entry: UnsafePointer(steps + next * stride),
        intSize: Int32(registers.int * 16), bytesSize: Int32(registers.bytes * 8),
        listSize: Int32(registers.list * 8), intParameterSize: Int32(taken.int * 16),
        bytesParameterSize: Int32(taken.bytes * 8), listParameterSize: Int32(taken.list * 8),
        intResults: Int32(given.int), bytesResults: Int32(given.bytes),
        listResults: Int32(given.list),
        entryCharge: Step.size
          * (Opcode.call.row.gas - 1
            + GasSchedule.frame(registers: registers.int + registers.bytes + registers.list)),
        firstInstruction: next)
      for (position, instruction) in function.code.enumerated() {
        instructions[next + position] = instruction
        let place = (next + position) * stride
        if isRecording {
          steps[place] = Step(action: .record, x: 0, a: 0, b: 0, c: 0)
        }
        steps[place + stride - 1] = translate(instruction, at: position, in: function)
      }
      next += function.code.count
    }
  }

  /// Puts fused steps in the place of their first ones.
  private func fuse(_ module: Module) {
    var start = 0
    for function in module.functions {
      let end = start + function.code.count
      for place in start..<end {
        let rest = UnsafeBufferPointer(start: steps + place, count: end - place)
        if let action = Action.fused(rest) { steps[place].action = action }
      }
      start = end
    }
  }

  /// Distance in steps from behind the instruction at `position` to its target, if it is near enough.
  private func distance(_ target: UInt16, from position: Int) -> Int16? {
    let stride = isRecording ? 2 : 1
    return Int16(exactly: (Int(target) - position - 1) * stride)
  }

  private func translate(
    _ instruction: Instruction, at position: Int, in function: Function
  )
    -> Step
  {
    let o = instruction.operands
    func int(_ index: Int) -> UInt16 { o[index] &* 16 }
    func word(_ index: Int) -> UInt16 { o[index] &* 8 }
    // Only the actions that cost more than one unit look at it.
    let surcharge = UInt8(clamping: instruction.row.gas - 1)
    let general = Step(action: .step, x: 0, a: 0, b: 0, c: 0)
    func two(_ action: Action) -> Step { Step(action: action, x: 0, a: int(0), b: int(1), c: 0) }
    func three(_ action: Action) -> Step {
      Step(action: action, x: surcharge, a: int(0), b: int(1), c: Int16(bitPattern: int(2)))
    }
    func immediate(_ action: Action) -> Step {
      Step(action: action, x: surcharge, a: int(0), b: int(1), c: Int16(bitPattern: o[2]))
    }
    func branch(_ action: Action) -> Step {
      guard let distance = distance(o[2], from: position) else { return general }
      return Step(action: action, x: 0, a: int(0), b: int(1), c: distance)
    }
    func branchSmall(_ action: Action) -> Step {
      guard let distance = distance(o[2], from: position) else { return general }
      return Step(action: action, x: 0, a: int(0), b: o[1], c: distance)
    }
    switch instruction.opcode {
    case .intConst: return Step(action: .const, x: 0, a: int(0), b: o[1], c: 0)
    case .intSmall: return Step(action: .small, x: 0, a: int(0), b: o[1], c: 0)
    case .intMove: return two(.move)
    case .bytesConst: return Step(action: .bytesConst, x: surcharge, a: word(0), b: o[1], c: 0)
    case .bytesMove: return Step(action: .bytesMove, x: 0, a: word(0), b: word(1), c: 0)
    case .add: return three(.add)
    case .sub: return three(.sub)
    case .mul: return three(.mul)
    case .addSmall: return immediate(.addSmall)
    case .mulSmall: return immediate(.mulSmall)
    case .neg: return two(.neg)
    case .div: return o[3] == UInt16(Rounding.floor.rawValue) ? three(.divFloor) : general
    case .mod: return three(.mod)
    case .bitAnd: return three(.bitAnd)
    case .bitOr: return three(.bitOr)
    case .bitXor: return three(.bitXor)
    case .shiftRight: return three(.shiftRight)
    case .min: return three(.min)
    case .max: return three(.max)
    case .equal: return three(.equal)
    case .notEqual: return three(.notEqual)
    case .less: return three(.less)
    case .lessEqual: return three(.lessEqual)
    case .not: return two(.not)
    case .jump:
      guard let distance = distance(o[0], from: position) else { return general }
      return Step(action: .jump, x: 0, a: 0, b: 0, c: distance)
    case .jumpEqual: return branch(.jumpEqual)
    case .jumpNotEqual: return branch(.jumpNotEqual)
    case .jumpLess: return branch(.jumpLess)
    case .jumpLessEqual: return branch(.jumpLessEqual)
    case .jumpEqualSmall: return branchSmall(.jumpEqualSmall)
    case .jumpNotEqualSmall: return branchSmall(.jumpNotEqualSmall)
    case .jumpLessSmall: return branchSmall(.jumpLessSmall)
    case .jumpLessEqualSmall: return branchSmall(.jumpLessEqualSmall)
    case .jumpGreaterSmall: return branchSmall(.jumpGreaterSmall)
    case .jumpGreaterEqualSmall: return branchSmall(.jumpGreaterEqualSmall)
    // The loop takes the bound to be another register than the one that it counts in.
    case .loopLess: return o[0] == o[1] ? general : branch(.loopLess)
    case .call:
      return Step(
        action: .call, x: UInt8(truncatingIfNeeded: o[3]), a: o[0], b: int(1),
        c: Int16(bitPattern: word(2)))
    case .ret:
      let given = BankCounts(function.results)
      let moves = o[0] != 0 || o[1] != 0 || o[2] != 0
      if !moves { return Step(action: .ret, x: surcharge, a: 0, b: 0, c: 0) }
      if given.int == 1, given.bytes == 0, given.list == 0 {
        return Step(action: .retInt, x: surcharge + 1, a: int(0), b: 0, c: 0)
      }
      return general
    case .length: return Step(action: .length, x: 0, a: int(0), b: word(1), c: 0)
    case .listGet:
      return Step(
        action: .listGet, x: surcharge, a: int(0), b: word(1), c: Int16(bitPattern: int(2)))
    case .listSet:
      return Step(
        action: .listSet, x: surcharge, a: word(0), b: int(1), c: Int16(bitPattern: int(2)))
    case .listPush: return Step(action: .listPush, x: surcharge, a: word(0), b: int(1), c: 0)
    case .listCount: return Step(action: .listCount, x: 0, a: int(0), b: word(1), c: 0)
    default: return general
    }
  }

  /// The function and the instruction in it that has this number among those of the module.
  func location(ofInstruction index: Int) -> (function: Int, instruction: Int) {
    var low = 0
    var high = module.functions.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if functions[middle].firstInstruction <= index { low = middle } else { high = middle }
    }
    return (low, index - functions[low].firstInstruction)
  }
}

/// The narrow integer that limbs hold, if they do.
@inline(__always)
func narrowValue(_ view: LimbView) -> Int128? {
  let count = abs(view.size)
  if count > 2 { return nil }
  if count == 0 { return 0 }
  let low = view.limbs[0]
  let high = count == 2 ? view.limbs[1] : 0
  let limit: UInt = 1 << 62
  if high >= limit {
    // Only -2^126 itself is still narrow.
    return high == limit && low == 0 && view.size < 0 ? -(1 << 126) : nil
  }
  let magnitude = Int128(high) << 64 | Int128(low)
  return view.size < 0 ? -magnitude : magnitude
}
