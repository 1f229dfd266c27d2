public import Bytecode
@_exported public import Hosting
public import Integers
public import State
public import Verification

/// How signed messages are encoded before they are hashed.
public enum MessageDigest {
  /// The bytes whose SHA-256 the instruction `digest` gives.
  public static func encoding(
    of message: Declaration, in module: Module, chain: Identifier, contract: Identifier,
    fields: [Value]
  ) -> [UInt8] {
    encoding(
      of: message, signature: module.signature(of: message), chain: chain, contract: contract,
      fields: fields)
  }

  static func encoding(
    of message: Declaration, signature: String, chain: Identifier, contract: Identifier,
    fields: [Value]
  ) -> [UInt8] {
    var writer = ByteWriter()
    writer.write(Array("aliquot.message".utf8))
    writer.write(chain.bytes)
    writer.write(contract.bytes)
    writer.writeText(signature)
    for (parameter, field) in zip(message.parameters, fields) {
      writer.write(field, of: parameter.kind)
    }
    return writer.bytes
  }

  /// The digest that is signed.
  public static func digest(
    of message: Declaration, in module: Module, chain: Identifier, contract: Identifier,
    fields: [Value]
  ) -> [UInt8] {
    encoding(of: message, in: module, chain: chain, contract: contract, fields: fields)
      .withUnsafeBytes { Digests.sha256($0) }
  }
}

/// A world: a state, the block that it is in, and the machine that runs its contracts.
///
/// The line between machine and world is the state: everything that contracts can see or change is an
/// entry of one ordered map of bytes, and the rules for assets, calls and storage are the machine's. A
/// world in memory starts empty; a ledger gives its state a source to read from and takes the changes
/// of a block out of it. Each operation here is one transaction: it happens wholly or not at all.
///
/// A world is used by one thread at a time.
public final class World: ContractEngine {
  /// The state.
  public let state: StateTable
  /// The block that transactions run in.
  public var block: Block
  /// Watches the transactions, if set.
  public var observer: (any ExecutionObserver)? {
    get { machine.nextObserver }
    set { machine.nextObserver = newValue }
  }

  /// Whether something stored was not what a machine writes: the store is damaged or forged, and nothing
  /// that the world has said since counts.
  public internal(set) var hasMalformedState = false

  /// Whether sequences of steps are fused in programs that are made from now on, for tests: it cannot be
  /// observed.
  package var fusesSteps = true

  private let machine: Machine
  private var verified: [Identifier: VerifiedModule] = [:]
  private var programs: [Identifier: Program] = [:]
  private var recordingPrograms: [Identifier: Program] = [:]

  /// Makes a world.
  public init(
    state: StateTable = StateTable(), block: Block = Block(), size: MachineSize = MachineSize()
  ) {
    self.state = state
    self.block = block
    machine = Machine(state: state, size: size)
    machine.world = self
  }

  /// Everything that is stored.
  public var entries: [StateEntry] {
    var entries: [StateEntry] = []
    var key: [UInt8] = []
    while let slot = key.withUnsafeBytes({ state.slot(above: $0, orEqual: false) }) {
      key = Array(state.key(of: slot))
      entries.append(StateEntry(key: key, value: state.value(in: slot).map { Array($0) } ?? []))
    }
    return entries
  }

  /// Gas that the transaction that runs has used so far, for an observer to ask for in each of its calls.
  ///
  /// It never goes down, whatever limits the running code has been given: from one call to the next it
  /// tells what lay between them cost.
  public var gasUsed: UInt64 { UInt64(max(0, machine.gasUsed)) }

  // MARK: - Code

  /// Deploys code: from now on contracts can be made from it.
  ///
  /// Gives the hash of the code.
  @discardableResult
  public func deploy(code module: VerifiedModule) -> Identifier {
    let hash = Identifier(module.codeHash) ?? .zero
    verified[hash] = module
    state.write(module.encoded, for: StateKey.code(hash).bytes)
    return hash
  }

  /// The deployed module with this hash.
  public func verifiedModule(_ codeHash: Identifier) -> VerifiedModule? {
    if let module = verified[codeHash] { return module }
    guard let bytes = state.value(for: StateKey.code(codeHash).bytes),
      let module = try? Verifier.verify(bytes), Identifier(module.codeHash) == codeHash
    else { return nil }
    verified[codeHash] = module
    return module
  }

  /// Forgets all code that was met, which is read anew from the state: for whoever takes back in the state
  /// that code was deployed.
  public func forgetCode() {
    machine.forgetPrograms()
    verified = [:]
    programs = [:]
    recordingPrograms = [:]
  }

