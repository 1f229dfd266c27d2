import BigInt
import Bytecode

/// What large operands and work in the world add to an instruction's base price: the published formulas
/// of `GasFormula`, written out.
///
/// Sizes n, m, k are 64-bit words of the magnitude, at least one. Every division here rounds down.
enum Gas {
  // MARK: - Integers

  /// Wide: 10 + max(n, m).
  static func sum(_ n: Int, _ m: Int) -> Int { 10 + max(n, m) }

  /// Wide: 4 + min(n, m).
  static func comparison(_ n: Int, _ m: Int) -> Int { 4 + min(n, m) }

  /// Wide: 12 + 2(n + m) + nm/2.
  static func product(_ n: Int, _ m: Int) -> Int { 12 + 2 * (n + m) + n * m / 2 }

  /// Wide: 24 + 5n + 5qm/8, where the quotient has q = max(n - m + 1, 1) words.
  static func quotient(_ n: Int, _ m: Int) -> Int {
    let q = max(n - m + 1, 1)
    return 24 + 5 * n + 5 * q * m / 8
  }

  /// Wide: a product, and its quotient by k words.
  static func productQuotient(_ n: Int, _ m: Int, _ k: Int) -> Int {
    product(n, m) + quotient(n + m, k)
  }

  /// Per squaring or multiplication of the ladder, lowest bit of the exponent first: the product of the
  /// sizes, as if every product were as long as both factors together, up to the limit of an integer.
  static func power(bits: Int, exponent: Int) -> Int {
    func words(_ bits: Int) -> Int { max(1, (bits + 63) / 64) }
    var gas = 0
    var square = bits
    var result = 0
    var rest = exponent
    while rest > 0 {
      if rest % 2 == 1 {
        gas += product(words(result), words(square))
        result = min(result + square, Limits.integerBits)
      }
      rest /= 2
      if rest > 0 {
        gas += product(words(square), words(square))
        square = min(2 * square, Limits.integerBits)
      }
    }
    return gas
  }

  /// 4 quotient(n, n) + nn/8.
  static func root(_ n: Int) -> Int { 4 * quotient(n, n) + n * n / 8 }

  /// quotient(N, k) + 120k + 2kk, for N words of the larger operand and k of the smaller.
  static func gcd(_ n: Int, _ m: Int) -> Int {
    let k = min(n, m)
    return quotient(max(n, m), k) + 120 * k + 2 * k * k
  }

  /// 8 + 4m + mm per bit of the exponent, at least one, and a quotient for the base of n words.
  static func modularPower(bits: Int, base n: Int, modulus m: Int) -> Int {
    max(bits, 1) * (8 + 4 * m + m * m) + quotient(n, m)
  }

  /// Wide: 10 + 2 max(n, m).
  static func bitwise(_ n: Int, _ m: Int) -> Int { 10 + 2 * max(n, m) }

  /// Wide: 10 + words of the result.
  static func shift(_ n: Int) -> Int { 10 + n }

  // MARK: - Functions, bytes and lists

  /// 1 per 4 registers of the callee, all banks together.
  static func frame(_ registers: BankCounts) -> Int {
    (registers.int + registers.bytes + registers.list) / 4
  }

  /// 1 per 16 bytes.
  static func bytesResult(_ count: Int) -> Int { count / 16 }

  /// 1 per 3 bytes.
  static func bytesToInt(_ count: Int) -> Int { count / 3 }

  /// 1 per 16 bytes of the width, and 2 per word of the integer.
  static func intToBytes(_ width: Int, words: Int) -> Int { width / 16 + 2 * words }

  /// 1 per 32 bytes of the shorter string.
  static func bytesComparison(_ count: Int) -> Int { count / 32 }

  /// Text, 1 per byte; calls, 10 per byte up to 1,024, and 1 per byte beyond.
  static func kindCheck(_ kind: Kind, _ count: Int) -> Int {
    switch kind {
    case .text: count
    case .call: 10 * min(count, 1_024) + max(count - 1_024, 0)
    default: 0
    }
  }

  /// 1 per byte.
  static func sha256(_ count: Int) -> Int { count }

