import Bytecode
import Execution
import Integers

/// Carries out steps in a sandbox.
struct StepRunner {
  /// Gas of the longest failure that is run again for the way to it.
  static let pathGasMax: UInt64 = 2_000_000

  /// The sandbox.
  let sandbox: Sandbox
  /// The contract that the command line names.
  let main: ContractCode
  /// Who acts where a step does not say.
  let actor: String
  /// The gas of each step that does not say.
  let gas: UInt64
  /// Whether everything is recorded, and whether that means every instruction.
  let tracing: TraceRecorder.Detail?
  /// The arguments of the initialiser from the command line.
  let initial: Invocation

  private var names: NamedWorld { sandbox.names }

  /// Carries out one step.
  func run(_ step: Step) throws(CommandFailure) -> StepResult {
    var result = StepResult(step: step)
    let name = step.actor ?? actor
    switch step.action {
    case .asset(let asset, let decimals, let holdings):
      try create(asset, decimals, holdings)
    case .actors(let names):
      for name in names { sandbox.addAccount(name) }
    case .warp(let count, let unit):
      try warp(count, unit)
    case .send(let payment, let to):
      let from = try names.book.read(name)
      let receiver = try names.book.read(to)
      let paid = try names.reader.payment(payment)
      result.actor = name
      transact(&result) {
        $0.send(paid.amount, of: paid.asset, from: from, to: receiver, gas: gas)
      }
    case .deploy(let contractName, let codeName, let invocation):
      result.actor = name
      try deploy(&result, contractName, codeName, invocation)
    case .call(let invocation):
      result.actor = name
      try call(&result, invocation)
    }
    return result
  }

  // MARK: - Steps

  private func create(
    _ name: String, _ decimals: String, _ holdings: [Step.Holding]
  ) throws(CommandFailure) {
    guard let decimals = UInt8(decimals), decimals <= Limits.decimals else {
      throw CommandFailure(
        .usage, "asset \(name) cannot have \"\(decimals)\" decimals",
        help: "a number up to \(Limits.decimals)")
    }
    guard !names.hasGenesisAsset(name) else {
      throw CommandFailure(.usage, "there is an asset \"\(name)\" already")
    }
    var shares: [(holder: Identifier, amount: Integer)] = []
    var supply: Integer = 0
    for holding in holdings {
      guard let amount = Numbers.units(holding.amount, decimals: Int(decimals)),
        !amount.isNegative, let sum = try? supply.adding(amount)
      else {
        throw CommandFailure(.usage, "\"\(holding.amount)\" is not an amount of \(name)")
      }
      shares.append((try names.book.read(holding.holder), amount))
      supply = sum
    }
    let first = shares.first?.holder ?? .zero
    sandbox.createAsset(name, decimals: decimals, supply: supply, holder: first)
    let asset = try names.asset(name)
    for share in shares.dropFirst() {
      _ = sandbox.world.send(share.amount, of: asset, from: first, to: share.holder)
    }
  }

  private func warp(_ count: String, _ unit: String) throws(CommandFailure) {
    let warp = try Warp.read(count, unit)
    if let blocks = warp.blocks {
      sandbox.advance(blocks: blocks, seconds: blocks * Sandbox.blockInterval)
    } else {
      sandbox.advance(blocks: 1, seconds: warp.seconds ?? 0)
    }
  }

  private func deploy(
    _ result: inout StepResult, _ name: String?, _ codeName: String?,
    _ invocation: Invocation
  ) throws(CommandFailure) {
    var code = main
    if let codeName {
      guard let found = sandbox.codesByName[codeName] else {
        throw .unknown("contract to deploy", codeName, among: sandbox.codesByName.keys.sorted())
      }
      code = found
    }
    let parameters = code.module.export(named: "init")?.parameters ?? []
    let arguments = try names.reader.values(
      invocation.arguments, for: parameters, of: "init", in: code.module)
    let payments = try names.reader.payments(of: invocation)
    let creator = try names.book.read(result.actor ?? actor)
    let limit = try gas(of: invocation)
    let hash = code.codeHash
    let label = name ?? names.freeName(code.module.name)
    result.results = [Parameter(label, .address)]
    result.module = code.module
    transact(&result) {
      $0.create(hash, arguments: arguments, payments: payments, by: creator, gas: limit)
    }
    if let address = result.receipt?.results?.first?.identifier {
      sandbox.addContract(label, address)
    }
  }

