import Assembly
import Bytecode
import Execution
import Hosting
import Verification

/// A function that a scenario runs with values: one that a contract offers, or with `internal(…)` any other
/// of its functions.
struct ScenarioRoutine {
  /// The contract.
  let contract: Identifier
  /// Its code.
  let code: ContractCode
  /// What the function is called, takes and gives.
  let export: Export
  /// The arguments in the order of the parameters.
  let arguments: [Value]
  /// What is paid with the call.
  let payments: [AttachedPayment]
  /// Whether it is not exported.
  let isInternal: Bool

  /// What its gas is counted for; what no transaction can call has no price.
  var gasTarget: GasTarget? {
    isInternal
      ? nil : GasTarget(contract: code.module.name, function: export.name, path: code.path)
  }

  /// Runs it, and leaves nothing behind if it is a view.
  func run(in world: World, by caller: Identifier, gas: UInt64) -> Receipt {
    guard isInternal else {
      let call = ContractCall(
        target: contract, export: export, in: code.module, arguments: arguments,
        payments: payments)
      return export.isView && payments.isEmpty
        ? world.view(call, by: caller, gas: gas) : world.call(call, by: caller, gas: gas)
    }
    return world.run(
      function: export.function, of: contract, arguments: arguments, by: caller, gas: gas)
  }
}

extension ScenarioEvaluator {
  /// The routine that an expression calls: `shop.buy(3) paying 5 USD`, `internal(shop.share(7))`.
  func routine(_ expression: Expression) throws(ScenarioProblem) -> ScenarioRoutine {
    guard case .call(let callee, let arguments, let payments) = expression.kind else {
      throw .mistake("expected a call such as shop.buy(3)", at: expression.span)
    }
    if case .name(let word) = callee.kind, word.text == "internal" {
      return try internalRoutine(arguments, payments, expression.span)
    }
    let (contract, code, export) = try target(callee)
    return ScenarioRoutine(
      contract: contract, code: code, export: export,
      arguments: try values(
        arguments, for: export.parameters, of: export.name, in: code.module, expression.span),
      payments: try attached(payments), isInternal: false)
  }

  private func internalRoutine(
    _ arguments: [ArgumentSyntax], _ payments: [PaymentSyntax], _ span: Span
  ) throws(ScenarioProblem) -> ScenarioRoutine {
    guard arguments.count == 1, payments.isEmpty,
      case .call(let callee, let given, let paid) = arguments[0].value.kind, paid.isEmpty
    else {
      throw .mistake(
        "internal runs a function of a contract that is not exported, without payments", at: span,
        help: "for example internal(shop.share(7))")
    }
    let text = try pathText(callee)
    guard let (contract, name) = names.parts(text), let code = names.code(of: contract) else {
      throw .mistake("there is no contract in \"\(text)\"", at: callee.span)
    }
    let export = try internalFunction(name, of: code, names.book.text(contract), callee.span)
    return ScenarioRoutine(
      contract: contract, code: code, export: export,
      arguments: try values(given, for: export.parameters, of: name, in: code.module, span),
      payments: [], isInternal: true)
  }

  /// A function that is not exported, with the names that its source gives the parameters.
  private func internalFunction(
    _ name: String, of code: ContractCode, _ contract: String, _ span: Span
  ) throws(ScenarioProblem) -> Export {
    let module = code.module
    guard module.export(named: name) == nil else {
      throw .mistake(
        "\(name) is exported", at: span, help: "call it without internal: \(contract).\(name)(…)")
    }
    let inside = Self.internalNames(of: code)
    guard let function = inside.first(where: { $0.name == name })?.function else {
      throw .mistake(
        .unknown("function inside", name, in: contract, among: inside.map(\.name)), at: span)
    }
    let declared = module.functions[function]
    guard !(declared.parameters + declared.results).contains(.list) else {
      throw Self.listFailure(name, span)
    }
    return Export(
      name: name, function: function, parameters: code.parameters(ofFunction: function),
      results: declared.results.map { Parameter("", $0) }, payments: [],
      isView: code.verified.effects[function].isPure)
  }

  /// The functions of a contract that are neither exported nor hooks nor invariants; those that nothing
  /// calls are not in its code.
  static func internalNames(of code: ContractCode) -> [(name: String, function: Int)] {
    let module = code.module
    let taken = Set(
      module.exports.map(\.function) + module.hooks.map(\.function)
        + module.invariants.map(\.function))
    return module.functions.indices.filter { !taken.contains($0) }
      .map { (code.functionName($0), $0) }
  }

  /// What there is to say about a function with lists.
  static func listFailure(_ name: String, _ span: Span) -> ScenarioProblem {
    .mistake(
      "\(name) takes or gives a list, which never leaves a contract", at: span,
      help: "run a function that calls it, and takes integers or bytes")
  }
}
