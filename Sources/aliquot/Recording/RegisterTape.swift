import Bytecode
import Execution
import Integers

/// Writes down what becomes of the registers while a transaction runs.
///
/// Which registers an instruction writes is read from the instruction table; their values are read before
/// the next instruction of the same function. Registers are named by their frame's bases and their number.
struct RegisterTape {
  /// Where the registers of a frame begin in the rows of the banks.
  typealias Bases = SIMD4<UInt32>

  /// The changes so far.
  private(set) var changes = ContiguousArray<RegisterChange>()
  /// The values in them.
  private(set) var values = ValueStore()
  /// What the registers hold now.
  private var registers = RegisterFile()
  /// Bytes that lists take beside the changes.
  private var listBytes = 0
  /// The registers that the instructions of a function write, by its code and its number.
  private var written: [SIMD2<Int>: [[RegisterAccess]]] = [:]

  /// Bytes that everything takes.
  var byteCount: Int {
    changes.count * MemoryLayout<RegisterChange>.stride + values.byteCount + listBytes
  }

  // MARK: - Registers

  /// What a register holds.
  func held(_ bank: Bank, _ number: Int, _ bases: Bases) -> UInt32 {
    registers[bank, Int(bases[Int(bank.rawValue)]) + number]
  }

  /// What stands for a value among arguments and results: a reference, or a list's number of elements.
  func reference(_ kind: Kind, _ number: Int, _ bases: Bases) -> ValueStore.Reference {
    let held = held(kind.bank, number, bases)
    return kind.bank == .list ? registers.list(held).count : held
  }

  /// Puts something in a register; what is written is noted even if it was there already.
  mutating func set(
    _ bank: Bank, _ number: Int, _ bases: Bases, to new: UInt32, isWritten: Bool = true
  ) {
    let index = Int(bases[Int(bank.rawValue)]) + number
    let old = registers[bank, index]
    guard isWritten || old != new else { return }
    note(
      RegisterChange(
        place: RegisterChange.place(of: bank), index: UInt32(index), old: old, new: new))
  }

  /// Puts a value in a register, unless it is there.
  mutating func set(_ value: Value, _ number: Int, _ bases: Bases) {
    let bank: Bank = value.integer == nil ? .bytes : .int
    set(bank, number, bases, to: reference(to: value), isWritten: false)
  }

  /// The reference of a value.
  mutating func reference(to value: Value) -> ValueStore.Reference {
    switch value {
    case .int(let integer): values.reference(to: integer)
    case .bytes(let bytes): values.reference(to: bytes)
    }
  }

  private mutating func note(_ change: RegisterChange) {
    registers.apply(change)
    changes.append(change)
  }

  /// Empties registers from some counts on.
  mutating func clear(_ size: BankCounts, from start: BankCounts, _ bases: Bases) {
    let ranges = [
      (Bank.int, start.int, size.int), (.bytes, start.bytes, size.bytes),
      (.list, start.list, size.list),
    ]
    for (bank, first, end) in ranges where first < end {
      for number in first..<end { set(bank, number, bases, to: 0, isWritten: false) }
    }
  }

  /// Moves the results of a function from the windows of its `ret` to its first registers.
  mutating func moveResults(_ count: BankCounts, of ret: Instruction, _ bases: Bases) {
    for (bank, count) in [(Bank.int, count.int), (.bytes, count.bytes), (.list, count.list)] {
      let window = Int(ret.operands[Int(bank.rawValue)])
      for number in 0..<count where window != 0 {
        set(bank, number, bases, to: held(bank, window + number, bases))
      }
    }
  }

  // MARK: - Instructions

  /// Reads what an instruction of a frame wrote.
  mutating func finish(
    _ instruction: Instruction, of frame: CallTracker.Frame, _ bases: Bases,
    _ moment: MomentOfExecution
  ) {
    let o = instruction.operands
    switch instruction.opcode {
    case .intMove: set(.int, Int(o[0]), bases, to: held(.int, Int(o[1]), bases))
    case .bytesMove: set(.bytes, Int(o[0]), bases, to: held(.bytes, Int(o[1]), bases))
    default:
      readWritten(by: frame.instruction ?? 0, of: frame, bases, moment)
      changeLists(instruction, bases, moment)
    }
  }

