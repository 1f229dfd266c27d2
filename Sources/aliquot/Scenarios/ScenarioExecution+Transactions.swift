import Assembly
import Bytecode
import Execution
import Hosting
import Integers
import State

/// Steps that are transactions.
extension ScenarioExecutor {
  /// A step that is a transaction, ready to run.
  struct Prepared {
    let caller: Identifier
    var payments: [AttachedPayment] = []
    let results: [Parameter]
    let module: Module?
    /// The function that is called; nil where nothing of a contract is.
    var target: GasTarget?
    let run: (World) -> Receipt
  }

  mutating func transact(_ step: ScenarioStep) throws(ScenarioProblem) {
    let prepared = try prepare(step)
    if !scope.isInBlock { plots?.blockWillBegin() }
    let checker = ScenarioExpectations(
      evaluator: evaluator, step: step, results: prepared.results, module: prepared.module)
    let before = try checker.before()
    let start = scope.world.state.checkpoint()
    let moves = checker.needsMoves ? MoveObserver() : nil
    let receipt = scope.watched(by: moves) { prepared.run(scope.world) }
    if let target = prepared.target {
      log.calls.append(
        GasCall(
          target: target, gas: receipt.gasUsed, isSuccess: receipt.failure == nil, span: step.span))
    }
    do throws(ScenarioProblem) {
      try keep(step, receipt, prepared)
      if !isReplay {
        try checker.check(
          receipt, before, since: start, moves: receipt.failure == nil ? moves?.moves ?? [] : [])
      }
      try checkInvariants(step, since: start)
    } catch {
      let tracing = ScenarioTracing(
        scope: scope, start: start, caller: prepared.caller, payments: prepared.payments,
        run: prepared.run)
      throw tracing.problem(error)
    }
    try holdTrace(step, prepared, start)
    log.steps += 1
    if !scope.isInBlock { plots?.blockDidEnd() }
    scope.endBlock()
  }

  private func prepare(_ step: ScenarioStep) throws(ScenarioProblem) -> Prepared {
    switch step.kind {
    case .call(let actor, _, let expression, let gas):
      let routine = try evaluator.routine(expression)
      guard actor != nil || routine.export.isView else {
        throw .mistake(
          "nobody is named who calls \(routine.export.name)", at: step.span,
          help: "begin with alice:")
      }
      let caller = try address(of: actor)
      let limit = try limit(gas)
      return Prepared(
        caller: caller, payments: routine.payments, results: routine.export.results,
        module: routine.code.module,
        target: routine.gasTarget
      ) { world in
        routine.run(in: world, by: caller, gas: limit)
      }
    case .deploy(let actor, _, let expression, let gas):
      return try prepareDeployment(actor, expression, gas)
    case .send(let actor, let amount, let to):
      guard let actor else {
        throw .mistake("nobody is named who sends", at: step.span, help: "begin with alice:")
      }
      let (asset, units) = try evaluator.payment(amount)
      let caller = try address(of: actor)
      let receiver = try evaluator.address(to)
      let limit = scope.stepGas
      return Prepared(
        caller: caller, payments: [AttachedPayment(asset: asset, amount: units)], results: [],
        module: nil, target: GasTarget(sending: asset, in: scope.names)
      ) { world in
        world.send(units, of: asset, from: caller, to: receiver, gas: limit)
      }
    default: break
    }
    throw .mistake("this is no transaction", at: step.span)
  }

