import Bytecode
import Integers
import State

/// What the machine needs of a field, without its names.
struct FieldLayout {
  let key: [Kind]
  let components: [Kind]
  let isRecord: Bool
  let isSummed: Bool

  init(_ field: Field) {
    key = field.key.map(\.kind)
    components = field.components
    isRecord = field.isRecord
    isSummed = field.isSummed
  }
}

/// The bodies of the storage instructions.
extension Machine {
  // MARK: - Keys

  /// Puts the key of a field together from the windows: all components, or the first few.
  func makeKey(
    _ field: UInt16, ints: UInt16, strings: UInt16, components: Int? = nil
  ) throws(Halt) {
    let frame = current
    let layout = frame.program.layouts[Int(field)]
    key.begin(.field)
    key.append(frame.address)
    key.append(UInt8(truncatingIfNeeded: field))
    var int = ints
    var string = strings
    for kind in layout.key.prefix(components ?? layout.key.count) {
      if kind.bank == .int {
        let word = context.int(int)
        try frame.program.require(word, kind)
        try key.append(context.view(word, 0))
        int += 1
      } else {
        let bytes = Cell.bytes(context.string(string))
        if kind.isIdentifier {
          try key.append(identifier: bytes)
        } else {
          try context.charge(GasSchedule.kindCheck(kind, bytes.count))
          if !kind.admits(bytes) { throw Halt(.kindMismatch) }
          try key.append(string: bytes)
        }
        string += 1
      }
    }
    try context.charge(
      GasSchedule.key(
        components: components ?? layout.key.count, bytes: key.count - KeyBuffer.fieldPrefix))
  }

  /// The slot of the key that was put together, with the price of a cold one paid.
  func warmSlot() throws(Halt) -> StateTable.Slot {
    let slot = state.slot(for: key.bytes)
    try warm(slot)
    return slot
  }

  func warm(_ slot: StateTable.Slot) throws(Halt) {
    if state.warm(slot) { try context.charge(GasSchedule.cold) }
  }

  // MARK: - Values

  /// Says that something stored is not what the machine writes, so that nobody believes the transaction.
  func malformedState() -> Halt {
    world.hasMalformedState = true
    return Halt(.kindMismatch)
  }

  /// Reads a value of a kind from stored bytes into a register of its bank.
  func read(_ kind: Kind, _ reader: inout StoredReader, to register: UInt16) throws(Halt) {
    if kind.bank == .int {
      let size = reader.integer(into: context.pointee.result)
      if reader.isMalformed { throw malformedState() }
      context.setInt(register, try context.makeWord(context.pointee.result, size: size))
    } else {
      let string = reader.string(of: kind)
      if reader.isMalformed { throw malformedState() }
      context.setString(register, try context.makeString(string))
    }
  }

  /// Puts the zero of a kind in a register.
  func setZero(_ kind: Kind, _ register: UInt16) throws(Halt) {
    if kind.bank == .int { return context.setInt(register, .zero) }
    if !kind.isIdentifier { return context.setString(register, 0) }
    let (block, bytes) = try context.makeString(count: 32)
    bytes.initializeMemory(as: UInt8.self, repeating: 0, count: 32)
    context.setString(register, block)
  }

  /// Bytes of the encoding of a register's value.
  private func encodedCount(_ kind: Kind, _ register: UInt16) -> Int {
    if kind.bank == .int {
      return IntegerCoding.encodedByteCount(context.view(context.int(register), 0))
    }
    let count = Cell.byteCount(context.string(register))
    if kind.isIdentifier { return count }
    return count + (count < 1 << 7 ? 1 : count < 1 << 14 ? 2 : 3)
  }

  /// Gas for looking whether a register's value is of a kind.
  private func checkPrice(_ kind: Kind, _ register: UInt16) -> Int {
    kind.bank == .bytes
      ? GasSchedule.kindCheck(kind, Cell.byteCount(context.string(register))) : 0
  }

