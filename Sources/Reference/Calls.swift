import BigInt
import Bytecode
import Hosting
import Integers
import Verification

/// An amount of an asset that goes with a call.
struct Payment {
  let asset: Identifier
  let amount: BigInt

  init(asset: Identifier, amount: BigInt) {
    self.asset = asset
    self.amount = amount
  }

  init(_ payment: AttachedPayment) {
    self.init(asset: payment.asset, amount: BigInt(payment.amount))
  }
}

/// Calls between contracts, and the instructions that pass values on.
extension Interpreter {
  // MARK: - Values in windows

  /// The values of kinds in two windows.
  func data(of kinds: [Kind], ints: UInt16, strings: UInt16) -> [Datum] {
    data(of: kinds, ints: base.ints + Int(ints), strings: base.strings + Int(strings))
  }

  private func data(of kinds: [Kind], ints: Int, strings: Int) -> [Datum] {
    var (nextInt, nextString) = (ints, strings)
    return kinds.map { kind in
      if kind.bank == .int {
        defer { nextInt += 1 }
        return .int(self.ints[nextInt])
      }
      defer { nextString += 1 }
      return .bytes(self.strings[nextString])
    }
  }

  /// Traps unless values are of their kinds.
  func check(_ data: [Datum], of kinds: [Kind]) throws(Halt) {
    for (datum, kind) in zip(data, kinds) { try require(datum.isOf(kind, in: module)) }
  }

  /// The values in two windows of what leaves the contract: first they are paid, the look at their kinds
  /// included, then their kinds are checked.
  ///
  /// A payment that goes with them counts as two values more.
  private func leaving(
    _ kinds: [Kind], ints: UInt16, strings: UInt16, payments: UInt16 = 0,
    price: (_ values: Int, _ bytes: Int) -> Int
  ) throws(Halt) -> [Datum] {
    try paid(
      data(of: kinds, ints: ints, strings: strings), of: kinds, payments: payments, price: price)
  }

  /// Values that leave a contract, paid and checked.
  private func paid(
    _ data: [Datum], of kinds: [Kind], payments: UInt16 = 0,
    price: (_ values: Int, _ bytes: Int) -> Int
  ) throws(Halt) -> [Datum] {
    let bytes = data.reduce(0) { $0 + $1.byteCount }
    let checks = zip(kinds, data).reduce(0) { $0 + Gas.kindCheck($1.0, $1.1.byteCount) }
    try charge(price(kinds.count + 2 * Int(payments), bytes) + checks)
    try check(data, of: kinds)
    return data
  }

  // MARK: - Entering a contract

  /// The code of the contract at an address, or nil if there is none; the first look is paid.
  func code(at address: Identifier) throws(Halt) -> Code? {
    let key = Key.contract(address)
    if ledger.warm(key) { try charge(Gas.coldContract) }
    return ledger[key].flatMap { Identifier($0[..<32]) }.flatMap { codes[$0] }
  }

  /// Runs a function of a contract, in registers above all that live, under a limit of gas.
  ///
  /// Gives its results. Its failure is one of the caller.
  @discardableResult
  func enter(
    _ address: Identifier, _ code: Code, _ function: Int, limit: Int, caller: Identifier,
    arguments: [Datum]
  ) throws(Halt) -> [Datum] {
    if depth >= size.callDepth { throw .trap(.callDepthExceeded) }
    let height = frames.count
    // Without room for its registers the function is not entered: the caller traps.
    try push(code, function, at: frames.last?.top ?? Extent(), parameters: BankCounts())
    depth += 1
    contracts.append(RunningContract(address: address, code: code, caller: caller))
    defer {
      contracts.removeLast()
      depth -= 1
    }
    let start = base
    let kept = gas - limit
    gas = limit
    var isRunning = false
    do throws(Halt) {
      try set(arguments, ints: 0, strings: 0)
      isRunning = true
      try run(until: height)
      isRunning = false
      let kinds = code.module.functions[function].results
      let results = try paid(
        data(of: kinds, ints: start.ints, strings: start.strings), of: kinds, price: Gas.values)
      gas += kept
      return results
    } catch {
      note(error, isAtInstruction: isRunning)
      gas = kept + (error == .trap(.outOfGas) ? 0 : gas)
      frames.removeLast(frames.count - height)
      throw .failed
    }
  }

