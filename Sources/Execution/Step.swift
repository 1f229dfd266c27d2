import Bytecode
import Integers

/// What `performStep` tells the loop.
enum StepResult: UInt8 {
  case next, trapped, failed
}

/// Runs one instruction of any kind: what the loop does not do itself, and what it does when operands
/// are too wide for it.
@inline(never)
func performStep(_ context: ContextPointer, _ step: UnsafePointer<Step>) -> StepResult {
  let activation = context.pointee.activation
  let index =
    (Int(bitPattern: step) &- Int(bitPattern: activation.steps)) &>> activation.stepShift
  let instruction = activation.instructions + index
  do throws(Halt) {
    if step.pointee.action == .record {
      // The step is no instruction: it gives its unit back.
      context.pointee.activation.limit &+= Step.size
      try context.machine { machine throws(Halt) in try machine.record(index) }
    } else {
      let opcode = instruction.pointee.opcode
      try context.charge(
        context.pointee.baseGas[Int(unsafeBitCast(opcode, to: UInt8.self))] &- 1)
      try context.perform(opcode, instruction.pointee.operands)
    }
    return .next
  } catch {
    context.pointee.halt = error
    return error == .failed ? .failed : .trapped
  }
}

extension UnsafeMutablePointer<Context> {
  /// Calls the body with the machine, which outlives every run, without counting that reference.
  @inline(__always)
  func machine(_ body: (Machine) throws(Halt) -> Void) throws(Halt) {
    let halt: Halt? = pointee.machine._withUnsafeGuaranteedRef { machine in
      do throws(Halt) {
        try body(machine)
        return nil
      } catch { return error }
    }
    if let halt { throw halt }
  }

  private func rounding(_ operand: UInt16) -> Rounding {
    Rounding(rawValue: UInt8(truncatingIfNeeded: operand)) ?? .floor
  }

  /// Whether an integer is the immediate, which no wide one is.
  private func isSmall(_ o: SIMD8<UInt16>) -> Bool {
    int(o[0]).isNarrow && int(o[0]).doubled == immediate(o[1]).doubled
  }

  private func branch(_ condition: Bool, _ o: SIMD8<UInt16>) {
    if condition { jump(to: o[2]) }
  }

