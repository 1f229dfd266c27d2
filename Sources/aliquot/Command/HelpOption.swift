import ArgumentParser

/// `--help` behind something that has a help of its own: a contract or one of its functions.
///
/// The parser answers `--help` where it stands alone, and lists it among the options; anywhere else this
/// flag takes it.
struct HelpOption: ParsableArguments {
  @Flag(name: [.customShort("h"), .customLong("help")], help: .hidden)
  var isWanted = false
}
