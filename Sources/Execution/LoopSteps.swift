import Bytecode

/// What the loop does with single steps, so that a fused step can do several.
///
/// Each runs one step on a frame's integers and tells whether it did. If not, nothing has happened, and the
/// step is one for `performStep`.
extension UnsafeMutableRawPointer {
  // MARK: - Registers

  @inline(__always)
  func word(_ offset: UInt16) -> Word { load(fromByteOffset: Int(offset), as: Word.self) }

  @inline(__always)
  func word(_ offset: Int16) -> Word { load(fromByteOffset: Int(offset), as: Word.self) }

  @inline(__always)
  func setWord(_ word: Word, _ offset: UInt16) {
    storeBytes(of: word, toByteOffset: Int(offset), as: Word.self)
  }

  /// Copies a word in halves: one that was just written in halves cannot be read whole before both stores
  /// have left the processor's buffer.
  @inline(__always)
  func copyHalves(from source: UnsafeRawPointer) {
    storeBytes(of: source.load(as: UInt.self), as: UInt.self)
    storeBytes(of: source.load(fromByteOffset: 8, as: UInt.self), toByteOffset: 8, as: UInt.self)
  }

  @inline(__always)
  func move(_ step: UnsafePointer<Step>) {
    (self + Int(step.pointee.a)).copyHalves(from: self + Int(step.pointee.b))
  }

  @inline(__always)
  func small(_ step: UnsafePointer<Step>) {
    setWord(Word(Int(Int16(bitPattern: step.pointee.b))), step.pointee.a)
  }

  @inline(__always)
  func const(_ step: UnsafePointer<Step>, _ context: ContextPointer) {
    let constants = UnsafeRawPointer(context.pointee.activation.constants)
    (self + Int(step.pointee.a)).copyHalves(from: constants + Int(step.pointee.b) &* 16)
  }

  // MARK: - Arithmetic

  @inline(__always)
  func add(_ step: UnsafePointer<Step>) -> Bool {
    let x = word(step.pointee.b)
    let y = word(step.pointee.c)
    guard _fastPath((x.low | y.low) & 1 == 0) else { return false }
    let (sum, overflow) = x.doubled.addingReportingOverflow(y.doubled)
    guard _fastPath(!overflow) else { return false }
    setWord(Word(doubled: sum), step.pointee.a)
    return true
  }

  @inline(__always)
  func addSmall(_ step: UnsafePointer<Step>) -> Bool {
    let x = word(step.pointee.b)
    guard _fastPath(x.isNarrow) else { return false }
    let (sum, overflow) = x.doubled.addingReportingOverflow(Int128(Int(step.pointee.c) &<< 1))
    guard _fastPath(!overflow) else { return false }
    setWord(Word(doubled: sum), step.pointee.a)
    return true
  }

  @inline(__always)
  func mul(_ step: UnsafePointer<Step>, _ limit: inout Int) -> Bool {
    let x = word(step.pointee.b)
    let y = word(step.pointee.c)
    guard _fastPath(x.isSmall && y.isSmall) else { return false }
    // Below 2^63 times below 2^62: the double of the product has at most 126 bits.
    let product = Int(bitPattern: x.low).multipliedFullWidth(by: y.small)
    limit &-= Int(step.pointee.x) &* Step.size
    setWord(Word(low: product.low, high: product.high), step.pointee.a)
    return true
  }

  @inline(__always)
  func bitAnd(_ step: UnsafePointer<Step>, _ limit: inout Int) -> Bool {
    let x = word(step.pointee.b)
    let y = word(step.pointee.c)
    guard _fastPath((x.low | y.low) & 1 == 0) else { return false }
    limit &-= Int(step.pointee.x) &* Step.size
    setWord(Word(low: x.low & y.low, high: x.high & y.high), step.pointee.a)
    return true
  }

  // MARK: - Jumps

  // They leave the place behind the step, or at its target, which the gas must reach.

  @inline(__always)
  func go(
    _ step: UnsafePointer<Step>, _ pc: inout UnsafePointer<Step>, _ limit: inout Int
  ) -> Bool {
    let behind = step + 1
    guard _fastPath(Int(bitPattern: behind) <= limit) else { return false }
    let distance = Int(step.pointee.c)
    pc = behind + distance
    limit &+= distance &* Step.size
    return true
  }

  @inline(__always)
  func jumpLess(
    _ step: UnsafePointer<Step>, _ pc: inout UnsafePointer<Step>, _ limit: inout Int
  ) -> Bool {
    let x = word(step.pointee.a)
    let y = word(step.pointee.b)
    guard _fastPath((x.low | y.low) & 1 == 0) else { return false }
    if _fastPath(x.doubled < y.doubled) { return go(step, &pc, &limit) }
    pc = step + 1
    return true
  }

