import Bytecode
import Integers
import State

/// The bodies of the storage instructions.
extension Machine {
  // MARK: - Values

  /// Says that something stored is not what the machine writes, so that nobody believes the transaction.
  func malformedState() -> Halt {
    world.hasMalformedState = true
    return Halt(.kindMismatch)
  }

  /// Reads a value from stored bytes into a register of its bank.
  private func read(
    _ component: ComponentPlan, _ reader: inout StoredReader, to register: UInt16
  ) throws(Halt) {
    if component.isInteger {
      context.setInt(register, try word(&reader))
    } else {
      let string = reader.string(component)
      if reader.isMalformed { throw malformedState() }
      context.setString(register, try context.makeString(string))
    }
  }

  /// Reads an integer from stored bytes.
  @inline(__always)
  private func word(_ reader: inout StoredReader) throws(Halt) -> Word {
    if let narrow = reader.shortInteger() { return Word(narrow: narrow) }
    let size = reader.integer(into: context.pointee.result)
    if reader.isMalformed { throw malformedState() }
    return try context.makeWord(context.pointee.result, size: size)
  }

  /// The integer that is stored in a place, or zero; nil if it is longer than fifteen bytes.
  @inline(__always)
  func shortInteger(in place: StateTable.Place) -> Int128? {
    guard let value = place.value else { return 0 }
    var reader = StoredReader(value)
    return reader.shortInteger()
  }

  /// The integer that is stored in a slot, or zero.
  func integer(in slot: StateTable.Slot) throws(Halt) -> Integer {
    try integer(in: state.place(of: slot))
  }

  /// The integer that is stored in a place, or zero.
  func integer(in place: StateTable.Place) throws(Halt) -> Integer {
    guard let value = place.value else { return 0 }
    var reader = StoredReader(value)
    let size = reader.integer(into: context.pointee.result)
    if reader.isMalformed { throw malformedState() }
    return Integer(LimbView(limbs: context.pointee.result, size: size))
  }

  /// Puts the zero of a kind in a register.
  private func setZero(_ component: ComponentPlan, _ register: UInt16) throws(Halt) {
    if component.isInteger { return context.setInt(register, .zero) }
    if !component.isIdentifier { return context.setString(register, 0) }
    let (block, bytes) = try context.makeString(count: 32)
    bytes.initializeMemory(as: UInt8.self, repeating: 0, count: 32)
    context.setString(register, block)
  }

  /// Bytes of the encoding of a register's value.
  private func encodedCount(_ component: ComponentPlan, _ register: UInt16) -> Int {
    if component.isInteger {
      let word = context.int(register)
      if word.isNarrow { return IntegerCoding.encodedByteCount(word.narrow) }
      return IntegerCoding.encodedByteCount(context.view(word, 0))
    }
    let count = Cell.byteCount(context.string(register))
    if component.isIdentifier { return count }
    return count + (count < 1 << 7 ? 1 : count < 1 << 14 ? 2 : 3)
  }

  /// Gas for looking whether a register's value is of a kind.
  private func checkPrice(_ component: ComponentPlan, _ register: UInt16) -> Int {
    component.isInteger || component.isIdentifier
      ? 0 : GasSchedule.kindCheck(component.kind, Cell.byteCount(context.string(register)))
  }

  /// Appends the encoding of a register's value to the buffer, and checks its kind.
  private func write(_ component: ComponentPlan, from register: UInt16) throws(Halt) {
    if component.isInteger {
      let word = context.int(register)
      try component.require(word)
      if word.isNarrow {
        bytes.append(IntegerCoding.encode(word.narrow))
      } else {
        bytes.append(context.view(word, 0))
      }
      return
    }
    let string = Cell.bytes(context.string(register))
    if component.isIdentifier {
      if string.count != 32 { throw Halt(.kindMismatch) }
    } else {
      if !component.kind.admits(string) { throw Halt(.kindMismatch) }
      bytes.append(count: string.count)
    }
    bytes.append(string)
  }

  private func isZero(_ component: ComponentPlan, _ register: UInt16) -> Bool {
    if component.isInteger { return context.int(register).isZero }
    let string = Cell.bytes(context.string(register))
    return component.isIdentifier
      ? string.count == 32 && string.allSatisfy { $0 == 0 } : string.isEmpty
  }

  // MARK: - Instructions

