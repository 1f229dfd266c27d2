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
    case .narrow(let value): Integer(narrow: value)
    case .wide(let value): value
    }
  }
}

extension Integer {
  init(narrow value: Int128) {
    if let small = Int(exactly: value) {
      self.init(small)
    } else {
      var limbs = (
        UInt(truncatingIfNeeded: value.magnitude), UInt(truncatingIfNeeded: value.magnitude >> 64)
      )
      let count = limbs.1 == 0 ? 1 : 2
      self = withUnsafeBytes(of: &limbs) { bytes in
        bytes.withMemoryRebound(to: UInt.self) { buffer in
          buffer.baseAddress.map {
            Integer(LimbView(limbs: $0, size: value < 0 ? -count : count))
          } ?? 0
        }
      }
    }
  }
}
