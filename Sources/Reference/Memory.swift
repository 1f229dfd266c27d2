import BigInt
import Bytecode
import Hosting

/// A list: what registers that share it have in common.
final class SharedList {
  var items: [BigInt]

  init(_ items: [BigInt] = []) { self.items = items }
}

/// The memory meter: what values count for, whatever an engine makes of them.
///
/// Every instruction that makes a value meters it before a register holds it; moving a value makes none.
/// When more than `memoryBetweenCounts` has been made since the last count, what the live registers hold
/// is counted, and that may not pass `liveMemory`.
enum Memory {
  /// Narrow integers count nothing, wide ones 16 and 8 per word.
  static func size(of integer: BigInt) -> Int {
    integer.isNarrow ? 0 : 16 + 8 * integer.wordCount
  }

  /// The empty string counts nothing, others 16 and their bytes, up to a multiple of 16.
  static func size(ofBytes count: Int) -> Int {
    count == 0 ? 0 : 16 + (count + 15) / 16 * 16
  }

  /// 32 and 32 per element; what wide elements count for is added to that.
  static func size(ofList count: Int) -> Int { 32 + 32 * count }
}

extension Interpreter {
  /// Counts something that is about to be made.
  func meter(_ size: Int) throws(Halt) {
    metered += size
    guard metered > self.size.memoryBetweenCounts, size > 0 else { return }
    metered = liveMemory() + size
    if metered > self.size.liveMemory { throw .trap(.memoryExceeded) }
  }

  /// What the registers of all live frames hold: every register counts its whole value, a list counts once.
  private func liveMemory() -> Int {
    let top = frames.last?.top ?? Extent()
    var total = 0
    for integer in ints[..<top.ints] { total += Memory.size(of: integer) }
    for string in strings[..<top.strings] { total += Memory.size(ofBytes: string.count) }
    var seen = Set<ObjectIdentifier>()
    for case let list? in lists[..<top.lists] where seen.insert(ObjectIdentifier(list)).inserted {
      total += Memory.size(ofList: list.items.count)
      for item in list.items { total += Memory.size(of: item) }
    }
    return total
  }

  // MARK: - Registers of the current frame

  func int(_ register: UInt16) -> BigInt { ints[base.ints + Int(register)] }
  func bytes(_ register: UInt16) -> [UInt8] { strings[base.strings + Int(register)] }
  func list(_ register: UInt16) -> SharedList? { lists[base.lists + Int(register)] }
  func items(_ register: UInt16) -> [BigInt] { list(register)?.items ?? [] }

  /// Moves an integer that exists into a register.
  func move(_ integer: BigInt, to register: UInt16) { ints[base.ints + Int(register)] = integer }

  /// Moves a string that exists into a register.
  func move(_ string: [UInt8], to register: UInt16) {
    strings[base.strings + Int(register)] = string
  }

  /// Makes an integer.
  func set(_ register: UInt16, _ integer: BigInt) throws(Halt) {
    try meter(Memory.size(of: integer))
    move(integer, to: register)
  }

  /// Makes a truth value.
  func set(_ register: UInt16, _ flag: Bool) { move(flag ? 1 : 0, to: register) }

  /// Makes a string.
  func set(_ register: UInt16, _ string: [UInt8]) throws(Halt) {
    try meter(Memory.size(ofBytes: string.count))
    move(string, to: register)
  }

  /// Makes the string of an identifier.
  func set(_ register: UInt16, _ identifier: Identifier) throws(Halt) {
    try set(register, identifier.bytes)
  }

  /// Makes a list.
  func set(_ register: UInt16, list items: [BigInt]) throws(Halt) {
    try meter(Memory.size(ofList: items.count))
    lists[base.lists + Int(register)] = SharedList(items)
  }

  /// Makes values, in the registers of two windows.
  func set(_ data: [Datum], ints: UInt16, strings: UInt16) throws(Halt) {
    var (nextInt, nextString) = (ints, strings)
    for datum in data {
      switch datum {
      case .int(let integer):
        try set(nextInt, integer)
        nextInt += 1
      case .bytes(let string):
        try set(nextString, string)
        nextString += 1
      }
    }
  }

  /// The identifier in a register.
  func identifier(_ register: UInt16) throws(Halt) -> Identifier {
    guard let identifier = Identifier(bytes(register)) else { throw .trap(.kindMismatch) }
    return identifier
  }

  /// The integer in a register as a count or an index, if it is that small.
  func count(_ register: UInt16) -> Int? { int(register).asInt }
}
