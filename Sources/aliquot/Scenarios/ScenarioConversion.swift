import Assembly
import Bytecode
import Execution
import Integers

/// Turns expressions into values of the kinds that contracts declare.
extension ScenarioEvaluator {
  /// The arguments of a function, in the order of its parameters.
  func values(
    _ arguments: [ArgumentSyntax], for parameters: [Parameter], of function: String,
    in module: Module,
    _ span: Span
  ) throws(ScenarioProblem) -> [Value] {
    let matched = try match(arguments, parameters, of: function, in: module, span)
    var values: [Value] = []
    for (parameter, expression) in zip(parameters, matched) {
      guard let expression else {
        throw .mistake(
          "parameter \"\(parameter.name)\" of \"\(function)\" is missing", at: span,
          help: "it is \(function)\(module.text(of: parameters))")
      }
      values.append(try value(expression, of: parameter.kind, parameter.name, in: module))
    }
    return values
  }

  /// Which expression goes with which parameter; nil for those that are not given.
  func match(
    _ arguments: [ArgumentSyntax], _ parameters: [Parameter], of function: String,
    in module: Module,
    _ span: Span
  ) throws(ScenarioProblem) -> [Expression?] {
    var matched = [Expression?](repeating: nil, count: parameters.count)
    for (index, argument) in arguments.enumerated() {
      var place = index
      if let label = argument.label {
        guard let found = parameters.firstIndex(where: { $0.name == label.text }) else {
          throw .mistake(
            .unknown(
              "parameter", label.text, in: "\"\(function)\"", among: parameters.map(\.name)),
            at: label.span)
        }
        place = found
      }
      guard place < parameters.count else {
        throw .mistake(
          "\"\(function)\" takes \(Words.count(parameters.count, "argument")), not "
            + "\(arguments.count)", at: span,
          help: "it is \(function)\(module.text(of: parameters))")
      }
      guard matched[place] == nil else {
        throw .mistake(
          "parameter \"\(parameters[place].name)\" of \"\(function)\" is given twice",
          at: argument.value.span)
      }
      matched[place] = argument.value
    }
    return matched
  }

  /// The value of an expression as one of a kind.
  func value(
    _ expression: Expression, of kind: Kind, _ name: String, in module: Module
  ) throws(ScenarioProblem) -> Value {
    if case .name(let column) = expression.kind, scope.variables[column.text] == nil,
      let entry = scope.row[column.text]
    {
      return try value(entry, of: kind, name, in: module)
    }
    if case .enumeration(let index) = kind, let number = enumCase(expression, Int(index), module) {
      return .int(number)
    }
    if kind == .asset, let text = try? pathText(expression), let asset = try? names(text) {
      return Value(asset)
    }
    if kind == .call, case .call = expression.kind {
      return .bytes(try contractCall(expression).encoded())
    }
    if kind == .assets, case .list(let elements) = expression.kind {
      var bytes: [UInt8] = []
      for element in elements {
        bytes += try value(element, of: .asset, name, in: module).string ?? []
      }
      return .bytes(bytes)
    }
    let given = try value(expression)
    guard let converted = given.value(of: kind), fits(given, kind, module) else {
      throw .mistake(
        "\"\(name)\" is of kind \(module.describe(kind)), and this is \(given.sort)",
        at: expression.span,
        help: "for example \(ArgumentReader.example(of: kind, in: module))")
    }
    return converted
  }

  /// Whether a case of an enum is of the enum that is asked for.
  private func fits(_ value: ScenarioValue, _ kind: Kind, _ module: Module) -> Bool {
    guard case .choice(let choice) = value, case .enumeration(let index) = kind else { return true }
    return module.enums.indices.contains(Int(index))
      && module.enums[Int(index)].cases == choice.cases
  }

  private func names(_ text: String) throws(CommandFailure) -> Identifier {
    if case .identifier(let identifier)? = scope.variables[text] { return identifier }
    return try scope.names.asset(text)
  }

  /// The number of a case that is named by its last word, unless the scenario has a value of this name.
  private func enumCase(_ expression: Expression, _ index: Int, _ module: Module) -> Integer? {
    let word: String
    switch expression.kind {
    case .name(let name): word = name.text
    case .member(_, let name): word = name.text
    default: return nil
    }
    guard scope.variables[word] == nil, module.enums.indices.contains(index) else { return nil }
    return module.enums[index].cases.firstIndex(of: word).map { Integer($0) }
  }
}
