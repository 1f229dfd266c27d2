/// What large operands and work in the world add to an instruction's gas.
///
/// One unit is about one nanosecond of the fast engine on the machine of the first calibration. Sizes
/// are counted in 64-bit words of the magnitude, at least one. An integer is *narrow* if it lies from
/// -2^126 up to 2^126; instructions on narrow operands with narrow results add nothing. All prices
/// follow the schoolbook algorithms, so that no engine needs a faster one.
public enum GasFormula: Sendable, CaseIterable {
  case none, sum, increment, comparison, product, quotient, productQuotient, power, root, gcd
  case modularPower
  case fixedPower, bitwise, shift
  case frame, results, output, bytesResult, bytesToInt, bytesComparison, kindCheck, sha256
  case keccak256, signature, merkle, digest
  case listCopy, listResult, listSort, listSum, listDot, listToBytes, bytesToList, split
  case storageRead, storageWrite, storageSeek, createAsset, assetMove, invocation

  /// The formula in words, for the reference.
  public var text: String {
    switch self {
    case .none: ""
    case .sum: "wide: 10 + max(n, m)"
    case .increment: "wide: sum(a, 1), and comparison(a + 1, b)"
    case .comparison: "wide: 4 + min(n, m)"
    case .product: "wide: 12 + 2(n + m) + nm/2"
    case .quotient: "wide: 24 + 5n + 5qm/8, q = max(n - m + 1, 1)"
    case .productQuotient: "wide: product(n, m) + quotient(n + m, k)"
    case .power:
      "per squaring or multiplication of the ladder: product of the sizes, each at most 256 words; nothing for -1, 0 and 1"
    case .root: "always: 4 quotient(n, n)"
    case .gcd: "always: 40(n + m) + 3nm"
    case .modularPower:
      "always: max(bits of the exponent, 1) x (product(m, m) + quotient(2m, m)) + quotient(n, m), n words of the base"
    case .fixedPower: "always: productQuotient of the sizes for each step of the ladder"
    case .bitwise: "wide: 10 + 2 max(n, m)"
    case .shift: "wide, or of more than 126 bits: 10 + words of the result"
    case .frame: "1 per 4 registers of the callee, all banks together"
    case .results: "1 per result that is moved"
    case .output: "2 per byte of the values"
    case .bytesResult: "1 per 16 bytes of the result"
    case .bytesToInt: "1 per 3 bytes"
    case .bytesComparison: "1 per 32 bytes of the shorter, unless both are one string"
    case .kindCheck: "text and call: 1 per byte"
    case .sha256: "1 per byte"
    case .keccak256: "3 per byte"
    case .signature: "Ed25519 40,000 + 2 per byte of the message; P-256 60,000; P-384 500,000"
    case .merkle: "300 per level + 1 per byte of the leaf"
    case .digest: "1 per byte of the values"
    case .listCopy: "1 per element"
    case .listResult: "1 per element"
    case .listSort: "(8 per element + the words of wide elements) x bits of the count"
    case .listSum: "1 per element + 10 + words for each wide one"
    case .listDot:
      "3 per element + product for each pair that does not lie from -2^62 up to 2^62"
    case .listToBytes: "4 per element + 1 per 4 bytes"
    case .bytesToList: "4 per element + 1 per 4 bytes"
    case .split:
      "per element 100 + productQuotient(total, weight, 1 + words of the widest weight); and listSort"
    case .storageRead: "cold 200, and 1 per 2 bytes of the value read"
    case .storageWrite:
      "cold 200, 4 per byte of key and value, 200 for a new key; the total of a summed field likewise"
    case .storageSeek: "cold 200 for the key found, and 1 per 2 bytes of it"
    case .createAsset:
      "the record as storageWrite; per foreign hook 100, its admission cold 200, its contract cold 400"
    case .assetMove:
      "the record as storageRead, supply, balances and holder as storageWrite, the receiver's contract cold 400; per hook 300, its contract cold 400 and its run"
    case .invocation:
      "2 per byte of arguments and of results, payments as `send`; the contract cold 400"
    }
  }
}

/// Version 1 of the gas schedule: the numbers behind `GasFormula`.
///
/// Every function returns what is added to the instruction's base price. None of them overflows for
/// sizes within `Limits`.
public enum GasSchedule {
  /// The version that receipts name.
  public static let version = 1
  /// An integer is narrow if its magnitude has at most this many bits, or is -2^126.
  public static let narrowBits = 126

  /// Words of an integer with this many bits: at least one.
  @inline(__always)
  public static func words(bits: Int) -> Int { Swift.max(1, (bits &+ 63) &>> 6) }

  /// Adding, negating and moving integers of `n` and `m` words.
  @inline(__always)
  public static func sum(_ n: Int, _ m: Int) -> Int { 10 &+ Swift.max(n, m) }

  /// Comparing integers of `n` and `m` words.
  @inline(__always)
  public static func comparison(_ n: Int, _ m: Int) -> Int { 4 &+ Swift.min(n, m) }

  /// Multiplying integers of `n` and `m` words.
  @inline(__always)
  public static func product(_ n: Int, _ m: Int) -> Int { 12 &+ 2 &* (n &+ m) &+ (n &* m) / 2 }

  /// Dividing an integer of `n` words by one of `m`.
  @inline(__always)
  public static func quotient(_ n: Int, _ m: Int) -> Int {
    24 &+ 5 &* n &+ Swift.max(n &- m &+ 1, 1) &* m &* 5 / 8
  }