  /// The hash of the code of a contract, or nil if there is no contract at the address.
  public func codeHash(of contract: Identifier) -> Identifier? {
    state.value(for: StateKey.contract(contract).bytes)
      .flatMap { Identifier($0.prefix(32)) }
  }

  /// The module of a contract.
  public func module(of contract: Identifier) -> Module? {
    codeHash(of: contract).flatMap { verifiedModule($0)?.module }
  }

  func module(withCode hash: Identifier?) -> Module? { hash.flatMap { verifiedModule($0)?.module } }

  func program(_ codeHash: Identifier, isRecording: Bool) -> Program? {
    if let program = isRecording ? recordingPrograms[codeHash] : programs[codeHash] {
      return program
    }
    guard let module = verifiedModule(codeHash) else { return nil }
    let program = Program(module, isRecording: isRecording, isFused: fusesSteps)
    if isRecording { recordingPrograms[codeHash] = program } else { programs[codeHash] = program }
    return program
  }

  // MARK: - Transactions

  /// Makes a contract from deployed code.
  ///
  /// The receipt's result is the contract's address.
  public func create(
    _ codeHash: Identifier, arguments: [Value] = [], payments: [AttachedPayment] = [],
    by creator: Identifier, gas: UInt64 = Limits.gas
  ) -> Receipt {
    transact(gas: gas) { machine throws(Halt) in
      guard let module = verifiedModule(codeHash)?.module else { throw Halt(.codeNotDeployed) }
      let parameters = module.export(named: "init")?.parameters.map(\.kind) ?? []
      guard parameters.count == arguments.count else { throw Halt(.noSuchFunction) }
      let signature = module.signature(name: "init", parameters: parameters, results: [])
      try machine.context.charge(GasSchedule.transaction(machine.byteCount(arguments)))
      let address = try machine.createContract(
        codeHash, signature: signature, arguments: arguments, payments: payments,
        creator: creator)
      return [Value(address)]
    }
  }

  /// Calls a contract from an account.
  public func call(
    _ call: ContractCall, by caller: Identifier, gas: UInt64 = Limits.gas
  ) -> Receipt {
    transact(gas: gas) { machine throws(Halt) in try perform(call, by: caller, machine, false) }
  }

  /// Calls a view, and leaves nothing behind.
  public func view(
    _ call: ContractCall, by caller: Identifier = .zero, gas: UInt64 = Limits.gas
  ) -> Receipt {
    let checkpoint = state.checkpoint()
    defer { state.revert(to: checkpoint) }
    return transact(gas: gas) { machine throws(Halt) in
      try perform(call, by: caller, machine, true)
    }
  }

  /// Calls a contract's function by its name.
  ///
  /// The arguments are in the order of the declared parameters.
  public func call(
    _ contract: Identifier, _ function: String, _ arguments: [Value] = [],
    paying payments: [AttachedPayment] = [], by caller: Identifier, gas: UInt64 = Limits.gas
  ) -> Receipt {
    guard let module = module(of: contract) else {
      return refused(.noSuchContract, by: contract)
    }
    guard let export = module.export(named: function), export.parameters.count == arguments.count
    else { return refused(.noSuchFunction, by: contract) }
    return call(
      ContractCall(
        target: contract, export: export, in: module, arguments: arguments, payments: payments),
      by: caller, gas: gas)
  }

  private func refused(_ trap: Trap, by contract: Identifier) -> Receipt {
    Receipt(
      status: .failed(Failure(reason: .trap(trap), origin: contract, site: nil)), gasUsed: 0,
      events: [], balanceChanges: [])
  }

  private func perform(
    _ call: ContractCall, by caller: Identifier, _ machine: Machine, _ isView: Bool
  ) throws(Halt) -> [Value] {
    guard call.arguments.count == call.parameters.count else { throw Halt(.noSuchFunction) }
    try machine.context.charge(GasSchedule.transaction(machine.byteCount(call.arguments)))
    return try machine.call(call, isView: isView, caller: caller)
  }

  /// Sends an asset from an account.
  public func send(
    _ amount: Integer, of asset: Identifier, from: Identifier, to: Identifier,
    gas: UInt64 = Limits.gas
  ) -> Receipt {
    transact(gas: gas) { machine throws(Halt) in
      try machine.move(
        asset: asset, amount: Amount(amount), from: from, to: to, isPayment: false)
      return []
    }
  }

  /// Runs an invariant of a contract.
  ///
  /// - Returns: a receipt whose result is whether it holds.
  public func check(
    _ invariant: Invariant, of contract: Identifier, gas: UInt64 = Limits.gas
  ) -> Receipt {
    let checkpoint = state.checkpoint()
    defer { state.revert(to: checkpoint) }
    return transact(gas: gas) { machine throws(Halt) in
      guard let program = try machine.program(at: contract) else { throw Halt(.noSuchContract) }
      return try machine.enter(
        contract, .passUnretained(program), invariant.function, gas: machine.context.gasLeft,
        caller: .zero,
        arguments: [])
    }
  }

