/// Finds the word that somebody meant.
enum Spelling {
  /// The nearest of the candidates, if it is near enough to be meant; the first of several.
  static func suggest(_ word: String, among candidates: some Sequence<String>) -> String? {
    let letters = Array(word.utf8.prefix(65))
    guard letters.count <= 64 else { return nil }
    var best: String?
    var bestDistance = letters.count <= 3 ? 1 : letters.count <= 7 ? 2 : 3
    for candidate in candidates where candidate != word {
      let other = Array(candidate.utf8)
      guard abs(other.count - letters.count) < bestDistance + 1 else { continue }
      let distance = distance(letters, other)
      // A word of which nothing remains is not a misspelling.
      guard distance < max(letters.count, other.count) else { continue }
      if best == nil ? distance <= bestDistance : distance < bestDistance {
        best = candidate
        bestDistance = distance
      }
    }
    return best
  }

  /// Letters to insert, remove, replace or swap with their neighbour; capitals do not count.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for i in left.indices {
      var row = [i + 1]
      for j in right.indices {
        var cost = last[j] + (lower(left[i]) == lower(right[j]) ? 0 : 1)
        cost = min(cost, last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, lower(left[i]) == lower(right[j - 1]),
          lower(left[i - 1]) == lower(right[j])
        {
          cost = min(cost, beforeLast[j - 1] + 1)
        }
        row.append(cost)
      }
      beforeLast = last
      last = row
    }
    return last[right.count]
  }
}
