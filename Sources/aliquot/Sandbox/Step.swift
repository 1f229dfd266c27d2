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
    case send(Invocation.Payment, to: String)
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

  /// Who does it; nil for whom the command line names.
  var actor: String?
  /// What is done.
  var action: Action
  /// The text that says so.
  var text: String
}

/// Reads steps.
struct StepParser {
  private var scanner: TextScanner
  private let text: String

  /// The step that a line says, or nil for an empty line or a comment (`#` or `;`).
  static func parse(_ line: String) throws(CommandFailure) -> Step? {
    let text = withoutComment(line).trimmingSpaces
    if text.isEmpty { return nil }
    var parser = StepParser(scanner: TextScanner(text), text: text)
    return try parser.parseStep()
  }

  /// The holdings of `USD decimals 6, 1_000 to alice`, the form that `--asset` takes.
  static func parseAsset(_ text: String) throws(CommandFailure) -> Step {
    var parser = StepParser(scanner: TextScanner(text), text: "asset \(text)")
    let action = try parser.parseAsset()
    try parser.scanner.finish(help: "for example: USD decimals 6, 1_000 to alice, 50 to bob")
    return Step(actor: nil, action: action, text: "asset \(text)")
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

  private mutating func parseStep() throws(CommandFailure) -> Step {
    var actor: String?
    let start = scanner
    if let name = scanner.word(), scanner.skip(":") { actor = name } else { scanner = start }
    let action = try parseAction()
    try scanner.finish()
    return Step(actor: actor, action: action, text: text)
  }

  private mutating func parseAction() throws(CommandFailure) -> Step.Action {
    let start = scanner
    guard let word = scanner.path() else {
      throw scanner.failure(
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
        let invocation = try scanner.invocation()
        return .deploy(name: nil, contract: invocation.function, invocation)
      default: break
      }
    }
    if scanner.skip("=") {
      guard scanner.skip(word: "deploy") else {
        throw scanner.failure(
          "expected `deploy` behind \"=\"", help: "for example: rig = deploy Rig()")
      }
      let invocation = try scanner.invocation()
      return .deploy(name: word, contract: invocation.function, invocation)
    }
    scanner = start
    let invocation = try scanner.invocation()
    return invocation.function == "init"
      ? .deploy(name: nil, contract: nil, invocation) : .call(invocation)
  }

  private mutating func parseAsset() throws(CommandFailure) -> Step.Action {
    guard let name = scanner.word() else {
      throw scanner.failure(
        "expected the name of an asset", help: "for example: USD decimals 6, 1_000 to alice")
    }
    var decimals = "0"
    if scanner.skip(word: "decimals") {
      guard let digits = scanner.word() else {
        throw scanner.failure("expected a number of decimals")
      }
      decimals = digits
    }
    var holdings: [Step.Holding] = []
    while scanner.skip(",") {
      let amount = scanner.text(until: [" "])
      if !scanner.skip(word: "to") {
        guard scanner.skip(word: name), scanner.skip(word: "to") else {
          throw scanner.failure("expected `to` and a holder", help: "for example: 1_000 to alice")
        }
      }
      guard let holder = scanner.path() else {
        throw scanner.failure("expected a holder behind `to`")
      }
      holdings.append(Step.Holding(amount: amount, holder: holder))
    }
    return .asset(name: name, decimals: decimals, holdings: holdings)
  }

  private mutating func parseNames() throws(CommandFailure) -> [String] {
    var names: [String] = []
    repeat {
      guard let name = scanner.word() else { throw scanner.failure("expected a name") }
      names.append(name)
    } while scanner.skip(",")
    return names
  }

  private mutating func parseWarp() throws(CommandFailure) -> Step.Action {
    let count = scanner.text(until: [" "])
    guard let unit = scanner.word() else {
      throw scanner.failure("expected a unit", help: "for example: warp 30 days, or warp 5 blocks")
    }
    return .warp(count: count, unit: unit)
  }

  private mutating func parseSend() throws(CommandFailure) -> Step.Action {
    let payment = try scanner.payment(endingAt: ["to"])
    guard scanner.skip(word: "to"), let receiver = scanner.path() else {
      throw scanner.failure("expected `to` and a receiver", help: "for example: send 25 USD to bob")
    }
    return .send(payment, to: receiver)
  }
}
