import ArgumentParser

/// By how much gas may differ without anybody being told: `0.5%`.
struct GasTolerance: ExpressibleByArgument, Sendable {
  /// Millionths of what it was.
  private let millionths: UInt64
  /// As it was written, without the sign.
  private let text: String

  /// The most that may be given, in percent.
  private static let percentMax: UInt64 = 1_000
  /// Digits behind the point.
  private static let digitsMax = 4

  /// No difference at all.
  static let none = GasTolerance(millionths: 0, text: "0")

  private init(millionths: UInt64, text: String) {
    self.millionths = millionths
    self.text = text
  }

  /// Reads a number of percent, with a sign or without.
  init?(argument: String) {
    let number = argument.hasSuffix("%") ? argument.dropLast() : Substring(argument)
    let parts = number.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count),
      parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isDigit) }),
      let whole = UInt64(parts[0]), whole <= Self.percentMax
    else { return nil }
    let fraction = parts.count == 2 ? String(parts[1]) : ""
    guard fraction.count <= Self.digitsMax else { return nil }
    let padded = fraction + String(repeating: "0", count: Self.digitsMax - fraction.count)
    let millionths = whole * 10_000 + (UInt64(padded) ?? 0)
    guard millionths <= Self.percentMax * 10_000 else { return nil }
    self.init(millionths: millionths, text: String(number))
  }

  /// The tolerance in words.
  var description: String { "\(text) %" }
  var defaultValueDescription: String { "\(text)%" }

  /// Whether a number differs no more from what it was, upwards or downwards.
  func allows(_ new: UInt64, insteadOf old: UInt64) -> Bool {
    let difference = (new > old ? new - old : old - new).multipliedFullWidth(by: 1_000_000)
    let limit = old.multipliedFullWidth(by: millionths)
    return (difference.high, difference.low) <= (limit.high, limit.low)
  }
}
