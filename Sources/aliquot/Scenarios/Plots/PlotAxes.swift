import Integers

/// The axis of the values of a chart: exact, with ticks at 1, 2 or 5 times a power of ten.
struct ValueAxis {
  /// The values at its ends, which are ticks.
  private(set) var low: Integer
  private(set) var high: Integer
  /// The values that have a line, upwards.
  private(set) var ticks: [Integer] = []

  private let unit: Plot.Unit
  /// What the labels leave out, where they would be long and nearly the same.
  private var offset: Integer = 0
  /// The power of ten that the labels are counted in.
  private var exponent = 0

  /// Digits of a label; longer ones are counted from the lowest.
  private static let digitsMax = 7
  /// Lines between the ends.
  private static let stepsMax = 6

  /// An axis on which all of these values have a place.
  init(from least: Integer, to greatest: Integer, in unit: Plot.Unit) {
    self.unit = unit
    (low, high) = (least, greatest)
    do throws(ArithmeticFailure) { try layOut() } catch {
      // Next to the largest integers there is no room for round ones.
      (low, high) = least == greatest ? (min(least, 0), max(least, 0)) : (least, greatest)
      (ticks, offset, exponent) = ([low, high], 0, 0)
    }
  }

  private mutating func layOut() throws(ArithmeticFailure) {
    if low == high {
      if low.isZero { high = try Integer(10).power(Integer(unit.decimals)) }
      if low.isNegative { high = 0 } else { low = 0 }
    }
    // Zero belongs to it unless the values are far from it.
    if !low.isNegative, try low.multiplied(by: 2) <= high { low = 0 }
    if high.isNegative, try high.multiplied(by: 2) >= low { high = 0 }
    let step = try Self.step(over: try high.subtracting(low))
    low = try low.divided(by: step, rounding: .floor).multiplied(by: step)
    high = try high.divided(by: step, rounding: .ceil).multiplied(by: step)
    var next = low
    while next <= high {
      ticks.append(next)
      next = try next.adding(step)
    }
    let largest = max(low.magnitude, high.magnitude)
    if Self.digits(largest) - Self.digits(step) >= Self.digitsMax { offset = low }
    let shown = offset.isZero ? largest : try high.subtracting(low)
    exponent = max(-unit.decimals, Self.exponent(digits: Self.digits(shown) - unit.decimals))
  }

  private static func step(over length: Integer) throws(ArithmeticFailure) -> Integer {
    let least = try length.divided(by: Integer(stepsMax), rounding: .ceil)
    let power = try Integer(10).power(Integer(digits(least) - 1))
    for factor: Integer in [1, 2, 5] {
      let step = try power.multiplied(by: factor)
      if step >= least { return step }
    }
    return try power.multiplied(by: 10)
  }

  private static func digits(_ value: Integer) -> Int { value.magnitude.description.utf8.count }

  /// The power of ten that numbers with so many digits in front of the point are counted in.
  private static func exponent(digits: Int) -> Int {
    if digits > 6 { return (digits - 1) / 3 * 3 }
    return digits < -2 ? -((3 - digits) / 3 * 3) : 0
  }

  // MARK: - Writing

  /// A tick in words.
  func label(_ tick: Integer) -> String {
    let value = (try? tick.subtracting(offset)) ?? tick
    let sign = offset.isZero || value.isZero ? "" : "+"
    return sign + Self.grouped(Numbers.amount(value, decimals: unit.decimals + exponent))
  }

  /// What the labels are counted in: `million USD`.
  var title: String {
    let power =
      switch exponent {
      case 0: ""
      case 6: "million"
      case 9: "billion"
      case 12: "trillion"
      default: "\(unit.name.isEmpty ? "× " : "")10\(Self.superscript(exponent))"
      }
    let counted = [power, unit.name].filter { !$0.isEmpty }.joined(separator: " ")
    guard !offset.isZero else { return counted }
    let lowest = Self.grouped(Numbers.amount(offset, decimals: unit.decimals))
    let shown = lowest.count > 60 ? "\(lowest.prefix(28))…\(lowest.suffix(28))" : lowest
    return "\(counted.isEmpty ? "" : "\(counted), ")counted from \(shown)"
  }

