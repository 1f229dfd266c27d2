import Bytecode
import Integers

/// What generated code expects in an integer register; it may be wrong.
struct IntFacts: Equatable {
  /// Bits of the magnitude, at most.
  var bits = 0
  /// The values it may have, if they are few and small.
  var range: ClosedRange<Int>? = 0...0
  var isNonNegative = true
  var isNonZero = false

  static let zero = IntFacts(0...0)
  static let unknown = IntFacts(bits: 64, range: nil, isNonNegative: false, isNonZero: false)

  /// Facts of one value.
  init(_ value: Integer) {
    bits = value.bitLength
    range = value.asInt.flatMap { $0.magnitude < 1 << 20 ? $0...$0 : nil }
    isNonNegative = !value.isNegative
    isNonZero = !value.isZero
  }

  init(bits: Int = 0, range: ClosedRange<Int>?, isNonNegative: Bool, isNonZero: Bool) {
    (self.bits, self.range) = (bits, range)
    (self.isNonNegative, self.isNonZero) = (isNonNegative, isNonZero)
  }

  init(_ range: ClosedRange<Int>) {
    let magnitude = max(abs(range.lowerBound), abs(range.upperBound))
    self.init(
      bits: Int.bitWidth - magnitude.leadingZeroBitCount, range: range,
      isNonNegative: range.lowerBound >= 0, isNonZero: !range.contains(0))
  }

  init(bits: Int, isNonNegative: Bool = false, isNonZero: Bool = false) {
    self.init(bits: bits, range: nil, isNonNegative: isNonNegative, isNonZero: isNonZero)
  }

  /// What holds of either.
  func merged(with other: IntFacts) -> IntFacts {
    var range: ClosedRange<Int>?
    if let own = self.range, let their = other.range {
      range =
        min(own.lowerBound, their.lowerBound)...max(own.upperBound, their.upperBound)
    }
    return IntFacts(
      bits: max(bits, other.bits), range: range,
      isNonNegative: isNonNegative && other.isNonNegative,
      isNonZero: isNonZero && other.isNonZero)
  }
}

/// What an instruction needs of an integer to succeed.
enum IntRole {
  case any, nonZero, positive, nonNegative
  case range(ClosedRange<Int>)
  case kind(Kind)
  case bits(Int)
}

/// What generated code expects in a bytes register; it may be wrong.
struct BytesFacts: Equatable {
  /// What it is, `bytes` if that is not known.
  var kind = Kind.text
  /// How many bytes, at most.
  var count = 0

  static let empty = BytesFacts()
  static let unknown = BytesFacts(kind: .bytes, count: 64)

  func merged(with other: BytesFacts) -> BytesFacts {
    BytesFacts(kind: kind == other.kind ? kind : .bytes, count: max(count, other.count))
  }
}

/// What generated code expects in a list register; it may be wrong.
struct ListFacts: Equatable {
  /// How many elements.
  var count = 0
  var isNonNegative = true

  func merged(with other: ListFacts) -> ListFacts {
    ListFacts(
      count: min(count, other.count), isNonNegative: isNonNegative && other.isNonNegative)
  }
}

/// What generated code expects in all registers.
struct RegisterFacts {
  var ints: [IntFacts]
  var strings: [BytesFacts]
  var lists: [ListFacts]

  init(ints: Int, strings: Int, lists: Int) {
    self.ints = Array(repeating: .zero, count: ints)
    self.strings = Array(repeating: .empty, count: strings)
    self.lists = Array(repeating: ListFacts(), count: lists)
  }

  /// What holds of either.
  func merged(with other: RegisterFacts) -> RegisterFacts {
    var merged = self
    for index in ints.indices where ints[index] != other.ints[index] {
      merged.ints[index] = ints[index].merged(with: other.ints[index])
    }
    for index in strings.indices where strings[index] != other.strings[index] {
      merged.strings[index] = strings[index].merged(with: other.strings[index])
    }
    for index in lists.indices {
      merged.lists[index] = lists[index].merged(with: other.lists[index])
    }
    return merged
  }

  /// Forgets what is in the registers that a called function had.
  mutating func forget(ints: Int, strings: Int, lists: Int) {
    for index in self.ints.indices.dropFirst(ints) { self.ints[index] = .unknown }
    for index in self.strings.indices.dropFirst(strings) { self.strings[index] = .unknown }
    for index in self.lists.indices.dropFirst(lists) {
      self.lists[index] = ListFacts(count: 0, isNonNegative: false)
    }
  }
}