  func load(_ o: SIMD8<UInt16>) throws(Halt) {
    let plan = plan(o[1])
    let place = try fieldPlace(o[1], plan, ints: o[3], strings: o[4])
    if _slowPath(context.pointee.isObserved) { observer?.didRead(key: place.key) }
    let components = plan.pointee.components
    let component = Int(o[2])
    guard let value = place.value else {
      if plan.pointee.isRecord { throw Halt(.entryMissing) }
      return try setZero(components[component], o[0])
    }
    try context.charge(GasSchedule.storedRead(value.count))
    if component == 0, components[0].isInteger, let base = value.baseAddress,
      let (integer, _) = IntegerCoding.decodeShort(base, available: value.count)
    {
      return context.setInt(o[0], Word(narrow: integer))
    }
    var reader = StoredReader(value)
    for earlier in 0..<component { reader.skip(components[earlier]) }
    try read(components[component], &reader, to: o[0])
  }

  func store(_ o: SIMD8<UInt16>) throws(Halt) {
    let plan = plan(o[0])
    let place = try fieldPlace(o[0], plan, ints: o[2], strings: o[3])
    if plan.pointee.isRecord { return try storeComponent(Int(o[1]), plan, place, from: o[4]) }
    let component = plan.pointee.components[Int(o[1])]
    if component.isInteger, component.bound == 0, !plan.pointee.isSummed {
      return try set(place, to: context.int(o[4]))
    }
    if isZero(component, o[4]) {
      if plan.pointee.isSummed { try addToTotal(o[0], place, new: .zero) }
      return try remove(place)
    }
    bytes.clear()
    try pay(place, encodedCount(component, o[4]), checks: checkPrice(component, o[4]))
    try write(component, from: o[4])
    if plan.pointee.isSummed { try addToTotal(o[0], place, new: context.int(o[4])) }
    put(place)
  }

  /// Stores one component of a record that is there.
  private func storeComponent(
    _ index: Int, _ plan: UnsafePointer<FieldPlan>, _ place: StateTable.Place,
    from register: UInt16
  ) throws(Halt) {
    guard let value = place.value else { throw Halt(.entryMissing) }
    let components = plan.pointee.components
    var reader = StoredReader(value)
    for earlier in 0..<index { reader.skip(components[earlier]) }
    let start = reader.offset
    reader.skip(components[index])
    if reader.isMalformed { throw malformedState() }
    try pay(
      place, value.count - (reader.offset - start) + encodedCount(components[index], register),
      checks: checkPrice(components[index], register))
    bytes.clear()
    bytes.append(UnsafeRawBufferPointer(rebasing: value[..<start]))
    try write(components[index], from: register)
    bytes.append(UnsafeRawBufferPointer(rebasing: value[reader.offset...]))
    put(place)
  }

  /// Charges for storing so many bytes in a place and for looking at their kinds, before that is done.
  private func pay(_ place: StateTable.Place, _ count: Int, checks: Int) throws(Halt) {
    if count > Limits.valueLength { throw Halt(.valueTooLong) }
    let isNew = place.value == nil
    try context.charge(
      GasSchedule.storedWrite(place.keyCount + count)
        + (isNew ? GasSchedule.newKey : 0) + checks)
  }

  /// Stores the buffer in a place.
  private func put(_ place: StateTable.Place) {
    if _slowPath(context.pointee.isObserved) {
      observer?.willWrite(
        key: place.key, old: place.value, new: bytes.bytes)
    }
    state.write(bytes.bytes, to: place)
  }

  private func remove(_ place: StateTable.Place) throws(Halt) {
    try context.charge(GasSchedule.storedWrite(place.keyCount))
    if _slowPath(context.pointee.isObserved) {
      observer?.willWrite(key: place.key, old: place.value, new: nil)
    }
    state.write(nil, to: place)
  }

  /// Adds the difference that a store makes to a summed map's total.
  private func addToTotal(
    _ field: UInt16, _ place: StateTable.Place, new: Word
  ) throws(Halt) {
    let shortOld = shortInteger(in: place)
    let old: Integer = shortOld == nil ? try integer(in: place) : 0
    key.begin(.total)
    key.append(context.pointee.contract.pointee.address)
    key.append(UInt8(truncatingIfNeeded: field))
    let totalPlace = try warmPlace()
    if let shortOld, new.isNarrow, let total = shortInteger(in: totalPlace) {
      // One of at most 126 bits and two of at most 120.
      let sum = total &+ new.narrow &- shortOld
      let word = Word(narrow: sum)
      if sum != 0, word.narrow == sum { return try set(totalPlace, to: word) }
    }
    let oldValue = shortOld.map { Integer($0) } ?? old
    let sum: Integer
    let total = try integer(in: totalPlace)
    do {
      sum = try total.adding(Integer(context.view(new, 0)), without: oldValue)
    } catch { throw Halt(arithmetic: error) }
    try set(totalPlace, to: sum)
  }

