import Assembly

/// What a command came to.
///
/// The command makes it; `AliquotCommand` writes it to the right channels.
struct Outcome: Sendable {
  /// How the command ended.
  var status = ExitStatus.success
  /// The result for people, for standard output.
  var text = ""
  /// The result for programs, for the envelope.
  var result = JSON.null
  /// What there is to say besides, for standard error.
  var reports: [Report] = []
  /// Progress, for standard error unless `--quiet`.
  var remarks: [String] = []
  /// How the assembler's diagnostics are written.
  var style = DiagnosticRenderer.Style.text
}

/// Why a command cannot do what it was asked.
struct CommandFailure: Error, Sendable {
  /// How the command ends.
  var status: ExitStatus
  /// What is wrong: lower case, without a full stop.
  var message: String
  /// What to do about it.
  var help: String?
  /// Diagnostics of the assembler, if they are the reason; they stand in front of the message.
  var reports: [Report] = []

  init(
    _ status: ExitStatus, _ message: String, help: String? = nil, reports: [Report] = []
  ) {
    self.status = status
    self.message = message
    self.help = help
    self.reports = reports
  }

  /// Nothing has the name, but perhaps something has a name like it.
  static func unknown(
    _ what: String, _ name: String, in owner: String? = nil,
    among candidates: some Sequence<String>, status: ExitStatus = .notFound
  ) -> CommandFailure {
    let known = Array(candidates)
    let message =
      owner.map { "\($0) has no \(what) \"\(name)\"" } ?? "there is no \(what) \"\(name)\""
    if let meant = Suggestion.nearest(to: name, among: known) {
      return CommandFailure(status, message, help: "did you mean \"\(meant)\"?")
    }
    let list = known.prefix(16).joined(separator: ", ") + (known.count > 16 ? ", …" : "")
    return CommandFailure(
      status, message,
      help: known.isEmpty ? "there is none at all" : "there are: \(list)")
  }

  /// Everything that is to be told.
  var allReports: [Report] {
    message.isEmpty ? reports : reports + [.message(.error, message, help: help)]
  }
}

/// Finds the word that somebody meant.
enum Suggestion {
  /// The nearest of the candidates, if it is near enough to be meant; the first of several.
  static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    let letters = Array(word.lowercased().utf8.prefix(64))
    let limit = letters.count <= 3 ? 1 : letters.count <= 5 ? 2 : 3
    var best: (distance: Int, word: String)?
    for candidate in candidates where candidate != word {
      let other = Array(candidate.lowercased().utf8.prefix(64))
      let distance = distance(letters, other)
      guard distance <= limit, distance < max(letters.count, other.count) else { continue }
      if distance < best?.distance ?? .max { best = (distance, candidate) }
    }
    return best?.word
  }

  /// Letters to insert, remove, replace or swap with their neighbour.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for i in left.indices {
      var row = [i + 1]
      for j in right.indices {
        var cost = last[j] + (left[i] == right[j] ? 0 : 1)
        cost = min(cost, last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
          cost = min(cost, beforeLast[j - 1] + 1)
        }
        row.append(cost)
      }
      beforeLast = last
      last = row
    }
    return last[right.count]
  }
}