  /// Runs one transaction: what it does stays if it succeeds, and is undone if it fails.
  @inline(__always)
  func transact(
    gas: UInt64, _ body: (Machine) throws(Halt) -> [Value]
  ) -> Receipt {
    let limit = Int(min(gas, Limits.gas))
    machine.reset(gas: limit)
    let checkpoint = state.checkpoint()
    let serial = machine.serial
    defer { state.endTransaction() }
    do throws(Halt) {
      return try finish(try body(machine), limit, since: checkpoint, serial: serial)
    } catch {
      return undo(error, limit, backTo: checkpoint)
    }
  }

  /// The receipt of a transaction that has run, if what it did may stay.
  private func finish(
    _ results: [Value], _ limit: Int, since checkpoint: StateTable.Checkpoint, serial: UInt64
  ) throws(Halt) -> Receipt {
    let settlement = try machine.settle(since: checkpoint, serial: serial)
    if !settlement.pointee.contracts.isEmpty {
      try checkEnforcedInvariants(settlement.pointee.contracts)
    }
    return Receipt(
      status: .succeeded(results), gasUsed: UInt64(limit - machine.context.gasLeft),
      events: machine.events.log, balanceChanges: settlement.pointee.balances)
  }

  /// Undoes a transaction that failed, and gives its receipt.
  private func undo(
    _ halt: Halt, _ limit: Int, backTo checkpoint: StateTable.Checkpoint
  ) -> Receipt {
    let used = halt == Halt(.outOfGas) ? limit : limit - max(0, machine.context.gasLeft)
    if halt != .failed, let trap = Trap(rawValue: halt.code) {
      machine.failure = Failure(
        reason: .trap(trap), origin: machine.running?.address ?? .zero, site: nil)
    }
    state.revert(to: checkpoint)
    let failure =
      machine.failure ?? Failure(reason: .trap(.outOfGas), origin: .zero, site: nil)
    return Receipt(
      status: .failed(failure), gasUsed: UInt64(used), events: [], balanceChanges: [])
  }

  /// Runs the enforced invariants of contracts whose fields or balances the transaction changed.
  private func checkEnforcedInvariants(_ contracts: [Identifier]) throws(Halt) {
    for contract in contracts {
      guard let module = module(of: contract) else { continue }
      for invariant in module.invariants where invariant.isEnforced {
        guard let program = try machine.program(at: contract) else { continue }
        let results = try machine.enter(
          contract, .passUnretained(program), invariant.function, gas: machine.context.gasLeft,
          caller: .zero,
          arguments: [])
        if results.first != .int(1) {
          machine.failure = Failure(
            reason: .trap(.invariantBroken), origin: contract,
            site: FailureSite(
              codeHash: program.codeHash, function: invariant.function, instruction: 0))
          throw .failed
        }
      }
    }
  }

  // MARK: - Assets

  /// The balance of a holder.
  public func balance(of asset: Identifier, holder: Identifier) -> Integer {
    Integer(stored: state.value(for: StateKey.balance(asset: asset, holder: holder).bytes))
  }

  /// The supply of an asset.
  public func supply(of asset: Identifier) -> Integer {
    Integer(stored: state.value(for: StateKey.supply(asset).bytes))
  }

  /// What the ledger knows of an asset.
  public func asset(_ asset: Identifier) -> AssetDescription? {
    state.value(for: StateKey.asset(asset).bytes).flatMap { AssetDescription(stored: $0) }
  }

  /// The identifier of the asset of an issuer's class with an id.
  public static func asset(issuer: Identifier, className: String, id: [UInt8] = []) -> Identifier {
    Machine.asset(issuer: issuer, className: className, id: id)
  }

  /// Creates an asset that no contract issues, and gives all of it to one holder: how the money of a
  /// test or of a genesis comes into the world.
  @discardableResult
  public func createGenesisAsset(
    named name: String, decimals: UInt8, supply: Integer, holder: Identifier
  ) -> Identifier {
    let asset = Machine.asset(issuer: .zero, className: name, id: [])
    let record = AssetRecord(
      issuer: .zero,
      assetClass: AssetClass(name: name, title: name, decimals: decimals, isBurnable: true),
      id: [], hooks: [])
    state.write(record.encoded(), for: StateKey.asset(asset).bytes)
    state.write(supply.encoded(), for: StateKey.supply(asset).bytes)
    if !supply.isZero {
      state.write(
        supply.encoded(), for: StateKey.balance(asset: asset, holder: holder).bytes)
    }
    return asset
  }
}
