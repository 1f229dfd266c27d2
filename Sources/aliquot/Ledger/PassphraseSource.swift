import Keystore

/// Where one passphrase comes from.
struct PassphraseSource {
  /// The file, `-` for standard input; without one, the terminal is asked.
  var file: String?
  /// Whether it is the empty one.
  var isEmpty = false
  /// The option that names the file, for the error.
  var option = "--passphrase-file"

  /// The passphrase that opens the key of an account.
  func passphrase(toOpen name: String) throws(CommandFailure) -> Passphrase {
    try passphrase(["passphrase of \(name): "])
  }

  /// The passphrase for a new key, which a person types twice.
  func passphrase(toMake name: String) throws(CommandFailure) -> Passphrase {
    try passphrase(["new passphrase of \(name): ", "the same again: "])
  }

  private func passphrase(_ questions: [String]) throws(CommandFailure) -> Passphrase {
    if isEmpty { return .empty }
    var bytes: [UInt8]
    if let file, !file.isEmpty, !(file == "-" && SecretPrompt.isPossible) {
      bytes = try SecretFile.line(file, "a passphrase")
    } else if SecretPrompt.isPossible {
      bytes = try ask(questions)
    } else {
      throw CommandFailure(
        .usage, "there is no passphrase, and no terminal to ask",
        help: "give \(option) FILE"
          + (option == "--passphrase-file" ? ", or set ALIQUOT_PASSPHRASE_FILE" : ""))
    }
    defer { SecretMemory.wipe(&bytes) }
    do {
      return try Passphrase(bytes)
    } catch { throw CommandFailure(error) }
  }

  private func ask(_ questions: [String]) throws(CommandFailure) -> [UInt8] {
    var first: [UInt8]?
    for question in questions {
      var answer = try SecretPrompt.ask(question)
      guard let known = first else {
        first = answer
        continue
      }
      let isSame = known == answer
      SecretMemory.wipe(&answer)
      guard isSame else {
        throw CommandFailure(.usage, "the two passphrases differ, and nothing was made")
      }
    }
    return first ?? []
  }
}

/// Files that hold one secret on one line.
enum SecretFile {
  /// The line, without its end.
  static func line(_ path: String, _ what: String) throws(CommandFailure) -> [UInt8] {
    var bytes = path == "-" ? try FileSystem.readInput() : try FileSystem.read(path)
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    guard !bytes.contains(UInt8(ascii: "\n")) else {
      SecretMemory.wipe(&bytes)
      throw CommandFailure(
        .usage,
        "\(path == "-" ? "standard input" : "\"\(path)\"") has more than one line",
        help: "the file of \(what) holds nothing else")
    }
    return bytes
  }
}