  /// 3 per byte.
  static func keccak256(_ count: Int) -> Int { 3 * count }

  /// By the scheme, and 2 per byte of the message for Ed25519.
  static func signature(_ scheme: SignatureScheme, message count: Int) -> Int {
    switch scheme {
    case .ed25519: 40_000 + 2 * count
    case .p256: 60_000
    case .p384: 500_000
    }
  }

  /// 300 per level, and the leaf's hash.
  static func merkle(levels: Int, leaf count: Int) -> Int { 300 * levels + sha256(count) }

  /// 1 per element.
  static func listResult(_ count: Int) -> Int { count }

  /// 8 per element and bit of the count, and the words of the wide elements as often as there are bits.
  static func listSort(_ count: Int, wideWords: Int) -> Int {
    var bits = 0
    while count >> bits > 0 { bits += 1 }
    return (8 * count + wideWords) * max(bits, 1)
  }

  /// 1 per element, and 10 + words for each that is wide.
  static func listSum(_ items: [BigInt]) -> Int {
    items.reduce(0) { $0 + 1 + ($1.isNarrow ? 0 : 10 + $1.wordCount) }
  }

  /// 3 per element, and the product where one of the two is not from -2^62 up to 2^62.
  static func listDot(_ left: [BigInt], _ right: [BigInt]) -> Int {
    zip(left, right).reduce(0) { gas, pair in
      let isSmall = pair.0.isSmall && pair.1.isSmall
      return gas + 3 + (isSmall ? 0 : product(pair.0.wordCount, pair.1.wordCount))
    }
  }

  /// 4 per element, and 1 per 4 bytes.
  static func listBytes(_ count: Int, width: Int) -> Int { 4 * count + count * width / 4 }

  /// Per element 100 and the part's product and quotient by one word more than the widest weight has; and
  /// a sort of the count.
  static func split(_ total: BigInt, _ weights: [BigInt]) -> Int {
    let sumWords = weights.reduce(1) { max($0, $1.wordCount) } + 1
    let parts = weights.reduce(0) {
      $0 + 100 + productQuotient(total.wordCount, $1.wordCount, sumWords)
    }
    return parts + listSort(weights.count, wideWords: 0)
  }

  // MARK: - The world

  /// The first access to a key in a transaction.
  static let cold = 200
  /// Storing under a key that held nothing.
  static let newKey = 200
  /// The first call of a contract in a transaction.
  static let coldContract = 400
  /// Starting a hook, besides what it runs.
  static let hook = 500
  /// Binding a hook of another contract to a new asset.
  static let foreignHook = 100

  /// 1 per 2 bytes read.
  static func storedRead(_ count: Int) -> Int { count / 2 }

  /// 4 per byte written, the key's included.
  static func storedWrite(_ count: Int) -> Int { 4 * count }

  /// Of the key of a field: 10 per component, and 1 per 2 bytes of the components' encoding.
  static func key(components: Int, bytes: Int) -> Int { 10 * components + bytes / 2 }

  /// 2 per byte of the components that a search begins at.
  static func seek(_ count: Int) -> Int { 2 * count }

  /// 2 per byte of an asset's record.
  static func assetRecord(_ count: Int) -> Int { 2 * count }

  /// Values recorded in a receipt: 15 each, and 2 per byte.
  static func output(_ values: Int, _ bytes: Int) -> Int { 15 * values + 2 * bytes }

  /// Values that go from one contract to another: 50 each, and 1 per 8 bytes of them all.
  static func values(_ values: Int, _ bytes: Int) -> Int { 50 * values + bytes / 8 }

  /// Values that are hashed: 50 each, and 1 per byte.
  static func digest(_ values: Int, _ bytes: Int) -> Int { 50 * values + bytes }

  /// An encoded call that is performed: 21 per byte up to 1,024, and 1 per byte beyond.
  static func call(_ count: Int) -> Int { 21 * min(count, 1_024) + max(count - 1_024, 0) }

  /// The arguments of a transaction: 2 per byte.
  static func transaction(_ count: Int) -> Int { 2 * count }
}