  private func prepareDeployment(
    _ actor: Name?, _ expression: Expression, _ gas: Expression?
  ) throws(ScenarioProblem) -> Prepared {
    var callee = expression
    var arguments: [ArgumentSyntax] = []
    var payments: [PaymentSyntax] = []
    if case .call(let inner, let given, let paid) = expression.kind {
      (callee, arguments, payments) = (inner, given, paid)
    }
    guard case .name(let name) = callee.kind else {
      throw .mistake("expected the name of a contract", at: callee.span)
    }
    guard let code = scope.codes[name.text] else {
      throw .mistake(
        .unknown("contract to deploy", name.text, among: scope.codes.keys.sorted()), at: name.span)
    }
    let parameters = code.module.export(named: "init")?.parameters ?? []
    let values = try evaluator.values(
      arguments, for: parameters, of: "init", in: code.module, expression.span)
    let attached = try evaluator.attached(payments)
    let caller = try address(of: actor)
    let limit = try limit(gas)
    return Prepared(
      caller: caller, payments: attached, results: [Parameter("contract", .address)],
      module: code.module,
      target: GasTarget(contract: code.module.name, function: "init", path: code.path)
    ) { world in
      world.create(
        code.codeHash, arguments: values, payments: attached, by: caller, gas: limit)
    }
  }

  private func address(of actor: Name?) throws(ScenarioProblem) -> Identifier {
    guard let actor else { return NameBook.account(ScenarioScope.deployer) }
    return try evaluator.address(Expression(kind: .name(actor), span: actor.span))
  }

  private func limit(_ gas: Expression?) throws(ScenarioProblem) -> UInt64 {
    guard let gas else { return scope.stepGas }
    return UInt64(try evaluator.count(gas, in: 1...Int(Limits.gas)))
  }

  /// Gives names to what the step gave.
  private func keep(
    _ step: ScenarioStep, _ receipt: Receipt, _ prepared: Prepared
  ) throws(ScenarioProblem) {
    guard let results = receipt.results else { return }
    switch step.kind {
    case .deploy(_, let name, let expression, _):
      guard let address = results.first?.identifier else { return }
      let label = name?.text ?? scope.names.freeName(contractName(expression))
      guard scope.names.contract(label) == nil, !scope.names.hasGenesisAsset(label) else {
        throw .mistake("the name \"\(label)\" is taken", at: step.span)
      }
      scope.names.addContract(label, address)
    case .call(_, let targets, _, _) where !targets.isEmpty:
      guard targets.count == results.count else {
        throw .mistake(
          "the call has \(Words.count(results.count, "result")), not \(targets.count)",
          at: step.span)
      }
      for ((target, value), parameter) in zip(zip(targets, results), prepared.results) {
        scope.define(
          target.text, ScenarioValue(value, of: parameter.kind, in: prepared.module))
      }
    default: break
    }
  }

  private func contractName(_ expression: Expression) -> String {
    switch expression.kind {
    case .call(let callee, _, _): contractName(callee)
    case .name(let name): name.text
    default: "contract"
    }
  }

  /// Every invariant of every contract holds after every step.
  private func checkInvariants(
    _ step: ScenarioStep, since start: StateTable.Checkpoint
  ) throws(ScenarioProblem) {
    guard let (contract, invariant) = scope.brokenInvariant() else { return }
    var problem = ScenarioProblem(
      "afterwards the invariant \"\(invariant.title)\" of \(contract) does not hold", at: step.span)
    guard let address = scope.names.contract(contract) else { throw problem }
    if let code = scope.names.code(of: address), let map = code.map,
      map.functions.indices.contains(invariant.function)
    {
      let site = code.site(at: map.functions[invariant.function].declaration)
      problem.details = ["the invariant stands at \(site.place)"]
    }
    problem.details += ScenarioText(names: scope.names)
      .lines(of: scope.world.state.changes(since: start)).map { "changed: \($0)" }
    let recorder = TraceRecorder(names: scope.names, detail: .calls)
    _ = scope.retold(to: recorder) { scope.world.check(invariant, of: address) }
    let lines = TraceText(names: scope.names, paint: .plain).text(recorder, indentation: 0)
      .split(separator: "\n").dropFirst()
    problem.trace =
      (["invariant \"\(invariant.title)\" of \(contract)"] + lines).joined(separator: "\n") + "\n"
    throw problem
  }
}