  @inline(__always)
  func jumpLessEqual(
    _ step: UnsafePointer<Step>, _ pc: inout UnsafePointer<Step>, _ limit: inout Int
  ) -> Bool {
    let x = word(step.pointee.a)
    let y = word(step.pointee.b)
    guard _fastPath((x.low | y.low) & 1 == 0) else { return false }
    if _fastPath(x.doubled <= y.doubled) { return go(step, &pc, &limit) }
    pc = step + 1
    return true
  }

  @inline(__always)
  func jumpNotEqualSmall(
    _ step: UnsafePointer<Step>, _ pc: inout UnsafePointer<Step>, _ limit: inout Int
  ) -> Bool {
    let x = word(step.pointee.a)
    let bound = Int(Int16(bitPattern: step.pointee.b)) &<< 1
    if _fastPath(x.low != UInt(bitPattern: bound) || x.high != bound &>> 63) {
      return go(step, &pc, &limit)
    }
    pc = step + 1
    return true
  }

  @inline(__always)
  func loopLess(
    _ step: UnsafePointer<Step>, _ pc: inout UnsafePointer<Step>, _ limit: inout Int
  ) -> Bool {
    let x = word(step.pointee.a)
    let y = word(step.pointee.b)
    guard _fastPath((x.low | y.low) & 1 == 0) else { return false }
    let (next, overflow) = x.doubled.addingReportingOverflow(2)
    guard _fastPath(!overflow && Int(bitPattern: step + 1) <= limit) else { return false }
    setWord(Word(doubled: next), step.pointee.a)
    if _fastPath(next < y.doubled) { return go(step, &pc, &limit) }
    pc = step + 1
    return true
  }

  // MARK: - Lists

  @inline(__always)
  func list(_ context: ContextPointer, _ offset: UInt16) -> UnsafeMutablePointer<ListBlock>? {
    let lists = context.pointee.activation.lists
    return UnsafeMutablePointer(
      bitPattern: lists.load(fromByteOffset: Int(offset), as: UInt.self))
  }

  @inline(__always)
  func listGet(
    _ step: UnsafePointer<Step>, _ context: ContextPointer, _ limit: inout Int
  ) -> Bool {
    let index = word(step.pointee.c)
    guard let list = list(context, step.pointee.b),
      _fastPath(index.isIndex(below: list.pointee.count))
    else { return false }
    limit &-= Int(step.pointee.x) &* Step.size
    let base = list.pointee.base
    let header = list.pointee.header
    if header == ListBlock.byteHeader {
      let byte = base.load(fromByteOffset: index.small, as: UInt8.self)
      setWord(Word(low: UInt(byte) &<< 1, high: 0), step.pointee.a)
    } else if header == ListBlock.smallHeader {
      let doubled = base.load(fromByteOffset: index.small &<< 3, as: Int.self)
      setWord(Word(doubled: doubled), step.pointee.a)
    } else {
      (self + Int(step.pointee.a)).copyHalves(from: base + index.small &<< 4)
    }
    return true
  }

  @inline(__always)
  func listSet(
    _ step: UnsafePointer<Step>, _ context: ContextPointer, _ limit: inout Int
  ) -> Bool {
    let index = word(step.pointee.b)
    guard let list = list(context, step.pointee.a),
      _fastPath(index.isIndex(below: list.pointee.count)),
      store(word(step.pointee.c), at: index.small, of: list)
    else { return false }
    limit &-= Int(step.pointee.x) &* Step.size
    return true
  }

  /// Adds an element at the end of a list that has room for it.
  @inline(__always)
  func listPush(
    _ step: UnsafePointer<Step>, _ context: ContextPointer, _ limit: inout Int
  ) -> Bool {
    guard let list = list(context, step.pointee.a) else { return false }
    let count = list.pointee.count
    let charged = limit &- Int(step.pointee.x) &* Step.size
    let metered =
      context.pointee.arena.metered
      &+ (MemorySchedule.list(1) - MemorySchedule.list(0))
    guard
      _fastPath(
        count < list.pointee.capacity && Int(bitPattern: step + 1) <= charged
          && metered <= context.pointee.arena.countLimit),
      store(word(step.pointee.b), at: count, of: list)
    else { return false }
    limit = charged
    context.pointee.arena.metered = metered
    list.pointee.count = count &+ 1
    return true
  }

  /// Stores an element, if the form of the elements can hold it.
  @inline(__always)
  func store(
    _ value: Word, at index: Int, of list: UnsafeMutablePointer<ListBlock>
  ) -> Bool {
    let base = list.pointee.base
    let header = list.pointee.header
    if header == ListBlock.byteHeader {
      guard _fastPath(value.isByte) else { return false }
      base.storeBytes(
        of: UInt8(truncatingIfNeeded: value.low &>> 1), toByteOffset: index, as: UInt8.self)
    } else if header == ListBlock.smallHeader {
      guard _fastPath(value.isSmall) else { return false }
      base.storeBytes(of: value.low, toByteOffset: index &<< 3, as: UInt.self)
    } else {
      let target = base + index &<< 4
      target.storeBytes(of: value.low, as: UInt.self)
      target.storeBytes(of: value.high, toByteOffset: 8, as: Int.self)
    }
    return true
  }
}
