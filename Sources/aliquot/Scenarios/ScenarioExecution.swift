import Assembly
import Bytecode
import Execution
import Hosting
import Integers
import State

/// Carries out the steps of a case.
struct ScenarioExecutor {
  /// Turns of a loop, of all loops of a case together.
  static let turnsMax = 100_000

  /// The world of the case.
  let scope: ScenarioScope
  /// Whether only invariants count, and steps that the world has no place for are passed over.
  var isReplay = false
  /// Turns of loops that are left.
  private var turns = ScenarioExecutor.turnsMax
  /// What the case did.
  private(set) var log = ScenarioLog()
  /// Gathers what is plotted; nil where nobody draws it.
  var plots: PlotSampler?
  /// Holds golden steps against their records; nil where there are none.
  var golden: GoldenCase?
  /// Whether the steps are those of one course of events, which can be plotted and recorded.
  private var isStory = false

  private var evaluator: ScenarioEvaluator { ScenarioEvaluator(scope: scope) }

  init(scope: ScenarioScope) { self.scope = scope }

  // MARK: - Beginning

  /// Makes the actors, the money and the names of a suite, and carries out its setups.
  mutating func begin(_ suite: ScenarioSuite) throws(ScenarioProblem) {
    for actor in suite.beginning.actors { try make(actor) }
    for function in suite.beginning.functions {
      guard !ScenarioEvaluator.builtins.contains(function.name.text) else {
        throw .mistake("\(function.name.text) is built in", at: function.name.span)
      }
      scope.functions[function.name.text] = function
    }
    for asset in suite.beginning.assets { try make(asset) }
    for library in suite.beginning.libraries { try make(library) }
    for (name, value) in suite.beginning.definitions {
      scope.variables[name.text] = try evaluator.value(value)
    }
    for steps in suite.beginning.setups { try run(steps) }
  }

  private func make(_ actor: ScenarioActor) throws(ScenarioProblem) {
    let name = actor.name.text
    guard let count = actor.count else {
      scope.sandbox.addAccount(name)
      return
    }
    var accounts: [ScenarioValue] = []
    for number in 0..<(try evaluator.count(count, in: 1...1_000)) {
      scope.sandbox.addAccount("\(name)[\(number)]")
      accounts.append(.identifier(NameBook.account("\(name)[\(number)]")))
    }
    scope.variables[name] = .list(accounts)
  }

  /// Makes a library stand for itself, as a contract of its name.
  private func make(_ library: Name) throws(ScenarioProblem) {
    guard let code = scope.codes[library.text] else { return }
    guard scope.names.book.address(library.text) == nil,
      !scope.names.hasGenesisAsset(library.text)
    else {
      throw .mistake(
        "the name \"\(library.text)\" of this library is taken", at: library.span,
        help: "give it another: use \"…\" as \(library.text)Library")
    }
    let receipt = scope.world.create(
      code.codeHash, by: NameBook.account(ScenarioScope.deployer), gas: scope.stepGas)
    guard let address = receipt.results?.first?.identifier else {
      throw .mistake("this library cannot stand for itself", at: library.span)
    }
    scope.names.addContract(library.text, address)
  }

  private func make(_ asset: ScenarioAsset) throws(ScenarioProblem) {
    let decimals = try asset.decimals.map { expression throws(ScenarioProblem) in
      try evaluator.count(expression, in: 0...Limits.decimals)
    }
    guard !scope.names.hasGenesisAsset(asset.name.text) else {
      throw .mistake("there is an asset \"\(asset.name.text)\" already", at: asset.name.span)
    }
    let identifier = scope.world.createGenesisAsset(
      named: asset.name.text, decimals: UInt8(decimals ?? 0), supply: 0, holder: .zero)
    scope.names.addGenesisAsset(asset.name.text)
    var supply: Integer = 0
    for (amount, holder) in asset.holdings {
      let units = try evaluator.amount(amount, of: identifier, asset.name)
      let address = try evaluator.reading(holder.span) { () throws(CommandFailure) in
        try scope.names.book.read(holder.text)
      }
      guard !units.isNegative,
        scope.world.adjustBalance(of: identifier, holder: address, by: units),
        let sum = try? supply.adding(units)
      else { throw .mistake("nobody can hold this much", at: amount.span) }
      supply = sum
    }
    scope.world.setSupply(supply, of: identifier)
  }

  // MARK: - Steps

