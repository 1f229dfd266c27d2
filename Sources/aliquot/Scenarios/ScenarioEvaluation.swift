import Assembly
import Bytecode
import Crypto
import Execution
import Integers
import State

/// Works out expressions of scenarios.
struct ScenarioEvaluator {
  /// Where names are looked up.
  let scope: ScenarioScope

  var names: NamedWorld { scope.names }

  /// The value of an expression.
  func value(_ expression: Expression) throws(ScenarioProblem) -> ScenarioValue {
    switch expression.kind {
    case .integer(let integer): return .int(integer)
    case .decimal:
      throw .mistake(
        "a decimal is an amount only together with its asset", at: expression.span,
        help: "for example 25.50 USD")
    case .measured(let number, let unit): return .int(try measured(number, unit))
    case .text(let text): return .text(text)
    case .bytes(let bytes): return .bytes(bytes)
    case .boolean(let flag): return .bool(flag)
    case .list(let elements):
      var values: [ScenarioValue] = []
      for element in elements { values.append(try value(element)) }
      return .list(values)
    case .name(let name): return try self.name(name)
    case .member, .subscripted: return try place(expression)
    case .call(let callee, let arguments, let payments):
      return try call(callee, arguments, payments, expression.span)
    case .negate(let operand): return .int(try integer(operand).negated())
    case .not(let operand): return .bool(!(try boolean(operand)))
    case .binary(let binary, let left, let right):
      return try self.binary(binary, left, right, expression.span)
    case .state, .encode, .create, .createAsset, .perform, .invalid:
      throw .mistake("this belongs into a contract, not into a scenario", at: expression.span)
    }
  }

  // MARK: - Of a sort

  /// An integer.
  func integer(_ expression: Expression) throws(ScenarioProblem) -> Integer {
    switch try value(expression) {
    case .int(let integer): return integer
    case let other: throw .mistake("expected an integer, found \(other.sort)", at: expression.span)
    }
  }

  /// A small integer.
  func count(
    _ expression: Expression, in range: ClosedRange<Int>
  ) throws(ScenarioProblem) -> Int {
    let integer = try integer(expression)
    guard let number = integer.asInt, range.contains(number) else {
      throw .mistake(
        "\(integer) is not from \(range.lowerBound) to \(range.upperBound)", at: expression.span)
    }
    return number
  }

  /// True or false.
  func boolean(_ expression: Expression) throws(ScenarioProblem) -> Bool {
    switch try value(expression) {
    case .bool(let flag): return flag
    case let other:
      throw .mistake("expected true or false, found \(other.sort)", at: expression.span)
    }
  }

  /// An address: of an actor, a contract, or a value.
  func address(_ expression: Expression) throws(ScenarioProblem) -> Identifier {
    switch try value(expression) {
    case .identifier(let identifier): return identifier
    case .bytes(let bytes) where bytes.count == 32: return Identifier(bytes) ?? .zero
    case let other: throw .mistake("expected an address, found \(other.sort)", at: expression.span)
    }
  }

  /// An amount and its asset: `25.50 USD` in whole units, `rest of USD` in the smallest.
  func payment(
    _ payment: PaymentSyntax
  ) throws(ScenarioProblem) -> (asset: Identifier, amount: Integer) {
    guard case .measured(let number, let unit) = payment.amount.kind else {
      return (try asset(payment.asset), try integer(payment.amount))
    }
    let asset = try asset(unit)
    return (asset, try amount(number, of: asset, unit))
  }

  /// The asset that an expression means.
  private func asset(_ expression: Expression) throws(ScenarioProblem) -> Identifier {
    switch try value(expression) {
    case .identifier(let identifier): return identifier
    case let other: throw .mistake("expected an asset, found \(other.sort)", at: expression.span)
    }
  }

  /// The asset that a name means.
  func asset(_ name: Name) throws(ScenarioProblem) -> Identifier {
    if case .identifier(let identifier)? = scope.variables[name.text] { return identifier }
    var text = name.text
    // The key of a class may be a name of the scenario.
    if let open = text.firstIndex(of: "["), text.hasSuffix("]") {
      let key = text[text.index(after: open)...].dropLast()
      if let value = scope.variables[String(key)] { text = "\(text[..<open])[\(value.text)]" }
    }
    return try reading(name.span) { () throws(CommandFailure) in try names.asset(text) }
  }

  /// Turns what a reader of names refuses into a mistake at a place.
  func reading<Result>(
    _ span: Span, _ body: () throws(CommandFailure) -> Result
  ) throws(ScenarioProblem) -> Result {
    do { return try body() } catch { throw .mistake(error, at: span) }
  }

  // MARK: - Numbers with units