  /// Digits as people group them in a picture, with thin spaces.
  private static func grouped(_ number: String) -> String {
    number.replacing("_", with: "\u{202F}").replacing("-", with: "\u{2212}")
  }

  private static func superscript(_ number: Int) -> String {
    let digits: [Character: Character] = [
      "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷",
      "8": "⁸", "9": "⁹",
    ]
    return String(String(number).compactMap { digits[$0] })
  }

  // MARK: - Drawing

  /// How far from the low end a value is, of a length in whole steps.
  func place(_ value: Integer, of length: Int) -> Int {
    guard let all = try? high.subtracting(low), let part = try? value.subtracting(low) else {
      // The distance alone would be too large an integer: a part of each is as good.
      func part(_ value: Integer) -> Integer { (try? value.divided(by: 4, rounding: .floor)) ?? 0 }
      return Self.place(
        (try? part(value).subtracting(part(low))) ?? 0,
        (try? part(high).subtracting(part(low))) ?? 1, length)
    }
    return Self.place(part, all, length)
  }

  private static func place(_ part: Integer, _ all: Integer, _ length: Int) -> Int {
    let shift = Integer(max(0, all.bitLength - 40))
    guard let part = (try? part.shiftedRight(by: shift))?.asInt,
      let all = (try? all.shiftedRight(by: shift))?.asInt, all > 0
    else { return 0 }
    return min(length, max(0, part * length / all))
  }
}

/// The axis of the time of a chart.
struct TimeAxis {
  /// Moments at its ends, in seconds since 1970.
  let low: Int
  let high: Int
  /// What the labels count: the seconds in one, and its name.
  private let unit: (seconds: Int, name: String)
  private let origin: Int
  /// The moments that have a line.
  let ticks: [Int]

  /// Lines between the ends.
  private static let stepsMax = 10

  /// An axis from one moment to another.
  init(from first: Int, to last: Int) {
    // What begins soon after the first block is drawn from there on.
    let start = ScenarioScope.startTime
    low = (first - start) * 20 <= last - first ? start : first
    high = max(last, low + 1)
    let length = high - low
    let steps: [Int]
    switch length {
    case ...180: (unit, steps) = ((1, "seconds"), [1, 2, 5, 10, 20, 30])
    case ...10_800: (unit, steps) = ((60, "minutes"), [1, 2, 5, 10, 20, 30])
    case ...259_200: (unit, steps) = ((3_600, "hours"), [1, 2, 3, 6, 12])
    default:
      unit = (86_400, "days")
      let powers = (0...9).map { (0..<$0).reduce(1) { power, _ in power * 10 } }
      steps = powers.flatMap { [$0, 2 * $0, 5 * $0] }
    }
    let seconds = unit.seconds
    let step =
      seconds * (steps.first { $0 * seconds * Self.stepsMax >= length } ?? steps[steps.count - 1])
    // Moments long after the first block are told from where the chart begins.
    origin = low - start <= 20 * length ? start : low
    ticks = Array(
      stride(from: origin + (low - origin + step - 1) / step * step, through: high, by: step))
  }

  /// A tick in words.
  func label(_ tick: Int) -> String {
    Numbers.grouped(String((tick - origin) / unit.seconds)).replacing("_", with: "\u{202F}")
  }

  /// What the labels count.
  var title: String {
    origin == ScenarioScope.startTime
      ? "\(unit.name) since the first block" : "\(unit.name) since \(Calendar.text(origin)) UTC"
  }

  /// How far from the low end a moment is, of a length in whole steps.
  func place(_ time: Int, of length: Int) -> Int {
    let (high, low) = (time - self.low).multipliedFullWidth(by: length)
    return (self.high - self.low).dividingFullWidth((high, low)).quotient
  }
}
