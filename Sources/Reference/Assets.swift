import BigInt
import Bytecode
import Integers
import Verification

/// A hook that an asset runs before it moves.
struct BoundHook {
  let contract: Identifier
  let name: String
  let gas: UInt64
}

/// What the state knows of an asset.
struct AssetRecord {
  let issuer: Identifier
  let className: String
  let id: [UInt8]
  let decimals: UInt8
  let isSingle: Bool
  let isBurnable: Bool
  let isForceable: Bool
  let hooks: [BoundHook]

  /// The record of a new asset of a class.
  init(issuer: Identifier, of assetClass: AssetClass, id: [UInt8], hooks: [BoundHook]) {
    self.issuer = issuer
    className = assetClass.name
    self.id = id
    decimals = assetClass.decimals
    isSingle = assetClass.isSingle
    isBurnable = assetClass.isBurnable
    isForceable = assetClass.isForceable
    self.hooks = hooks
  }

  /// The record in the state.
  var encoded: [UInt8] {
    let flags: UInt8 = (isSingle ? 1 : 0) + (isBurnable ? 2 : 0) + (isForceable ? 4 : 0)
    var bytes = issuer.bytes + Encoding.text(className) + Encoding.string(id)
    bytes += [decimals, flags] + Encoding.count(UInt64(hooks.count))
    for hook in hooks {
      bytes += hook.contract.bytes + Encoding.text(hook.name) + Encoding.count(hook.gas)
    }
    return bytes
  }

  /// Reads a record that the machine has written.
  init(_ bytes: [UInt8]) {
    var offset = 0
    func take(_ count: Int) -> [UInt8] {
      defer { offset += count }
      return Array(bytes[offset..<offset + count])
    }
    func identifier() -> Identifier { Identifier(take(32)) ?? .zero }
    func count() -> UInt64 { Encoding.readCount(bytes, at: &offset) }
    func string() -> [UInt8] { take(Int(count())) }
    func text() -> String { String(decoding: string(), as: UTF8.self) }
    issuer = identifier()
    className = text()
    id = string()
    decimals = take(1)[0]
    let flags = take(1)[0]
    isSingle = flags & 1 != 0
    isBurnable = flags & 2 != 0
    isForceable = flags & 4 != 0
    var hooks: [BoundHook] = []
    for _ in 0..<count() {
      hooks.append(BoundHook(contract: identifier(), name: text(), gas: count()))
    }
    self.hooks = hooks
  }

  /// The asset of a class under an id: a hash of issuer, class and id.
  static func asset(issuer: Identifier, className: String, id: [UInt8]) -> Identifier {
    let hash = Interpreter.sha256(
      Array("aliquot.asset".utf8) + issuer.bytes + Encoding.text(className) + id)
    return Identifier(hash) ?? .zero
  }
}

/// The bodies of the instructions on assets, and the rules by which assets move.
extension Interpreter {
  /// The record of an asset, with the price of reading it paid.
  private func record(of asset: Identifier) throws(Halt) -> AssetRecord? {
    let key = Key.asset(asset)
    try warm(key)
    guard let stored = ledger[key] else { return nil }
    try charge(Gas.assetRecord(stored.count))
    return AssetRecord(stored)
  }

  /// The record of an asset that must exist.
  private func existingRecord(of asset: Identifier) throws(Halt) -> AssetRecord {
    guard let record = try record(of: asset) else { throw .trap(.noSuchAsset) }
    return record
  }

  /// A stored integer that assets move by, with the price of a cold key paid.
  private func amount(under key: [UInt8]) throws(Halt) -> BigInt {
    try warm(key)
    return Encoding.integer(stored: ledger[key])
  }

  /// The amount in a register.
  private func amount(_ register: UInt16) throws(Halt) -> BigInt {
    if int(register).isNegative { throw .trap(.negativeAmount) }
    return int(register)
  }

  // MARK: - Making assets

  func assetOf(_ o: SIMD8<UInt16>) throws(Halt) {
    let id = bytes(o[2])
    if id.count > Limits.assetIDLength { throw .trap(.assetIDTooLong) }
    try charge(Gas.sha256(id.count))
    let name = module.classes[Int(o[1])].name
    try set(o[0], AssetRecord.asset(issuer: contract.address, className: name, id: id))
  }

