import Integers

/// An amount of an asset, in a form that most are added and compared in without limbs.
enum Amount {
  case narrow(Int128)
  case wide(Integer)

  init(_ integer: Integer) {
    if let small = integer.asInt {
      self = .narrow(Int128(small))
    } else if let narrow = integer.withLimbs({ narrowValue($0) }) {
      self = .narrow(narrow)
    } else {
      self = .wide(integer)
    }
  }

  init(_ word: Word, _ context: ContextPointer) {
    self = word.isNarrow ? .narrow(word.narrow) : .wide(Integer(context.view(word, 0)))
  }

  var isNegative: Bool {
    switch self {
    case .narrow(let value): value < 0
    case .wide(let value): value.isNegative
    }
  }

  var isZero: Bool {
    if case .narrow(0) = self { true } else { false }
  }

  var isOne: Bool {
    if case .narrow(1) = self { true } else { false }
  }

  var integer: Integer {
    switch self {
    case .narrow(let value): Integer(value)
    case .wide(let value): value
    }
  }
}
