@testable import Assembly

/// Writes trees as S-expressions, for tests.
enum Dump {
  static func text(_ file: SourceFile) -> String {
    ([(file.isLibrary ? "library " : "contract ") + file.name.text]
      + file.documentation.map { ";; \($0)" }
      + file.items.flatMap { $0.documentation.map { ";; \($0)" } + [text($0.kind)] })
      .joined(separator: "\n")
  }

  static func text(_ kind: ItemKind) -> String {
    switch kind {
    case .use(let path, _, let alias): "(use \(quoted(path)) \(alias.text))"
    case .constant(let name, let value): "(const \(name.text) \(text(value)))"
    case .enumeration(let name, let cases): "(enum \(name.text)\(names(cases)))"
    case .record(let name, let components): "(record \(name.text) \(text(components)))"
    case .assetClass(let syntax): text(syntax)
    case .state(let fields):
      "(state"
        + fields.map {
          " (\($0.name.text) \(text($0.type))"
            + $0.documentation.map { " ;\($0);" }.joined() + ")"
        }.joined() + ")"
    case .event(let name, let parameters): "(event \(name.text) \(text(parameters)))"
    case .error(let name, let parameters): "(error \(name.text) \(text(parameters)))"
    case .message(let name, let parameters): "(message \(name.text) \(text(parameters)))"
    case .interface(let syntax):
      "(interface \(syntax.name.text)\(syntax.members.map { " " + text($0) }.joined()))"
    case .accepts(let any, let fields): "(accepts\(any ? " any" : "")\(values(fields)))"
    case .function(let syntax): text(syntax)
    case .invariant(let syntax):
      "(invariant\(syntax.isEnforced ? " enforced" : "") \(quoted(syntax.title)) \(text(syntax.body)))"
    }
  }

  static func text(_ member: InterfaceMember) -> String {
    switch member {
    case .export(let name, let parameters, let results):
      "(export \(name.text) \(text(parameters)) \(text(results)))"
    case .view(let name, let parameters, let results):
      "(view \(name.text) \(text(parameters)) \(text(results)))"
    case .initialiser(_, let parameters): "(init \(text(parameters)))"
    case .error(let name, let parameters): "(error \(name.text) \(text(parameters)))"
    }
  }

  static func text(_ syntax: AssetClassSyntax) -> String {
    var words = ["class", syntax.name.text]
    if let title = syntax.title { words.append(quoted(title.text)) }
    if syntax.isKeyed { words.append("each") }
    if let decimals = syntax.decimals { words.append("decimals \(text(decimals))") }
    if syntax.isSingle { words.append("single") }
    if syntax.isBurnable { words.append("burnable") }
    if syntax.isForceable { words.append("forceable") }
    for hook in syntax.hooks {
      words.append("(hook\(hook.isForeign ? " other" : "") \(hook.name.text) \(text(hook.gas)))")
    }
    return "(\(words.joined(separator: " ")))"
  }

  static func text(_ syntax: FunctionSyntax) -> String {
    let role =
      switch syntax.role {
      case .initialiser: "init"
      case .export: "export"
      case .view: "view"
      case .hook: "hook"
      case .function: "fn"
      }
    return "(\(role) \(syntax.name.text) \(text(syntax.parameters))"
      + (syntax.results.isEmpty ? "" : " -> \(text(syntax.results))")
      + (syntax.payments.isEmpty ? "" : " payable\(names(syntax.payments))")
      + " \(text(syntax.body)))"
  }

  static func text(_ body: BodySyntax) -> String {
    switch body {
    case .statements(let statements, _): text(statements)
    case .code(let registers, let lines, _):
      "(code \(registers.map(String.init).joined(separator: " "))"
        + lines.map { " " + text($0) }.joined() + ")"
    case .shared(let name): "(= \(name.text))"
    }
  }

  static func text(_ line: CodeLine) -> String {
    let label = line.label.map { "\($0.text):" } ?? ""
    guard let (mnemonic, operands) = line.instruction else { return "(\(label))" }
    return "(\(label)\(mnemonic.text)"
      + operands.map { operand in
        switch operand.kind {
        case .word(let word): " \(word)"
        case .field(let field): " @\(field)"
        case .component(let component): " .\(component)"
        case .integer(let value): " \(String(describing: value))"
        case .bytes(let bytes): " \(bytes)"
        case .signature(let name, let parameters, let results, let isView):
          " \(name)(\(parameters.map(text).joined(separator: " ")))->"
            + "(\(results.map(text).joined(separator: " ")))\(isView ? "view" : "")"
        }
      }.joined() + ")"
  }

  static func text(_ parameters: [ParameterSyntax]) -> String {
    "(" + parameters.map { "\($0.name.text) \(text($0.type))" }.joined(separator: ", ") + ")"
  }

  static func text(_ type: TypeSyntax) -> String {
    switch type.kind {
    case .named(let names): names.map(\.text).joined(separator: ".")
    case .listOf(let element): "list-of-\(element.text)"
    case .map(let keys, let value, let isSummed):
      "(\(isSummed ? "summed " : "")map"
        + keys.map { key in " [" + (key.name.map { $0.text + " " } ?? "") + text(key.type) + "]" }
        .joined() + " \(text(value)))"
    }
  }

  static func text(_ statements: [Statement]) -> String {
    "{" + statements.map { text($0.kind) }.joined(separator: " ") + "}"
  }

  static func text(_ target: AssignmentTarget) -> String {
    switch target {
    case .local(let name): name.text
    case .place(let place): text(place)
    }
  }

