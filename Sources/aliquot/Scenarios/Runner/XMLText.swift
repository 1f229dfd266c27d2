/// Text inside XML documents.
enum XMLText {
  /// Text that may stand in an attribute or between tags.
  ///
  /// XML 1.0 has no way to write most control characters, nor U+FFFE and U+FFFF; they are written as
  /// `\u{…}`.
  static func escaped(_ text: String) -> String {
    var written = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": written += "&amp;"
      case "<": written += "&lt;"
      case ">": written += "&gt;"
      case "\"": written += "&quot;"
      case "\n": written += "&#10;"
      case "\t": written += "&#9;"
      case _ where isForbidden(scalar):
        written += "\\u{\(String(scalar.value, radix: 16))}"
      default: written.unicodeScalars.append(scalar)
      }
    }
    return written
  }

  /// Lines that stand between tags, with their line breaks as they are.
  static func lines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { escaped(String($0)) }.joined(separator: "\n")
  }

  private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value & 0xFFFE == 0xFFFE
  }
}
