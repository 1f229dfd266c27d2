import BigInt
public import Bytecode
public import Hosting
public import Integers
public import Verification

/// The reference engine: the specification as a program.
///
/// It runs one instruction at a time and charges gas one by one, with an independent integer library, and
/// shares no code with the fast engine but the formats of modules, calls and receipts. For every verified
/// module and every input both agree, to the last bit.
///
/// A world is used by one thread at a time.
public final class ReferenceWorld: ContractEngine {
  /// The block that transactions run in.
  public var block: Block
  private let size: MachineSize
  private let ledger = Ledger()
  private var codes: [Identifier: Code] = [:]

  /// Makes an empty world.
  public init(block: Block = Block(), size: MachineSize = MachineSize()) {
    self.block = block
    self.size = size
  }

  /// Everything that is stored, in the order of the keys.
  public var entries: [StateEntry] {
    ledger.keys.map { StateEntry(key: $0, value: ledger[$0] ?? []) }
  }

  /// Deploys code: from now on contracts can be made from it.
  ///
  /// Gives the hash of the code.
  @discardableResult
  public func deploy(code module: VerifiedModule) -> Identifier {
    let code = Code(module)
    codes[code.hash] = code
    ledger.write(module.encoded, under: Key.code(code.hash))
    return code.hash
  }

  /// Creates an asset that no contract issues, and gives all of it to one holder.
  @discardableResult
  public func createGenesisAsset(
    named name: String, decimals: UInt8, supply: Integer, holder: Identifier
  ) -> Identifier {
    let asset = AssetRecord.asset(issuer: .zero, className: name, id: [])
    let assetClass = AssetClass(name: name, title: name, decimals: decimals, isBurnable: true)
    let record = AssetRecord(issuer: .zero, of: assetClass, id: [], hooks: [])
    let amount = Encoding.integer(BigInt(supply))
    ledger.write(record.encoded, under: Key.asset(asset))
    ledger.write(amount, under: Key.supply(asset))
    if !supply.isZero { ledger.write(amount, under: Key.balance(asset, holder)) }
    return asset
  }

  // MARK: - Transactions

  /// Makes a contract from deployed code.
  ///
  /// The receipt's result is the contract's address.
  public func create(
    _ codeHash: Identifier, arguments: [Value], payments: [AttachedPayment],
    by creator: Identifier, gas: UInt64
  ) -> Receipt {
    transact(gas: gas) { (run: Interpreter) throws(Halt) in
      guard let module = codes[codeHash]?.module else { throw .trap(.codeNotDeployed) }
      let parameters = module.export(named: "init")?.parameters.map(\.kind) ?? []
      guard parameters.count == arguments.count else { throw .trap(.noSuchFunction) }
      let data = try pay(arguments, run)
      let address = try run.createContract(
        codeHash, module.signature(name: "init", parameters: parameters, results: []),
        arguments: data, payments: payments.map { Payment($0) }, creator: creator)
      return [Datum(address)]
    }
  }

  /// Calls a contract from an account.
  public func call(_ call: ContractCall, by caller: Identifier, gas: UInt64) -> Receipt {
    transact(gas: gas) { (run: Interpreter) throws(Halt) in
      try perform(call, isView: false, by: caller, run)
    }
  }

  /// Calls a view, and leaves nothing behind.
  public func view(_ call: ContractCall, by caller: Identifier, gas: UInt64) -> Receipt {
    transact(gas: gas, isUndone: true) { (run: Interpreter) throws(Halt) in
      try perform(call, isView: true, by: caller, run)
    }
  }

  private func perform(
    _ call: ContractCall, isView: Bool, by caller: Identifier, _ run: Interpreter
  ) throws(Halt) -> [Datum] {
    guard call.arguments.count == call.parameters.count else { throw .trap(.noSuchFunction) }
    let data = try pay(call.arguments, run)
    return try run.call(
      call.target, call.signature, isView: isView, arguments: data,
      payments: call.payments.map { Payment($0) }, caller: caller)
  }

  /// Charges for the arguments of a transaction.
  private func pay(_ arguments: [Value], _ run: Interpreter) throws(Halt) -> [Datum] {
    let data = arguments.map { Datum($0) }
    try run.charge(Gas.transaction(data.reduce(0) { $0 + $1.byteCount }))
    return data
  }

