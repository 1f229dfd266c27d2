import Bytecode
import Integers

/// Reads values as people write them, by the kind that is wanted.
struct ArgumentReader {
  /// Names of accounts and contracts.
  let book: NameBook
  /// The asset that a text means.
  let asset: (String) throws(CommandFailure) -> Identifier
  /// Digits behind the point of amounts of an asset.
  let decimals: (Identifier) -> Int
  /// The encoding of the call that a text means.
  let call: (String) throws(CommandFailure) -> [UInt8]

  /// The arguments of a function, in the order of its parameters.
  func values(
    _ arguments: [Invocation.Argument], for parameters: [Parameter], of function: String,
    in module: Module
  ) throws(CommandFailure) -> [Value] {
    let form = "\(function)\(module.text(of: parameters))"
    var texts = [String?](repeating: nil, count: parameters.count)
    for (index, argument) in arguments.enumerated() {
      guard let label = argument.label else {
        guard index < parameters.count else {
          throw CommandFailure(
            .usage,
            "\"\(function)\" takes \(Words.count(parameters.count, "argument")), not "
              + "\(arguments.count)", help: "it is \(form)")
        }
        guard texts[index] == nil else {
          throw CommandFailure(
            .usage, "parameter \"\(parameters[index].name)\" of \"\(function)\" is given twice")
        }
        texts[index] = argument.text
        continue
      }
      guard let place = parameters.firstIndex(where: { $0.name == label }) else {
        throw .unknown(
          "parameter", label, in: "\"\(function)\"", among: parameters.map(\.name), status: .usage)
      }
      guard texts[place] == nil else {
        throw CommandFailure(
          .usage, "parameter \"\(label)\" of \"\(function)\" is given twice")
      }
      texts[place] = argument.text
    }
    var values: [Value] = []
    for (parameter, text) in zip(parameters, texts) {
      guard let text else {
        throw CommandFailure(
          .usage, "parameter \"\(parameter.name)\" of \"\(function)\" is missing",
          help: "it is \(form); for \(parameter.name) write "
            + Self.example(of: parameter.kind, in: module))
      }
      values.append(try value(text, for: parameter, in: module))
    }
    return values
  }

  /// The value that a text means for a parameter, or for what else a name and a kind are of.
  func value(
    _ text: String, for parameter: Parameter, in module: Module, as what: String = "parameter"
  ) throws(CommandFailure) -> Value {
    do {
      if let value = try value(text, of: parameter.kind, in: module) { return value }
    } catch {
      guard error.status == .notFound else { throw error }
      throw CommandFailure(
        .notFound, "\(what) \"\(parameter.name)\": \(error.message)", help: error.help)
    }
    throw CommandFailure(
      .usage,
      "\(what) \"\(parameter.name)\" is of kind \(module.describe(parameter.kind)), "
        + "and \"\(text)\" is not",
      help: "for example \(Self.example(of: parameter.kind, in: module))")
  }

  /// The value that a text means, or nil if it is not of the kind.
  private func value(
    _ text: String, of kind: Kind, in module: Module
  ) throws(CommandFailure) -> Value? {
    switch kind {
    case .int: return try integer(text).map { .int($0) }
    case .bool:
      return text == "true" ? .int(1) : text == "false" ? .int(0) : nil
    case .enumeration(let index):
      let cases = module.enums[Int(index)].cases
      let name = text.split(separator: ".").last.map(String.init) ?? text
      if let number = cases.firstIndex(of: name) { return .int(Integer(number)) }
      if let number = Int(text), cases.indices.contains(number) { return .int(Integer(number)) }
      return nil
    case .bytes: return bytes(text).map { .bytes($0) }
    case .text: return .bytes(Array(Self.unquoted(text).utf8))
    case .address: return Value(try book.read(Self.unquoted(text)))
    case .asset: return Value(try asset(text))
    case .call:
      if text.hasPrefix("0x") { return bytes(text).map { .bytes($0) } }
      return .bytes(try call(text))
    case .addresses:
      var joined: [UInt8] = []
      for item in Self.items(text) { joined += try book.read(item).bytes }
      return .bytes(joined)
    case .assets:
      var joined: [UInt8] = []
      for item in Self.items(text) { joined += try asset(item).bytes }
      return .bytes(joined)
    case .list: return nil
    }
  }

  // MARK: - Integers and amounts

  /// The integer that a text means: digits, `0x` and digits, a power, a time, or an amount of an asset.
  func integer(_ text: String) throws(CommandFailure) -> Integer? {
    if let value = Self.plainInteger(text) { return value }
    let words = text.split(separator: " ")
    guard words.count >= 2, let first = words.first else { return nil }
    let unit = words.dropFirst().joined(separator: " ")
    if let seconds = Self.seconds(in: unit) {
      return (Self.plainInteger(String(first))).flatMap {
        try? $0.multiplied(by: Integer(seconds))
      }
    }
    if unit == "bps" { return Self.plainInteger(String(first)) }
    let identifier = try asset(unit.hasPrefix("of ") ? String(unit.dropFirst(3)) : unit)
    return Numbers.units(first, decimals: decimals(identifier))
  }

