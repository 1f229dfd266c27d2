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
      throw failure("expected an amount and an asset", help: "for example: 25.50 USD")
    }
    return Invocation.Payment(amount: amount, asset: asset)
  }
}