  private func measured(_ number: Expression, _ unit: Name) throws(ScenarioProblem) -> Integer {
    if let seconds = ArgumentReader.seconds(in: unit.text) {
      if case .decimal = number.kind {
        throw .mistake("a time is a whole number of \(unit.text)", at: number.span)
      }
      let count = try integer(number)
      return try arithmetic(number.span) { () throws(ArithmeticFailure) in
        try count.multiplied(by: Integer(seconds))
      }
    }
    if unit.text == "bps" { return try integer(number) }
    let asset = try asset(unit)
    return try amount(number, of: asset, unit)
  }

  /// A number of whole units and their parts, in the smallest unit.
  func amount(
    _ number: Expression, of asset: Identifier, _ unit: Name
  ) throws(ScenarioProblem) -> Integer {
    let decimals = names.decimals(of: asset)
    switch number.kind {
    case .decimal(let digits, let scale):
      guard scale <= decimals else {
        throw .mistake(
          "\(unit.text) has \(Words.count(decimals, "decimal")), and this amount has \(scale)",
          at: number.span)
      }
      return try arithmetic(number.span) { () throws(ArithmeticFailure) in
        try digits.multiplied(by: Integer(10).power(Integer(decimals - scale)))
      }
    default:
      let whole = try integer(number)
      return try arithmetic(number.span) { () throws(ArithmeticFailure) in
        try whole.multiplied(by: Integer(10).power(Integer(decimals)))
      }
    }
  }

  func arithmetic<Result>(
    _ span: Span, _ body: () throws(ArithmeticFailure) -> Result
  ) throws(ScenarioProblem) -> Result {
    do { return try body() } catch {
      let reason =
        switch error {
        case .divisionByZero: "this divides by zero"
        case .inexact: "this division leaves a remainder, and its rounding is exact"
        case .negativeExponent: "this exponent is negative"
        case .tooLarge: "this number is too large: an integer has at most 16,384 bits"
        default: "this has no result"
        }
      throw .mistake(reason, at: span)
    }
  }

  // MARK: - Names and places

  private func name(_ name: Name) throws(ScenarioProblem) -> ScenarioValue {
    if let value = scope.variables[name.text] { return value }
    if let expression = scope.row[name.text] { return try value(expression) }
    switch name.text {
    case "none": return .nothing
    case "now": return .int(Integer(scope.world.block.time))
    case "height": return .int(Integer(scope.world.block.height))
    case "zero_address", "zero_asset": return .identifier(.zero)
    default: break
    }
    if let address = names.book.address(name.text) { return .identifier(address) }
    if names.hasGenesisAsset(name.text) {
      return .identifier(World.asset(issuer: .zero, className: name.text))
    }
    let known =
      scope.variables.keys.sorted() + names.contracts.map(\.name) + names.book.all
      + names.genesisAssets
    throw .mistake(.unknown("name", name.text, among: known), at: name.span)
  }

  /// What a dotted or subscripted expression means: a place in the state, a case of an enum, an asset of a
  /// contract, or an element of a list.
  private func place(_ expression: Expression) throws(ScenarioProblem) -> ScenarioValue {
    if let element = try element(expression) { return element }
    if let choice = try enumCase(expression) { return .choice(choice) }
    let text = try pathText(expression)
    if let asset = try? names.asset(text) { return .identifier(asset) }
    return try stored(
      at: reading(expression.span) { () throws(CommandFailure) in
        try StatePath.read(text, in: names)
      }, expression.span)
  }

  /// The element of a list that is named or returned: `holders[3]`, `rig.standing()[0]`.
  private func element(_ expression: Expression) throws(ScenarioProblem) -> ScenarioValue? {
    guard case .subscripted(let base, let keys) = expression.kind, keys.count == 1 else {
      return nil
    }
    switch base.kind {
    case .name(let name):
      guard case .list? = scope.variables[name.text] else { return nil }
    case .call: break
    default: return nil
    }
    guard case .list(let elements) = try value(base) else {
      throw .mistake("expected a list", at: base.span)
    }
    guard let place = try integer(keys[0]).asInt, elements.indices.contains(place) else {
      throw .mistake(
        "the list has \(Words.count(elements.count, "element")), counted from 0",
        at: keys[0].span)
    }
    return elements[place]
  }

  /// The case that `Status.Active` or `shop.Status.Active` names.
  private func enumCase(_ expression: Expression) throws(ScenarioProblem) -> EnumCase? {
    guard case .member(let base, let last) = expression.kind else { return nil }
    var modules = scope.codes.sorted { $0.key < $1.key }.map(\.value.module)
    let type: String
    switch base.kind {
    case .name(let name): type = name.text
    case .member(let owner, let name):
      guard case .name(let owner) = owner.kind,
        let code = scope.codes[owner.text] ?? names.contract(owner.text).flatMap(names.code(of:))
      else { return nil }
      type = name.text
      modules = [code.module]
    default: return nil
    }
    var found: [EnumCase] = []
    for declared in modules.flatMap(\.enums) where declared.name == type {
      guard let number = declared.cases.firstIndex(of: last.text) else { continue }
      found.append(EnumCase(number: number, type: type, cases: declared.cases))
    }
    guard Set(found.map(\.number)).count <= 1 else {
      throw .mistake(
        "several contracts have an enum \(type)", at: expression.span,
        help: "write the contract before it: Shop.\(type).\(last.text)")
    }
    return found.first
  }

