/// What changes between two texts, line by line.
enum LineDifference {
  /// The difference in the unified form, or nothing if the texts are equal; the new one is the old one laid
  /// out unless it is called something else.
  static func unified(
    path: String, newPath: String? = nil, from old: String, to new: String
  ) -> String {
    let before = lines(old)
    let after = lines(new)
    guard before != after else { return "" }
    var edits: [(mark: Character, line: String, old: Int, new: Int)] = []
    let changes = after.difference(from: before)
    let removed = Set(changes.removals.map(\.offset))
    let inserted = Set(changes.insertions.map(\.offset))
    var (i, j) = (0, 0)
    while i < before.count || j < after.count {
      if i < before.count, removed.contains(i) {
        edits.append(("-", before[i], i, j))
        i += 1
      } else if j < after.count, inserted.contains(j) {
        edits.append(("+", after[j], i, j))
        j += 1
      } else {
        edits.append((" ", i < before.count ? before[i] : "", i, j))
        i += 1
        j += 1
      }
    }
    var text = "--- \(path)\n+++ \(newPath ?? "\(path) (formatted)")\n"
    for range in hunks(edits.map { $0.mark != " " }) {
      let part = edits[range]
      let first = edits[range.lowerBound]
      let oldCount = part.count { $0.mark != "+" }
      let newCount = part.count { $0.mark != "-" }
      text += "@@ -\(first.old + 1),\(oldCount) +\(first.new + 1),\(newCount) @@\n"
      for edit in part { text += "\(edit.mark)\(edit.line)\n" }
    }
    return text
  }

  private static func lines(_ text: String) -> [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  /// Ranges of lines that hold changes, with three lines around each.
  private static func hunks(_ isChanged: [Bool]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    for index in isChanged.indices where isChanged[index] {
      let range = max(0, index - 3)..<min(isChanged.count, index + 4)
      if let last = ranges.last, last.upperBound >= range.lowerBound {
        ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
      } else {
        ranges.append(range)
      }
    }
    return ranges
  }
}

extension CollectionDifference<String>.Change {
  fileprivate var offset: Int {
    switch self {
    case .insert(let offset, _, _), .remove(let offset, _, _): offset
    }
  }
}
