import ArgumentParser

/// What draws depend on: a number, or one that the command takes at random and tells.
struct TestSeed: ExpressibleByArgument, Sendable {
  /// The number.
  let value: UInt64

  init(_ value: UInt64) { self.value = value }

  init?(argument: String) {
    if argument == "random" {
      // Short enough to be typed again.
      value = UInt64.random(in: 0..<1 << 32)
    } else if let number = UInt64(argument) {
      value = number
    } else {
      return nil
    }
  }

  var defaultValueDescription: String { String(value) }
}
