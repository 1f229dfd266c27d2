extension Integer {
  /// Splits a total into integer parts in proportion to weights, with nothing lost.
  ///
  /// This is the method of largest remainders: each part is first rounded down, and what is left of
  /// the total goes in units to the parts that lost the most, of equal ones to the first. The parts
  /// sum to the total, and a weight of zero gets zero.
  ///
  /// A negative total or weight, or weights that sum to zero, are the failure `invalidWeights`; a sum
  /// of weights beyond the limit is `tooLarge`.
  public static func split(
    _ total: Integer, weights: [Integer]
  ) throws(ArithmeticFailure) -> [Integer] {
    guard !total.isNegative && !weights.contains(where: \.isNegative) else {
      throw .invalidWeights
    }
    var sum: Integer = 0
    for weight in weights { sum = try sum.adding(weight) }
    guard !sum.isZero else { throw .invalidWeights }

    var parts: [Integer] = []
    var remainders: [Integer] = []
    var left = total
    for weight in weights {
      let (part, remainder) = try total.multipliedFloor(by: weight, thenDividedBy: sum)
      parts.append(part)
      remainders.append(remainder)
      left = try left.subtracting(part)
    }
    // The remainders sum to `left` times the sum of weights, and each is less than that sum, so that
    // fewer units are left than there are parts with a remainder.
    let order = parts.indices.sorted { a, b in
      remainders[a] == remainders[b] ? a < b : remainders[a] > remainders[b]
    }
    for index in order.prefix(left.asInt ?? 0) {
      parts[index] = try parts[index].adding(1)
    }
    return parts
  }
}