  /// Makes a failure of a trap: of the contract that runs, at the current instruction if there is one.
  func note(_ halt: Halt, isAtInstruction: Bool = true) {
    guard case .trap(let trap) = halt else { return }
    failure = Failure(
      reason: .trap(trap), origin: contracts.last?.address ?? .zero,
      site: isAtInstruction ? site : nil)
  }

  /// The current instruction.
  private var site: FailureSite? {
    frames.last.map {
      FailureSite(codeHash: $0.code.hash, function: $0.function, instruction: $0.next - 1)
    }
  }

  /// Calls an export by its signature.
  ///
  /// The arguments have been paid.
  func call(
    _ target: Identifier, _ signature: String, isView: Bool, arguments: [Datum],
    payments: [Payment], caller: Identifier
  ) throws(Halt) -> [Datum] {
    guard let code = try code(at: target) else { throw .trap(.noSuchContract) }
    if contracts.contains(where: { $0.address == target }) { throw .trap(.reentrantCall) }
    if depth >= size.callDepth { throw .trap(.callDepthExceeded) }
    guard let index = code.verified.export(signature: signature) else {
      throw .trap(.noSuchFunction)
    }
    let export = code.module.exports[index]
    if export.name == "init" || (isView && !export.isView) { throw .trap(.noSuchFunction) }
    return try enter(
      target, code, export, arguments: arguments, payments: payments, caller: caller)
  }

  /// Moves the payments and runs an export, with all the gas that is left.
  private func enter(
    _ target: Identifier, _ code: Code, _ export: Export, arguments: [Datum],
    payments: [Payment], caller: Identifier
  ) throws(Halt) -> [Datum] {
    for (parameter, argument) in zip(export.parameters, arguments) {
      try require(argument.isOf(parameter.kind, in: code.module))
    }
    if payments.count > export.payments.count { throw .trap(.unexpectedPayment) }
    var arguments = arguments
    for (index, payment) in payments.enumerated() {
      if payments[..<index].contains(where: { $0.asset == payment.asset }) {
        throw .trap(.unexpectedPayment)
      }
      try move(payment.amount, of: payment.asset, from: caller, to: target, isPayment: true)
      arguments += [Datum(payment.asset), .int(payment.amount)]
    }
    // A payment that is not made is zero of no asset.
    for _ in payments.count..<export.payments.count { arguments += [Datum(.zero), .int(0)] }
    return try enter(
      target, code, export.function, limit: gas, caller: caller, arguments: arguments)
  }

  // MARK: - Calling

  /// The payments in the windows behind the arguments.
  private func payments(
    _ count: UInt16, behind parameters: [Kind], ints: UInt16, strings: UInt16
  ) throws(Halt) -> [Payment] {
    let taken = BankCounts(parameters)
    var payments: [Payment] = []
    for index in 0..<count {
      let asset = try identifier(strings + UInt16(taken.bytes) + index)
      payments.append(Payment(asset: asset, amount: int(ints + UInt16(taken.int) + index)))
    }
    return payments
  }

  func invoke(_ o: SIMD8<UInt16>) throws(Halt) {
    let imported = module.imports[Int(o[0])]
    let target = try identifier(o[1])
    let arguments = try leaving(
      imported.parameters, ints: o[2], strings: o[3], payments: o[4], price: Gas.values)
    let payments = try payments(o[4], behind: imported.parameters, ints: o[2], strings: o[3])
    let results = try call(
      target, module.signature(of: imported), isView: imported.isView, arguments: arguments,
      payments: payments, caller: contract.address)
    try set(results, ints: o[2], strings: o[3])
  }

  func encodeCall(_ o: SIMD8<UInt16>) throws(Halt) {
    let imported = module.imports[Int(o[1])]
    let target = try identifier(o[2])
    let arguments = try leaving(
      imported.parameters, ints: o[3], strings: o[4], payments: o[5], price: Gas.values)
    let payments = try payments(o[5], behind: imported.parameters, ints: o[3], strings: o[4])
    let encoded = ContractCall(
      target: target, name: imported.name,
      parameters: imported.parameters.map { WireKind($0, in: module) },
      results: imported.results.map { WireKind($0, in: module) },
      arguments: arguments.map(\.value),
      payments: payments.map { AttachedPayment(asset: $0.asset, amount: Integer($0.amount)) }
    ).encoded()
    if encoded.count > Limits.bytesLength { throw .trap(.bytesTooLong) }
    try set(o[0], encoded)
  }

