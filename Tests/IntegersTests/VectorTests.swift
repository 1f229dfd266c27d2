import Integers
import Testing

/// Compares both faces of the arithmetic to the integers of Python, through the committed vectors.
@Suite struct VectorTests {
  @Test func coverEveryOperation() {
    #expect(Set(Vector.all.keys).isSuperset(of: VectorTests.limbOperations))
    #expect(Vector.all.values.map(\.count).reduce(0, +) > 8_000)
    let failures = Set(Vector.all.values.joined().map(\.expected).filter { $0.hasPrefix("!") })
    #expect(failures == Set(ArithmeticFailure.allCases.map { "!\($0)" }))
  }

  @Test(arguments: Vector.all.keys.sorted())
  func agreeWithIntegers(operation: String) {
    for vector in Vector.all[operation] ?? [] {
      let found = VectorTests.onIntegers(vector)
      if found != vector.expected { report(vector, found) }
    }
  }

  @Test(arguments: limbOperations.sorted())
  func agreeWithLimbs(operation: String) {
    for vector in Vector.all[operation] ?? [] {
      let found = VectorTests.onLimbs(vector)
      if found != vector.expected { report(vector, found) }
    }
  }

  private func report(_ vector: Vector, _ found: String) {
    Issue.record(
      "line \(vector.line): found \(found.prefix(200)), expected \(vector.expected.prefix(200))")
  }

  // MARK: - The value type

  private static func onIntegers(_ vector: Vector) -> String {
    let first = vector.operation == "split" ? 0 : vector.integer(0)
    switch vector.operation {
    case "compare":
      let other = vector.integer(1)
      return first < other ? "-1" : first == other ? "0" : "1"
    case "bitLength": return String(first.bitLength, radix: 16)
    case "negate": return first.negated().description(radix: 16)
    case "decimal":
      guard let read = Integer(decimal: vector.expected), read == first else { return "unread" }
      return first.description
    case "encode": return hexadecimal(first.encoded())
    case "encodeKey":
      do throws(IntegerCodingError) {
        return hexadecimal(try first.encodedKey())
      } catch {
        return "!\(error.reason)"
      }
    case "gcd": return first.gcd(vector.integer(1)).description(radix: 16)
    case "divideFloor":
      return outcome { () throws(ArithmeticFailure) in
        let result = try first.dividedFloor(by: vector.integer(1))
        return [result.quotient, result.remainder]
      }
    case "split":
      return outcome { () throws(ArithmeticFailure) in
        try Integer.split(vector.integer(0), weights: vector.integers(1))
      }
    default:
      return outcome { () throws(ArithmeticFailure) in [try value(of: vector, first)] }
    }
  }

  private static func value(
    of vector: Vector, _ first: Integer
  ) throws(ArithmeticFailure) -> Integer {
    let second = vector.integer(1)
    switch vector.operation {
    case "add": return try first.adding(second)
    case "subtract": return try first.subtracting(second)
    case "multiply": return try first.multiplied(by: second)
    case "divide": return try first.divided(by: second, rounding: vector.rounding(2))
    case "modulo": return try first.modulo(second)
    case "multiplyDivide":
      return try first.multiplied(
        by: second, thenDividedBy: vector.integer(2), rounding: vector.rounding(3))
    case "power": return try first.power(second)
    case "root": return try first.root(second)
    case "powerModulo":
      return try first.powerModulo(exponent: second, modulus: vector.integer(2))
    case "inverseModulo": return try first.inverseModulo(second)
    case "and": return try first.bitAnd(second)
    case "or": return try first.bitOr(second)
    case "xor": return try first.bitXor(second)
    case "shiftLeft": return try first.shiftedLeft(by: second)
    case "shiftRight": return try first.shiftedRight(by: second)
    case "fixedPower":
      return try first.fixedPower(second, scale: vector.integer(2), rounding: vector.rounding(3))
    default: fatalError("unknown operation \(vector.operation)")
    }
  }

