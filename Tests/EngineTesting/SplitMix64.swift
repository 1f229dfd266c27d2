import Bytecode
public import Integers

/// The random numbers of SplitMix64, which are the same for the same seed on every machine.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Starts the sequence of a seed.
  public init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number below the bound.
  public mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  /// Whether something with this chance in 100 happens.
  public mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

  /// One of the items.
  public mutating func pick<Item>(_ items: [Item]) -> Item { items[below(items.count)] }

  /// One of the items, or nil if there is none.
  public mutating func some<Items: RandomAccessCollection>(of items: Items) -> Items.Element? {
    if items.isEmpty { return nil }
    return items[items.index(items.startIndex, offsetBy: below(items.count))]
  }

  /// So many random bytes.
  public mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
  }

  /// An integer near the edges of the machine's representations, or of any size.
  public mutating func integer(bits limit: Int = Integer.maximumBitCount) -> Integer {
    let edges = [0, 1, 2, 62, 63, 64, 65, 125, 126, 127, 128, 129, 192, 256, 1024, limit]
    let power = below(100) < 80 ? min(pick(edges), limit) : below(limit + 1)
    var value: Integer
    if power == limit {
      value = Integer.power(of: limit, minus: 1)
    } else {
      value = Integer.power(of: power, minus: 0)
      let offset = Integer(below(5) - 2)
      if let moved = try? value.adding(offset), moved.bitLength <= limit { value = moved }
    }
    if chance(25), power > 1 {
      value = Integer(hexadecimal: Hexadecimal.encode(bytes(max(1, power / 8)))) ?? value
    }
    if chance(15) { value = Integer(below(21) - 10) }
    return chance(40) ? value.negated() : value
  }
}

extension Integer {
  /// 2 to a power, less one or not.
  public static func power(of bits: Int, minus one: Int) -> Integer {
    guard one == 1 else {
      let first = ["1", "2", "4", "8"][bits % 4]
      return Integer(hexadecimal: first + String(repeating: "0", count: bits / 4)) ?? 0
    }
    if bits == 0 { return 0 }
    let first = ["", "1", "3", "7"][bits % 4]
    return Integer(hexadecimal: first + String(repeating: "f", count: bits / 4)) ?? 0
  }
}