  /// The bodies of all instructions.
  @inline(__always)
  fileprivate func perform(_ opcode: Opcode, _ o: SIMD8<UInt16>) throws(Halt) {
    switch opcode {
    case .intConst: setInt(o[0], pointee.activation.constants[Int(o[1])])
    case .intSmall: setInt(o[0], immediate(o[1]))
    case .intMove: setInt(o[0], int(o[1]))
    case .bytesConst: setString(o[0], pointee.activation.texts[Int(o[1])])
    case .bytesMove: setString(o[0], string(o[1]))
    case .listCopy: try listCopy(o)
    case .listShare: try listShare(o)

    case .add: try add(int(o[1]), int(o[2]), to: o[0])
    case .addSmall: try add(int(o[1]), immediate(o[2]), to: o[0])
    case .sub: try subtract(int(o[1]), int(o[2]), to: o[0])
    case .mul: try multiply(int(o[1]), int(o[2]), to: o[0])
    case .mulSmall: try multiply(int(o[1]), immediate(o[2]), to: o[0])
    case .neg: try negate(int(o[1]), to: o[0])
    case .abs: try absolute(int(o[1]), to: o[0])
    case .min: setInt(o[0], int(try compare(int(o[1]), int(o[2])) <= 0 ? o[1] : o[2]))
    case .max: setInt(o[0], int(try compare(int(o[1]), int(o[2])) >= 0 ? o[1] : o[2]))
    case .div: try divide(int(o[1]), int(o[2]), rounding(o[3]), to: o[0])
    case .mod: try modulo(int(o[1]), int(o[2]), to: o[0])
    case .divmod: try divideWithRemainder(o)
    case .muldiv:
      let rounding = rounding(o[4])
      if let quotient = Word.quotient(of: int(o[1]), times: int(o[2]), by: int(o[3]), rounding) {
        return setInt(o[0], quotient)
      }
      try multiplyDivide(o, rounding)
    case .pow: try power(int(o[1]), int(o[2]), to: o[0])
    case .root: try root(int(o[1]), int(o[2]), to: o[0])
    case .bitLength: setInt(o[0], Word(int(o[1]).bitCount))
    case .gcd: try greatestCommonDivisor(int(o[1]), int(o[2]), to: o[0])
    case .powMod: try modularPower(o)
    case .invMod: try modularInverse(int(o[1]), int(o[2]), to: o[0])
    case .fixedPow: try fixedPower(o, rounding(o[4]))
    case .bitAnd, .bitOr, .bitXor: try bitwise(opcode, int(o[1]), int(o[2]), to: o[0])
    case .shiftLeft: try shiftLeft(int(o[1]), int(o[2]), to: o[0])
    case .shiftRight: try shiftRight(int(o[1]), int(o[2]), to: o[0])
    case .equal: setFlag(o[0], try compare(int(o[1]), int(o[2])) == 0)
    case .notEqual: setFlag(o[0], try compare(int(o[1]), int(o[2])) != 0)
    case .less: setFlag(o[0], try compare(int(o[1]), int(o[2])) < 0)
    case .lessEqual: setFlag(o[0], try compare(int(o[1]), int(o[2])) <= 0)
    case .not: setFlag(o[0], int(o[1]).isZero)

    case .jump: jump(to: o[0])
    case .jumpEqual: branch(try compare(int(o[0]), int(o[1])) == 0, o)
    case .jumpNotEqual: branch(try compare(int(o[0]), int(o[1])) != 0, o)
    case .jumpLess: branch(try compare(int(o[0]), int(o[1])) < 0, o)
    case .jumpLessEqual: branch(try compare(int(o[0]), int(o[1])) <= 0, o)
    case .jumpEqualSmall: branch(isSmall(o), o)
    case .jumpNotEqualSmall: branch(!isSmall(o), o)
    case .jumpLessSmall: branch(try compare(int(o[0]), immediate(o[1])) < 0, o)
    case .jumpLessEqualSmall: branch(try compare(int(o[0]), immediate(o[1])) <= 0, o)
    case .jumpGreaterSmall: branch(try compare(int(o[0]), immediate(o[1])) > 0, o)
    case .jumpGreaterEqualSmall: branch(try compare(int(o[0]), immediate(o[1])) >= 0, o)
    case .jumpSame: branch(try same(string(o[0]), string(o[1])), o)
    case .jumpDifferent: branch(!(try same(string(o[0]), string(o[1]))), o)
    case .loopLess:
      try add(int(o[0]), Word(1), to: o[0])
      branch(try compare(int(o[0]), int(o[1])) < 0, o)
    case .call: try enterFunction(o)
    case .ret: try leaveFunction(o)

    case .concat: try concatenate(o)
    case .slice: try slice(o)
    case .length: setInt(o[0], Word(Cell.byteCount(string(o[1]))))
    case .byteAt: try byteAt(o)
    case .same: setFlag(o[0], try same(string(o[1]), string(o[2])))
    case .bytesToInt: try bytesToInt(o)
    case .intToBytes: try intToBytes(o)
    case .sha256: try sha256(o)
    case .keccak256: try keccak256(o)
    case .verifySignature: try verifySignature(o)
    case .verifyMerkle: try verifyMerkle(o)
    case .element: try element(o)
    case .checkInt: try checkInt(int(o[0]), below: 2)
    case .checkEnum: try checkInt(int(o[0]), below: Int(o[1]))
    case .checkBytes: try checkBytes(o)

    case .listNew: try listNew(o)
    case .listGet: try listGet(o)
    case .listSet: try listSet(o)
    case .listPush: try listPush(o)
    case .listCount: setInt(o[0], Word(listCount(list(o[1]))))
    case .listSlice: try listSlice(o)
    case .listSort: try listSort(o)
    case .listSortBy: try listSortBy(o)
    case .listSum: try listSum(o)
    case .listDot: try listDot(o)
    case .listToBytes: try listToBytes(o)
    case .bytesToList: try bytesToList(o)
    case .split: try split(o)

    case .loadInt, .loadBytes: try machine { machine throws(Halt) in try machine.load(o) }
    case .storeInt, .storeBytes: try machine { machine throws(Halt) in try machine.store(o) }
    case .emit: try machine { machine throws(Halt) in try machine.emit(o) }
    default: try machine { machine throws(Halt) in try machine.perform(opcode, o) }
    }
  }

