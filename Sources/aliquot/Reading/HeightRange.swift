import Integers

/// Two heights of a ledger: `12..20`, or `12..` up to the last block.
struct HeightRange: Hashable {
  /// The earlier height.
  let first: Int
  /// The later one; nil for that of the last block.
  let last: Int?

  /// Reads two heights.
  static func read(_ text: String) throws(CommandFailure) -> HeightRange {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, parts[1].isEmpty, let first = height(parts[0]),
      parts[2].isEmpty || height(parts[2]) != nil
    else {
      throw CommandFailure(
        .usage, "\"\(text)\" is not two heights", help: "write 12..20, or 12.. up to the last block"
      )
    }
    return HeightRange(first: first, last: height(parts[2]))
  }

  private static func height(_ text: String) -> Int? {
    guard let height = ArgumentReader.plainInteger(text)?.asInt, height >= 0 else { return nil }
    return height
  }
}
