import ArgumentParser

/// The words of a command line, and the command that they name.
///
/// A command may have commands of its own, as `account` has `account new`.
struct CommandLineWords {
  /// The names of the command, from the outermost: `account`, `new`.
  let path: [String]
  /// The words as the parser expects them: global flags in front of the command stand behind it.
  let arguments: [String]
  /// The commands among which the next word would have to choose.
  private let choices: [String]
  /// All commands that begin no other, by their names from the outermost.
  private let everywhere: [[String]]
  /// Whether no command stands in where there is no word.
  private let mustChoose: Bool
  /// The words behind the path, without global flags in front of them.
  private let rest: ArraySlice<String>

  /// Finds the command, below a root.
  init(_ words: [String], root: any ParsableCommand.Type) {
    let words = words.map {
      $0 == "--trace=ops" ? "--trace-ops" : $0 == "--trace=calls" ? "--trace" : $0
    }
    var command = root
    var path: [String] = []
    var flags: [String] = []
    var index = 0
    while index < words.count, !command.configuration.subcommands.isEmpty {
      if let count = GlobalOptions.wordCount(words[index]) {
        flags += words[index...].prefix(count)
        index += count
      } else if let next = command.configuration.subcommands.first(where: {
        $0.configuration.commandName == words[index]
      }) {
        path.append(words[index])
        command = next
        index += 1
      } else {
        break
      }
    }
    if let usual = command.configuration.defaultSubcommand, !path.isEmpty,
      words.count == index || words[index].hasPrefix("-"),
      !words[index...].contains(where: Self.isHelp)
    {
      path.append(usual.configuration.commandName ?? "")
      command = usual
    }
    self.path = path
    choices = command.configuration.subcommands.compactMap { $0.configuration.commandName }
    everywhere = root.pathsOfCommands
    mustChoose = command.configuration.defaultSubcommand == nil
    rest = words[min(index, words.count)...]
    arguments = path + flags + rest
  }

  private static func isHelp(_ word: String) -> Bool { word == "-h" || word == "--help" }

  /// Refuses a word in the place of a command that is none, and says which one was meant.
  func requireKnownCommand() throws {
    guard !choices.isEmpty else { return }
    guard let word = rest.first else {
      // Without any word the parser shows the help, but that is no document.
      guard mustChoose, arguments.contains("--json") else { return }
      throw ValidationError("say which command: \(list)")
    }
    guard !word.hasPrefix("-"), !(word == "help" && path.isEmpty) else { return }
    let prefix = path.map { $0 + " " }.joined()
    var message = "there is no command \"\(prefix)\(word)\""
    let elsewhere = everywhere.filter { $0.last == word }.map { $0.joined(separator: " ") }
    if !elsewhere.isEmpty {
      message += "; did you mean \"\(elsewhere.joined(separator: "\" or \""))\"?"
    } else if let meant = Suggestion.nearest(to: word, among: choices) {
      message += "; did you mean \"\(prefix)\(meant)\"?"
    } else if !path.isEmpty {
      message += "; there are: \(list)"
    }
    throw ValidationError(message)
  }

  private var list: String { choices.joined(separator: ", ") }
}

extension ParsableCommand {
  /// The names that lead to each command that has no commands of its own.
  fileprivate static var pathsOfCommands: [[String]] {
    configuration.subcommands.flatMap { inner in
      let name = inner.configuration.commandName ?? ""
      return inner.configuration.subcommands.isEmpty
        ? [[name]] : inner.pathsOfCommands.map { [name] + $0 }
    }
  }

  /// The names that lead to a command below this one, or none if it is not there.
  static func path(to command: any ParsableCommand.Type) -> [String]? {
    for inner in configuration.subcommands {
      let name = inner.configuration.commandName ?? ""
      if inner == command { return [name] }
      if let path = inner.path(to: command) { return [name] + path }
    }
    return nil
  }
}
