import Transactions

/// A name that a key may have: also the name of its file, and a word of the command line.
struct AccountName: Hashable, Sendable {
  /// Bytes of the longest name.
  static let lengthMax = 64

  /// The name.
  let text: String

  /// Takes a name by the rule that the page of this module gives.
  init(_ text: String) throws(KeystoreError) {
    if let problem = Self.problem(text) { throw .unusableName(text, problem) }
    // A name that differs from `alice` by its capitals would only be mistaken for it.
    let lowered = text.lowercased()
    if let name = AccountKey.developmentNames.first(where: { $0 == lowered }) {
      throw .developmentName(text, name)
    }
    self.text = text
  }

  private static func problem(_ text: String) -> KeystoreError.NameProblem? {
    let bytes = Array(text.utf8)
    if bytes.isEmpty { return .empty }
    if bytes.count > lengthMax { return .tooLong(byteCount: bytes.count) }
    let isAllowed = bytes.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
        UInt8(ascii: "."):
        true
      default: false
      }
    }
    if !isAllowed { return .letter }
    if bytes[0] == UInt8(ascii: ".") || bytes[0] == UInt8(ascii: "-") { return .start }
    if bytes.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
      return .number
    }
    if text == "zero_address" || bytes.count == 64 && text.allSatisfy(\.isHexDigit) {
      return .address
    }
    return nil
  }
}

extension AccountName: CustomStringConvertible {
  var description: String { text }
}
