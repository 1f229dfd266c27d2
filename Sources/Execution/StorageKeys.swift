import Bytecode
import State

/// How the storage instructions find the entry that they are about.
extension Machine {
  /// What the machine needs of a field of the running contract.
  @inline(__always)
  func plan(_ field: UInt16) -> UnsafePointer<FieldPlan> {
    context.pointee.contract.pointee.fields + Int(field)
  }

  /// The place of a field's entry, by the windows of its key, with all that finding it costs paid.
  @inline(__always)
  func fieldPlace(
    _ field: UInt16, _ plan: UnsafePointer<FieldPlan>, ints: UInt16, strings: UInt16
  ) throws(Halt) -> StateTable.Place {
    var key = PlaceCache.Key(serial: context.pointee.contract.pointee.serial, field: field)
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
      let (place, _) = try findPlace(field, plan, ints: ints, strings: strings)
      try warm(place)
      return place
    }
    let line = places.line(key, collections: context.pointee.arena.collections)
    if line.pointee.key == key, let place = line.pointee.place {
      try context.charge(line.pointee.gas)
      try warm(place)
      return place
    }
    let (place, gas) = try findPlace(field, plan, ints: ints, strings: strings)
    line.pointee = PlaceCache.Line(key: key, place: place, gas: gas)
    try warm(place)
    return place
  }

  @inline(never)
  private func findPlace(
    _ field: UInt16, _ plan: UnsafePointer<FieldPlan>, ints: UInt16, strings: UInt16
  ) throws(Halt) -> (place: StateTable.Place, gas: Int) {
    if plan.pointee.isKeyedByIdentifier {
      let identifier = Cell.bytes(context.string(strings))
      key.begin(field: field, of: context.pointee.contract)
      try key.append(identifier: identifier)
      let gas = GasSchedule.key(components: 1, bytes: 32)
      try context.charge(gas)
      return (state.place(of: key.bytes), gas)
    }
    let gas = try makeKey(field, plan, ints: ints, strings: strings, plan.pointee.key.count)
    return (state.place(of: key.bytes), gas)
  }

  /// Puts the key of a field together from the windows, all components or the first few, and gives the
  /// gas that this has cost.
  @discardableResult
  func makeKey(
    _ field: UInt16, _ plan: UnsafePointer<FieldPlan>, ints: UInt16, strings: UInt16,
    _ components: Int
  ) throws(Halt) -> Int {
    key.begin(field: field, of: context.pointee.contract)
    var int = ints
    var string = strings
    var gas = 0
    for index in 0..<components {
      let component = plan.pointee.key[index]
      if component.isInteger {
        let word = context.int(int)
        try component.require(word)
        if word.isNarrow {
          try key.append(narrow: word.narrow)
        } else {
          try key.append(context.view(word, 0))
        }
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

  /// The place of the key that was put together, with the price of a cold one paid.
  func warmPlace() throws(Halt) -> StateTable.Place {
    let place = state.place(of: key.bytes)
    try warm(place)
    return place
  }

  @inline(__always)
  func warm(_ place: StateTable.Place) throws(Halt) {
    if _slowPath(state.warm(place)) { try context.charge(GasSchedule.cold) }
  }

  /// The slot of the key that was put together, with the price of a cold one paid.
  func warmSlot() throws(Halt) -> StateTable.Slot { try warmPlace().slot }

  func warm(_ slot: StateTable.Slot) throws(Halt) { try warm(state.place(of: slot)) }
}