  private static func outcome(
    _ operation: () throws(ArithmeticFailure) -> [Integer]
  ) -> String {
    do throws(ArithmeticFailure) {
      return try operation().map { $0.description(radix: 16) }.joined(separator: ",")
    } catch {
      return "!\(error)"
    }
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  // MARK: - The operations on limbs

  /// The operations that `onLimbs` knows.
  private static let limbOperations: Set<String> = [
    "add", "subtract", "multiply", "compare", "divide", "divideFloor", "modulo", "multiplyDivide",
    "power", "root", "gcd", "powerModulo", "inverseModulo", "and", "or", "xor", "shiftLeft",
    "shiftRight", "fixedPower",
  ]

  /// Applies an operation in memory of just the documented size.
  private static func onLimbs(_ vector: Vector) -> String {
    vector.integer(0).withLimbs { a in
      vector.integer(1).withLimbs { b in
        switch vector.operation {
        case "multiplyDivide", "powerModulo", "fixedPower":
          vector.integer(2).withLimbs { c in onLimbs(vector, a, b, c) }
        default: onLimbs(vector, a, b)
        }
      }
    }
  }

  private static func onLimbs(_ vector: Vector, _ a: LimbView, _ b: LimbView) -> String {
    let (m, n) = (a.limbCount, b.limbCount)
    let longest = max(m, n)
    switch vector.operation {
    case "compare": return String(LimbArithmetic.compare(a, b))
    case "divideFloor":
      return Fenced.outcome(max(m - n, 0) + 2, n) { (q, r) throws(ArithmeticFailure) in
        let sizes = try LimbArithmetic.divideFloor(a, by: b, quotient: q, remainder: r)
        return [
          LimbView(limbs: q, size: sizes.quotient), LimbView(limbs: r, size: sizes.remainder),
        ]
      }
    case "divide":
      let rounding = vector.rounding(2)
      return Fenced.value(max(m - n, 0) + 2, n) { (r, s) throws(ArithmeticFailure) in
        try LimbArithmetic.divide(a, by: b, rounding: rounding, into: r, scratch: s)
      }
    case "modulo":
      return Fenced.value(n, max(m - n, 0) + 1) { (r, s) throws(ArithmeticFailure) in
        try LimbArithmetic.modulo(a, b, into: r, scratch: s)
      }
    case "power":
      return Fenced.value(258, 2_048) { (r, s) throws(ArithmeticFailure) in
        try LimbArithmetic.power(a, exponent: b, into: r, scratch: s)
      }
    default: break
    }
    let distance = n == 0 ? 0 : n == 1 && b.size > 0 ? Int(b.limbs[0] / 64) : 0
    let capacity: Int
    switch vector.operation {
    case "multiply": capacity = min(m + n, 258)
    case "root": capacity = max(m, 1)
    case "gcd": capacity = longest
    case "inverseModulo": capacity = n
    case "shiftLeft": capacity = min(m + min(distance, 258) + 1, 258)
    case "shiftRight": capacity = max(m - distance, 0) + 1
    default: capacity = longest + 1
    }
    return Fenced.value(capacity, 0) { (r, _) throws(ArithmeticFailure) in
      switch vector.operation {
      case "add": try LimbArithmetic.add(a, b, into: r)
      case "subtract": try LimbArithmetic.subtract(a, b, into: r)
      case "multiply": try LimbArithmetic.multiply(a, b, into: r)
      case "root": try LimbArithmetic.root(a, degree: b, into: r)
      case "gcd": LimbArithmetic.gcd(a, b, into: r)
      case "inverseModulo": try LimbArithmetic.inverseModulo(a, modulus: b, into: r)
      case "and": try LimbArithmetic.and(a, b, into: r)
      case "or": try LimbArithmetic.or(a, b, into: r)
      case "xor": try LimbArithmetic.xor(a, b, into: r)
      case "shiftLeft": try LimbArithmetic.shiftLeft(a, by: b, into: r)
      case "shiftRight": try LimbArithmetic.shiftRight(a, by: b, into: r)
      default: fatalError("unknown operation \(vector.operation)")
      }
    }
  }

  private static func onLimbs(
    _ vector: Vector, _ a: LimbView, _ b: LimbView, _ c: LimbView
  ) -> String {
    let length = a.limbCount + b.limbCount
    switch vector.operation {
    case "multiplyDivide":
      let rounding = vector.rounding(3)
      let capacity = min(max(length - c.limbCount, 0) + 2, 258)
      return Fenced.value(capacity, 2 * length + 2) { (r, s) throws(ArithmeticFailure) in
        try LimbArithmetic.multiplyDivide(
          a, by: b, dividedBy: c, rounding: rounding, into: r, scratch: s)
      }
    case "powerModulo":
      return Fenced.value(c.limbCount, 0) { (r, _) throws(ArithmeticFailure) in
        try LimbArithmetic.powerModulo(a, exponent: b, modulus: c, into: r)
      }
    default:
      let rounding = vector.rounding(3)
      return Fenced.value(258, 2_048) { (r, s) throws(ArithmeticFailure) in
        try LimbArithmetic.fixedPower(
          a, exponent: b, scale: c, rounding: rounding, into: r, scratch: s)
      }
    }
  }
}

/// Memory between limbs that must not change.
enum Fenced {
  private static let fence: UInt = 0xFE9C_ED11_FE9C_ED11

  /// Applies an operation with one result to memory of two sizes.
  static func value(
    _ first: Int, _ second: Int,
    _ operation: (UnsafeMutablePointer<UInt>, UnsafeMutablePointer<UInt>)
      throws(ArithmeticFailure) -> Int
  ) -> String {
    outcome(first, second) { (a, b) throws(ArithmeticFailure) in
      [LimbView(limbs: a, size: try operation(a, b))]
    }
  }

  /// Applies an operation to memory of two sizes.
  static func outcome(
    _ first: Int, _ second: Int,
    _ operation: (UnsafeMutablePointer<UInt>, UnsafeMutablePointer<UInt>)
      throws(ArithmeticFailure) -> [LimbView]
  ) -> String {
    let memory = UnsafeMutablePointer<UInt>.allocate(capacity: first + second + 12)
    memory.initialize(repeating: fence, count: first + second + 12)
    defer { memory.deallocate() }
    let places = (memory + 4, memory + first + 8)
    var text: String
    do throws(ArithmeticFailure) {
      let results = try operation(places.0, places.1)
      text = results.map { Integer($0).description(radix: 16) }.joined(separator: ",")
      for view in results where view.size != 0 && view.limbs[view.limbCount - 1] == 0 {
        text = "a zero limb at the top"
      }
    } catch {
      text = "!\(error)"
    }
    let fences = [0..<4, first + 4..<first + 8, first + second + 8..<first + second + 12]
    let isIntact = fences.joined().allSatisfy { memory[$0] == fence }
    return isIntact ? text : "memory beyond the capacity changed"
  }
}