  private func call(
    _ result: inout StepResult, _ invocation: Invocation
  ) throws(CommandFailure) {
    if names.contracts.isEmpty { try deployMain() }
    let (address, code, export) = try sandbox.resolve(invocation.function)
    let arguments = try names.reader.values(
      invocation.arguments, for: export.parameters, of: export.name, in: code.module)
    let payments = try names.reader.payments(of: invocation)
    let caller = try names.book.read(result.actor ?? actor)
    let limit = try gas(of: invocation)
    let call = ContractCall(
      target: address, export: export, in: code.module, arguments: arguments,
      payments: payments)
    result.results = export.results
    result.module = code.module
    transact(&result) { world in
      export.isView && payments.isEmpty
        ? world.view(call, by: caller, gas: limit) : world.call(call, by: caller, gas: limit)
    }
  }

  private var withAllGas: StepRunner {
    StepRunner(
      sandbox: sandbox, main: main, actor: actor, gas: Limits.gas, tracing: tracing,
      initial: initial)
  }

  /// Makes the main contract with the arguments of the command line.
  func deployMain() throws(CommandFailure) {
    var result = StepResult(step: Step(actor: nil, action: .call(initial), text: "init"))
    result.actor = actor
    // The limit of the command line is that of the steps.
    try withAllGas.deploy(&result, nil, nil, initial)
    if let failure = result.receipt?.failure {
      throw CommandFailure(
        result.status,
        "the initialiser of \(main.module.name) failed: "
          + FailureText(names: names).title(failure))
    }
  }

  private func gas(of invocation: Invocation) throws(CommandFailure) -> UInt64 {
    guard let text = invocation.gas else { return gas }
    guard let gas = Integer(decimal: text)?.asUInt64, gas <= Limits.gas else {
      throw CommandFailure(
        .usage, "\"\(text)\" is not an amount of gas",
        help: "a number up to \(Numbers.grouped(String(Limits.gas)))")
    }
    return gas
  }

  // MARK: - Transactions

  /// Runs a transaction in a block of its own.
  ///
  /// A failure runs again under observation: nothing is left
  /// of the first run, so the second is the same.
  private func transact(_ result: inout StepResult, _ body: (World) -> Receipt) {
    let world = sandbox.world
    if let tracing {
      let recorder = TraceRecorder(names: names, detail: tracing)
      world.observer = recorder
      result.receipt = body(world)
      result.recording = recorder
    } else {
      let receipt = body(world)
      result.receipt = receipt
      if receipt.failure != nil, receipt.gasUsed <= Self.pathGasMax {
        let recorder = TraceRecorder(names: names, detail: .path)
        world.observer = recorder
        _ = body(world)
        result.recording = recorder
      }
    }
    world.observer = nil
    result.brokenInvariants = brokenInvariants()
    sandbox.advance(blocks: 1, seconds: Sandbox.blockInterval)
  }

  private func brokenInvariants() -> [(contract: String, title: String)] {
    var broken: [(contract: String, title: String)] = []
    for contract in names.contracts {
      guard let module = sandbox.world.module(of: contract.address) else { continue }
      for invariant in module.invariants {
        let receipt = sandbox.world.check(invariant, of: contract.address)
        if receipt.results?.first != .int(1) { broken.append((contract.name, invariant.title)) }
      }
    }
    return broken
  }
}