  // swift-format-ignore
  static func text(_ kind: StatementKind) -> String {
    switch kind {
    case .assign(let targets, let value): "(= [\(targets.map(text).joined(separator: " "))] \(text(value)))"
    case .require(let condition, let error): "(require \(text(condition)) \(text(error)))"
    case .fail(let error): "(fail \(text(error)))"
    case .conditional(let branches, let otherwise):
      "(if" + branches.map { " \(text($0.condition)) \(text($0.body))" }.joined()
        + (otherwise.map { " else \(text($0))" } ?? "") + ")"
    case .whileLoop(let condition, let body): "(while \(text(condition)) \(text(body)))"
    case .forElements(let name, let list, let body):
      "(for \(name.text) in \(text(list)) \(text(body)))"
    case .forRange(let name, let from, let to, let isClosed, let body):
      "(for \(name.text) \(text(from)) \(isClosed ? ".." : "..<") \(text(to)) \(text(body)))"
    case .forEach(let loop):
      "(each\(names(loop.keys)) in \(text(loop.map))"
        + (loop.from.isEmpty ? "" : " from\(values(loop.from))") + (loop.isDown ? " down" : "")
        + (loop.limit.map { " limit \(text($0))" } ?? "") + " \(text(loop.body))"
        + (loop.rest.map { " rest \(text($0))" } ?? "") + ")"
    case .breakLoop: "(break)"
    case .continueLoop: "(continue)"
    case .returnValues(let results): "(return\(values(results)))"
    case .call(let call): "(call \(text(call)))"
    case .emit(let name, let arguments): "(emit \(name.text)\(text(arguments)))"
    case .mint(let asset, let amount, let to): "(mint \(text(asset)) \(text(amount)) \(text(to)))"
    case .burn(let asset, let amount): "(burn \(text(asset)) \(text(amount)))"
    case .send(let asset, let amount, let to): "(send \(text(asset)) \(text(amount)) \(text(to)))"
    case .force(let asset, let amount, let from, let to):
      "(force \(text(asset)) \(text(amount)) \(text(from)) \(text(to)))"
    case .createAsset(let assetClass, let hooks): "(create-asset \(text(assetClass))\(values(hooks)))"
    case .admit(let value): "(admit \(text(value)))"
    case .dismiss(let value): "(dismiss \(text(value)))"
    case .update(let target, let operation, let value):
      "(\(operation.rawValue)= \(text(target)) \(text(value)))"
    case .entry(let name, let place): "(entry \(name.text) \(text(place)))"
    case .delete(let value): "(delete \(text(value)))"
    case .push(let list, let value): "(push \(text(list)) \(text(value)))"
    case .sort(let list, let keys): "(sort \(text(list))\(keys.map { " by \(text($0))" } ?? ""))"
    case .attempt(let syntax):
      "(try \(text(syntax.gas)) \(text(syntax.attempt)) \(text(syntax.success))"
        + " else\(names(syntax.failureNames)) \(text(syntax.failure)))"
    case .perform(let call): "(perform \(text(call)))"
    case .expression(let value): "(value \(text(value)))"
    }
  }

  static func text(_ attempt: Attempt) -> String {
    switch attempt {
    case .call(let targets, let call): "[\(targets.map(text).joined(separator: " "))] \(text(call))"
    case .statement(let statement): text(statement.kind)
    }
  }

  static func text(_ error: ErrorUse) -> String { error.name.text + text(error.arguments) }

  static func text(_ arguments: [ArgumentSyntax]) -> String {
    "("
      + arguments.map { ($0.label.map { "\($0.text): " } ?? "") + text($0.value) }
      .joined(separator: ", ") + ")"
  }

  static func values(_ list: [Expression]) -> String { list.map { " " + text($0) }.joined() }

  static func names(_ list: [Name]) -> String { list.map { " " + $0.text }.joined() }

  static func quoted(_ text: String) -> String { "\"\(text)\"" }

  // swift-format-ignore
  static func text(_ expression: Expression) -> String {
    switch expression.kind {
    case .integer(let value): "\(String(describing: value))"
    case .decimal(let digits, let scale): "\(String(describing: digits))e-\(scale)"
    case .measured(let value, let unit): "(\(unit.text) \(text(value)))"
    case .text(let value): quoted(value)
    case .bytes(let bytes): "\(bytes)"
    case .boolean(let value): "\(value)"
    case .list(let elements): "(list\(values(elements)))"
    case .name(let name): name.text
    case .state(let name): "@\(name.text)"
    case .member(let base, let name): "(. \(text(base)) \(name.text))"
    case .subscripted(let base, let keys): "([] \(text(base))\(values(keys)))"
    case .call(let callee, let arguments, let payments):
      "(\(text(callee))\(text(arguments))"
        + payments.map { " paying \(text($0.amount)) of \(text($0.asset))" }.joined() + ")"
    case .negate(let value): "(- \(text(value)))"
    case .not(let value): "(not \(text(value)))"
    case .binary(let binary, let left, let right): "(\(binary.rawValue) \(text(left)) \(text(right)))"
    case .encode(let call): "(encode \(text(call)))"
    case .createAsset(let asset, let hooks):
      "(create-asset \(text(asset)) \(hooks.map(text).joined(separator: " ")))"
    case .create(let call): "(create \(text(call)))"
    case .perform(let call): "(perform \(text(call)))"
    case .invalid: "?"
    }
  }
}