  private func immediate(_ operand: UInt16) -> Word { Word(Int(Int16(bitPattern: operand))) }

  func setFlag(_ register: UInt16, _ flag: Bool) { setInt(register, Word(flag ? 1 : 0)) }

  /// An internal call, when the loop found no room or no gas for it, or under `try`.
  func enterFunction(_ o: SIMD8<UInt16>) throws(Halt) {
    let callee = pointee.activation.functions + Int(o[0])
    try charge(callee.pointee.entryCharge / Step.size - (Opcode.call.row.gas - 1))
    let ints = pointee.activation.ints + Int(o[1]) * 16
    let strings = pointee.activation.strings + Int(o[2]) * 8
    let lists = pointee.activation.lists + Int(o[3]) * 8
    let info = callee.pointee
    guard pointee.frames < pointee.frameEnd, ints + Int(info.intSize) <= pointee.intEnd,
      strings + Int(info.bytesSize) <= pointee.stringEnd,
      lists + Int(info.listSize) <= pointee.listEnd
    else { throw Halt(.stackOverflow) }
    let now = pointee.activation
    pointee.frames.initialize(
      to: Frame(
        pc: now.pc, ints: now.ints, strings: now.strings, lists: now.lists, function: now.function))
    pointee.frames += 1
    clear(ints, info.intParameterSize, info.intSize)
    clear(strings, info.bytesParameterSize, info.bytesSize)
    clear(lists, info.listParameterSize, info.listSize)
    pointee.activation.ints = ints
    pointee.activation.strings = strings
    pointee.activation.lists = lists
    pointee.activation.function = UnsafePointer(callee)
    pointee.activation.limit &+= Int(bitPattern: info.entry) &- Int(bitPattern: now.pc)
    pointee.activation.pc = info.entry
  }

  private func clear(_ base: UnsafeMutableRawPointer, _ from: Int32, _ to: Int32) {
    (base + Int(from)).initializeMemory(as: UInt8.self, repeating: 0, count: Int(to - from))
  }

  private func leaveFunction(_ o: SIMD8<UInt16>) throws(Halt) {
    let info = pointee.activation.function.pointee
    var moved = 0
    if o[0] != 0 { moved += Int(info.intResults) }
    if o[1] != 0 { moved += Int(info.bytesResults) }
    if o[2] != 0 { moved += Int(info.listResults) }
    try charge(moved)
    for index in 0..<UInt16(info.intResults) where o[0] != 0 {
      setInt(index, int(o[0] + index))
    }
    for index in 0..<UInt16(info.bytesResults) where o[1] != 0 {
      setString(index, string(o[1] + index))
    }
    for index in 0..<UInt16(info.listResults) where o[2] != 0 {
      setList(index, list(o[2] + index))
    }
    let frame = (pointee.frames - 1).pointee
    pointee.frames -= 1
    pointee.activation.ints = frame.ints
    pointee.activation.strings = frame.strings
    pointee.activation.lists = frame.lists
    pointee.activation.function = frame.function
    pointee.activation.limit &+=
      Int(bitPattern: frame.pc) &- Int(bitPattern: pointee.activation.pc)
    pointee.activation.pc = frame.pc
  }
}
