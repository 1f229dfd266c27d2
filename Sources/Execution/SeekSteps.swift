import Bytecode
import Integers
import State

/// The instruction that looks for entries by the order of their keys.
extension Machine {
  func seek(_ o: SIMD8<UInt16>) throws(Halt) {
    guard let mode = SeekMode(rawValue: UInt8(truncatingIfNeeded: o[3])) else {
      throw Halt(.kindMismatch)
    }
    let plan = plan(o[1])
    let prefixComponents = Int(o[2])
    try makeKey(o[1], plan, ints: o[4], strings: o[5], prefixComponents)
    let prefixCount = key.count
    let prefix = Array(key.bytes)
    let isBounded = mode != .first && mode != .last
    if isBounded {
      try makeKey(o[1], plan, ints: o[4], strings: o[5], plan.pointee.key.count)
    }
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
        components: plan.pointee.key.count - prefixComponents, bytes: foundKey.count - prefixCount))
    try spread(
      UnsafeRawBufferPointer(rebasing: foundKey[prefixCount...]), plan.pointee.key,
      prefixComponents, ints: o[4], strings: o[5])
    context.setFlag(o[0], true)
  }

  /// Puts the components of a key beyond the prefix in the windows.
  private func spread(
    _ encoded: UnsafeRawBufferPointer, _ components: UnsafeBufferPointer<ComponentPlan>,
    _ prefix: Int, ints: UInt16, strings: UInt16
  ) throws(Halt) {
    var rest = encoded
    var int = ints
    var string = strings
    for (index, component) in components.enumerated() {
      let isPrefix = index < prefix
      if component.isInteger {
        if !isPrefix {
          guard let decoded = try? IntegerKeyCoding.decode(rest, into: context.pointee.result)
          else { throw malformedState() }
          rest = UnsafeRawBufferPointer(rebasing: rest[decoded.byteCount...])
          context.setInt(int, try context.makeWord(context.pointee.result, size: decoded.size))
        }
        int += 1
      } else {
        if !isPrefix {
          let (block, length) = try keyString(rest, component)
          rest = UnsafeRawBufferPointer(rebasing: rest[length...])
          context.setString(string, block)
        }
        string += 1
      }
    }
  }

  private func keyString(
    _ rest: UnsafeRawBufferPointer, _ component: ComponentPlan
  ) throws(Halt) -> (block: UInt, length: Int) {
    if component.isIdentifier {
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