  /// Stores a register's integer in a place, or removes what is stored for a zero, and pays for it.
  @inline(__always)
  private func set(_ place: StateTable.Place, to word: Word) throws(Halt) {
    guard word.isNarrow, !word.isZero else { return try setSlowly(place, to: word) }
    let encoding = IntegerCoding.encode(word.narrow)
    let isNew = place.value == nil
    try context.charge(
      GasSchedule.storedWrite(place.keyCount &+ encoding.count)
        &+ (isNew ? GasSchedule.newKey : 0))
    let short = StateTable.ShortValue(words: encoding.words, count: encoding.count)
    if _slowPath(context.pointee.isObserved) {
      short.withBytes {
        observer?.willWrite(key: place.key, old: place.value, new: $0)
      }
    }
    state.write(short, to: place)
  }

  @inline(never)
  private func setSlowly(_ place: StateTable.Place, to word: Word) throws(Halt) {
    if word.isZero { return try remove(place) }
    let view = context.view(word, 0)
    bytes.clear()
    try pay(place, IntegerCoding.encodedByteCount(view), checks: 0)
    bytes.append(view)
    put(place)
  }

  /// Stores an integer in a place, or removes a zero, and pays for it.
  func set(_ place: StateTable.Place, to integer: Integer) throws(Halt) {
    let encoded = integer.encoded()
    let isNew = place.value == nil && !integer.isZero
    try context.charge(
      GasSchedule.storedWrite(place.key.count + encoded.count)
        + (isNew ? GasSchedule.newKey : 0))
    encoded.withUnsafeBytes { encoded in
      let new = integer.isZero ? nil : encoded
      observer?.willWrite(key: place.key, old: place.value, new: new)
      state.write(new, to: place)
    }
  }

  /// Stores an integer in a slot, or removes a zero, and pays for it.
  func set(_ slot: StateTable.Slot, to integer: Integer) throws(Halt) {
    try set(state.place(of: slot), to: integer)
  }

  func putRecord(_ o: SIMD8<UInt16>) throws(Halt) {
    let plan = plan(o[0])
    let place = try fieldPlace(o[0], plan, ints: o[1], strings: o[2])
    let components = plan.pointee.components
    var int = o[3]
    var string = o[4]
    var count = 0
    var checks = 0
    for component in components {
      let register = component.isInteger ? int : string
      count += encodedCount(component, register)
      checks += checkPrice(component, register)
      if component.isInteger { int += 1 } else { string += 1 }
    }
    try pay(place, count, checks: checks)
    bytes.clear()
    int = o[3]
    string = o[4]
    for component in components {
      try write(component, from: component.isInteger ? int : string)
      if component.isInteger { int += 1 } else { string += 1 }
    }
    put(place)
  }

  func exists(_ o: SIMD8<UInt16>) throws(Halt) {
    let place = try fieldPlace(o[1], plan(o[1]), ints: o[2], strings: o[3])
    context.setFlag(o[0], place.value != nil)
  }

  func delete(_ o: SIMD8<UInt16>) throws(Halt) {
    let plan = plan(o[0])
    let place = try fieldPlace(o[0], plan, ints: o[1], strings: o[2])
    guard place.value != nil else { return }
    if plan.pointee.isSummed { try addToTotal(o[0], place, new: .zero) }
    try remove(place)
  }

  func total(_ o: SIMD8<UInt16>) throws(Halt) {
    key.begin(.total)
    key.append(context.pointee.contract.pointee.address)
    key.append(UInt8(truncatingIfNeeded: o[1]))
    try loadInteger(to: o[0])
  }

  /// Loads the integer under the key that was put together.
  func loadInteger(to register: UInt16) throws(Halt) {
    let place = try warmPlace()
    guard let value = place.value else { return context.setInt(register, .zero) }
    try context.charge(GasSchedule.storedRead(value.count))
    var reader = StoredReader(value)
    context.setInt(register, try word(&reader))
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
