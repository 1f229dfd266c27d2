import Assembly
import Crypto

/// A directory of sequences that broke something: each is a file of scenarios beside its like, and is
/// carried out before anything new is drawn.
struct CampaignCorpus {
  /// The directory that is used if it lies beside a file of scenarios.
  static let name = ".corpus"

  /// The directory.
  let directory: String

  /// The directory of a suite: the one that is given, or `.corpus` beside the file if there is one.
  init?(_ suite: ScenarioSuite, given: String?) {
    let beside = Path.join(Path.directory(of: suite.path), Self.name)
    guard given != nil || FileSystem.entry(at: beside) == .directory else { return nil }
    directory = given ?? beside
  }

  /// The suites of the sequences of a campaign, in the order of their names.
  func suites(
    of title: String, in suite: ScenarioSuite
  ) throws(CommandFailure) -> [ScenarioSuite] {
    guard FileSystem.entry(at: directory) == .directory else { return [] }
    let beginning = Path.join(directory, Self.beginning(suite, title))
    var suites: [ScenarioSuite] = []
    for file in try FileSystem.files(below: directory, endingIn: ScenarioSuite.suffix)
    where file.hasPrefix(beginning) {
      var found = try ScenarioSuite.load(file)
      found.isReplay = true
      suites.append(found)
    }
    return suites
  }

  /// Keeps a sequence that broke something; gives the file.
  func add(
    _ scenario: String, of title: String, in suite: ScenarioSuite
  ) throws(CommandFailure) -> String {
    try FileSystem.makeDirectory(directory)
    let digest = SHA256.hash(data: Array(scenario.utf8)).prefix(4)
    let number = digest.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0\(digits)" : digits
    }.joined()
    let file = Path.join(
      directory, "\(Self.beginning(suite, title))\(number)\(ScenarioSuite.suffix)")
    let used = try FileSystem.path(of: suite.path, from: directory)
    let text = "use \"\(ValueText.escaped(Array(used.utf8)))\"\n\n\(scenario)"
    try FileSystem.write(Array(text.utf8), to: file)
    return file
  }

  /// What the names of a campaign's files begin with.
  private static func beginning(_ suite: ScenarioSuite, _ title: String) -> String {
    let letters = title.lowercased().unicodeScalars.map { scalar -> Character in
      let isPlain = ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
      return isPlain ? Character(scalar) : "-"
    }
    return "\(Path.stem(of: suite.path)).\(String(letters.prefix(48)))."
  }
}