  /// Reads the int and bytes registers that the instruction at an index writes.
  mutating func readWritten(
    by index: Int, of frame: CallTracker.Frame, _ bases: Bases, _ moment: MomentOfExecution
  ) {
    let function = SIMD2(frame.code.number, frame.function)
    let all =
      written[function]
      ?? frame.code.functions[frame.function].map {
        RegisterAccess.written(by: $0, in: frame.code.module)
      }
    written[function] = all
    for register in all[index] {
      read(register.bank, register.number, bases, moment, isWritten: true)
    }
  }

  /// Reads a whole frame after a `try` whose instruction failed, which emptied its windows.
  mutating func refresh(
    _ frame: CallTracker.Frame, _ bases: Bases, _ moment: MomentOfExecution,
    after instruction: Instruction
  ) {
    let size = frame.code.module.functions[frame.function].registers
    for number in 0..<size.int { read(.int, number, bases, moment, isWritten: false) }
    for number in 0..<size.bytes { read(.bytes, number, bases, moment, isWritten: false) }
    guard instruction.opcode == .call else { return }
    var start = size
    start.list = Int(instruction.operands[3])
    clear(size, from: start, bases)
  }

  private mutating func read(
    _ bank: Bank, _ number: Int, _ bases: Bases, _ moment: MomentOfExecution, isWritten: Bool
  ) {
    let reference =
      bank == .int
      ? values.reference(to: moment.int(number)) : values.reference(to: moment.bytes(number))
    set(bank, number, bases, to: reference, isWritten: isWritten)
  }

  // MARK: - Lists

  /// Follows what an instruction does to lists: which one a register holds, and what that has in it.
  private mutating func changeLists(
    _ instruction: Instruction, _ bases: Bases, _ moment: MomentOfExecution
  ) {
    let o = instruction.operands
    let first = Int(o[0])
    switch instruction.opcode {
    case .listNew, .listCopy, .listSlice, .bytesToList, .split:
      makeList(in: first, bases)
      readList(first, bases, moment)
    case .listShare:
      if held(.list, Int(o[1]), bases) == 0 { makeList(in: Int(o[1]), bases) }
      set(.list, first, bases, to: held(.list, Int(o[1]), bases))
    case .listPush:
      if held(.list, first, bases) == 0 { makeList(in: first, bases) }
      let list = held(.list, first, bases)
      let count = Int(registers.list(list).count)
      setCount(of: list, to: count + 1)
      setElement(count, of: list, to: held(.int, Int(o[1]), bases))
    case .listSet:
      let index = values.integer(held(.int, Int(o[1]), bases)).asInt ?? .max
      setElement(index, of: held(.list, first, bases), to: held(.int, Int(o[2]), bases))
    case .listSort, .listSortBy: readList(first, bases, moment)
    default: break
    }
  }

  private mutating func makeList(in register: Int, _ bases: Bases) {
    set(.list, register, bases, to: registers.freeListNumber)
    listBytes += 64
  }

  private mutating func readList(_ register: Int, _ bases: Bases, _ moment: MomentOfExecution) {
    let list = held(.list, register, bases)
    setCount(of: list, to: moment.listCount(register))
    let elements = moment.elements(register, atMost: RegisterFile.elementsMax)
    for (index, element) in elements.enumerated() {
      setElement(index, of: list, to: values.reference(to: element))
    }
  }

  private mutating func setCount(of list: UInt32, to count: Int) {
    let old = registers.list(list).count
    guard old != count else { return }
    note(RegisterChange(place: .count, index: list, old: old, new: UInt32(count)))
  }

  private mutating func setElement(_ index: Int, of list: UInt32, to value: UInt32) {
    guard index < RegisterFile.elementsMax else { return }
    let elements = registers.list(list).elements
    let old = index < elements.count ? elements[index] : 0
    guard old != value else { return }
    listBytes += 4
    note(
      RegisterChange(place: .element, element: UInt8(index), index: list, old: old, new: value))
  }
}
