/// One thing to do in a sandbox, as a line of text says it.
///
/// Values stay text until their kind is known.
struct Step: Hashable, Sendable {
  /// What is done.
  enum Action: Hashable, Sendable {
    /// `asset USD decimals 6, 1_000 to alice, 500 to bob`
    case asset(name: String, decimals: String, holdings: [Holding])
    /// `actors erin, frank`
    case actors([String])
    /// `warp 30 days`, `warp 5 blocks`
    case warp(count: String, unit: String)
    /// `send 25 USD to bob`
    case send(Payment, to: String)
    /// `market = deploy Market(token: USD)`; `init(…)` makes the main contract.
    case deploy(name: String?, contract: String?, Invocation)
    /// `claim()`, `market.buy(id: 5) paying 2 USD gas 50_000`
    case call(Invocation)
  }

  /// An amount and who gets it.
  struct Holding: Hashable, Sendable {
    var amount: String
    var holder: String
  }

  /// An amount of an asset, both as text.
  struct Payment: Hashable, Sendable {
    var amount: String
    var asset: String
  }

  /// An argument with its label, if it has one.
  struct Argument: Hashable, Sendable {
    var label: String?
    var text: String
  }

  /// A function, its arguments and what goes with them.
  struct Invocation: Hashable, Sendable {
    var function: String
    var arguments: [Argument] = []
    var payments: [Payment] = []
    var gas: String?
  }

  /// Who does it; nil for whom the command line names.
  var actor: String?
  /// What is done.
  var action: Action
  /// The text that says so.
  var text: String
}

/// Reads steps.
struct StepParser {
  private var scanner: Scanner
  private let text: String

  /// The step that a line says, or nil for an empty line or a comment (`#` or `;`).
  static func parse(_ line: String) throws(CommandFailure) -> Step? {
    let text = withoutComment(line).trimmingSpaces
    if text.isEmpty { return nil }
    var parser = StepParser(scanner: Scanner(text), text: text)
    return try parser.parseStep()
  }

  /// The call that a text says, such as `market.buy(id: 5)`.
  static func parseInvocation(_ text: String) throws(CommandFailure) -> Step.Invocation {
    var parser = StepParser(scanner: Scanner(text), text: text)
    let invocation = try parser.parseInvocation()
    try parser.finish()
    return invocation
  }

  /// The holdings of `USD decimals 6, 1_000 to alice`, the form that `--asset` takes.
  static func parseAsset(_ text: String) throws(CommandFailure) -> Step {
    var parser = StepParser(scanner: Scanner(text), text: "asset \(text)")
    let action = try parser.parseAsset()
    try parser.finish()
    return Step(actor: nil, action: action, text: "asset \(text)")
  }

  /// The payment of `25.50 USD`, the form that `--pay` takes.
  static func parsePayment(_ text: String) throws(CommandFailure) -> Step.Payment {
    var parser = StepParser(scanner: Scanner(text), text: text)
    let payment = try parser.parsePayment(endingAt: [])
    try parser.finish()
    return payment
  }

  private static func withoutComment(_ line: String) -> String {
    var isQuoted = false
    for index in line.indices {
      let character = line[index]
      if character == "\"" { isQuoted.toggle() }
      if !isQuoted, character == "#" || character == ";" { return String(line[..<index]) }
    }
    return line
  }

  private func failure(_ message: String, help: String? = nil) -> CommandFailure {
    CommandFailure(.usage, "\(message) in \"\(text)\"", help: help)
  }

  private func finish() throws(CommandFailure) {
    if !scanner.isAtEnd { throw failure("\"\(scanner.rest)\" is not understood") }
  }

  private mutating func parseStep() throws(CommandFailure) -> Step {
    var actor: String?
    let start = scanner
    if let name = scanner.word(), scanner.skip(":") { actor = name } else { scanner = start }
    let action = try parseAction()
    try finish()
    return Step(actor: actor, action: action, text: text)
  }

  private mutating func parseAction() throws(CommandFailure) -> Step.Action {
    let start = scanner
    guard let word = scanner.path() else {
      throw failure(
        "expected a call", help: "for example: operator: distribute() paying 300 USD")
    }
    // A word is a command only where something follows that no call has there.
    if !scanner.isAtEnd, !scanner.peek("("), !scanner.peek("=") {
      switch word {
      case "asset": return try parseAsset()
      case "actors", "actor": return .actors(try parseNames())
      case "warp": return try parseWarp()
      case "send": return try parseSend()
      case "deploy":
        let invocation = try parseInvocation()
        return .deploy(name: nil, contract: invocation.function, invocation)
      default: break
      }
    }
    if scanner.skip("=") {
      guard scanner.skip(word: "deploy") else {
        throw failure("expected `deploy` behind \"=\"", help: "for example: rig = deploy Rig()")
      }
      let invocation = try parseInvocation()
      return .deploy(name: word, contract: invocation.function, invocation)
    }
    scanner = start
    let invocation = try parseInvocation()
    return invocation.function == "init"
      ? .deploy(name: nil, contract: nil, invocation) : .call(invocation)
  }

  private mutating func parseAsset() throws(CommandFailure) -> Step.Action {
    guard let name = scanner.word() else {
      throw failure(
        "expected the name of an asset", help: "for example: USD decimals 6, 1_000 to alice")
    }
    var decimals = "0"
    if scanner.skip(word: "decimals") {
      guard let digits = scanner.word() else { throw failure("expected a number of decimals") }
      decimals = digits
    }
    var holdings: [Step.Holding] = []
    while scanner.skip(",") {
      let amount = scanner.text(until: [" "])
      if !scanner.skip(word: "to") {
        guard scanner.skip(word: name), scanner.skip(word: "to") else {
          throw failure("expected `to` and a holder", help: "for example: 1_000 to alice")
        }
      }
      guard let holder = scanner.path() else { throw failure("expected a holder behind `to`") }
      holdings.append(Step.Holding(amount: amount, holder: holder))
    }
    return .asset(name: name, decimals: decimals, holdings: holdings)
  }

