import Assembly
import Bytecode
import Crypto
import Execution
import Hosting
import Integers
import State
import Transactions

/// Operators, questions to the world, and views of contracts.
extension ScenarioEvaluator {
  // MARK: - Operators

  func binary(
    _ binary: BinaryOperator, _ left: Expression, _ right: Expression, _ span: Span
  ) throws(ScenarioProblem) -> ScenarioValue {
    switch binary {
    case .and: return .bool(try boolean(left) ? try boolean(right) : false)
    case .or: return .bool(try boolean(left) ? true : try boolean(right))
    case .equal, .notEqual:
      let (a, b) = try sides(left, right)
      return .bool(try areEqual(a, b, at: span) == (binary == .equal))
    case .add:
      if case .list(let first) = try value(left), case .list(let second) = try value(right) {
        return .list(first + second)
      }
    default: break
    }
    let a = try integer(left)
    let b = try integer(right)
    switch binary {
    case .less: return .bool(a < b)
    case .lessEqual: return .bool(a <= b)
    case .greater: return .bool(a > b)
    case .greaterEqual: return .bool(a >= b)
    case .divide:
      throw .mistake(
        "a division names its rounding", at: span,
        help: "write floor(a / b), ceil, trunc, even or exact")
    default:
      return .int(
        try arithmetic(span) { () throws(ArithmeticFailure) in
          switch binary {
          case .add: try a.adding(b)
          case .subtract: try a.subtracting(b)
          case .multiply: try a.multiplied(by: b)
          case .modulo: try a.modulo(b)
          default: try a.power(b)
          }
        })
    }
  }

  /// The values of two sides of a comparison; a word on one side may be a case of the enum on the other.
  func sides(
    _ left: Expression, _ right: Expression
  ) throws(ScenarioProblem) -> (ScenarioValue, ScenarioValue) {
    if let a = try? value(left), let b = choice(right, like: a) { return (a, b) }
    if let b = try? value(right), let a = choice(left, like: b) { return (a, b) }
    return (try value(left), try value(right))
  }

  /// The same where the value of one side is known.
  func sides(
    _ left: ScenarioValue, _ right: Expression
  ) throws(ScenarioProblem) -> (ScenarioValue, ScenarioValue) {
    if let right = choice(right, like: left) { return (left, right) }
    return (left, try value(right))
  }

  /// Whether two values are the same.
  func areEqual(
    _ a: ScenarioValue, _ b: ScenarioValue, at span: Span
  ) throws(ScenarioProblem) -> Bool {
    if a == b { return true }
    switch (a, b) {
    case (.nothing, _), (_, .nothing): return false
    case (.int, .int), (.choice, .choice), (.bool, .bool), (.text, .text), (.bytes, .bytes),
      (.identifier, .identifier), (.list, .list):
      return false
    case (.int(let number), .choice(let choice)), (.choice(let choice), .int(let number)):
      return number == Integer(choice.number)
    case (.bytes(let bytes), .identifier(let identifier)),
      (.identifier(let identifier), .bytes(let bytes)):
      return bytes == identifier.bytes
    case (.bytes(let bytes), .text(let text)), (.text(let text), .bytes(let bytes)):
      return bytes == Array(text.utf8)
    default: throw .mistake("\(a.sort) and \(b.sort) are never the same", at: span)
    }
  }

  // MARK: - Calls

  private static let roundings: [String: Rounding] = [
    "floor": .floor, "ceil": .ceil, "trunc": .trunc, "even": .even, "exact": .exact,
  ]

