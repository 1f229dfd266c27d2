import Bytecode
import Integers
import State

/// Stored integers of at most fifteen bytes, read and written without limbs in between.
extension Machine {
  /// The integer that is stored in a slot, or zero; nil if it is longer or cannot be read.
  @inline(__always)
  func short(in slot: StateTable.Slot) -> Int128? { Int128(stored: state.value(in: slot)) }

  /// Stores an integer of at most sixteen bytes in a slot, or removes a zero, and pays for it.
  func set(_ slot: StateTable.Slot, toShort integer: Int128) throws(Halt) {
    var encoding = IntegerCoding.encode(integer)
    let isNew = integer != 0 && state.value(in: slot) == nil
    try context.charge(
      GasSchedule.storedWrite(state.key(of: slot).count + encoding.count)
        + (isNew ? GasSchedule.newKey : 0))
    let count = encoding.count
    withUnsafeBytes(of: &encoding.words) { words in
      let new = integer == 0 ? nil : UnsafeRawBufferPointer(rebasing: words[..<count])
      if context.pointee.isObserved {
        observer?.willWrite(key: state.key(of: slot), old: state.value(in: slot), new: new)
      }
      state.write(new, to: slot)
    }
  }
}

extension Int128 {
  /// The integer that is stored, zero if nothing is; nil if it has more than fifteen bytes or is none.
  @inline(__always)
  init?(stored bytes: UnsafeRawBufferPointer?) {
    self = 0
    guard let bytes else { return }
    guard let base = bytes.baseAddress,
      let decoded = IntegerCoding.decodeShort(base, available: bytes.count)
    else { return nil }
    self = decoded.value
  }
}