  private mutating func parseNames() throws(CommandFailure) -> [String] {
    var names: [String] = []
    repeat {
      guard let name = scanner.word() else { throw failure("expected a name") }
      names.append(name)
    } while scanner.skip(",")
    return names
  }

  private mutating func parseWarp() throws(CommandFailure) -> Step.Action {
    let count = scanner.text(until: [" "])
    guard let unit = scanner.word() else {
      throw failure("expected a unit", help: "for example: warp 30 days, or warp 5 blocks")
    }
    return .warp(count: count, unit: unit)
  }

  private mutating func parseSend() throws(CommandFailure) -> Step.Action {
    let payment = try parsePayment(endingAt: ["to"])
    guard scanner.skip(word: "to"), let receiver = scanner.path() else {
      throw failure("expected `to` and a receiver", help: "for example: send 25 USD to bob")
    }
    return .send(payment, to: receiver)
  }

  private mutating func parsePayment(
    endingAt words: [String]
  ) throws(CommandFailure) -> Step.Payment {
    let amount = scanner.text(until: [" ", ","])
    _ = scanner.skip(word: "of")
    let asset = scanner.phrase(until: [","], orWords: words)
    guard !amount.isEmpty, !asset.isEmpty else {
      throw failure("expected an amount and an asset", help: "for example: 25.50 USD")
    }
    return Step.Payment(amount: amount, asset: asset)
  }

  private mutating func parseInvocation() throws(CommandFailure) -> Step.Invocation {
    guard let function = scanner.path() else { throw failure("expected the name of a function") }
    var invocation = Step.Invocation(function: function)
    if scanner.skip("(") {
      while !scanner.skip(")") {
        if !invocation.arguments.isEmpty, !scanner.skip(",") {
          throw failure("expected \",\" or \")\" before \"\(scanner.rest)\"")
        }
        let start = scanner
        var label: String?
        if let name = scanner.word(), scanner.skip(":") { label = name } else { scanner = start }
        let value = scanner.phrase(until: [",", ")"], orWords: [])
        guard !value.isEmpty else { throw failure("expected a value and \")\"") }
        invocation.arguments.append(Step.Argument(label: label, text: value))
      }
    }
    if scanner.skip(word: "paying") {
      repeat {
        invocation.payments.append(try parsePayment(endingAt: ["gas"]))
      } while scanner.skip(",")
    }
    if scanner.skip(word: "gas") {
      let gas = scanner.text(until: [" "])
      guard !gas.isEmpty else { throw failure("expected a number behind `gas`") }
      invocation.gas = gas
    }
    return invocation
  }
}

/// A place in a line of text.
private struct Scanner {
  private let characters: [Character]
  private var index = 0

  init(_ text: String) { characters = Array(text) }

  private mutating func skipSpaces() {
    while index < characters.count, characters[index] == " " || characters[index] == "\t" {
      index += 1
    }
  }

  var isAtEnd: Bool { characters[index...].allSatisfy { $0 == " " || $0 == "\t" } }

  var rest: String { String(characters[index...]).trimmingSpaces }

  func peek(_ character: Character) -> Bool {
    characters[index...].first { $0 != " " && $0 != "\t" } == character
  }

  mutating func skip(_ character: Character) -> Bool {
    skipSpaces()
    guard index < characters.count, characters[index] == character else { return false }
    index += 1
    return true
  }

  mutating func skip(word: String) -> Bool {
    let start = index
    if self.word() == word { return true }
    index = start
    return false
  }

  /// Letters, digits and `_`.
  mutating func word() -> String? {
    skipSpaces()
    let start = index
    while index < characters.count, Self.isNamed(characters[index]) { index += 1 }
    return start == index ? nil : String(characters[start..<index])
  }

  /// Words with points between them.
  mutating func path() -> String? {
    skipSpaces()
    let start = index
    while index < characters.count, Self.isNamed(characters[index]) || characters[index] == "." {
      index += 1
    }
    return start == index ? nil : String(characters[start..<index])
  }

  /// What comes before one of the characters.
  mutating func text(until ends: Set<Character>) -> String {
    skipSpaces()
    let start = index
    while index < characters.count, !ends.contains(characters[index]) { index += 1 }
    return String(characters[start..<index])
  }

  /// What comes before one of the characters or words, outside of brackets and quotes.
  mutating func phrase(until ends: Set<Character>, orWords words: [String]) -> String {
    skipSpaces()
    let start = index
    var depth = 0
    var isQuoted = false
    while index < characters.count {
      let character = characters[index]
      if isQuoted {
        if character == "\\" { index += 1 }
        if character == "\"" { isQuoted = false }
      } else if depth == 0, ends.contains(character) || isWord(words, at: index) {
        break
      } else if character == "\"" {
        isQuoted = true
      } else if character == "(" || character == "[" {
        depth += 1
      } else if character == ")" || character == "]" {
        depth -= 1
      }
      index += 1
    }
    index = min(index, characters.count)
    return String(characters[start..<index]).trimmingSpaces
  }

  private func isWord(_ words: [String], at index: Int) -> Bool {
    guard index > 0, characters[index - 1] == " " else { return false }
    return words.contains { word in
      let end = index + word.count
      return end <= characters.count && String(characters[index..<end]) == word
        && (end == characters.count || !Self.isNamed(characters[end]))
    }
  }

  private static func isNamed(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }
}