  func createAsset(_ o: SIMD8<UInt16>) throws(Halt) {
    let id = bytes(o[2])
    let assetClass = module.classes[Int(o[1])]
    if id.count > Limits.assetIDLength { throw .trap(.assetIDTooLong) }
    if !assetClass.isKeyed, !id.isEmpty { throw .trap(.unexpectedAssetID) }
    var foreign: [Identifier] = []
    for index in 0..<UInt16(assetClass.foreignHookCount) {
      foreign.append(try identifier(o[3] + index))
    }
    try set(o[0], try createAsset(of: assetClass, id: id, foreign: foreign))
  }

  /// Creates an asset of the running contract's class.
  @discardableResult
  func createAsset(
    of assetClass: AssetClass, id: [UInt8], foreign: [Identifier]
  ) throws(Halt) -> Identifier {
    let issuer = contract.address
    var foreign = foreign[...]
    var hooks: [BoundHook] = []
    for hook in assetClass.hooks {
      var owner = issuer
      if hook.isForeign, let contract = foreign.popFirst() {
        owner = contract
        try charge(Gas.foreignHook)
        let admission = Key.admission(owner, issuer)
        try warm(admission)
        if ledger[admission] == nil { throw .trap(.hookNotAdmitted) }
        guard try code(at: owner)?.verified.hook(named: hook.name) != nil else {
          throw .trap(.noSuchFunction)
        }
      }
      hooks.append(BoundHook(contract: owner, name: hook.name, gas: hook.gas))
    }
    let asset = AssetRecord.asset(issuer: issuer, className: assetClass.name, id: id)
    let key = Key.asset(asset)
    try warm(key)
    if ledger[key] != nil { throw .trap(.assetExists) }
    let record = AssetRecord(issuer: issuer, of: assetClass, id: id, hooks: hooks)
    try put(record.encoded, under: key)
    return asset
  }

  // MARK: - Moving assets

  func mint(_ o: SIMD8<UInt16>) throws(Halt) {
    let asset = try identifier(o[0])
    let to = try identifier(o[2])
    let record = try existingRecord(of: asset)
    if record.issuer != contract.address { throw .trap(.notIssuer) }
    if to.isZero { throw .trap(.zeroAddress) }
    let amount = try amount(o[1])
    if amount.isZero { return }
    let supply = try self.amount(under: Key.supply(asset))
    if record.isSingle, supply != 0 || amount != 1 { throw .trap(.singleSupply) }
    try requireAcceptance(of: asset, record, by: to)
    try runHooks(record, asset, from: .zero, to: to, amount)
    try change(Key.supply(asset), by: amount)
    try change(Key.balance(asset, to), by: amount)
    if record.isSingle { try setHolder(of: asset, to: to) }
  }

  func burn(_ o: SIMD8<UInt16>) throws(Halt) {
    let asset = try identifier(o[0])
    let from = contract.address
    let record = try existingRecord(of: asset)
    if record.issuer != from, !record.isBurnable { throw .trap(.notBurnable) }
    let amount = try amount(o[1])
    if amount.isZero { return }
    let balance = try self.amount(under: Key.balance(asset, from))
    if balance < amount { throw .trap(.insufficientBalance) }
    try runHooks(record, asset, from: from, to: .zero, amount)
    try change(Key.supply(asset), by: -amount)
    try change(Key.balance(asset, from), by: -amount)
    if record.isSingle { try setHolder(of: asset, to: nil) }
  }

  func send(_ o: SIMD8<UInt16>) throws(Halt) {
    let asset = try identifier(o[0])
    let amount = try amount(o[1])
    let to = try identifier(o[2])
    try move(amount, of: asset, from: contract.address, to: to, isPayment: false)
  }

  func force(_ o: SIMD8<UInt16>) throws(Halt) {
    let asset = try identifier(o[0])
    let record = try existingRecord(of: asset)
    if record.issuer != contract.address { throw .trap(.notIssuer) }
    if !record.isForceable { throw .trap(.notForceable) }
    let amount = try amount(o[1])
    let from = try identifier(o[2])
    let to = try identifier(o[3])
    try move(amount, of: asset, from: from, to: to, isPayment: false)
  }