  func call(
    _ callee: Expression, _ arguments: [ArgumentSyntax], _ payments: [PaymentSyntax], _ span: Span
  ) throws(ScenarioProblem) -> ScenarioValue {
    guard case .name(let name) = callee.kind else {
      return try view(callee, arguments, span)
    }
    if let function = scope.functions[name.text] {
      return try apply(function, to: arguments, span)
    }
    let values = arguments.map(\.value)
    func need(_ count: Int) throws(ScenarioProblem) {
      guard values.count == count else {
        throw .mistake(
          "\(name.text) takes \(Words.count(count, "argument")), not \(values.count)", at: span)
      }
    }
    if let rounding = Self.roundings[name.text] {
      try need(1)
      guard case .binary(.divide, let a, let b) = values[0].kind else {
        throw .mistake("\(name.text) rounds a division", at: span, help: "\(name.text)(a / b)")
      }
      let (dividend, divisor) = (try integer(a), try integer(b))
      return .int(
        try arithmetic(span) { () throws(ArithmeticFailure) in
          try dividend.divided(by: divisor, rounding: rounding)
        })
    }
    switch name.text {
    case "balance", "supply", "holder", "total":
      let text = try pathText(Expression(kind: .call(callee, arguments, paying: []), span: span))
      return try stored(
        at: reading(span) { () throws(CommandFailure) in try StatePath.read(text, in: names) },
        span)
    case "min", "max":
      var best: Integer?
      for argument in values {
        let next = try integer(argument)
        best = best.map { (name.text == "min") == (next < $0) ? next : $0 } ?? next
      }
      guard let best else { throw .mistake("\(name.text) of nothing", at: span) }
      return .int(best)
    case "abs":
      try need(1)
      return .int(try integer(values[0]).magnitude)
    case "len":
      try need(1)
      switch try value(values[0]) {
      case .list(let elements): return .int(Integer(elements.count))
      case .bytes(let bytes): return .int(Integer(bytes.count))
      case .text(let text): return .int(Integer(text.utf8.count))
      case let other: throw .mistake("\(other.sort) has no length", at: values[0].span)
      }
    case "prefix":
      try need(2)
      guard case .list(let elements) = try value(values[0]) else {
        throw .mistake("expected a list", at: values[0].span)
      }
      return .list(Array(elements.prefix(try count(values[1], in: 0...elements.count))))
    case "sum":
      try need(1)
      guard case .list(let elements) = try value(values[0]) else {
        throw .mistake("expected a list", at: values[0].span)
      }
      var sum: Integer = 0
      for element in elements {
        guard case .int(let integer) = element else {
          throw .mistake("expected a list of integers", at: values[0].span)
        }
        sum = try arithmetic(span) { () throws(ArithmeticFailure) in try sum.adding(integer) }
      }
      return .int(sum)
    case "text":
      var joined = ""
      for argument in values {
        switch try value(argument) {
        case .text(let text): joined += text
        case .int(let integer): joined += integer.description
        case .choice(let choice): joined += choice.name
        case let other: throw .mistake("\(other.sort) is no text", at: argument.span)
        }
        guard joined.utf8.count <= Limits.bytesLength else {
          throw .mistake("this text is too long", at: argument.span)
        }
      }
      return .text(joined)
    case "sha256":
      try need(1)
      return .bytes(Array(SHA256.hash(data: try bytes(values[0]))))
    case "codehash":
      try need(1)
      guard case .name(let code) = values[0].kind, let found = scope.codes[code.text] else {
        throw .mistake("expected the name of a contract that is used", at: values[0].span)
      }
      return .identifier(found.codeHash)
    case "digest":
      try need(1)
      return try digest(values[0])
    case "key":
      try need(1)
      return .bytes(try signer(values[0]).publicKey.bytes)
    case "signature":
      try need(2)
      return .bytes(try signature(of: bytes(values[1]), by: signer(values[0]), values[0].span))
    case "encode":
      try need(1)
      return .bytes(try contractCall(values[0]).encoded())
    default:
      return try view(callee, arguments, span)
    }
  }

  /// The string of bytes of an expression.
  func bytes(_ expression: Expression) throws(ScenarioProblem) -> [UInt8] {
    switch try value(expression) {
    case .bytes(let bytes): return bytes
    case .text(let text): return Array(text.utf8)
    case .identifier(let identifier): return identifier.bytes
    case let other: throw .mistake("expected bytes, found \(other.sort)", at: expression.span)
    }
  }

  // MARK: - Functions of the scenario

  /// Functions that every scenario has.
  static let builtins = [
    "balance", "supply", "holder", "total", "min", "max", "abs", "len", "prefix", "sum", "text",
    "sha256",
    "codehash", "digest", "key", "signature", "encode", "internal",
    "floor", "ceil", "trunc", "even", "exact",
  ]

  /// The value of a function of the scenario.
  private func apply(
    _ function: ScenarioFunction, to arguments: [ArgumentSyntax], _ span: Span
  ) throws(ScenarioProblem) -> ScenarioValue {
    let parameters = function.parameters
    guard arguments.count == parameters.count else {
      throw .mistake(
        "\(function.name.text) takes \(Words.count(parameters.count, "argument")), not "
          + "\(arguments.count)", at: span)
    }
    if let label = arguments.compactMap(\.label).first {
      throw .mistake("arguments of \(function.name.text) have no names", at: label.span)
    }
    var values: [ScenarioValue] = []
    for argument in arguments { values.append(try value(argument.value)) }
    guard scope.depth < ScenarioScope.depthMax else {
      throw .mistake("functions call each other without end", at: span)
    }
    let outer = scope.variables
    defer { scope.variables = outer }
    scope.depth += 1
    defer { scope.depth -= 1 }
    for (parameter, value) in zip(parameters, values) { scope.variables[parameter.text] = value }
    return try value(function.body)
  }

  // MARK: - Signatures

  /// The key of an actor, by its name.
  private func signer(_ expression: Expression) throws(ScenarioProblem) -> AccountKey {
    guard case .name(let name) = expression.kind else {
      throw .mistake("expected the name of an actor", at: expression.span)
    }
    var account = name.text
    if case .identifier(let address)? = scope.variables[account],
      let known = names.book.name(address)
    {
      account = known
    }
    do { return try AccountKey.development(named: account) } catch {
      throw .mistake("\(account) has no key", at: expression.span)
    }
  }

