import Integers
import Testing

/// A divisor of at most 128 bits that has been prepared.
@Suite struct ShortDivisorTests {
  /// A number of 128 bits, often one with long runs of equal bits.
  private func number(_ random: inout SplitMix64) -> UInt128 {
    func limb() -> UInt128 {
      switch random.next() % 6 {
      case 0: 0
      case 1: UInt128(UInt64.max)
      case 2: UInt128(UInt64.max &<< (random.next() % 64))
      case 3: 1 &<< UInt128(random.next() % 64)
      default: UInt128(random.next())
      }
    }
    return (limb() << 64 | limb()) >> UInt128(random.next() % 3 == 0 ? random.next() % 128 : 0)
  }

  /// What is made of a quotient, a divisor and a remainder is taken apart into them again.
  @Test func findsQuotientAndRemainder() throws {
    var random = SplitMix64(seed: 71)
    for _ in 0..<100_000 {
      let divisor = max(1, number(&random))
      let quotient = number(&random)
      let remainder = number(&random) % divisor
      let product = quotient.multipliedFullWidth(by: divisor)
      let (low, carry) = product.low.addingReportingOverflow(remainder)
      let high = product.high + (carry ? 1 : 0)
      let prepared = ShortDivisor(divisor)
      #expect(prepared.value == divisor)
      let found = try #require(prepared.divide(high, low))
      #expect(
        found == (quotient, remainder), "\(high) x 2^128 + \(low) divided by \(divisor)")
    }
  }

  @Test func refusesQuotientsOfMoreBits() {
    var random = SplitMix64(seed: 72)
    for _ in 0..<1_000 {
      let divisor = max(1, number(&random))
      let prepared = ShortDivisor(divisor)
      #expect(prepared.divide(divisor, 0) == nil)
      #expect(prepared.divide(.max, number(&random)) == nil)
      #expect(prepared.divide(divisor - 1, .max)?.quotient == .max)
    }
  }
}
