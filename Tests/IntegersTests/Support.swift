import BigInt
import Foundation
import Integers

/// The random numbers of SplitMix64, which are the same for the same seed on every machine.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Picks a size in bits, often one near the edge of a limb or of the limit.
  mutating func bitCount(below limit: Int) -> Int {
    switch next() % 4 {
    case 0: return Int.random(in: 0...limit, using: &self)
    case 1: return min(limit, Int.random(in: 0...200, using: &self))
    case 2:
      let edge = 64 * Int.random(in: 1...max(limit / 64, 1), using: &self)
      return min(limit, edge + Int.random(in: -1...1, using: &self))
    default:
      return min(
        limit, [0, 1, 2, 62, 63, 64, 65, 127, 128, 129, limit - 1, limit][Int(next() % 12)])
    }
  }

  /// Picks an integer, often one with long runs of equal bits.
  mutating func integer(bitsBelow limit: Int) -> BigInt {
    let count = bitCount(below: limit)
    guard count > 0 else { return 0 }
    var words: [UInt] = []
    let style = next() % 4
    var run: UInt = 0
    for _ in 0..<(count + 63) / 64 {
      switch style {
      case 0:
        if next() % 4 == 0 { run = ~run }
        words.append(run)
      case 1: words.append(.max)
      default: words.append(UInt(next()))
      }
    }
    if style == 0 && next() % 2 == 0 { words[0] ^= 1 }
    var magnitude = BigUInt(words: words)
    magnitude &= (BigUInt(1) << count) - 1
    magnitude |= BigUInt(1) << (count - 1)
    return BigInt(sign: next() % 2 == 0 ? .plus : .minus, magnitude: magnitude)
  }
}

extension Integer {
  /// Copies an integer of the other implementation.
  init(_ value: BigInt) {
    let words = Array(value.magnitude.words)
    let count = words.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
    self = words.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return 0 }
      return Integer(LimbView(limbs: start, size: value.sign == .minus ? -count : count))
    }
  }

  /// The same integer in the other implementation.
  var asBigInt: BigInt {
    withLimbs { view in
      let words = (0..<view.limbCount).map { view.limbs[$0] }
      return BigInt(sign: view.isNegative ? .minus : .plus, magnitude: BigUInt(words: words))
    }
  }

  /// Copies an integer that surely is one.
  init(hex text: String) {
    guard let value = Integer(hexadecimal: text) else { fatalError("not an integer: \(text)") }
    self = value
  }

  /// The largest integer.
  static var largest: Integer { Integer(hex: String(repeating: "f", count: 4096)) }
}

/// One line of the vectors.
struct Vector: Sendable {
  var line: Int
  var operation: String
  var arguments: [[String]]
  var expected: String

  /// The argument as an integer.
  func integer(_ index: Int) -> Integer { Integer(hex: arguments[index][0]) }

  /// The argument as a list of integers.
  func integers(_ index: Int) -> [Integer] { arguments[index].map { Integer(hex: $0) } }

  /// The argument as a rounding.
  func rounding(_ index: Int) -> Rounding {
    guard let rounding = Rounding.allCases.first(where: { "\($0)" == arguments[index][0] }) else {
      fatalError("not a rounding: \(arguments[index])")
    }
    return rounding
  }

  /// All vectors, by operation.
  static let all: [String: [Vector]] = {
    do {
      return try load()
    } catch {
      fatalError("no vectors: \(error)")
    }
  }()

  private static func load() throws -> [String: [Vector]] {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Vectors/integers.jsonl")
    let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
    let vectors = try lines.enumerated().map { index, line in
      let fields = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any] ?? []
      let texts = fields.map { field in
        (field as? [String] ?? [field as? String ?? "\(field)"]).map(expanded)
      }
      return Vector(
        line: index + 1, operation: texts[0][0], arguments: Array(texts[1..<texts.count - 1]),
        expected: texts[texts.count - 1].joined(separator: ","))
    }
    return Dictionary(grouping: vectors, by: \.operation)
  }

  /// Writes out the runs of a digit, such as "f{16}".
  private static func expanded(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "{")) else { return text }
    var result = ""
    var count = ""
    var isCount = false
    for character in text {
      switch character {
      case "{": isCount = true
      case "}":
        let digit = result.removeLast()
        result += String(repeating: digit, count: Int(count) ?? 0)
        (isCount, count) = (false, "")
      default:
        if isCount { count.append(character) } else { result.append(character) }
      }
    }
    return result
  }
}
