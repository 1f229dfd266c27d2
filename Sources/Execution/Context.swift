import Bytecode
import Integers

/// Where an internal call goes back to.
struct Frame {
  var pc: UnsafePointer<Step>
  var ints: UnsafeMutableRawPointer
  var strings: UnsafeMutableRawPointer
  var lists: UnsafeMutableRawPointer
  var function: UnsafePointer<FunctionInfo>
}

/// What one run of the loop works on.
///
/// A call between contracts saves it and puts its own in place.
struct Activation {
  /// The step to go on with, valid while the loop is left.
  var pc: UnsafePointer<Step>
  /// The limit of gas: as many bytes above `pc` as eight times the gas that is left.
  var limit: Int
  /// The current frame's registers, by bank.
  var ints: UnsafeMutableRawPointer
  var strings: UnsafeMutableRawPointer
  var lists: UnsafeMutableRawPointer
  var function: UnsafePointer<FunctionInfo>
  var functions: UnsafePointer<FunctionInfo>
  var constants: UnsafePointer<Word>
  var texts: UnsafePointer<UInt>
  var steps: UnsafePointer<Step>
  var instructions: UnsafePointer<Instruction>
  /// 3 where each instruction is one step, 4 where a `record` stands before it: from bytes to indices.
  var stepShift: Int
}

/// Why a run of the loop stopped before its function returned.
struct Halt: Error, Equatable {
  /// The trap's number, or 0 for a declared error, which the machine holds.
  var code: UInt16

  @inline(__always)
  init(_ trap: Trap) { code = trap.rawValue }

  private init() { code = 0 }

  /// A declared error.
  static let failed = Halt()
}

/// Everything the loop and the integer instructions read and write, behind one pointer.
struct Context {
  var activation: Activation
  /// The next free frame.
  var frames: UnsafeMutablePointer<Frame>
  let frameBase: UnsafeMutablePointer<Frame>
  let frameEnd: UnsafeMutablePointer<Frame>
  let intBase: UnsafeMutableRawPointer
  let intEnd: UnsafeMutableRawPointer
  let stringBase: UnsafeMutableRawPointer
  let stringEnd: UnsafeMutableRawPointer
  let listBase: UnsafeMutableRawPointer
  let listEnd: UnsafeMutableRawPointer
  var arena: Arena
  /// Why the last run halted.
  var halt = Halt(.outOfGas)
  /// Room for the results and the intermediate values of integer instructions.
  let result: UnsafeMutablePointer<UInt>
  let scratch: UnsafeMutablePointer<UInt>
  /// Room for four narrow operands as limbs.
  let operandLimbs: UnsafeMutablePointer<UInt>
  /// Gas of every execution of an instruction, by the opcode's place in memory.
  let baseGas: UnsafePointer<Int>
  /// The machine, which outlives the context.
  let machine: Unmanaged<Machine>
  /// The frame of the contract that runs.
  var contract: UnsafeMutablePointer<ContractFrame>
  /// Whether an observer watches the transaction.
  var isObserved = false
}

typealias ContextPointer = UnsafeMutablePointer<Context>

extension UnsafeMutablePointer<Context> {
  // MARK: - Registers

  @inline(__always)
  func int(_ register: UInt16) -> Word {
    pointee.activation.ints.load(fromByteOffset: Int(register) &* 16, as: Word.self)
  }

  @inline(__always)
  func setInt(_ register: UInt16, _ word: Word) {
    pointee.activation.ints.storeBytes(
      of: word, toByteOffset: Int(register) &* 16, as: Word.self)
  }

  @inline(__always)
  func string(_ register: UInt16) -> UInt {
    pointee.activation.strings.load(fromByteOffset: Int(register) &* 8, as: UInt.self)
  }

  @inline(__always)
  func setString(_ register: UInt16, _ block: UInt) {
    pointee.activation.strings.storeBytes(
      of: block, toByteOffset: Int(register) &* 8, as: UInt.self)
  }

  @inline(__always)
  func list(_ register: UInt16) -> UInt {
    pointee.activation.lists.load(fromByteOffset: Int(register) &* 8, as: UInt.self)
  }

  @inline(__always)
  func setList(_ register: UInt16, _ block: UInt) {
    pointee.activation.lists.storeBytes(
      of: block, toByteOffset: Int(register) &* 8, as: UInt.self)
  }

