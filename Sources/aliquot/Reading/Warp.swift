import Integers

/// How far time goes on.
struct Warp: Hashable, Sendable {
  /// Seconds, if they are given.
  var seconds: Int?
  /// Blocks, if they are given.
  var blocks: Int?

  /// Reads `30 days` or `62_500 blocks` as one text.
  static func read(_ text: String) throws(CommandFailure) -> Warp {
    let words = text.split(separator: " ").map(String.init)
    guard words.count == 2 else {
      throw CommandFailure(
        .usage, "\"\(text)\" is not how far time can go on",
        help: "a number and a unit: 30 days, 12 hours, 100 blocks")
    }
    return try read(words[0], words[1])
  }

  /// Reads `30` and `days`, or `62_500` and `blocks`.
  static func read(_ count: String, _ unit: String) throws(CommandFailure) -> Warp {
    guard let number = ArgumentReader.plainInteger(count)?.asInt, (1...1 << 32).contains(number)
    else { throw CommandFailure(.usage, "\"\(count)\" is not a number that time can go on by") }
    if unit == "blocks" || unit == "block" { return Warp(blocks: number) }
    guard let seconds = ArgumentReader.seconds(in: unit) else {
      throw .unknown(
        "unit of time", unit,
        among: ["seconds", "minutes", "hours", "days", "weeks", "blocks"], status: .usage)
    }
    return Warp(seconds: number * seconds)
  }
}
