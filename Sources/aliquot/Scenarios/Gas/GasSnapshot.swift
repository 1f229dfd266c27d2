/// What the functions of contracts cost, as a text that is kept beside them.
///
/// One line tells of one function, in the order of their names, with single spaces and no columns, so that a
/// change of one function changes one line:
///
/// ```
/// RevenueShares.claim calls 18 min 6117 median 6852 max 8527
/// ```
///
/// Only calls count that succeeded. Lines that begin with `#`, and empty ones, say nothing.
struct GasSnapshot: Sendable {
  /// The name of the file, unless another is given.
  static let fileName = ".gas-snapshot"

  private static let heading = """
    # Gas of the calls in scenarios that succeed, by function.
    # `aliquot gas snapshot` writes this, and `aliquot gas diff` compares it.

    """

  /// What each function costs, by its name.
  private(set) var functions: [String: GasFigures.Range] = [:]

  /// What was measured.
  init(_ figures: GasFigures) {
    let rows = figures.rows
    let names = GasFigures.names(of: rows)
    for row in rows {
      if let range = row.succeeded, let name = names[row.target] { functions[name] = range }
    }
  }

  /// The text.
  var text: String {
    Self.heading
      + functions.sorted { $0.key < $1.key }.map { name, range in
        "\(name) calls \(range.calls) min \(range.min) median \(range.median) max \(range.max)\n"
      }.joined()
  }

  // MARK: - Reading

  /// Reads a snapshot, and throws the first line that is none of its lines.
  init(reading text: String, of path: String) throws(CommandFailure) {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      guard !line.isEmpty, !line.hasPrefix("#") else { continue }
      func wrong(_ what: String) -> CommandFailure {
        CommandFailure(
          .failure, "\(path):\(index + 1): \(what)",
          help: "`aliquot gas snapshot` writes the whole file again")
      }
      guard let (name, range) = Self.function(line) else {
        throw wrong("expected a function and its gas: Shop.buy calls 2 min 5 median 6 max 7")
      }
      guard range.calls > 0, range.min <= range.median, range.median <= range.max else {
        throw wrong("the gas of \(name) is in no order")
      }
      guard functions.updateValue(range, forKey: name) == nil else {
        throw wrong("\(name) stands here twice")
      }
    }
  }

  /// The words behind the name, each before its number.
  private static let words = ["calls", "min", "median", "max"]

  private static func function(_ line: Substring) -> (name: String, GasFigures.Range)? {
    let parts = line.split(separator: " ", omittingEmptySubsequences: false)
    let count = 2 * words.count
    guard parts.count > count else { return nil }
    let tail = Array(parts.suffix(count))
    var numbers: [UInt64] = []
    for (index, word) in words.enumerated() {
      let digits = tail[2 * index + 1]
      guard tail[2 * index] == word, digits.allSatisfy(\.isDigit),
        let number = UInt64(digits)
      else { return nil }
      numbers.append(number)
    }
    let name = parts.dropLast(count).joined(separator: " ")
    guard !name.isEmpty, let calls = Int(exactly: numbers[0]) else { return nil }
    return (
      name,
      GasFigures.Range(calls: calls, min: numbers[1], median: numbers[2], max: numbers[3])
    )
  }
}
