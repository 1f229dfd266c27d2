import Bytecode
import Integers

/// Numbers as people read them.
enum Numbers {
  /// Digits in groups of three, from five digits on.
  static func grouped(_ digits: String) -> String {
    let isNegative = digits.hasPrefix("-")
    let plain = Array(isNegative ? digits.dropFirst() : digits[...])
    guard plain.count > 4 else { return digits }
    var text = isNegative ? "-" : ""
    for (index, digit) in plain.enumerated() {
      if index > 0, (plain.count - index) % 3 == 0 { text.append("_") }
      text.append(digit)
    }
    return text
  }

  /// What to do about a comma between the digits of a text; nil if none is there.
  static func helpWithComma(in text: String) -> String? {
    text.contains(/[0-9],[0-9]/) ? "digits are grouped with _ and not with commas: 1_000" : nil
  }

  /// An integer with its digits in groups.
  static func grouped(_ value: Integer) -> String { grouped(value.description) }

  /// The same; of an integer that nobody reads to its end, the first and the last digits.
  static func short(_ value: Integer) -> String {
    let text = grouped(value)
    let digits = value.magnitude.description.utf8.count
    guard digits > 120 else { return text }
    return "\(text.prefix(24))…\(text.suffix(23)) (\(grouped(String(digits))) digits)"
  }

  /// A number with so many digits behind the point.
  static func decimal(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite, value.magnitude < 1e15 else { return "-" }
    var scale = 1
    for _ in 0..<digits { scale *= 10 }
    let units = Int((value.magnitude * Double(scale)).rounded())
    let fraction = String(units % scale)
    let zeros = String(repeating: "0", count: max(0, digits - fraction.count))
    let text = digits == 0 ? String(units) : "\(units / scale).\(zeros)\(fraction)"
    return value < 0 ? "-\(text)" : text
  }

  /// An amount with its decimals, without zeros at the end: 25_500_000 at 6 is `25.5`.
  static func amount(_ value: Integer, decimals: Int) -> String {
    guard decimals > 0 else { return grouped(value) }
    var digits = value.magnitude.description
    if digits.count <= decimals {
      digits = String(repeating: "0", count: decimals + 1 - digits.count) + digits
    }
    let whole = grouped(String(digits.dropLast(decimals)))
    var fraction = digits.suffix(decimals)
    while fraction.last == "0" { fraction.removeLast() }
    return (value.isNegative ? "-" : "") + whole + (fraction.isEmpty ? "" : ".\(fraction)")
  }

  /// The units of a decimal text: `25.50` at 6 is 25_500_000.
  ///
  /// Nil for anything else, also for more
  /// digits behind the point than there are decimals, unless they are zeros.
  static func units(_ text: some StringProtocol, decimals: Int) -> Integer? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let whole = parts.first else { return nil }
    var fraction = parts.count == 2 ? String(parts[1]) : ""
    if parts.count == 2 {
      guard !fraction.isEmpty, fraction.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
        return nil
      }
    }
    while fraction.count > decimals {
      guard fraction.last == "0" else { return nil }
      fraction.removeLast()
    }
    guard Integer(decimal: whole) != nil, decimals <= Limits.decimals else { return nil }
    fraction += String(repeating: "0", count: decimals - fraction.count)
    return Integer(decimal: String(whole) + fraction)
  }
}

extension Character {
  /// Whether it is one of 0 to 9.
  var isDigit: Bool { self >= "0" && self <= "9" && isASCII }
}
