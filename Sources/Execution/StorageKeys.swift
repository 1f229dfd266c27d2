import Bytecode
import State

/// How the storage instructions find the entry that they are about.
extension Machine {
  /// What the machine needs of a field of the running contract.
  @inline(__always)
  func plan(_ field: UInt16) -> UnsafePointer<FieldPlan> {
    context.pointee.contract.pointee.fields + Int(field)
  }

  /// The slot of a field's entry, by the windows of its key, with all that finding it costs paid.
  @inline(__always)
  func fieldSlot(
    _ field: UInt16, _ plan: UnsafePointer<FieldPlan>, ints: UInt16, strings: UInt16
  ) throws(Halt) -> StateTable.Slot {
    var key = SlotCache.Key(serial: context.pointee.contract.pointee.serial, field: field)
    switch plan.pointee.keyShape {
    case .none: break
    case .string: key.first = context.string(strings)
    case .integer:
      let word = context.int(ints)
      key.first = word.low
      key.second = UInt(bitPattern: word.high)
    case .strings:
      key.first = context.string(strings)
      key.second = context.string(strings &+ 1)
    case .stringAndInteger:
      let word = context.int(ints)
      key.first = word.low
      key.second = UInt(bitPattern: word.high)
      key.third = context.string(strings)
    case .other:
      let (slot, _) = try findSlot(field, plan, ints: ints, strings: strings)
      try warm(slot)
      return slot
    }
    let line = slots.line(key, collections: context.pointee.arena.collections)
    if _fastPath(line.pointee.key == key) {
      try context.charge(Int(line.pointee.gas))
      let slot = line.pointee.slot
      try warm(slot)
      return slot
    }
    let (slot, gas) = try findSlot(field, plan, ints: ints, strings: strings)
    line.pointee = SlotCache.Line(key: key, slot: slot, gas: Int32(gas))
    try warm(slot)
    return slot
  }

  @inline(never)
  private func findSlot(
    _ field: UInt16, _ plan: UnsafePointer<FieldPlan>, ints: UInt16, strings: UInt16
  ) throws(Halt) -> (slot: StateTable.Slot, gas: Int) {
    let gas = try makeKey(field, plan, ints: ints, strings: strings, plan.pointee.key.count)
    return (state.slot(for: key.bytes), gas)
  }

  /// Puts the key of a field together from the windows, all components or the first few, and gives the
  /// gas that this has cost.
  @discardableResult
  func makeKey(
    _ field: UInt16, _ plan: UnsafePointer<FieldPlan>, ints: UInt16, strings: UInt16,
    _ components: Int
  ) throws(Halt) -> Int {
    key.begin(.field)
    key.append(context.pointee.contract.pointee.address)
    key.append(UInt8(truncatingIfNeeded: field))
    var int = ints
    var string = strings
    var gas = 0
    for index in 0..<components {
      let component = plan.pointee.key[index]
      if component.isInteger {
        let word = context.int(int)
        try component.require(word)
        try key.append(context.view(word, 0))
        int &+= 1
        continue
      }
      let bytes = Cell.bytes(context.string(string))
      if component.isIdentifier {
        try key.append(identifier: bytes)
      } else {
        let check = GasSchedule.kindCheck(component.kind, bytes.count)
        try context.charge(check)
        gas &+= check
        if !component.kind.admits(bytes) { throw Halt(.kindMismatch) }
        try key.append(string: bytes)
      }
      string &+= 1
    }
    let price = GasSchedule.key(
      components: components, bytes: key.count &- KeyBuffer.fieldPrefix)
    try context.charge(price)
    return gas &+ price
  }

  /// The slot of the key that was put together, with the price of a cold one paid.
  func warmSlot() throws(Halt) -> StateTable.Slot {
    let slot = state.slot(for: key.bytes)
    try warm(slot)
    return slot
  }

  @inline(__always)
  func warm(_ slot: StateTable.Slot) throws(Halt) {
    if _slowPath(state.warm(slot)) { try context.charge(GasSchedule.cold) }
  }
}