  /// Moves an amount from one balance to another, after the hooks have let it pass.
  func move(
    _ amount: BigInt, of asset: Identifier, from: Identifier, to: Identifier, isPayment: Bool
  ) throws(Halt) {
    let record = try existingRecord(of: asset)
    if amount.isNegative { throw .trap(.negativeAmount) }
    if to.isZero { throw .trap(.zeroAddress) }
    if amount.isZero { return }
    let balance = try self.amount(under: Key.balance(asset, from))
    if balance < amount { throw .trap(.insufficientBalance) }
    // A payment needs no acceptance: the function that it goes with takes it.
    if !isPayment { try requireAcceptance(of: asset, record, by: to) }
    try runHooks(record, asset, from: from, to: to, amount)
    try change(Key.balance(asset, from), by: -amount)
    try change(Key.balance(asset, to), by: amount)
    if record.isSingle { try setHolder(of: asset, to: to) }
  }

  private func change(_ key: [UInt8], by amount: BigInt) throws(Halt) {
    let sum = try self.amount(under: key) + amount
    try put(try Arithmetic.limited(sum), under: key)
  }

  private func setHolder(of asset: Identifier, to holder: Identifier?) throws(Halt) {
    let key = Key.holder(asset)
    try warm(key)
    if let holder { try put(holder.bytes, under: key) } else { try put(BigInt(0), under: key) }
  }

  /// Traps if the receiver is a contract that does not let others send it the asset.
  private func requireAcceptance(
    of asset: Identifier, _ record: AssetRecord, by receiver: Identifier
  ) throws(Halt) {
    guard record.issuer != receiver, let code = try code(at: receiver) else { return }
    switch code.module.acceptance {
    case .any: return
    case .none: throw .trap(.notAccepted)
    case .fields(let fields):
      for field in fields {
        let key = Key.field(receiver, UInt16(field))
        try warm(key)
        if ledger[key] == asset.bytes { return }
      }
      throw .trap(.notAccepted)
    }
  }

  /// Runs the hooks of an asset, in order, each under the gas that its class declared.
  private func runHooks(
    _ record: AssetRecord, _ asset: Identifier, from: Identifier, to: Identifier, _ amount: BigInt
  ) throws(Halt) {
    let mover = contracts.last?.address ?? from
    for hook in record.hooks {
      guard let code = try code(at: hook.contract),
        let function = code.verified.hook(named: hook.name)
      else { throw .trap(.noSuchFunction) }
      try charge(Gas.hook)
      if hook.gas > UInt64(gas) { throw .trap(.outOfGas) }
      try enter(
        hook.contract, code, function, limit: Int(hook.gas), caller: mover,
        arguments: [Datum(asset), Datum(from), Datum(to), .int(amount), Datum(mover)])
    }
  }

  // MARK: - Questions

  func balance(_ o: SIMD8<UInt16>) throws(Halt) {
    let asset = try identifier(o[1])
    try loadInteger(Key.balance(asset, try identifier(o[2])), to: o[0])
  }

  func supply(_ o: SIMD8<UInt16>) throws(Halt) {
    try loadInteger(Key.supply(try identifier(o[1])), to: o[0])
  }

  func holder(_ o: SIMD8<UInt16>) throws(Halt) {
    let key = Key.holder(try identifier(o[1]))
    try warm(key)
    let stored = ledger[key]
    try charge(Gas.storedRead(stored?.count ?? 0))
    try set(o[0], stored.flatMap { Identifier($0) } ?? .zero)
  }

  func issuer(_ o: SIMD8<UInt16>) throws(Halt) {
    try set(o[0], try record(of: try identifier(o[1]))?.issuer ?? .zero)
  }

  func className(_ o: SIMD8<UInt16>) throws(Halt) {
    try set(o[0], Array((try record(of: try identifier(o[1]))?.className ?? "").utf8))
  }

  func assetID(_ o: SIMD8<UInt16>) throws(Halt) {
    try set(o[0], try record(of: try identifier(o[1]))?.id ?? [])
  }

  func admit(_ o: SIMD8<UInt16>) throws(Halt) {
    let key = Key.admission(contract.address, try identifier(o[0]))
    try warm(key)
    try put([1], under: key)
  }

  func dismiss(_ o: SIMD8<UInt16>) throws(Halt) {
    let key = Key.admission(contract.address, try identifier(o[0]))
    try warm(key)
    try put(BigInt(0), under: key)
  }
}