  /// Appends the encoding of a register's value to the buffer, and checks its kind.
  func write(_ kind: Kind, _ program: Program, from register: UInt16) throws(Halt) {
    if kind.bank == .int {
      let word = context.int(register)
      try program.require(word, kind)
      bytes.append(context.view(word, 0))
    } else {
      let string = Cell.bytes(context.string(register))
      if !kind.admits(string) { throw Halt(.kindMismatch) }
      if !kind.isIdentifier { bytes.append(count: string.count) }
      bytes.append(string)
    }
  }

  private func isZero(_ kind: Kind, _ register: UInt16) -> Bool {
    if kind.bank == .int { return context.int(register).isZero }
    let string = Cell.bytes(context.string(register))
    return kind.isIdentifier
      ? string.count == 32 && string.allSatisfy { $0 == 0 } : string.isEmpty
  }

  // MARK: - Instructions

  func load(_ o: SIMD8<UInt16>) throws(Halt) {
    try makeKey(o[1], ints: o[3], strings: o[4])
    let layout = current.program.layouts[Int(o[1])]
    let kind = layout.components[Int(o[2])]
    let slot = try warmSlot()
    observer?.didRead(key: key.bytes)
    guard let value = state.value(in: slot) else {
      if layout.isRecord { throw Halt(.entryMissing) }
      return try setZero(kind, o[0])
    }
    try context.charge(GasSchedule.storedRead(value.count))
    var reader = StoredReader(value)
    for earlier in layout.components.prefix(Int(o[2])) { reader.skip(earlier) }
    try read(kind, &reader, to: o[0])
  }

  func store(_ o: SIMD8<UInt16>) throws(Halt) {
    try makeKey(o[0], ints: o[2], strings: o[3])
    let program = current.program
    let layout = program.layouts[Int(o[0])]
    let component = Int(o[1])
    let kind = layout.components[component]
    let slot = try warmSlot()
    bytes.clear()
    if layout.isRecord {
      guard let value = state.value(in: slot) else { throw Halt(.entryMissing) }
      var reader = StoredReader(value)
      for earlier in layout.components.prefix(component) { reader.skip(earlier) }
      let start = reader.offset
      reader.skip(kind)
      if reader.isMalformed { throw malformedState() }
      try pay(
        slot, value.count - (reader.offset - start) + encodedCount(kind, o[4]),
        checks: checkPrice(kind, o[4]))
      bytes.append(UnsafeRawBufferPointer(rebasing: value[..<start]))
      try write(kind, program, from: o[4])
      bytes.append(UnsafeRawBufferPointer(rebasing: value[reader.offset...]))
      put(slot)
    } else if isZero(kind, o[4]) {
      if layout.isSummed { try addToTotal(o[0], slot, new: .zero) }
      try remove(slot)
    } else {
      try pay(slot, encodedCount(kind, o[4]), checks: checkPrice(kind, o[4]))
      try write(kind, program, from: o[4])
      if layout.isSummed { try addToTotal(o[0], slot, new: context.int(o[4])) }
      put(slot)
    }
  }

  /// Charges for storing so many bytes in a slot and for looking at their kinds, before that is done.
  private func pay(_ slot: StateTable.Slot, _ count: Int, checks: Int) throws(Halt) {
    if count > Limits.valueLength { throw Halt(.valueTooLong) }
    let isNew = state.value(in: slot) == nil
    try context.charge(
      GasSchedule.storedWrite(state.key(of: slot).count + count)
        + (isNew ? GasSchedule.newKey : 0) + checks)
  }

  /// Stores the buffer in a slot.
  private func put(_ slot: StateTable.Slot) {
    observer?.willWrite(key: state.key(of: slot), old: state.value(in: slot), new: bytes.bytes)
    state.write(bytes.bytes, to: slot)
  }

  private func remove(_ slot: StateTable.Slot) throws(Halt) {
    try context.charge(GasSchedule.storedWrite(state.key(of: slot).count))
    observer?.willWrite(key: state.key(of: slot), old: state.value(in: slot), new: nil)
    state.write(nil, to: slot)
  }