  /// Carries out the steps of a scenario from its beginning to its end.
  mutating func tell(_ steps: [ScenarioStep]) throws(ScenarioProblem) {
    isStory = true
    defer {
      log.plots = plots?.plots ?? []
      log.records = golden?.records ?? []
    }
    try run(steps)
    try plots?.finish()
  }

  /// Carries out steps in order.
  mutating func run(_ steps: [ScenarioStep]) throws(ScenarioProblem) {
    for step in steps {
      do throws(ScenarioProblem) { try run(step) } catch {
        guard isReplay, !error.isFailure else {
          var problem = error
          if problem.step == nil { problem.step = step.span }
          throw problem
        }
      }
    }
  }

  private mutating func run(_ step: ScenarioStep) throws(ScenarioProblem) {
    switch step.kind {
    case .call, .deploy, .send: try transact(step)
    case .warp(let amount, let isBlocks):
      try refuseClauses(step)
      try refuseInBlock(step)
      if isBlocks {
        let count = try evaluator.count(amount, in: 1...1 << 32)
        scope.sandbox.advance(blocks: count, seconds: count * Sandbox.blockInterval)
      } else {
        scope.sandbox.advance(blocks: 1, seconds: try evaluator.count(amount, in: 0...1 << 40))
      }
    case .at(let moment, let isBlock):
      try refuseClauses(step)
      try refuseInBlock(step)
      try isBlock ? goToHeight(moment) : goToTime(moment)
    case .define(let name, let value):
      try refuseClauses(step)
      scope.define(name.text, try evaluator.value(value))
    case .expect(let condition):
      try refuseClauses(step)
      try expect(condition)
    case .block(let steps):
      try refuseClauses(step)
      guard !scope.isInBlock else { throw .mistake("a block holds no other", at: step.span) }
      plots?.blockWillBegin()
      scope.isInBlock = true
      try run(steps)
      scope.isInBlock = false
      plots?.blockDidEnd()
      scope.endBlock()
    case .loop(let name, let iteration, let steps):
      try refuseClauses(step)
      try loop(name, iteration, steps)
    case .conditional(let condition, let steps, let otherwise):
      try refuseClauses(step)
      try run(try evaluator.boolean(condition) ? steps : otherwise)
    case .plot(let plot):
      try refuseClauses(step)
      try refuseInBlock(step)
      guard isStory else {
        throw .mistake(
          "only a scenario can be plotted", at: step.span,
          help: "a setup and a property have no course of time of their own")
      }
      try plots?.begin(plot)
    case .golden(let syntax):
      try refuseClauses(step)
      try holdState(syntax, step.span)
    }
  }

  private func refuseClauses(_ step: ScenarioStep) throws(ScenarioProblem) {
    if let clause = step.clauses.first {
      throw .mistake("nothing can be expected of this step", at: clause.span)
    }
  }

  private func refuseInBlock(_ step: ScenarioStep) throws(ScenarioProblem) {
    guard !scope.isInBlock else {
      throw .mistake("inside of a block no time passes", at: step.span)
    }
  }

  /// The next block is at a moment; what is below the time of the first block is counted from it.
  private func goToTime(_ moment: Expression) throws(ScenarioProblem) {
    var time = try evaluator.count(moment, in: 0...1 << 40)
    if time < ScenarioScope.startTime { time += ScenarioScope.startTime }
    let earliest = scope.earliestTime
    guard time >= earliest else {
      throw .mistake(
        "this moment has passed: the last block was "
          + "\(Words.count(earliest - time, "second")) later", at: moment.span)
    }
    scope.setTime(time)
  }

  private func goToHeight(_ height: Expression) throws(ScenarioProblem) {
    let target = try evaluator.count(height, in: 0...1 << 40)
    guard target >= scope.lowestHeight else {
      throw .mistake(
        "this block has passed: the next one is block \(scope.lowestHeight) or later",
        at: height.span)
    }
    scope.setHeight(target)
  }

  private mutating func loop(
    _ name: Name, _ iteration: Iteration, _ steps: [ScenarioStep]
  ) throws(ScenarioProblem) {
    let outer = scope.variables[name.text]
    switch iteration {
    case .elements(let list):
      guard case .list(let elements) = try evaluator.value(list) else {
        throw .mistake("expected a list or a range", at: list.span)
      }
      for element in elements { try turn(name, element, steps) }
    case .range(let low, let high, let isClosed):
      var next = try evaluator.integer(low)
      let end = try evaluator.integer(high)
      while isClosed ? next <= end : next < end {
        try turn(name, .int(next), steps)
        next = (try? next.adding(1)) ?? end
      }
    }
    scope.variables[name.text] = outer
  }