  func performCall(_ o: SIMD8<UInt16>) throws(Halt) {
    let encoded = bytes(o[1])
    try charge(Gas.call(encoded.count))
    guard let call = try? ContractCall(decoding: encoded) else { throw .trap(.malformedCall) }
    let results = try self.call(
      call.target, call.signature, isView: false, arguments: call.arguments.map { Datum($0) },
      payments: call.payments.map { Payment($0) }, caller: contract.address)
    let encodedResults = Encoding.values(results, of: call.results.map(\.kind))
    if encodedResults.count > Limits.bytesLength { throw .trap(.bytesTooLong) }
    try set(o[0], encodedResults)
  }

  // MARK: - Creating

  func create(_ o: SIMD8<UInt16>) throws(Halt) {
    let imported = module.imports[Int(o[2])]
    let arguments = try leaving(
      imported.parameters, ints: o[3], strings: o[4], payments: o[5], price: Gas.values)
    let payments = try payments(o[5], behind: imported.parameters, ints: o[3], strings: o[4])
    let address = try createContract(
      try identifier(o[1]), module.signature(of: imported), arguments: arguments,
      payments: payments, creator: contract.address)
    try set(o[0], address)
  }

  /// Makes a contract from deployed code, with the assets of its classes, and runs its initialiser.
  ///
  /// The arguments have been paid.
  func createContract(
    _ codeHash: Identifier, _ signature: String, arguments: [Datum], payments: [Payment],
    creator: Identifier
  ) throws(Halt) -> Identifier {
    if depth >= size.callDepth { throw .trap(.callDepthExceeded) }
    guard let code = codes[codeHash] else { throw .trap(.codeNotDeployed) }
    let counter = Key.creations(creator)
    try warm(counter)
    let count = Encoding.integer(stored: ledger[counter])
    let hash = Self.sha256(
      Array("aliquot.contract".utf8) + creator.bytes + Encoding.integer(count))
    let address = Identifier(hash) ?? .zero
    try put(count + 1, under: counter)
    let key = Key.contract(address)
    try warm(key)
    try put(codeHash.bytes + creator.bytes, under: key)
    try createAssets(of: RunningContract(address: address, code: code, caller: creator))
    if let index = code.verified.export(signature: signature) {
      _ = try enter(
        address, code, code.module.exports[index], arguments: arguments, payments: payments,
        caller: creator)
    } else if code.module.export(named: "init") != nil || !arguments.isEmpty {
      throw .trap(.noSuchFunction)
    } else if !payments.isEmpty {
      throw .trap(.unexpectedPayment)
    }
    return address
  }

  /// Creates the assets that a new contract has from the start.
  private func createAssets(of new: RunningContract) throws(Halt) {
    contracts.append(new)
    defer { contracts.removeLast() }
    for assetClass in new.code.module.classes where assetClass.isCreatedAtDeployment {
      try createAsset(of: assetClass, id: [], foreign: [])
    }
  }

  // MARK: - Errors, events and messages

  func fail(_ o: SIMD8<UInt16>) throws(Halt) {
    let index = Int(o[0])
    let arguments = try leaving(
      module.errors[index].parameters.map(\.kind), ints: o[1], strings: o[2], price: Gas.output)
    failure = Failure(
      reason: .declared(
        index: index, number: module.errorNumber(index), arguments: arguments.map(\.value)),
      origin: contract.address, site: site)
    throw .failed
  }

  func emit(_ o: SIMD8<UInt16>) throws(Halt) {
    let fields = try leaving(
      module.events[Int(o[0])].parameters.map(\.kind), ints: o[1], strings: o[2],
      price: Gas.output)
    events.append(
      Event(
        contract: contract.address, codeHash: contract.code.hash, index: Int(o[0]),
        fields: fields.map(\.value)))
  }

  func digest(_ o: SIMD8<UInt16>) throws(Halt) {
    let message = module.messages[Int(o[1])]
    let kinds = message.parameters.map(\.kind)
    let fields = try leaving(kinds, ints: o[2], strings: o[3], price: Gas.digest)
    let subject =
      Array("aliquot.message".utf8) + block.chain.bytes + contract.address.bytes
      + Encoding.text(module.signature(of: message))
    try set(o[0], Self.sha256(subject + Encoding.values(fields, of: kinds)))
  }
}