  private func signature(
    of message: [UInt8], by key: AccountKey, _ span: Span
  ) throws(ScenarioProblem) -> [UInt8] {
    do {
      let private25519 = try Curve25519.Signing.PrivateKey(rawRepresentation: key.seed)
      return Array(try private25519.signature(for: message))
    } catch { throw .mistake("the message cannot be signed", at: span) }
  }

  /// The digest of `contract.Message(a, b)`, as the contract makes it.
  private func digest(_ expression: Expression) throws(ScenarioProblem) -> ScenarioValue {
    guard case .call(let callee, let arguments, _) = expression.kind,
      case .member = callee.kind
    else {
      throw .mistake(
        "expected a message of a contract", at: expression.span,
        help: "for example digest(escrow.Verdict(7, true))")
    }
    let text = try pathText(callee)
    guard let (contract, name) = names.parts(text), let code = names.code(of: contract) else {
      throw .mistake("there is no contract in \"\(text)\"", at: callee.span)
    }
    guard let message = code.module.messages.first(where: { $0.name == name }) else {
      throw .mistake(
        .unknown(
          "message", name, in: names.book.text(contract), among: code.module.messages.map(\.name)),
        at: callee.span)
    }
    let fields = try values(
      arguments, for: message.parameters, of: name, in: code.module, expression.span)
    return .bytes(
      MessageDigest.digest(
        of: message, in: code.module, chain: scope.world.block.chain, contract: contract,
        fields: fields))
  }

  // MARK: - Contracts

  /// The call that `shop.buy(3) paying 5 USD` says.
  func contractCall(_ expression: Expression) throws(ScenarioProblem) -> ContractCall {
    guard case .call(let callee, let arguments, let payments) = expression.kind else {
      throw .mistake("expected a call such as shop.buy(3)", at: expression.span)
    }
    let (address, code, export) = try target(callee)
    return ContractCall(
      target: address, export: export, in: code.module,
      arguments: try values(
        arguments, for: export.parameters, of: export.name, in: code.module, expression.span),
      payments: try attached(payments))
  }

  /// The payments of a call.
  func attached(_ payments: [PaymentSyntax]) throws(ScenarioProblem) -> [AttachedPayment] {
    guard payments.count <= Limits.payments else {
      throw .mistake(
        "a call carries at most \(Limits.payments) payments", at: payments[0].amount.span)
    }
    var attached: [AttachedPayment] = []
    for payment in payments {
      let (asset, amount) = try self.payment(payment)
      attached.append(AttachedPayment(asset: asset, amount: amount))
    }
    return attached
  }

  /// The contract and the function that a callee names; a variable may stand for the contract.
  func target(
    _ callee: Expression
  ) throws(ScenarioProblem) -> (address: Identifier, code: ContractCode, export: Export) {
    guard case .member = callee.kind else {
      let help = "write the contract and the function: shop.buy(3)"
      throw .mistake("this names no function of a contract", at: callee.span, help: help)
    }
    let text = try pathText(callee)
    if let (contract, name) = names.parts(text), let code = names.code(of: contract),
      code.module.export(named: name) == nil,
      Self.internalNames(of: code).contains(where: { $0.name == name })
    {
      guard !code.isLibrary else { throw Self.listFailure(name, callee.span) }
      throw .mistake(
        "\(names.book.text(contract)) does not export \(name)", at: callee.span,
        help: "internal(\(text)(…)) runs it all the same")
    }
    return try reading(callee.span) { () throws(CommandFailure) in try names.resolve(text) }
  }

  private func view(
    _ callee: Expression, _ arguments: [ArgumentSyntax], _ span: Span
  ) throws(ScenarioProblem) -> ScenarioValue {
    if case .name(let name) = callee.kind, name.text != "internal" {
      throw .mistake(
        .unknown(
          "function", name.text, among: scope.functions.keys.sorted() + Self.builtins),
        at: name.span)
    }
    return try result(
      of: routine(Expression(kind: .call(callee, arguments, paying: []), span: span)), span)
  }

  /// What a view gives, or another function that changes nothing.
  private func result(
    of routine: ScenarioRoutine, _ span: Span
  ) throws(ScenarioProblem) -> ScenarioValue {
    guard routine.export.isView else {
      throw .mistake(
        routine.isInternal
          ? "\(routine.export.name) may change something" : "\(routine.export.name) is no view",
        at: span, help: "only a step of its own changes something: alice: x = …")
    }
    let start = scope.world.state.checkpoint()
    let run = { (world: World) in routine.run(in: world, by: .zero, gas: Limits.gas) }
    let receipt = run(scope.world)
    guard let results = receipt.results else {
      let title = receipt.failure.map { FailureText(names: names).title($0) } ?? ""
      throw ScenarioTracing(scope: scope, start: start, run: run)
        .problem(ScenarioProblem("the view failed: \(title)", at: span))
    }
    let values = zip(results, routine.export.results).map {
      ScenarioValue($0, of: $1.kind, in: routine.code.module)
    }
    return values.count == 1 ? values[0] : .list(values)
  }
}
