import Bytecode

/// One change of a register or of a list, which can be done and undone.
struct RegisterChange {
  /// What changes.
  enum Place: UInt8 {
    /// A register; the values are references.
    case int, bytes
    /// A list register; the values are numbers of lists.
    case list
    /// How many elements a list has.
    case count
    /// An element of a list; the values are references.
    case element
  }

  /// What changes.
  let place: Place
  /// The index of an element.
  var element: UInt8 = 0
  /// The register's place among all of its bank, or the number of the list.
  let index: UInt32
  /// What it was.
  let old: UInt32
  /// What it becomes.
  let new: UInt32

  /// The place of a bank's registers.
  static func place(of bank: Bank) -> Place {
    switch bank {
    case .int: .int
    case .bytes: .bytes
    case .list: .list
    }
  }
}

/// All registers of an execution at one moment, each bank in one row: that of a callee lies over or behind
/// that of its caller, as in the machine.
struct RegisterFile {
  /// The elements of a list whose values are kept.
  static let elementsMax = 64

  /// A list.
  struct List {
    /// How many elements it has.
    var count: UInt32 = 0
    /// References of the first of them.
    var elements: [ValueStore.Reference] = []
  }

  private var ints: [UInt32] = []
  private var strings: [UInt32] = []
  private var listNumbers: [UInt32] = []
  /// The lists by their numbers; number 0 is no list.
  private var lists = [List()]

  /// What a register holds: a reference, or the number of a list.
  subscript(_ bank: Bank, _ index: Int) -> UInt32 {
    switch bank {
    case .int: index < ints.count ? ints[index] : 0
    case .bytes: index < strings.count ? strings[index] : 0
    case .list: index < listNumbers.count ? listNumbers[index] : 0
    }
  }

  /// The list with a number.
  func list(_ number: UInt32) -> List {
    lists.indices.contains(Int(number)) ? lists[Int(number)] : List()
  }

  /// The number that no list has yet.
  var freeListNumber: UInt32 { UInt32(lists.count) }

  /// Does a change.
  mutating func apply(_ change: RegisterChange) { set(change, to: change.new) }

  /// Takes a change back.
  mutating func revert(_ change: RegisterChange) { set(change, to: change.old) }

  private mutating func set(_ change: RegisterChange, to value: UInt32) {
    let index = Int(change.index)
    switch change.place {
    case .int: Self.set(&ints, index, value)
    case .bytes: Self.set(&strings, index, value)
    case .list:
      Self.set(&listNumbers, index, value)
      reserveList(value)
    case .count:
      reserveList(change.index)
      lists[index].count = value
    case .element:
      reserveList(change.index)
      Self.set(&lists[index].elements, Int(change.element), value)
    }
  }

  private mutating func reserveList(_ number: UInt32) {
    while lists.count <= Int(number) { lists.append(List()) }
  }

  private static func set(_ row: inout [UInt32], _ index: Int, _ value: UInt32) {
    if row.count <= index {
      row.append(contentsOf: repeatElement(0, count: index + 1 - row.count))
    }
    row[index] = value
  }
}