  /// Adds the difference that a store makes to a summed map's total, and restores key and buffer.
  private func addToTotal(
    _ field: UInt16, _ slot: StateTable.Slot, new: Word
  ) throws(Halt) {
    let newValue = Integer(context.view(new, 0))
    let oldValue = try integer(in: slot)
    key.begin(.total)
    key.append(current.address)
    key.append(UInt8(truncatingIfNeeded: field))
    let totalSlot = try warmSlot()
    let total = try integer(in: totalSlot)
    let sum: Integer
    do { sum = try total.adding(newValue, without: oldValue) } catch {
      throw Halt(arithmetic: error)
    }
    try set(totalSlot, to: sum)
  }

  /// The integer that is stored in a slot, or zero.
  func integer(in slot: StateTable.Slot) throws(Halt) -> Integer {
    guard let value = state.value(in: slot) else { return 0 }
    var reader = StoredReader(value)
    let size = reader.integer(into: context.pointee.result)
    if reader.isMalformed { throw malformedState() }
    return Integer(LimbView(limbs: context.pointee.result, size: size))
  }

  /// Stores an integer in a slot, or removes a zero, and pays for it.
  func set(_ slot: StateTable.Slot, to integer: Integer) throws(Halt) {
    let encoded = integer.encoded()
    let isNew = state.value(in: slot) == nil && !integer.isZero
    try context.charge(
      GasSchedule.storedWrite(state.key(of: slot).count + encoded.count)
        + (isNew ? GasSchedule.newKey : 0))
    encoded.withUnsafeBytes { encoded in
      let new = integer.isZero ? nil : encoded
      observer?.willWrite(key: state.key(of: slot), old: state.value(in: slot), new: new)
      state.write(new, to: slot)
    }
  }

  func putRecord(_ o: SIMD8<UInt16>) throws(Halt) {
    try makeKey(o[0], ints: o[1], strings: o[2])
    let program = current.program
    let slot = try warmSlot()
    bytes.clear()
    let components = program.layouts[Int(o[0])].components
    var int = o[3]
    var string = o[4]
    var count = 0
    var checks = 0
    for kind in components {
      let register = kind.bank == .int ? int : string
      count += encodedCount(kind, register)
      checks += checkPrice(kind, register)
      if kind.bank == .int { int += 1 } else { string += 1 }
    }
    try pay(slot, count, checks: checks)
    int = o[3]
    string = o[4]
    for kind in components {
      if kind.bank == .int {
        try write(kind, program, from: int)
        int += 1
      } else {
        try write(kind, program, from: string)
        string += 1
      }
    }
    put(slot)
  }

  func exists(_ o: SIMD8<UInt16>) throws(Halt) {
    try makeKey(o[1], ints: o[2], strings: o[3])
    let slot = try warmSlot()
    context.setFlag(o[0], state.value(in: slot) != nil)
  }

  func delete(_ o: SIMD8<UInt16>) throws(Halt) {
    try makeKey(o[0], ints: o[1], strings: o[2])
    let slot = try warmSlot()
    guard state.value(in: slot) != nil else { return }
    if current.program.layouts[Int(o[0])].isSummed { try addToTotal(o[0], slot, new: .zero) }
    try remove(slot)
  }

  func total(_ o: SIMD8<UInt16>) throws(Halt) {
    key.begin(.total)
    key.append(current.address)
    key.append(UInt8(truncatingIfNeeded: o[1]))
    try loadInteger(to: o[0])
  }

  /// Loads the integer under the key that was put together.
  func loadInteger(to register: UInt16) throws(Halt) {
    let slot = try warmSlot()
    guard let value = state.value(in: slot) else { return context.setInt(register, .zero) }
    try context.charge(GasSchedule.storedRead(value.count))
    var reader = StoredReader(value)
    try read(.int, &reader, to: register)
  }

  // MARK: - Order

