import Integers

/// What a variable of a property goes through.
enum PropertyDomain: Sendable {
  /// Integers from the first to the last, which is not below the first.
  case range(Integer, Integer)
  /// Values, at least one.
  case elements([ScenarioValue])

  /// How many edges are tried before anything else.
  static let edgeCount = 4

  /// How many values there are.
  var count: Integer {
    switch self {
    case .range(let low, let high): high.minus(low).plus(1)
    case .elements(let values): Integer(values.count)
    }
  }

  /// The value at a place; places are below the count.
  func value(at place: Int) -> ScenarioValue {
    switch self {
    case .range(let low, _): .int(low.plus(Integer(place)))
    case .elements(let values): values[place]
    }
  }

  /// Whether it holds a value.
  func contains(_ value: ScenarioValue) -> Bool {
    switch (self, value) {
    case (.range(let low, let high), .int(let integer)): low <= integer && integer <= high
    case (.range, _): false
    case (.elements(let values), _): values.contains(value)
    }
  }

  // MARK: - Drawing

  /// One of the edges: the low end, the high end, and their neighbours.
  func edge(_ number: Int) -> ScenarioValue {
    switch self {
    case .range(let low, let high):
      switch number {
      case 0: .int(low)
      case 1: .int(high)
      case 2: .int(min(high, low.plus(1)))
      default: .int(max(low, high.minus(1)))
      }
    case .elements(let values):
      switch number {
      case 0: values[0]
      case 1: values[values.count - 1]
      case 2: values[min(1, values.count - 1)]
      default: values[max(0, values.count - 2)]
      }
    }
  }

  /// A value: often near the low end, near a power of two or of ten, or of a random length.
  func draw(_ generator: inout SeededGenerator) -> ScenarioValue {
    guard case .range(let low, let high) = self else {
      return value(at: generator.below(count.asInt ?? 1))
    }
    let width = high.minus(low)
    if width <= 256 { return .int(low.plus(generator.integer(upTo: width))) }
    switch generator.below(10) {
    case 0, 1, 2: return .int(clamped(low.plus(generator.bits(generator.number(in: 1...8)))))
    case 3: return edge(generator.below(Self.edgeCount))
    case 4, 5: return .int(clamped(power(&generator)))
    case 6, 7:
      return .int(clamped(low.plus(generator.bits(generator.number(in: 1...width.bitLength)))))
    default: return .int(low.plus(generator.integer(upTo: width)))
    }
  }

  private func clamped(_ integer: Integer) -> Integer {
    guard case .range(let low, let high) = self else { return integer }
    return max(low, min(high, integer))
  }

  /// A power of two or of ten within the range, or a neighbour of one.
  private func power(_ generator: inout SeededGenerator) -> Integer {
    guard case .range(let low, let high) = self else { return 0 }
    let bits = max(low.bitLength, high.bitLength)
    let power =
      generator.happens(oneIn: 2)
      ? Integer.power(2, generator.below(max(1, bits)))
      : Integer.power(10, generator.below(max(1, bits * 3 / 10 + 1)))
    let isNegative = high <= 0 || low < 0 && generator.happens(oneIn: 2)
    return (isNegative ? power.negated() : power).plus(Integer(generator.below(3) - 1))
  }

  // MARK: - Shrinking

  /// Values that are nearer to the low end or the first element, the nearest first.
  func smaller(than value: ScenarioValue) -> [ScenarioValue] {
    switch (self, value) {
    case (.range(let low, _), .int(let integer)):
      var candidates: [ScenarioValue] = []
      var distance = integer.minus(low)
      while distance > 0 {
        candidates.append(.int(integer.minus(distance)))
        distance = distance.half()
      }
      return candidates
    case (.elements(let values), _):
      return Array(values.prefix(values.firstIndex(of: value) ?? 0))
    default: return []
    }
  }
}
