/// A function, its arguments and what goes with them, as people write them.
///
/// Values stay text until their kind is known.
struct Invocation: Hashable, Sendable {
  /// An argument with its label, if it has one.
  struct Argument: Hashable, Sendable {
    var label: String?
    var text: String
  }

  /// An amount of an asset, both as text.
  struct Payment: Hashable, Sendable {
    var amount: String
    var asset: String
  }

  var function: String
  var arguments: [Argument] = []
  var payments: [Payment] = []
  var gas: String?

  /// The call that a text says, such as `market.buy(id: 5) paying 2.50 USD gas 50_000`.
  static func parse(_ text: String) throws(CommandFailure) -> Invocation {
    var scanner = TextScanner(text)
    let invocation = try scanner.invocation()
    try scanner.finish()
    return invocation
  }
}

extension Invocation {
  /// Puts the words of a command line together: `market.buy` and words such as `id=5`, or one word
  /// that says it all, `market.buy(id: 5) paying 2.50 USD`.
  static func parse(
    _ function: String, _ words: [String], payments: [String]
  ) throws(CommandFailure) -> Invocation {
    var invocation = isName(function) ? Invocation(function: function) : try parse(function)
    for word in words { invocation.arguments.append(try Argument.parse(word)) }
    for text in payments { invocation.payments.append(try Payment.parse(text)) }
    return invocation
  }

  /// Whether a word is only the name of a function.
  static func isName(_ word: String) -> Bool {
    !word.isEmpty
      && word.utf8.allSatisfy {
        (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || (0x30...0x39).contains($0)
          || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
      }
  }

  /// What stands before the first `=`, if that is a name, and what stands behind it.
  static func parts(_ text: String) -> (name: String?, value: String) {
    guard let sign = text.firstIndex(of: "="), isName(String(text[..<sign])) else {
      return (nil, text)
    }
    return (String(text[..<sign]), String(text[text.index(after: sign)...]))
  }

  /// The call as a step would say it.
  var text: String {
    let list = arguments.map { ($0.label.map { "\($0): " } ?? "") + $0.text }
    let paid = payments.map { "\($0.amount) \($0.asset)" }
    return "\(function)(\(list.joined(separator: ", ")))"
      + (paid.isEmpty ? "" : " paying \(paid.joined(separator: ", "))")
  }
}

extension Invocation.Argument {
  /// `name=value`, or a value alone.
  static func parse(_ text: String) throws(CommandFailure) -> Invocation.Argument {
    let (name, value) = Invocation.parts(text)
    guard !value.isEmpty else {
      throw CommandFailure(
        .usage, "\"\(text)\" gives no value", help: "write name=value, for example amount=1_000")
    }
    return Invocation.Argument(label: name, text: value)
  }
}

extension Invocation.Payment {
  /// The payment that a text says, such as `25.50 USD`.
  static func parse(_ text: String) throws(CommandFailure) -> Invocation.Payment {
    var scanner = TextScanner(text)
    let payment = try scanner.payment(endingAt: [])
    try scanner.finish()
    return payment
  }
}

extension TextScanner {
  /// A function with its arguments, payments and gas.
  mutating func invocation() throws(CommandFailure) -> Invocation {
    guard let function = path() else { throw failure("expected the name of a function") }
    var invocation = Invocation(function: function)
    if skip("(") {
      while !skip(")") {
        if !invocation.arguments.isEmpty, !skip(",") {
          throw failure("expected \",\" or \")\" before \"\(rest)\"")
        }
        let start = self
        var label: String?
        if let name = word(), skip(":") { label = name } else { self = start }
        let value = phrase(until: [",", ")"], orWords: [])
        guard !value.isEmpty else { throw failure("expected a value and \")\"") }
        invocation.arguments.append(Invocation.Argument(label: label, text: value))
      }
    }
    if skip(word: "paying") {
      repeat {
        invocation.payments.append(try payment(endingAt: ["gas"]))
      } while skip(",")
    }
    if skip(word: "gas") {
      let gas = text(until: [" "])
      guard !gas.isEmpty else { throw failure("expected a number behind `gas`") }
      invocation.gas = gas
    }
    return invocation
  }

  /// An amount and an asset, up to a comma or one of the words.
  mutating func payment(
    endingAt words: [String]
  ) throws(CommandFailure) -> Invocation.Payment {
    let amount = text(until: [" ", ","])
    _ = skip(word: "of")
    let asset = phrase(until: [","], orWords: words)
    guard !amount.isEmpty, !asset.isEmpty else {
      throw failure(
        "expected an amount and an asset", help: helpWithComma ?? "for example: 25.50 USD")
    }
    return Invocation.Payment(amount: amount, asset: asset)
  }
}
