import Bytecode

/// How the loop was left.
enum LoopExit {
  case returned, trapped, failed
}

/// The loop: runs from the activation's place until the function it was entered for returns.
///
/// Everything hot is in locals: the place, the limit and the frame's integers. The limit is as many bytes
/// above the place as eight times the gas left, so that going on to the next step spends one unit and a
/// jump moves both. Steps that cost more lower it first. Whether it has been passed is looked at where
/// that matters: at jumps, calls, returns and all that costs more than one unit; what ran beyond it in
/// between touched nothing but registers that are lost. What is not done here is done by `performStep`,
/// in one place at the end. When it optimizes, the compiler refuses any lock, allocation or reference
/// count in here.
@inline(never)
#if !DEBUG
@_noLocks
#endif
func runLoop(_ context: ContextPointer) -> LoopExit {
  var pc = context.pointee.activation.pc
  var limit = context.pointee.activation.limit
  var ints = context.pointee.activation.ints

  while true {
    let step = pc
    pc += 1
    switch step.pointee.action {
    case .step, .record: break

    case .const:
      ints.const(step, context)
      continue
    case .small:
      ints.small(step)
      continue
    case .move:
      ints.move(step)
      continue
    case .bytesConst:
      limit &-= Int(step.pointee.x) &* Step.size
      let value = context.pointee.activation.texts[Int(step.pointee.b)]
      context.pointee.activation.strings.storeBytes(
        of: value, toByteOffset: Int(step.pointee.a), as: UInt.self)
      continue
    case .bytesMove:
      let strings = context.pointee.activation.strings
      let value = strings.load(fromByteOffset: Int(step.pointee.b), as: UInt.self)
      strings.storeBytes(of: value, toByteOffset: Int(step.pointee.a), as: UInt.self)
      continue

    case .add:
      if ints.add(step) { continue }
    case .addSmall:
      if ints.addSmall(step) { continue }
    case .sub:
      let x = ints.word(step.pointee.b)
      let y = ints.word(step.pointee.c)
      if _fastPath((x.low | y.low) & 1 == 0) {
        let (difference, overflow) = x.doubled.subtractingReportingOverflow(y.doubled)
        if _fastPath(!overflow) {
          ints.setWord(Word(doubled: difference), step.pointee.a)
          continue
        }
      }
    case .mul:
      if ints.mul(step, &limit) { continue }
    case .mulSmall:
      let x = ints.word(step.pointee.b)
      if _fastPath(x.isSmall) {
        let product = Int(bitPattern: x.low).multipliedFullWidth(by: Int(step.pointee.c))
        limit &-= Int(step.pointee.x) &* Step.size
        ints.setWord(Word(low: product.low, high: product.high), step.pointee.a)
        continue
      }
    case .neg:
      let x = ints.word(step.pointee.b)
      if _fastPath(x.isNarrow) {
        let (negated, overflow) = (0 as Int128).subtractingReportingOverflow(x.doubled)
        if _fastPath(!overflow) {
          ints.setWord(Word(doubled: negated), step.pointee.a)
          continue
        }
      }
    case .divFloor:
      let x = ints.word(step.pointee.b)
      let y = ints.word(step.pointee.c)
      if _fastPath(x.isSmall && y.isSmall && y.low != 0) {
        limit &-= Int(step.pointee.x) &* Step.size
        let quotient = Int(bitPattern: x.low) / Int(bitPattern: y.low)
        let remainder = Int(bitPattern: x.low) &- quotient &* Int(bitPattern: y.low)
        let isBelow = remainder != 0 && (remainder ^ Int(bitPattern: y.low)) < 0
        ints.setWord(Word(isBelow ? quotient &- 1 : quotient), step.pointee.a)
        continue
      }
    case .mod:
      let x = ints.word(step.pointee.b)
      let y = ints.word(step.pointee.c)
      if _fastPath(x.isSmall && y.isSmall && y.low != 0) {
        limit &-= Int(step.pointee.x) &* Step.size
        let remainder = Int(bitPattern: x.low) % Int(bitPattern: y.low)
        let isBelow = remainder != 0 && (remainder ^ Int(bitPattern: y.low)) < 0
        let doubled = isBelow ? remainder &+ Int(bitPattern: y.low) : remainder
        ints.setWord(Word(low: UInt(bitPattern: doubled), high: doubled &>> 63), step.pointee.a)
        continue
      }

    case .bitAnd:
      if ints.bitAnd(step, &limit) { continue }
    case .bitOr:
      let x = ints.word(step.pointee.b)
      let y = ints.word(step.pointee.c)
      if _fastPath((x.low | y.low) & 1 == 0) {
        limit &-= Int(step.pointee.x) &* Step.size
        ints.setWord(Word(low: x.low | y.low, high: x.high | y.high), step.pointee.a)
        continue
      }
    case .bitXor:
      let x = ints.word(step.pointee.b)
      let y = ints.word(step.pointee.c)
      if _fastPath((x.low | y.low) & 1 == 0) {
        limit &-= Int(step.pointee.x) &* Step.size
        ints.setWord(Word(low: x.low ^ y.low, high: x.high ^ y.high), step.pointee.a)
        continue
      }

    case .shiftRight:
      let x = ints.word(step.pointee.b)
      let n = ints.word(step.pointee.c)
      if _fastPath(x.isNarrow && n.isIndex(below: 127)) {
        limit &-= Int(step.pointee.x) &* Step.size
        let shifted = x.doubled &>> Int128(n.small)
        ints.setWord(Word(doubled: shifted & ~1), step.pointee.a)
        continue
      }
    case .min:
      let x = ints.word(step.pointee.b)
      let y = ints.word(step.pointee.c)
      if _fastPath((x.low | y.low) & 1 == 0) {
        limit &-= Int(step.pointee.x) &* Step.size
        ints.setWord(x.doubled <= y.doubled ? x : y, step.pointee.a)
        continue
      }
    case .max:
      let x = ints.word(step.pointee.b)
      let y = ints.word(step.pointee.c)
      if _fastPath((x.low | y.low) & 1 == 0) {
        limit &-= Int(step.pointee.x) &* Step.size
        ints.setWord(x.doubled >= y.doubled ? x : y, step.pointee.a)
        continue
      }

    case .equal:
      let x = ints.word(step.pointee.b)
      let y = ints.word(step.pointee.c)
      if _fastPath((x.low | y.low) & 1 == 0) {
        ints.setWord(Word(x.low == y.low && x.high == y.high ? 1 : 0), step.pointee.a)
        continue
      }
    case .notEqual:
      let x = ints.word(step.pointee.b)
      let y = ints.word(step.pointee.c)
      if _fastPath((x.low | y.low) & 1 == 0) {
        ints.setWord(Word(x.low == y.low && x.high == y.high ? 0 : 1), step.pointee.a)
        continue
      }
    case .less:
      let x = ints.word(step.pointee.b)
      let y = ints.word(step.pointee.c)
      if _fastPath((x.low | y.low) & 1 == 0) {
        ints.setWord(Word(x.doubled < y.doubled ? 1 : 0), step.pointee.a)
        continue
      }
    case .lessEqual:
      let x = ints.word(step.pointee.b)
      let y = ints.word(step.pointee.c)
      if _fastPath((x.low | y.low) & 1 == 0) {
        ints.setWord(Word(x.doubled <= y.doubled ? 1 : 0), step.pointee.a)
        continue
      }
    case .not:
      ints.setWord(Word(ints.word(step.pointee.b).isZero ? 1 : 0), step.pointee.a)
      continue

    case .jump:
      if _fastPath(Int(bitPattern: pc) <= limit) {
        let distance = Int(step.pointee.c)
        pc += distance
        limit &+= distance &* Step.size
        continue
      }
    case .jumpEqual:
      let x = ints.word(step.pointee.a)
      let y = ints.word(step.pointee.b)
      if _fastPath((x.low | y.low) & 1 == 0) {
        if !_fastPath(x.low == y.low && x.high == y.high) { continue }
        if _fastPath(Int(bitPattern: pc) <= limit) {
          let distance = Int(step.pointee.c)
          pc += distance
          limit &+= distance &* Step.size
          continue
        }
      }
    case .jumpNotEqual:
      let x = ints.word(step.pointee.a)
      let y = ints.word(step.pointee.b)
      if _fastPath((x.low | y.low) & 1 == 0) {
        if !_fastPath(x.low != y.low || x.high != y.high) { continue }
        if _fastPath(Int(bitPattern: pc) <= limit) {
          let distance = Int(step.pointee.c)
          pc += distance
          limit &+= distance &* Step.size
          continue
        }
      }
    case .jumpLess:
      if ints.jumpLess(step, &pc, &limit) { continue }
    case .jumpLessEqual:
      if ints.jumpLessEqual(step, &pc, &limit) { continue }
    case .jumpEqualSmall:
      let x = ints.word(step.pointee.a)
      let bound = Int(Int16(bitPattern: step.pointee.b)) &<< 1
      if !_fastPath(x.low == UInt(bitPattern: bound) && x.high == bound &>> 63) { continue }
      if _fastPath(Int(bitPattern: pc) <= limit) {
        let distance = Int(step.pointee.c)
        pc += distance
        limit &+= distance &* Step.size
        continue
      }
    case .jumpNotEqualSmall:
      if ints.jumpNotEqualSmall(step, &pc, &limit) { continue }
    case .jumpLessSmall:
      let x = ints.word(step.pointee.a)
      if _fastPath(x.isNarrow) {
        if !_fastPath(x.doubled < Int128(Int(Int16(bitPattern: step.pointee.b)) &<< 1)) {
          continue
        }
        if _fastPath(Int(bitPattern: pc) <= limit) {
          let distance = Int(step.pointee.c)
          pc += distance
          limit &+= distance &* Step.size
          continue
        }
      }
    case .jumpLessEqualSmall:
      let x = ints.word(step.pointee.a)
      if _fastPath(x.isNarrow) {
        if !_fastPath(x.doubled <= Int128(Int(Int16(bitPattern: step.pointee.b)) &<< 1)) {
          continue
        }
        if _fastPath(Int(bitPattern: pc) <= limit) {
          let distance = Int(step.pointee.c)
          pc += distance
          limit &+= distance &* Step.size
          continue
        }
      }
    case .jumpGreaterSmall:
      let x = ints.word(step.pointee.a)
      if _fastPath(x.isNarrow) {
        if !_fastPath(x.doubled > Int128(Int(Int16(bitPattern: step.pointee.b)) &<< 1)) {
          continue
        }
        if _fastPath(Int(bitPattern: pc) <= limit) {
          let distance = Int(step.pointee.c)
          pc += distance
          limit &+= distance &* Step.size
          continue
        }
      }
    case .jumpGreaterEqualSmall:
      let x = ints.word(step.pointee.a)
      if _fastPath(x.isNarrow) {
        if !_fastPath(x.doubled >= Int128(Int(Int16(bitPattern: step.pointee.b)) &<< 1)) {
          continue
        }
        if _fastPath(Int(bitPattern: pc) <= limit) {
          let distance = Int(step.pointee.c)
          pc += distance
          limit &+= distance &* Step.size
          continue
        }
      }
    case .loopLess:
      if ints.loopLess(step, &pc, &limit) { continue }

    case .call:
      let callee = context.pointee.activation.functions + Int(step.pointee.a)
      let frame = context.pointee.frames
      let newInts = ints + Int(step.pointee.b)
      let newStrings = context.pointee.activation.strings + Int(step.pointee.c)
      let newLists = context.pointee.activation.lists + Int(step.pointee.x) &* 8
      limit &-= callee.pointee.entryCharge
      if _fastPath(
        Int(bitPattern: pc) <= limit && frame < context.pointee.frameEnd
          && newInts + Int(callee.pointee.intSize) <= context.pointee.intEnd
          && newStrings + Int(callee.pointee.bytesSize) <= context.pointee.stringEnd
          && newLists + Int(callee.pointee.listSize) <= context.pointee.listEnd)
      {
        frame.pointee = Frame(
          pc: pc, ints: ints, strings: context.pointee.activation.strings,
          lists: context.pointee.activation.lists, function: context.pointee.activation.function)
        context.pointee.frames = frame + 1
        clear(newInts, callee.pointee.intParameterSize, callee.pointee.intSize)
        if callee.pointee.bytesSize > callee.pointee.bytesParameterSize {
          clear(newStrings, callee.pointee.bytesParameterSize, callee.pointee.bytesSize)
        }
        if callee.pointee.listSize > callee.pointee.listParameterSize {
          clear(newLists, callee.pointee.listParameterSize, callee.pointee.listSize)
        }
        ints = newInts
        context.pointee.activation.ints = newInts
        context.pointee.activation.strings = newStrings
        context.pointee.activation.lists = newLists
        context.pointee.activation.function = UnsafePointer(callee)
        limit &+= Int(bitPattern: callee.pointee.entry) &- Int(bitPattern: pc)
        pc = callee.pointee.entry
        continue
      }
      limit &+= callee.pointee.entryCharge
    case .retInt:
      limit &-= Int(step.pointee.x) &* Step.size
      if _fastPath(Int(bitPattern: pc) <= limit) {
        // The high half first: the compiler sees that the low one cannot overlap it, and would join them.
        let result = UnsafeRawPointer(ints + Int(step.pointee.a))
        ints.storeBytes(
          of: result.load(fromByteOffset: 8, as: UInt.self), toByteOffset: 8, as: UInt.self)
        ints.storeBytes(of: result.load(as: UInt.self), as: UInt.self)
        let frame = context.pointee.frames - 1
        context.pointee.frames = frame
        ints = frame.pointee.ints
        context.pointee.activation.ints = ints
        context.pointee.activation.strings = frame.pointee.strings
        context.pointee.activation.lists = frame.pointee.lists
        context.pointee.activation.function = frame.pointee.function
        limit &+= Int(bitPattern: frame.pointee.pc) &- Int(bitPattern: pc)
        pc = frame.pointee.pc
        continue
      }
      limit &+= Int(step.pointee.x) &* Step.size
    case .ret:
      limit &-= Int(step.pointee.x) &* Step.size
      if _fastPath(Int(bitPattern: pc) <= limit) {
        let frame = context.pointee.frames - 1
        context.pointee.frames = frame
        ints = frame.pointee.ints
        context.pointee.activation.ints = ints
        context.pointee.activation.strings = frame.pointee.strings
        context.pointee.activation.lists = frame.pointee.lists
        context.pointee.activation.function = frame.pointee.function
        limit &+= Int(bitPattern: frame.pointee.pc) &- Int(bitPattern: pc)
        pc = frame.pointee.pc
        continue
      }
      limit &+= Int(step.pointee.x) &* Step.size

    case .length:
      let block = context.pointee.activation.strings.load(
        fromByteOffset: Int(step.pointee.b), as: UInt.self)
      ints.setWord(Word(Cell.byteCount(block)), step.pointee.a)
      continue
    case .listCount:
      let block = context.pointee.activation.lists.load(
        fromByteOffset: Int(step.pointee.b), as: UInt.self)
      let list = UnsafePointer<ListBlock>(bitPattern: block)
      ints.setWord(Word(list?.pointee.count ?? 0), step.pointee.a)
      continue
    case .listGet:
      if ints.listGet(step, context, &limit) { continue }
    case .listSet:
      if ints.listSet(step, context, &limit) { continue }
    case .listPush:
      if ints.listPush(step, context, &limit) { continue }

    // Fused steps: when one of the instructions is not for the loop, what has run of them has run, and its
    // own step goes on.
    case .moveMove:
      ints.move(step)
      ints.move(pc)
      pc += 1
      continue
    case .constBitAnd:
      ints.const(step, context)
      if ints.bitAnd(pc, &limit) { pc += 1 }
      continue
    case .moveMoveLoopLess:
      ints.move(step)
      ints.move(pc)
      pc += 1
      _ = ints.loopLess(pc, &pc, &limit)
      continue
    case .wrappingAdd:
      if ints.wrappingAdd(step, context, &pc, &limit) { continue }
    case .constMul:
      ints.const(step, context)
      if ints.mul(pc, &limit) { pc += 1 }
      continue
    case .smallListSet:
      ints.small(step)
      if ints.listSet(pc, context, &limit) { pc += 1 }
      continue
    case .stride:
      (pc, limit) = ints.stride(step, context, limit)
      continue
    case .addJumpLess:
      if ints.add(step) {
        _ = ints.jumpLess(pc, &pc, &limit)
        continue
      }
    case .addSmallLoopLess:
      if ints.addSmall(step) {
        _ = ints.loopLess(pc, &pc, &limit)
        continue
      }
    case .listGetJumpNotEqualSmall:
      if ints.listGet(step, context, &limit) {
        _ = ints.jumpNotEqualSmall(pc, &pc, &limit)
        continue
      }
    case .listGetJumpLessEqual:
      if ints.listGet(step, context, &limit) {
        _ = ints.jumpLessEqual(pc, &pc, &limit)
        continue
      }

    case .exit:
      // The step that ends a run is no instruction: it gives its unit back.
      context.pointee.activation.pc = pc
      context.pointee.activation.limit = limit &+ Step.size
      return .returned
    }

    context.pointee.activation.pc = pc
    context.pointee.activation.limit = limit
    let result = _unsafePerformance { performStep(context, step) }
    if _slowPath(result != .next) { return result == .trapped ? .trapped : .failed }
    pc = context.pointee.activation.pc
    limit = context.pointee.activation.limit
    ints = context.pointee.activation.ints
  }
}

/// Zeroes the part of a bank that holds no parameters.
@inline(__always)
private func clear(_ base: UnsafeMutableRawPointer, _ from: Int32, _ to: Int32) {
  var offset = Int(from)
  while offset < Int(to) {
    base.storeBytes(of: 0, toByteOffset: offset, as: UInt.self)
    offset &+= 8
  }
}
