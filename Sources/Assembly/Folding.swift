internal import Bytecode
internal import Integers

/// Arithmetic on constants: nil where the machine would trap.
enum Folding {
  /// How a quotient becomes an integer.
  typealias Rounding = Integers.Rounding

  static func add(_ a: Integer, _ b: Integer) -> Integer? { try? a.adding(b) }

  static func subtract(_ a: Integer, _ b: Integer) -> Integer? { try? a.subtracting(b) }

  static func multiply(_ a: Integer, _ b: Integer) -> Integer? { try? a.multiplied(by: b) }

  static func divide(_ a: Integer, _ b: Integer, _ rounding: Rounding) -> Integer? {
    try? a.divided(by: b, rounding: rounding)
  }

  static func modulo(_ a: Integer, _ b: Integer) -> Integer? { try? a.modulo(b) }

  static func power(_ a: Integer, _ n: Int) -> Integer? { try? a.power(Integer(n)) }

  static func powerOfTen(_ n: Int) -> Integer? { power(Integer(10), n) }

  /// Seconds, and basis points, by the words that stand behind a number.
  static func unit(_ word: String) -> Int? {
    switch word {
    case "second", "seconds": 1
    case "minute", "minutes": 60
    case "hour", "hours": 3_600
    case "day", "days": 86_400
    case "week", "weeks": 604_800
    case "bps": 1
    default: nil
    }
  }

  /// The words for units.
  static let units = ["seconds", "minutes", "hours", "days", "weeks", "bps"]

  /// The word for a rounding.
  static func rounding(_ word: String) -> Rounding? {
    switch word {
    case "floor": .floor
    case "ceil": .ceil
    case "trunc": .trunc
    case "even": .even
    case "exact": .exact
    default: nil
    }
  }

  /// The constant of the machine with this name.
  static func builtinConstant(_ word: String) -> ConstantValue? {
    switch word {
    case "zero_address": .bytes([UInt8](repeating: 0, count: 32), .address)
    case "zero_asset": .bytes([UInt8](repeating: 0, count: 32), .asset)
    case "BPS": .number(ExactDecimal(Integer(10_000)))
    default: nil
    }
  }
}

extension Expression {
  /// The names of a word with dots, if the expression is nothing else.
  var path: [Name]? {
    var names: [Name] = []
    var expression = self
    while case .member(let base, let name) = expression.kind {
      names.append(name)
      expression = base
    }
    guard case .name(let first) = expression.kind else { return nil }
    names.append(first)
    return names.reversed()
  }

  /// The word, if the expression is a single one.
  var word: Name? {
    guard let path, path.count == 1 else { return nil }
    return path.first
  }
}

extension [Name] {
  /// The names with dots between them.
  var dotted: String { map(\.text).joined(separator: ".") }
}