  // MARK: - Gas

  /// Gas that is left behind the current instruction.
  var gasLeft: Int {
    (pointee.activation.limit &- Int(bitPattern: pointee.activation.pc)) / Step.size
  }

  func setGasLeft(_ gas: Int) {
    pointee.activation.limit = Int(bitPattern: pointee.activation.pc) &+ gas &* Step.size
  }

  /// Takes gas before an effect, or halts.
  @inline(__always)
  func charge(_ gas: Int) throws(Halt) {
    let limit = pointee.activation.limit &- gas &* Step.size
    if _slowPath(Int(bitPattern: pointee.activation.pc) > limit) { throw Halt(.outOfGas) }
    pointee.activation.limit = limit
  }

  // MARK: - Integers

  /// The limbs of an integer; a narrow one is written out in one of four places first.
  @inline(__always)
  func view(_ word: Word, _ place: Int) -> LimbView {
    if word.isNarrow {
      let limbs = pointee.operandLimbs + place &* 2
      let magnitude = word.narrow.magnitude
      limbs[0] = UInt(truncatingIfNeeded: magnitude)
      limbs[1] = UInt(truncatingIfNeeded: magnitude >> 64)
      let count = limbs[1] != 0 ? 2 : limbs[0] != 0 ? 1 : 0
      return LimbView(limbs: limbs, size: word.high < 0 ? 0 &- count : count)
    }
    let block = word.block
    let count = Cell.limbCount(block)
    return LimbView(limbs: block + 1, size: Cell.isNegative(block) ? 0 &- count : count)
  }

  /// Makes a word of the limbs in `limbs`, which are not in the arena.
  @inline(__always)
  func makeWord(_ limbs: UnsafeMutablePointer<UInt>, size: Int) throws(Halt) -> Word {
    if let narrow = narrowValue(LimbView(limbs: limbs, size: size)) { return Word(narrow: narrow) }
    let count = abs(size)
    try meter(MemorySchedule.integer(words: count))
    let block = allocate(words: count &+ 1)
    block[0] = Cell.limbsHeader(count: count, isNegative: size < 0)
    (block + 1).update(from: limbs, count: count)
    return Word(block: block)
  }

  /// Makes a word of an integer of 128 bits.
  @inline(__always)
  func makeWord(_ value: Int128) throws(Halt) -> Word {
    let limit: Int128 = 1 << 126
    if _fastPath(value >= -limit && value < limit) { return Word(narrow: value) }
    let magnitude = value.magnitude
    pointee.result[0] = UInt(truncatingIfNeeded: magnitude)
    pointee.result[1] = UInt(truncatingIfNeeded: magnitude >> 64)
    return try makeWord(pointee.result, size: value < 0 ? -2 : 2)
  }

  /// Makes a word of an integer of the tools.
  func makeWord(_ integer: Integer) throws(Halt) -> Word {
    if let small = integer.asInt { return Word(small) }
    let size = integer.withLimbs { view in
      pointee.result.update(from: view.limbs, count: abs(view.size))
      return view.size
    }
    return try makeWord(pointee.result, size: size)
  }

  // MARK: - Strings

  /// Makes a block of bytes that the caller fills at once; it is metered, not charged.
  func makeString(count: Int) throws(Halt) -> (block: UInt, bytes: UnsafeMutableRawPointer) {
    try meter(MemorySchedule.bytes(count))
    let block = allocate(words: 1 &+ (count &+ 7) / 8)
    block[0] = Cell.bytesHeader(count: count)
    return (UInt(bitPattern: block), UnsafeMutableRawPointer(block + 1))
  }

  /// Makes a block of bytes from bytes outside the arena.
  func makeString(_ bytes: UnsafeRawBufferPointer) throws(Halt) -> UInt {
    guard let base = bytes.baseAddress, bytes.count > 0 else { return 0 }
    let (block, target) = try makeString(count: bytes.count)
    target.copyMemory(from: base, byteCount: bytes.count)
    return block
  }

  /// Makes a block of bytes from an array.
  func makeString(_ bytes: [UInt8]) throws(Halt) -> UInt {
    if bytes.isEmpty { return 0 }
    let (block, target) = try makeString(count: bytes.count)
    bytes.withUnsafeBytes { source in
      if let base = source.baseAddress { target.copyMemory(from: base, byteCount: source.count) }
    }
    return block
  }
}