  /// The case that an expression names, where one of an enum is expected.
  func choice(_ expression: Expression, like other: ScenarioValue) -> ScenarioValue? {
    guard case .choice(let known) = other else { return nil }
    let word: String
    switch expression.kind {
    case .name(let name):
      guard scope.variables[name.text] == nil else { return nil }
      if let entry = scope.row[name.text] { return choice(entry, like: other) }
      word = name.text
    case .member(let base, let name):
      switch base.kind {
      case .name(let type), .member(_, let type):
        guard type.text == known.type else { return nil }
      default: return nil
      }
      word = name.text
    default: return nil
    }
    return known.cases.firstIndex(of: word).map {
      .choice(EnumCase(number: $0, type: known.type, cases: known.cases))
    }
  }

  /// The text of a path, with the values of the keys in it.
  func pathText(_ expression: Expression) throws(ScenarioProblem) -> String {
    switch expression.kind {
    case .name(let name): return contractText(name.text) ?? name.text
    case .member(let base, let name): return "\(try pathText(base)).\(name.text)"
    case .subscripted(let base, let keys):
      var texts: [String] = []
      for key in keys { texts.append(try keyText(key)) }
      return "\(try pathText(base))[\(texts.joined(separator: ", "))]"
    case .call(let callee, let arguments, _):
      var texts: [String] = []
      for argument in arguments { texts.append(try formArgument(argument.value)) }
      return "\(try pathText(callee))(\(texts.joined(separator: ", ")))"
    default:
      throw .mistake("this is no path", at: expression.span, help: "for example shop.jobs[7].payer")
    }
  }

  /// The name of the contract that a name of the scenario stands for.
  private func contractText(_ name: String) -> String? {
    guard case .identifier(let address)? = scope.variables[name],
      scope.world.codeHash(of: address) != nil
    else { return nil }
    return names.book.name(address) ?? "0x\(address)"
  }

  /// A component of a key; a word that names no value may be a case of an enum.
  private func keyText(_ key: Expression) throws(ScenarioProblem) -> String {
    do throws(ScenarioProblem) { return try value(key).text } catch {
      guard case .name(let word) = key.kind else { throw error }
      if let entry = scope.row[word.text] { return try keyText(entry) }
      guard
        scope.codes.values.contains(where: { code in
          code.module.enums.contains { $0.cases.contains(word.text) }
        })
      else { throw error }
      return word.text
    }
  }

  /// What stands in `balance(USD, alice)` or `total(shop.sums)`: a path or a value.
  private func formArgument(_ expression: Expression) throws(ScenarioProblem) -> String {
    switch expression.kind {
    case .name(let name) where scope.variables[name.text] == nil: return name.text
    case .member: return try pathText(expression)
    case .subscripted:
      if let element = try element(expression) { return element.text }
      return try pathText(expression)
    default: return try value(expression).text
    }
  }

  /// What is stored at a path; zero where a plain value is not stored.
  func stored(at path: StatePath, _ span: Span) throws(ScenarioProblem) -> ScenarioValue {
    guard case .value(let key, let component) = path.target else {
      throw .mistake(
        "this names many values and not one", at: span, help: "name one entry by its key")
    }
    let bytes = scope.world.state.value(for: key.bytes)
    switch key {
    case .field(let contract, let index, _):
      guard let module = scope.world.module(of: contract),
        module.fields.indices.contains(Int(index))
      else { return .nothing }
      return decoded(bytes, of: module.fields[Int(index)], in: module, component)
    case .total, .balance, .supply, .creations, .nonce: return .int(Integer(stored: bytes))
    case .holder: return bytes.flatMap { Identifier($0) }.map { .identifier($0) } ?? .nothing
    case .admission: return .bool(bytes != nil)
    default: return bytes.map { .bytes($0) } ?? .nothing
    }
  }

  private func decoded(
    _ bytes: [UInt8]?, of field: Field, in module: Module, _ component: Int?
  ) -> ScenarioValue {
    guard let values = try? field.values(decoding: bytes) else { return .nothing }
    switch field.value {
    case .plain(let kind):
      return
        values.first.map { ScenarioValue($0, of: kind, in: module) } ?? .nothing
    case .record(_, let components):
      if let component {
        return ScenarioValue(values[component], of: components[component].kind, in: module)
      }
      return .list(zip(values, components).map { ScenarioValue($0, of: $1.kind, in: module) })
    }
  }
}