  private mutating func turn(
    _ name: Name, _ value: ScenarioValue, _ steps: [ScenarioStep]
  ) throws(ScenarioProblem) {
    turns -= 1
    guard turns > 0 else {
      throw .mistake("the loops of this case have more than \(Self.turnsMax) turns", at: name.span)
    }
    scope.variables[name.text] = value
    do throws(ScenarioProblem) { try run(steps) } catch {
      var problem = error
      problem.bindings.insert(
        "\(name.text) = \(ScenarioText(names: scope.names).text(value))", at: 0)
      throw problem
    }
  }

  private func expect(_ condition: Expression) throws(ScenarioProblem) {
    guard !(try evaluator.boolean(condition)) else { return }
    // Of several conditions the first that does not hold is the one to look at.
    if case .binary(.and, let left, let right) = condition.kind {
      try expect(left)
      try expect(right)
    }
    var problem = ScenarioProblem("this does not hold", at: condition.span)
    if case .binary(let sign, let left, let right) = condition.kind, sign != .and, sign != .or {
      let text = ScenarioText(names: scope.names)
      let (a, b) = try evaluator.sides(left, right)
      let unit = evaluator.unit(of: left) ?? evaluator.unit(of: right)
      problem.difference = text.difference(
        a, b, of: unit, labels: ("left", "right"), isRemarked: sign == .equal)
    }
    throw problem
  }

  // MARK: - Transactions

  /// A step that is a transaction, ready to run.
  private struct Prepared {
    let caller: Identifier
    var payments: [AttachedPayment] = []
    let results: [Parameter]
    let module: Module?
    /// The function that is called; nil where nothing of a contract is.
    var target: GasTarget?
    let run: (World) -> Receipt
  }

  private mutating func transact(_ step: ScenarioStep) throws(ScenarioProblem) {
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

// MARK: - Golden steps

extension ScenarioExecutor {
  /// Holds what a golden step did against its record; it is run once more to be seen.
  private mutating func holdTrace(
    _ step: ScenarioStep, _ prepared: Prepared, _ start: StateTable.Checkpoint
  ) throws(ScenarioProblem) {
    guard !isReplay else { return }
    for clause in step.clauses {
      guard case .golden = clause.kind else { continue }
      try requireStory(clause.span)
      scope.world.state.revert(to: start)
      let recorder = TraceRecorder(names: scope.names, detail: .calls)
      let receipt = scope.retold(to: recorder) { prepared.run(scope.world) }
      let lines = GoldenText(names: scope.names).lines(
        recorder, receipt, changes: scope.world.state.changes(since: start))
      try golden?.hold(lines, of: step.span, golden: clause.span)
    }
  }

  /// Holds what contracts store against its record.
  private mutating func holdState(
    _ syntax: GoldenSyntax, _ span: Span
  ) throws(ScenarioProblem) {
    guard !isReplay else { return }
    try requireStory(span)
    var contracts: Set<Identifier> = []
    for name in syntax.contracts {
      let address = try evaluator.address(Expression(kind: .name(name), span: name.span))
      guard scope.world.codeHash(of: address) != nil else {
        throw .mistake("\(name.text) is no contract", at: name.span)
      }
      contracts.insert(address)
    }
    let lines = GoldenText(names: scope.names).lines(
      ofStateOf: syntax.contracts.isEmpty ? nil : contracts)
    try golden?.hold(lines, of: span, golden: span)
  }

  private func requireStory(_ span: Span) throws(ScenarioProblem) {
    guard isStory else {
      throw .mistake(
        "only what a scenario does can be recorded", at: span,
        help: "a setup and a property have no record of their own")
    }
  }
}

/// Gathers what moved in a transaction.
final class MoveObserver: ExecutionObserver {
  /// An amount that went from one holder to another; the zero address stands for minting and burning.
  struct Move: Hashable {
    let asset: Identifier
    let from: Identifier
    let to: Identifier
    let amount: Integer
  }

  private(set) var moves: [Move] = []
  /// How many there were when the tries began that are under way.
  private var tries: [Int] = []

  func willMove(_ asset: Identifier, amount: Integer, from: Identifier, to: Identifier) {
    moves.append(Move(asset: asset, from: from, to: to, amount: amount))
  }

  func willTry() { tries.append(moves.count) }

  func didTry() { _ = tries.popLast() }

  func didUndo(_ failure: Failure) {
    if let count = tries.popLast() { moves.removeSubrange(min(count, moves.count)...) }
  }
}
