import State

/// The places of the keys that the running contract has used last, found by the registers that say them.
///
/// Strings and wide integers in the arena never change, so a register that holds the same address holds
/// the same value, as long as nothing has been moved. Whoever asks names the entry into the contract, so
/// nothing is left over from another contract, an earlier call or an earlier transaction.
struct PlaceCache: ~Copyable {
  /// The words of a key's registers, the field, and the entry into the contract.
  struct Key {
    var owner: UInt
    var first: UInt = 0
    var second: UInt = 0
    var third: UInt = 0

    @inline(__always)
    init(serial: UInt64, field: UInt16) {
      owner = UInt(truncatingIfNeeded: serial) &<< 8 | UInt(field & 0xFF)
    }
  }

  struct Line {
    var key: Key
    var place: StateTable.Place?
    /// The gas for looking at the key.
    var gas: Int
  }

  private static let lineBits = 6
  private let lines: UnsafeMutablePointer<Line>
  /// Collections of the arena when the cache was last empty.
  private let collections: UnsafeMutablePointer<Int>

  init() {
    lines = .allocate(capacity: 1 << Self.lineBits)
    collections = .allocate(capacity: 1)
    collections.initialize(to: 0)
    clear(0)
  }

  deinit {
    lines.deallocate()
    collections.deallocate()
  }

  /// Forgets everything, since the arena has been copied so many times.
  private func clear(_ count: Int) {
    // No entry into a contract has the serial number 0.
    lines.initialize(
      repeating: Line(key: Key(serial: 0, field: 0), place: nil, gas: 0),
      count: 1 << Self.lineBits)
    collections.pointee = count
  }

  /// The line that a key has or would have.
  @inline(__always)
  func line(_ key: Key, collections count: Int) -> UnsafeMutablePointer<Line> {
    if _slowPath(count != collections.pointee) { clear(count) }
    let mixed =
      (key.first &+ key.second &* 0x9E37_79B9_7F4A_7C15 &+ key.third &* 0xC2B2_AE3D_27D4_EB4F
        &+ key.owner) &* 0xD6E8_FEB8_6659_FD93
    return lines + Int(mixed &>> UInt(64 &- Self.lineBits))
  }
}

extension PlaceCache.Key {
  @inline(__always)
  static func == (left: Self, right: Self) -> Bool {
    left.owner == right.owner && left.first == right.first && left.second == right.second
      && left.third == right.third
  }
}