  /// Multiplying integers of `n` and `m` words and dividing by one of `k`.
  @inline(__always)
  public static func productQuotient(_ n: Int, _ m: Int, _ k: Int) -> Int {
    product(n, m) &+ quotient(n &+ m, k)
  }

  /// Raising an integer of `bits` bits to the power `exponent`, which is not negative.
  ///
  /// Follows the ladder of squarings; sizes stop at the limit of an integer, because a power that
  /// passes it traps.
  public static func power(bits: Int, exponent: UInt64) -> Int {
    if bits <= 1 || exponent == 0 { return 0 }
    var gas = 0
    var square = bits
    var result = 0
    var rest = exponent
    while rest > 0 {
      if rest & 1 == 1 {
        gas &+= product(words(bits: Swift.max(result, 1)), words(bits: square))
        result = Swift.min(result &+ square, Limits.integerBits)
      }
      rest &>>= 1
      if rest > 0 {
        gas &+= product(words(bits: square), words(bits: square))
        square = Swift.min(square &* 2, Limits.integerBits)
      }
    }
    return gas
  }

  /// A root of an integer of `n` words.
  public static func root(_ n: Int) -> Int {
    4 * quotient(n, n)
  }

  /// The greatest common divisor or inverse of integers of `n` and `m` words.
  public static func gcd(_ n: Int, _ m: Int) -> Int { 40 * (n + m) + 3 * n * m }

  /// A modular power with an exponent of `bits` bits, a base of `n` words and a modulus of `m` words.
  public static func modularPower(bits: Int, _ n: Int, _ m: Int) -> Int {
    Swift.max(bits, 1) * (product(m, m) + quotient(2 * m, m)) + quotient(n, m)
  }

  /// One round and division of a fixed-point power on integers of `n`, `m` and `k` words.
  public static func fixedPowerStep(_ n: Int, _ m: Int, _ k: Int) -> Int {
    productQuotient(n, m, k)
  }

  /// A bitwise operation on integers of `n` and `m` words.
  @inline(__always)
  public static func bitwise(_ n: Int, _ m: Int) -> Int { 10 &+ 2 &* Swift.max(n, m) }

  /// A shift whose result has `n` words.
  @inline(__always)
  public static func shift(_ n: Int) -> Int { 10 &+ n }

  /// Entering a function with this many registers.
  public static func frame(registers: Int) -> Int { registers / 4 }

  /// Bytes copied to make a new string.
  @inline(__always)
  public static func bytesResult(_ count: Int) -> Int { count / 16 }

  /// Bytes read as an integer.
  @inline(__always)
  public static func bytesToInt(_ count: Int) -> Int { count / 3 }

  /// Bytes compared.
  @inline(__always)
  public static func bytesComparison(_ count: Int) -> Int { count / 32 }

  /// Bytes looked at to tell whether they are of a kind.
  public static func kindCheck(_ kind: Kind, _ count: Int) -> Int {
    kind == .text || kind == .call ? count : 0
  }

  /// Bytes recorded in a receipt.
  public static func output(_ count: Int) -> Int { 2 * count }

  /// Bytes hashed by SHA-256.
  public static func sha256(_ count: Int) -> Int { count }

  /// Bytes hashed by Keccak-256.
  public static func keccak256(_ count: Int) -> Int { 3 * count }

  /// Verifying one signature over a message of this many bytes.
  public static func signature(_ scheme: SignatureScheme, message count: Int) -> Int {
    switch scheme {
    case .ed25519: 40_000 + 2 * count
    case .p256: 60_000
    case .p384: 500_000
    }
  }

  /// Levels of a Merkle path.
  public static func merkle(levels: Int) -> Int { 300 * levels }

  /// Elements of a list that is made or copied.
  @inline(__always)
  public static func listResult(_ count: Int) -> Int { count }

  /// Sorting a list of `count` elements that have `wideWords` words beyond the narrow ones together.
  public static func listSort(_ count: Int, wideWords: Int) -> Int {
    let bits = Int.bitWidth - count.leadingZeroBitCount
    return (8 * count + wideWords) * Swift.max(bits, 1)
  }

  /// Elements of a list converted to or from `width` bytes each.
  public static func listBytes(_ count: Int, width: Int) -> Int { count * 4 + count * width / 4 }

  /// The first access to a key in a transaction.
  public static let cold = 200
  /// Storing under a key that held nothing.
  public static let newKey = 200
  /// Starting a hook, besides what it runs.
  public static let hook = 300
  /// The first call of a contract in a transaction.
  public static let coldContract = 400

  /// Bytes of a stored value that is read.
  public static func storedRead(_ count: Int) -> Int { count / 2 }

  /// Bytes of a value that is stored, its key included.
  public static func storedWrite(_ count: Int) -> Int { 4 * count }

  /// Bytes of arguments that go from one contract to another.
  public static func arguments(_ count: Int) -> Int { 2 * count }
}

/// What values count for in the memory meter, whatever an engine makes of them.
public enum MemorySchedule {
  /// An integer that is not narrow, by the words of its magnitude.
  @inline(__always)
  public static func integer(words: Int) -> Int { 16 &+ 8 &* words }

  /// A string of bytes.
  @inline(__always)
  public static func bytes(_ count: Int) -> Int { 16 &+ (count &+ 15) & ~15 }

  /// A list of so many elements, what its wide elements count for not included.
  @inline(__always)
  public static func list(_ count: Int) -> Int { 32 &+ 32 &* count }
}
