/// Keccak-256 as Ethereum uses it: the sponge of FIPS 202 with the permutation Keccak-f[1600], a rate of
/// 136 bytes, and the padding of the original submission, 0x01.
enum Keccak {
  private static let rate = 136

  static func hash256(_ message: [UInt8]) -> [UInt8] {
    var padded = message + [0x01]
    while padded.count % rate != 0 { padded.append(0) }
    padded[padded.count - 1] |= 0x80
    var state = [UInt64](repeating: 0, count: 25)
    for start in stride(from: 0, to: padded.count, by: rate) {
      for index in 0..<rate {
        state[index / 8] ^= UInt64(padded[start + index]) << UInt64(index % 8 * 8)
      }
      permute(&state)
    }
    return (0..<32).map { UInt8(truncatingIfNeeded: state[$0 / 8] >> UInt64($0 % 8 * 8)) }
  }

  /// Keccak-f[1600] (FIPS 202, 3.3): 24 rounds of theta, rho, pi, chi and iota.
  ///
  /// The lane at (x, y) is `a[x + 5 * y]`.
  private static func permute(_ a: inout [UInt64]) {
    var register: UInt8 = 1
    for _ in 0..<24 {
      theta(&a)
      a = rhoAndPi(a)
      chi(&a)
      a[0] ^= roundConstant(&register)
    }
  }

  /// 3.2.1: every lane takes up the parities of two columns.
  private static func theta(_ a: inout [UInt64]) {
    let parity = (0..<5).map { x in (0..<5).reduce(0) { $0 ^ a[x + 5 * $1] } }
    for x in 0..<5 {
      let mixed = parity[(x + 4) % 5] ^ rotated(parity[(x + 1) % 5], 1)
      for y in 0..<5 { a[x + 5 * y] ^= mixed }
    }
  }

  /// 3.2.2 and 3.2.3: lanes are rotated by the triangular numbers along a walk that starts at (1, 0), and
  /// lane (x, y) moves to (y, 2x + 3y).
  private static func rhoAndPi(_ a: [UInt64]) -> [UInt64] {
    var b = a
    var (x, y) = (1, 0)
    for t in 0..<24 {
      let target = (x: y, y: (2 * x + 3 * y) % 5)
      b[target.x + 5 * target.y] = rotated(a[x + 5 * y], (t + 1) * (t + 2) / 2 % 64)
      (x, y) = target
    }
    return b
  }

  /// 3.2.4: every bit is changed by the two to its right.
  private static func chi(_ a: inout [UInt64]) {
    for y in 0..<5 {
      let row = (0..<5).map { a[$0 + 5 * y] }
      for x in 0..<5 { a[x + 5 * y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]) }
    }
  }

  /// 3.2.5: seven bits of the linear feedback shift register x^8 + x^6 + x^5 + x^4 + 1, at 2^j - 1.
  private static func roundConstant(_ register: inout UInt8) -> UInt64 {
    var constant: UInt64 = 0
    for j in 0..<7 {
      if register & 1 == 1 { constant |= 1 << UInt64((1 << j) - 1) }
      register = register & 0x80 == 0 ? register << 1 : register << 1 ^ 0x71
    }
    return constant
  }

  private static func rotated(_ lane: UInt64, _ distance: Int) -> UInt64 {
    distance == 0 ? lane : lane << UInt64(distance) | lane >> UInt64(64 - distance)
  }
}
