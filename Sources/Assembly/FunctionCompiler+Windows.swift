internal import Bytecode

/// A value that an instruction takes in a window.
struct WindowArgument {
  var expression: Expression
  var kind: Kind
}

/// Windows: rows of values in consecutive registers of each bank.
extension FunctionCompiler {
  /// Puts values where an instruction reads them, and says where their windows begin.
  ///
  /// Values that already stand in a row stay where they are, except in banks that the instruction
  /// writes to. A window without values begins at register 0.
  ///
  /// - Parameters:
  ///   - arguments: The values in the order of their declaration.
  ///   - order: The positions of the values in the order in which they are written.
  ///   - fresh: Whether the instruction writes to the window of a bank.
  /// - Returns: The first register of each window, or nil after an error.
  func window(
    _ arguments: [WindowArgument], order: [Int]? = nil, fresh: (Bank) -> Bool = { _ in false }
  ) -> BankCounts? {
    var places = [Int?](repeating: nil, count: arguments.count)
    var start = BankCounts()
    for bank in Bank.allCases {
      let members = arguments.indices.filter { arguments[$0].kind.bank == bank }
      guard let first = members.first else { continue }
      if !fresh(bank) {
        if members.count == 1 { continue }
        if let row = row(of: members.map { arguments[$0] }) {
          start[bank] = row
          for (offset, member) in members.enumerated() { places[member] = row + offset }
          continue
        }
      }
      for member in members { places[member] = allocate(bank) }
      start[bank] = places[first] ?? 0
    }
    var isComplete = true
    for position in order ?? Array(arguments.indices) {
      let argument = arguments[position]
      let mark = top
      guard let register = argumentValue(argument, into: places[position]) else {
        isComplete = false
        release(to: mark)
        continue
      }
      if places[position] == nil {
        start[argument.kind.bank] = register
        if register < mark[argument.kind.bank] { release(to: mark) }
      } else {
        release(to: mark)
      }
    }
    return isComplete ? start : nil
  }

  /// The first register of values that are locals in consecutive registers.
  private func row(of arguments: [WindowArgument]) -> Int? {
    var first: Int?
    for (offset, argument) in arguments.enumerated() {
      guard case .name(let name) = argument.expression.kind, let local = local(name.text),
        local.kind == argument.kind, local.register == (first ?? local.register) + offset
      else { return nil }
      if first == nil { first = local.register }
    }
    return first
  }

  /// One value; a list goes over itself, not a copy.
  private func argumentValue(_ argument: WindowArgument, into place: Int?) -> Int? {
    if argument.kind == .list, let place, case .name = argument.expression.kind {
      guard let register = compile(argument.expression, as: .list) else { return nil }
      move(.list, register, to: place)
      return place
    }
    return compile(argument.expression, as: argument.kind, into: place)
  }

  /// Brings arguments into the order of the declared parameters, or reports why that cannot be.
  func match(
    _ arguments: [ArgumentSyntax], to parameters: [Parameter], of what: String, at span: Span
  ) -> (arguments: [WindowArgument], order: [Int])? {
    if arguments.contains(where: { $0.label != nil }) {
      return matchLabelled(arguments, to: parameters, of: what, at: span)
    }
    guard arguments.count == parameters.count else {
      reportCount(arguments, parameters, of: what, at: span)
      return nil
    }
    let matched = zip(arguments, parameters).map {
      WindowArgument(expression: $0.value, kind: $1.kind)
    }
    return (matched, Array(matched.indices))
  }

  private func reportCount(
    _ arguments: [ArgumentSyntax], _ parameters: [Parameter], of what: String, at span: Span
  ) {
    for argument in arguments { _ = compile(argument.value) }
    let list = parameters.map { "\($0.name) \(describe($0.kind))" }.joined(separator: ", ")
    report(
      .argumentCount,
      "\(what) takes \(parameters.count) argument\(parameters.count == 1 ? "" : "s"), "
        + "not \(arguments.count)", at: span,
      help: parameters.isEmpty ? nil : "it is declared with (\(list))")
  }

  private func matchLabelled(
    _ arguments: [ArgumentSyntax], to parameters: [Parameter], of what: String, at span: Span
  ) -> (arguments: [WindowArgument], order: [Int])? {
    var matched = [Expression?](repeating: nil, count: parameters.count)
    var order: [Int] = []
    var isComplete = true
    for argument in arguments {
      guard let label = argument.label else {
        report(
          .argumentLabel, "either all arguments are labelled or none", at: argument.value.span)
        return nil
      }
      guard let position = parameters.firstIndex(where: { $0.name == label.text }) else {
        report(
          .argumentLabel, "\(what) has no parameter \"\(label.text)\"", at: label.span,
          suggestion: compilation.meant(label.text, among: parameters.map(\.name)))
        isComplete = false
        continue
      }
      if matched[position] != nil {
        report(.argumentLabel, "\"\(label.text)\" is given twice", at: label.span)
        isComplete = false
        continue
      }
      matched[position] = argument.value
      order.append(position)
    }
    guard isComplete else { return nil }
    let missing = zip(parameters, matched).filter { $0.1 == nil }.map { "\"\($0.0.name)\"" }
    guard missing.isEmpty else {
      report(
        .argumentCount, "\(what) also needs \(missing.joined(separator: ", "))", at: span)
      return nil
    }
    let result = zip(parameters, matched).compactMap { parameter, expression in
      expression.map { WindowArgument(expression: $0, kind: parameter.kind) }
    }
    return (result, order)
  }
}