  /// The payments that go with a call.
  func payments(of invocation: Invocation) throws(CommandFailure) -> [AttachedPayment] {
    guard invocation.payments.count <= Limits.payments else {
      throw CommandFailure(
        .usage,
        "a call carries at most \(Limits.payments) payments, not "
          + "\(invocation.payments.count)")
    }
    var payments: [AttachedPayment] = []
    for payment in invocation.payments { payments.append(try self.payment(payment)) }
    return payments
  }

  /// The payment that an amount and an asset mean.
  func payment(_ payment: Invocation.Payment) throws(CommandFailure) -> AttachedPayment {
    let identifier = try asset(payment.asset)
    guard let amount = Numbers.units(payment.amount, decimals: decimals(identifier)) else {
      throw CommandFailure(
        .usage,
        "\"\(payment.amount)\" is not an amount of \(payment.asset), which has "
          + Words.count(decimals(identifier), "decimal"),
        help: "for example 25\(decimals(identifier) > 1 ? ".50" : "") \(payment.asset)")
    }
    return AttachedPayment(asset: identifier, amount: amount)
  }

  /// Digits with underscores, `0x` and hexadecimal digits, or `10^18`.
  static func plainInteger(_ text: String) -> Integer? {
    if let value = Integer(decimal: text) { return value }
    if text.hasPrefix("0x") { return Integer(hexadecimal: text) }
    let parts = text.split(separator: "^", omittingEmptySubsequences: false)
    guard parts.count == 2, let base = Integer(decimal: String(parts[0]).trimmingSpaces),
      let exponent = Integer(decimal: String(parts[1]).trimmingSpaces)
    else { return nil }
    return try? base.power(exponent)
  }

  /// The seconds in a unit of time.
  static func seconds(in unit: String) -> Int? {
    switch unit {
    case "second", "seconds": 1
    case "minute", "minutes": 60
    case "hour", "hours": 3_600
    case "day", "days": 86_400
    case "week", "weeks": 604_800
    default: nil
    }
  }

  // MARK: - Bytes

  private func bytes(_ text: String) -> [UInt8]? {
    if text.hasPrefix("0x") { return Hexadecimal.decode(text.dropFirst(2)) }
    if text.hasPrefix("x\""), text.hasSuffix("\""), text.count >= 3 {
      return Hexadecimal.decode(text.dropFirst(2).dropLast())
    }
    return Array(Self.unquoted(text).utf8)
  }

  /// The text between quotes, with `\"`, `\\`, `\n`, `\t` and `\u{…}` resolved; any other text as it is.
  static func unquoted(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    guard scalars.count >= 2, scalars.first == "\"", scalars.last == "\"" else { return text }
    var rest = scalars[1..<scalars.count - 1]
    var result = String.UnicodeScalarView()
    while let scalar = rest.popFirst() {
      guard scalar == "\\", let escaped = rest.popFirst() else {
        result.append(scalar)
        continue
      }
      switch escaped {
      case "n": result.append("\n")
      case "t": result.append("\t")
      case "u": result.append(number(&rest) ?? escaped)
      default: result.append(escaped)
      }
    }
    return String(result)
  }

  /// The scalar whose number stands at the start in braces, which are passed over.
  private static func number(_ rest: inout ArraySlice<Unicode.Scalar>) -> Unicode.Scalar? {
    guard rest.first == "{", let end = rest.firstIndex(of: "}") else { return nil }
    var digits = String.UnicodeScalarView()
    digits.append(contentsOf: rest[(rest.startIndex + 1)..<end])
    guard let scalar = UInt32(String(digits), radix: 16).flatMap(Unicode.Scalar.init) else {
      return nil
    }
    rest = rest[(end + 1)...]
    return scalar
  }

  /// The items between `[` and `]`, or between commas.
  static func items(_ text: String) -> [String] {
    var inner = text[...]
    if inner.hasPrefix("["), inner.hasSuffix("]") { inner = inner.dropFirst().dropLast() }
    var scanner = TextScanner(String(inner))
    var items: [String] = []
    repeat {
      items.append(scanner.phrase(until: [","], orWords: []))
    } while scanner.skip(",")
    return items.filter { !$0.isEmpty }
  }

  /// A value of a kind as one may write it.
  static func example(of kind: Kind, in module: Module) -> String {
    switch kind {
    case .int: "1_000, 10^18, 7 days or 25.50 USD"
    case .bool: "true"
    case .enumeration(let index):
      module.enums[Int(index)].cases.prefix(8).joined(separator: ", ")
    case .bytes: "0x0aff, or text as it is"
    case .text: "\"some words\""
    case .address: "alice, or 64 hexadecimal digits"
    case .asset: "USD, or 64 hexadecimal digits"
    case .call: "Shop.buy(5), or 0x and the encoding"
    case .addresses: "[alice, bob]"
    case .assets: "[USD, EUR]"
    case .list: "none: lists stay inside a contract"
    }
  }
}
