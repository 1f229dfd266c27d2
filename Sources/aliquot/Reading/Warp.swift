import Integers

/// How far time goes on.
struct Warp: Hashable, Sendable {
  /// Seconds, if they are given.
  var seconds: Int?
  /// Blocks, if they are given.
  var blocks: Int?

  /// Reads `30 days` or `62_500 blocks`.
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
