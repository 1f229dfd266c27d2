import Bytecode

/// The first digits of an identifier that people write in the place of all 64.
struct IdentifierDigits {
  /// Digits that are enough where no other identifier begins with them.
  private static let least = 4
  /// Identifiers that are looked at to find the one that is meant.
  static let limit = 64
  /// How they are written.
  static let form = "four or more of its hexadecimal digits"

  private let text: String
  private let end: Substring
  /// The identifiers that begin with the digits.
  let range: ClosedRange<Identifier>

  /// Reads `0x39cb36d1`, `39cb36d1`, or `0x39cb36d1…268f` as tables show it.
  init?(_ text: String) {
    let parts = text.split(separator: "…", omittingEmptySubsequences: false)
    guard let first = parts.first, parts.count <= 2 else { return nil }
    let digits = first.hasPrefix("0x") ? first.dropFirst(2) : first
    func padded(_ digit: Character) -> Identifier? {
      Identifier(hexadecimal: digits + String(repeating: digit, count: max(0, 64 - digits.count)))
    }
    guard digits.count >= Self.least, let low = padded("0"), let high = padded("f"), low <= high
    else { return nil }
    self.text = text
    end = parts.count == 2 ? parts[1] : ""
    range = low...high
  }

  /// Whether an identifier of the range also ends as it should.
  func matches(_ identifier: Identifier) -> Bool { identifier.description.hasSuffix(end) }

  /// The only one of those that were found.
  func only(of found: [Identifier], _ what: String) throws(CommandFailure) -> Identifier {
    guard let identifier = found.first else {
      throw CommandFailure(
        .notFound, "there is no \(what) \(text)",
        help: "`aliquot \(what == "transaction" ? "tx" : what)` lists the last ones")
    }
    guard found.count == 1 else {
      throw CommandFailure(.usage, "several \(what)s begin with \(text)", help: "give more digits")
    }
    return identifier
  }
}