  func seek(_ o: SIMD8<UInt16>) throws(Halt) {
    guard let mode = SeekMode(rawValue: UInt8(truncatingIfNeeded: o[3])) else {
      throw Halt(.kindMismatch)
    }
    let layout = current.program.layouts[Int(o[1])]
    let prefixComponents = Int(o[2])
    try makeKey(o[1], ints: o[4], strings: o[5], components: prefixComponents)
    let prefixCount = key.count
    let prefix = Array(key.bytes)
    let isBounded = mode != .first && mode != .last
    if isBounded { try makeKey(o[1], ints: o[4], strings: o[5]) }
    try context.charge(GasSchedule.seek(key.count - KeyBuffer.fieldPrefix))
    let found: StateTable.Slot?
    switch mode {
    case .first: found = state.slot(above: key.bytes, orEqual: true)
    case .last:
      key.raiseAbovePrefix()
      found = state.slot(below: key.bytes)
    case .after, .from:
      found = state.slot(above: key.bytes, orEqual: mode == .from)
    case .before, .upto:
      let slot = state.slot(for: key.bytes)
      let isHere = mode == .upto && state.value(in: slot) != nil
      found = isHere ? slot : state.slot(below: key.bytes)
    }
    guard let found, state.key(of: found).starts(with: prefix) else {
      return context.setFlag(o[0], false)
    }
    try warm(found)
    let foundKey = state.key(of: found)
    try context.charge(
      GasSchedule.key(
        components: layout.key.count - prefixComponents, bytes: foundKey.count - prefixCount))
    try spread(
      UnsafeRawBufferPointer(rebasing: foundKey[prefixCount...]), layout.key, prefixComponents,
      ints: o[4], strings: o[5])
    context.setFlag(o[0], true)
  }

  /// Puts the components of a key beyond the prefix in the windows.
  private func spread(
    _ encoded: UnsafeRawBufferPointer, _ kinds: [Kind], _ prefix: Int, ints: UInt16,
    strings: UInt16
  ) throws(Halt) {
    var rest = encoded
    var int = ints
    var string = strings
    for (index, kind) in kinds.enumerated() {
      let isPrefix = index < prefix
      if kind.bank == .int {
        if !isPrefix {
          guard let decoded = try? IntegerKeyCoding.decode(rest, into: context.pointee.result)
          else { throw malformedState() }
          rest = UnsafeRawBufferPointer(rebasing: rest[decoded.byteCount...])
          context.setInt(int, try context.makeWord(context.pointee.result, size: decoded.size))
        }
        int += 1
      } else {
        if !isPrefix {
          let (block, length) = try keyString(rest, kind)
          rest = UnsafeRawBufferPointer(rebasing: rest[length...])
          context.setString(string, block)
        }
        string += 1
      }
    }
  }

  private func keyString(
    _ rest: UnsafeRawBufferPointer, _ kind: Kind
  ) throws(Halt) -> (block: UInt, length: Int) {
    if kind.isIdentifier {
      guard rest.count >= 32 else { throw malformedState() }
      let part = UnsafeRawBufferPointer(rebasing: rest[..<32])
      return (try context.makeString(part), 32)
    }
    // Up to the first zero byte, which mostly is the end, the string stands as it is.
    guard var offset = rest.firstIndex(of: 0), offset + 1 < rest.count else {
      throw malformedState()
    }
    if rest[offset + 1] == 0 {
      return (try context.makeString(UnsafeRawBufferPointer(rebasing: rest[..<offset])), offset + 2)
    }
    var string = Array(rest[..<offset])
    while offset + 1 < rest.count {
      let byte = rest[offset]
      if byte == 0 {
        if rest[offset + 1] == 0 { return (try context.makeString(string), offset + 2) }
        offset += 1
      }
      string.append(byte)
      offset += 1
    }
    throw malformedState()
  }
}

extension Integer {
  /// This integer plus one and minus another: too large only if that is, whatever lies between.
  func adding(_ new: Integer, without old: Integer) throws(ArithmeticFailure) -> Integer {
    // Of three summands whose sum is small enough, two have a sum that is.
    if let rest = try? subtracting(old) { return try rest.adding(new) }
    if let change = try? new.subtracting(old) { return try adding(change) }
    return try adding(new).subtracting(old)
  }
}

extension Program {
  /// Halts unless an integer is of a kind.
  func require(_ word: Word, _ kind: Kind) throws(Halt) {
    let bound: Int
    switch kind {
    case .bool: bound = 2
    case .enumeration(let index): bound = module.enums[Int(index)].cases.count
    default: return
    }
    guard let value = word.int, value >= 0, value < bound else { throw Halt(.kindMismatch) }
  }
}
