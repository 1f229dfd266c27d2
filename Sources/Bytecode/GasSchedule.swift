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
  case frame, results, output, bytesResult, bytesToInt, intToBytes, bytesComparison, kindCheck
  case sha256, keccak256, signature, merkle, digest, values
  case listCopy, listResult, listSort, listSum, listDot, listToBytes, bytesToList, split
  case storageRead, storageWrite, storageSeek, assetRecord, createAsset, assetMove, invocation

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
    case .root: "always: 4 quotient(n, n) + nn/8"
    case .gcd: "always: quotient(N, k) + 120k + 2kk, N words of the larger and k of the smaller"
    case .modularPower:
      "always: max(bits of the exponent, 1) x (8 + 4m + mm) + quotient(n, m), n words of the base"
    case .fixedPower: "always: productQuotient of the sizes for each step of the ladder"
    case .bitwise: "wide: 10 + 2 max(n, m)"
    case .shift: "wide: 10 + words of the result"
    case .frame: "1 per 4 registers of the callee, all banks together"
    case .results: "1 per result that is moved"
    case .output: "15 per value, 2 per byte of the values; kindCheck of the values"
    case .bytesResult: "1 per 16 bytes of the result"
    case .bytesToInt: "1 per 3 bytes"
    case .intToBytes: "1 per 16 bytes of the width, and 2 per word of a"
    case .bytesComparison: "1 per 32 bytes of the shorter"
    case .kindCheck: "text: 1 per byte; call: 10 per byte up to 1,024 and 1 per byte beyond"
    case .sha256: "1 per byte"
    case .keccak256: "3 per byte"
    case .signature: "Ed25519 40,000 + 2 per byte of the message; P-256 60,000; P-384 500,000"
    case .merkle: "300 per level + 1 per byte of the leaf"
    case .digest: "50 per field, and 1 per byte; kindCheck of the fields"
    case .values:
      "50 per value, a payment being two, and 1 per 8 bytes of the values; kindCheck of the values"
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
    case .storageRead:
      "key: 10 per component and 1 per 2 bytes of the components' encoding, kindCheck of them; cold 200; 1 per 2 bytes of the value read"
    case .storageWrite:
      "key and cold as storageRead; 4 per byte of key and value, 200 for a new key, kindCheck of the values; the total of a summed map likewise"
    case .storageSeek:
      "the prefix as a key of storageRead, and the whole key too unless first or last is sought; 2 per byte of the one that is sought; cold 200 for the key found; and as a key again for what the key found adds to the prefix"
    case .assetRecord: "cold 200, and 2 per byte of the asset's record"
    case .createAsset:
      "the record as storageWrite; per foreign hook 100, its admission cold 200, its contract cold 400"
    case .assetMove:
      "assetRecord; supply, balances and holder as storageWrite; the receiver's contract cold 400; per hook 500, its contract cold 400 and its run"
    case .invocation:
      "values of the arguments and of the results, payments as `send`, a contract not yet called 400; `perform`: 21 per byte of the encoding up to 1,024 and 1 per byte beyond"
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
    4 * quotient(n, n) + n * n / 8
  }

  /// The greatest common divisor or inverse of integers of `n` and `m` words: one division, and then
  /// steps on the size of the smaller.
  public static func gcd(_ n: Int, _ m: Int) -> Int {
    let small = Swift.min(n, m)
    return quotient(Swift.max(n, m), small) + 120 * small + 2 * small * small
  }

  /// A modular power with an exponent of `bits` bits, a base of `n` words and a modulus of `m` words.
  public static func modularPower(bits: Int, _ n: Int, _ m: Int) -> Int {
    Swift.max(bits, 1) * (8 + 4 * m + m * m) + quotient(n, m)
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

  /// An integer of so many words written as `width` bytes.
  @inline(__always)
  public static func intToBytes(_ width: Int, words: Int) -> Int { width / 16 + 2 * words }

  /// Bytes compared.
  @inline(__always)
  public static func bytesComparison(_ count: Int) -> Int { count / 32 }

  /// Bytes looked at to tell whether they are of a kind.
  public static func kindCheck(_ kind: Kind, _ count: Int) -> Int {
    switch kind {
    case .text: count
    case .call: count + 9 * Swift.min(count, 1_024)
    default: 0
    }
  }

  /// So many values of so many bytes together, recorded in a receipt.
  public static func output(_ values: Int, _ bytes: Int) -> Int { 15 * values + 2 * bytes }

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
  public static let hook = 500
  /// The first call of a contract in a transaction.
  public static let coldContract = 400

  /// Bytes of a stored value that is read.
  public static func storedRead(_ count: Int) -> Int { count / 2 }

  /// Bytes of a value that is stored, its key included.
  public static func storedWrite(_ count: Int) -> Int { 4 * count }

  /// A key of so many components, whose encoding has so many bytes.
  public static func key(components: Int, bytes: Int) -> Int { 10 * components + bytes / 2 }

  /// Looking for a place among the keys, by one whose components have so many bytes.
  public static func seek(_ count: Int) -> Int { 2 * count }

  /// Bytes of the record of an asset, which is looked at whole.
  public static func assetRecord(_ count: Int) -> Int { 2 * count }

  /// So many values of so many bytes together, which go from one contract to another.
  public static func values(_ values: Int, _ bytes: Int) -> Int { 50 * values + bytes / 8 }

  /// So many fields of so many bytes together, which are hashed.
  public static func digest(_ values: Int, _ bytes: Int) -> Int { 50 * values + bytes }

  /// Bytes of an encoded call that is performed.
  public static func call(_ count: Int) -> Int {
    count + 20 * Swift.min(count, 1_024)
  }

  /// Bytes of the arguments of a transaction.
  public static func transaction(_ count: Int) -> Int { 2 * count }
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