  /// Sends an asset from an account.
  public func send(
    _ amount: Integer, of asset: Identifier, from: Identifier, to: Identifier, gas: UInt64
  ) -> Receipt {
    transact(gas: gas) { (run: Interpreter) throws(Halt) in
      try run.move(BigInt(amount), of: asset, from: from, to: to, isPayment: false)
      return []
    }
  }

  /// Runs an invariant of a contract, and leaves nothing behind.
  ///
  /// The receipt's result is whether it holds.
  public func check(_ invariant: Invariant, of contract: Identifier, gas: UInt64) -> Receipt {
    transact(gas: gas, isUndone: true) { (run: Interpreter) throws(Halt) in
      guard let code = try run.code(at: contract) else { throw .trap(.noSuchContract) }
      return try run.enter(
        contract, code, invariant.function, limit: run.gas, caller: .zero, arguments: [])
    }
  }

  /// Runs one transaction: what it does stays if it succeeds, and is undone if it fails.
  private func transact(
    gas: UInt64, isUndone: Bool = false, _ body: (Interpreter) throws(Halt) -> [Datum]
  ) -> Receipt {
    let limit = Int(min(gas, Limits.gas))
    let run = Interpreter(ledger, codes: codes, block: block, size: size, gas: limit)
    ledger.begin()
    defer { if isUndone { ledger.undo(to: 0) } }
    do throws(Halt) {
      let results = try body(run)
      let changes = ledger.changes
      requireConservation(changes)
      try checkInvariants(touchedBy: changes, run)
      return Receipt(
        status: .succeeded(results.map(\.value)), gasUsed: UInt64(limit - run.gas),
        events: run.events, balanceChanges: balanceChanges(changes))
    } catch {
      ledger.undo(to: 0)
      run.note(error, isAtInstruction: false)
      let failure = run.failure ?? Failure(reason: .trap(.outOfGas), origin: .zero, site: nil)
      let used = error == .trap(.outOfGas) ? limit : limit - run.gas
      return Receipt(
        status: .failed(failure), gasUsed: UInt64(used), events: [], balanceChanges: [])
    }
  }

  // MARK: - After a transaction

  /// Per asset, what balances gain is what the supply gains: the rules by which assets move keep that.
  private func requireConservation(_ changes: [Ledger.Change]) {
    var differences: [ArraySlice<UInt8>: BigInt] = [:]
    for change in changes where change.key[0] == 7 || change.key[0] == 8 {
      let gained =
        Encoding.integer(stored: change.after) - Encoding.integer(stored: change.before)
      differences[change.key[1...32], default: 0] += change.key[0] == 8 ? gained : -gained
    }
    precondition(differences.values.allSatisfy(\.isZero), "an asset is not conserved")
  }

  /// Runs the enforced invariants of every contract whose fields or balances the transaction changed, in
  /// the order of their addresses.
  private func checkInvariants(
    touchedBy changes: [Ledger.Change], _ run: Interpreter
  ) throws(Halt) {
    var touched = Set<Identifier>()
    for change in changes {
      switch change.key[0] {
      case 1, 4, 5: touched.insert(Identifier(change.key[1...32]) ?? .zero)
      case 8: touched.insert(Identifier(change.key[33...]) ?? .zero)
      default: break
      }
    }
    for address in touched.sorted() {
      guard let stored = ledger[Key.contract(address)],
        let code = Identifier(stored[..<32]).flatMap({ codes[$0] })
      else { continue }
      for invariant in code.module.invariants where invariant.isEnforced {
        _ = try run.code(at: address)
        let results = try run.enter(
          address, code, invariant.function, limit: run.gas, caller: .zero, arguments: [])
        if results != [.int(1)] {
          run.failure = Failure(
            reason: .trap(.invariantBroken), origin: address,
            site: FailureSite(codeHash: code.hash, function: invariant.function, instruction: 0))
          throw .failed
        }
      }
    }
  }

  /// The balances among changes, in the order of asset and holder.
  private func balanceChanges(_ changes: [Ledger.Change]) -> [BalanceChange] {
    changes.filter { $0.key[0] == 8 }.map { change in
      BalanceChange(
        asset: Identifier(change.key[1...32]) ?? .zero,
        holder: Identifier(change.key[33...]) ?? .zero,
        before: Integer(Encoding.integer(stored: change.before)),
        after: Integer(Encoding.integer(stored: change.after)))
    }
  }
}
