import ArgumentParser
import Crypto

/// One of so many parts of all cases, for machines that share the work: `2/5`.
///
/// The part of a case depends on the name of its file and on its title, and on nothing else: another case
/// that comes or goes moves none, and each is in exactly one part.
struct TestShard: ExpressibleByArgument, Equatable, Sendable {
  /// Parts that there may be.
  static let countMax = 10_000

  /// Which part, counted from 1.
  let number: Int
  /// How many parts there are.
  let count: Int

  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]),
      (1...Self.countMax).contains(count), (1...count).contains(number)
    else { return nil }
    self.number = number
    self.count = count
  }

  /// Whether a case of a file belongs to the part.
  func includes(title: String, path: String) -> Bool {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    var hash = SHA256()
    hash.update(data: Array(file.utf8) + [0])
    hash.update(data: Array(title.utf8))
    let place = hash.finalize().prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return place % UInt64(count) == UInt64(number - 1)
  }

  /// The part as it is written on the command line.
  var text: String { "\(number)/\(count)" }
}
